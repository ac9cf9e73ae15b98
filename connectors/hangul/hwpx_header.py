"""What the head of an HWPX document says of its paragraphs: outline levels, list marks and the size of the type."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import lxml.etree as etree

_OUTLINE_NAME = re.compile(r"(?:개요|outline|heading)\s*(\d{1,2})", re.IGNORECASE)
_SURE_LEVELS = 3
_MAX_OUTLINE_CHARACTERS = 100
_MAX_DEEP_OUTLINE_CHARACTERS = 50
_LARGE, _LARGER = 1.25, 1.5
_LEAST_SAMPLE = 40
_WEIGHT_OF_ONE = 200
_LIST_TYPES = frozenset({"BULLET", "NUMBER"})


@dataclass
class Styles:
    """What paragraphs and characters refer to, by id.

    `outlines` are levels (1 the highest) of paragraph shapes, `items` the shapes that print a bullet or number, `names`
    the levels of styles by their names, `shapes` the styles' paragraph shapes, and `heights` the sizes of type.
    """

    outlines: dict[str, int] = field(default_factory=dict)
    items: set[str] = field(default_factory=set)
    names: dict[str, int] = field(default_factory=dict)
    shapes: dict[str, str] = field(default_factory=dict)
    heights: dict[str, int] = field(default_factory=dict)

    def outline_level(self, paragraph: etree._Element) -> int | None:
        """Level of a paragraph that its author set as an outline, by its shape or by its style; None if it is none."""
        shape, style = paragraph.get("paraPrIDRef", ""), paragraph.get("styleIDRef", "")
        if shape in self.outlines:
            return self.outlines[shape]
        if style in self.names:
            return self.names[style]
        return None if shape in self.items else self.outlines.get(self.shapes.get(style, ""))

    def is_item(self, paragraph: etree._Element) -> bool:
        """Whether a bullet or number is printed before the paragraph that does not stand in its text."""
        return paragraph.get("paraPrIDRef", "") in self.items

    def height(self, run: etree._Element) -> int:
        """Size of a run's type in hundredths of a point, 0 if it is not known."""
        return self.heights.get(run.get("charPrIDRef", ""), 0)


def read_styles(head: etree._Element | None) -> Styles:
    """The styles of a document's head, empty without one."""
    styles = Styles()
    if head is None:
        return styles
    for shape in head.iter("{*}paraPr"):
        heading = shape.find("{*}heading")
        if heading is not None:
            add_shape(styles, shape.get("id", ""), heading.get("type", ""), heading.get("level", ""))
    for style in head.iter("{*}style"):
        add_style(styles, style.get("id", ""), style.get("name", ""), style.get("paraPrIDRef", ""))
    for characters in head.iter("{*}charPr"):
        styles.heights[characters.get("id", "")] = whole_number(characters.get("height"))
    return styles


def add_shape(styles: Styles, identifier: str, kind: str, level: str) -> None:
    """Note a paragraph shape that is an outline's or a list's; `level` counts from 0."""
    if kind.upper() == "OUTLINE":
        styles.outlines[identifier] = whole_number(level) + 1
    elif kind.upper() in _LIST_TYPES:
        styles.items.add(identifier)


def add_style(styles: Styles, identifier: str, name: str, shape: str) -> None:
    """Note a paragraph style, whose name tells the level if it is `개요 N`."""
    styles.shapes[identifier] = shape
    if match := _OUTLINE_NAME.fullmatch(name.strip()):
        styles.names[identifier] = max(int(match.group(1)), 1)


def is_outline_heading(level: int, text: str) -> bool:
    """Whether a paragraph with an outline level is a heading: the deep levels serve for the items of a text as well."""
    line = text.strip()
    if "\n" in line:
        return False
    return len(line) <= (_MAX_OUTLINE_CHARACTERS if level <= _SURE_LEVELS else _MAX_DEEP_OUTLINE_CHARACTERS)


def body_height(lines: Iterable[tuple[str, int]]) -> int:
    """Size of the type that most of the body is set in, 0 if there is too little of it to tell.

    Args:
        lines: the text of each paragraph of the body, and the size of its type.
    """
    weights: Counter[int] = Counter()
    for text, height in lines:
        if height and (line := text.strip()):
            # One long paragraph says no more of the body's type than a few short ones.
            weights[height] += min(len(line), _WEIGHT_OF_ONE)
    if weights.total() < _LEAST_SAMPLE:
        return 0
    return min(weights, key=lambda height: (-weights[height], height))


def level_by_height(height: int, body: int) -> int | None:
    """Level of a heading that a paragraph set in large type may be, None for type about as large as the body's."""
    if not height or not body or height < body * _LARGE:
        return None
    return 1 if height >= body * _LARGER else 2


def whole_number(value: str | None, default: int = 0) -> int:
    """A number of an attribute; `default` for none or for what is no number."""
    try:
        return int(value) if value else default
    except ValueError:
        return default
