"""Files of plain text: txt, Markdown, HTML and CSV, in the encodings that a Korean share holds."""

import csv
import io
from html import escape

from pipelines.sample.manuscript import Block, Heading, Manuscript, Table, unit_line
from schemas.elements import Grid, grid_text

CP949 = "cp949"
UTF8 = "utf-8"
UTF8_WITH_MARK = "utf-8-sig"


def write_txt(manuscript: Manuscript, encoding: str = UTF8) -> bytes:
    """The manuscript as text with Windows line ends, tables with tabs between their columns."""
    lines: list[str] = []
    for block in manuscript.blocks:
        if isinstance(block, Table):
            lines += [unit_line(block.grid) or "", *grid_text(block.grid).split("\n"), ""]
        else:
            lines += [block.text, ""]
    return "\r\n".join(lines).encode(encoding)


def write_markdown(manuscript: Manuscript) -> bytes:
    """The manuscript as Markdown with pipe tables."""
    return ("\n\n".join(_markdown(block) for block in manuscript.blocks) + "\n").encode()


def _markdown(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {block.text}"
    if not isinstance(block, Table):
        return block.text
    grid = block.grid
    rows = [line.split("\t") for line in grid_text(grid).split("\n")]
    padded = [row + [""] * (grid.n_cols - len(row)) for row in rows]
    padded.insert(1, ["---"] * grid.n_cols)
    table = "\n".join("| " + " | ".join(row) + " |" for row in padded)
    unit = unit_line(grid)
    return f"{unit}\n\n{table}" if unit else table


def write_html(manuscript: Manuscript, encoding: str = UTF8) -> bytes:
    """The manuscript as a page with headings and tables with spans, as a groupware saves a notice."""
    body = "\n".join(_html(block) for block in manuscript.blocks)
    title = escape(manuscript.title, quote=False)
    page = (
        f'<!DOCTYPE html>\n<html lang="ko">\n<head>\n<meta charset="{encoding}">\n<title>{title}</title>\n'
        "<style>table { border-collapse: collapse }</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )
    return page.encode(encoding)


def _html(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{escape(block.text, quote=False)}</h{block.level}>"
    if not isinstance(block, Table):
        return f"<p>{escape(block.text, quote=False)}</p>"
    grid = block.grid
    rows = "\n".join(
        "<tr>" + "".join(_html_cell(grid, number) for number in _cells_of_row(grid, row)) + "</tr>"
        for row in range(1, grid.n_rows + 1)
    )
    unit = f'<p style="text-align: right">{unit_line(grid)}</p>\n' if grid.unit else ""
    return f"{unit}<table>\n{rows}\n</table>"


def _cells_of_row(grid: Grid, row: int) -> list[int]:
    return [number for number, cell in enumerate(grid.cells) if cell.row == row]


def _html_cell(grid: Grid, number: int) -> str:
    cell = grid.cells[number]
    spans = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
    spans += f' colspan="{cell.col_span}"' if cell.col_span > 1 else ""
    return f"<td{spans}>{escape(cell.text, quote=False)}</td>"


def write_csv(table: Table, encoding: str = UTF8_WITH_MARK) -> bytes:
    """The table as CSV with Windows line ends; a merged cell's text stands at its upper left."""
    grid = table.grid
    rows = [[""] * grid.n_cols for _ in range(grid.n_rows)]
    for cell in grid.cells:
        rows[cell.row - 1][cell.col - 1] = cell.text
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue().encode(encoding)
