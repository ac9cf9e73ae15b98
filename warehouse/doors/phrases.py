"""What a question about money says by itself, before any record is looked at: years, stages, amounts and codes.

Words of time are taken as of the day of asking, in Korean time: `내년` is the year after. Pure functions; nothing here knows
what is held.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from schemas.fiscal import Stage, ValueState
from schemas.money import parse_amount

_CHARACTERS = str.maketrans(
    {**dict.fromkeys("‐‑‒–—―−", "-"), **dict.fromkeys("∼〜", "~"), **dict.fromkeys("’‘`´", "'")}
)
_LONGEST_SPAN = 15
# Rounded more than this an amount says too little to be looked for: 1조 is said of anything.
_LEAST_STEPS = 100
_CODE = re.compile(r"(?<![\d-])(?:\d{4}-\d{3}|\d{3}-\d{2})(?![\d-])")
_LOOSE_CODE = re.compile(r"(?<![\d,.-])(\d{4}) ?(\d{3})(?![\d,-]|\.\d|\s*(?:[십백천만억조%]|원|년))")
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d\s*[.\-/년]\s*\d{1,2}\s*(?:[.\-/월]\s*\d{1,2}\s*일?|월)")
# Two digits are a year behind an apostrophe or FY, or before 년 where they are not how long something takes.
_A_YEAR = (
    r"(?:(?:FY\s*)?(?P<full{0}>(?:19|20)\d\d)(?![\d,]|\.\d|\s*(?:[만억조천백]|원))|(?:FY\s*'?|')(?P<marked{0}>\d\d)(?!\d)|"
    r"(?P<short{0}>[0-4]\d)(?=\s*년도|(?<!0)\s*년(?!\s*(?:간|동안|만|차|째|치|전|후|뒤|마다|이내|내|이상|이하|짜리|물|생|주년|넘|된|된))))"
)
_BEHIND = r"(?:\s*(?:회계)?(?:년도?|연도))?"
_SPAN = re.compile(
    rf"(?<![\d,.]){_A_YEAR.format(1)}{_BEHIND}\s*(?:~|-|부터|에서)\s*{_A_YEAR.format(2)}{_BEHIND}", re.IGNORECASE
)
_YEAR = re.compile(rf"(?<![\d,.-]){_A_YEAR.format('')}{_BEHIND}", re.IGNORECASE)
_RELATIVE = (
    (re.compile(r"재작년(?:도)?|지지난해"), -2),
    (re.compile(r"작년(?:도)?|지난\s*해"), -1),
    (re.compile(r"올해|올\s*회계연도|금년(?:도)?|당해\s*[연년]도"), 0),
    (re.compile(r"내후년(?:도)?"), 2),
    (re.compile(r"내년(?:도)?|명년"), 1),
)
_YEAR_BEFORE = re.compile(r"(?:전년도?|직전\s*연도|전\s*연도)(?!도?\s*(?:에서\s*)?이월)")
_BASELINE = re.compile(
    r"\s*(?:예산|본예산|결산)?(?:액|안)?\s*(?:보다|대비|에\s*비해|에\s*비하|과\s*비교|와\s*비교|과\s*견|와\s*견)"
)
_AMOUNT = re.compile(
    r"(?<![\d,.-])\d[\d,]*(?:\.\d+)?\s*(?:[십백천]?\s*[만억조])?(?:\s*\d[\d,]*(?:\.\d+)?\s*[십백천]?\s*[만억조])*\s*(?:(?:십|백|천)?(?:만|억|조)?\s*원|달러)?"
)
_BARE = re.compile(r"(?<![\d,.-])(?:\d{1,3}(?:,\d{3})+|\d{4,})(?![\d,-]|\.\d)")
# A bound is no amount that a cell prints.
_BOUND = re.compile(
    r"\s*(?:이상|이하|초과|미만|[을이가]?\s*넘|보다\s*(?:많|적|크|작|큰)|안팎|내외|정도|가량|쯤|대(?:의|인|\s|$))"
)
_NOT_THAT = r"\s*(?:은|는|이|가)?\s*(?:말고|아니라|아니고|아닌|빼고|제외)"


class StageWords(NamedTuple):
    """Words for a stage, how it is called when it is missing, and the stages that answer them."""

    words: re.Pattern[str]
    label: str
    stages: frozenset[Stage]


PLAIN_BUDGET = frozenset({Stage.ENACTED, Stage.BUDGET})
CHANGES = frozenset({Stage.CHANGE, Stage.SUPP_CHANGE, Stage.COMMITTEE_CHANGE})
# Read from the top, and what one takes the others do not see: 추경안 is no 예산안.
_STAGES = tuple(
    StageWords(re.compile(words), label, frozenset(stages))
    for words, label, stages in (
        (r"(?:추경|추가경정)\s*(?:예산)?\s*(?:정부)?안", "추경안", {Stage.SUPP_PROPOSAL}),
        (
            r"(?:추경|추가경정)(?:\s*예산)?|최종\s*예산(?!안)",
            "추경",
            {Stage.SUPP_PROPOSAL, Stage.SUPP_CHANGE, Stage.SUPP_ENACTED},
        ),
        (r"예산\s*요구(?!서)|요구(?!서)", "요구안", {Stage.REQUEST}),
        (r"한도|실링", "지출한도", {Stage.CEILING}),
        (r"정부\s*안|예산\s*안(?!내|\s*(?:심사|심의|편성|설명|제출))", "정부안", {Stage.GOV_PROPOSAL}),
        (r"본\s*예산|당초\s*예산|확정|편성", "본예산", PLAIN_BUDGET),
        (r"현액", "예산현액", {Stage.CURRENT}),
        (r"결산", "결산", {Stage.SETTLED}),
        (r"집행|(?<!총)지출액", "집행", {Stage.EXEC_YTD, Stage.EXEC_MONTH}),
        (r"전(?:년|연)도?\s*(?:에서\s*)?이월|이월\s*받", "전년도 이월", {Stage.CARRYOVER_IN}),
        (r"(?:다음|차기|차|익)\s*(?:연도|년도|년|해)(?:로|에)?\s*이월", "다음연도 이월", {Stage.CARRYOVER_OUT}),
        (r"이월", "이월", {Stage.CARRYOVER_IN, Stage.CARRYOVER_OUT}),
        (r"불용", "불용", {Stage.LAPSED}),
        (r"배정", "배정", {Stage.ALLOTMENT}),
        (r"중기\s*(?:재정)?\s*계획", "중기계획", {Stage.PLAN}),
        (r"증감|증액|감액", "증감", CHANGES),
    )
)
_BUDGET_BESIDE = re.compile(
    r"예산(?:액)?\s*(?:과|와|대비|및|보다|이랑|하고|·|,)|(?:과|와|보다|대비|및)\s*예산(?:액)?(?:[은는이가을를의]|\s|$)"
)
_ASKS_AMOUNT = re.compile(
    r"얼마|금액|[가-힣]액(?:은|이|을|의|\W|$)|몇\s*(?:천|백|십)?\s*(?:조|억|만|원)|규모|how much", re.IGNORECASE
)
# How much of something was spent is a rate, which no amount answers.
_RATE = re.compile(r"(?:집행|불용|이월|증가|증감|감소|달성|신장|비중|비율|점유)\s*[률율]|비중|비율|퍼센트|%")
_ASKS_CHANGE = re.compile(r"증감|증액|감액|늘었|늘어|줄었|줄어|증가|감소|삭감|차이")


@dataclass(frozen=True, slots=True)
class Phrases:
    """What a question says of money.

    `won` are amounts as they are said, `near` the bounds of what is rounded or cut to them, both in won.
    `rest` is the question without dates, codes, years and amounts; `loose_codes` are numbers that are codes only if a record
    has them.
    """

    codes: tuple[str, ...]
    loose_codes: tuple[str, ...]
    years: tuple[int, ...]
    won: tuple[int, ...]
    near: tuple[tuple[int, int], ...]
    printed: tuple[str, ...]
    stages: tuple[tuple[str, frozenset[Stage]], ...]
    asks_amount: bool
    asks_change: bool
    rest: str


def phrases_of(text: str, today: date) -> Phrases:
    """What a question says of money; `today` is the day of asking in Korean time."""
    plain = _DATE.sub(" ", unicodedata.normalize("NFKC", text.translate(_CHARACTERS)))
    codes = tuple(dict.fromkeys(_CODE.findall(plain)))
    plain = _CODE.sub(" ", plain)
    loose = tuple(dict.fromkeys("-".join(pair) for pair in _LOOSE_CODE.findall(plain)))
    stages = tuple(_stages_in(plain))
    years, plain = _years_in(plain, today, has_changes=any(of == CHANGES for _, of in stages))
    won: list[int] = []
    near: list[tuple[int, int]] = []
    printed: list[str] = []

    def take(match: re.Match[str]) -> str:
        if _BOUND.match(plain, match.end()):
            return match[0]
        amount = parse_amount(match[0].strip())
        unit = amount.unit if amount.is_unit_in_text else None
        if amount.state == ValueState.VALUE and unit and unit.currency == "KRW":
            said, half = abs(amount.amount_minor or 0), amount.precision_minor
            won.append(said)
            if half * _LEAST_STEPS < said:
                # People round, and people drop what is behind the last digit that they say.
                near.append((said - half, said + 2 * half))
            return " "
        bare = [number.replace(",", "") for number in _BARE.findall(match[0])]
        printed.extend(bare)
        return " " if bare else match[0]

    rest = _AMOUNT.sub(take, plain)
    return Phrases(
        codes=codes,
        loose_codes=loose,
        years=tuple(dict.fromkeys(years)),
        won=tuple(dict.fromkeys(won)),
        near=tuple(dict.fromkeys(near)),
        printed=tuple(dict.fromkeys(printed)),
        stages=stages,
        asks_amount=bool(_ASKS_AMOUNT.search(plain)) and not _RATE.search(plain),
        asks_change=bool(_ASKS_CHANGE.search(plain)),
        rest=rest,
    )


def _stages_in(plain: str) -> Iterator[tuple[str, frozenset[Stage]]]:
    left, n_found = _RATE.subn(" ", plain)
    for words, label, stages in _STAGES:
        # `본예산 말고 추경` asks for one of the two.
        left, n_denied = re.subn(rf"(?:{words.pattern})(?:액|안)?{_NOT_THAT}", " ", left)
        left, n_named = words.subn(" ", left)
        n_found += n_named + n_denied
        if n_named:
            yield label, stages
    if ("예산" in plain and not n_found) or (_BUDGET_BESIDE.search(plain) and "본예산" not in plain):
        yield "본예산", PLAIN_BUDGET


def _years_in(plain: str, today: date, *, has_changes: bool) -> tuple[list[int], str]:
    """The years of a question, those of a span all, and the text without them.

    What something is only compared with is no year of a change that is asked for.
    """
    asked: list[int] = []
    baseline: list[int] = []

    def take(match: re.Match[str], years: list[int]) -> str:
        (baseline if _BASELINE.match(match.string, match.end()) else asked).extend(years)
        return " "

    def span(match: re.Match[str]) -> str:
        first, last = _number(match, "1"), _number(match, "2")
        years = list(range(first, last + 1)) if first <= last < first + _LONGEST_SPAN else [first, last]
        asked.extend(years)
        return " "

    plain = _SPAN.sub(span, plain)
    plain = _YEAR.sub(lambda match: take(match, [_number(match, "")]), plain)
    for words, step in _RELATIVE:
        plain = words.sub(lambda match, step=step: take(match, [today.year + step]), plain)
    before = max(asked, default=today.year) - 1
    plain, n_before = _YEAR_BEFORE.subn(" ", plain)
    if n_before:
        baseline.append(before)
    if not asked and baseline:
        asked = [max(baseline) + 1]
    return (asked if has_changes else [*asked, *baseline]), plain


def _number(match: re.Match[str], which: str) -> int:
    short = match[f"marked{which}"] or match[f"short{which}"]
    return int(match[f"full{which}"] or f"20{short}")
