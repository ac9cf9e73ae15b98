"""EPUB: books, page by page in reading order, each page read as the HTML that it is."""

from dataclasses import dataclass, field
from importlib.metadata import version

from connectors import epub_package, opc
from connectors.contract import Blob, Document
from connectors.embedded import embedded_members
from connectors.epub_package import Book
from connectors.markup import read_markup
from schemas.elements import Element, ElementKind, Flag
from schemas.outcome import Failed

_TYPE = b"application/epub+zip"
_MAX_ELEMENTS = 200_000


@dataclass(frozen=True, slots=True)
class _Epub:
    name: str = "epub"
    label: str = "전자책(EPUB)"
    distributions: tuple[str, ...] = ("lxml",)
    version: int = 1
    preload: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ("읽는 순서의 글", "제목 단계와 차례", "목록", "표(병합·중첩 표)", "그림", "책 정보")
    loses: tuple[str, ...] = ("글꼴과 모양", "수식(MathML)", "소리와 영상")

    def sniff(self, blob: Blob) -> float:
        """Certain by its first member; nearly so by its container."""
        if not blob.content.startswith(b"PK"):
            return 0.0
        if blob.content[30:58] == b"mimetype" + _TYPE:
            return 1.0
        names = opc.member_names(blob.content)
        has_package = any(name.lower().endswith(".opf") for name in names)
        return 0.9 if has_package and "META-INF/container.xml" in names else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob.

        Raises:
            Failed: `drm_epub`, `corrupt`, `no_text`, `archive_bomb`, `too_many_elements`.
        """
        book = epub_package.open_book(blob.content)
        counted = _Counted()
        elements = counted.elements
        n_lost = sum(not _add_page(book, path, counted) for path in book.pages)
        pictures = ((path, opc.read_part(book.package, path) or b"") for path in book.pictures)
        members, is_left_out = embedded_members(pictures)
        if not any(element.text.strip() for element in elements) and not members:
            raise Failed("corrupt" if n_lost else "no_text")
        flags = [Flag.PICTURES_NOT_READ] if is_left_out else []
        if n_lost:
            flags.append(Flag.LOW_COVERAGE)
        return Document(
            reader=f"lxml {version('lxml')}",
            elements=elements,
            members=members,
            title=book.title,
            coverage=1 - n_lost / len(book.pages),
            flags=flags,
            properties=book.properties,
        )


@dataclass(slots=True)
class _Counted:
    """The elements of the pages so far, with how many paragraphs and tables they count."""

    elements: list[Element] = field(default_factory=list)
    n_paragraphs: int = 0
    n_tables: int = 0


def _add_page(book: Book, path: str, counted: _Counted) -> bool:
    """Add a page's elements, counted on from those before it; whether the page could be had."""
    try:
        content = opc.read_part(book.package, path)
        text = None if content is None else epub_package.page_text(content)
    except Failed as failure:
        # A page that is broken or in no known encoding costs the book no more than itself.
        if failure.reason not in ("corrupt", "undecodable_text"):
            raise
        return False
    if text is None:
        return False
    elements = counted.elements
    page = read_markup(text, first_ordinal=len(elements))
    if len(elements) + len(page.elements) > _MAX_ELEMENTS:
        raise Failed("too_many_elements", f"more than {_MAX_ELEMENTS:,}")
    label = book.labels.get(path)
    begins_with_heading = bool(page.elements) and page.elements[0].kind is ElementKind.TITLE
    above = [label] if label and not begins_with_heading else []
    for element in page.elements:
        place = element.locator
        locator = place.model_copy(
            update={
                "paragraph": place.paragraph + counted.n_paragraphs if place.paragraph else None,
                "table": place.table + counted.n_tables if place.table else None,
            }
        )
        elements.append(
            element.model_copy(update={"locator": locator, "section_path": [*above, *element.section_path]})
        )
    counted.n_paragraphs += max((element.locator.paragraph or 0 for element in page.elements), default=0)
    counted.n_tables += max((element.locator.table or 0 for element in page.elements), default=0)
    return True


FORMAT = _Epub()
