"""Presentations: a title slide, then a slide for every heading of the first two levels, tables with merged cells."""

import io

from pptx import Presentation
from pptx.shapes.autoshape import Shape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.slide import Slide
from pptx.util import Inches, Pt

from pipelines.sample.manuscript import Block, Heading, Manuscript, Table, unit_line
from pipelines.sample.writers.office_package import normalise_package
from schemas.elements import Grid

_TITLE_SLIDE, _TITLE_AND_CONTENT = 0, 1
_TITLE, _CONTENT = 0, 1
_SLIDE_LEVEL = 2


def write_pptx(manuscript: Manuscript, subtitle: str) -> bytes:
    """The manuscript as a presentation, opened by a slide with its title and `subtitle`."""
    presentation = Presentation()
    opening = presentation.slides.add_slide(presentation.slide_layouts[_TITLE_SLIDE])
    _write(opening, _TITLE, manuscript.title)
    _write(opening, _CONTENT, subtitle)
    for heading, blocks in _slides(manuscript.blocks[1:]):
        slide = presentation.slides.add_slide(presentation.slide_layouts[_TITLE_AND_CONTENT])
        _write(slide, _TITLE, heading)
        _fill(slide, blocks)
    written = io.BytesIO()
    presentation.save(written)
    return normalise_package(written.getvalue(), manuscript.title)


def _slides(blocks: tuple[Block, ...]) -> list[tuple[str, list[Block]]]:
    slides: list[tuple[str, list[Block]]] = []
    for block in blocks:
        if isinstance(block, Heading) and block.level <= _SLIDE_LEVEL:
            slides.append((block.text, []))
        else:
            slides[-1][1].append(block)
    return slides


def _write(slide: Slide, number: int, text: str) -> None:
    placeholder = slide.placeholders[number]
    assert isinstance(placeholder, Shape)
    placeholder.text_frame.text = text


def _fill(slide: Slide, blocks: list[Block]) -> None:
    lines = [unit_line(block.grid) if isinstance(block, Table) else block.text for block in blocks]
    _write(slide, _CONTENT, "\n".join(line for line in lines if line))
    for grid in (block.grid for block in blocks if isinstance(block, Table)):
        width, height = Inches(8.4), Inches(0.35 * grid.n_rows)
        frame = slide.shapes.add_table(grid.n_rows, grid.n_cols, Inches(0.8), Inches(4.0), width, height)
        _fill_table(frame, grid)


def _fill_table(frame: GraphicFrame, grid: Grid) -> None:
    table = frame.table
    for cell in grid.cells:
        corner = table.cell(cell.row - 1, cell.col - 1)
        if cell.row_span > 1 or cell.col_span > 1:
            corner.merge(table.cell(cell.row + cell.row_span - 2, cell.col + cell.col_span - 2))
        corner.text = cell.text
        for paragraph in corner.text_frame.paragraphs:
            paragraph.font.size = Pt(11)
