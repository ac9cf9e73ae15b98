"""Mailboxes in one file (mbox), as Thunderbird, Gmail's Takeout and mail servers save them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from connectors.messengers.contract import HEAD_BYTES, ExportFile, Item
from connectors.messengers.mail_file import excerpt_mails, n_mails_at_head, read_mails
from schemas.conversations import Conversation

_BID = 0.9
_EXTENSIONS = (".mbox", ".mbx")


@dataclass(frozen=True, slots=True)
class _Mbox:
    name: str = "mbox"
    label: str = "메일함(mbox)"
    version: int = 1
    distributions: tuple[str, ...] = ("lxml",)
    keeps: tuple[str, ...] = (
        "보낸이·받는이·참조",
        "보낸 시각과 시간대",
        "제목(회신·전달 표시 없이)",
        "본문(글, 없으면 HTML의 글)",
        "메일 번호와 답장 관계(스레드)",
        "첨부의 이름과 크기",
    )
    loses: tuple[str, ...] = ("첨부의 내용", "숨은 참조·기술 머리글", "암호화된 본문", "메일함의 읽음 표시")
    holds_many: bool = True

    def sniff(self, file: ExportFile) -> float:
        """By two mails at the head; one alone is a mail that was saved, unless it is long or called a mailbox."""
        n_mails = n_mails_at_head(file)
        name = file.name.lower()
        is_alone = n_mails == 1 and (file.size <= HEAD_BYTES or name.endswith((".eml", ".mht", ".mhtml")))
        return _BID if n_mails and (not is_alone or name.endswith(_EXTENSIONS)) else 0.0

    def read(self, file: ExportFile) -> Iterator[Item]:
        """Stream the mails in their order, each as a message of its thread."""
        return read_mails(file)

    def excerpt(self, file: ExportFile, keeps: Callable[[Conversation], bool]) -> bytes:
        """The mails of the kept threads, as they are."""
        return excerpt_mails(file, keeps)


EXPORT = _Mbox()
