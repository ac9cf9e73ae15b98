"""What names, titles and texts say that tells two documents apart, and which version a name says that it is.

A fact is KIND=VALUE. Two contents that state other values of one kind are other documents, however alike their texts are:
the request of another year, the form of another office, the minutes of another meeting.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from schemas.names import folded, similarity

FINAL_RANK = 3
"""From this rank of a name's mark on, the name says that it is final."""

_HEAD = 600
_LABEL_HEAD = 4_000
_LEAST_OWN = 2
_ALIKE_SUBJECT = 0.6

_DATE8 = r"(?:20\d{2}|\d{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_DATE4 = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_DATE_DOTS = r"(?:(?:20\d{2}|['’]?\d{2})[.\-]\s?)?(?:0?[1-9]|1[0-2])\.\s?(?:0?[1-9]|[12]\d|3[01])\.?"
_DATE_WORDS = r"(?:0?[1-9]|1[0-2])월\s?(?:0?[1-9]|[12]\d|3[01])일"
_NUMBER = r"v(?:er)?\.?\s?(?P<v>\d+(?:\.\d+)*)|rev\.?\s?(?P<rev>\d+)|제?(?P<cha>\d{1,2})차\s?(?:안|본|수정|초안|검토)*"
_FINAL_TIMES = r"(?P<more>(?:찐|진짜|레알|최|정말|really)*)(?P<final>최종|final)(?:본|안)?(?P<times>\d*)"
_WORD = (
    rf"{_FINAL_TIMES}|(?P<settled>확정)(?:본|안)?|(?P<edited>수정|보완|변경|edited)(?:본|안)?\d*"
    r"|(?P<first>초안|초고|가안|draft|작성중)\d*|(?P<copy>(?:복)?사본|복사(?:본)?|copy)\s?\d*"
)
# One mark at the end of a name; they are taken off one by one.
_MARK = re.compile(
    rf"(?:[\s_\-.·]*[\[(]?\s*(?:{_NUMBER}|{_WORD})\s*[\])]?|\s*\((?P<nth>\d{{1,2}})\)"
    rf"|[\s_\-]*[\[(]?(?P<date>{_DATE8}|{_DATE_DOTS}|{_DATE_WORDS})[\])]?|[\s_\-(]+(?P<short>{_DATE4})\)?)$",
    re.IGNORECASE,
)
_LEADING_DATE = re.compile(rf"^[\[(]?(?P<date>{_DATE8}|{_DATE4})[\])]?[\s_\-.]+")
_YEAR = re.compile(
    r"(?<!\d)(20\d{2})\s?(?=년(?!\s*\d{1,2}\s*월\s*\d)|회계|예산|FY|~|-20)|(?<=~)(20\d{2})(?!\d)|['’](\d{2})년|FY\s?(20\d{2})"
)
_PERIODS = (
    ("month", re.compile(r"(?<!\d)(1[0-2]|0?[1-9])월(?!\s*\d{1,2}\s*일)")),
    ("quarter", re.compile(r"([1-4])\s?[/]?\s?분기")),
    ("half", re.compile(r"(상|하)반기")),
    ("week", re.compile(r"(\d{1,2}|첫째|둘째|셋째|넷째)\s?주차?(?:\s|보고|업무|$)")),
    ("meeting", re.compile(r"제?(\d{1,3})차\s?(?:회의|위원회|협의회|심의|간담회|추경|추가경정)")),
    ("issue", re.compile(r"제\s?(\d{1,3})\s?(?:회|호|기|권|장|과)")),
    ("part", re.compile(r"(?:붙임|별첨|별지|첨부|부록|참고)\s?(?:제\s?)?(\d{1,2})")),
)
_SERIES = re.compile(r"(?<![\d.])0\d+(?!\d)|(?<!\d)\d{3,}(?!\d)|(?<!\d)\d{1,2}(?=[\s_\-.]+[가-힣A-Za-z]{2})")
_RECURRING = re.compile(r"주간|일일|월간|회의록|일지|업무보고|동향|메모|점검표|출장|주례|일보|월보")
_LABELS = (
    "사업명|세부사업명|세부사업|내역사업명|내역사업|과제명|기관명|단체명|시설명|업체명|회사명|상호|신청인|신청기관|성명|소관|부처명|"
    "부처|시도|시군구|관서명|학교명|위원회명|건명|사업코드|세부사업코드|지구명|노선명"
)
_LABELLED = re.compile(
    rf"(?:^|[\n\t|○□◦\-·*])[ ]*(?:\d{{1,2}}[.)][ ]*)?({_LABELS})[ ]*(?:[:：]|\t|\|)[ ]*([^\n\t|]{{2,60}})"
)
_CODE = re.compile(r"(?<![\d-])(\d{4}-\d{3})(?![\d-])")
_TEXT_DATE = re.compile(r"(?<!\d)(20\d{2})\s?[.년\-]\s?(\d{1,2})\s?[.월\-]\s?(\d{1,2})(?!\d)")
_GENERIC = re.compile(
    r"검토의견|검토보고서?|보고서?|검토|계획서?|추진계획|자료|설명서|설명자료|요구서|예산안?|사업|안건|회의|회신|송부|제출|의견서?|현황|결과|관련|"
    r"방안|개요|요약|본문|문서|작성|양식|서식|별첨|붙임|참고|최종|수정|초안|확정|년도?|제\d+[차회호]|\d+월|\d+일"
)
_TOKEN = re.compile(r"[0-9A-Za-z가-힣一-鿿]+")


@dataclass(frozen=True, slots=True)
class Marks:
    """What a file's name says of its version.

    Attributes:
        stem: the name without extension and marks, as a key.
        bare: the same as it is written.
        number: of `v2.1`, `3차` or `(2)`; empty without one.
        rank: 0 first draft, 1 no word, 2 edited, 3 final, 4 final edited again, 5 final more than once or settled.
        words: the marks as they are written, in order.
        is_copy: whether it calls itself a copy.
        day: (year or 0, month, day) of a date in the name.
    """

    stem: str
    bare: str
    number: tuple[int, ...] = ()
    rank: int = 1
    words: tuple[str, ...] = ()
    is_copy: bool = False
    day: tuple[int, int, int] | None = None


@lru_cache(maxsize=1 << 17)
def marks_of(name: str) -> Marks:
    """Read the marks off a file's name, from its end; a date may stand at its beginning too."""
    whole = unicodedata.normalize("NFC", name)
    left = whole.rpartition(".")[0] or whole
    number: tuple[int, ...] = ()
    ranks: list[int] = []
    words: list[str] = []
    is_copy = False
    day = None
    while (found := _MARK.search(left)) and left[: found.start()].strip(" _-.([") and found.group():
        part = found.groupdict()
        left = left[: found.start()]
        words.insert(0, found.group().strip(" _-.·"))
        raw = part["v"] or part["rev"] or part["cha"] or part["nth"]
        if raw:
            number = tuple(int(one) for one in raw.split(".")) if not number or not part["nth"] else number
        ranks.append(_rank(part))
        is_copy = is_copy or part["copy"] is not None
        day = day or _day(part["date"] or part["short"])
    if leading := _LEADING_DATE.match(left):
        left, day = left[leading.end() :], day or _day(leading["date"])
    finals = [rank for rank in ranks if rank >= FINAL_RANK]
    rank = max(finals) if finals else next((one for one in ranks if one != 1), 1)
    # "final, edited" is a version after the one that was called final.
    if finals and 2 in ranks:
        rank = max(rank, 4)
    return Marks(folded(left), left, number, rank, tuple(words), is_copy, day)


def _rank(part: Mapping[str, str | None]) -> int:
    if part["final"]:
        return 5 if part["more"] else 4 if part["times"] else FINAL_RANK
    if part["settled"]:
        return 5
    if part["edited"]:
        return 2
    return 0 if part["first"] else 1


def _day(text: str | None) -> tuple[int, int, int] | None:
    if not text:
        return None
    numbers = re.findall(r"\d+", text)
    if len(numbers) == 1:
        digits = numbers[0]
        year, rest = (digits[:-4], digits[-4:])
        numbers = [year or "0", rest[:2], rest[2:]]
    if len(numbers) == 2:
        numbers = ["0", *numbers]
    year, month, number = (int(one) for one in numbers)
    return (2000 + year if 0 < year < 100 else year), month, number


def facts_of_text(text: str) -> set[str]:
    """Facts that a text states of itself: labelled values (`사업명: …`) and project codes at its head."""
    head = text[:_LABEL_HEAD]
    found = {f"label:{label}={value}" for label, raw in _LABELLED.findall(head) if (value := _value(raw))}
    codes = set(_CODE.findall(text[:_HEAD]))
    return found | {f"code={code}" for code in codes if len(codes) <= 3}


def _value(raw: str) -> str:
    value = folded(raw)[:40]
    return "" if value.isdigit() or not _TOKEN.search(value) else value


@lru_cache(maxsize=1 << 17)
def facts_of_name(name: str) -> frozenset[str]:
    """Facts that a file's name or a title states: years, months, quarters, numbers of meetings."""
    text = unicodedata.normalize("NFC", name)
    found = {f"year={year}" for year in years_in(text)}
    for kind, pattern in _PERIODS:
        found |= {f"{kind}={value.lstrip('0')}" for value in pattern.findall(text)}
    # `점검 0001` and `점검 0002` are a series: a number that is filled up with zeros, or stands inside the name.
    bare = marks_of(text if "." in text[-6:] else f"{text}.x").bare
    told = years_in(bare)
    if numbers := [one for one in _SERIES.findall(bare) if one not in told and not re.fullmatch(_DATE8, one)]:
        found.add(f"series:{folded(_SERIES.sub('#', bare))}={'/'.join(numbers)}")
    # Of what is written anew every week the date is not a version's but the document's.
    if _RECURRING.search(text) and (day := marks_of(f"{text}.x" if "." not in text[-6:] else text).day):
        found.add(f"day={day[1]}-{day[2]}")
    return frozenset(found)


def years_in(text: str) -> set[str]:
    """Years that a name or a title is of, four digits each."""
    found = [next(filter(None, groups)) for groups in _YEAR.findall(text)]
    return {year if len(year) == 4 else f"20{year}" for year in found}


def date_at_head(text: str) -> date | None:
    """The first full date in the head of a text."""
    for year, month, day in _TEXT_DATE.findall(text[:_HEAD]):
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None


def by_kind(facts: Iterable[str]) -> dict[str, frozenset[str]]:
    """Facts as kind → values."""
    found: dict[str, set[str]] = {}
    for fact in facts:
        kind, _, value = fact.partition("=")
        found.setdefault(kind, set()).add(value)
    return {kind: frozenset(values) for kind, values in found.items()}


def conflict(first: Mapping[str, frozenset[str]], second: Mapping[str, frozenset[str]]) -> str | None:
    """The kind of fact in which two contents exclude each other, or None.

    Years must be those of the one or of the other; of everything else one value in common is enough.
    """
    for kind in first.keys() & second.keys():
        one, other = first[kind], second[kind]
        if not (one <= other or other <= one) if kind == "year" else not one & other:
            return kind
    return None


@lru_cache(maxsize=1 << 17)
def subject_of(name: str) -> str:
    """What a name or a title is about: its words without years, marks and words that every document has."""
    text = _YEAR.sub(" ", unicodedata.normalize("NFC", name))
    words = (_GENERIC.sub("", word) for word in _TOKEN.findall(text))
    return " ".join(word for word in words if len(word) >= _LEAST_OWN and not word.isdigit())


def is_other_subject(first: str, second: str) -> bool:
    """Whether each of two subjects has a word of its own, and the two are not much alike altogether."""
    if not first or not second:
        return False
    here, there = first.replace(" ", ""), second.replace(" ", "")
    own = any(word not in there for word in first.split())
    others = any(word not in here for word in second.split())
    return own and others and similarity(here, there) < _ALIKE_SUBJECT
