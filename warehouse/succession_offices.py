"""Offices that may go on under another name: an office that begins where another gives its name to nothing new any more.

Three things tell: projects that go over, the words of the projects (a new office speaks as the old one did), and remarks in
brackets that tell the projects of one office apart by two names that no office had before.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from schemas.names import folded, is_division, stem_of
from schemas.targets import org_id_of
from warehouse.succession_candidate import MERGE, NAME, ORG, RENAME, SPLIT, TRANSFER, Candidate, End
from warehouse.succession_names import Likeness, NameScale, likenesses
from warehouse.succession_series import HeldProject, HeldSeries, contents_of, core_without_office

_LEAST_PROJECTS = 3
_MOST_MOVED = 0.6
_LEAST_WORDS, _LEAST_WORDS_MOVED = 0.2, 0.15
_WORDS_MARGIN = 1.5
_NEAR_BEST = 0.6
_NEAR_SCORE = 0.75
_FULL_WORDS = 0.6
_LEAST_TWINS = 3
_SHOWN = 5
_KIND_OF_OFFICE = "위원회"
_REMARK = re.compile(r"[(,]([가-힣]{2,}(?:부|처|청|위원회))\)$")


@dataclass(frozen=True, slots=True)
class Passage:
    """An office before and a new one, with what tells that the new one goes on with what the old one did.

    `before_share` is the share of the old one's money whose projects are found under the new one, `after_share` the other
    way round; `words` is how alike the words of their projects are; `margin` how much more than of any other old office.
    """

    before: str
    after: str
    year: int
    last_year: int
    is_closed: bool
    moved: tuple[tuple[str, str], ...]
    before_share: float
    after_share: float
    words: float
    margin: float

    @property
    def score(self) -> float:
        """How much tells for it, 0 to 1."""
        by_projects = 0.55 + 0.4 * min(self.before_share, self.after_share) if self._is_moved else 0.0
        by_words = 0.4 + 0.4 * min(1.0, self.words / _FULL_WORDS) + min(0.15, 0.05 * len(self.moved))
        return max(by_projects, by_words - (0.0 if self.is_closed else 0.1))

    @property
    def _is_moved(self) -> bool:
        return max(self.before_share, self.after_share) >= _MOST_MOVED and len(self.moved) >= _LEAST_PROJECTS

    @property
    def holds(self) -> bool:
        """Whether enough tells for it to be shown to a person."""
        is_alone = self.words >= _LEAST_WORDS and self.margin >= _WORDS_MARGIN
        is_near = self.words >= _LEAST_WORDS_MOVED and self.margin >= _NEAR_BEST and bool(self.moved) and self.is_closed
        return self._is_moved or is_alone or is_near


def office_candidates(held: HeldSeries, scale: NameScale) -> list[Candidate]:
    """Candidates for offices, by projects that went over, by words, and by remarks in brackets."""
    found: list[Candidate] = []
    new = frozenset(office for office in held.counts if held.is_new(office, held.years_of(office)[0]))
    near = likenesses(held, scale, {}, within=new) if new else []
    for year in sorted(held.begun):
        passages = [one for one in _passages(held, scale, near, year) if one.holds]
        found += [_candidate(held, one, passages) for one in passages]
    return [*found, *_remarked(held)]


def _passages(held: HeldSeries, scale: NameScale, near: Sequence[Likeness], year: int) -> Iterator[Passage]:
    of_office: dict[str, list[HeldProject]] = defaultdict(list)
    for project in held.projects:
        of_office[project.office].append(project)
    began = {project.office for project in held.begun[year]}
    new = [office for office in sorted(began) if office and not is_division(office) and held.is_new(office, year)]
    before = {
        office: last
        for office in sorted(of_office)
        if office and office not in new and (last := held.previous_year(office, year)) is not None
    }
    words = {office: _words(scale, of_office[office], last) for office, last in before.items()} if new else {}
    ended = _ended_by_name(held, scale, year) if new else {}
    for office in new:
        if held.counts[office][year] < _LEAST_PROJECTS:
            continue
        own = _words(scale, of_office[office], year)
        likeness = {other: _cosine(own, words[other]) for other in before}
        moved = _moved(held, near, ended, office, year)
        first, second = sorted((*likeness.values(), 0.0, 0.0), reverse=True)[:2]
        for other, last in before.items():
            others = second if likeness[other] == first else first
            pairs = moved.get(other, [])
            yield Passage(
                before=other,
                after=office,
                year=year,
                last_year=last,
                is_closed=other not in began,
                moved=tuple((one.name_in(last), two.name_in(year)) for one, two in pairs),
                before_share=_share([one for one, _ in pairs], of_office[other], last),
                after_share=_share([two for _, two in pairs], of_office[office], year),
                words=likeness[other],
                margin=likeness[other] / others if others else math.inf,
            )


def _words(scale: NameScale, projects: Sequence[HeldProject], year: int) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for name in sorted({core_without_office(project, year) for project in projects if year in project.names}):
        # What kind of office it is says nothing about what it does.
        for pair, weight in scale.profile(name.replace(_KIND_OF_OFFICE, "")).items():
            # What nearly every name has says nothing about an office, so that weights count twice.
            found[pair] += weight * weight
    return found


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    lengths = math.sqrt(sum(v * v for v in one.values()) * sum(v * v for v in other.values()))
    return sum(value * other.get(pair, 0.0) for pair, value in one.items()) / lengths if lengths else 0.0


def _ended_by_name(held: HeldSeries, scale: NameScale, year: int) -> dict[str, list[HeldProject]]:
    ended: dict[str, list[HeldProject]] = defaultdict(list)
    for project in held.ended.get(year, []):
        if project.office and scale.is_telling(project.name_in(year)):
            ended[core_without_office(project, year)].append(project)
    return ended


def _moved(
    held: HeldSeries, near: Sequence[Likeness], ended: Mapping[str, Sequence[HeldProject]], office: str, year: int
) -> dict[str, list[tuple[HeldProject, HeldProject]]]:
    """Pairs of projects by the office before: one that ended there and the one of the new office that is called the same."""
    found: dict[str, dict[str, tuple[HeldProject, HeldProject]]] = defaultdict(dict)
    for one in near:
        if one.year == year and one.after.office == office != one.before.office:
            found[one.before.office].setdefault(one.after.project_id, (one.before, one.after))
    for project in held.begun[year]:
        if project.office == office:
            same = {other.office: other for other in ended.get(core_without_office(project, year), [])}
            for name, other in same.items():
                found[name].setdefault(project.project_id, (other, project))
    return {name: list(pairs.values()) for name, pairs in found.items()}


def _share(some: Sequence[HeldProject], every: Sequence[HeldProject], year: int) -> float:
    if not some:
        return 0.0
    total = sum(project.won.get(year, 0) for project in every)
    unique = {project.project_id: project.won.get(year, 0) for project in some}
    return sum(unique.values()) / total if total > 0 else 0.0


def _candidate(held: HeldSeries, one: Passage, passages: Sequence[Passage]) -> Candidate:
    before, after = held.printed_office(one.before), held.printed_office(one.after)
    state = "새 사업에 쓰이지 않음" if one.is_closed else f"{one.year}년에도 새 사업에 쓰임"
    evidence = [
        f"{one.year}년에 「{after}」이(가) 처음 나오고, 「{before}」은(는) {state}",
        f"사업 이름의 말이 닮은 정도 {one.words:.2f}"
        + (f" (다음으로 닮은 기관의 {one.margin:.1f}배)" if math.isfinite(one.margin) else ""),
    ]
    if one.moved:
        evidence.append(
            f"이어진 것으로 보이는 사업 {len(one.moved)}개: {one.last_year}년 금액의 {one.before_share:.0%}, "
            f"{one.year}년 금액의 {one.after_share:.0%}"
        )
        evidence += [f"「{first}」 → 「{second}」" for first, second in one.moved[:_SHOWN]]
    return Candidate(
        what=ORG,
        kind=_kind(one, passages),
        before=_end(before),
        after=_end(after),
        fiscal_year=one.year,
        methods=frozenset({NAME}),
        score=min(one.score, 0.98),
        evidence=tuple(evidence),
        content_ids=contents_of(
            *((project, one.last_year) for project in held.projects if project.office == one.before),
            *((project, one.year) for project in held.projects if project.office == one.after),
        ),
        won=sum(project.won.get(one.year, 0) for project in held.projects if project.office == one.after),
    )


def _end(name: str) -> End:
    return End(org_id_of(name, None) or "", name)


def _kind(one: Passage, passages: Sequence[Passage]) -> str:
    def best(of: str, office: str) -> float:
        return max(other.score for other in passages if getattr(other, of) == office)

    # A passage counts for splits and merges where it is the main one of its other end.
    parts = [p for p in passages if p.before == one.before and p.score == best("after", p.after)]
    sources = [p for p in passages if p.after == one.after and p.score == best("before", p.before) and p.is_closed]
    if not one.is_closed:
        return TRANSFER
    if one in parts and len([p for p in parts if p.score >= _NEAR_SCORE * best("before", one.before)]) > 1:
        return SPLIT if one.score >= _NEAR_SCORE * best("before", one.before) else TRANSFER
    if one in sources and len([p for p in sources if p.score >= _NEAR_SCORE * best("after", one.after)]) > 1:
        return MERGE
    return RENAME if one in parts and one.score == best("before", one.before) else TRANSFER


def _remarked(held: HeldSeries) -> Iterator[Candidate]:
    """An office whose projects are told apart from a year on by two new offices' names in brackets: it was split."""
    for year, begun in sorted(held.begun.items()):
        stems: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        won: dict[tuple[str, str], int] = defaultdict(int)
        for project in begun:
            name = folded(project.name_in(year))
            match = _REMARK.search(name)
            if project.office and match and not _is_known(match.group(1), held):
                stems[project.office][match.group(1)].add(f"{stem_of(name)}{name[name.rfind('(') : match.start(1)]}")
                won[project.office, match.group(1)] += project.won.get(year, 0)
        for office, by_remark in stems.items():
            names = held.printed_office(office)
            for remark, own in sorted(by_remark.items()):
                twins = own & set().union(*(other for name, other in by_remark.items() if name != remark))
                if len(twins) >= _LEAST_TWINS:
                    yield Candidate(
                        what=ORG,
                        kind=SPLIT,
                        before=_end(names),
                        after=_end(remark),
                        fiscal_year=year,
                        methods=frozenset({NAME}),
                        score=min(0.9, 0.6 + 0.03 * len(twins)),
                        evidence=(
                            f"{year}년부터 「{names}」 사업 {len(own)}개의 이름에 ({remark})이(가) 붙음",
                            f"그 가운데 {len(twins)}개는 다른 새 기관의 이름이 붙은 짝이 있음: "
                            + ", ".join(f"「{other}」" for other in sorted(by_remark) if other != remark),
                        ),
                        content_ids=contents_of(*((project, year) for project in begun if project.office == office)),
                        won=won[office, remark],
                    )


def _is_known(remark: str, held: HeldSeries) -> bool:
    """Whether the remark is the name of a held office, or short for one: its characters in order, the last one the same."""
    return any(office[-1:] == remark[-1] and _is_within(remark, office) for office in held.counts)


def _is_within(short: str, long: str) -> bool:
    characters = iter(long)
    return all(character in characters for character in short)
