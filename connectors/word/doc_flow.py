"""The flows of a DOC or RTF document (body, notes, headers, text boxes): paragraphs and tables in the order that they end."""

from dataclasses import dataclass, field

from connectors.composition import Composer
from connectors.word.doc_tables import MAX_CELLS, EdgeCell, lay_out
from schemas.elements import ElementKind, Flag

MAX_NESTING = 16
_CELL_WIDTH = 1_000


@dataclass(slots=True)
class Attachment:
    """What hangs on a paragraph or cell without being of its text: a note, memo, text box or equation."""

    kind: ElementKind
    flow: "Flow | None" = None
    text: str = ""
    flags: tuple[Flag, ...] = ()


@dataclass(slots=True)
class Paragraph:
    """A paragraph with what is known of it."""

    text: str
    level: int | None = None
    is_item: bool = False
    links: list[str] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)


@dataclass(slots=True)
class CellEdge:
    """What a row's definition says of a cell: its right edge, and how it is merged."""

    right: int
    is_beside: bool = False
    is_below: bool = False


@dataclass(slots=True)
class RowShape:
    """A row's definition: its left edge and its cells."""

    left: int = 0
    number: int | None = None
    cells: list[CellEdge] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """A table that is being read: its rows, and the row and cell that are open."""

    rows: list[list[EdgeCell]] = field(default_factory=list)
    last_number: int | None = None
    open_row: list[list["Paragraph | Table"]] = field(default_factory=list)
    open_cell: list["Paragraph | Table"] = field(default_factory=list)


class Flow:
    """Blocks in order, with the tables that are open at the moment, outermost first."""

    def __init__(self) -> None:
        self.blocks: list[Paragraph | Table] = []
        self._open: list[Table] = []

    def end_paragraph(self, paragraph: Paragraph, depth: int) -> None:
        """Add a paragraph at a depth of tables, 0 for none."""
        self._reach(depth)
        has_content = paragraph.text.strip() or paragraph.attachments
        if has_content:
            (self._open[-1].open_cell if self._open else self.blocks).append(paragraph)

    def end_cell(self, paragraph: Paragraph, depth: int) -> None:
        """End a cell with its last paragraph."""
        depth = max(depth, 1)
        self.end_paragraph(paragraph, depth)
        table = self._open[-1]
        if len(table.open_row) < MAX_CELLS:
            table.open_row.append(table.open_cell)
        elif table.open_row:
            table.open_row[-1].extend(table.open_cell)
        table.open_cell = []

    def end_row(self, shape: RowShape, depth: int) -> None:
        """End a row that was defined so."""
        depth = max(depth, 1)
        self._reach(depth)
        table = self._open[-1]
        is_next_table = shape.number == 0 and table.last_number is not None and bool(table.rows)
        if is_next_table:
            following = Table(open_row=table.open_row, open_cell=table.open_cell)
            table.open_row, table.open_cell = [], []
            self._close_last()
            table = following
            self._open.append(table)
        _finish_row(table, shape)
        table.last_number = shape.number

    def finish(self) -> None:
        """Close whatever is open."""
        self._reach(0)

    def _reach(self, depth: int) -> None:
        depth = min(depth, MAX_NESTING)
        while len(self._open) > depth:
            self._close_last()
        while len(self._open) < depth:
            self._open.append(Table())

    def _close_last(self) -> None:
        table = self._open.pop()
        if table.open_cell:
            table.open_row.append(table.open_cell)
            table.open_cell = []
        if table.open_row:
            _finish_row(table, RowShape())
        if table.rows:
            (self._open[-1].open_cell if self._open else self.blocks).append(table)


def _finish_row(table: Table, shape: RowShape) -> None:
    if table.open_cell:
        table.open_row.append(table.open_cell)
        table.open_cell = []
    if not table.open_row:
        return
    edges = list(shape.cells[: len(table.open_row)])
    right = edges[-1].right if edges else shape.left
    edges.extend(CellEdge(right + _CELL_WIDTH * extra) for extra in range(1, len(table.open_row) - len(edges) + 1))
    left = shape.left if not edges or shape.left < edges[0].right else edges[0].right - 1
    row: list[EdgeCell] = []
    for edge, contents in zip(edges, table.open_row, strict=True):
        text = "\n".join(block.text for block in contents if isinstance(block, Paragraph) and block.text.strip())
        right = max(edge.right, left + 1)
        row.append(EdgeCell(left, right, text, edge.is_beside, edge.is_below, list(contents)))
        left = right
    table.rows.append(row)
    table.open_row = []


def flow_text(flow: Flow) -> str:
    """All of a flow's text, a line a paragraph, that of its tables included."""
    lines: list[str] = []
    stack: list[object] = list(reversed(flow.blocks))
    while stack:
        block = stack.pop()
        if isinstance(block, Paragraph):
            lines.append(block.text)
        elif isinstance(block, Table):
            stack.extend(
                content for row in reversed(block.rows) for cell in reversed(row) for content in reversed(cell.contents)
            )
    return "\n".join(line for line in lines if line.strip())


def compose(composer: Composer, flow: Flow, flags: tuple[Flag, ...] = ()) -> None:
    """Add a flow's blocks as elements."""
    for block in flow.blocks:
        if isinstance(block, Paragraph):
            composer.add_paragraph(
                block.text,
                level=block.level,
                is_styled=block.level is not None,
                is_item=block.is_item,
                flags=(*flags, *block.flags),
                links=block.links,
            )
            _add_attachments(composer, block, flags)
        else:
            _add_table(composer, block, None, flags)


def _add_attachments(composer: Composer, paragraph: Paragraph, flags: tuple[Flag, ...]) -> None:
    for attachment in paragraph.attachments:
        if attachment.flow is not None and Flag.TEXT_BOX in attachment.flags:
            compose(composer, attachment.flow, (*flags, *attachment.flags))
            continue
        text = attachment.text if attachment.flow is None else flow_text(attachment.flow).strip()
        composer.add_element(attachment.kind, text, flags=(*flags, *attachment.flags))
        for block in attachment.flow.blocks if attachment.flow is not None else ():
            if isinstance(block, Paragraph):
                _add_attachments(composer, block, flags)


def _add_table(composer: Composer, table: Table, parent: tuple[int, int, int] | None, flags: tuple[Flag, ...]) -> None:
    grid, places = lay_out(table.rows)
    inner = [(row, col, block) for row, col, cell in places for block in cell.contents]
    paragraphs = [block for _, _, block in inner if isinstance(block, Paragraph)]
    own = [flag for paragraph in paragraphs for flag in paragraph.flags]
    links = [link for paragraph in paragraphs for link in paragraph.links]
    ordinal = composer.add_table(grid, parent=parent, flags=(*flags, *own), links=links)
    for row, col, block in inner:
        if isinstance(block, Table):
            _add_table(composer, block, (ordinal, row, col), flags)
        elif isinstance(block, Paragraph):
            _add_attachments(composer, block, flags)
