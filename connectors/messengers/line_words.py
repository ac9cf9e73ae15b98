"""What LINE prints in the languages of its exports: headers, days of the week, placeholders, notices."""

import re

from schemas.conversations import Attachment, AttachmentState, ConversationKind, Event, Message, MessageKind

_TITLES: tuple[tuple[re.Pattern[str], ConversationKind], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"^Chat history with (?P<title>.+)$", ConversationKind.UNKNOWN),
        (r"^Chat history in (?P<title>.+)$", ConversationKind.GROUP),
        (r"^Chat history$", ConversationKind.UNKNOWN),
        (r"^(?P<title>.+)とのトーク履歴$", ConversationKind.DIRECT),
        (r"^(?P<title>.+)のトーク履歴$", ConversationKind.GROUP),
        (r"^(?P<title>.+?) ?님과(?:의)? ?(?:대화|채팅)(?: 내용| 기록)?$", ConversationKind.UNKNOWN),
        (r"^(?P<title>.+?)(?:의|에서의)? ?(?:대화|채팅)(?: 내용| 기록)?$", ConversationKind.UNKNOWN),
        (r"^[與与] ?(?P<title>.+?) ?的聊天[記紀记][錄録录]?$", ConversationKind.DIRECT),
        (r"^[與与] ?(?P<title>.+?) ?的聊天$", ConversationKind.DIRECT),
        (r"^(?P<title>.+?) ?的?聊天[記紀记][錄録录]$", ConversationKind.GROUP),
        (r'^ประวัติการแชทในกลุ่ม ?"?(?P<title>.+?)"?$', ConversationKind.GROUP),
        (r'^ประวัติ(?:การ)?(?:แชท|สนทนา)(?:กับ)? ?"?(?P<title>.+?)"?$', ConversationKind.UNKNOWN),
        (r"^Riwayat obrolan (?:dengan|di) (?P<title>.+)$", ConversationKind.UNKNOWN),
    )
)
SAVED = re.compile(
    r"^(?:Saved on|Save date|保存日時|保存日期|儲存日期|储存日期|저장한 날짜|저장 ?(?:일시|날짜|시간)|บันทึก(?:เมื่อ|วันที่)"
    r"|Disimpan pada)"
    r" ?[:：]? ?(?P<at>.*\d.*)$"
)
_DAYS = (
    ("mon", "monday", "月", "월", "จ", "จันทร์", "一", "sen"),
    ("tue", "tues", "tuesday", "火", "화", "อ", "อังคาร", "二", "sel"),
    ("wed", "wednesday", "水", "수", "พ", "พุธ", "三", "rab"),
    ("thu", "thurs", "thursday", "木", "목", "พฤ", "พฤหัส", "พฤหัสบดี", "四", "kam"),
    ("fri", "friday", "金", "금", "ศ", "ศุกร์", "五", "jum"),
    ("sat", "saturday", "土", "토", "ส", "เสาร์", "六", "sab"),
    ("sun", "sunday", "日", "일", "อา", "อาทิตย์", "天", "min"),
)
_WEEKDAYS = {word: number for number, words in enumerate(_DAYS) for word in words}
_AROUND_DAY = re.compile(r"^(?:วัน|週|周|星期|礼拜)|(?:曜日|요일|曜)$")
_KINDS: dict[str, MessageKind] = {
    word: kind
    for kind, words in (
        (MessageKind.PHOTO, "photo|photos|image|写真|画像|照片|圖片|图片|사진|รูป|ภาพ|รูปภาพ|foto"),
        (MessageKind.VIDEO, "video|videos|動画|影片|视频|視訊|동영상|비디오|วิดีโอ|gif"),
        (MessageKind.STICKER, "sticker|stickers|スタンプ|貼圖|贴图|스티커|สติกเกอร์|stiker|emoji|絵文字"),
        (
            MessageKind.VOICE,
            "voice message|audio|voice|ボイスメッセージ|語音訊息|语音信息|음성메시지|음성 메시지|ข้อความเสียง|คลิปเสียง",
        ),
        (MessageKind.FILE, "file|files|ファイル|檔案|文件|파일|ไฟล์"),
        (MessageKind.LOCATION, "location|位置情報|位置|場所|위치|위치정보|ตำแหน่ง|ที่ตั้ง|null"),
        (MessageKind.CONTACT, "contact|連絡先|聯絡資訊|联系人|연락처|ผู้ติดต่อ|รายชื่อ"),
        (MessageKind.POLL, "poll|投票|アンケート|투표|โพล"),
        (
            MessageKind.OTHER,
            "album|albums|アルバム|相簿|앨범|อัลบั้ม|note|notes|ノート|記事本|记事本|노트|โน้ต|gift|ギフト",
        ),
    )
    for word in words.split("|")
}
_LOST_KINDS = frozenset(
    {
        MessageKind.PHOTO,
        MessageKind.VIDEO,
        MessageKind.VOICE,
        MessageKind.FILE,
        MessageKind.STICKER,
        MessageKind.CONTACT,
    }
)
_PLACEHOLDER = re.compile(r"^\[(?P<what>[^\[\]\n]{1,30})\](?P<rest>.*)$", re.DOTALL)
# without brackets a word of one person is as likely as a placeholder; only what the mobile form prints counts
_BARE = frozenset(
    ("写真", "スタンプ", "動画", "ファイル", "ボイスメッセージ", "photos", "stickers", "videos", "貼圖", "圖片")
)
_FILE_NAME = re.compile(r"^\s*(?P<name>[^\n/]+\.\w{1,8})\s*$")
_CALL = re.compile(
    r"^☎|^(?:Missed (?:voice |video )?call|Call time|Canceled call|通話時間|不在着信|通話をキャンセル|通話に応答がありません"
    r"|未接來電|부재중 전화|통화 ?시간)",
    re.IGNORECASE,
)
_UNSENT = re.compile(
    r"unsent a (?:message|photo|video|sticker|file)\.?$|^(?:You unsent|Message unsent)\b|送信を取り消しました"
    r"|(?:已)?收回(?:了)?(?:一[則条]|訊息|消息)|撤回了一条消息"
    r"|(?:ยกเลิก|เลิก)(?:การส่ง)?ข้อความ|메시지(?: 전송)?(?:을|를) (?:취소|삭제)했습니다|메시지를 보내기 취소|membatalkan pengiriman",
    re.IGNORECASE,
)
_EVENTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            "invite",
            r"\binvited\b|\badded\b|招待しました|追加しました|已新增|添加|邀請|邀请|초대했습니다|초대하였습니다|เพิ่ม|เชิญ",
        ),
        ("join", r"\bjoined\b|参加しました|已加入|加入|참여했습니다|들어왔습니다|เข้าร่วม"),
        ("leave", r"\bleft\b|\bremoved\b|退会しました|退出|離開|离开|退群|移除|나갔습니다|내보냈습니다|ออกจาก|ลบ"),
        ("rename", r"changed the (?:group|chat) name|グループ名を|群組名稱|群名|이름을 .*변경|เปลี่ยนชื่อ"),
        ("pin", r"made an announcement|アナウンスしました|已設定公告|发布了通告|공지로 등록|ประกาศ"),
    )
)


def title_of(header: str) -> tuple[str, ConversationKind] | None:
    """Title and kind out of what stands behind `[LINE]`; None if it is no header of LINE."""
    for pattern, kind in _TITLES:
        if match := pattern.match(header.strip()):
            return (match.groupdict().get("title") or "").strip(), kind
    return None


def weekday_of(word: str) -> int | None:
    """Monday as 0 for a day of the week in a language of LINE; None for anything else."""
    word = word.strip(" .,()（）").lower()
    if word in _WEEKDAYS:
        return _WEEKDAYS[word]
    return _WEEKDAYS.get(_AROUND_DAY.sub("", _AROUND_DAY.sub("", word)))


def is_placeholder(text: str) -> bool:
    """Whether the text is one of LINE's placeholders."""
    match = _PLACEHOLDER.match(text)
    return (match["what"].strip().lower() in _KINDS) if match else text.strip().lower() in _BARE


def complete(message: Message) -> None:
    """Say of a message what it is."""
    text = message.text
    if len(text) > 500:
        return
    match = _PLACEHOLDER.match(text)
    word = match["what"] if match else text
    kind = _KINDS.get(word.strip().lower()) if match or text.strip().lower() in _BARE else None
    if _CALL.search(text):
        message.kind = MessageKind.CALL
        message.events.append(Event("call", message.sent_at, message.sender or None, text))
    elif _UNSENT.search(text):
        message.kind = MessageKind.DELETED
        message.events.append(Event("delete", None, message.sender or None))
    elif kind is not None:
        message.kind = kind
        name = _FILE_NAME.match(match["rest"]) if match else None
        if name:
            message.attachments.append(Attachment(name["name"].strip()))
        elif kind in _LOST_KINDS:
            message.attachments.append(Attachment("", state=AttachmentState.LOST))


def add_notice(message: Message) -> None:
    """Say of a system line what happened, as far as its words are known."""
    message.kind = MessageKind.SYSTEM
    complete(message)
    if message.kind in (MessageKind.CALL, MessageKind.DELETED):
        return
    message.kind = MessageKind.SYSTEM
    message.attachments.clear()
    for kind, pattern in _EVENTS:
        if pattern.search(message.text[:300]):
            message.events.append(Event(kind, message.sent_at, None, message.text[:300]))
            return
