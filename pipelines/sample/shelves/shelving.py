"""From a manuscript, a table or a letter to the file that lies on the share: the name's extension decides the format."""

from collections.abc import Mapping, Sequence

from pipelines.sample.item import (
    Item,
    Text,
    kept,
    kept_member,
    text_of,
    text_of_grid,
    text_of_letter,
    text_of_sheets,
)
from pipelines.sample.manuscript import Manuscript, Table
from pipelines.sample.offices import place_of
from pipelines.sample.truth import MemberTruth
from pipelines.sample.writers.docx import write_docx
from pipelines.sample.writers.hwp5 import write_hwp5
from pipelines.sample.writers.hwpx import write_hwpx
from pipelines.sample.writers.mail import Mail, write_eml
from pipelines.sample.writers.pdf import write_pdf
from pipelines.sample.writers.pptx import write_pptx
from pipelines.sample.writers.text import UTF8, UTF8_WITH_MARK, write_csv, write_html, write_markdown, write_txt
from pipelines.sample.writers.xlsx import Sheet, write_xlsx

_FORMATS = {
    "docx": "docx",
    "html": "html",
    "hwp": "hwp5",
    "hwpx": "hwpx",
    "md": "markdown",
    "pdf": "pdf",
    "pptx": "pptx",
    "txt": "plain",
}
_WITHOUT_TABLES = ("markdown", "pdf", "plain")

Enclosed = tuple[bytes, tuple[MemberTruth, Text]]
"""A file to be enclosed, with what is true of it as a member."""


def document(
    path: str, manuscript: Manuscript, fiscal_year: int, kind: str, *, encoding: str = UTF8, author: str = "담당 사무관"
) -> Item:
    """A document with text.

    Args:
        path: below the share's root; its extension is the format's.
        manuscript: what it says.
        fiscal_year: the year that it is about.
        kind: what sort of document it is.
        encoding: of a text file.
        author: who presents, on the first slide of a presentation.
    """
    placed = manuscript.in_place(place_of(path))
    extension = path.rpartition(".")[2]
    content = written(placed, extension, encoding=encoding, author=author)
    file_format = _FORMATS[extension]
    has_tables = file_format not in _WITHOUT_TABLES
    return kept(path, content, file_format, text_of(placed), fiscal_year, kind=kind, has_tables=has_tables)


def written(manuscript: Manuscript, extension: str, *, encoding: str = UTF8, author: str = "담당 사무관") -> bytes:
    """The manuscript as a file of the format that an extension stands for.

    Raises:
        KeyError: no writer for the extension.
    """
    writers = {
        "docx": write_docx,
        "hwp": write_hwp5,
        "hwpx": write_hwpx,
        "md": write_markdown,
        "pdf": write_pdf,
        "html": lambda text: write_html(text, encoding),
        "pptx": lambda text: write_pptx(text, author),
        "txt": lambda text: write_txt(text, encoding),
    }
    return writers[extension](manuscript)


def workbook(path: str, title: str, sheets: Sequence[Sheet], fiscal_year: int, kind: str) -> Item:
    """A workbook with one table a sheet."""
    content, text = write_xlsx(title, sheets), text_of_sheets(title, sheets)
    return kept(path, content, "xlsx", text, fiscal_year, kind=kind)


def sheet(name: str, title: str, table: Table, *notes: str) -> Sheet:
    """A sheet in which every column that holds an amount holds numbers, and the rates beside them too."""
    columns = {amount.col for amount in table.amounts}
    rates = {cell.col for cell in table.grid.cells if cell.text in ("비율(%)", "집행률\n(B/A, %)")}
    return Sheet(name, title, table, tuple(sorted(columns | rates)), notes)


def table_file(
    path: str, title: str, table: Table, fiscal_year: int, kind: str, *, encoding: str = UTF8_WITH_MARK
) -> Item:
    """A CSV file of one table."""
    return kept(path, write_csv(table, encoding), "csv", text_of_grid(title, table), fiscal_year, kind=kind)


def enclosed_workbook(name: str, title: str, sheets: Sequence[Sheet]) -> Enclosed:
    """A workbook to be attached to a mail or put into an archive."""
    return write_xlsx(title, sheets), kept_member(name, "xlsx", text_of_sheets(title, sheets))


def enclosed_document(name: str, manuscript: Manuscript) -> Enclosed:
    """A document to be attached or archived, of a format with tables."""
    extension = name.rpartition(".")[2]
    return written(manuscript, extension), kept_member(name, _FORMATS[extension], text_of(manuscript))


def letter(
    path: str,
    between: tuple[tuple[str, str], tuple[str, str]],
    sent_at: str,
    body: str,
    attachments: Mapping[str, Enclosed],
    fiscal_year: int,
    message_id: str,
) -> Item:
    """A mail; its subject is its file's name.

    Args:
        path: below the share's root.
        between: sender and recipient, each a role and an address.
        sent_at: the date as a mail prints it.
        body: the paragraphs.
        attachments: name → file, with what is true of it.
        fiscal_year: the year that it is about.
        message_id: unlike that of any other mail.
    """
    subject = path.rpartition("/")[2].removesuffix(".eml")
    place = place_of(path)
    lines = body.split("\n")
    placed = "\n".join(f"({place}) {line}" if place and line else line for line in lines)
    files = {name: content for name, (content, _) in attachments.items()}
    content = write_eml(Mail(*between, sent_at, subject, placed, files), message_id)
    members = [member for _, member in attachments.values()]
    text = text_of_letter(subject, placed)
    return kept(path, content, "eml", text, fiscal_year, kind="메일", has_tables=False, members=members)
