"""Mail in EML and MHTML: its header, its body as text, attachments and forwarded mails as members."""

import binascii
import email
import email.errors
import email.policy
import re
from dataclasses import dataclass, field
from email.message import Message
from email.utils import parsedate_to_datetime

from connectors.contract import Blob, Document, MemberFile
from connectors.embedded import embedded_members
from connectors.mail import tnef
from connectors.mail.calendars import calendar_text
from connectors.mail.mailparts import (
    PROGRAM_TYPES,
    SEALED_TYPES,
    TNEF_TYPES,
    decode_chunk,
    decoded_body,
    file_name,
    header_text,
    is_member,
    leaves,
    mail_bytes,
    payload_of,
    safe_name,
)
from connectors.mail.mailtext import attached_member, body_text, head_element, html_elements, text_elements, unflow
from connectors.mail.outlook import body_elements, members_of
from connectors.mail.signedmail import signed_content
from connectors.messengers.mail_thread import transcript_of_mail
from schemas.elements import Element, Flag, Property
from schemas.outcome import Failed

_HEAD_BYTES = 16_384
_HEADER_LINE = re.compile(rb"^([!-9;-~]{1,60}):", re.MULTILINE)
_KNOWN = frozenset(
    [b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"received", b"return-path", b"content-type"]
)
_TECHNICAL = frozenset([b"message-id", b"mime-version", b"received", b"return-path", b"content-type", b"date"])
_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_UUENCODED = re.compile(
    rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n((?:[\x20-\x60]{0,62}\r?\n)+?)(?:`\r?\n)?end[ \t]*\r?$", re.MULTILINE
)
_MAX_UUENCODED, _MAX_SIGNED = 200, 3
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
        head = mail_bytes(blob.content[:_HEAD_BYTES]).removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
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
        message = email.message_from_bytes(mail_bytes(blob.content), policy=email.policy.compat32)
        head = {name: header_text(message, name) for name in _SHOWN}
        mail = _Mail(elements=head_element(head))
        for part in leaves(message):
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
            converse=lambda: transcript_of_mail(
                message, body_text(mail.elements), tuple(member.path for member in mail.members)
            ),
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
        if kind in TNEF_TYPES or file_name(part).lower() == "winmail.dat":
            self._add_tnef(part)
        elif kind in SEALED_TYPES and (inner := signed_content(payload_of(part))) and self.depth < _MAX_SIGNED:
            self.depth += 1
            for signed in leaves(email.message_from_bytes(inner, policy=email.policy.compat32)):
                self.add(signed)
        elif is_member(part):
            self.members.append(_member(part, len(self.members) + 1))
        elif part.get_content_maintype() == "image":
            name = file_name(part) or f"그림 {len(self.pictures) + 1}.{part.get_content_subtype()}"
            self.pictures.append((safe_name(name), payload_of(part)))
        else:
            try:
                self._add_body(part)
            except Failed as failure:
                if failure.reason != "undecodable_text":
                    raise
                # It must not cost the attachments; nor is the mail whole without it.
                name = f"본문 {len(self.members) + 1}{_EXTENSIONS_BY_TYPE.get(kind, '.txt')}"
                self.members.append(MemberFile(name, payload_of(part), failure.reason, failure.detail))

    def _add_tnef(self, part: Message) -> None:
        content = payload_of(part)
        try:
            message = tnef.read_tnef(content)
        except Failed as failure:
            self.members.append(
                MemberFile(safe_name(file_name(part) or "winmail.dat"), content, failure.reason, failure.detail)
            )
            return
        # The mail around it has the same text, if it has any.
        if not any(element.locator.paragraph or element.table for element in self.elements):
            self.elements.extend(body_elements(message, len(self.elements)))
        members, is_left_out = members_of(message)
        self.members.extend(members)
        self.are_pictures_left_out = self.are_pictures_left_out or is_left_out

    def _add_body(self, part: Message) -> None:
        content = payload_of(part)
        subtype = part.get_content_subtype()
        if part.get_content_maintype() == "multipart":
            # Its parts cannot be told apart without their boundary, but they are text.
            content = str(part.get_payload()).encode("utf-8", "surrogateescape")
        if subtype in PROGRAM_TYPES or not content.strip():
            return
        first = len(self.elements)
        if subtype == "html":
            self.elements.extend(html_elements(decoded_body(part, content), first))
            return
        if subtype == "calendar":
            self.elements.extend(text_elements(calendar_text(decoded_body(part, content)), first))
            return
        content, attached = _without_uuencoded(content)
        self.members.extend(attached)
        text = decoded_body(part, content)
        if str(part.get_param("format", failobj="")).lower() == "flowed":
            text = unflow(text, delete_space=str(part.get_param("delsp", failobj="")).lower() == "yes")
        self.elements.extend(text_elements(text, first))


def _properties(head: dict[str, str]) -> list[Property]:
    found = [Property(name="author", value=head["From"])] if head["From"] else []
    try:
        found.append(Property(name="created_at", value=parsedate_to_datetime(head["Date"]).isoformat()))
    except (ValueError, TypeError, IndexError, OverflowError):
        # no date, or one in nobody's format
        return found
    return found


def _member(part: Message, number: int) -> MemberFile:
    extension = _EXTENSIONS_BY_TYPE.get(part.get_content_type(), "")
    inner = part.get_payload()
    if (
        part.get_content_type() == "message/rfc822"
        and isinstance(inner, list)
        and inner
        and isinstance(inner[0], Message)
    ):
        subject = " ".join(header_text(inner[0], "Subject").split())
        name = file_name(part) or f"{subject[:80] or f'전달 {number}'}.eml"
        return MemberFile(safe_name(name), inner[0].as_bytes(policy=email.policy.compat32))
    name = file_name(part) or f"첨부 {number}{extension}"
    return attached_member(safe_name(name), payload_of(part))


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
        members.append(MemberFile(safe_name(decode_chunk(match[1].strip(), None)), decoded))
        return b""

    return _UUENCODED.sub(take, content), members


FORMAT = _Eml()
