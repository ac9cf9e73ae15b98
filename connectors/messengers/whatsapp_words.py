"""What WhatsApp prints in place of a message, or behind one, in the languages of its exports."""

import re

from connectors.messengers.clock_lines import MARKS
from schemas.conversations import Attachment, AttachmentState, Event, Message, MessageKind

MAX_PLACEHOLDER = 300
_MARK = f"[{MARKS}]*"
_EXTENSIONS = {
    **dict.fromkeys(("jpg", "jpeg", "png", "gif", "heic", "bmp"), MessageKind.PHOTO),
    **dict.fromkeys(("mp4", "mov", "3gp", "avi", "mkv", "webm"), MessageKind.VIDEO),
    **dict.fromkeys(("opus", "m4a", "aac", "mp3", "ogg", "amr", "wav"), MessageKind.VOICE),
    "webp": MessageKind.STICKER,
    "vcf": MessageKind.CONTACT,
}
_OMITTED_WORDS = (
    r"omitted|생략됨|생략되었습니다|제외됨|제외되었습니다|omitid[oa]s?|omess[oaie]|omis[e]?s?|absente?|omitid[oa]|ocultad[oa]"
    r"|weggelassen|ausgeschlossen|weggelaten|省略|なし|含まれていません|忽略|pominięto|опущен\S*|пропущен\S*|без медиафайлов"
    r"|dahil edilmedi|atlanmış|disertakan|utelämnat|utelatt|udeladt|pois|vynechán\S*|elhagyva|imagen omitida"
    r"|ถูกลบ|bỏ qua|tidak disertakan|השמט\S*|הושמט\S*|נכללה|استبعاد|کے بغیر|बिना"
)
_OMITTED_KINDS: tuple[tuple[MessageKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            MessageKind.PHOTO,
            r"image|photo|picture|이미지|사진|imagen|imagem|immagine|bild|afbeelding|画像|圖片|图片|фото|изображ",
        ),
        (MessageKind.STICKER, r"sticker|스티커|figurinha|ステッカー|スタンプ|貼圖|贴图|стикер"),
        (MessageKind.VOICE, r"audio|오디오|음성|voice|áudio|音声|音頻|语音|аудио"),
        (MessageKind.VIDEO, r"video|동영상|비디오|vídeo|vidéo|動画|影片|视频|видео|gif"),
        (MessageKind.CONTACT, r"contact|연락처|contacto|contato|kontakt|連絡先|聯絡人|контакт"),
        (MessageKind.FILE, r"document|문서|파일 생략|documento|dokument|文書|文件|документ"),
    )
)
# Android prints one placeholder for any media, in angle brackets
_OMITTED_ANY = re.compile(rf"^{_MARK}<\s*[^<>\n]{{3,60}}>{_MARK}$")
_IS_OMITTED = re.compile(_OMITTED_WORDS, re.I)
_OMITTED_ONE = re.compile(rf"^(?:[^\n]{{1,200}}?{_MARK})??(?P<what>[^\n{MARKS}]{{2,40}})$")
_ATTACHED_TAG = re.compile(rf"<{_MARK}\s*[^\W\d][\w ]{{1,25}}:\s?{_MARK}(?P<name>[^<>:/\n]+\.\w{{1,8}})\s*>")
_ATTACHED_OLD = re.compile(rf"^(?P<name>[^<>:/\n]+\.\w{{2,5}}) <{_MARK}[^<>\n]{{4,25}}>$")
_ATTACHED_NOTE = re.compile(rf"^{_MARK}(?P<name>[^<>/\n]{{1,200}}\.\w{{2,5}}) \((?P<note>[^()\n]{{3,40}})\)$")
_OWN_NAME = re.compile(r"^(?:IMG|VID|AUD|PTT|STK|DOC)-\d{8}-WA\d+", re.ASCII)
_NOTE_WORDS = re.compile(
    r"attached|첨부|adjunt|angehängt|joint|allegat|anexad|bijgevoegd|eklendi|ekli|прикреплен|добавлен|添付|附件|附加|附上|terlampir"
    r"|แนบ|đính kèm|załączon|bifogad|vedlagt|vedhæft|liite|přiložen|csatol|מצורף|مرفق|संलग्न",
    re.I,
)
_EDITED = re.compile(
    rf"{_MARK}\s?{_MARK}<{_MARK}(?=[^<>\n]{{5,60}}>)[^<>\n]*(?:edited|수정|편집|編集|编辑|編輯|editad|modifi|bearbeitet|измен"
    rf"|נערכה|bewerkt|düzenlendi|diedit|แก้ไข|chỉnh sửa|redigera|redigert|muokat|edytowan|upraven|تعديل)[^<>\n]*>{_MARK}$",
    re.I,
)
_DELETED = re.compile(
    rf"^{_MARK}(?:🚫\s?)?(?:(?:This message was|You) deleted\b[^\n]{{0,60}}|You deleted this message"
    r"|(?:이 메시지는 )?삭제된 메시지입니다|이 메시지는 삭제되었습니다|이 메시지를 삭제했습니다"
    r"|(?:회원님이|나에게서)?\s?메시지를 삭제했습니다|메시지가 삭제되었습니다"
    r"|관리자[^\n]{0,40}삭제[^\n]{0,20}|(?:Se eliminó este mensaje|Este mensaje fue eliminado|Eliminaste este mensaje)"
    r"|Diese Nachricht wurde gelöscht|Du hast diese Nachricht gelöscht|Ce message a été supprimé|Vous avez supprimé ce message"
    r"|Questo messaggio è stato eliminato|Hai eliminato questo messaggio|(?:Esta )?[Mm]ensagem (?:foi )?apagada"
    r"|(?:Você apagou|Apagou) esta mensagem|Dit bericht is verwijderd|[UJ]\S* hebt dit bericht verwijderd|Bu mesaj silindi"
    r"|Bu mesajı sildiniz|(?:Данное|Это) сообщение удалено|Вы удалили (?:данное|это) сообщение"
    r"|このメッセージは削除されました|(?:あなたは)?このメッセージを削除しました|[此這该該]則?[訊消]息已(?:遭)?[刪删]除|[您你]已?[刪删]除了?[此這该該]則?[訊消]息"
    r"|Pesan ini (?:telah )?dihapus|Anda menghapus pesan ini|תגובה זו נמחקה|הודעה זו נמחקה|تم حذف هذه الرسالة|ข้อความนี้ถูกลบแล้ว"
    r"|Tin nhắn này đã bị xóa|Ta wiadomość została usunięta)[.!。]?"
    rf"{_MARK}$"
)  # fmt: skip
_CALL = re.compile(
    rf"^{_MARK}(?:(?:(?:Missed|Silenced|Declined) )?(?:group )?(?:voice|video) call\b[^\n]{{0,80}}"
    r"|(?:부재중 )?(?:그룹 )?(?:음성|영상) ?(?:통화|전화)(?: 부재중)?(?:[,.][^\n]{0,60}|을 받지 못했습니다[^\n]{0,20})?"
    r"|(?:Llamada|Videollamada|Llamada de voz|Chiamata|Videochiamata|Chamada)\b[^\n]{0,30}(?:perdida|persa)[^\n]{0,30}"
    r"|Verpasster (?:Sprach|Video)anruf[^\n]{0,40}|Appel (?:vocal|vidéo)[^\n]{0,40}"
    rf"|(?:不在着信|未接)[^\n]{{0,40}}){_MARK}$",
    re.I,
)
_POLL = re.compile(
    rf"^{_MARK}(?:POLL|투표|설문(?:조사)?|ENCUESTA|UMFRAGE|SONDAGE|SONDAGGIO|ENQUETE|アンケート|投票):\s*(?:\n|$)", re.I
)
_PLACE = re.compile(
    rf"^{_MARK}(?:(?:live )?location|(?:실시간 )?위치|ubicación|standort|localização|localisation|posizione"
    r"|位置(?:情報)?|местоположение)"
    r"(?: shared| 공유| compartida)?(?::\s?\S|$)|^https?://(?:maps\.google\.com|www\.google\.com/maps|maps\.app\.goo\.gl)/\S*$",
    re.I,
)  # fmt: skip
_MAP_LINK = re.compile(r"https?://(?:maps\.google\.\w+|www\.google\.\w+/maps|foursquare\.com)\S*$")
_EVENTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            "rename",
            r"changed the (?:subject|group name)|제목을 .*변경|그룹 (?:이름|제목)을|cambió el asunto|Betreff|件名を|グループ名",
        ),
        ("join", r"\bjoined\b|참여했습니다|참가했습니다|se unió|beigetreten|a rejoint|参加しました|加入"),
        (
            "leave",
            r"\bleft\b|\bremoved\b|나갔습니다|퇴장|내보냈습니다|salió|verlassen|entfernt|a quitté|uscit|saiu|退出|退会|移除",
        ),
        (
            "invite",
            r"\badded\b|추가했습니다|추가되었습니다|초대|añadi|hinzugefügt|a ajouté|aggiunt|adicionou"
            r"|追加しました|新增了|添加",
        ),
        ("pin", r"\bpinned\b|고정했습니다|fijó|angepinnt|épinglé|ピン留め"),
    )
)
_GROUP = re.compile(
    r"\bgroup\b|그룹|단체|grupo|gruppe|groupe|gruppo|グループ|群組|群组|группу?|creó|created this", re.IGNORECASE
)
_ENCRYPTED = re.compile(
    r"end-to-end|종단간|cifrad|Ende-zu-Ende|chiffrés|crittografi|criptografi|エンドツーエンド|端(?:对|對|到)端|сквозн",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"end-to-end encrypted|종단간|changed (?:the|this|their|to)\b|created (?:group|this group)"
    r"|^.{1,60} (?:added|removed|left|joined)\b"
    r"|security code|보안 코드|disappearing messages|메시지 자동 삭제",
    re.I,
)
_QUOTES = '"“”„«»'


def is_about_group(notice: str) -> bool:
    """Whether a system line speaks of a group."""
    return bool(_GROUP.search(notice))


def is_about_encryption(notice: str) -> bool:
    """Whether it is the line at the beginning that speaks of encryption; iOS prints the room's name as its sender."""
    return bool(_ENCRYPTED.search(notice))


def is_notice_with_colon(sender: str) -> bool:
    """Whether what stands before the colon is no name but the beginning of a system line (`… to "예산: 2차"`)."""
    if len(sender) > 60 and _NOTICE.search(sender):
        return True
    if sum(sender.count(quote) for quote in _QUOTES) % 2:
        return True
    return bool(re.search(r"(?:changed the|created group|changed this)\b", sender))


def complete(message: Message, is_ios: bool) -> None:
    """Say of a message what it is: placeholders, attachments, edits; iOS marks what it prints itself with U+200E."""
    text = message.text
    is_marked = is_ios and text.startswith(tuple(MARKS[:1]))
    tail = text[-MAX_PLACEHOLDER:]
    if match := _EDITED.search(tail):
        text = text[: len(text) - len(tail) + match.start()]
        message.events.append(Event("edit"))
    found = list(_ATTACHED_TAG.finditer(text[:4000]))
    first = text.split("\n", 1)[0][:MAX_PLACEHOLDER]
    if found:
        for match in found:
            _attach(message, match["name"].strip())
    elif name := _attached_name(first):
        _attach(message, name)
    elif len(text) <= MAX_PLACEHOLDER:
        _set_kind(message, text, is_marked)
    elif _POLL.match(text):
        message.kind = MessageKind.POLL
    message.text = text.lstrip(MARKS)


def _attached_name(first_line: str) -> str | None:
    if match := _ATTACHED_OLD.match(first_line):
        return match["name"]
    match = _ATTACHED_NOTE.match(first_line)
    is_note = match and (_OWN_NAME.match(match["name"]) or _NOTE_WORDS.search(match["note"]))
    return match["name"] if match and is_note else None


def _attach(message: Message, name: str) -> None:
    message.attachments.append(Attachment(name))
    kind = _EXTENSIONS.get(name.rsplit(".", 1)[-1].lower(), MessageKind.FILE)
    message.kind = MessageKind.STICKER if "STICKER" in name or name.startswith("STK-") else kind


def _set_kind(message: Message, text: str, is_marked: bool) -> None:
    if _DELETED.match(text):
        message.kind = MessageKind.DELETED
        message.events.append(Event("delete", None, message.sender or None))
    elif _CALL.match(text):
        message.kind = MessageKind.CALL
        message.events.append(Event("call", message.sent_at, message.sender or None, text.strip(MARKS)))
    elif _POLL.match(text):
        message.kind = MessageKind.POLL
    elif _PLACE.match(text) or _MAP_LINK.search(text):
        message.kind = MessageKind.LOCATION
    elif kind := _omitted(text, is_marked):
        message.kind = kind
        message.attachments.append(Attachment("", state=AttachmentState.LOST))
    elif is_marked:
        message.kind = MessageKind.SYSTEM


def _omitted(text: str, is_marked: bool) -> MessageKind | None:
    words = text.strip(MARKS)
    is_bracketed = bool(_OMITTED_ANY.match(text))
    if is_bracketed and _IS_OMITTED.search(words):
        return _kind_of_omitted(words.strip("<> "))
    # a document's name stands before its placeholder, behind a mark
    match = _OMITTED_ONE.match(text.rstrip(MARKS))
    if match is None or not _IS_OMITTED.search(match["what"]):
        return None
    is_known = any(pattern.search(match["what"]) for _, pattern in _OMITTED_KINDS)
    is_short = len(match["what"].split()) <= 3
    if is_known and is_short and (is_marked or match["what"] == words or "\u200e" in text):
        return _kind_of_omitted(match["what"])
    return None


def _kind_of_omitted(words: str) -> MessageKind:
    return next((kind for kind, pattern in _OMITTED_KINDS if pattern.search(words)), MessageKind.OTHER)


def add_notice(message: Message, actor: str = "") -> None:
    """Say of a system line what happened, as far as its words are known.

    Args:
        message: the system line.
        actor: whom iOS prints before the line.
    """
    text = message.text[:MAX_PLACEHOLDER]
    if _CALL.match(text):
        message.kind = MessageKind.CALL
        message.events.append(Event("call", message.sent_at, actor or None, text))
        return
    message.kind = MessageKind.SYSTEM
    if _ENCRYPTED.search(text):
        return
    for kind, pattern in _EVENTS:
        if pattern.search(text):
            message.events.append(Event(kind, message.sent_at, actor or None, text))
            return
