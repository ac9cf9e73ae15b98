"""A small walk over the XML of HWPX, independent of the readers: what it finds, they must bring out."""

import re
import zipfile
from functools import cache

import lxml.etree as etree

from connectors import opc
from connectors.expectation import Expected, TableSizes
from schemas.outcome import Failed

_SECTION = re.compile(r"(?:.*/)?section(\d+)\.xml", re.IGNORECASE)
_MASTER_PAGE = re.compile(r"(?:.*/)?masterpage(\d+)\.xml", re.IGNORECASE)
# Where lines break on the page is half of a section; what XML forbids is left in by some programs.
_LINE_BREAKS = re.compile(rb"<hp:linesegarray>(?:<hp:lineseg [^<>]*/>)*</hp:linesegarray>")
_FORBIDDEN = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8bBcCeEfF]|1[\da-fA-F]));"
)
_PRINTED = {"tab": "\t", "lineBreak": "\n", "nbSpace": " ", "fwSpace": " ", "hyphen": "-"}
# Letters set over each other, small words above others, forms: how they are written out is left to the readers.
_INSERTIONS = frozenset({"compose", "dutmal", "btn", "checkBtn", "radioBtn", "comboBox", "listBox", "edit"})
_MARKED = frozenset({"titleMark", "markpenBegin", "markpenEnd"})
_NOTES = frozenset({"footNote", "endNote"})
_JOINED = _NOTES | {"header", "footer", "hiddenComment", "fieldBegin"}
_BESIDES = frozenset({"caption", "shapeComment", "parameterset", "parameters", "secPr"})
_LINE_ENDS = str.maketrans({"␍": None, "␊": "\n"})
_CHART = "ooxmlchart"


def expect(content: bytes) -> Expected:
    """What the document's body holds: cells, notes, headers and text boxes too, in reading order.

    Text struck by a tracked change is left out, as it is on paper.

    Raises:
        Failed: `corrupt` if the package or a section is broken, `archive_bomb`.
    """
    walk = _Walk()
    with opc.open_package(content) as package:
        for name in _numbered(package, _MASTER_PAGE):
            walk.read_master_page(_parse(package, name))
        for name in _in_spine_order(package, _numbered(package, _SECTION)):
            walk.read_section(_parse(package, name))
    sizes = walk.sizes
    return Expected(tuple(walk.texts), sizes.n_tables, sizes.n_cells, sizes.n_merged, walk.n_notes)


def _numbered(package: zipfile.ZipFile, pattern: re.Pattern[str]) -> list[str]:
    found = [(int(match.group(1)), name) for name in package.namelist() if (match := pattern.fullmatch(name))]
    return [name for _, name in sorted(found)]


def _in_spine_order(package: zipfile.ZipFile, names: list[str]) -> list[str]:
    """Sections as the package's spine lists them; those that it does not list, and all if there is none, by number."""
    name = next((name for name in package.namelist() if name.lower().endswith("content.hpf")), None)
    listing = (opc.read_part(package, name) or b"").decode("utf-8", "replace") if name else ""
    sources = {}
    for item in re.findall(r"<[\w:]*item\s[^>]*>", listing):
        said = dict(re.findall(r"""([\w-]+)\s*=\s*["']([^"']*)["']""", item))
        sources[said.get("id")] = said.get("href", "").rpartition("/")[2].lower()
    spine = [sources.get(found, "") for found in re.findall(r"""itemref\s[^>]*?idref\s*=\s*["']([^"']*)""", listing)]
    rank = {source: place for place, source in enumerate(spine)}
    return sorted(names, key=lambda name: rank.get(name.rpartition("/")[2].lower(), len(rank)))


def _parse(package: zipfile.ZipFile, name: str) -> etree._Element:
    content = _LINE_BREAKS.sub(b"", opc.read_part(package, name) or b"")
    try:
        return _parse_safely(content)
    except etree.XMLSyntaxError:
        try:
            return _parse_safely(_FORBIDDEN.sub(b"", content))
        except etree.XMLSyntaxError as error:
            raise Failed("corrupt", f"{name}: {error}") from error


def _parse_safely(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    return etree.fromstring(content, parser)


@cache
def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


class _Flow:
    """The text of a list of paragraphs, and of what stands in them; one list for both where they alternate."""

    def __init__(self, *, is_joined: bool) -> None:
        self.own: list[str] = []
        self.after: list[str] = [] if is_joined else self.own

    def found(self) -> list[str]:
        return self.own if self.after is self.own else self.own + self.after


class _Walk:
    """Goes through sections once."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.sizes = TableSizes()
        self.n_notes = 0
        self._closed: frozenset[str | None] = frozenset()
        self._deletions: set[str | None] = set()
        self._pieces: list[str] = []

    def read_master_page(self, root: etree._Element) -> None:
        """Take in what is printed on every page; its tables are but lines of text."""
        for paragraph in root.iter("{*}p"):
            runs = (text for run in paragraph.iterchildren("{*}run") for text in run.iterchildren("{*}t"))
            self.texts.append("".join(piece for text in runs for piece in text.itertext()))

    def read_section(self, root: etree._Element) -> None:
        """Take in a section. A deletion without an end strikes nothing."""
        self._closed = frozenset(end.get("Id") or end.get("id") for end in root.iter("{*}deleteEnd"))
        self.texts += self._flow(root, is_joined=False).found()

    def _flow(self, container: etree._Element, *, is_joined: bool) -> _Flow:
        outer, self._deletions = self._deletions, set()
        flow = _Flow(is_joined=is_joined)
        for paragraph in _paragraphs(container, []):
            held, self._pieces = self._pieces, [""]
            objects: list[etree._Element] = []
            for child in paragraph:
                if _local(child.tag) == "run":
                    for part in child:
                        self._read(part, objects)
                else:
                    self._read(child, objects)
            flow.own += self._pieces
            self._pieces = held
            for found in objects:
                flow.after += self._object(found)
        self._deletions = outer
        return flow

    def _read(self, part: etree._Element, objects: list[etree._Element]) -> None:
        name = _local(part.tag)
        if name == "t":
            self._read_text(part, objects)
        elif name in _PRINTED:
            self._write(_PRINTED[name])
        elif name in _INSERTIONS:
            self._pieces.append("")
        elif name == "ctrl":
            for control in part:
                self._read(control, objects)
        elif name == "switch":
            for chosen in _chosen(part):
                self._read(chosen, objects)
        elif name in ("deleteBegin", "deleteEnd"):
            self._mark(name, part)
        elif name and (len(part) or name in ("tbl", "textart")):
            objects.append(part)

    def _read_text(self, text: etree._Element, objects: list[etree._Element]) -> None:
        self._write(text.text or "")
        for mark in text:
            if _local(mark.tag) in _MARKED:
                self._read_text(mark, objects)
            else:
                self._read(mark, objects)
            self._write(mark.tail or "")

    def _write(self, characters: str) -> None:
        if not self._deletions:
            self._pieces[-1] += characters

    def _mark(self, name: str, mark: etree._Element) -> None:
        identifier = mark.get("Id") or mark.get("id")
        if name == "deleteEnd":
            self._deletions.discard(identifier)
        elif identifier in self._closed:
            self._deletions.add(identifier)

    def _object(self, found: etree._Element) -> list[str]:
        name = _local(found.tag)
        if name == "secPr":
            for page in found.iterchildren("{*}masterPage"):
                self.read_master_page(page)
            return []
        if name in _JOINED:
            flow = self._flow(found, is_joined=True)
            self.n_notes += name in _NOTES and any(text.strip() for text in flow.own)
            return flow.found()
        texts = self._table(found) if name == "tbl" else self._drawing(found)
        for caption in (*found.iterchildren("{*}caption"), *found.iterfind("{*}shapeObject/{*}caption")):
            lines = self._flow(caption, is_joined=True).found()
            is_before = caption.get("side", "LEFT").upper() in ("TOP", "LEFT")
            texts = lines + texts if is_before else texts + lines
        return texts

    def _drawing(self, drawing: etree._Element) -> list[str]:
        texts: list[str] = []
        if art := drawing.get("text") if _local(drawing.tag) == "textart" else None:
            texts.append(art.translate(_LINE_ENDS))
        for part in drawing:
            name = _local(part.tag)
            if name in ("drawText", "subList"):
                texts += self._flow(part, is_joined=False).found()
            elif name not in _BESIDES and (len(part) or name in ("tbl", "textart")):
                texts += self._object(part)
        return texts

    def _table(self, table: etree._Element) -> list[str]:
        cells: list[tuple[int, int, _Flow]] = []
        spans: list[tuple[int, int, int, int]] = []
        taken: set[tuple[int, int]] = set()
        rows = [list(row.iterchildren("{*}tc")) for row in table.iterchildren("{*}tr")]
        places = [[_place_of(cell) for cell in row] for row in rows]
        has_places = all(place is not None for row in places for place, _, _ in row)
        for number, row in enumerate(rows):
            col = 0
            for cell, (place, height, width) in zip(row, places[number], strict=True):
                while not has_places and (number, col) in taken:
                    col += 1
                at, left = place if has_places and place else (number, col)
                if not has_places:
                    below = range(number + 1, number + min(height, len(rows)))
                    taken.update((covered, col + offset) for covered in below for offset in range(min(width, 1_000)))
                    col += max(width, 1)
                spans.append((at, left, height, width))
                cells.append((at, left, self._flow(cell, is_joined=True)))
        self.sizes.add(spans, _number(table, "rowCnt", 0), _number(table, "colCnt", 0))
        cells.sort(key=lambda cell: cell[:2])
        own = [text for *_, flow in cells for text in flow.own]
        return own + [text for *_, flow in cells for text in flow.after]


def _place_of(cell: etree._Element) -> tuple[tuple[int, int] | None, int, int]:
    """Row and column of a cell if it names them, and the rows and columns that it covers."""
    place, height, width = None, 1, 1
    n_found = 0
    for part in cell.iterchildren(reversed=True):
        name = _local(part.tag)
        if name == "cellAddr":
            place = _number(part, "rowAddr", 0), _number(part, "colAddr", 0)
            n_found += 1
        elif name == "cellSpan":
            height, width = _number(part, "rowSpan", 1), _number(part, "colSpan", 1)
            n_found += 1
        if n_found == 2:
            # what comes before them is the cell's text, and costs most to look at
            break
    return place, height, width


def _paragraphs(container: etree._Element, found: list[etree._Element]) -> list[etree._Element]:
    for child in container:
        name = _local(child.tag)
        if name == "p":
            found.append(child)
        elif name == "subList":
            _paragraphs(child, found)
    return found


def _chosen(switch: etree._Element) -> list[etree._Element]:
    """What is read of a switch: a chart, which holds no text, else the default, else what there is."""
    branches = list(switch)
    for branch in branches:
        if any(_local(name) == "required-namespace" and value.endswith(_CHART) for name, value in branch.items()):
            return list(branch)
    default = [branch for branch in branches if _local(branch.tag) == "default"] or branches
    return list(default[0]) if default else []


def _number(element: etree._Element, name: str, default: int) -> int:
    value = element.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 8 else default
