"""Outlook's mailboxes (PST, OST), by libpff: mails of every folder, put into threads; their excerpt is a mailbox in mbox."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from connectors.messengers.contract import ExportFile, Item
from connectors.messengers.mail_file import excerpt_mails, n_mails_at_head, read_mails
from connectors.messengers.mail_thread import Threads, message_of
from connectors.messengers.pst_items import is_store, stored_mails, to_mbox
from schemas.conversations import Conversation, Source, Understood

_MAX_SAMPLES = 10


@dataclass(frozen=True, slots=True)
class _Pst:
    name: str = "pst"
    label: str = "아웃룩 메일함(PST)"
    version: int = 1
    distributions: tuple[str, ...] = ("libpff-python", "lxml")
    keeps: tuple[str, ...] = (
        "모든 폴더의 메일",
        "보낸이·받는이·참조",
        "보낸 시각과 시간대",
        "제목(회신·전달 표시 없이)",
        "본문(글, 없으면 HTML이나 RTF의 글)",
        "메일 번호와 답장 관계(스레드)",
        "첨부의 이름과 크기",
    )
    loses: tuple[str, ...] = ("첨부의 내용", "일정·연락처·할 일", "숨은 참조", "지워져 찾을 수 없는 메일")
    holds_many: bool = True

    def sniff(self, file: ExportFile) -> float:
        """Certain by the signature."""
        return 1.0 if is_store(file.start) else 0.0

    def read(self, file: ExportFile) -> Iterator[Item]:
        """Stream the mails, folder by folder, each as a message of its thread. Reads its own excerpts too.

        Raises:
            schemas.outcome.Failed: `corrupt`, `converter_unavailable` where libpff is not installed.
        """
        if not is_store(file.start) and n_mails_at_head(file):
            yield from read_mails(file)
            return
        yield from _read(file)

    def excerpt(self, file: ExportFile, keeps: Callable[[Conversation], bool]) -> bytes:
        """The mails of the kept threads, as a mailbox in mbox: nothing free writes PST."""
        if not is_store(file.start) and n_mails_at_head(file):
            return excerpt_mails(file, keeps)
        threads = _threads(file, [])
        is_kept: dict[str, bool] = {}
        kept: list[bytes] = []
        for mail, thread in zip(stored_mails(file, [], wanted="contents"), threads.settle(), strict=True):
            if thread.key not in is_kept:
                is_kept[thread.key] = keeps(thread.conversation())
            if is_kept[thread.key]:
                kept.append(to_mbox(mail))
        return b"".join(kept)


def _threads(file: ExportFile, unread: list[str]) -> Threads:
    threads = Threads()
    for mail in stored_mails(file, unread, wanted="headers"):
        threads.add(mail.head)
    return threads


def _read(file: ExportFile) -> Iterator[Item]:
    unread: list[str] = []
    threads = _threads(file, unread).settle()
    unread.clear()
    before: datetime | None = None
    current = None
    n_read = 0
    for mail, thread in zip(stored_mails(file, unread), threads, strict=True):
        n_read += not mail.body.unread
        unread.extend(f"{mail.path}: {text}" for text in mail.body.unread)
        message = message_of(
            mail.head, mail.body, thread_id=thread.native_id, before=before, source=Source(record=mail.path)
        )
        if not message.is_time_assumed:
            before = message.sent_at
        if thread is not current:
            current = thread
            yield thread.conversation()
        yield message
    n_all = n_read + len(unread)
    n_understood = file.size * n_read // n_all if n_all else file.size
    yield Understood(file.size, n_understood, [text[:200] for text in unread[:_MAX_SAMPLES]])


EXPORT = _Pst()
