"""Mail in EML and MHTML: its header, its body as text, attachments and forwarded mails as members."""

import email
import email.errors
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import decode_header
from email.message import Message

from connectors.contract import Blob, Document, MemberFile
from connectors.decoding import codec_of, decode_declared, decode_text
from connectors.markup import read_markup
from connectors.paragraphs import read_paragraphs
from schemas.elements import Element, ElementKind
from schemas.outcome import Failed
from schemas.provenance import Locator

_HEAD_BYTES = 16_384
_HEADER_LINE = re.compile(rb"^([!-9;-~]{1,60}):", re.MULTILINE)
_KNOWN = frozenset(
    [b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"received", b"return-path", b"content-type"]
)
_TECHNICAL = frozenset([b"message-id", b"mime-version", b"received", b"return-path", b"content-type", b"date"])
_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_BID = 0.8
_EXTENSIONS_BY_TYPE = {"text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "message/rfc822": ".eml"}


@dataclass(frozen=True, slots=True)
class _Eml:
    name: str = "eml"
    label: str = "전자우편"
    distributions: tuple[str, ...] = ("lxml",)
    version: int = 1
    preload: tuple[str, ...] = ()

    def sniff(self, blob: Blob) -> float:
        """By a header of mail at the very beginning."""
        head = blob.content[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
        if head.startswith(b"From "):
            head = head.partition(b"\n")[2]
        header = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
        if not _HEADER_LINE.match(header):
            return 0.0
        names = {name.lower() for name in _HEADER_LINE.findall(header)} & _KNOWN
        # a memo can begin with From, To and Subject as well
        is_mail = (
            len(names) >= 2 if blob.extension in ("eml", "mht", "mhtml") else len(names) >= 3 and names & _TECHNICAL
        )
        return _BID if is_mail else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the mail.

        Raises:
            schemas.outcome.Failed: `undecodable_text`, if a body is in no known encoding.
        """
        # the newer policies decode ks_c_5601-1987 with the wrong codec and raise on broken headers
        message = email.message_from_bytes(blob.content, policy=email.policy.compat32)
        headers = [(name, _header(message, name)) for name in _SHOWN]
        lines = [f"{name}: {value}" for name, value in headers if value]
        elements: list[Element] = []
        if lines:
            elements.append(Element(kind=ElementKind.EMAIL_HEADER, text="\n".join(lines)))
        members: list[MemberFile] = []
        for part in _parts(message):
            if _is_member(part):
                members.append(_member(part, len(members) + 1))
            else:
                elements.extend(_body(part, len(elements)))
        title = dict(headers)["Subject"] or None
        return Document(reader="email (Python)", elements=elements, members=members, title=title)


def _parts(message: Message) -> Iterator[Message]:
    """The leaves of a mail in order; of alternatives only the one that is read; a forwarded mail as one leaf."""
    stack = [message]
    while stack:
        part = stack.pop()
        children = part.get_payload()
        if not part.is_multipart() or part.get_content_maintype() != "multipart" or not isinstance(children, list):
            yield part
        elif part.get_content_subtype() == "alternative":
            stack.extend(reversed(_chosen([child for child in children if isinstance(child, Message)])))
        else:
            stack.extend(child for child in reversed(children) if isinstance(child, Message))


def _chosen(alternatives: list[Message]) -> list[Message]:
    plain = [part for part in alternatives if part.get_content_type() == "text/plain" and _payload(part).strip()]
    if plain:
        # an alternative that is no text at all, such as an invitation, is not an alternative to it
        others = [part for part in alternatives if part.get_content_maintype() not in ("text", "multipart")]
        return [plain[0], *others]
    return alternatives[-1:]


def _is_member(part: Message) -> bool:
    if part.get_content_type() == "message/rfc822" or part.get_content_disposition() == "attachment":
        return True
    if part.get_content_maintype() == "image" and part.get("Content-ID"):
        return False
    return bool(_filename(part)) or part.get_content_maintype() not in ("text", "message", "multipart")


def _member(part: Message, number: int) -> MemberFile:
    extension = _EXTENSIONS_BY_TYPE.get(part.get_content_type(), "")
    inner = part.get_payload()
    if (
        part.get_content_type() == "message/rfc822"
        and isinstance(inner, list)
        and inner
        and isinstance(inner[0], Message)
    ):
        subject = " ".join(_header(inner[0], "Subject").split())
        name = _filename(part) or f"{subject[:80] or f'전달 {number}'}.eml"
        return MemberFile(_safe(name), inner[0].as_bytes(policy=email.policy.compat32))
    name = _filename(part) or f"첨부 {number}{extension}"
    return MemberFile(_safe(name), _payload(part))


def _body(part: Message, first_ordinal: int) -> list[Element]:
    content = _payload(part)
    if part.get_content_maintype() not in ("text", "message") or not content.strip():
        return []
    text = decode_declared(content, part.get_param("charset", failobj="") and str(part.get_content_charset()))
    if part.get_content_type() == "text/html":
        return read_markup(text, first_ordinal=first_ordinal).elements
    # the lines of a body are not the lines of the file
    return [
        element.model_copy(update={"locator": Locator(paragraph=number)})
        for number, element in enumerate(read_paragraphs(text), first_ordinal)
    ]


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    children = part.get_payload()
    # a delivery report's fields are parsed into messages of their own
    if isinstance(children, list):
        return b"\n".join(child.as_bytes() for child in children if isinstance(child, Message))
    return b""


def _header(message: Message, name: str) -> str:
    values = [value for key, value in message.raw_items() if key.lower() == name.lower()]
    return ", ".join(_decode_words(str(value)) for value in values[:1]).strip()


def _decode_words(value: str) -> str:
    """A header's value with encoded words decoded, Korean ones as CP949, and raw bytes as text where they are text."""
    unfolded = re.sub(r"\r?\n[ \t]?", " ", value) if "=?" not in value else value
    try:
        chunks = decode_header(unfolded)
    except (ValueError, email.errors.HeaderParseError):
        chunks = [(unfolded, None)]
    parts: list[str] = []
    for chunk, charset in chunks:
        raw = chunk.encode("ascii", "surrogateescape") if isinstance(chunk, str) and _has_raw(chunk) else chunk
        if isinstance(raw, str):
            parts.append(raw)
            continue
        parts.append(_decode_chunk(raw, charset))
    return " ".join("".join(parts).split())


def _decode_chunk(raw: bytes, charset: str | None) -> str:
    codec = codec_of(charset)
    if codec:
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            codec = None
    try:
        return decode_text(raw)
    except Failed:
        # a header in no known encoding must not cost the mail; its bytes stay visible
        return raw.decode("ascii", "backslashreplace")


def _has_raw(text: str) -> bool:
    return any("\udc80" <= character <= "\udcff" for character in text)


def _filename(part: Message) -> str:
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        # raw bytes in the header are decoded before it is taken apart, since parameters lose them
        raw = next((str(value) for key, value in part.raw_items() if key.lower() == header), "")
        single = Message(policy=email.policy.compat32)
        single[header] = _decode_chunk(raw.encode("utf-8", "surrogateescape"), None) if _has_raw(raw) else raw
        value = single.get_param(parameter, header=header)
        if isinstance(value, tuple):
            charset, _, text = value
            return _decode_chunk(text.encode("latin-1", "replace"), charset)
        if isinstance(value, str) and value.strip():
            return _decode_words(value)
    return ""


def _safe(name: str) -> str:
    """A file name that names no folder: what stands before the last separator goes, and so does every `..`."""
    last = name.replace("\\", "/").replace("\x00", "").rstrip("/").rsplit("/", 1)[-1].strip()
    return last if last not in ("", ".", "..") else "이름 없음"


FORMAT = _Eml()
