"""Mails in a store of Outlook, as libpff finds them, with the headers that mails elsewhere have."""

import base64
import email
import email.policy
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message as ParsedMail
from email.utils import format_datetime
from typing import Any, BinaryIO, Literal
from urllib.parse import quote

from connectors.mail import mapi
from connectors.mail.mailparts import safe_name
from connectors.mail.mapi import Properties
from connectors.mail.outlook import read_message
from connectors.messengers.contract import ExportFile
from connectors.messengers.mail_body import MailBody, outlook_text
from connectors.messengers.mail_file import MAX_MAILS
from connectors.messengers.mail_headers import raw_headers
from schemas.conversations import SEOUL, Attachment, AttachmentState
from schemas.outcome import Failed

_SIGNATURE = b"!BDN"
_CLASS, _TRANSPORT, _SEARCH_KEY, _INDEX = 0x001A, 0x007D, 0x300B, 0x0071
_MESSAGE_ID, _REFERENCES, _IN_REPLY_TO = 0x1035, 0x1039, 0x1042
_MAX_FOLDERS, _MAX_DEPTH, _MAX_ATTACHMENTS = 20_000, 64, 1_000
_MAX_ENTRIES, _MAX_PROPERTY = 5_000, 64 << 20
_MAILS = ("ipm.note", "ipm.post", "report.", "ipm.schedule.meeting", "ipm.skypeteams", "ipm.recall")
_HEADERS = ("From", "Sender", "To", "Cc", "Date", "Subject", "Message-ID", "In-Reply-To", "References", "Thread-Index")
_MIME_TAG = 0x370E
_SUBJECT_MARK = re.compile(r"^\x01.", re.DOTALL)
_NO_TYPE = "application/octet-stream"
_FROM_LINE = "From - Thu Jan  1 00:00:00 1970"
_BOUNDARY = "-=part=-"
_BODIES = frozenset({mapi.BODY, mapi.HTML, mapi.RTF})
# libpff has errors of its own for what is broken, and others where a value is not of the kind that it says
_BROKEN = (OSError, ValueError, TypeError, AttributeError, OverflowError, MemoryError, Failed)

Wanted = Literal["headers", "bodies", "contents"]


@dataclass(slots=True)
class StoredMail:
    """A mail of a store: headers as elsewhere, body, where it lies (`받은 편지함#3`), bytes of attachments if asked."""

    head: ParsedMail
    body: MailBody
    path: str
    contents: list[bytes] = field(default_factory=list)


def is_store(start: bytes) -> bool:
    """Whether a file begins like a PST or OST."""
    return start.startswith(_SIGNATURE)


class _OwnPlace(io.RawIOBase):
    """A stream with a place of its own, since others move the one beneath."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream, self._size, self._at = stream, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:  # pyright: ignore[reportIncompatibleMethodOverride]
        self._stream.seek(self._at)
        content = self._stream.read(size)
        self._at += len(content)
        return content

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def get_size(self) -> int:
        return self._size


def stored_mails(file: ExportFile, unread: list[str], *, wanted: Wanted = "bodies") -> Iterator[StoredMail]:
    """Every mail of every folder, in the same order each time. What is no mail (contacts, appointments) is passed over.

    Args:
        file: the store.
        unread: what could not be read is told here.
        wanted: headers alone, bodies too, or also the bytes of attachments.

    Raises:
        schemas.outcome.Failed: `corrupt`, `converter_unavailable`.
    """
    try:
        import pypff
    except ImportError as error:
        raise Failed("converter_unavailable", "libpff-python이 없음") from error
    store: Any = pypff.file()
    try:
        store.open_file_object(_OwnPlace(file.stream, file.size))
        root = store.get_root_folder()
    except _BROKEN as error:
        raise Failed("corrupt", f"PST: {error}") from error
    n_mails = 0
    try:
        for path, folder in _folders(root, unread):
            for number in range(_count(folder, "number_of_sub_messages", path, unread)):
                if n_mails >= MAX_MAILS:
                    unread.append(f"메일 {MAX_MAILS:,}통을 넘음")
                    return
                place = f"{path}#{number + 1}"
                mail = _mail(folder, number, place, unread, wanted)
                if mail is not None:
                    n_mails += 1
                    yield mail
    finally:
        store.close()


def _folders(root: Any, unread: list[str]) -> Iterator[tuple[str, Any]]:
    stack: list[tuple[str, Any, int]] = [("", root, 0)]
    n_folders = 0
    while stack:
        path, folder, depth = stack.pop()
        yield path, folder
        n_below = _count(folder, "number_of_sub_folders", path, unread)
        found: list[tuple[str, Any, int]] = []
        for number in range(n_below):
            n_folders += 1
            if n_folders > _MAX_FOLDERS or depth >= _MAX_DEPTH:
                unread.append(f"{path}: 폴더가 너무 많거나 깊음")
                break
            try:
                below = folder.get_sub_folder(number)
                name = (below.name or "").replace("/", "／").strip() or f"폴더 {number + 1}"
            except _BROKEN as error:
                unread.append(f"{path}: 폴더 {number + 1}: {error}")
                continue
            found.append((f"{path}/{name}" if path else name, below, depth + 1))
        stack.extend(reversed(found))


def _count(folder: Any, name: str, path: str, unread: list[str]) -> int:
    try:
        return int(getattr(folder, name))
    except _BROKEN as error:
        unread.append(f"{path}: {error}")
        return 0


def _mail(folder: Any, number: int, place: str, unread: list[str], wanted: Wanted) -> StoredMail | None:
    try:
        item = folder.get_sub_message(number)
        properties = _properties(item, are_bodies_read=False)
        if not properties.text(_CLASS).lower().startswith(_MAILS):
            return None
        mail = StoredMail(_head(item, properties), MailBody(), place)
    except _BROKEN as error:
        unread.append(f"{place}: {error}")
        return None
    if wanted != "headers":
        try:
            _read_body(item, mail, are_contents_read=wanted == "contents")
        except _BROKEN as error:
            # must not cost the mail, nor the order in which they are met
            mail.body.unread.append(f"본문: {error}")
    return mail


def _properties(item: Any, *, are_bodies_read: bool) -> Properties:
    found = Properties()
    for number in range(min(int(item.number_of_record_sets), 1)):
        records = item.get_record_set(number)
        for place in range(min(int(records.number_of_entries), _MAX_ENTRIES)):
            entry = records.get_entry(place)
            name, kind = entry.entry_type, entry.value_type
            if name is None or kind is None or name in found.values or (name in _BODIES and not are_bodies_read):
                continue
            if kind not in (mapi.UNICODE, mapi.STRING8, mapi.BINARY, 0x0003, 0x0040):
                continue
            try:
                content = entry.data
            except _BROKEN:
                continue
            if content and len(content) <= _MAX_PROPERTY:
                found.values[name] = (kind, content)
    return found


def _head(item: Any, properties: Properties) -> ParsedMail:
    """The headers with which the mail came, and what the store itself says where they say nothing."""
    message = read_message(properties, [])
    transport = properties.text(_TRANSPORT)
    head = email.message_from_string(
        transport.partition("\n\n")[0].replace("\r\n\r\n", "\r\n")[:262_144] if transport.strip() else "\n",
        policy=email.policy.compat32,
    )
    head.set_payload("")
    index = properties.binary(_INDEX)
    search_key = properties.binary(_SEARCH_KEY)
    own = properties.text(_MESSAGE_ID).strip()
    said = {
        **message.head,
        # a store puts the length of `RE: ` before the subject, behind a mark
        "Subject": _SUBJECT_MARK.sub("", message.head["Subject"]),
        "Date": format_datetime(message.sent_at.astimezone(SEOUL)) if message.sent_at else "",
        # by the key that Outlook itself tells copies of the same mail by
        "Message-ID": own or f"<{search_key.hex() or item.identifier}@pst>",
        "References": properties.text(_REFERENCES),
        "In-Reply-To": properties.text(_IN_REPLY_TO),
        "Thread-Index": base64.b64encode(index).decode() if len(index) >= 22 else "",
    }
    for name, value in said.items():
        if value.strip() and name not in head:
            head[name] = _one_line(value)
    return head


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _read_body(item: Any, mail: StoredMail, *, are_contents_read: bool) -> None:
    body = mail.body
    text = outlook_text(read_message(_properties(item, are_bodies_read=True), []))
    if not text.strip():
        # a body that is no property of the first record set
        raw = item.plain_text_body or b""
        text = mapi.decode_page(raw) if isinstance(raw, bytes) else str(raw)
        text = text.replace("\r\n", "\n").rstrip("\n\x00")
    if text.strip():
        body.texts.append(text)
    try:
        n_attachments = min(int(item.number_of_attachments), _MAX_ATTACHMENTS)
    except _BROKEN as error:
        body.unread.append(f"첨부: {error}")
        return
    for number in range(n_attachments):
        try:
            found = item.get_attachment(number)
            properties = _properties(found, are_bodies_read=False)
            size = int(found.size or 0)
            content = found.read_buffer(size) if are_contents_read and 0 < size <= _MAX_PROPERTY else b""
        except _BROKEN as error:
            body.unread.append(f"첨부 {number + 1}: {error}")
            continue
        name = _attachment_name(properties) or f"첨부 {number + 1}"
        body.attachments.append(Attachment(name, _mime(properties), size, state=AttachmentState.PRESENT))
        mail.contents.append(content)


def _mime(properties: Properties) -> str:
    tag = properties.text(_MIME_TAG).strip().lower()
    # a mail inside a mail would be taken apart where it is only named
    is_plain = re.fullmatch(r"(?!message/|multipart/|text/)[a-z]{1,40}/[a-z0-9.+-]{1,100}", tag)
    return tag if is_plain else _NO_TYPE


def _attachment_name(properties: Properties) -> str:
    for wanted in (mapi.LONG_NAME, mapi.SHORT_NAME, mapi.SHOWN_NAME):
        if name := properties.text(wanted).strip():
            return safe_name(name)
    return ""


def to_mbox(mail: StoredMail) -> bytes:
    """A mail as one of a mailbox in mbox, from which the same message is read again."""
    lines = [_FROM_LINE]
    lines += [f"{name}: {value}" for name in _HEADERS for value in raw_headers(mail.head, name)[:1]]
    lines += ["MIME-Version: 1.0", f'Content-Type: multipart/mixed; boundary="{_BOUNDARY}"', "", f"--{_BOUNDARY}"]
    lines += ['Content-Type: text/plain; charset="utf-8"', "Content-Transfer-Encoding: base64", ""]
    lines.append(base64.encodebytes(mail.body.text.encode("utf-8", "replace")).decode())
    for attachment, content in zip(mail.body.attachments, mail.contents, strict=True):
        name = quote(attachment.name, safe="")
        lines += [f"--{_BOUNDARY}", f"Content-Type: {attachment.mime}", "Content-Transfer-Encoding: base64"]
        lines += [f"Content-Disposition: attachment; filename*=utf-8''{name}", "", base64.encodebytes(content).decode()]
    return "\n".join([*lines, f"--{_BOUNDARY}--", "", ""]).encode("utf-8", "surrogateescape")
