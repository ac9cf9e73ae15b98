"""What documents say of new names: sentences that rename, split or merge, and tables that set the old beside the new.

Pure: text in, statements out. A sentence that only considers a change states none.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from schemas.names import folded
from warehouse.succession_candidate import MERGE, RENAME, SPLIT

SENTENCE_FILTER = (
    r"바꾸|바꾼|바뀌|바뀐|변경|개칭|부른다|부르기로|개편|나뉘|나뉜|나누|나눈|분리|분할|통합|합치|합친|합쳐|"
    r"승격|잇는다|이어받|승계"
)
"""A text without any of these words states no succession; for SQL."""

TABLE_FILTER = r"종전|현행|기존|변경|개편|통합|당초|옛 |까지|20[0-9]{2}년"
"""Likewise for the text of a table."""

_LONGEST_SENTENCE = 400
_LONGEST_NAME = 60
_QUOTED = re.compile(
    r"[「『〈《“‘\"'](?P<name>[^「」『』〈〉《》“”‘’\"']{2,60})[」』〉》”’\"']"
    r"(?:\s*\((?P<code>\d{4}-\d{3}(?:-\d{3})?|\d{3,4})\))?(?P<particle>으로|로|을|를|은|는|이|가|와|과)?"
)
_OFFICE = r"[가-힣A-Za-z0-9·ㆍ]{1,24}(?:부|처|청|위원회|원|실|국|과|팀|본부|센터|단)"
_TO = r"(?:으로|로)"
_RENAMING = r"(?:바꾸|바꾼|바꿔|바뀌|바뀐|변경|개칭|개편|고치|고친|승격|부른다|부르기로)"
_SPLITTING = r"(?:나뉘|나뉜|나누|나눈|나눠|분리|분할)"
_MERGING = r"(?:통합|합치|합친|합쳐)"
_OFFICE_RENAMED = re.compile(
    rf"(?P<a>{_OFFICE})(?:은|는|을|를|이|가|의)\s*(?:(?:이름|명칭)(?:을|를|이)?\s*)?(?P<b>{_OFFICE}){_TO}\s*[^.]{{0,14}}?{_RENAMING}"
)
_OFFICE_SPLIT = re.compile(
    rf"(?P<a>{_OFFICE})(?:은|는|을|를|이|가)\s*(?P<b>{_OFFICE})(?:와|과)\s+(?P<c>{_OFFICE}){_TO}\s*[^.]{{0,10}}?{_SPLITTING}"
)
_OFFICE_MERGED = re.compile(
    rf"(?P<a>{_OFFICE})(?:와|과)\s+(?P<b>{_OFFICE})(?:은|는|을|를|이|가)\s*(?P<c>{_OFFICE}){_TO}\s*[^.]{{0,10}}?{_MERGING}"
)
_DOUBT = re.compile(r"않|검토|논의|건의|제안|계획이 없|방안|여부|반대|경우")
_YEAR_FROM = re.compile(r"(20\d{2})년(?:도)?(?:\s*\d{1,2}월)?(?:\s*\d{1,2}일)?\s*(?:예산)?(?:부터|자로)")
_YEAR = re.compile(r"(20\d{2})년")
_SENTENCE_END = re.compile(r"(?<=[다요함임음됨])\.\s+|\n+")

_BEFORE = re.compile(r"종전|현행|기존|변경\s*전|개편\s*전|통합\s*전|당초|옛|까지")
_AFTER = re.compile(r"변경|개편|통합|개정|신설|새|부터|현재")
_MONEY = re.compile(r"예산|금액|액\b|요구|결산|집행|증감|안\(|백만|천원|억원")
_CODE_HEADING = re.compile(r"코드|번호")
_HANGUL = re.compile(r"[가-힣]")
_CODE = re.compile(r"\d{4}-\d{3}(?:-\d{3})?|\d{3,4}")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a document says: names and codes before and after, each pair of them; `year` is the first under the new name."""

    kind: str
    before: tuple[str, str | None]
    after: tuple[str, str | None]
    year: int
    said: str


def statements_in(text: str, year: int | None) -> Iterator[Statement]:
    """Statements in running text; `year` is the document's, for a sentence that names none."""
    for sentence in _SENTENCE_END.split(text):
        if len(sentence) > _LONGEST_SENTENCE or _DOUBT.search(sentence):
            continue
        stated = _YEAR_FROM.search(sentence) or _YEAR.search(sentence)
        first = int(stated.group(1)) if stated else year
        if first is not None:
            yield from _of_sentence(sentence.strip(), first)


def _of_sentence(sentence: str, year: int) -> Iterator[Statement]:
    quoted = [(match["name"].strip(), match["code"], match["particle"] or "") for match in _QUOTED.finditer(sentence)]
    names = [(name, code) for name, code, _ in quoted]
    ends_in_to = bool(quoted) and quoted[-1][2] in ("으로", "로")
    if len(quoted) == 2 and ends_in_to and re.search(_RENAMING, sentence):
        yield Statement(RENAME, names[0], names[1], year, sentence)
    elif len(quoted) > 2 and ends_in_to and re.search(_SPLITTING, sentence):
        yield from (Statement(SPLIT, names[0], after, year, sentence) for after in names[1:])
    elif len(quoted) > 2 and ends_in_to and re.search(_MERGING, sentence):
        yield from (Statement(MERGE, before, names[-1], year, sentence) for before in names[:-1])
    elif not quoted:
        yield from _of_offices(sentence, year)


def _of_offices(sentence: str, year: int) -> Iterator[Statement]:
    found = _OFFICE_SPLIT.search(sentence)
    if found:
        yield from (Statement(SPLIT, (found["a"], None), (found[part], None), year, sentence) for part in "bc")
        return
    found = _OFFICE_MERGED.search(sentence)
    if found:
        yield from (Statement(MERGE, (found[part], None), (found["c"], None), year, sentence) for part in "ab")
        return
    for found in _OFFICE_RENAMED.finditer(sentence):
        yield Statement(RENAME, (found["a"], None), (found["b"], None), year, sentence)


def statements_in_table(
    rows: Sequence[Sequence[str]], year: int | None, *, header_rows: int = 1
) -> Iterator[Statement]:
    """Statements of a table that sets the old beside the new; `rows` are dense, each merged cell's text in all its places."""
    if len(rows) <= header_rows or not rows:
        return
    columns = zip(*rows[:header_rows], strict=True)
    headings = [" ".join(dict.fromkeys(text.strip() for text in texts)) for texts in columns]
    roles = _roles(headings)
    if "before" not in roles or "after" not in roles:
        return
    years = [int(found) for heading in headings for found in _YEAR.findall(heading)]
    first = max(years) if years else year
    if first is None:
        return
    pairs = [pair for row in rows[header_rows:] if (pair := _pair(row, roles)) is not None]
    pairs = [pair for pair in dict.fromkeys(pairs) if folded(pair[0][0]) != folded(pair[1][0])]
    for before, after in pairs:
        parts = sum(other == before for other, _ in pairs)
        sources = sum(other == after for _, other in pairs)
        kind = SPLIT if parts > 1 else MERGE if sources > 1 else RENAME
        yield Statement(kind, before, after, first, f"표: {before[0]} → {after[0]}")


def _roles(headings: Sequence[str]) -> dict[str, int]:
    """Which column is which: `before`, `after`, and `before_code`, `after_code` where they are there."""
    if any(_MONEY.search(heading) for heading in headings):
        return {}
    years = sorted({int(year) for heading in headings for year in _YEAR.findall(heading)})
    roles: dict[str, int] = {}
    for column, heading in enumerate(headings):
        own = _YEAR.search(heading)
        if own and len(years) == 2:
            side = "before" if int(own.group(1)) == years[0] else "after"
        elif _BEFORE.search(heading):
            side = "before"
        elif _AFTER.search(heading):
            side = "after"
        else:
            continue
        roles.setdefault(f"{side}_code" if _CODE_HEADING.search(heading) else side, column)
    return roles


def _pair(row: Sequence[str], roles: Mapping[str, int]) -> tuple[tuple[str, str | None], tuple[str, str | None]] | None:
    ends = []
    for side in ("before", "after"):
        name = " ".join(row[roles[side]].split())
        code = row[roles[f"{side}_code"]].strip() if f"{side}_code" in roles else None
        if len(_HANGUL.findall(name)) < 2 or len(name) > _LONGEST_NAME or name.endswith(("다", "다.", "함", "음")):
            return None
        ends.append((name, code if code and _CODE.fullmatch(code) else None))
    return ends[0], ends[1]
