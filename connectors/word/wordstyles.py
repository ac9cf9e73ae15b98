"""What the styles of a Word document say of its paragraphs: levels of headings, captions, lists."""

import re
from dataclasses import dataclass, field

import lxml.etree as etree

from connectors.word.wordnumbering import Numbering, attribute, numbering_of, value_of

_HEADING_NAME = re.compile(r"(?:heading|제목|개요)\s*([1-9])")
_TITLE_NAMES = {"title": 1, "제목": 1, "subtitle": 2, "부제": 2, "toc heading": 1, "목차 제목": 1}
_CAPTION_NAMES = ("caption", "캡션")
_LIST_NAME = re.compile(r"(?:list|목록)(?:\s|$)")
_NO_LIST_NAMES = ("list paragraph", "목록 단락")
_BODY_LEVEL = 9


@dataclass(slots=True)
class Style:
    """A paragraph style with what it takes over from the styles that it is based on."""

    level: int | None = None
    numbering: Numbering = field(default_factory=Numbering)
    numbered_by: str = ""
    is_caption: bool = False
    is_list: bool = False


@dataclass(slots=True)
class Styles:
    """The paragraph styles by id; `default` is that of a paragraph without one."""

    by_id: dict[str, Style] = field(default_factory=dict)
    default: Style = field(default_factory=Style)

    def of(self, paragraph: etree._Element) -> Style:
        """The style of a paragraph."""
        style_id = value_of(paragraph.find("{*}pPr/{*}pStyle"))
        return self.by_id.get(style_id, self.default) if style_id else self.default

    def level_of(self, paragraph: etree._Element) -> int | None:
        """The level of a paragraph that its style or itself makes a heading, 1 the highest."""
        own = value_of(paragraph.find("{*}pPr/{*}outlineLvl"))
        if own and own.isdecimal():
            return _level(int(own))
        return self.of(paragraph).level

    def numbering_of(self, paragraph: etree._Element) -> tuple[Numbering, str]:
        """How a paragraph is numbered, and by which style if it is not by itself."""
        own = numbering_of(paragraph.find("{*}pPr"))
        style = self.of(paragraph)
        level = style.numbering.level if own.level is None else own.level
        if own.list_id is not None:
            return Numbering(own.list_id, level), ""
        return Numbering(style.numbering.list_id, level), style.numbered_by


@dataclass(slots=True)
class _Own:
    name: str
    based_on: str | None
    level: int | None
    numbering: Numbering


def read_styles(root: etree._Element | None) -> Styles:
    """The styles of a part, each resolved along what it is based on."""
    own: dict[str, _Own] = {}
    styles = Styles()
    default_id: str | None = None
    for entry in () if root is None else root.iterchildren("{*}style"):
        style_id = attribute(entry, "styleId")
        if not style_id or attribute(entry, "type") not in (None, "paragraph"):
            continue
        properties = entry.find("{*}pPr")
        level = None if properties is None else value_of(properties.find("{*}outlineLvl"))
        own[style_id] = _Own(
            name=(value_of(entry.find("{*}name")) or "").strip().lower(),
            based_on=value_of(entry.find("{*}basedOn")),
            level=int(level) if level and level.isdecimal() and len(level) < 3 else None,
            numbering=numbering_of(properties),
        )
        if attribute(entry, "default") in ("1", "true"):
            default_id = style_id
    for style_id in own:
        styles.by_id[style_id] = _resolve(style_id, own)
    styles.default = styles.by_id.get(default_id or "", styles.default)
    return styles


def _resolve(style_id: str, own: dict[str, _Own]) -> Style:
    style = Style()
    level: int | None = None
    list_id: str | None = None
    list_level: int | None = None
    seen: set[str] = set()
    at: str | None = style_id
    while at in own and at not in seen:
        seen.add(at)
        entry = own[at]
        named = _HEADING_NAME.fullmatch(entry.name)
        if level is None:
            level = entry.level
        if level is None and named:
            level = int(named[1]) - 1
        if level is None and entry.name in _TITLE_NAMES:
            level = _TITLE_NAMES[entry.name] - 1
        if list_id is None and entry.numbering.list_id is not None:
            list_id, style.numbered_by = entry.numbering.list_id, at
        list_level = entry.numbering.level if list_level is None else list_level
        style.is_caption = style.is_caption or entry.name in _CAPTION_NAMES
        is_list = _LIST_NAME.match(entry.name) is not None and entry.name not in _NO_LIST_NAMES
        style.is_list = style.is_list or is_list
        at = entry.based_on
    style.numbering = Numbering(list_id, list_level)
    style.level = None if level is None else _level(level)
    return style


def _level(outline: int) -> int | None:
    return outline + 1 if outline < _BODY_LEVEL else None
