"""Mail as Korean mail programs save it: CP949 under its old name `ks_c_5601-1987`, attachments with encoded names."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass

_CHARSET = "ks_c_5601-1987"
_BOUNDARY = "----=_NextPart_000_0001_01DC5A00.00000000"
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "hwpx": "application/hwp+zip",
    "hwp": "application/x-hwp",
}


@dataclass(frozen=True, slots=True)
class Mail:
    """A message: who to whom (roles with addresses of the reserved domain), when, and what.

    Args:
        sender: a role and an address, such as `("총괄담당", "budget@example.com")`.
        recipient: the same for the receiver.
        sent_at: the date as a mail prints it, such as `Tue, 10 Mar 2026 14:05:00 +0900`.
        subject: one line.
        body: paragraphs as printed.
        attachments: file name → content.
    """

    sender: tuple[str, str]
    recipient: tuple[str, str]
    sent_at: str
    subject: str
    body: str
    attachments: Mapping[str, bytes]


def write_eml(mail: Mail, message_id: str) -> bytes:
    """The mail as a MIME message of one text part and its attachments."""
    head = [
        f"Message-ID: <{message_id}@example.com>",
        f"Date: {mail.sent_at}",
        f"From: {_address(mail.sender)}",
        f"To: {_address(mail.recipient)}",
        f"Subject: {_word(mail.subject)}",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/mixed; boundary="{_BOUNDARY}"',
        "",
        "This is a multi-part message in MIME format.",
    ]
    body = mail.body.replace("\n", "\r\n").encode("cp949")
    parts = [_part(f'text/plain; charset="{_CHARSET}"', "", body)]
    for name, content in mail.attachments.items():
        kind = _TYPES.get(name.rpartition(".")[2], "application/octet-stream")
        disposition = f'Content-Disposition: attachment;\r\n filename="{_word(name)}"\r\n'
        parts.append(_part(f'{kind};\r\n name="{_word(name)}"', disposition, content))
    message = "\r\n".join(head) + "\r\n" + "".join(parts) + f"--{_BOUNDARY}--\r\n"
    return message.encode("ascii")


def _word(text: str) -> str:
    return f"=?{_CHARSET}?B?{base64.b64encode(text.encode('cp949')).decode('ascii')}?="


def _address(who: tuple[str, str]) -> str:
    return f"{_word(who[0])} <{who[1]}>"


def _part(kind: str, disposition: str, content: bytes) -> str:
    encoded = base64.encodebytes(content).decode("ascii").replace("\n", "\r\n")
    return (
        f"--{_BOUNDARY}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n{disposition}\r\n{encoded}\r\n"
    )
