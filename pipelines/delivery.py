"""Delivery of a notice to mail, webhook and file. Every target is tried, each within its time; none stops another."""

import http.client
import json
import os
import smtplib
import ssl
import threading
import time
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Protocol

from pipelines.settings import FileNotice, MailNotice, Settings, WebhookNotice

_TIMEOUT_SECONDS = 10
# A server that answers a byte at a time keeps within every single timeout; the sum of all is bounded here.
_PATIENCE_SECONDS = 30


class NotDelivered(RuntimeError):
    """A target did not take the notice; the message says why, without secrets."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told: a subject of one line, a text for people, and the same as facts for programs."""

    event: str
    """failure, recovery or trial."""
    subject: str
    text: str
    facts: dict[str, str | None]

    def as_dict(self) -> dict[str, str | None]:
        """The notice as a flat JSON object; `text` is the field that chat servers show."""
        sent = datetime.now(UTC).isoformat(timespec="seconds")
        return {"event": self.event, "subject": self.subject, "text": self.text, "sent_at": sent, **self.facts}


class Target(Protocol):
    """Somewhere that a notice can be sent."""

    @property
    def label(self) -> str:
        """Kind and address, for logs; no secret."""
        ...

    def send(self, notice: Notice) -> None:
        """Send it.

        Raises:
            NotDelivered, OSError, smtplib.SMTPException, http.client.HTTPException: it was not taken.
        """
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went with one target; `problem` is None if it took the notice."""

    label: str
    problem: str | None


@dataclass(frozen=True, slots=True)
class MailTarget:
    """A mail server that takes the notice for all addresses, or is refused as a whole."""

    chosen: MailNotice
    password: str | None

    @property
    def label(self) -> str:
        """Kind, addresses and server."""
        return f"mail {', '.join(self.chosen.to)} ({self.chosen.host}:{self.chosen.port})"

    def send(self, notice: Notice) -> None:
        """Hand the mail to the server, encrypted if the settings say so, else not at all."""
        if self.chosen.username and not self.password:
            raise NotDelivered("GOTGAN_SMTP_PASSWORD가 없습니다")
        with smtplib.SMTP(self.chosen.host, self.chosen.port, timeout=_TIMEOUT_SECONDS) as server:
            if self.chosen.starttls:
                server.starttls(context=ssl.create_default_context())
            if self.chosen.username and self.password:
                self._log_in(server, self.chosen.username, self.password)
            refused = server.send_message(self._message(notice))
        if refused:
            raise NotDelivered(f"받지 않은 주소: {', '.join(sorted(refused))}")

    def _log_in(self, server: smtplib.SMTP, username: str, password: str) -> None:
        try:
            server.login(username, password)
        except smtplib.SMTPServerDisconnected:
            # Some servers hang up on a wrong password instead of saying so.
            raise NotDelivered("메일 서버가 로그인하는 중에 연결을 끊었습니다") from None

    def _message(self, notice: Notice) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = notice.subject
        message["From"] = self.chosen.sender
        message["To"] = ", ".join(self.chosen.to)
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = make_msgid(domain=self.chosen.sender.rpartition("@")[2])
        # Tells servers that answer absences by themselves not to answer this.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(notice.text)
        return message


@dataclass(frozen=True, slots=True)
class WebhookTarget:
    """A server that takes a POST with a JSON object. Redirects are not followed: they would carry the token elsewhere."""

    chosen: WebhookNotice
    token: str | None

    @property
    def label(self) -> str:
        """Kind and server; the rest of the address may be a secret."""
        return f"webhook {urllib.parse.urlsplit(self.chosen.url).hostname}"

    def send(self, notice: Notice) -> None:
        """Post the notice; any answer but 2xx counts as not delivered."""
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "gotgan"}
        if self.chosen.header:
            if not self.token:
                raise NotDelivered("GOTGAN_WEBHOOK_TOKEN이 없습니다")
            headers[self.chosen.header] = self.token
        parts = urllib.parse.urlsplit(self.chosen.url)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=_TIMEOUT_SECONDS)
        try:
            path = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
            connection.request("POST", path, json.dumps(notice.as_dict(), ensure_ascii=False).encode(), headers)
            status = connection.getresponse().status
        finally:
            connection.close()
        if not 200 <= status < 300:
            raise NotDelivered(f"HTTP {status}")


@dataclass(frozen=True, slots=True)
class FileTarget:
    """A file of JSON lines that a monitoring agent follows."""

    path: Path

    @property
    def label(self) -> str:
        """Kind and path."""
        return f"file {self.path}"

    def send(self, notice: Notice) -> None:
        """Append one line, in a single write, so that writers at the same time do not mix their lines."""
        line = json.dumps(notice.as_dict(), ensure_ascii=False).encode() + b"\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            if os.write(descriptor, line) != len(line):
                raise NotDelivered("줄을 다 쓰지 못했습니다 (디스크가 가득 참)")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def targets_of(settings: Settings) -> list[Target]:
    """The targets of gotgan.toml, in its order."""
    targets: list[Target] = []
    for chosen in settings.file.notify:
        match chosen:
            case MailNotice():
                targets.append(MailTarget(chosen, settings.smtp_password))
            case WebhookNotice():
                targets.append(WebhookTarget(chosen, settings.webhook_token))
            case FileNotice():
                targets.append(FileTarget(settings.home.root / chosen.path.expanduser()))
    return targets


def deliver(targets: Sequence[Target], notice: Notice, patience: float = _PATIENCE_SECONDS) -> list[Outcome]:
    """Send a notice to every target at the same time.

    Args:
        targets: where to.
        notice: what.
        patience: seconds after which a target that has not finished counts as failed.

    Returns:
        How it went with each, in their order; nothing is raised for a target that fails.
    """
    problems: dict[int, str | None] = {}

    def send(index: int) -> None:
        try:
            targets[index].send(notice)
            problems[index] = None
        except Exception as failure:
            problems[index] = _words(failure)

    # Daemon threads: one that hangs must not keep the process from ending.
    threads = [threading.Thread(target=send, args=(index,), daemon=True) for index in range(len(targets))]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + patience
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    late = f"{patience:.0f}초 안에 끝나지 않았습니다"
    return [Outcome(target.label, problems.get(index, late)) for index, target in enumerate(targets)]


def _words(failure: Exception) -> str:
    """Why a target failed; what a server answered is left out where it could repeat a secret."""
    match failure:
        case NotDelivered():
            return str(failure)
        case smtplib.SMTPAuthenticationError():
            return f"메일 서버가 로그인을 받지 않았습니다 ({failure.smtp_code})"
        case smtplib.SMTPNotSupportedError():
            return "메일 서버가 STARTTLS나 로그인을 지원하지 않습니다"
        case smtplib.SMTPResponseException():
            return f"메일 서버가 거절했습니다 ({failure.smtp_code})"
        case smtplib.SMTPRecipientsRefused():
            return f"받지 않은 주소: {', '.join(sorted(failure.recipients))}"
        case smtplib.SMTPServerDisconnected():
            return "메일 서버가 연결을 끊었습니다"
        case ssl.SSLCertVerificationError():
            return f"서버 인증서를 믿을 수 없습니다 ({failure.verify_message})"
        case TimeoutError():
            return f"{_TIMEOUT_SECONDS}초 안에 답이 없습니다"
        case OSError():
            return f"{type(failure).__name__}: {failure.strerror or '연결하지 못했습니다'}"
    return type(failure).__name__
