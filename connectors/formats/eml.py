"""Mail in EML and MHTML: its header, its body as text, attachments and forwarded mails as members."""

import binascii
import codecs
import email
import email.errors
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime

from connectors.contract import Blob, Document, MemberFile
from connectors.decoding import codec_of, decode_declared, decode_text, utf16_codec
from connectors.embedded import embedded_members
from connectors.mail import tnef
from connectors.mail.calendars import calendar_text
from connectors.mail.mailtext import attached_member, has_tables, head_element, html_elements, text_elements, unflow
from connectors.mail.outlook import body_elements, members_of
from connectors.mail.signedmail import signed_content
from schemas.elements import Element, Flag, Property
from schemas.outcome import Failed

_HEAD_BYTES = 16_384
_HEADER_LINE = re.compile(rb"^([!-9;-~]{1,60}):", re.MULTILINE)
_KNOWN = frozenset(
    [b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"received", b"return-path", b"content-type"]
)
_TECHNICAL = frozenset([b"message-id", b"mime-version", b"received", b"return-path", b"content-type", b"date"])
_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_TEXT_TYPES = frozenset({"plain", "html", "calendar", "enriched", "rfc822-headers"})
_PROGRAM_TYPES = frozenset({"css", "javascript", "x-amp-html"})
_TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_SEALED_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_UUENCODED = re.compile(
    rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n((?:[\x20-\x60]{0,62}\r?\n)+?)(?:`\r?\n)?end[ \t]*\r?$", re.MULTILINE
)
_MAX_UUENCODED, _MAX_SIGNED = 200, 3
_MAX_DECODED_HEADER = 200_000
# A mail whose parts do not begin, or do not end, was cut off on its way.
_CUT = (email.errors.CloseBoundaryNotFoundDefect, email.errors.StartBoundaryNotFoundDefect)
_BID = 0.85
_EXTENSIONS_BY_TYPE = {
    "text/csv": ".csv",
    "text/rtf": ".rtf",
    "application/rtf": ".rtf",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "message/rfc822": ".eml",
}


@dataclass(frozen=True, slots=True)
class _Eml:
    name: str = "eml"
    label: str = "전자우편"
    distributions: tuple[str, ...] = ("lxml",)
    version: int = 3
    preload: tuple[str, ...] = ()
    keeps: tuple[str, ...] = (
        "보낸이·받는이·날짜·제목",
        "본문(글 또는 HTML, 표 포함)",
        "첨부 파일·전달된 메일",
        "winmail.dat·uuencode 첨부",
        "일정 초대",
        "본문 속 그림",
    )
    loses: tuple[str, ...] = ("암호화된 본문(S/MIME·PGP)", "글과 HTML 가운데 하나", "숨은 참조·기술 머리글")

    def sniff(self, blob: Blob) -> float:
        """By a header of mail at the very beginning."""
        head = _as_bytes_of_text(blob.content[:_HEAD_BYTES]).removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
        if head.startswith(b"From "):
            head = head.partition(b"\n")[2]
        header = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
        if not _HEADER_LINE.match(header):
            return 0.0
        names = {name.lower() for name in _HEADER_LINE.findall(header)} & _KNOWN
        # a memo can begin with From, To and Subject as well
        is_mail = (
            len(names) >= 2
            if blob.extension in ("eml", "mht", "mhtml") or b"mime-version" in names
            else len(names) >= 3 and names & _TECHNICAL
        )
        return _BID if is_mail else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the mail.

        Raises:
            schemas.outcome.Failed: `no_text`, `archive_bomb` for parts inside parts without end. A body in no known
                encoding is a member that bears that reason.
        """
        try:
            return self._read(blob)
        except RecursionError as error:
            raise Failed("archive_bomb", "너무 깊이 들어 있음") from error

    def _read(self, blob: Blob) -> Document:
        # the newer policies decode ks_c_5601-1987 with the wrong codec and raise on broken headers
        message = email.message_from_bytes(_as_bytes_of_text(blob.content), policy=email.policy.compat32)
        head = {name: _header(message, name) for name in _SHOWN}
        mail = _Mail(elements=head_element(head))
        for part in _parts(message):
            mail.add(part)
        embedded, is_left_out = embedded_members(mail.pictures)
        members = [*mail.members, *embedded]
        if not mail.elements and not members:
            raise Failed("no_text")
        flags = [Flag.PICTURES_NOT_READ] if is_left_out or mail.are_pictures_left_out else []
        if any(isinstance(defect, _CUT) for part in message.walk() for defect in part.defects):
            flags.append(Flag.LOW_COVERAGE)
        return Document(
            reader="email (Python)",
            elements=mail.elements,
            members=members,
            title=head["Subject"] or None,
            flags=flags,
            properties=_properties(head),
        )


@dataclass(slots=True)
class _Mail:
    """What is found in the parts of a mail, in their order."""

    elements: list[Element]
    members: list[MemberFile] = field(default_factory=list)
    pictures: list[tuple[str, bytes]] = field(default_factory=list)
    are_pictures_left_out: bool = False
    depth: int = 0

    def add(self, part: Message) -> None:
        """Add a part: its text to the body, or itself to the members."""
        kind = part.get_content_type()
        if kind in _TNEF_TYPES or _filename(part).lower() == "winmail.dat":
            self._add_tnef(part)
        elif kind in _SEALED_TYPES and (inner := signed_content(_payload(part))) and self.depth < _MAX_SIGNED:
            self.depth += 1
            for signed in _parts(email.message_from_bytes(inner, policy=email.policy.compat32)):
                self.add(signed)
        elif _is_member(part):
            self.members.append(_member(part, len(self.members) + 1))
        elif part.get_content_maintype() == "image":
            name = _filename(part) or f"그림 {len(self.pictures) + 1}.{part.get_content_subtype()}"
            self.pictures.append((_safe(name), _payload(part)))
        else:
            try:
                self._add_body(part)
            except Failed as failure:
                if failure.reason != "undecodable_text":
                    raise
                # It must not cost the attachments; nor is the mail whole without it.
                name = f"본문 {len(self.members) + 1}{_EXTENSIONS_BY_TYPE.get(kind, '.txt')}"
                self.members.append(MemberFile(name, _payload(part), failure.reason, failure.detail))

    def _add_tnef(self, part: Message) -> None:
        content = _payload(part)
        try:
            message = tnef.read_tnef(content)
        except Failed as failure:
            self.members.append(
                MemberFile(_safe(_filename(part) or "winmail.dat"), content, failure.reason, failure.detail)
            )
            return
        # The mail around it has the same text, if it has any.
        if not any(element.locator.paragraph or element.table for element in self.elements):
            self.elements.extend(body_elements(message, len(self.elements)))
        members, is_left_out = members_of(message)
        self.members.extend(members)
        self.are_pictures_left_out = self.are_pictures_left_out or is_left_out

    def _add_body(self, part: Message) -> None:
        content = _payload(part)
        subtype = part.get_content_subtype()
        if part.get_content_maintype() == "multipart":
            # Its parts cannot be told apart without their boundary, but they are text.
            content = str(part.get_payload()).encode("utf-8", "surrogateescape")
        if subtype in _PROGRAM_TYPES or not content.strip():
            return
        first = len(self.elements)
        if subtype == "html":
            self.elements.extend(html_elements(_decoded(part, content), first))
            return
        if subtype == "calendar":
            self.elements.extend(text_elements(calendar_text(_decoded(part, content)), first))
            return
        content, attached = _without_uuencoded(content)
        self.members.extend(attached)
        text = _decoded(part, content)
        if str(part.get_param("format", failobj="")).lower() == "flowed":
            text = unflow(text, delete_space=str(part.get_param("delsp", failobj="")).lower() == "yes")
        self.elements.extend(text_elements(text, first))


def _as_bytes_of_text(content: bytes) -> bytes:
    """A mail that somebody saved as UTF-16, in bytes as mail has them."""
    codec = utf16_codec(content)
    if codec is None:
        return content
    # A head can be cut off inside a character.
    return codecs.decode(content[: len(content) // 2 * 2], codec, "replace").removeprefix("\ufeff").encode()


def _properties(head: dict[str, str]) -> list[Property]:
    found = [Property(name="author", value=head["From"])] if head["From"] else []
    try:
        found.append(Property(name="created_at", value=parsedate_to_datetime(head["Date"]).isoformat()))
    except (ValueError, TypeError, IndexError, OverflowError):
        # no date, or one in nobody's format
        return found
    return found


def _parts(message: Message) -> Iterator[Message]:
    """The leaves of a mail in order; of alternatives only the one that is read; a forwarded mail as one leaf."""
    stack = [message]
    while stack:
        part = stack.pop()
        children = part.get_payload()
        if not part.is_multipart() or part.get_content_maintype() != "multipart" or not isinstance(children, list):
            yield part
        elif part.get_content_subtype() == "encrypted":
            # The first part only says how the second is encrypted.
            yield from [child for child in children if isinstance(child, Message)][1:]
        elif part.get_content_subtype() == "alternative":
            stack.extend(reversed(_chosen([child for child in children if isinstance(child, Message)])))
        else:
            stack.extend(child for child in reversed(children) if isinstance(child, Message))


def _chosen(alternatives: list[Message]) -> list[Message]:
    """Plain text before HTML, unless the HTML has tables that the text has lost; what is neither is no alternative."""
    plain = [part for part in alternatives if part.get_content_type() == "text/plain" and _payload(part).strip()]
    others = [part for part in alternatives if part.get_content_maintype() not in ("text", "multipart")]
    calendars = [part for part in alternatives if part.get_content_type() == "text/calendar"]
    if not plain:
        rich = [part for part in alternatives if part not in others and part not in calendars]
        return [*rich[-1:], *calendars, *others]
    for part in alternatives:
        for leaf in part.walk():
            if leaf.get_content_type() == "text/html" and has_tables(_decoded(leaf, _payload(leaf))):
                return [part, *calendars, *others]
    return [plain[0], *calendars, *others]


def _is_member(part: Message) -> bool:
    if part.get_content_type() == "message/rfc822" or part.get_content_disposition() == "attachment":
        return True
    if part.get_content_maintype() == "image" and part.get("Content-ID"):
        return False
    if part.get_content_maintype() == "text" and part.get_content_subtype() not in _TEXT_TYPES | _PROGRAM_TYPES:
        return True
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
    return attached_member(_safe(name), _payload(part))


def _decoded(part: Message, content: bytes) -> str:
    return decode_declared(content, part.get_param("charset", failobj="") and str(part.get_content_charset()))


def _without_uuencoded(content: bytes) -> tuple[bytes, list[MemberFile]]:
    """A body without the files that old programs wrote into its text, and those files."""
    members: list[MemberFile] = []
    if b"\nend" not in content:
        return content, members

    def take(match: re.Match[bytes]) -> bytes:
        if len(members) >= _MAX_UUENCODED:
            return match[0]
        try:
            decoded = b"".join(binascii.a2b_uu(line) for line in match[2].splitlines() if line.strip())
        except binascii.Error:
            return match[0]
        members.append(MemberFile(_safe(_decode_chunk(match[1].strip(), None)), decoded))
        return b""

    return _UUENCODED.sub(take, content), members


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
    if len(unfolded) > _MAX_DECODED_HEADER:
        # decoding takes time by the square of the length, and no header with words to decode is that long
        return " ".join(_decode_chunk(unfolded.encode("utf-8", "surrogateescape"), None).split())
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
