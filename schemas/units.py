"""Units of money as budget papers print them (백만원, 천달러, € million), where a heading announces one, and printing in one.

A unit is never guessed. A word that merely contains 원 (지원, 위원회, 인원…) is none, and a rate (원/명) is none either.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from schemas.currencies import minor_digits

CURRENCIES = ("KRW", "JPY", "USD", "EUR", "GBP", "CNY", "AUD", "CAD", "CHF")
"""Currencies that a printed unit is recognised in, as ISO 4217 codes."""

CURRENCY_WORDS = {
    "원": "KRW",
    "won": "KRW",
    "달러": "USD",
    "미달러": "USD",
    "미국달러": "USD",
    "불": "USD",
    "dollar": "USD",
    "dollars": "USD",
    "usdollars": "USD",
    "유로": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "엔": "JPY",
    "yen": "JPY",
    "위안": "CNY",
    "yuan": "CNY",
    "파운드": "GBP",
    "호주달러": "AUD",
}
"""Words that say a unit all by themselves, folded (NFKC, no spaces, lower case)."""

CURRENCY_MARKS = {
    "₩": "KRW",
    "$": "USD",
    "us$": "USD",
    "a$": "AUD",
    "au$": "AUD",
    "c$": "CAD",
    "ca$": "CAD",
    "€": "EUR",
    "£": "GBP",
    "rmb": "CNY",
    **{code.lower(): code for code in CURRENCIES},
}
"""Signs and codes, folded. Beside a number they name the currency, but not in how many thousands the number counts."""

SMALL_SCALES = {"십": 10, "백": 100, "천": 1000}
LARGE_SCALES = {"만": 10**4, "억": 10**8, "조": 10**12}
ENGLISH_SCALES = {
    "thousand": 10**3,
    "thousands": 10**3,
    "k": 10**3,
    "'000": 10**3,
    "000": 10**3,
    "million": 10**6,
    "millions": 10**6,
    "mil": 10**6,
    "mn": 10**6,
    "m": 10**6,
    "billion": 10**9,
    "billions": 10**9,
    "bn": 10**9,
    "b": 10**9,
    "trillion": 10**12,
    "trillions": 10**12,
    "tn": 10**12,
}

_MAX_UNIT_TEXT = 40
_MAX_TOKENS = 8
_MAX_WORDS_OF_UNIT = 4
_MAX_DECIMALS = 30
_WORD_OF_CURRENCY = {
    "KRW": "원",
    "USD": "달러",
    "EUR": "유로",
    "JPY": "엔",
    "CNY": "위안",
    "GBP": "파운드",
    "AUD": "호주달러",
}
# scale word, scale, what is rounded to, and from which amount on, all but the word in units of the currency
_READING_STEPS = (
    ("만", 10**4, 10**4, 10**4),
    ("억", 10**8, 10**7, 10**8),
    ("억", 10**8, 10**8, 10**10),
    ("조", 10**12, 10**11, 10**12),
)
_CURRENCIES = {**CURRENCY_WORDS, **CURRENCY_MARKS}


def alternatives(words: dict[str, str] | dict[str, int]) -> str:
    """A regular expression for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_SCALE = r"(?P<small>[십백천])?(?P<large>[만억조])?"
_KOREAN = re.compile(rf"(?P<count>1[0,]{{0,12}})?{_SCALE}(?P<currency>{alternatives(_CURRENCIES)})")
_KOREAN_AFTER = re.compile(rf"(?P<currency>{alternatives(CURRENCY_MARKS)}){_SCALE}")
_ENGLISH = re.compile(
    rf"(?:in)?(?P<before>{alternatives(_CURRENCIES)})?(?P<scale>{alternatives(ENGLISH_SCALES)})?"
    rf"(?:of)?(?P<after>{alternatives(_CURRENCIES)})?"
)
_COUNT = re.compile(r"10*|10{0,2}(?:,000)+")
_ANY_CURRENCY = re.compile(alternatives(_CURRENCIES), re.IGNORECASE)
# `USD 1,000` counts in thousands, and says so by no word that is known here: better no unit than a thousandth of it.
_COUNTED = re.compile(r"(?:[A-Z]{3}|[$€£¥])\s*[0-9]")
_DECLARED = re.compile(
    r"(?:단\s{0,4}위|\bunits?(?=\s?:))(?P<mark>\s{0,4}[:;=]?)\s{0,4}(?P<body>[^\n()\[\]{}<>〔〕【】「」〈〉《》]{1,60})",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[(\[{<〔【「〈《]([^()\[\]{}<>〔〕【】「」〈〉《》]{1,60})[)\]}>〕】」〉》]")
_LIST = re.compile(r",(?!\d)|(?<!\d),|[·;、|‧∙•\u119e]|\s및\s")
_TOKEN = re.compile(r"(\s*)(\S+)")
_CALLED_UNIT = re.compile(r"\s{0,4}단위$")
_NOT_MONEY_BESIDE_SLASH = frozenset({"%", "%p"})
# these are words or abbreviations of other things too, so that a heading has to say more than the bare word
_WEAK_ALONE = frozenset({"won", "yen", "dollar", "dollars", "euro", "euros", "yuan", "불", "엔", "cad", "rmb"})


@dataclass(frozen=True, slots=True)
class Unit:
    """A printed unit of money.

    Args:
        raw: as printed, e.g. 백만원.
        multiplier: minor units of the currency in one printed unit (백만원 1,000,000; 달러 100 cents).
        currency: ISO 4217.
    """

    raw: str
    multiplier: int
    currency: str = "KRW"


def minor_of(currency: str) -> int:
    """Minor units in one of the currency: 1 for KRW and JPY, 100 for USD."""
    return 10 ** minor_digits(currency)


def parse_unit(text: str) -> Unit | None:
    """The unit that the whole text names, or None if it names no unit of money.

    Takes 원 and 달러 with any scale (백만 원, 십억원, 1,000원), codes and signs (천USD, US$ million, €, $'000). A bare
    조 or 억 is none, since it may count anything, and so is a bare 불.
    """
    stripped = text.strip()
    return _parse_unit(stripped) if 0 < len(stripped) <= _MAX_UNIT_TEXT else None


@lru_cache(maxsize=4096)
def _parse_unit(text: str) -> Unit | None:
    key = _squeeze(text)
    if key == "불":
        return None
    if match := _KOREAN.fullmatch(key) or _KOREAN_AFTER.fullmatch(key):
        parts = match.groupdict()
        count = parts.get("count")
        if count and not _COUNT.fullmatch(count):
            return None
        scale = int(count.replace(",", "")) if count else 1
        scale *= SMALL_SCALES.get(parts["small"] or "", 1) * LARGE_SCALES.get(parts["large"] or "", 1)
        currency = _CURRENCIES[parts["currency"]]
        return Unit(text, scale * minor_of(currency), currency)
    match = _ENGLISH.fullmatch(key)
    if match is None or bool(match["before"]) == bool(match["after"]):
        return None
    currency = _CURRENCIES[match["before"] or match["after"]]
    return Unit(text, ENGLISH_SCALES.get(match["scale"] or "", 1) * minor_of(currency), currency)


def in_words(amount_minor: int, currency: str = "KRW") -> str:
    """The amount for people, rounded half up: 54.5조원, 5,085억원, 3.2억원, 123만원; exact below 만 (9,800원, 12.50달러).

    One decimal from 조 on and between 억 and 100억, left out where it is 0; whole 억 and whole 만 otherwise. Negative
    amounts begin with △.
    """
    size, minor, chosen = abs(amount_minor), minor_of(currency), None
    reached = size
    # what rounds up to the next scale is said in it: 9,999.96억 is 1조
    for row in _READING_STEPS:
        _, _, step, least = row
        if reached >= least * minor:
            reached = (2 * size + step * minor) // (2 * step * minor) * step * minor
            chosen = row
    if chosen is None:
        whole, part = divmod(size, minor)
        printed = f"{whole:,}" + (f".{part:0{minor_digits(currency)}}" if part else "")
    else:
        name, scale, _, _ = chosen
        whole, rest = divmod(reached, scale * minor)
        tenth = rest * 10 // (scale * minor)
        printed = f"{whole:,}" + (f".{tenth}" if tenth else "") + name
    return f"{'△' if amount_minor < 0 else ''}{printed}{_WORD_OF_CURRENCY.get(currency, currency)}"


def format_amount(amount_minor: int, unit: Unit, *, negative: str = "△") -> str:
    """The amount in printed units with commas and as many decimals as it needs, e.g. △1,234.5; the unit is not printed.

    Args:
        amount_minor: in minor units of the unit's currency.
        unit: what to count in.
        negative: what stands before a negative amount.

    Raises:
        ValueError: if no number of decimals states it exactly.
    """
    whole, rest = divmod(abs(amount_minor), unit.multiplier)
    decimals = ""
    while rest:
        if len(decimals) == _MAX_DECIMALS:
            raise ValueError(f"{amount_minor} is no exact decimal number of {unit.raw}")
        digit, rest = divmod(rest * 10, unit.multiplier)
        decimals += str(digit)
    return f"{negative if amount_minor < 0 else ''}{whole:,}{'.' if decimals else ''}{decimals}"


def units_in(text: str) -> list[Unit]:
    """Every unit of money that a heading or a corner announces, in order, each once.

    A unit must follow 단위 ("단위: 조원, %"), stand in brackets ("금액(백만원)"), or be the last words of the text
    ("예산액 천원"). An amount in prose ("총 3,000억원") announces nothing.
    """
    if not _ANY_CURRENCY.search(text) and text.isascii():
        return []
    return list(_units_in(text))


@lru_cache(maxsize=4096)
def _units_in(text: str) -> tuple[Unit, ...]:
    folded = unicodedata.normalize("NFKC", text)
    if not _ANY_CURRENCY.search(folded):
        return ()
    found: list[tuple[int, Unit]] = []
    for match in _DECLARED.finditer(folded):
        if _COUNTED.search(match["body"]):
            continue
        has_mark = bool(match["mark"].strip())
        found += [(match.start(), unit) for unit in _listed_units(match["body"], is_anywhere=has_mark)]
    for match in _BRACKETED.finditer(folded):
        if not _DECLARED.search(match[1]) and not _COUNTED.search(match[1]):
            found += [(match.start(), unit) for unit in _bracketed_units(match[1])]
    if last := _last_unit(_BRACKETED.sub("\n", folded)):
        found.append((len(folded), last))
    found.sort(key=lambda pair: pair[0])
    unique = {(unit.multiplier, unit.currency): unit for _, unit in reversed(found)}
    ordered = dict.fromkeys((unit.multiplier, unit.currency) for _, unit in found)
    return tuple(unique[key] for key in ordered)


def _pieces(listed: str) -> Iterator[str]:
    """The members of a list; money beside % after a slash is two members, any other slash makes a rate, which is left out."""
    for piece in _LIST.split(listed):
        if "/" not in piece:
            yield piece.strip()
            continue
        parts = [part.strip() for part in piece.split("/")]
        if all(part in _NOT_MONEY_BESIDE_SLASH or parse_unit(part) for part in parts):
            yield from parts


def _listed_units(listed: str, *, is_anywhere: bool) -> Iterator[Unit]:
    """Units after 단위; without a colon only one that follows at once, since 단위 begins other words too."""
    for number, piece in enumerate(_pieces(listed)):
        tokens = piece.split()[:_MAX_TOKENS]
        starts = range(len(tokens)) if is_anywhere else range(min(1, len(tokens)))
        unit = next((unit for start in starts if (unit := _longest_unit(tokens, start))), None)
        if unit is not None:
            yield unit
        elif number == 0 and not is_anywhere:
            return


def _longest_unit(tokens: list[str], start: int) -> Unit | None:
    """The longest unit that begins with the given token; a number before it makes it an amount."""
    if start and tokens[start - 1][-1].isdigit():
        return None
    for stop in range(min(len(tokens), start + _MAX_WORDS_OF_UNIT), start, -1):
        if unit := parse_unit(" ".join(tokens[start:stop])):
            return unit
    return None


def _bracketed_units(listed: str) -> Iterator[Unit]:
    for piece in _pieces(listed):
        bare = _CALLED_UNIT.sub("", piece)
        if (unit := parse_unit(bare)) and _is_announced(bare):
            yield unit


def _last_unit(text: str) -> Unit | None:
    tokens = _TOKEN.findall(_CALLED_UNIT.sub("", text.rstrip(" \t\n*:")))
    for length in range(min(_MAX_WORDS_OF_UNIT, len(tokens)), 0, -1):
        words = " ".join(word for _, word in tokens[-length:])
        unit = parse_unit(words)
        if unit is None or not _is_announced(words):
            continue
        before = tokens[-length - 1][1] if length < len(tokens) else ""
        # 3,000 억원 is an amount even on two lines; $'000 below 2025-26 is a unit
        starts_line = "\n" in tokens[-length][0] and not "가" <= words[0] <= "힣"
        return unit if starts_line or not before[-1:].isdigit() else None
    return None


def _is_announced(words: str) -> bool:
    """Whether the words can be nothing but a unit; 100억원 and a lone "won" can."""
    key = _squeeze(words)
    return key not in _WEAK_ALONE and not key[0].isdigit()


def _squeeze(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    return "".join(folded.split()).lower().translate(_QUOTES)


_QUOTES = str.maketrans("’‘`´", "''''")
