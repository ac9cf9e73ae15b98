"""A section of HWP 5: from its flat run of records to paragraphs, with the controls that are anchored in them.

A record's level says what it belongs to, with one exception that the format makes: the paragraphs of a list (a cell, a
note, a text box) stand beside the list's head and not below it.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from connectors.hangul.hwp5_docinfo import LONG_RECORD, MAX_RECORDS
from connectors.hangul.hwp5_text import (
    art_text,
    composed_text,
    equation_script,
    form_text,
    link_target,
    printed_text,
    ruby_text,
)
from schemas.outcome import Failed

MAX_DEPTH = 64
MAX_RANGES = 100_000

_PARA_HEADER, _PARA_TEXT, _PARA_CHAR_SHAPE, _PARA_LINE_SEG, _PARA_RANGE_TAG = 66, 67, 68, 69, 70
_CTRL_HEADER, _LIST_HEADER, _TABLE, _EQUATION, _TEXT_ART, _FORM, _MEMO_LIST = 71, 72, 77, 88, 90, 91, 93

TABLE, EQUATION, DRAWING, SECTION = "tbl ", "eqed", "gso ", "secd"
FOOTNOTE, ENDNOTE, HEADER, FOOTER, COMMENT = "fn  ", "en  ", "head", "foot", "tcmt"
MEMO, MASTER_PAGE = "memo", "master page"
"""Names of controls; the last two stand for lists that follow a section without a control of their own."""

_LINK, _COMPOSED, _RUBY, _FORM_OBJECT = b"klh%", b"spct", b"tudt", b"mrof"
_INSERTED, _DELETED = 0x10, 0x11
_NUMBER = struct.Struct("<I").unpack_from
_PARAGRAPH = struct.Struct("<I4xHB").unpack_from
_IN_LIST, _ONLY_ITS_END = 0x7FFFFFFF, 1


@dataclass(slots=True)
class Paragraph:
    """A paragraph's text as printed, the numbers of its shapes and style, and what is anchored in it."""

    text: str = ""
    para_shape: int = -1
    style: int = -1
    char_shape: int = -1
    is_tracked: bool = False
    links: Sequence[str] = ()
    controls: Sequence["Control"] = ()


@dataclass(slots=True)
class TextList:
    """Paragraphs that belong together: a cell with its place, counted from 0, a caption, a note, a text box."""

    paragraphs: list[Paragraph]
    row: int = -1
    col: int = -1
    row_span: int = 1
    col_span: int = 1


@dataclass(slots=True)
class Control:
    """A table, note, drawing… `text` is an equation's script or what word art says."""

    name: str
    lists: list[TextList] = field(default_factory=list)
    caption: TextList | None = None
    is_caption_before: bool = False
    text: str = ""
    n_rows: int = 0
    n_cols: int = 0


@dataclass(slots=True)
class _Anchored:
    """What was found below a paragraph; insertions are printed in its text, by the name of their controls."""

    links: list[str] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    insertions: dict[bytes, list[str]] = field(default_factory=dict)
    is_memo: bool = False


Record = tuple[int, int, int, int]
"""Tag, level, and where the payload begins and ends."""


class SectionReader:
    """Reads sections one after the other, within one limit on records.

    Args:
        changes: kinds of tracked changes by number, as DocInfo has them.
        is_final: whether the text is stored with its changes accepted, so that nothing is to be left out.
    """

    def __init__(self, changes: dict[int, int], *, is_final: bool) -> None:
        self._changes = changes
        self._is_final = is_final
        self._left = MAX_RECORDS
        self._section = b""
        self._records: list[Record] = []
        self._depth = 0
        self.errors: list[str] = []

    def read(self, section: bytes) -> list[Paragraph]:
        """The paragraphs of a section, to where its records break off.

        Raises:
            Failed: `too_many_elements` beyond 1.5 million records in all, or 64 lists inside each other.
        """
        self._section = section
        self._records = self._scan(section)
        self._depth = 0
        paragraphs: list[Paragraph] = []
        at = 0
        while at < len(self._records):
            more, at = self._paragraphs(at, 0)
            paragraphs += more
            if at < len(self._records) and self._records[at][0] != _PARA_HEADER:
                at += 1
        self._records = []
        return paragraphs

    def _scan(self, section: bytes) -> list[Record]:
        records: list[Record] = []
        keep, unpack, size_of_section = records.append, _NUMBER, len(section)
        at = 0
        while at + 4 <= size_of_section:
            (word,) = unpack(section, at)
            size = word >> 20
            at += 4
            if size == LONG_RECORD and at + 4 <= size_of_section:
                (size,) = unpack(section, at)
                at += 4
            end = at + size
            if end > size_of_section:
                self._note("HWP: a record reaches beyond its section")
                end = size_of_section
            tag = word & 0x3FF
            # Where the lines broke on the author's screen is a quarter of all records.
            if tag != _PARA_LINE_SEG:
                keep((tag, word >> 10 & 0x3FF, at, end))
                if len(records) > self._left:
                    raise Failed("too_many_elements", f"레코드 {MAX_RECORDS:,}개 넘음")
            at = end
        self._left -= len(records)
        return records

    def _note(self, error: str) -> None:
        if error not in self.errors:
            self.errors.append(error)

    def _paragraphs(self, at: int, level: int) -> tuple[list[Paragraph], int]:
        """Paragraphs that follow each other on this level or below, and where they end."""
        records = self._records
        paragraphs: list[Paragraph] = []
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Failed("too_many_elements", f"글 속의 글이 {MAX_DEPTH}단을 넘음")
        while at < len(records) and records[at][0] == _PARA_HEADER and records[at][1] >= level:
            paragraph, at = self._paragraph(at)
            paragraphs.append(paragraph)
        self._depth -= 1
        return paragraphs, at

    def _paragraph(self, at: int) -> tuple[Paragraph, int]:
        section, records = self._section, self._records
        _, level, start, end = records[at]
        paragraph = Paragraph()
        n_units = 0
        if end - start >= 11:
            n_units, paragraph.para_shape, paragraph.style = _PARAGRAPH(section, start)
        at += 1
        text_from = text_to = 0
        anchored: _Anchored | None = None
        removals: list[tuple[int, int]] = []
        n_records = len(records)
        while at < n_records:
            tag, own_level, start, end = records[at]
            if own_level <= level:
                break
            if tag == _PARA_TEXT:
                text_from, text_to = start, end
                at += 1
            elif tag == _PARA_CHAR_SHAPE:
                if end - start >= 8:
                    (paragraph.char_shape,) = _NUMBER(section, start + 4)
                at += 1
            elif tag == _PARA_RANGE_TAG:
                self._mark_changes(start, end, paragraph, removals)
                at += 1
            else:
                anchored = anchored or _Anchored()
                at = self._anchored(at, anchored)
        if (text_to - text_from) // 2 != n_units & _IN_LIST and (text_to or n_units & _IN_LIST > _ONLY_ITS_END):
            self._note("HWP: a paragraph is not as long as it says")
        if anchored:
            paragraph.links, paragraph.controls = anchored.links, anchored.controls
            insertions = {name: iter(texts) for name, texts in anchored.insertions.items()}
            paragraph.text = printed_text(section[text_from:text_to], insertions, removals)
        elif text_to:
            paragraph.text = printed_text(section[text_from:text_to], None, removals)
        return paragraph, at

    def _anchored(self, at: int, anchored: "_Anchored") -> int:
        """Take one control, or a list without one, and return where it ends."""
        tag, own_level, _, _ = self._records[at]
        if tag == _CTRL_HEADER:
            return self._control(at, anchored)
        if tag == _LIST_HEADER:
            listed, at = self._list(at)
            anchored.controls.append(Control(MEMO if anchored.is_memo else MASTER_PAGE, [listed]))
            return at
        if tag == _PARA_HEADER:
            strays, at = self._paragraphs(at, own_level)
            anchored.controls.append(Control("", [TextList(strays)]))
            return at
        anchored.is_memo = anchored.is_memo or tag == _MEMO_LIST
        return at + 1

    def _mark_changes(self, start: int, end: int, paragraph: Paragraph, removals: list[tuple[int, int]]) -> None:
        ranges = self._section[start : start + (end - start) // 12 * 12]
        if len(ranges) > 12 * MAX_RANGES:
            raise Failed("too_many_elements", f"영역 {len(ranges) // 12:,}개")
        for first, beyond, tag in struct.iter_unpack("<III", ranges):
            kind = tag >> 24
            if kind in (_INSERTED, _DELETED) and self._changes.get(tag & 0xFFFFFF) == kind:
                paragraph.is_tracked = True
                if kind == _DELETED and not self._is_final:
                    removals.append((first, beyond))

    def _control(self, at: int, anchored: "_Anchored") -> int:
        section, records = self._section, self._records
        _, level, start, end = records[at]
        name = section[start : start + 4] if end - start >= 4 else b""
        control = Control(name[::-1].decode("latin-1"))
        if name == _LINK:
            anchored.links.extend(filter(None, [link_target(section[start:end])]))
        elif name == _COMPOSED:
            anchored.insertions.setdefault(name, []).append(composed_text(section[start:end]))
        elif name == _RUBY:
            anchored.insertions.setdefault(name, []).append(ruby_text(section[start:end]))
        at += 1
        has_table = control.name != TABLE
        while at < len(records):
            tag, own_level, start, end = records[at]
            if own_level <= level:
                break
            if tag == _LIST_HEADER:
                is_caption = own_level == level + 1 and not (has_table and control.name == TABLE)
                at = self._control_list(
                    at, control, is_caption=is_caption and control.name in (TABLE, DRAWING, EQUATION)
                )
                continue
            if tag == _PARA_HEADER:
                strays, at = self._paragraphs(at, own_level)
                if control.lists:
                    control.lists[-1].paragraphs.extend(strays)
                else:
                    control.lists.append(TextList(strays))
                continue
            if tag == _TABLE and own_level == level + 1:
                has_table = True
                if end - start >= 8:
                    control.n_rows, control.n_cols = struct.unpack_from("<HH", section, start + 4)
            elif tag == _EQUATION:
                control.text = equation_script(section[start:end])
            elif tag == _TEXT_ART:
                control.text = "\n".join(filter(None, [control.text, art_text(section[start:end])]))
            elif tag == _FORM:
                anchored.insertions.setdefault(_FORM_OBJECT, []).append(form_text(section[start:end]))
            at += 1
        if control.lists or control.caption or control.text or control.name == TABLE:
            anchored.controls.append(control)
        return at

    def _control_list(self, at: int, control: Control, *, is_caption: bool) -> int:
        listed, after = self._list(at)
        if not is_caption:
            control.lists.append(listed)
        elif control.caption is None:
            _, _, start, end = self._records[at]
            control.caption = listed
            side = self._section[start + 8] & 3 if end - start >= 12 else 3
            # Left and top; a caption on the right or at the bottom is read after what it names.
            control.is_caption_before = side in (0, 2)
        else:
            control.caption.paragraphs.extend(listed.paragraphs)
        return after

    def _list(self, at: int) -> tuple[TextList, int]:
        _, level, start, end = self._records[at]
        paragraphs, at = self._paragraphs(at + 1, level)
        listed = TextList(paragraphs)
        if end - start >= 16:
            listed.col, listed.row, listed.col_span, listed.row_span = struct.unpack_from(
                "<4H", self._section, start + 8
            )
        return listed, at
