"""Names that applications give to their exports tell the room or the person in it; of what is not registered they must not."""

import re

from connectors.conversing import UNREGISTERED
from schemas.conversations import Conversation
from schemas.scope import Register

_END = r"(?: ?\(\d+\))?\.(?:txt|csv|zip|eml|json|html?)"
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
        r"^(?:.+? - )+(?P<room>.+?) \[\d{15,}\](?: \[part \d+\])?",
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
        is_known = register.knows_title(room) or any(register.find(one, name) for one in shown)
        if not is_known:
            name = f"{name[: match.start('room')]}[{UNREGISTERED}]{name[match.end('room') :]}"
        break
    return folder + slash + name
