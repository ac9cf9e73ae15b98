"""Markdown: headings, lists, tables, code as text; HTML inside it is read as HTML."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING

from connectors.contract import Blob, Document
from connectors.decoding import decode_with_encoding, text_head
from connectors.headings import SectionPath
from connectors.markup import read_markup
from schemas.elements import Cell, Element, ElementKind, Flag, Grid, grid_text
from schemas.provenance import Locator

if TYPE_CHECKING:
    from markdown_it.token import Token

_EXTENSIONS = ("md", "markdown", "mkd", "mdown")
_BID = 0.6
_MAX_NESTING = 100


@dataclass(frozen=True, slots=True)
class _Markdown:
    name: str = "markdown"
    label: str = "마크다운"
    distributions: tuple[str, ...] = ("markdown-it-py", "lxml")
    version: int = 3
    preload: tuple[str, ...] = ("markdown_it",)
    keeps: tuple[str, ...] = ("제목·문단·목록", "표", "코드", "안에 든 HTML")
    loses: tuple[str, ...] = ("강조·링크 주소",)

    def sniff(self, blob: Blob) -> float:
        """By the extension, for text; Markdown without its name is plain text too."""
        return _BID if blob.extension in _EXTENSIONS and text_head(blob.content) is not None else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blocks.

        Raises:
            schemas.outcome.Failed: `undecodable_text`.
        """
        from markdown_it import MarkdownIt

        text, encoding = decode_with_encoding(blob.content)
        parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable(["table", "strikethrough"])
        composer = _Composer()
        tokens = parser.parse(text.replace("\r\n", "\n"))
        composer.compose(tokens)
        # what is nested deeper, the parser drops without a word
        is_cut = max((token.level for token in tokens), default=0) >= _MAX_NESTING - 1
        title = next((e.text for e in composer.elements if e.kind is ElementKind.TITLE and e.level == 1), None)
        reader = f"markdown-it-py {version('markdown-it-py')} ({encoding})"
        flags = [Flag.LOW_COVERAGE] if is_cut else []
        return Document(reader=reader, elements=composer.elements, title=title, flags=flags)


@dataclass(slots=True)
class _Composer:
    """Elements made from the tokens of a document, in order."""

    elements: list[Element] = field(default_factory=list)
    sections: SectionPath = field(default_factory=SectionPath)
    n_tables: int = 0

    def compose(self, tokens: "Sequence[Token]") -> None:
        """Make elements of block tokens."""
        level: int | None = None
        item_depth = 0
        index = 0
        while index < len(tokens):
            token = tokens[index]
            if token.type == "heading_open":
                level = int(token.tag[1])
            elif token.type == "heading_close":
                level = None
            elif token.type == "list_item_open":
                item_depth += 1
            elif token.type == "list_item_close":
                item_depth -= 1
            elif token.type == "table_open":
                end = next(i for i in range(index, len(tokens)) if tokens[i].type == "table_close")
                self.add_table(tokens[index : end + 1])
                index = end
            elif token.type in ("inline", "fence", "code_block"):
                text = _inline_text(token) if token.type == "inline" else token.content.rstrip("\n")
                kind = ElementKind.LIST_ITEM if item_depth else ElementKind.NARRATIVE_TEXT
                self.add(ElementKind.TITLE if level else kind, text, token, level)
            elif token.type == "html_block":
                self.add_html(token)
            index += 1

    def add(self, kind: ElementKind, text: str, token: "Token", level: int | None = None) -> None:
        """Add a paragraph, item or heading, unless it is empty."""
        if not text.strip():
            return
        path = self.sections.push(level, text) if level else self.sections.path
        self.elements.append(Element(kind=kind, text=text, level=level, section_path=path, locator=_locator(token)))

    def add_html(self, token: "Token") -> None:
        """Add what HTML in the document shows."""
        page = read_markup(token.content, first_ordinal=len(self.elements))
        for element in page.elements:
            path = [*self.sections.path, *element.section_path]
            self.elements.append(element.model_copy(update={"section_path": path, "locator": _locator(token)}))

    def add_table(self, tokens: "Sequence[Token]") -> None:
        """Add a pipe table; its rows are already padded to the header's width."""
        cells: list[Cell] = []
        row = col = 0
        for token in tokens:
            if token.type == "tr_open":
                row, col = row + 1, 0
            elif token.type in ("th_open", "td_open"):
                col += 1
            elif token.type == "inline":
                cells.append(Cell(row=row, col=col, text=_inline_text(token)))
        if not cells:
            return
        self.n_tables += 1
        grid = Grid(n_rows=row, n_cols=max(cell.col for cell in cells), cells=cells)
        self.elements.append(
            Element(
                kind=ElementKind.TABLE,
                text=grid_text(grid),
                section_path=self.sections.path,
                locator=_locator(tokens[0]).model_copy(update={"table": self.n_tables}),
                table=grid,
            )
        )


def _inline_text(token: "Token") -> str:
    parts: list[str] = []
    for child in token.children or []:
        if child.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif child.type == "html_inline":
            parts.append("\n" if child.content.lower().startswith("<br") else "")
        else:
            parts.append(child.content)
    return "".join(parts)


def _locator(token: "Token") -> Locator:
    if token.map is None:
        return Locator()
    return Locator(line_start=token.map[0] + 1, line_end=max(token.map[0] + 1, token.map[1]))


FORMAT = _Markdown()
