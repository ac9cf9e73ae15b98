"""The text of a paragraph of HWPX, with what is anchored in it: the accepted text, as it is printed."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import lxml.etree as etree

from connectors.hangul.hwpx_header import Styles
from schemas.elements import Flag

_PRINTED = {"tab": "\t", "lineBreak": "\n", "nbSpace": " ", "fwSpace": " ", "hyphen": "-"}
_PASSED_OVER = frozenset({"linesegarray", "metaTag", "titleMark", "parameters", "autoNumFormat"})
_FORMS = frozenset({"btn", "checkBtn", "radioBtn", "comboBox", "listBox", "edit"})
_BOXES = frozenset({"checkBtn", "radioBtn"})
# What stands in a run or control and holds no text, so that nobody need look into it.
_EMPTY_CONTROLS = frozenset(
    {"colPr", "fieldEnd", "pageNum", "pageHiding", "pageNumCtrl", "newNum", "autoNum", "bookmark", "indexmark"}
)
_CHART = "ooxmlchart"


class _LocalNames(dict[object, str]):
    """Tags without their namespaces, worked out once each; a comment's is empty."""

    def __missing__(self, tag: object) -> str:
        name = tag.rpartition("}")[2] if isinstance(tag, str) else ""
        self[tag] = name
        return name


local_names = _LocalNames()
"""Local name by tag, for a walk over many elements of few tags."""


@dataclass(slots=True)
class Line:
    """A paragraph, or a whole flow as one: its text, what is anchored in it in order, and what is known of it.

    `height` is the size of its first visible type, `level` that of an outline.
    """

    text: str = ""
    objects: list[tuple[str, etree._Element]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    level: int | None = None
    is_item: bool = False
    is_changed: bool = False
    height: int = 0

    @property
    def flags(self) -> tuple[Flag, ...]:
        """What is to be known of the element that it becomes."""
        return (Flag.TRACKED_CHANGE,) if self.is_changed else ()


class FlowScanner:
    """Reads the paragraphs of flows (a section, cell, note, text box); a tracked change may span several of one flow."""

    def __init__(self, styles: Styles) -> None:
        self.closed: frozenset[str] = frozenset()
        """Ids of the tracked deletions that have an end; one without would strike the rest of the document."""
        self.is_changed = False
        """Whether there was a tracked change anywhere."""
        self._styles = styles
        self._deletions: set[str] = set()
        self._insertions: set[str] = set()
        self._parts: list[str] = []
        self._line = Line()
        self._is_end_deleted = False

    def whole(self, container: etree._Element) -> Line:
        """A flow as one, its paragraphs joined and blank ones left out."""
        lines = self._scan_flow(container, is_styled=False)
        if len(lines) == 1:
            line = lines[0]
            if not line.text.strip():
                line.text = ""
            return line
        return Line(
            text="\n".join([line.text for line in lines if line.text.strip()]),
            objects=[entry for line in lines for entry in line.objects],
            links=[link for line in lines for link in line.links],
            is_changed=any(line.is_changed for line in lines),
        )

    def lines(self, container: etree._Element) -> list[Line]:
        """The paragraphs of a flow, with their levels and sizes."""
        return self._scan_flow(container, is_styled=True)

    def _scan_flow(self, container: etree._Element, *, is_styled: bool) -> list[Line]:
        # Changes are marked by lists: one begun around a list has neither begun nor ended inside it.
        self._deletions, self._insertions = set(), set()
        lines: list[Line] = []
        held: Line | None = None
        for paragraph in _paragraphs(container):
            line = self._scan(paragraph, is_styled=is_styled)
            if line.is_changed:
                self.is_changed = True
            if held is not None:
                line = _joined(held, line)
            # A paragraph whose end was deleted goes on in the next.
            held = line if self._is_end_deleted else None
            if held is None:
                lines.append(line)
        return lines if held is None else [*lines, held]

    def _scan(self, paragraph: etree._Element, *, is_styled: bool) -> Line:
        line = self._line = Line()
        parts = self._parts = []
        self._is_end_deleted = False
        if self._deletions or self._insertions:
            line.is_changed = True
        for child in paragraph:
            name = local_names[child.tag]
            if name == "run":
                n_parts = len(parts)
                for piece in child:
                    kind = local_names[piece.tag]
                    if kind == "t":
                        self._read_text(piece)
                    else:
                        self._read_piece(kind, piece)
                if is_styled and not line.height and any(part.strip() for part in parts[n_parts:]):
                    line.height = self._styles.height(child)
            elif name not in _PASSED_OVER:
                self._read_piece(name, child)
        line.text = parts[0] if len(parts) == 1 else "".join(parts)
        if is_styled:
            line.level = self._styles.outline_level(paragraph)
            line.is_item = self._styles.is_item(paragraph)
        if self._deletions:
            self._is_end_deleted = True
        return line

    def _read_piece(self, name: str, piece: etree._Element) -> None:
        if name == "t":
            self._read_text(piece)
        elif name in _PRINTED:
            self._write(_PRINTED[name])
        elif name == "ctrl":
            for control in piece:
                self._read_piece(local_names[control.tag], control)
        elif name == "switch":
            for chosen in _chosen(piece):
                self._read_piece(local_names[chosen.tag], chosen)
        elif name == "compose":
            self._write(piece.get("composeText") or piece.get("text") or "")
        elif name == "dutmal":
            self._write(_annotated(piece))
        elif name in _FORMS:
            self._write(_form_text(name, piece))
        elif name == "fieldBegin":
            self._begin_field(piece)
        elif name.endswith(("Begin", "End")):
            self._read_mark(name, piece)
        elif name and name not in _PASSED_OVER and name not in _EMPTY_CONTROLS:
            self._line.objects.append((name, piece))

    def _read_text(self, text: etree._Element) -> None:
        if text.text:
            self._write(text.text)
        if not len(text):
            return
        for mark in text:
            name = local_names[mark.tag]
            if name in _PRINTED:
                self._write(_PRINTED[name])
            elif name.endswith(("Begin", "End")) and not len(mark) and not mark.text:
                self._read_mark(name, mark)
            elif name in ("titleMark", "markpenBegin", "markpenEnd"):
                self._read_text(mark)
            elif name:
                self._read_piece(name, mark)
            if mark.tail:
                self._write(mark.tail)

    def _write(self, characters: str) -> None:
        if not self._deletions:
            self._parts.append(characters)
            self._is_end_deleted = False

    def _read_mark(self, name: str, mark: etree._Element) -> None:
        identifier = mark.get("Id") or mark.get("id") or ""
        if name == "deleteBegin" and identifier in self.closed:
            self._deletions.add(identifier)
        elif name == "deleteEnd":
            self._deletions.discard(identifier)
            self._is_end_deleted = mark.get("paraend") == "1"
        elif name == "insertBegin":
            self._insertions.add(identifier)
        elif name == "insertEnd":
            self._insertions.discard(identifier)
        else:
            return
        self._line.is_changed = True

    def _begin_field(self, begin: etree._Element) -> None:
        kind = begin.get("type", "").upper()
        if kind == "HYPERLINK" and (address := _address(begin)):
            self._line.links.append(address)
        if begin.find("{*}subList") is not None:
            self._line.objects.append(("memo" if kind == "MEMO" else "field", begin))


def _paragraphs(container: etree._Element) -> list[etree._Element]:
    found: list[etree._Element] = []
    for child in container:
        name = local_names[child.tag]
        if name == "p":
            found.append(child)
        elif name == "subList":
            found += _paragraphs(child)
    return found


def _joined(first: Line, second: Line) -> Line:
    return Line(
        text=first.text + second.text,
        objects=first.objects + second.objects,
        links=first.links + second.links,
        level=first.level,
        is_item=first.is_item,
        is_changed=True,
        height=first.height or second.height,
    )


def _chosen(switch: etree._Element) -> Iterator[etree._Element]:
    """What to read of a switch: a chart, whose numbers the other branch has as a picture alone, else the default."""
    branches = list(switch)
    chart = (branch for branch in branches if branch.get(_required(branch), "").endswith(_CHART))
    default = (branch for branch in branches if local_names[branch.tag] == "default")
    branch = next(chart, None)
    if branch is None:
        branch = next(default, branches[0] if branches else None)
    yield from () if branch is None else branch


def _required(branch: etree._Element) -> str:
    return next((name for name in branch.attrib if local_names[name] == "required-namespace"), "")


def _annotated(dutmal: etree._Element) -> str:
    """A word with the small words set above or below it, which go into brackets."""
    main = "".join(text for part in dutmal.iterchildren("{*}mainText") for text in part.itertext())
    small = "".join(text for part in dutmal.iterchildren("{*}subText") for text in part.itertext())
    return f"{main}({small})" if small else main


def _form_text(name: str, form: etree._Element) -> str:
    """What a form object shows: a button's caption with its tick, what was entered, the first of the values."""
    if name == "edit":
        is_secret = bool(form.get("passwordChar"))
        return "" if is_secret else "".join(text for part in form.iterchildren("{*}text") for text in part.itertext())
    if name in ("comboBox", "listBox"):
        # The office shows the first item, whatever it says is selected.
        first = form.find("{*}listItem")
        return (form.get("text") or form.get("selectedValue") or "") if first is None else first.get("value", "")
    holder = next((part for part in form.iter() if part.get("caption") is not None), form)
    caption = holder.get("caption", "")
    if name not in _BOXES:
        return caption
    return ("☑" if holder.get("value", "").upper() in ("CHECKED", "1", "TRUE") else "☐") + caption


def _address(begin: etree._Element) -> str:
    """Address that a hyperlink leads to, empty for a place in the document itself."""
    parameters = {part.get("name", ""): part.text or "" for part in begin.iter("{*}stringParam")}
    address = parameters.get("Path") or command_address(parameters.get("Command") or begin.get("command") or "")
    address = address.strip()
    return "" if address.startswith(("?", "#")) else address


def command_address(command: str) -> str:
    r"""Address in a field's command such as `http\://a.kr;1;0;0;`, where a backslash keeps what follows it."""
    characters: list[str] = []
    is_kept = False
    for character in command:
        if is_kept:
            characters.append(character)
        elif character == ";":
            break
        elif character != "\\":
            characters.append(character)
        is_kept = character == "\\" and not is_kept
    return "".join(characters)
