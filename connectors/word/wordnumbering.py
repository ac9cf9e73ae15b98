"""The numbers that Word prints before paragraphs and does not store with them: 1., 가., 제2장, ①."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import lxml.etree as etree

from connectors.opc import local_name

_MAX_LEVEL = 8
_LEGAL_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
                (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
_MAX_ROMAN = 4_999
_ALPHABETS = {
    "upperLetter": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "lowerLetter": "abcdefghijklmnopqrstuvwxyz",
    "ganada": "가나다라마바사아자차카타파하",
    "chosung": "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ",
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
}
_RANGES = {
    "decimalEnclosedCircle": ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1)),
    "decimalEnclosedParen": ((1, 20, 0x2474),),
    "decimalEnclosedFullstop": ((1, 20, 0x2488),),
}
_DIGITS = {
    "koreanDigital": "영일이삼사오육칠팔구",
    "koreanDigital2": "零一二三四五六七八九",
    "ideographDigital": "〇一二三四五六七八九",
    "decimalFullWidth": "０１２３４５６７８９",
}
_COUNTING = {
    "koreanCounting": ("일이삼사오육칠팔구", "십백천만"),
    "chineseCounting": ("一二三四五六七八九", "十百千万"),
    "chineseCountingThousand": ("一二三四五六七八九", "十百千万"),
    "japaneseCounting": ("一二三四五六七八九", "十百千万"),
    "taiwaneseCounting": ("一二三四五六七八九", "十百千萬"),
}
_LEGAL_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
_LEGAL_ONES = ("", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉")
# Bullets that say in Korean documents what level a line is of; all others are ornament.
_TELLING_BULLETS = frozenset("□■○●◇◆◎❍▷▶☞※")
_PLACEHOLDER = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Numbering:
    """How a style or paragraph is numbered: id of the list and level in it; None where it does not say."""

    list_id: str | None = None
    level: int | None = None


@dataclass(slots=True)
class _List:
    levels: dict[int, etree._Element]
    abstract_id: str
    restarts: dict[int, int] = field(default_factory=dict)


class ListLabels:
    """Keeps the counters of a document's lists; `label` is asked once for each paragraph, in order."""

    def __init__(self, numbering: etree._Element | None) -> None:
        abstracts: dict[str, dict[int, etree._Element]] = {}
        links: dict[str, str] = {}
        styles: dict[str, str] = {}
        self._lists: dict[str, _List] = {}
        for element in () if numbering is None else numbering:
            if local_name(element) != "abstractNum":
                continue
            abstract_id = attribute(element, "abstractNumId") or ""
            abstracts[abstract_id] = dict(_levels(element))
            for tag, known in (("numStyleLink", links), ("styleLink", styles)):
                if (style := value_of(element.find(f"{{*}}{tag}"))) is not None:
                    known[abstract_id if known is links else style] = style if known is links else abstract_id
        for element in () if numbering is None else numbering:
            if local_name(element) != "num":
                continue
            abstract_id = value_of(element.find("{*}abstractNumId")) or ""
            # A list can be that of a style, which another definition holds.
            abstract_id = styles.get(links.get(abstract_id, ""), abstract_id)
            if abstract_id in abstracts:
                own = _List(dict(abstracts[abstract_id]), abstract_id)
                for override in element.iterchildren("{*}lvlOverride"):
                    own.levels.update(_levels(override))
                    level, start = _number(attribute(override, "ilvl")), value_of(override.find("{*}startOverride"))
                    if level is not None and start is not None:
                        own.restarts[level] = _number(start) or 0
                self._lists[attribute(element, "numId") or ""] = own
        self._counters: dict[str, list[int | None]] = {}
        self._restarted: set[tuple[str, int]] = set()

    def label(self, numbering: Numbering, style_id: str) -> str | None:
        """What Word prints before the next paragraph; empty for a bullet that is only ornament, None if it is in no list.

        Args:
            numbering: what is in effect for the paragraph.
            style_id: the style that put it into its list, to which a level can be bound.
        """
        own = self._lists.get(numbering.list_id or "")
        if own is None or numbering.list_id in (None, "0"):
            return None
        level = numbering.level
        if level is None:
            bound = (at for at, entry in own.levels.items() if value_of(entry.find("{*}pStyle")) == style_id)
            level = next(bound, 0) if style_id else 0
        entry = own.levels.get(level)
        if entry is None:
            return None
        self._count(own, numbering.list_id or "", level)
        kind, pattern = _format(entry), value_of(entry.find("{*}lvlText")) or ""
        if kind == "bullet":
            return pattern if pattern in _TELLING_BULLETS else ""
        is_legal = _is_on(entry.find("{*}isLgl"))
        counters = self._counters[own.abstract_id]

        def render(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            inner = own.levels.get(at)
            if inner is None or at > level:
                return ""
            count = counters[at]
            number = _start(inner) if count is None else count
            return format_number(number, "decimal" if is_legal and at < level else _format(inner))

        return "" if kind == "none" else _PLACEHOLDER.sub(render, pattern).strip()

    def _count(self, own: _List, list_id: str, level: int) -> None:
        counters = self._counters.setdefault(own.abstract_id, [None] * (_MAX_LEVEL + 1))
        count = counters[level]
        if level in own.restarts and (list_id, level) not in self._restarted:
            self._restarted.add((list_id, level))
            counters[level] = own.restarts[level]
        else:
            counters[level] = _start(own.levels[level]) if count is None else count + 1
        for deeper in range(level + 1, _MAX_LEVEL + 1):
            entry = own.levels.get(deeper)
            restart = None if entry is None else _number(value_of(entry.find("{*}lvlRestart")))
            if restart is None or level < restart:
                counters[deeper] = None


def numbering_of(properties: etree._Element | None) -> Numbering:
    """What a paragraph's or style's `pPr` says of its list."""
    entry = None if properties is None else properties.find("{*}numPr")
    if entry is None:
        return Numbering()
    return Numbering(value_of(entry.find("{*}numId")), _number(value_of(entry.find("{*}ilvl"))))


def format_number(number: int, kind: str) -> str:
    """A number in one of Word's formats, such as `ganada`; empty in a format that is not known."""
    if kind in ("decimal", "ordinal", "numberInDash", "decimalHalfWidth"):
        return f"- {number} -" if kind == "numberInDash" else str(number)
    if kind == "decimalZero":
        return f"{number:02}"
    if number < 1:
        return str(number) if kind in ("upperRoman", "lowerRoman") else ""
    if kind in ("upperRoman", "lowerRoman"):
        roman = _roman(number)
        return roman if kind == "upperRoman" else roman.lower()
    if kind in _ALPHABETS:
        rounds, at = divmod(number - 1, len(_ALPHABETS[kind]))
        return _ALPHABETS[kind][at] * min(rounds + 1, 8)
    if kind in _RANGES:
        found = (chr(first + number - low) for low, high, first in _RANGES[kind] if low <= number <= high)
        return next(found, str(number))
    if kind in _DIGITS:
        return "".join(_DIGITS[kind][int(digit)] for digit in str(number))
    if kind in _COUNTING:
        return _counted(number, *_COUNTING[kind])
    if kind == "koreanLegal" and number < 100:
        return _LEGAL_TENS[number // 10] + _LEGAL_ONES[number % 10]
    return ""


def _counted(number: int, ones: str, tens: str) -> str:
    if number >= 100_000:
        return str(number)
    parts: list[str] = []
    for exponent, digit in zip(range(len(str(number)) - 1, -1, -1), map(int, str(number)), strict=True):
        if digit:
            is_said = digit > 1 or exponent == 0
            parts.append((ones[digit - 1] if is_said else "") + (tens[exponent - 1] if exponent else ""))
    return "".join(parts)


def _roman(number: int) -> str:
    if number > _MAX_ROMAN:
        return str(number)
    parts: list[str] = []
    for value, letters in _LEGAL_ROMAN:
        count, number = divmod(number, value)
        parts.append(letters * count)
    return "".join(parts)


def _levels(element: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    for entry in element.iterchildren("{*}lvl"):
        level = _number(attribute(entry, "ilvl"))
        if level is not None and 0 <= level <= _MAX_LEVEL:
            yield level, entry


def _format(entry: etree._Element) -> str:
    # The formats that Word added later stand beside a fallback, in an alternative that has been chosen already.
    return value_of(entry.find("{*}numFmt")) or "decimal"


def _start(entry: etree._Element) -> int:
    start = _number(value_of(entry.find("{*}start")))
    return 1 if start is None else start


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isdecimal() and len(value) < 7 else None


def _is_on(element: etree._Element | None) -> bool:
    return element is not None and value_of(element) not in ("0", "false", "off")


def attribute(element: etree._Element, name: str) -> str | None:
    """An attribute by its name without namespace."""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), None)


def value_of(element: etree._Element | None) -> str | None:
    """The `val` of an element that may be missing."""
    return None if element is None else attribute(element, "val")
