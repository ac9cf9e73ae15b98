"""Names that applications give to their exports tell the room or the person in it; of what is not registered they must not."""

import re

from schemas.conversations import Conversation
from schemas.scope import Register

UNREGISTERED = "등록되지 않은 대화"
"""What is shown in place of a name that would tell of a conversation which is not kept."""

_END = r"(?: ?\(\d+\))*\.(?:txt|csv|zip|eml|json|html?)(?:\.bak)?"
_MEDIA = re.compile(
    r"^[0-9a-f]{16,}\.|^0\d{7}-|^(?:IMG|VID|PTT|AUD|DOC|STK)-\d{8}-WA|^KakaoTalk_\d",
    re.IGNORECASE,
)
_TALK_ARCHIVE = re.compile(r"^(?:KakaoTalk|WhatsApp|LINE|카카오톡)[ _-].*\.zip$", re.IGNORECASE)
_NAMES = [
    re.compile(pattern + _END + "$", re.IGNORECASE)
    for pattern in (
        r"^KakaoTalk_Chat_(?P<room>.+?)_\d{4}-\d{2}-\d{2}(?:[-_ ]\d{2}){2,3}",
        r"^KakaoTalk_\d{8}_\d{4}_\d{2}_\d{3}_(?!group)(?P<room>.+?)",
        r"^KakaoTalk ?Chats?(?: with)?[ _](?P<room>.+?)",
        r"^(?P<room>.+?) ?(?:\(\d+명\))?(?: ?님?과(?:의)?)? ?카카오톡 ?대화(?:-\d+)?",
        r"^WhatsApp[- ]Chat(?: with| -) (?P<room>.+?)",
        r"^(?P<room>.+?)(?: ?님)?과의 WhatsApp 대화",
        r"^WhatsApp[- ](?:채팅|대화) ?[-:]? ?(?P<room>.+?)",
        r"^\[LINE\] ?(?:Chat (?:history )?with )?(?P<room>.+?)(?: ?님?과의 ?(?:대화|채팅))?",
        r"^(?P<room>.+?) \[\d{15,}\](?: \[part \d+\])?",
        r"^(?:카카오톡|LINE|라인) ?대화 ?[-_:]? ?(?P<room>(?!지침|내용|기록|백업).+?)",
    )
]


def hide_rooms(path: str, register: Register) -> str:
    """A path for people, in which the name of a room that is not registered is replaced.

    Args:
        path: NFC, folders separated by `/`.
        register: what is registered; its titles and patterns of file names stay readable.
    """
    folder, slash, name = path.rpartition("/")
    for pattern in _NAMES:
        match = pattern.match(name)
        if match is None:
            continue
        room = match["room"]
        shown = (Conversation("", scope.application or "") for scope in register.scopes)
        titles = (room, room.rpartition(" - ")[2])
        is_known = any(map(register.knows_title, titles)) or any(register.find(one, name) for one in shown)
        if not is_known:
            name = f"{name[: match.start('room')]}[{UNREGISTERED}]{name[match.end('room') :]}"
        break
    return folder + slash + name


def names_a_talk(name: str) -> bool:
    """Whether a file bears a name that an application gives to an export, such as `WhatsApp Chat with X.zip`."""
    return bool(_TALK_ARCHIVE.match(name)) or any(pattern.match(name) for pattern in _NAMES)


def is_media_name(name: str) -> bool:
    """Whether a file bears a name that an application gives to what was sent in a talk, such as `IMG-20260105-WA0003.jpg`."""
    return bool(_MEDIA.match(name))
