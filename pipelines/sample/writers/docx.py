"""Word documents with heading styles, tables with merged cells, and a running header."""

import io
from functools import cache

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.table import Table as WordTable

from pipelines.sample.manuscript import Heading, Manuscript, Table, unit_line
from pipelines.sample.writers.office_package import normalise_package
from schemas.elements import Grid

_TABLE_STYLES = ("Normal Table", "Table Grid")
_LEGACY_STYLES = "/stylesWithEffects"


def write_docx(manuscript: Manuscript) -> bytes:
    """The manuscript as a Word document."""
    document = Document(io.BytesIO(_template()))
    if manuscript.header is not None:
        document.sections[0].header.paragraphs[0].text = manuscript.header
    for block in manuscript.blocks:
        if isinstance(block, Table):
            unit = unit_line(block.grid)
            if unit:
                document.add_paragraph(unit)
            _fill(document.add_table(rows=block.grid.n_rows, cols=block.grid.n_cols, style="Table Grid"), block.grid)
        elif isinstance(block, Heading):
            document.add_heading(block.text, level=block.level)
        else:
            document.add_paragraph(block.text)
    written = io.BytesIO()
    document.save(written)
    return normalise_package(written.getvalue(), manuscript.title)


@cache
def _template() -> bytes:
    """An empty document; made once, since the library takes long over its own."""
    document = Document()
    _drop_unused_styles(document)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _drop_unused_styles(document: WordDocument) -> None:
    """The library's template brings 790 kB of table styles, which would weigh more than all the prose of the sample."""
    for style in list(document.styles):
        if style.type == WD_STYLE_TYPE.TABLE and style.name not in _TABLE_STYLES:
            style.delete()
    relations = document.part.rels
    for number in [number for number, relation in relations.items() if relation.reltype.endswith(_LEGACY_STYLES)]:
        del relations[number]


def _fill(table: WordTable, grid: Grid) -> None:
    # Taken before anything is merged: `table.cell` looks through the whole table each time.
    places = [row.cells for row in table.rows]
    for cell in grid.cells:
        corner = places[cell.row - 1][cell.col - 1]
        if cell.row_span > 1 or cell.col_span > 1:
            corner = corner.merge(places[cell.row + cell.row_span - 2][cell.col + cell.col_span - 2])
        corner.text = cell.text
