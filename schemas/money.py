"""Printed amounts: what a cell says, exactly, or why it says no amount.

Nothing is guessed and nothing rounded: two numbers in one text, a part of a minor unit, a rate, a date or a code is
`PARSE_FAILED`, and no float is ever involved. Only ASCII and full-width digits count as digits.

What stands in the text wins over the unit of the column ("1,234천원" in a column of 백만원). A mere currency sign or code
("$1,234") does not say in how many thousands it counts, so it takes the column's unit, and fails in a column of another
currency. A scale without 원 ("3조 2,100억") counts won, unless the column counts single units of another currency.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

from schemas.fiscal import ValueState
from schemas.units import (
    CURRENCY_MARKS,
    CURRENCY_WORDS,
    ENGLISH_SCALES,
    LARGE_SCALES,
    SMALL_SCALES,
    Unit,
    alternatives,
    format_amount,
    in_words,
    minor_of,
    parse_unit,
    units_in,
)

__all__ = [
    "Printed",
    "Unit",
    "format_amount",
    "in_words",
    "looks_like_amount",
    "parse_amount",
    "parse_unit",
    "units_in",
]

MAX_TEXT = 64
"""Characters of the longest text that is read as an amount, white space around it not counted."""

AMOUNT_LIMIT = 2**63
"""Amounts of this many minor units or more, of either sign, are refused: no column could keep them."""

_LEAST_WITH_DECIMALS = 10**8
_BEYOND = 10**MAX_TEXT
_SHORT_SCALES = frozenset({"k", "'000", "000", "m", "mn", "mil", "b", "bn", "tn"})
_MINUS = "△▲▽▼∆Δ▵−–‐‑‒-"
_FIXED_SPACE = "\x1f"
_PREPARE = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u2007\u2009\u202f", _FIXED_SPACE),
        **dict.fromkeys("\x1c\x1d\x1e\x1f", "\n"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\u3164\uffa0\u115f\u1160", None),
    }
)
_SUPERSCRIPTS = "¹²³⁰⁴⁵⁶⁷⁸⁹⁽⁾"

_S = f"[ \n{_FIXED_SPACE}]?"
_MARK = alternatives(CURRENCY_MARKS)
_PLAIN = re.compile(r"([△▲−–+-])? ?([1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]*)").fullmatch
_HEAD = re.compile(
    rf"(?:약{_S})?(?P<sign>[+{_MINUS}])?{_S}(?P<mark>{_MARK})?{_S}(?P<late>[+{_MINUS}])?{_S}"
    rf"(?P<open>\()?{_S}(?P<inner>[+{_MINUS}])?{_S}(?P<inner_mark>{_MARK})?{_S}(?=[0-9.])",
    re.IGNORECASE,
)
_NUMBER = (
    r"(?P<number>(?P<whole>[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+|(?:\x1f[0-9]{3})+|(?: [0-9]{3})+)|[1-9][0-9]*|0)"
    r"(?:\.(?P<part>[0-9]+))?|\.(?P<bare>[0-9]+))"
)
_TERM = re.compile(rf"{_NUMBER}{_S}(?P<small>[십백천])?{_S}(?P<large>[만억조])? ?")
_EXPONENT = re.compile(
    r"(?P<whole>[0-9])(?:\.(?P<part>[0-9]+)[e](?P<free>[+-]?[0-9]{1,2})|[e](?P<signed>[+-][0-9]{1,2}))", re.I
)
_TAIL = re.compile(
    rf"(?:(?P<before>{_MARK})(?={alternatives(ENGLISH_SCALES)}))?(?P<scale>{alternatives(ENGLISH_SCALES)})?(?:of)?"
    rf"(?:(?P<word>{alternatives(CURRENCY_WORDS)})|(?P<mark>{_MARK}))?"
)
_NOTE_BEFORE = re.compile(rf"[※*]{_S}(?=[^*])")
_NOTE_AFTER = re.compile(
    rf"(?:{_S}\*{{1,2}}|{_S}[†‡]|[ \n][1-9][0-9]?\)|{_S}주{_S}[0-9]{{0,2}}\)|(?<=[가-힣])[1-9][0-9]?\))$"
)
_UNIT_OUTSIDE = re.compile(r"[0-9.,\x1f ]+\n[^0-9.,()]*")
_GROUPING = re.compile(r"[^0-9]")
_SPACE_RUN = re.compile(r"\s+")
_MASK = re.compile(r"(?:[*x●○◯■][,.]?){2,}")
_COULD_BE_AMOUNT = re.compile(r"[0-9０-９]")

_STATES = {
    **dict.fromkeys(("", "null"), ValueState.BLANK),
    **dict.fromkeys("-–—−‐‑‒―ㅡ\u1173─━－", ValueState.DASH),
    **dict.fromkeys(("비공개", "미공개", "공개불가"), ValueState.MASKED),
    **dict.fromkeys(("미정", "미확정", "미결정", "추후확정", "추후결정", "tbd"), ValueState.NOT_DECIDED),
    **dict.fromkeys(
        ("순증", "순감", "n/a", "n.a.", "해당없음", "해당사항없음", "x", "×"),
        ValueState.NOT_APPLICABLE,
    ),
}


@dataclass(frozen=True, slots=True)
class Printed:
    """What one printed text says.

    Args:
        state: what kind of statement it is.
        amount_minor: signed, exact, in minor units of the currency; None unless the state is VALUE or ZERO_PRINTED.
        precision_minor: half of the least printed step ("656.6"조원: 50,000,000,000), rounded down; 0 without an amount
            or a unit.
        unit: the unit that stood in the text, else the one given.
        is_unit_in_text: whether the text itself says the unit.
    """

    state: ValueState
    amount_minor: int | None
    precision_minor: int
    unit: Unit | None
    is_unit_in_text: bool


class _Numerals(NamedTuple):
    """The number at the start of a text: `value` / 10**`decimals`, Korean scales multiplied in.

    Args:
        value: without sign.
        decimals: of `value`.
        step: the scale of the last term, before its decimals.
        largest: the greatest scale, 1 if there is none.
        has_float_end: whether the digits end in ".0" and have no commas, as a spreadsheet's float does.
        is_spaced: whether plain spaces group the digits.
        scale_start: where the last scale word starts; the end of the digits if there is none.
        end: where the number and its scale words end.
    """

    value: int
    decimals: int
    step: int
    largest: int
    has_float_end: bool
    is_spaced: bool
    scale_start: int
    end: int


class _Reading(NamedTuple):
    """A text as a signed number and the words beside it.

    Args:
        numerals: the number, an English scale multiplied in.
        is_negative: whether a sign or brackets say so.
        is_korean: whether its scale words are Korean.
        word: currency said by a word (원), which is a unit; folded.
        mark: currency said by a sign or code; folded.
        unit_text: sign, scale and currency as printed.
    """

    numerals: _Numerals
    is_negative: bool
    is_korean: bool
    word: str | None
    mark: str | None
    unit_text: str


def parse_amount(raw: str, unit: Unit | None = None) -> Printed:
    """What the text says, in the unit that it names, else in the given one. Never raises.

    Args:
        raw: a cell or a phrase, as printed. White space around it is of no account.
        unit: the unit of its column, table or source. Without one an amount that names none is `PARSE_FAILED`,
            only zero stays zero.
    """
    text = raw.strip()
    if unit is not None and (plain := _PLAIN(text)) is not None and len(text) <= MAX_TEXT:
        sign, digits = plain.groups()
        amount = int(digits.replace(",", "")) * unit.multiplier
        if amount < AMOUNT_LIMIT:
            is_negative = sign is not None and sign != "+"
            return Printed(ValueState.VALUE, -amount if is_negative else amount, unit.multiplier // 2, unit, False)
    state = _STATES.get(text)
    if state is None:
        folded = _fold(text)
        state = _state_of(folded) if folded is not None else ValueState.PARSE_FAILED
        if state is None and folded is not None and (reading := _read(folded)) is not None:
            return _resolve(reading, unit)
    return Printed(state or ValueState.PARSE_FAILED, None, 0, unit, False)


def looks_like_amount(raw: str) -> bool:
    """Whether `parse_amount` could find an amount in the text, given some unit. A lone year such as 2024 does look so."""
    if _COULD_BE_AMOUNT.search(raw) is None:
        return False
    text = raw.strip()
    if len(text) > MAX_TEXT:
        return False
    if _PLAIN(text) is not None:
        return True
    folded = _fold(text)
    return folded is not None and _state_of(folded) is None and _read(folded) is not None


_DOLLARS = frozenset({"AUD", "CAD"})


def _fold(text: str) -> str | None:
    """NFKC with runs of white space as one character; None for what is too long or has digits of other scripts."""
    if len(text) > MAX_TEXT:
        return None
    if not text.isascii():
        visible = text.translate(_PREPARE).strip()
        text = visible.rstrip(_SUPERSCRIPTS)
        # NFKC would turn ②, ½ or Arabic digits into numbers that nobody printed
        if any(char.isnumeric() and not char.isascii() and not "０" <= char <= "９" for char in text):
            return None
        text = unicodedata.normalize("NFKC", text)
        if visible and not text:
            return None
    return _SPACE_RUN.sub(_space_of, text.strip(" \n\t\r\f\v" + _FIXED_SPACE))


def _space_of(match: re.Match[str]) -> str:
    run = match[0]
    return run if run == _FIXED_SPACE else "\n" if "\n" in run or "\r" in run else " "


def _state_of(folded: str) -> ValueState | None:
    """The state of a text without an amount, or None."""
    word = "".join(folded.split()).lower()
    if word[:1] == "(" and word[-1:] == ")":
        word = word[1:-1] or "()"
    return _STATES.get(word) or (ValueState.MASKED if _MASK.fullmatch(word) else None)


def _read(folded: str) -> _Reading | None:
    """The number and the words of a folded text, or None if it is not one amount and nothing else."""
    text = _NOTE_BEFORE.sub("", folded, count=1) if folded[:1] in "※*" else folded
    text = _NOTE_AFTER.sub("", text, count=1)
    head = _HEAD.match(text)
    if head is None or (head["mark"] and head["inner_mark"]):
        return None
    signs = [sign for sign in (head["sign"], head["late"], head["inner"]) if sign]
    rest = text[head.end() :]
    if head["open"]:
        rest, closing, outside = rest.partition(")")
        # (△5) and △(5) say negative twice and mean it once
        if not closing or "+" in signs or (outside and not _UNIT_OUTSIDE.fullmatch(rest + "\n" + outside)):
            return None
        rest += outside
        signs = [signs[0]] if signs and not (head["sign"] and head["late"]) else signs
    if len(signs) > 1:
        return None
    is_negative = bool(head["open"]) or (bool(signs) and signs[0] != "+")
    return _read_number(rest, head["mark"] or head["inner_mark"] or "", is_negative=is_negative)


def _read_number(text: str, mark: str, *, is_negative: bool) -> _Reading | None:
    """The number and the unit of a text without sign and brackets, `mark` being what stood before it."""
    numerals = _exponent(text) or _terms(text)
    if numerals is None:
        return None
    tail = _TAIL.fullmatch("".join(text[numerals.end :].split()).lower())
    if tail is None or (tail["before"] and (tail["word"] or tail["mark"])):
        return None
    word, tail_mark, is_korean = tail["word"], tail["before"] or tail["mark"], numerals.largest > 1
    said = {CURRENCY_MARKS[found] for found in (mark.lower(), tail_mark) if found}
    if word:
        said.add(CURRENCY_WORDS[word])
    if len(said) > 1 or (word == "불" and not is_korean):
        return None
    # "3억 5천" is said for 3억 5천만
    if is_korean and not word and not tail_mark and numerals.step < LARGE_SCALES["만"] <= numerals.largest:
        return None
    if english := tail["scale"]:
        if is_korean or (not said and english in _SHORT_SCALES):
            return None
        scale = ENGLISH_SCALES[english]
        numerals = numerals._replace(value=numerals.value * scale, step=numerals.step * scale, largest=scale)
    unit_text = f"{mark} {text[numerals.scale_start :].strip()}".strip()
    return _Reading(numerals, is_negative, is_korean, word, mark.lower() or tail_mark, unit_text)


def _exponent(text: str) -> _Numerals | None:
    match = _EXPONENT.match(text)
    if match is None:
        return None
    part, power = match["part"] or "", int(match["free"] or match["signed"])
    scale = 10 ** max(power, 0)
    value, decimals = int(match["whole"] + part) * scale, len(part) - min(power, 0)
    return _Numerals(value, decimals, scale, 1, False, False, match.end(), match.end())


def _terms(text: str) -> _Numerals | None:
    """The number at the start, in one or several terms.

    Terms must descend (4조 8천 216억), and only the last may lack a scale or have decimals; else they are several numbers.
    """
    total = section = decimals = end = scale_start = 0
    section_limit = total_limit = _BEYOND
    step, largest, is_spaced, has_float_end = 1, 1, False, False
    while end < len(text) and text[end] in ".0123456789":
        match = _TERM.match(text, end)
        if match is None or match.end() == end or (end and (step == 1 or decimals)):
            return None
        whole, part = match["whole"] or "0", match["part"] or match["bare"] or ""
        decimals, unit = len(part), 10 ** len(part)
        small, large = SMALL_SCALES.get(match["small"] or "", 1), LARGE_SCALES.get(match["large"] or "", 1)
        term = int(_GROUPING.sub("", whole) + part) * small
        if term >= section_limit * unit:
            return None
        section, total = section * unit + term, total * unit
        section_limit, step, largest = small, small * large, max(largest, small * large)
        if large > 1:
            if section * large >= total_limit * unit:
                return None
            total, section, section_limit, total_limit = total + section * large, 0, _BEYOND, large
        is_spaced = is_spaced or " " in whole
        has_float_end = part == "0" and whole.isdigit()
        scale_start, end = match.end("number"), match.end()
    if end == 0 or section >= total_limit * 10**decimals:
        return None
    return _Numerals(total + section, decimals, step, largest, has_float_end, is_spaced, scale_start, end)


def _resolve(reading: _Reading, unit: Unit | None) -> Printed:
    """The amount of a reading, by the unit that it names or else the given one."""
    failed = Printed(ValueState.PARSE_FAILED, None, 0, unit, False)
    numerals = reading.numerals
    told = _unit_of(reading, unit)
    if told is None:
        if numerals.value or unit is not None or numerals.largest > 1:
            return failed
        return Printed(ValueState.ZERO_PRINTED, 0, 0, None, False)
    used, minor, is_unit_in_text = told
    # a space between groups of three may as well part the numbers of several lines; only other countries group by it
    if numerals.is_spaced and used.currency == "KRW":
        return failed
    divisor = 10**numerals.decimals
    amount, rest = divmod(numerals.value * minor, divisor)
    if rest or amount >= AMOUNT_LIMIT:
        return failed
    # 12.0 in 천원 is a spreadsheet's float, 656.0 in 조원 a printed decimal
    is_float = (
        numerals.has_float_end
        and not is_unit_in_text
        and (minor < _LEAST_WITH_DECIMALS or numerals.value >= 1000 * divisor)
    )
    precision = numerals.step * minor // (2 * (1 if is_float else divisor))
    state = ValueState.VALUE if amount else ValueState.ZERO_PRINTED
    return Printed(state, -amount if reading.is_negative else amount, precision, used, is_unit_in_text)


def _unit_of(reading: _Reading, unit: Unit | None) -> tuple[Unit, int, bool] | None:
    """The unit, the minor units in one of the reading's value, and whether the text says the unit; None if nothing does."""
    largest, step = reading.numerals.largest, reading.numerals.step
    currency = CURRENCY_WORDS[reading.word] if reading.word else None
    if currency is None and reading.mark:
        currency = CURRENCY_MARKS[reading.mark]
        if reading.mark == "$" and unit is not None and unit.currency in _DOLLARS:
            currency = unit.currency
        if largest == 1 and unit is not None:
            return (unit, unit.multiplier, False) if unit.currency == currency else None
    if (
        currency is None
        and reading.is_korean
        and largest >= LARGE_SCALES["억"]
        and (unit is None or unit.currency == "KRW")
    ):
        currency = "KRW"
    if currency is not None:
        # an exponent's step is no unit that anybody printed
        scale = step if largest > 1 else 1
        return Unit(reading.unit_text, scale * minor_of(currency), currency), minor_of(currency), True
    if unit is None:
        return None
    if largest == 1 or (unit.multiplier == minor_of(unit.currency) and largest >= LARGE_SCALES["만"]):
        return unit, unit.multiplier, False
    # 4백 is said for 4백만원 where amounts are in 백만원
    if largest == step == SMALL_SCALES["백"] and (unit.multiplier, unit.currency) == (10**6, "KRW"):
        return unit, unit.multiplier // largest, False
    return None
