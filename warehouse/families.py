"""Draft families: which contents are versions of one document. Pure: contents and their likeness in, families out.

Precision comes first: a family joins only what nothing tells apart. What tells apart are facts (another year, office, project,
number of a meeting), names about something else, and texts that each say again and again what the other never says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise

import numpy as np

from schemas.identity import make_id
from warehouse.draft_facts import Marks, by_kind, conflict, facts_of_name, is_other_subject, marks_of, subject_of
from warehouse.draft_likeness import Alike
from warehouse.draft_order import Answer, Standing, Version, stand

Facts = Mapping[str, frozenset[str]]

ALIKE, CONTAINED, HALF_ALIKE = 0.6, 0.9, 0.35
"""Texts are drafts of one document from this likeness on, or where one holds the other and they are so much alike."""
NAMED_ALIKE, NAMED_CONTAINED = 0.3, 0.6
"""The same where both lie in one folder under one name, but for marks of a version."""
ELSEWHERE_ALIKE, ELSEWHERE_CONTAINED = 0.4, 0.75
"""The same where both are called the same, by a name that few documents have, in different folders."""
PLACED_ALIKE = 0.2
"""The same where one stood at the other's place before."""
CONVERTED_ALIKE = 0.93
"""Two formats of one name are one version from this likeness on."""
OTHER_FORMAT_ALIKE = 0.9
"""Two formats under other names are drafts of one document from this likeness on: a table and a report on it are two."""
LEAST_ALONE = 80
"""Texts with fewer shingles are joined by their names alone: a short form is like every other."""
MOST_VERSIONS = 100
"""More contents that are all alike are a form, not drafts."""

ALL_PAIRS = 48
"""Versions of a document up to which each is compared with every other."""

_SPECIFIC = 4
_SURELY_ALIKE = 0.8
_NEAR_NAMES = 4
_NEAR_VERSIONS = 8


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of a content: its folder (of whatever it lies in), its name, and its time where the file lies by itself."""

    folder: str
    name: str
    modified_at: datetime | None = None


@dataclass(frozen=True)
class Content:
    """A content as families are made of it; `text_id`, `plain_id`, `minhash` and `facts` are of its signature."""

    content_id: str
    text_id: str
    plain_id: str
    format: str
    title: str | None
    n_shingles: int
    minhash: bytes
    facts: frozenset[str] = frozenset()
    dated_on: date | None = None
    saved_at: datetime | None = None
    spots: tuple[Spot, ...] = ()
    sent_at: tuple[datetime, ...] = ()
    replaces: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Family:
    """The versions of one document, oldest first, and how alike each is to the one before it."""

    family_id: str
    standings: tuple[Standing, ...]
    similarities: tuple[float | None, ...]


@dataclass
class _Node:
    """Contents of one text, while families are made."""

    contents: list[Content]
    text_id: str
    facts: Facts = field(default_factory=dict)
    named: dict[tuple[str, str], list[Marks]] = field(default_factory=dict)
    whole_names: set[tuple[str, str]] = field(default_factory=set)
    subjects: set[str] = field(default_factory=set)
    stems: set[str] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)

    @property
    def n_shingles(self) -> int:
        return self.contents[0].n_shingles

    @property
    def formats(self) -> set[str]:
        return {content.format for content in self.contents}


def make_families(
    contents: Iterable[Content], alike: Mapping[tuple[str, str], Alike], answers: Mapping[str, Answer] | None = None
) -> list[Family]:
    """The families among contents.

    Args:
        contents: contents with a signature; a text too short for one is nobody's draft.
        alike: likeness by pair of text ids, the lesser first; of contents with one text that of the least text id counts.
        answers: what people said, by the id of a content that is final or of the family without one.
    """
    nodes = _nodes(contents)
    places = {content.content_id: number for number, node in enumerate(nodes) for content in node.contents}
    groups = _Groups(nodes)
    for _, one, other in sorted(_edges(nodes, alike, places), key=lambda edge: (-edge[0], edge[1], edge[2])):
        groups.join(one, other)
    found = []
    for members in groups.members():
        versions = [_version([content for node in part for content in node.contents]) for part in _same(members, alike)]
        if sum(len(version.content_ids) for version in versions) > 1:
            found.append(
                _family(versions, {c.content_id: c for node in members for c in node.contents}, alike, answers or {})
            )
    return sorted(found, key=lambda family: family.family_id)


def name_pairs(contents: Iterable[Content]) -> list[tuple[str, str]]:
    """Pairs of text ids under one name but for marks, in one folder or by a name that few have: each with the few next to it."""
    nodes = _nodes(contents)
    groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for node in nodes:
        for key, marks in node.named.items():
            groups.setdefault(key, []).append((min(" ".join(one.words) for one in marks), node.text_id))
        for stem in node.stems:
            groups.setdefault(("", stem), []).append(("", node.text_id))
    places = {content.content_id: node.text_id for node in nodes for content in node.contents}
    pairs: list[tuple[str, str]] = []
    for names in groups.values():
        ranked = [text_id for _, text_id in sorted(names)]
        for distance in range(1, _NEAR_NAMES + 1):
            pairs += zip(ranked, ranked[distance:], strict=False)
    pairs += [
        (node.text_id, places[before])
        for node in nodes
        for content in node.contents
        for before in sorted(content.replaces)
        if before in places
    ]
    return pairs


def inner_pairs(families: Iterable[Family], contents: Sequence[Content]) -> set[tuple[str, str]]:
    """Pairs of text ids, the lesser first, inside families: that of a few versions, all; of many, each with those that follow.

    They change no family. Whoever may read only some of the versions is told by them which of these belong together.
    """
    first: dict[str, str] = {}
    for content in sorted(contents, key=lambda content: content.text_id):
        first.setdefault(content.plain_id, content.text_id)
    text_of = {content.content_id: first[content.plain_id] for content in contents}
    pairs: set[tuple[str, str]] = set()
    for family in families:
        ids = list(dict.fromkeys(text_of[key] for one in family.standings for key in one.version.content_ids))
        for number, one in enumerate(ids):
            others = ids[number + 1 : None if len(ids) <= ALL_PAIRS else number + 1 + _NEAR_VERSIONS]
            pairs |= {(min(one, other), max(one, other)) for other in others}
    return pairs


def _nodes(contents: Iterable[Content]) -> list[_Node]:
    by_plain: dict[str, list[Content]] = {}
    for content in sorted(contents, key=lambda content: (content.text_id, content.content_id)):
        if content.minhash:
            by_plain.setdefault(content.plain_id, []).append(content)
    nodes = []
    for group in by_plain.values():
        node = _Node(group, group[0].text_id)
        facts: set[str] = set()
        for content in group:
            facts |= content.facts
            if content.title:
                facts |= facts_of_name(content.title)
                node.titles.add(subject_of(content.title))
            for spot in content.spots:
                marks = marks_of(spot.name)
                facts |= facts_of_name(spot.name.rpartition(".")[0] or spot.name)
                node.named.setdefault((spot.folder, marks.stem), []).append(marks)
                node.whole_names.add((spot.folder, spot.name.rpartition(".")[0]))
                node.subjects.add(subject := subject_of(marks.bare))
                if len(subject.replace(" ", "")) >= _SPECIFIC:
                    node.stems.add(marks.stem)
        node.facts = by_kind(facts)
        nodes.append(node)
    return sorted(nodes, key=lambda node: node.text_id)


def _alike(one: _Node, other: _Node, alike: Mapping[tuple[str, str], Alike]) -> Alike | None:
    return alike.get((min(one.text_id, other.text_id), max(one.text_id, other.text_id)))


def _edges(
    nodes: Sequence[_Node], alike: Mapping[tuple[str, str], Alike], places: Mapping[str, int]
) -> Iterable[tuple[float, int, int]]:
    at = {node.text_id: number for number, node in enumerate(nodes)}
    replaced = {
        (places[before], number)
        for number, node in enumerate(nodes)
        for content in node.contents
        for before in content.replaces
        if before in places
    }
    for (first, second), likeness in alike.items():
        if first not in at or second not in at:
            continue
        one, other = at[first], at[second]
        is_placed = (one, other) in replaced or (other, one) in replaced
        if _is_draft(nodes[one], nodes[other], likeness, is_placed=is_placed):
            yield likeness.jaccard, one, other


def _is_draft(one: _Node, other: _Node, likeness: Alike, *, is_placed: bool) -> bool:
    if conflict(one.facts, other.facts):
        return False
    if is_placed and likeness.jaccard >= PLACED_ALIKE:
        return True
    is_one_format = bool(one.formats & other.formats)
    is_named = likeness.jaccard >= NAMED_ALIKE or likeness.containment >= NAMED_CONTAINED
    if not is_one_format:
        is_named = likeness.jaccard >= ALIKE
    if is_named and (shared := one.named.keys() & other.named.keys()):
        # `(1)` and `(2)` are what a browser calls files of several senders.
        marks = [mark for key in shared for mark in (*one.named[key], *other.named[key])]
        is_told = any(word.strip("()").isdigit() is False for mark in marks for word in mark.words)
        return is_told or not likeness.is_replaced
    if not is_one_format and likeness.jaccard < OTHER_FORMAT_ALIKE:
        return False
    if likeness.is_replaced or min(one.n_shingles, other.n_shingles) < LEAST_ALONE:
        return False
    is_named = one.stems & other.stems and one.formats & other.formats
    if is_named and (likeness.jaccard >= ELSEWHERE_ALIKE or likeness.containment >= ELSEWHERE_CONTAINED):
        return True
    if likeness.jaccard < ALIKE and not (likeness.containment >= CONTAINED and likeness.jaccard >= HALF_ALIKE):
        return False
    return not _is_about_other(one, other, likeness)


def _is_about_other(one: _Node, other: _Node, likeness: Alike) -> bool:
    """Whether names and titles of the two are about different things."""
    if _apart(one.titles, other.titles):
        return True
    is_same_title = any(len(title.replace(" ", "")) >= _SPECIFIC for title in one.titles & other.titles)
    if is_same_title and likeness.jaccard >= _SURELY_ALIKE:
        return False
    return _apart(one.subjects, other.subjects)


def _apart(first: Iterable[str], second: Iterable[str]) -> bool:
    pairs = [(here, there) for here in first for there in second if here and there]
    return bool(pairs) and all(is_other_subject(here, there) for here, there in pairs)


class _Groups:
    """Union of nodes as long as what the groups state agrees and they stay small enough to be drafts."""

    def __init__(self, nodes: Sequence[_Node]) -> None:
        self._nodes = nodes
        self._of = list(range(len(nodes)))
        self._members = {number: [number] for number in self._of}
        self._facts: dict[int, Facts] = {number: node.facts for number, node in enumerate(nodes)}

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self._of[one], self._of[other]))
        if first == second or len(self._members[first]) + len(self._members[second]) > MOST_VERSIONS:
            return
        here, there = self._facts[first], self._facts[second]
        if conflict(here, there):
            return
        none: frozenset[str] = frozenset()
        self._facts[first] = {kind: here.get(kind, none) | there.get(kind, none) for kind in {*here, *there}}
        for number in self._members.pop(second):
            self._of[number] = first
            self._members[first].append(number)

    def members(self) -> list[list[_Node]]:
        return [[self._nodes[number] for number in sorted(numbers)] for numbers in self._members.values()]


def _same(members: Sequence[_Node], alike: Mapping[tuple[str, str], Alike]) -> list[list[_Node]]:
    """Nodes in parts that are one version each: a text, and its conversion under the same name."""
    parts: list[list[_Node]] = []
    for node in members:
        for part in parts:
            likeness = [_alike(node, one, alike) for one in part]
            if all(
                one is not None
                and one.jaccard >= CONVERTED_ALIKE
                and not node.formats & held.formats
                and node.whole_names & held.whole_names
                for one, held in zip(likeness, part, strict=True)
            ):
                part.append(node)
                break
        else:
            parts.append([node])
    return parts


def _version(contents: Sequence[Content]) -> Version:
    spots = [spot for content in contents for spot in content.spots]
    return Version(
        content_ids=tuple(sorted(content.content_id for content in contents)),
        marks=tuple(marks_of(name) for name in sorted({spot.name for spot in spots})),
        formats=tuple(sorted({content.format for content in contents})),
        n_shingles=contents[0].n_shingles,
        modified_at=min((spot.modified_at for spot in spots if spot.modified_at), default=None),
        saved_at=min((content.saved_at for content in contents if content.saved_at), default=None),
        dated_on=min((content.dated_on for content in contents if content.dated_on), default=None),
        sent_at=tuple(sorted({sent for content in contents for sent in content.sent_at})),
        replaces=frozenset(before for content in contents for before in content.replaces),
    )


def _family(
    versions: Sequence[Version],
    contents: Mapping[str, Content],
    alike: Mapping[tuple[str, str], Alike],
    answers: Mapping[str, Answer],
) -> Family:
    given = [answers[key] for version in versions for key in version.content_ids if key in answers]
    standings = stand(versions)
    family_id = make_id("draft_family", standings[0].version.content_ids[0])
    given += [answers[family_id]] if family_id in answers else []
    if given:
        standings = stand(versions, max(given, key=lambda answer: answer.decided_at))
    similarities: list[float | None] = [None]
    for before, after in pairwise(standings):
        similarities.append(_similarity(before.version, after.version, contents, alike))
    return Family(family_id, tuple(standings), tuple(similarities))


def _similarity(
    before: Version, after: Version, contents: Mapping[str, Content], alike: Mapping[tuple[str, str], Alike]
) -> float:
    ends = [
        (contents[one].text_id, contents[other].text_id) for one in before.content_ids for other in after.content_ids
    ]
    pairs = [(min(pair), max(pair)) for pair in ends]
    counted = [alike[pair].jaccard for pair in pairs if pair in alike]
    if counted:
        return max(counted)
    minima = [np.frombuffer(contents[ids[0]].minhash, "<u4") for ids in (before.content_ids, after.content_ids)]
    return round(float((minima[0] == minima[1]).mean()), 4)
