"""Projects that may go on under another name: what ended and what began in the next held year, by name, code and amount.

A name tells something only as far as it is rare: pairs of characters that many names share weigh little, and a name that
many offices use is no evidence at all.
"""

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from schemas.names import core_of, folded, is_contained, is_generic, pairs_of
from warehouse.succession_candidate import (
    AMOUNT,
    CODE,
    MERGE,
    NAME,
    PROJECT,
    RENAME,
    SPLIT,
    TRANSFER,
    Candidate,
    End,
)
from warehouse.succession_series import HeldProject, HeldSeries, contents_of, core_without_office

LEAST_SCORE = 0.62
"""Below it nothing is a candidate."""

_LEAST_LIKENESS = 0.58
_CONTAINED = 0.75
_SURE_LIKENESS = 0.9
_LEAST_RATIO_ELSEWHERE = 0.3
_SAME_AMOUNT = 0.95
_PART_LIKENESS = 0.62
_MANY_OFFICES = 3
_SHARED_NAMES = 60
_WEIGHT_NAME, _WEIGHT_AMOUNT, _WEIGHT_OFFICE = 0.6, 0.25, 0.15
_CODE_SCORE = 0.55

_LEAST_WEIGHT = 0.05
_LEAST_SHARED, _LEAST_SHARED_ELSEWHERE = 0.4, 0.25

_Index = dict[tuple[str, str], list[tuple[HeldProject, float]]]
OfficePairs = Mapping[tuple[str, str], float]
"""(office before, office after), both folded → how sure it is that one goes on as the other."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two projects compared: an ended one and one that began."""

    before: HeldProject
    after: HeldProject
    year: int
    name: float
    ratio: float
    office: float

    @property
    def score(self) -> float:
        """How much tells for it, 0 to 1."""
        return _WEIGHT_NAME * self.name + _WEIGHT_AMOUNT * self.ratio + _WEIGHT_OFFICE * self.office

    @property
    def last_year(self) -> int:
        """The last year of the one before."""
        return self.before.last_year or self.before.first_year


class NameScale:
    """How much each pair of characters tells, by how many different names have it."""

    def __init__(self, projects: Sequence[HeldProject]) -> None:
        self._shared = _shared_names(projects)
        names = {core_of(name) for project in projects for name in project.names.values()}
        counts = Counter(pair for name in names for pair in pairs_of(name))
        most = math.log(1 + len(names)) or 1.0
        self._weights = {pair: max(_LEAST_WEIGHT, 1 - math.log(1 + n) / most) for pair, n in counts.items()}
        self._profiles: dict[str, dict[str, float]] = {}
        self._totals: dict[str, float] = {}

    def is_telling(self, name: str) -> bool:
        """Whether a name tells anything about identity: neither an office's running costs nor what many offices use."""
        return not is_generic(name) and folded(name) not in self._shared

    def profile(self, name: str) -> dict[str, float]:
        """What each pair of a name tells: near 0 for a pair that every name has, 1 for one that no other has."""
        found = self._profiles.get(name)
        if found is None:
            # In order, so that sums are the same to the last bit in every run.
            found = self._profiles[name] = {pair: self._weights.get(pair, 1.0) for pair in sorted(pairs_of(name))}
            self._totals[name] = sum(found.values())
        return found

    def total(self, name: str) -> float:
        """What all pairs of a name tell together."""
        self.profile(name)
        return self._totals[name]

    def likeness(self, first: str, second: str) -> float:
        """How alike two names are by the pairs that tell something, 0 to 1."""
        if core_of(first) == core_of(second):
            return 1.0
        one, other = self.profile(first), self.profile(second)
        total = self.total(first) + self.total(second)
        return 2 * sum(weight for pair, weight in one.items() if pair in other) / total if total else 0.0


def _shared_names(projects: Iterable[HeldProject]) -> frozenset[str]:
    """Folded names that several offices use."""
    offices: dict[str, set[str]] = defaultdict(set)
    for project in projects:
        for name in project.names.values():
            offices[folded(name)].add(project.office)
    return frozenset(name for name, found in offices.items() if len(found) >= _MANY_OFFICES)


def likenesses(
    held: HeldSeries, scale: NameScale, pairs: OfficePairs, *, within: frozenset[str] | None = None
) -> list[Likeness]:
    """Every ended and begun project that are alike enough, within an office, its successors, or nearly equal elsewhere.

    `within` keeps to what began in these offices.
    """
    successors: dict[str, list[str]] = defaultdict(list)
    for before, after in pairs:
        successors[before].append(after)
    found: list[Likeness] = []
    for year, begun in held.begun.items():
        own: _Index = defaultdict(list)
        everywhere: _Index = defaultdict(list)
        for project in begun:
            if (within is None or project.office in within) and scale.is_telling(project.name_in(year)):
                name = core_without_office(project, year)
                entry = project, scale.total(name)
                for pair in pairs_of(name):
                    own[project.office, pair].append(entry)
                    everywhere["", pair].append(entry)
        # What nearly every name has would bring every project here, and tells nothing.
        rare = {key: having for key, having in everywhere.items() if len(having) <= _SHARED_NAMES}
        for project in held.ended.get(year, []):
            if scale.is_telling(project.name_in(year)):
                name = core_without_office(project, year)
                near = _near(scale.profile(name), own, [project.office, *successors[project.office]])
                total = scale.total(name)
                met = [other for other, own_total, sum_ in near if sum_ >= _LEAST_SHARED * min(total, own_total)]
                near = _near(scale.profile(name), rare, [""])
                met += [other for other, _, sum_ in near if sum_ >= _LEAST_SHARED_ELSEWHERE * total]
                others = {other.project_id: other for other in met if other.project_id != project.project_id}
                found += filter(None, (_compare(scale, project, other, year, pairs) for other in others.values()))
    return found


def _near(
    profile: Mapping[str, float], index: _Index, offices: Sequence[str]
) -> Iterator[tuple[HeldProject, float, float]]:
    """Projects of an index that share a pair, with what their names tell altogether and how much of it is shared."""
    sums: dict[str, float] = {}
    met: dict[str, tuple[HeldProject, float]] = {}
    for pair, weight in profile.items():
        for office in offices:
            for entry in index.get((office, pair), ()):
                key = entry[0].project_id
                if key in sums:
                    sums[key] += weight
                else:
                    sums[key] = weight
                    met[key] = entry
    return ((*met[key], sum_) for key, sum_ in sums.items())


def _compare(
    scale: NameScale, before: HeldProject, after: HeldProject, year: int, pairs: OfficePairs
) -> Likeness | None:
    first, second = core_without_office(before, year), core_without_office(after, year)
    name = scale.likeness(first, second)
    if name < _CONTAINED and is_contained(before.name_in(year), after.name_in(year)):
        name = _CONTAINED
    office = 1.0 if before.office == after.office else pairs.get((before.office, after.office), 0.0)
    last = before.last_year
    was, now = before.won.get(last or 0, 0), after.won.get(year, 0)
    ratio = min(was, now) / max(was, now) if was > 0 and now > 0 else 0.0
    if name < _LEAST_LIKENESS or (not office and (name < _SURE_LIKENESS or ratio < _LEAST_RATIO_ELSEWHERE)):
        return None
    return Likeness(before, after, year, name, ratio, office)


def project_candidates(held: HeldSeries, scale: NameScale, pairs: OfficePairs) -> Iterator[Candidate]:
    """Candidates by name and amount: the best for both ends, and parts that only together are what was."""
    found = likenesses(held, scale, pairs)
    of_before: dict[str, list[Likeness]] = defaultdict(list)
    of_after: dict[str, list[Likeness]] = defaultdict(list)
    for one in found:
        of_before[one.before.project_id].append(one)
        of_after[one.after.project_id].append(one)
    best_before = {key: max(ones, key=_rank) for key, ones in of_before.items()}
    best_after = {key: max(ones, key=_rank) for key, ones in of_after.items()}
    for one in sorted(found, key=lambda one: (one.before.project_id, one.after.project_id)):
        key, other = one.before.project_id, one.after.project_id
        parts = [part for part in of_before[key] if best_after[part.after.project_id].before.project_id == key]
        sources = [part for part in of_after[other] if best_before[part.before.project_id].after.project_id == other]
        if one in parts and _come_together(parts, _won_before(one), [_won_after(part) for part in parts]):
            yield _candidate(one, SPLIT, parts)
        elif one in sources and _come_together(sources, _won_after(one), [_won_before(part) for part in sources]):
            yield _candidate(one, MERGE, sources)
        elif best_before[key] is one and best_after[other] is one and one.score >= LEAST_SCORE:
            yield _candidate(one, RENAME if one.office else TRANSFER, [one])


def _rank(one: Likeness) -> tuple[float, str, str]:
    return one.score, one.before.project_id, one.after.project_id


def _won_before(one: Likeness) -> int:
    return one.before.won.get(one.last_year, 0)


def _won_after(one: Likeness) -> int:
    return one.after.won.get(one.year, 0)


def _come_together(parts: list[Likeness], whole: int, amounts: list[int]) -> bool:
    """Whether several parts are alike enough and their sum is nearer to the whole than the greatest of them alone."""
    if len(parts) < 2 or whole <= 0 or any(part.name < _PART_LIKENESS or not part.office for part in parts):
        return False
    total, greatest = sum(amounts), max(amounts)
    return min(amounts) > 0 and abs(math.log(total / whole)) < abs(math.log(greatest / whole))


def _candidate(one: Likeness, kind: str, together: list[Likeness]) -> Candidate:
    before, after, last = one.before, one.after, one.last_year
    was, now = _won_before(one), _won_after(one)
    evidence = [
        f"{last}년까지 「{before.name_in(last)}」, {one.year}년부터 「{after.name_in(one.year)}」 ({_offices(one)})",
        f"이름이 닮은 정도 {one.name:.2f}",
        f"{last}년 {was:,}원, {one.year}년 {now:,}원 (비 {one.ratio:.2f})",
    ]
    if len(together) > 1:
        word = "나뉜 것" if kind == SPLIT else "합친 것"
        names = ", ".join(
            f"「{(part.after if kind == SPLIT else part.before).name_in(one.year)}」" for part in together
        )
        evidence.append(f"{word}으로 함께 보이는 사업: {names}")
    methods = {NAME, *([AMOUNT] if one.ratio >= _SAME_AMOUNT else []), *([CODE] if _same_code(before, after) else [])}
    return Candidate(
        what=PROJECT,
        kind=kind,
        before=_end(before, last),
        after=_end(after, one.year),
        fiscal_year=one.year,
        methods=frozenset(methods),
        score=max(one.score, LEAST_SCORE),
        evidence=tuple(evidence),
        content_ids=contents_of(
            *((part.before, part.last_year) for part in together), *((part.after, part.year) for part in together)
        ),
        won=max(was, now),
    )


def _offices(one: Likeness) -> str:
    before, after = one.before.org_name or "소관 미상", one.after.org_name or "소관 미상"
    return before if one.before.office == one.after.office else f"{before} → {after}"


def _same_code(before: HeldProject, after: HeldProject) -> bool:
    return before.code is not None and before.code == after.code and before.account == after.account


def _end(project: HeldProject, year: int) -> End:
    return End(project.project_id, project.name_in(year), project.code, project.org_name or "")


def code_candidates(held: HeldSeries, scale: NameScale, pairs: OfficePairs) -> Iterator[Candidate]:
    """Candidates by code: the same code under another name in the next held year, in the same office or its successor."""
    yield from _drifts(held, scale)
    for year, begun in held.begun.items():
        coded = {(project.office, project.account, project.code): project for project in begun if project.code}
        for before in held.ended.get(year, []):
            if before.code is None:
                continue
            for office in (before.office, *(after for (old, after) in pairs if old == before.office)):
                after = coded.get((office, before.account, before.code))
                if after is not None and after.project_id != before.project_id:
                    yield _by_code(scale, before, after, before.last_year or year, year)


def _drifts(held: HeldSeries, scale: NameScale) -> Iterator[Candidate]:
    """A project that keeps its id, since office and code stay, and is called something else from a year on."""
    for project in held.projects:
        years = sorted(project.names) if project.code else []
        for last, year in itertools.pairwise(years):
            if core_of(project.names[last]) != core_of(project.names[year]):
                yield _by_code(scale, project, project, last, year)


def _by_code(scale: NameScale, before: HeldProject, after: HeldProject, last: int, year: int) -> Candidate:
    first, second = before.name_in(last), after.name_in(year)
    name = max(scale.likeness(first, second), _CONTAINED if is_contained(first, second) else 0.0)
    was, now = before.won.get(last, 0), after.won.get(year, 0)
    ratio = min(was, now) / max(was, now) if was > 0 and now > 0 else 0.0
    return Candidate(
        what=PROJECT,
        kind=RENAME,
        before=_end(before, last),
        after=_end(after, year),
        fiscal_year=year,
        methods=frozenset({CODE, *([NAME] if name >= _LEAST_LIKENESS else [])}),
        score=_CODE_SCORE + 0.3 * name + 0.15 * ratio,
        evidence=(
            f"코드 {before.code}가 {last}년에는 「{first}」, {year}년에는 「{second}」 ({after.org_name or '소관 미상'})",
            f"{last}년 {was:,}원, {year}년 {now:,}원 (비 {ratio:.2f})",
        ),
        content_ids=contents_of((before, last), (after, year)),
        won=max(was, now),
    )
