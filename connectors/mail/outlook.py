"""Outlook's messages, whatever holds them: head, bodies and attachments, those that are messages themselves as EML."""

import email.policy
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.utils import format_datetime

from connectors.contract import MemberFile
from connectors.decoding import decode_declared
from connectors.embedded import PICTURE_EXTENSIONS, embedded_members
from connectors.mail import mapi
from connectors.mail.mailtext import attached_member, has_tables, head_element, html_elements, text_elements
from connectors.mail.mapi import Properties
from connectors.mail.rtfmail import read_rtf_body
from schemas.elements import Element, Property
from schemas.outcome import Failed

_MAX_NAME_CHARACTERS = 80


@dataclass(slots=True)
class Attachment:
    """A file that hangs on a message, its bytes or the reason for which they are not had, or a message itself."""

    name: str
    content: bytes = b""
    message: "Message | None" = None
    reason: str | None = None
    detail: str = ""
    is_inline: bool = False


@dataclass(slots=True)
class Message:
    """A message: lines of its head by name, its bodies, and what hangs on it."""

    head: dict[str, str] = field(default_factory=dict)
    sent_at: datetime | None = None
    text: str = ""
    html: str = ""
    attachments: list[Attachment] = field(default_factory=list)


def read_message(properties: Properties, attachments: list[Attachment]) -> Message:
    """A message from its properties.

    Raises:
        Failed: `undecodable_text`, `too_large`.
    """
    sent_at = properties.moment(mapi.SUBMITTED_AT) or properties.moment(mapi.DELIVERED_AT)
    head = {
        "From": _sender(properties),
        "To": properties.text(mapi.SHOWN_TO).strip(),
        "Cc": properties.text(mapi.SHOWN_CC).strip(),
        "Date": format_datetime(sent_at) if sent_at else "",
        "Subject": " ".join(properties.text(mapi.SUBJECT).split()),
    }
    html = _html(properties)
    text = properties.text(mapi.BODY)
    if not html:
        rtf = mapi.decompress_rtf(properties.binary(mapi.RTF))
        body, is_html = read_rtf_body(rtf) if rtf else ("", False)
        html = body if is_html else ""
        text = text if text.strip() or is_html else body
    return Message(head, sent_at, text, html, attachments)


def _sender(properties: Properties) -> str:
    name = properties.text(mapi.SENDER_NAME).strip() or properties.text(mapi.SENT_FOR_NAME).strip()
    address = properties.text(mapi.SENDER_SMTP).strip() or properties.text(mapi.SENDER_ADDRESS).strip()
    # Inside an organisation the address is a path in its directory, which tells nobody anything.
    address = address if "@" in address else ""
    return f"{name} <{address}>" if name and address and name != address else name or address


def _html(properties: Properties) -> str:
    kind, raw = properties.values.get(mapi.HTML, (0, b""))
    if kind == mapi.UNICODE or not raw:
        return properties.text(mapi.HTML)
    # The code page of the HTML is the internet's, not that of the texts beside it.
    page = mapi.codec_of_page(properties.integer(mapi.INTERNET_CODE_PAGE) or 0)
    return decode_declared(raw.rstrip(b"\x00"), page or next(iter(properties.codecs), None))


def body_elements(message: Message, first_ordinal: int = 0) -> list[Element]:
    """A message's body: plain text, or HTML where there is no other or where it has tables."""
    if message.html.strip() and (not message.text.strip() or has_tables(message.html)):
        elements = html_elements(message.html, first_ordinal)
        if elements:
            return elements
    return text_elements(message.text, first_ordinal)


def elements_of(message: Message) -> list[Element]:
    """A message's head and body."""
    head = head_element(message.head)
    return [*head, *body_elements(message, len(head))]


def members_of(message: Message) -> tuple[list[MemberFile], bool]:
    """What hangs on a message, and whether pictures in its text had to be left unread."""
    members: list[MemberFile] = []
    pictures: list[tuple[str, bytes]] = []
    for attachment in message.attachments:
        name = attachment.name
        if attachment.message is not None:
            members.append(MemberFile(f"{name}.eml", to_eml(attachment.message)))
        elif attachment.is_inline and name.rpartition(".")[2].lower() in PICTURE_EXTENSIONS:
            pictures.append((name, attachment.content))
        elif attachment.reason:
            members.append(MemberFile(name, attachment.content, attachment.reason, attachment.detail))
        else:
            members.append(attached_member(name, attachment.content))
    embedded, is_left_out = embedded_members(pictures)
    return [*members, *embedded], is_left_out


def properties_of(message: Message) -> list[Property]:
    """What a message says of itself."""
    found = [Property(name="author", value=message.head["From"])] if message.head.get("From") else []
    if message.sent_at:
        found.append(Property(name="created_at", value=message.sent_at.isoformat(timespec="seconds")))
    return found


def to_eml(message: Message) -> bytes:
    """A message as EML, so that one that hangs on another is read as any mail is."""
    # Names of people are no valid addresses, and the strict headers would lose them.
    registry = HeaderRegistry(default_class=UnstructuredHeader, use_default_map=False)
    mail = EmailMessage(policy=email.policy.SMTP.clone(header_factory=registry))
    for name, value in message.head.items():
        if value:
            mail[name] = " ".join(value.split())
    mail["Message-ID"] = "<inner@message>"
    mail.set_content(message.text or " ", charset="utf-8", cte="base64")
    if message.html.strip():
        mail.add_alternative(message.html, subtype="html", charset="utf-8", cte="base64")
    for attachment in message.attachments:
        if attachment.message is not None:
            inner, name = to_eml(attachment.message), f"{attachment.name}.eml"
            mail.add_attachment(inner, maintype="application", subtype="octet-stream", filename=name)
        elif attachment.content:
            mail.add_attachment(
                attachment.content, maintype="application", subtype="octet-stream", filename=attachment.name
            )
    # By themselves, boundaries are random, and the same message would be another content each time that it is read.
    for number, part in enumerate(mail.walk()):
        if part.is_multipart():
            # every part is in base64, which has no hyphen, so that none can hold it
            part.set_boundary(f"--part-of-message-{number}--")
    return mail.as_bytes()


def attachment_name(properties: Properties, number: int) -> str:
    """The name of an attachment, without folders."""
    for wanted in (mapi.LONG_NAME, mapi.SHORT_NAME, mapi.SHOWN_NAME):
        try:
            name = properties.text(wanted)
        except Failed:
            continue
        last = name.replace("\\", "/").replace("\x00", "").rstrip("/").rsplit("/", 1)[-1].strip()
        if last not in ("", ".", ".."):
            return last[-_MAX_NAME_CHARACTERS * 2 :]
    return f"첨부 {number}"
