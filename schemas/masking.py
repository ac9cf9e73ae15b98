"""Resident and foreigner registration numbers: found however they are written, masked digit by digit; amounts never.

A number is looked for in a *shadow* of the text: digits of every script as ASCII, invisible characters gone, every dash
and middle dot the same dash. What is found there is masked in the original, whose length and separators stay.

The last seven digits are random since October 2020, so a checksum proves a number but its absence disproves nothing.
Thirteen digits in one run are more often an amount than a person in a budget ministry, so they need a label, or a
checksum and words around them that are not about money.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

RULES_VERSION = 1
"""Raised whenever a rule here changes, so that everything is read again."""

_MASK = "*"
_DIGITS = 13
_DATE_DIGITS = 6
_MAX_GAP = 8
_WINDOW_BEFORE = 48
_WINDOW_AFTER = 24
_NEAREST_LABEL = 6

_DIGITISH = "\\d²³¹⁰⁴-⁹₀-₉①-⑨⓪❶-❾⓿"
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0"
_DASH_LETTERS = "ㅡーㆍᆞ"
_DASHES = frozenset("-~∼〜_|/−⁃➖⸺‧·・･•∙⋅" + _DASH_LETTERS)
# a region is a stretch in which nothing but separators and invisible characters stands between the digits
_REGION = re.compile(rf"[{_DIGITISH}](?:[\W_{_DASH_LETTERS}{_BLANK_LETTERS}]{{0,40}}[{_DIGITISH}]){{12,}}")
_TOKEN = re.compile(r"[0-9]+")
_GAP = re.compile(r"[\s\-.:()\[\]'\"+=]*")

_STRONG_LABEL = re.compile(
    r"주민(?:등록)?번호|주민(?:등록)?NO|외국인(?:등록)?번호|거소신고번호|(?<!사업자)(?<!법인)(?<!차량)(?<!문서)등록번호|"
    r"(?:resident|alien|foreigner)registration|\brrn\b",
    re.IGNORECASE,
)
_WEAK_LABEL = re.compile(r"주민등록(?!인구|세대|지|법|시스템|업무|사업)|외국인등록")
_AMOUNT_WORD = re.compile(
    r"[가-힣][액비금]|예산|결산|합계|총계|소계|누계|총|지출|수입|세입|세출|집행|배정|증감|단가|원가|천원|만원|억원|조원|\(원\)|원화|"
    r"규모|기금|amount|budget|cost|price|value|balance|total|sum|won|krw|amt|cur",
    re.IGNORECASE,
)
_CORPORATE_LABEL = re.compile(r"법인(?:등록)?번호")
_UNIT_AFTER = re.compile(
    r"\s*(?:[십백천만억조]{0,3}원(?!본|서|고|장|천|부|생|칙|인|조)|[만억조](?![가-힣])|[십백천]만|[%％‰]|달러|유로|위안|엔(?![가-힣])|"
    r"(?:usd|krw|eur|jpy|won)\b)",
    re.IGNORECASE,
)
_MONEY_BEFORE = re.compile(r"(?:[₩￦$€¥£△▲▽▼+\-−]|KRW|(?<![가-힣])금)\s*$", re.IGNORECASE)
_WORD_BEFORE = re.compile(r"[가-힣A-Za-z][)\]]?\s{0,2}\(?$")
_HANGUL_AFTER = re.compile(r"\s{0,2}[가-힣]{2}")

_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LAST_YEAR_OF_THIS_CENTURY = 39


@dataclass(frozen=True, slots=True)
class _Shadow:
    """A normalised copy of a stretch of text and, for each of its characters, the index it came from."""

    text: str
    origin: Sequence[int]
    has_odd_digits: bool


@dataclass(frozen=True, slots=True)
class _Run:
    """Thirteen digits in consecutive tokens of a shadow; `gaps` are what stands between the tokens."""

    digits: str
    sizes: tuple[int, ...]
    gaps: tuple[str, ...]
    start: int
    end: int


def mask_identifiers(text: str, *, context: str = "") -> tuple[str, int]:
    """Replace every digit of each registration number with `*`, keeping length and separators.

    Args:
        text: text as printed.
        context: what labels the text from outside, such as a table's column header; it can make thirteen bare digits a
            registration number.

    Returns:
        The masked text and the count of numbers masked.
    """
    spans = identifier_spans(text, context=context)
    return mask_spans(text, spans), len(spans)


def contains_identifier(text: str, context: str = "") -> bool:
    """Whether a registration number stands in the text unmasked."""
    return bool(identifier_spans(text, context=context))


def identifier_spans(text: str, *, context: str = "") -> list[tuple[int, int]]:
    """Where the registration numbers stand in the text, as (start, end) in order, without overlaps.

    A tab is the border of a table cell: two halves on its two sides need a label, since two amounts stand so too.
    """
    is_labelled = is_identifier_label(context)
    spans: list[tuple[int, int]] = []
    for region in _REGION.finditer(text):
        shadow = _shadow_of(text[region.start() : region.end()])
        next_free = 0
        for run in _runs(shadow.text):
            if run.start < next_free or not _is_plausible_date(run.digits):
                continue
            start = region.start() + shadow.origin[run.start]
            end = region.start() + shadow.origin[run.end - 1] + 1
            before = text[max(0, start - _WINDOW_BEFORE) : start]
            after = text[end : end + _WINDOW_AFTER]
            if _is_corporate(run.digits, before, context):
                continue
            if _is_identifier(run, shadow, before, after, is_labelled):
                next_free = run.end
                spans.append((start, end))
    return spans


def mask_spans(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Replace the digits inside the spans, which are in order and do not overlap."""
    parts: list[str] = []
    done = 0
    for start, end in spans:
        parts.append(text[done:start])
        parts.extend(_MASK if _ascii_digit(character) else character for character in text[start:end])
        done = end
    parts.append(text[done:])
    return "".join(parts)


def is_identifier_label(text: str) -> bool:
    """Whether a text, such as a column header, says that registration numbers follow."""
    label = _compact(text)
    if _STRONG_LABEL.search(label):
        return True
    return bool(_WEAK_LABEL.search(label)) and not is_amount_label(text)


def is_amount_label(text: str) -> bool:
    """Whether a text, such as a column header, speaks of money."""
    return bool(_AMOUNT_WORD.search(_compact(text)))


def is_birth_date(digits: str) -> bool:
    """Whether six digits can be the first half of a registration number (YYMMDD)."""
    return len(digits) == _DATE_DIGITS and digits.isascii() and digits.isdigit() and _is_plausible_date(digits)


def has_valid_checksum(digits: str) -> bool:
    """Whether thirteen digits carry the check digit of a resident or a foreigner number issued before October 2020."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return int(digits[-1]) in ((11 - total % 11) % 10, (13 - total % 11) % 10)


def _shadow_of(text: str) -> _Shadow:
    characters: list[str] = []
    origin: list[int] = []
    has_odd_digits = False
    for index, character in enumerate(text):
        kept = character
        if not character.isascii():
            category = unicodedata.category(character)
            digit = _ascii_digit(character)
            if digit:
                kept = digit
                has_odd_digits = has_odd_digits or category != "Nd"
            elif category in ("Cf", "Mn", "Me", "Cs") or character in _BLANK_LETTERS:
                continue
            elif category == "Pd":
                kept = "-"
            else:
                kept = unicodedata.normalize("NFKC", character)[0]
                # the first character of ⑩ or ㏠ is not a digit that anybody wrote
                kept = "x" if kept.isdigit() else kept
        elif character < " " and not character.isspace():
            continue
        origin.append(index)
        characters.append("-" if kept in _DASHES or character in _DASHES else kept)
    return _Shadow("".join(characters), origin, has_odd_digits)


def _ascii_digit(character: str) -> str:
    value = unicodedata.digit(character, None)
    return "" if value is None else str(value)


def _runs(shadow: str) -> Iterator[_Run]:
    tokens = [match.span() for match in _TOKEN.finditer(shadow)]
    for first in range(len(tokens)):
        # thirteen digits are in thirteen tokens at most
        group = tokens[first : first + _DIGITS]
        sizes: list[int] = []
        gaps: list[str] = []
        for index, (start, end) in enumerate(group):
            if index:
                gap = shadow[group[index - 1][1] : start]
                if len(gap) > _MAX_GAP or not _GAP.fullmatch(gap):
                    break
                gaps.append(gap)
            sizes.append(end - start)
            if sum(sizes) >= _DIGITS:
                break
        if sum(sizes) == _DIGITS:
            group = group[: len(sizes)]
            digits = "".join(shadow[start:end] for start, end in group)
            yield _Run(digits, tuple(sizes), tuple(gaps), group[0][0], group[-1][1])


def _is_identifier(run: _Run, shadow: _Shadow, before: str, after: str, is_labelled: bool) -> bool:
    if len(run.sizes) == 1:
        return _is_bare_identifier(run, shadow, before, after, is_labelled)
    gap = _gap_after_date(run)
    if (is_labelled or _is_labelled_near(before, after)) and not _UNIT_AFTER.match(after):
        return True
    if gap is None:
        return False
    if "-" in gap and _is_dash_between(gap):
        return _is_written_as_one(run)
    if not gap.strip("\r\n\u3000\xa0\x0b\x0c -"):
        return (
            _has_known_shape(run)
            and all(_is_space(other) for other in run.gaps if other is not gap)
            and _is_this_century_possible(run.digits)
            and _stands_alone(run, shadow.text)
            and not _UNIT_AFTER.match(after)
            and not _MONEY_BEFORE.search(before)
        )
    return False


def _gap_after_date(run: _Run) -> str | None:
    digits = 0
    for size, gap in zip(run.sizes, run.gaps, strict=False):
        digits += size
        if digits == _DATE_DIGITS:
            return gap
    return None


def _is_space(gap: str) -> bool:
    return not gap.strip()


def _is_dash_between(gap: str) -> bool:
    # "850101\t-1234567" and "850101 -1234567" are an amount and a negative amount as well
    if "\t" in gap:
        return gap.startswith("-")
    return not (gap[0].isspace() and gap.endswith("-")) and not gap.strip().strip("- ()[]\r\n'\"")


def _is_written_as_one(run: _Run) -> bool:
    if run.sizes == (6, 7):
        return True
    if _has_known_shape(run):
        return run.digits[6] in "12345678"
    others = [gap for gap in run.gaps if not _is_space(gap)]
    # account numbers are split by dashes in more than one place
    return len(others) == 1 and run.digits[6] in "12345678"


def _has_known_shape(run: _Run) -> bool:
    head, tail = run.sizes[: _count_until(run.sizes, 6)], run.sizes[_count_until(run.sizes, 6) :]
    return head in ((6,), (2, 2, 2), (1,) * 6) and tail in ((7,), (1, 6), (1,) * 7)


def _count_until(sizes: Sequence[int], digits: int) -> int:
    total = 0
    for count, size in enumerate(sizes):
        if total == digits:
            return count
        total += size
    return len(sizes)


def _stands_alone(run: _Run, shadow: str) -> bool:
    before = re.search(r"(?:[0-9.,]*[0-9])\s+$", shadow[max(0, run.start - _WINDOW_BEFORE) : run.start])
    after = re.match(r"\s+(?:[0-9][0-9.,]*)|[.,][0-9]", shadow[run.end : run.end + _WINDOW_BEFORE])
    neighbours = [match.group().strip() for match in (before, after) if match]
    is_row_of_digits = 1 in run.sizes and any(len(number) == 1 for number in neighbours)
    return not is_row_of_digits and not any(_looks_like_amount(number) for number in neighbours)


def _looks_like_amount(number: str) -> bool:
    return not number.startswith("0") and (len(number) >= 4 or not number.isdigit())


def _is_bare_identifier(run: _Run, shadow: _Shadow, before: str, after: str, is_labelled: bool) -> bool:
    digits = run.digits
    continues = re.match(r"\.[0-9]|,[0-9]{3}(?![0-9])", shadow.text[run.end : run.end + 5])
    if continues or re.search(r"[0-9]\.$", shadow.text[max(0, run.start - 2) : run.start]):
        return False
    if _UNIT_AFTER.match(after) or _MONEY_BEFORE.search(before):
        return False
    if is_labelled or _is_labelled_near(before, after):
        return True
    if shadow.has_odd_digits or digits[6] not in "12345678" or not _is_this_century_possible(digits):
        return False
    if not has_valid_checksum(digits) or is_amount_label(before) or is_amount_label(after):
        return False
    stands_in_words = bool(_WORD_BEFORE.search(before) or (_is_line_start(before) and _HANGUL_AFTER.match(after)))
    return digits.startswith("0") or stands_in_words


def _is_line_start(before: str) -> bool:
    return not before.rstrip(" \u3000") or before.rstrip(" \u3000").endswith("\n")


def _is_labelled_near(before: str, after: str) -> bool:
    label = _compact(before)
    ends = [match.end() for pattern in (_STRONG_LABEL, _WEAK_LABEL) for match in pattern.finditer(label)]
    if ends:
        # a word of money directly before the number is the nearer label
        return not _AMOUNT_WORD.search(label[max(ends) :][-_NEAREST_LABEL:])
    return bool(_STRONG_LABEL.match(_compact(after).lstrip("([-:<")))


def _is_corporate(digits: str, before: str, context: str) -> bool:
    label = _compact(context + before[-_WINDOW_AFTER:])
    if not _CORPORATE_LABEL.search(label) or "주민" in label or "외국인" in label:
        return False
    total = sum(int(digit) * (1 + index % 2) for index, digit in enumerate(digits[:12]))
    return int(digits[12]) == (10 - total % 10) % 10


def _is_plausible_date(digits: str) -> bool:
    month, day = int(digits[2:4]), int(digits[4:6])
    return 1 <= month <= 12 and 1 <= day <= _DAYS_IN_MONTH[month - 1]


def _is_this_century_possible(digits: str) -> bool:
    return digits[6] not in "3478" or int(digits[:2]) <= _LAST_YEAR_OF_THIS_CENTURY


def _compact(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text)
    return "".join(c for c in normal if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc", "Mn"))
