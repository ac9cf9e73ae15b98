"""The body of a mail as somebody typed it, and the names of what hangs on it."""

import email
import email.policy
import re
from dataclasses import dataclass, field
from email.message import Message as ParsedMail

from connectors.mail import tnef
from connectors.mail.calendars import calendar_text
from connectors.mail.mailparts import (
    PROGRAM_TYPES,
    SEALED_TYPES,
    TNEF_TYPES,
    decoded_body,
    file_name,
    header_text,
    is_member,
    leaves,
    payload_of,
    safe_name,
)
from connectors.mail.mailtext import html_elements, unflow
from connectors.mail.outlook import Message as OutlookMessage
from connectors.mail.signedmail import signed_content
from schemas.conversations import Attachment, AttachmentState
from schemas.outcome import Failed

MAX_TEXT = 2_000_000
"""Characters of one body; what is beyond is told as not understood."""

_MAX_ATTACHMENTS, _MAX_SIGNED = 1_000, 3
_UUENCODED = re.compile(
    r"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n(?:[\x20-\x60]{0,62}\r?\n)+?(?:`\r?\n)?end[ \t]*\r?$", re.MULTILINE
)


@dataclass(slots=True)
class MailBody:
    """A mail's text and attachments; `unread` says what of it was not understood."""

    texts: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    n_signed: int = 0

    @property
    def text(self) -> str:
        """All parts of the text, those that follow another after an empty line."""
        text = "\n\n".join(self.texts)
        if len(text) > MAX_TEXT:
            self.unread.append(f"본문 {len(text):,}자 가운데 {MAX_TEXT:,}자까지만 읽음")
            self.texts = [text[:MAX_TEXT]]
        return text[:MAX_TEXT]


def body_of(mail: ParsedMail) -> MailBody:
    """The body of a parsed mail: plain text, or HTML as text where there is no other or where it has tables."""
    body = MailBody()
    for leaf in leaves(mail):
        _add(body, leaf)
    return body


def text_of_html(text: str) -> str:
    """HTML as text: its blocks line by line, tables row by row."""
    return "\n".join(element.text for element in html_elements(text, 0))


def _add(body: MailBody, part: ParsedMail) -> None:
    kind = part.get_content_type()
    if kind in TNEF_TYPES or file_name(part).lower() == "winmail.dat":
        _add_tnef(body, part)
    elif kind in SEALED_TYPES and body.n_signed < _MAX_SIGNED and (inner := signed_content(payload_of(part))):
        body.n_signed += 1
        for leaf in leaves(email.message_from_bytes(inner, policy=email.policy.compat32)):
            _add(body, leaf)
    elif is_member(part) or part.get_content_maintype() == "image":
        _attach(body, _attachment(part, len(body.attachments) + 1))
    else:
        _add_text(body, part)


def _add_text(body: MailBody, part: ParsedMail) -> None:
    content = payload_of(part)
    subtype = part.get_content_subtype()
    if part.get_content_maintype() == "multipart":
        # its parts cannot be told apart without their boundary, but they are text
        content = str(part.get_payload()).encode("utf-8", "surrogateescape")
    if subtype in PROGRAM_TYPES or not content.strip():
        return
    try:
        text = decoded_body(part, content)
    except Failed as failure:
        # must not cost the mail; its bytes stay visible
        text = content[:MAX_TEXT].decode("ascii", "backslashreplace")
        body.unread.append(f"{failure.detail}: {text[:100]}")
    text = text.replace("\r\n", "\n")
    if subtype == "html":
        text = text_of_html(text)
    elif subtype == "calendar":
        text = calendar_text(text)
    else:
        if str(part.get_param("format", failobj="")).lower() == "flowed":
            text = unflow(text, delete_space=str(part.get_param("delsp", failobj="")).lower() == "yes")
        text = _without_uuencoded(body, text)
    text = text.rstrip("\n")
    if text.strip():
        body.texts.append(text)


def _add_tnef(body: MailBody, part: ParsedMail) -> None:
    try:
        message = tnef.read_tnef(payload_of(part))
    except Failed as failure:
        body.unread.append(f"winmail.dat: {failure.detail or failure.reason}")
        _attach(body, _attachment(part, len(body.attachments) + 1))
        return
    # the mail around it has the same text, if it has any
    if not body.texts and (text := outlook_text(message)):
        body.texts.append(text)
    for attachment in outlook_attachments(message):
        _attach(body, attachment)


def outlook_text(message: OutlookMessage) -> str:
    """The body of a message of Outlook: plain text, or else its HTML as text."""
    text = message.text.replace("\r\n", "\n").rstrip("\n")
    return text if text.strip() else text_of_html(message.html).rstrip("\n") if message.html.strip() else ""


def outlook_attachments(message: OutlookMessage) -> list[Attachment]:
    """What hangs on a message of Outlook, by name."""
    return [
        Attachment(
            f"{found.name}.eml" if found.message else found.name,
            size_bytes=len(found.content) or None,
            state=AttachmentState.PRESENT,
        )
        for found in message.attachments
    ]


def _attach(body: MailBody, attachment: Attachment) -> None:
    if len(body.attachments) < _MAX_ATTACHMENTS:
        body.attachments.append(attachment)
    elif len(body.attachments) == _MAX_ATTACHMENTS and not body.unread:
        body.unread.append(f"첨부 {_MAX_ATTACHMENTS:,}개를 넘음")


def _attachment(part: ParsedMail, number: int) -> Attachment:
    kind = part.get_content_type()
    inner = part.get_payload()
    if kind == "message/rfc822" and isinstance(inner, list) and inner and isinstance(inner[0], ParsedMail):
        subject = " ".join(header_text(inner[0], "Subject").split())
        name = file_name(part) or f"{subject[:80] or f'전달 {number}'}.eml"
        return Attachment(safe_name(name), kind, state=AttachmentState.PRESENT)
    name = file_name(part) or f"첨부 {number}"
    return Attachment(safe_name(name), kind, len(payload_of(part)), state=AttachmentState.PRESENT)


def _without_uuencoded(body: MailBody, text: str) -> str:
    if "\nend" not in text:
        return text

    def take(match: re.Match[str]) -> str:
        _attach(body, Attachment(safe_name(match[1].strip()), state=AttachmentState.PRESENT))
        return ""

    return _UUENCODED.sub(take, text)
