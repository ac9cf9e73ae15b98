"""Text in pictures, recognised by tesseract: lines with their boxes and how sure it is of them."""

import csv
import io
import re
import subprocess
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from connectors import tools
from connectors.composition import Composer, begins_item
from connectors.headings import heading_level
from connectors.pdf.breaks import Breaks
from connectors.pdf.columns import Item, reading_order
from connectors.pdf.lines import group_lines
from connectors.pdf.text import Run
from connectors.skew import level_picture
from connectors.tools import Tool
from schemas.elements import Flag
from schemas.outcome import Failed

DOTS_PER_INCH = 300
LAYOUT = 4
"""Tesseract's page segmentation for lines of any size. Its own analysis of columns (3) takes the wide spaces of Korean type
for gutters and loses half of the page; the columns are told here instead, by `connectors.pdf.columns`.
"""

MIN_CONFIDENCE = 0.3
MAX_PIXELS = 25_000_000
"""Points of a picture beyond which it is made smaller: no page of type needs more."""

_SECONDS = 120
_ORIENTATION_SECONDS = 60
_WORD_LEVEL = "5"
_UNSURE = 0.6
_SURELY_TURNED = 1.0
_ORIENTATION_LAYOUT = 0
_TURN = re.compile(r"^Rotate:\s*(90|180|270)\s*$", re.MULTILINE)
_TURN_CONFIDENCE = re.compile(r"^Orientation confidence:\s*([\d.]+)", re.MULTILINE)
_HANGUL = re.compile(r"[가-힣]")
_NO_SPACE = 0.25
"""Share of the line's height below which a gap between two Hangul words is none: type is set tighter than it sees."""

_APART = 1.8
_PARAGRAPHS = 10_000
_RAGGED = 0.12
_SAME_HEIGHT = 1.6


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """A line of a picture: its text, its box in pixels from the upper left, its block and how sure its words are (0 to 1)."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    block: int
    paragraph: int
    confidence: float


def recognise(picture: bytes, *, dots_per_inch: int = DOTS_PER_INCH, layout: int = LAYOUT) -> list[RecognisedLine]:
    """The lines of a picture in reading order; none if there is no text in it.

    Args:
        picture: PNG, JPEG, TIFF or what else leptonica reads.
        dots_per_inch: resolution of the picture.
        layout: tesseract's page segmentation.

    Raises:
        connectors.tools.NeedsTool: it may not be started here.
        schemas.outcome.Failed: `ocr_unavailable`, `timeout`, or `corrupt` if it cannot open the picture.
    """
    tools.require(Tool.OCR)
    languages = tools.current().languages
    # Scratch is the sandbox's own memory; the table has the boxes, and only the plain text has the spaces.
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "page"
        finished = _run(picture, languages, dots_per_inch, layout, str(base), ["tsv", "txt"], _SECONDS)
        if finished.returncode:
            raise Failed("corrupt", f"tesseract: {finished.stderr.decode('utf-8', 'replace').strip()[:200]}")
        table = base.with_suffix(".tsv").read_text("utf-8", "replace")
        text = base.with_suffix(".txt").read_text("utf-8", "replace")
    return _in_reading_order(_lines(table, text))


def recognise_picture(
    picture: Any, *, dots_per_inch: int = DOTS_PER_INCH, layout: int = LAYOUT
) -> list[RecognisedLine]:
    """The lines of a picture that may lie askew, on its side or upside down.

    Args:
        picture: Pillow's picture; one of more than 25 million points is made smaller.
        dots_per_inch: resolution of the picture.
        layout: tesseract's page segmentation.

    Raises:
        connectors.tools.NeedsTool: it may not be started here.
        schemas.outcome.Failed: as for `recognise`.
    """
    tools.require(Tool.OCR)
    picture = picture if picture.mode in ("1", "L") else picture.convert("L")
    points = picture.width * picture.height
    if points > MAX_PIXELS:
        scale = (MAX_PIXELS / points) ** 0.5
        picture = picture.convert("L").resize((max(int(picture.width * scale), 1), max(int(picture.height * scale), 1)))
        dots_per_inch = max(int(dots_per_inch * scale), 70)
    picture = level_picture(picture)
    lines = recognise(_portable(picture), dots_per_inch=dots_per_inch, layout=layout)
    if lines and (mean_confidence(lines) or 0.0) >= _UNSURE:
        return lines
    degrees = _turned_by(_portable(picture), dots_per_inch)
    if not degrees:
        return lines
    upright = _portable(level_picture(picture.rotate(-degrees, expand=True)))
    turned = recognise(upright, dots_per_inch=dots_per_inch, layout=layout)
    return turned if _weight(turned) > _weight(lines) else lines


def mean_confidence(lines: list[RecognisedLine]) -> float | None:
    """How sure the recognition of these lines is, weighted by their length; None without lines."""
    weight = sum(len(line.text) for line in lines)
    return round(sum(line.confidence * len(line.text) for line in lines) / weight, 3) if weight else None


def add_recognised(composer: Composer, lines: list[RecognisedLine]) -> None:
    """Add recognised lines as paragraphs, with the flag of what was recognised and how sure that is.

    Args:
        composer: takes them.
        lines: the lines of one page, in reading order.
    """
    breaks = Breaks(line.text for line in lines)
    for paragraph in _paragraphs(lines):
        text = paragraph[0].text
        for line in paragraph[1:]:
            text += breaks.between(text, line.text) + line.text
        composer.add_paragraph(text, flags=[Flag.OCR], confidence=mean_confidence(paragraph))


def _run(
    picture: bytes, languages: str, dots_per_inch: int, layout: int, base: str, outputs: list[str], seconds: int
) -> subprocess.CompletedProcess[bytes]:
    command = [
        tools.current().ocr, "stdin", base, "-l", languages, "--dpi", str(dots_per_inch), "--psm", str(layout),
        *outputs,
    ]  # fmt: skip
    environment = tools.environment_of(tempfile.gettempdir())
    try:
        return subprocess.run(
            command, input=picture, capture_output=True, timeout=seconds, check=False, env=environment
        )
    except subprocess.TimeoutExpired as error:
        raise Failed("timeout", "글자 인식") from error


def _turned_by(picture: bytes, dots_per_inch: int) -> int:
    """Degrees, clockwise, by which the picture must be turned to be read; 0 if it stands, or nobody can tell."""
    finished = _run(picture, "osd", dots_per_inch, _ORIENTATION_LAYOUT, "stdout", [], _ORIENTATION_SECONDS)
    said = finished.stdout.decode("utf-8", "replace")
    turn, confidence = _TURN.search(said), _TURN_CONFIDENCE.search(said)
    if finished.returncode or not turn or not confidence or float(confidence.group(1)) < _SURELY_TURNED:
        return 0
    return int(turn.group(1))


def _portable(picture: Any) -> bytes:
    """The picture as a grey map, which costs nothing to write or to read."""
    buffer = io.BytesIO()
    picture.convert("L").save(buffer, format="PPM")
    return buffer.getvalue()


def _weight(lines: list[RecognisedLine]) -> float:
    return sum(line.confidence * len(line.text) for line in lines)


def _lines(table: str, text: str = "") -> list[RecognisedLine]:
    words: dict[tuple[str, str, str], list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == _WORD_LEVEL and (row["text"] or "").strip() and float(row["conf"]) >= 0:
            words.setdefault((row["block_num"], row["par_num"], row["line_num"]), []).append(row)
    spaced: dict[str, list[str]] = {}
    for line in text.splitlines():
        spaced.setdefault("".join(line.split()), []).append(line)
    lines: list[RecognisedLine] = []
    for (block, paragraph, _), found in words.items():
        same = spaced.get("".join("".join(word["text"].split()) for word in found))
        spaces = _spaces(found, same.pop(0) if same else None)
        lines += _pieces(int(block), int(paragraph), found, spaces)
    # What it is not sure of at all is a frame, a stamp or a stain.
    return [line for line in lines if line.confidence >= MIN_CONFIDENCE]


def _spaces(words: list[dict[str, str]], spaced: str | None) -> list[bool]:
    """After which words there is a space: the table parts Hangul at any syllable, the plain text does not."""
    if spaced is None:
        height = max(float(word["height"]) for word in words)
        rights = [float(word["left"]) + float(word["width"]) for word in words]
        gaps = [float(word["left"]) - right for word, right in zip(words[1:], rights, strict=False)]
        both = [_HANGUL.match(one["text"][-1]) and _HANGUL.match(two["text"]) for one, two in pairwise(words)]
        return [not is_hangul or gap >= _NO_SPACE * height for gap, is_hangul in zip(gaps, both, strict=True)] + [True]
    found: list[bool] = []
    rest = spaced.lstrip()
    for word in words:
        for _ in "".join(word["text"].split()):
            rest = rest.lstrip()[1:]
        found.append(not rest or rest[0].isspace())
    return found


def _pieces(block: int, paragraph: int, words: list[dict[str, str]], spaces: list[bool]) -> list[RecognisedLine]:
    """The line, parted where it runs over the gutter of two columns or from cell to cell."""
    height = max(float(word["height"]) for word in words)
    pieces: list[RecognisedLine] = []
    start = 0
    for at in range(1, len(words) + 1):
        if at < len(words):
            right = float(words[at - 1]["left"]) + float(words[at - 1]["width"])
            if float(words[at]["left"]) - right < _APART * height:
                continue
        pieces.append(_line(block, paragraph, words[start:at], spaces[start:at]))
        start = at
    return pieces


def _line(block: int, paragraph: int, words: list[dict[str, str]], spaces: list[bool]) -> RecognisedLine:
    lefts, tops = [float(word["left"]) for word in words], [float(word["top"]) for word in words]
    text = "".join(word["text"] + " " * has_space for word, has_space in zip(words, spaces, strict=True))
    characters = sum(len(word["text"]) for word in words)
    return RecognisedLine(
        text=text.strip(),
        left=min(lefts),
        top=min(tops),
        right=max(left + float(word["width"]) for left, word in zip(lefts, words, strict=True)),
        bottom=max(top + float(word["height"]) for top, word in zip(tops, words, strict=True)),
        block=block,
        paragraph=paragraph,
        confidence=sum(float(word["conf"]) * len(word["text"]) for word in words) / characters / 100,
    )


def _in_reading_order(lines: list[RecognisedLine]) -> list[RecognisedLine]:
    """The lines column by column; pieces of a line that is not parted by a gutter are put together again."""
    pieces: dict[int, RecognisedLine] = {}
    items: list[Item] = []
    for line in lines:
        run = Run(line.text, line.left, line.top, line.right, line.bottom, line.bottom - line.top)
        pieces[id(run)] = line
        items.append(run)
    ordered: list[RecognisedLine] = []
    for number, region in enumerate(reading_order(items), start=1):
        lines_here = group_lines(run for run in region if isinstance(run, Run))
        ordered += [_put_together(number, [pieces[id(run)] for run in line.runs]) for line in lines_here]
    return ordered


def _put_together(region: int, pieces: list[RecognisedLine]) -> RecognisedLine:
    return RecognisedLine(
        text=" ".join(piece.text for piece in pieces),
        left=min(piece.left for piece in pieces),
        top=min(piece.top for piece in pieces),
        right=max(piece.right for piece in pieces),
        bottom=max(piece.bottom for piece in pieces),
        block=region,
        paragraph=pieces[0].block * _PARAGRAPHS + pieces[0].paragraph,
        confidence=mean_confidence(pieces) or 0.0,
    )


def _paragraphs(lines: list[RecognisedLine]) -> list[list[RecognisedLine]]:
    """The lines in paragraphs: tesseract's, parted where an item begins or a line ends short of its block."""
    edges: dict[int, tuple[float, float]] = {}
    for line in lines:
        left, right = edges.get(line.block, (line.left, line.right))
        edges[line.block] = min(left, line.left), max(right, line.right)
    found: list[list[RecognisedLine]] = []
    for line in lines:
        before = found[-1][-1] if found else None
        if before is not None and _goes_on(before, line, edges[line.block]):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def _goes_on(line: RecognisedLine, following: RecognisedLine, edges: tuple[float, float]) -> bool:
    if (line.block, line.paragraph) != (following.block, following.paragraph):
        return False
    if begins_item(following.text) or heading_level(following.text) is not None or heading_level(line.text) is not None:
        return False
    heights = sorted((line.bottom - line.top, following.bottom - following.top))
    is_full = edges[1] - line.right <= _RAGGED * (edges[1] - edges[0])
    return is_full and heights[1] <= _SAME_HEIGHT * max(heights[0], 1.0)
