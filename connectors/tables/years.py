"""Fiscal years and periods as headings print them: 2026년도, '26년, FY2026, 2014-15, 5월 말, 1분기."""

import functools
import re
import unicodedata
from dataclasses import dataclass

_FULL = re.compile(
    r"(?<![0-9.,])((?:19|20)[0-9]{2})(?=\s*(?:년도?|회계|학년|예산|결산|本|$|[^0-9,.]))(?!\s*[,.][0-9]{3})"
)
_SHORT = re.compile(
    r"(?:['’‘`´′]\s*|\bFY\s*['’]?)([0-9]{2})(?![0-9])(?=\s*(?:년|[^0-9]|$))|"
    r"^\s*([0-9]{2})\s*년도?(?=\s*(?:본|당초|추경|예산|결산|정부안|확정|집행|요구))",
    re.IGNORECASE,
)
_SPAN = re.compile(r"((?:19|20)[0-9]{2})\s*[-/~∼]\s*([0-9]{2}|(?:19|20)[0-9]{2})(?![0-9])")
_ONLY = re.compile(r"^\s*(?:FY\s*)?((?:19|20)[0-9]{2})\s*(?:년도?|회계연도|학년도)?\s*$")
_ONLY_SHORT = re.compile(r"^\s*(?:['’‘`´′]|FY\s*['’]?)\s*([0-9]{2})\s*년?도?\s*$", re.IGNORECASE)
_MONTH_END = re.compile(r"(?<![0-9])(1[0-2]|0?[1-9])\s*월\s*\(?\s*(?:말|까지|현재|누계|누적|\d{1,2}일\s*(?:현재|기준))")
_MONTH_ONLY = re.compile(
    r"^\s*(?:(?:19|20)[0-9]{2}\s*[.년]\s*)?(1[0-2]|0?[1-9])\s*월\s*(?:중)?\s*(?:실적|계획|집행액?|지출액?|배정액?)?\s*$"
)
_FROM_JANUARY = re.compile(r"(?<![0-9])1\s*월?\s*[~∼-]\s*(1[0-2]|[2-9])\s*월")
# Beside whole years `2031(6월)` is the year so far.
_YEAR_TO_MONTH = re.compile(r"^\s*(?:['’‘]\s*[0-9]{2}|(?:19|20)[0-9]{2})\s*년?\s*\(\s*(1[0-2]|0?[1-9])\s*월\s*\)\s*$")
_QUARTER = re.compile(r"^\s*(?:제?\s*([1-4])\s*/?\s*4?\s*분기|([1-4])Q)\s*$")
_CENTURY = re.compile(r"^(?:19|20)[0-9]$")
_REST = re.compile(r"^([0-9])\s*년?도?\s*$")
# What is carried over from a year, or compared with it, is not of that year.
_OF_LAST = re.compile(
    r"^[^가-힣A-Za-z0-9]*(?:[0-9가-하]{1,2}[.)]\s*)?(?:참고\s*[:：]?\s*)?"
    r"(?:(?P<before>전전년도?|전전연도|재작년)|전년도?|직전년도|직전연도|전연도|지난해|작년)(?!도?\s*(?:대비|이월|말|동기|수준|비교|와))"
)
_LAST_BUT_ONE = re.compile(r"전전년도?|전전연도|재작년")
_LAST = re.compile(r"전년도?|前年|직전년도?|직전연도|전연도|지난해|작년")
_THIS = re.compile(r"금년도?|당해년도|당해연도|당해|올해|본년도|당년도?|今年")
_NEXT = re.compile(r"차년도|차기년도|내년도?|익년도?|명년도")
# A line that tells when something was written, made or enacted does not tell the year of the money below it.
_DATED = re.compile(
    r"[0-9]{4}\s*[.년]\s*[0-9]{1,2}\s*[.월]\s*[0-9]{1,2}\s*일?|"
    r"작성|제정|개정|시행|제출|배포|설립|도입|준공|착공|고시|공포|발표|^\s*[(<]?\s*(?:※|\*|자료|출처|주\s*[0-9]?\s*[):]|[0-9]\))"
)
# The day as of which money is counted is of the year of that money.
_AS_OF = re.compile(
    r"(?<![0-9,.])(?:['’‘`´′]\s*([0-9]{2})|((?:19|20)[0-9]{2}))\s*[.년]\s*(?:1[0-2]|0?[1-9])\s*[.월]\s*"
    r"(?:[0-9]{1,2}\s*[.일]?\s*)?(?:\([월화수목금토일]\)\s*)?(?:현재|기준|말)"
)
_EARLIEST, _LATEST = 1948, 2060


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a year: `is_end` where the amounts are counted to its end, else they are of the month itself."""

    number: int
    is_end: bool


@functools.lru_cache(maxsize=65_536)
def years_in(text: str) -> tuple[int, ...]:
    """Every fiscal year that a text names, in order, each once; a span such as 2014-15 is its first year."""
    text = unicodedata.normalize("NFKC", text)[:400]
    spans = {match.start(): int(match.group(1)) for match in _SPAN.finditer(text) if _is_one_year(match)}
    found: dict[int, int] = dict(spans)
    covered = [range(match.start(), match.end()) for match in _SPAN.finditer(text) if _is_one_year(match)]
    for match in _FULL.finditer(text):
        if not any(match.start() in part for part in covered):
            found[match.start()] = int(match.group(1))
    for match in _SHORT.finditer(text):
        found.setdefault(match.start(), 2000 + int(match.group(1) or match.group(2)))
    years = [found[start] for start in sorted(found)]
    return tuple(dict.fromkeys(year for year in years if _EARLIEST <= year <= _LATEST))


def _is_one_year(match: re.Match[str]) -> bool:
    first, last = match.group(1), match.group(2)
    return len(last) == 2 and (int(first) + 1) % 100 == int(last)


def year_in(text: str) -> int | None:
    """The fiscal year that a text names, if it names exactly one."""
    years = years_in(text)
    return years[0] if len(years) == 1 else None


@functools.lru_cache(maxsize=65_536)
def only_year(text: str) -> int | None:
    """The year if the text is nothing but one: 2024, 2024년, '24년, FY2024."""
    if len(text) > 16:
        return None
    text = unicodedata.normalize("NFKC", text)
    match = _ONLY.match(text)
    if match:
        year = int(match.group(1))
        return year if _EARLIEST <= year <= _LATEST else None
    match = _ONLY_SHORT.match(text)
    return 2000 + int(match.group(1)) if match else None


def joined_year(first: str, second: str) -> int | None:
    """The year that a careless hand divided over two cells: `202` and `5년`."""
    if not _CENTURY.match(first.strip()):
        return None
    match = _REST.match(second.strip())
    return int(first.strip() + match.group(1)) if match else None


_RELATIVE_ROW = re.compile(
    rf"(?P<year>{_LAST_BUT_ONE.pattern}|{_LAST.pattern}|{_THIS.pattern}|{_NEXT.pattern})"
    r"(?P<rest>(?:본|당초|최종|추경)?예산액?|결산액?|집행액?|지출액|)"
)


def relative_year(text: str, current: int | None) -> int | None:
    """The year that 전년도 or 금년도 stands for, beside a document of `current`."""
    if current is None:
        return None
    if _LAST_BUT_ONE.search(text):
        return current - 2
    if _LAST.search(text):
        return current - 1
    if _NEXT.search(text):
        return current + 1
    return current if _THIS.search(text) else None


def years_back(caption: str) -> int | None:
    """How many years before the document's a caption says that a table is of, as -1: `전년도 집행 실적`; None for all else."""
    match = _OF_LAST.match(unicodedata.normalize("NFKC", caption)[:60])
    return None if match is None else -2 if match["before"] else -1


def is_relative(text: str) -> bool:
    """Whether a folded heading is nothing but a year beside another: 전년도, 금년, 내년도."""
    match = _RELATIVE_ROW.fullmatch(text)
    return match is not None and not match["rest"]


def offset_of(folded: str) -> int | None:
    """Years from the table's to that of a row whose label is but 전년도, or that and a stage; None for every other label."""
    match = _RELATIVE_ROW.fullmatch(folded)
    return None if match is None else relative_year(match["year"], 0)


def without_relative(folded: str) -> str:
    """The label of such a row without its year: 전년도예산액 → 예산액."""
    match = _RELATIVE_ROW.fullmatch(folded)
    return folded if match is None else match["rest"]


_YEAR_WORDS = re.compile(r"(?:(?:19|20)[0-9]{2}|['’‘`´′][0-9]{2})(?:년도?|회계연도)?")


def without_year(folded: str) -> str:
    """A folded text without the years in it: 2025년예산 → 예산."""
    return _YEAR_WORDS.sub("", unicodedata.normalize("NFKC", folded))


_DAY_OF_YEAR = re.compile(
    r"(?<![0-9,.])(?:['’‘`´′]([0-9]{2})|((?:19|20)[0-9]{2}))\s*[.]\s*[0-9]{1,2}\s*(?:[~∼\-.월]|$)"
)
_MONTH_OF_YEAR = re.compile(
    r"^\(?(?:['’‘`´′]([0-9]{2})|((?:19|20)[0-9]{2}))\s*(?:[.]|년도?)\s*\(?(?:1[0-2]|0?[1-9])\s*월"
)


def year_of_row(text: str) -> int | None:
    """The year that a row's label names, also where a month follows: `2025.6월말`."""
    match = _MONTH_OF_YEAR.match(unicodedata.normalize("NFKC", text[:40]).strip())
    if match is None:
        return year_in(text)
    return int(match.group(2)) if match.group(2) else 2000 + int(match.group(1))


def year_of_line(text: str) -> int | None:
    """The year that a line above a table gives the table: none if it tells of a day, of a law or of a source.

    The day as of which money is counted says the year where nothing else does: 2031. 6. 30. 현재.
    """
    text = unicodedata.normalize("NFKC", text.rpartition("대비")[2])[:400]
    as_of = _AS_OF.search(text)
    if as_of is not None:
        text = text[: as_of.start()] + text[as_of.end() :]
    year = year_in(text)
    if _DATED.search(text) or (year is None and (as_of is None or years_in(text))):
        return None
    if year is None and as_of is not None:
        return int(as_of.group(2)) if as_of.group(2) else 2000 + int(as_of.group(1))
    return year


def year_of_heading(text: str) -> int | None:
    """The year that a heading names as its own: not one that it is compared with (`2025년 대비 증감`)."""
    text = text.rpartition("대비")[2]
    year = year_in(text)
    if year is None and not years_in(text) and (match := _DAY_OF_YEAR.search(unicodedata.normalize("NFKC", text)[:60])):
        return int(match.group(2)) if match.group(2) else 2000 + int(match.group(1))
    return year


def names_several(text: str) -> bool:
    """Whether a heading names several years, so that its money is of no single one: 2024·2025 평균."""
    return len(years_in(text)) > 1


def month_in(text: str) -> Month | None:
    """The month that a heading or a title names, if it does."""
    text = unicodedata.normalize("NFKC", text)[:200]
    match = _MONTH_END.search(text) or _FROM_JANUARY.search(text) or _YEAR_TO_MONTH.match(text)
    if match:
        return Month(int(match.group(1)), is_end=True)
    match = _MONTH_ONLY.match(text)
    return Month(int(match.group(1)), is_end=False) if match else None


def quarter_in(text: str) -> int | None:
    """The quarter that a heading names, 1 to 4."""
    match = _QUARTER.match(unicodedata.normalize("NFKC", text)[:20])
    return int(match.group(1) or match.group(2)) if match else None
