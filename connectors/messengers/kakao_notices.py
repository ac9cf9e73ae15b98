"""Notices that KakaoTalk prints between messages, and what it prints in place of pictures, stickers and calls."""

import re
from collections.abc import Callable

from schemas.conversations import Attachment, Event, MessageKind

_BANNERS = (
    "운영정책을 위반한 메시지로 신고 접수 시 카카오톡 이용에 제한이 있을 수 있습니다.",
    "요구 받을 경우 신고해 주시기 바랍니다.",
    "사칭에 유의해 주세요.",
)
_ENDINGS = (
    "님이 들어왔습니다.", "님이 나갔습니다.", "님을 초대했습니다.", "님을 초대하였습니다.", "님을 내보냈습니다.",
    "메시지를 가렸습니다.", "님이 부방장이 되었습니다.", "님이 부방장에서 해제되었습니다.", "님이 방장이 되었습니다.",
    "방장이 변경되었습니다.", "님이 보이스룸을 시작했습니다.", "보이스룸이 방금 시작했어요.",
    "보이스룸 종료", "보이스룸이 종료되었습니다.", "라이브톡 시작", "라이브톡 종료", "라이브톡이 종료되었습니다.",
    "선물게임이 종료되었습니다.", "선물 게임이 종료되었습니다.", "님이 채팅방을 나갔습니다.",
    " joined this chatroom.", " left this chatroom.", " has been removed from this chatroom.",
    " hidden by the chatroom managers.", " hidden by the chatroom manager.", " has been assigned as the admin.",
    *_BANNERS,
)  # fmt: skip
_NOTICE = re.compile(
    r".{1,200}님이 .{0,200}님을 초대.{0,8}습니다\.?|.{0,200}(?:채팅방|대화방) 이름을 .{0,200}변경(?:했|하였)습니다\.?"
    r"|(?:채팅방 )?방장이 .{1,200}님에서 .{1,200}님으로 .{0,40}|The host has been reassigned.{0,200}"
    r"|.{1,100} (?:is now|is no longer) (?:a|the) (?:co-|sub-)?host\b.{0,60}",
)
_ENGLISH_INVITATION = re.compile(r"(?P<actor>.{1,100}?) invited (?P<guests>.{1,1000}?) ?\.")
_ENGLISH_LEAVE = re.compile(r"(?P<actor>.{1,100}) left\.")
_EVENTS = (
    ("join", re.compile(r"(?P<actor>.{1,100})(?:님이 들어왔습니다\.| joined this chatroom\.)")),
    ("leave", re.compile(r"(?P<actor>.{1,100}?)(?:님이 (?:채팅방을 )?나갔습니다\.| left this chatroom\.| left\.)")),
    (
        "leave",
        re.compile(
            r"(?:(?P<actor>.{1,100}?)님이 )?(?P<guests>.{1,100})님을 내보냈습니다\."
            r"|(?P<guest>.{1,100}) has been removed from this chatroom\."
        ),
    ),
    ("invite", re.compile(r"(?:(?P<actor>.{1,100}?)님이 )?(?P<guests>.{1,1000})님을 초대(?:했|하였)습니다\.")),
    ("invite", _ENGLISH_INVITATION),
    ("rename", re.compile(r"(?:(?P<actor>.{1,100}?)님이 )?(?:채팅방|대화방) 이름을 (?P<guests>.{0,200}?)변경.{0,10}")),
)
_N_CERTAIN = 4
_GUESTS = re.compile(r"님과 |님, |님 및 |, | and\b ?")
_OPEN = (
    "들어왔습니다.", "내보냈습니다.", "가렸습니다.", "부방장", "방장이 ", "운영정책을 위반한", "사칭에 유의",
    " joined this chatroom.", " removed from this chatroom.", " by the chatroom manager", "The host has been",
)  # fmt: skip
_NOTICE_MARKS = ("초대", " 이름을 ", "방장이 ", " host")
_MAX_NOTICE = 600

_DELETED = frozenset({
    "삭제된 메시지입니다.", "삭제된 메시지입니다", "메시지가 삭제되었습니다.", "메시지가 삭제되었습니다",
    "이 메시지는 삭제되었습니다.", "The message has been deleted.", "This message was deleted.",
    "This message has been deleted.", "This is a deleted message.", "Deleted message.",
})  # fmt: skip
_PLACEHOLDERS: dict[str, MessageKind] = {
    **dict.fromkeys(_DELETED, MessageKind.DELETED),
    **dict.fromkeys(("사진", "<사진>", "(사진)", "<사진 읽지 않음>", "Photo", "Photos", "<Photo>", "(photo)", "(Photo)",
                     "Image", "Picture", "<Photo not read>", "Photo not viewed"), MessageKind.PHOTO),
    **dict.fromkeys(("동영상", "<동영상>", "(동영상)", "<동영상 읽지 않음>", "Video", "Videos", "videos", "<Video>",
                     "(video)", "(Video)"), MessageKind.VIDEO),
    **dict.fromkeys(("이모티콘", "(이모티콘)", "<이모티콘>", "(emoticon)", "(Emoticon)", "Emoticon", "Emoticons",
                     "스티커", "(스티커)", "Sticker", "Stickers"), MessageKind.STICKER),
    **dict.fromkeys(("음성메시지", "음성 메시지", "<음성메시지>", "(음성메시지)", "<음성메시지 읽지 않음>", "Voice Note",
                     "Voice Message", "Voice message", "Voice Memo"), MessageKind.VOICE),
    **dict.fromkeys(("파일", "<파일>", "(파일)", "<파일 읽지 않음>", "File"), MessageKind.FILE),
    **dict.fromkeys(("연락처", "(연락처)", "카카오톡 프로필", "Contact", "KakaoTalk Profile", "Profile"),
                    MessageKind.CONTACT),
    **dict.fromkeys(("지도", "위치", "(지도)", "Map", "Location"), MessageKind.LOCATION),
    **dict.fromkeys(("투표", "Poll"), MessageKind.POLL),
}  # fmt: skip
_CALL = re.compile(
    r"(?:보이스톡|페이스톡|라이브톡|그룹\s?(?:콜|페이스톡|보이스톡)|보이스룸|Voice Call|Video Call|Voice Talk|Face Talk"
    r"|Live Talk|Group Call|Voice Room)"
    r"(?:을|를|이|가)?(?: (?:해요|시작|시작했어요|종료|종료되었습니다|취소|부재중|거절|응답 없음|ended|started|canceled"
    r"|cancelled|missed|declined|no answer))?\.?(?: ?[0-9]{1,3}(?::[0-9]{2}){1,2})?\.?",
    re.IGNORECASE,
)
_COUNTED = (
    (MessageKind.PHOTO, re.compile(r"사진 [0-9]{1,3}장|[0-9]{1,3} [Pp]hotos?|[Pp]hotos? \(?[0-9]{1,3}\)?")),
    (MessageKind.VIDEO, re.compile(r"동영상 [0-9]{1,3}개|[0-9]{1,3} [Vv]ideos?")),
    (MessageKind.CALL, _CALL),
    (MessageKind.POLL, re.compile(r"톡게시판 '투표': .{0,300}|투표: .{1,300}|\[투표\].{0,300}")),
    (MessageKind.OTHER, re.compile(r"톡게시판 '[^']{1,10}': .{0,300}|샵검색: ?#.{1,200}")),
    (MessageKind.CONTACT, re.compile(r"(?:연락처|카카오톡 프로필|Contact) ?: .{1,200}")),
    (MessageKind.LOCATION, re.compile(r"(?:지도|위치|Map|Location) ?: .{1,300}")),
)
_FILE = re.compile(r"(?:파일|File) ?: ?(?P<name>\S.{0,300})")
_MEDIA_NAME = re.compile(
    r"(?:[0-9a-f]{32,64}|[0-9]{13}|KakaoTalk_(?:Photo|Video|Audio)?_?[0-9]{4}[0-9_\-. ]{4,40})"
    r"\.(?P<end>jpe?g|png|gif|webp|heic|mp4|mov|avi|m4a|mp3|aac|amr|wav)",
    re.IGNORECASE,
)
_VIDEO_ENDS, _VOICE_ENDS = frozenset({"mp4", "mov", "avi"}), frozenset({"m4a", "mp3", "aac", "amr", "wav"})
_TELLING = frozenset("사동보페라그톡샵투[연카지위파FVPpLGvMC0123456789abcdefABDEK")
_MAX_PLACEHOLDER, _MAX_ALBUM = 400, 3_000


def is_notice(line: str, knows: Callable[[str], bool] | None = None) -> bool:
    """Whether a line without a prefix is a notice of the application, by its end.

    Args:
        line: a whole line.
        knows: whether a name is one of the room's, for `A left.` and `A invited B.`, which people type too.
    """
    if not line or len(line) > _MAX_NOTICE:
        return False
    if line.endswith(_ENDINGS):
        return True
    if any(mark in line for mark in _NOTICE_MARKS) and _NOTICE.fullmatch(line):
        return True
    if knows is None or line[-1] != ".":
        return False
    match = _ENGLISH_LEAVE.fullmatch(line) or _ENGLISH_INVITATION.fullmatch(line)
    return match is not None and knows(match["actor"])


def is_certain_notice(text: str, user: str) -> bool:
    """Whether a whole text is a notice by its wording, as in a CSV, where nothing else tells it from a message.

    Args:
        text: of the row.
        user: of the row; for an invitation in English it is who invites.
    """
    if len(text) > _MAX_NOTICE or "\n" in text or text[-1:] != ".":
        return False
    if text.endswith((" left.", " invited.")):
        return False
    if text.startswith(f"{user} invited ") or text.endswith(_BANNERS):
        return True
    if text.endswith(
        ("관리자가 메시지를 가렸습니다.", "개의 메시지를 가렸습니다.", " hidden by the chatroom managers.")
    ):
        return True
    return any(pattern.fullmatch(text) for _, pattern in _EVENTS[:_N_CERTAIN])


def is_bare_deletion(line: str) -> bool:
    """Whether a line is what stands, without time and name, for a message that was deleted."""
    return line.strip() in _DELETED


def is_banner(line: str) -> bool:
    """Whether a line is one of the warnings of open chats, which have no time on any platform."""
    return line.endswith(_BANNERS)


def is_of_open_chat(notice: str) -> bool:
    """Whether a notice is one that only open chats have: people enter by themselves, managers hide and remove."""
    return any(mark in notice for mark in _OPEN)


def events_of(notice: str) -> list[Event]:
    """What a notice says has happened: `join`, `leave`, `invite`, `rename`; empty if it is something else."""
    line = notice.split("\n", 1)[0][:_MAX_NOTICE]
    for kind, pattern in _EVENTS:
        match = pattern.match(line)
        if match:
            found = match.groupdict()
            guests = found.get("guests") or found.get("guest")
            detail = guests.strip() if guests else None
            return [Event(kind, actor=found.get("actor"), detail=detail)]
    return []


def guests_of(event: Event) -> list[str]:
    """Names of those who were invited: `B님과 C`, `B and C`, `B, C`."""
    if event.kind != "invite" or not event.detail:
        return []
    names = (name.strip().removesuffix("님") for name in _GUESTS.split(event.detail))
    return [name for name in names if name]


def kind_of(text: str) -> tuple[MessageKind, list[Attachment]]:
    """What a message is by what is printed for it, and the files that it names. A typed `사진` cannot be told apart."""
    kind = _PLACEHOLDERS.get(text)
    if kind is not None:
        return kind, []
    if text[:1] not in _TELLING or len(text) > _MAX_ALBUM:
        return (_PLACEHOLDERS.get(text.strip(), MessageKind.TEXT) if text[-1:] == " " else MessageKind.TEXT), []
    if "\n" in text or _MEDIA_NAME.match(text):
        return _album(text)
    if len(text) > _MAX_PLACEHOLDER:
        return MessageKind.TEXT, []
    if match := _FILE.fullmatch(text):
        return MessageKind.FILE, [Attachment(match["name"])]
    for kind, pattern in _COUNTED:
        if pattern.fullmatch(text):
            return kind, []
    return _PLACEHOLDERS.get(text.strip(), MessageKind.TEXT), []


def _album(text: str) -> tuple[MessageKind, list[Attachment]]:
    names = text.split("\n")
    ends = [match["end"].lower() if (match := _MEDIA_NAME.fullmatch(name)) else None for name in names]
    if None in ends:
        return MessageKind.TEXT, []
    is_video, is_voice = ends[0] in _VIDEO_ENDS, ends[0] in _VOICE_ENDS
    kind = MessageKind.VIDEO if is_video else MessageKind.VOICE if is_voice else MessageKind.PHOTO
    return kind, [Attachment(name) for name in names]
