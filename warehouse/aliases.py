"""Who is who: the people of one room under the names that each export gives them.

Every member's export names the others as that member's contact book does, and the exporting person `회원님` or `you`. Names
of two exports are joined by an id of the application, by what both say in the same minute, by the same name where nothing
speaks against it, in this order. What stays ambiguous stays apart: two people taken for one cannot be told apart again,
one person taken for two still can be joined.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from schemas.conversations import MessageKind
from warehouse.merging_keys import MARK, Keyed, Sighted, normalise

OWNERS = frozenset({"회원님", "you", "You"})
"""Names by which an export calls whoever made it."""

_LONG = 5
_LEAST_WEIGHT = 2


class Node(NamedTuple):
    """A name in one export, compared without invisible characters, with the application's id where it gives one."""

    export: int
    name: str
    native_id: str | None


@dataclass
class Person:
    """Somebody in a room.

    Attributes:
        name: display name, never that of an owner where any export shows another.
        native_id: the application's id.
        names: (export, name as printed there), in order.
        exports: bits of the exports in which a name is this person.
        is_bot: an export says that it is a program.
        owns: exports that this person made.
    """

    name: str
    native_id: str | None
    names: list[tuple[int, str]]
    exports: int
    is_bot: bool = False
    owns: list[int] = field(default_factory=list)


@dataclass
class People:
    """Everybody in a room, and which of them a name in an export is."""

    persons: list[Person]
    _by_name: dict[tuple[int, str, str | None], int]

    def find(self, export: int, sender: str, sender_id: str | None) -> int | None:
        """Place in `persons` of a sender as printed in one export; None for the application itself."""
        return self._by_name.get((export, sender, sender_id))

    def display(self, export: int, name: str) -> str:
        """The display name of whoever an export names so, or the name itself."""
        found = self._by_name.get((export, name, None))
        return name if found is None else self.persons[found].name


class _Joining:
    """Sets of nodes. No set holds two names of one export, nor two ids, unless an id says that they are one person."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._root: dict[Node, Node] = {}
        self._members: dict[Node, list[Node]] = {}
        for node in nodes:
            self._root[node] = node
            self._members[node] = [node]

    def find(self, node: Node) -> Node:
        return self._root[node]

    def members(self, node: Node) -> list[Node]:
        return self._members[self._root[node]]

    def groups(self) -> list[list[Node]]:
        return list(self._members.values())

    def agrees(self, nodes: Iterable[Node]) -> bool:
        """Whether the sets of these nodes could be one person."""
        sets = [self._members[root] for root in dict.fromkeys(map(self.find, nodes))]
        ids = [ids for ids in ({node.native_id for node in one} - {None} for one in sets) if ids]
        if any(first.isdisjoint(second) for first, second in itertools.pairwise(ids)):
            return False
        seen: set[int] = set()
        for one in sets:
            exports = {node.export for node in one}
            if seen & exports:
                return False
            seen |= exports
        return True

    def join(self, first: Node, second: Node) -> None:
        kept, gone = sorted((self._root[first], self._root[second]), key=_node_order)
        if kept == gone:
            return
        for node in self._members[gone]:
            self._root[node] = kept
        self._members[kept] += self._members.pop(gone)


def find_people(exports: Sequence[Sighted], rows: Sequence[Sequence[Keyed]]) -> People:
    """Join the names of several exports of one room.

    Args:
        exports: the exports, each once, in a fixed order.
        rows: their messages, in the same order.
    """
    book = _Book(exports, rows)
    joining = _Joining(book.spoken)
    _join_ids(joining, book)
    _join_voices(joining, book, rows)
    _join_names(joining, book)
    _join_owners(joining, book)
    return _introduce(joining, book)


class _Book:
    """The names of all exports: nodes, how they are printed, how often each speaks."""

    def __init__(self, exports: Sequence[Sighted], rows: Sequence[Sequence[Keyed]]) -> None:
        self.node_of: dict[tuple[int, str, str | None], Node] = {}
        self.spoken: Counter[Node] = Counter()
        self.printed: dict[Node, list[str]] = defaultdict(list)
        self.owners: set[Node] = set()
        self.bots: set[Node] = set()
        self.others: dict[Node, list[str]] = {}
        for export, (sighted, keyed) in enumerate(zip(exports, rows, strict=True)):
            self._read(export, sighted, keyed)

    def _read(self, export: int, sighted: Sighted, keyed: Sequence[Keyed]) -> None:
        listed = sighted.transcript.conversation.participants
        spoken: Counter[tuple[str, str | None]] = Counter()
        for row in keyed:
            message = row.message
            if message.sender and message.kind is not MessageKind.SYSTEM:
                spoken[message.sender, message.sender_id] += 1
        ids: dict[str, set[str]] = defaultdict(set)
        for name, native_id in itertools.chain(spoken, ((one.name, one.native_id) for one in listed)):
            if native_id:
                ids[name].add(native_id)
        for name, native_id in itertools.chain(spoken, ((one.name, one.native_id) for one in listed if one.name)):
            only = next(iter(ids[name])) if len(ids[name]) == 1 else native_id
            node = Node(export, normalise(name) or name, only)
            self.node_of[export, name, native_id] = node
            self.node_of.setdefault((export, name, None), node)
            self.spoken[node] += spoken[name, native_id]
            if name not in self.printed[node]:
                self.printed[node].append(name)
            if name in OWNERS:
                self.owners.add(node)
        for one in listed:
            node = self.node_of.get((export, one.name, one.native_id))
            if node is None:
                continue
            if one.is_owner:
                self.owners.add(node)
            if one.is_bot:
                self.bots.add(node)
            if one.aliases:
                self.others[node] = list(one.aliases)

    def names_owner(self, node: Node) -> bool:
        """Whether it is a word for the exporting person, not a name."""
        return node in self.owners and node.name in OWNERS


def _node_order(node: Node) -> tuple[int, str, str]:
    return node.export, node.name, node.native_id or ""


def _join_ids(joining: _Joining, book: _Book) -> None:
    first: dict[str, Node] = {}
    for node in sorted(book.spoken, key=_node_order):
        if node.native_id:
            joining.join(first.setdefault(node.native_id, node), node)


def _join_voices(joining: _Joining, book: _Book, rows: Sequence[Sequence[Keyed]]) -> None:
    """Join names that say the same text in the same minute, three times out of four at least, seen from both sides."""
    latest: dict[tuple[int, str], Node] = {}
    votes: Counter[tuple[Node, Node]] = Counter()
    for keyed in rows:
        own: dict[tuple[int, str], Node | None] = {}
        for export, _, minute, key, message in keyed:
            if not message.sender or key.startswith(MARK):
                continue
            node = book.node_of[export, message.sender, message.sender_id]
            if own.setdefault((minute, key), node) != node:
                own[minute, key] = None
        for place, node in own.items():
            if node is None:
                continue
            other = latest.get(place)
            if other is not None:
                votes[other, node] += _LEAST_WEIGHT if len(place[1]) >= _LONG else 1
            latest[place] = node
    totals: Counter[tuple[Node, int]] = Counter()
    for (first, second), weight in votes.items():
        totals[first, second.export] += weight
        totals[second, first.export] += weight
    ranked = sorted(votes.items(), key=lambda one: (-one[1], _node_order(one[0][0]), _node_order(one[0][1])))
    for (first, second), weight in ranked:
        most = max(totals[first, second.export], totals[second, first.export])
        if weight >= _LEAST_WEIGHT and 4 * weight >= 3 * most and joining.agrees((first, second)):
            joining.join(first, second)


def _join_names(joining: _Joining, book: _Book) -> None:
    """Join what bears the same name, unless what was said has put two of that name apart."""
    bearers: dict[str, list[Node]] = defaultdict(list)
    for node in sorted(book.spoken, key=_node_order):
        if not book.names_owner(node):
            bearers[node.name].append(node)
    for nodes in bearers.values():
        if len(nodes) > 1 and joining.agrees(nodes):
            for node in nodes[1:]:
                joining.join(nodes[0], node)


def _join_owners(joining: _Joining, book: _Book) -> None:
    """Join owners who see exactly the same others.

    Another member's export would show this owner among the others, and not show that member.
    """
    seen: dict[frozenset[Node], list[Node]] = defaultdict(list)
    by_export: dict[int, set[Node]] = defaultdict(set)
    for node in book.spoken:
        by_export[node.export].add(joining.find(node))
    for owner in sorted((node for node in book.spoken if book.names_owner(node)), key=_node_order):
        others = frozenset(by_export[owner.export] - {joining.find(owner)})
        if others:
            seen[others].append(owner)
    for owners in seen.values():
        if len(owners) > 1 and joining.agrees(owners):
            for owner in owners[1:]:
                joining.join(owners[0], owner)


def _introduce(joining: _Joining, book: _Book) -> People:
    drafts: list[tuple[Person, list[Node]]] = []
    for members in joining.groups():
        nodes = sorted(members, key=_node_order)
        names = list(dict.fromkeys((node.export, name) for node in nodes for name in book.printed[node]))
        names += [(node.export, name) for node in nodes for name in book.others.get(node, ())]
        ids = sorted({node.native_id for node in nodes if node.native_id})
        person = Person(
            _best_name(nodes, book),
            ids[0] if ids else None,
            list(dict.fromkeys(names)),
            sum(1 << export for export in {node.export for node in nodes}),
            any(node in book.bots for node in nodes),
            [node.export for node in nodes if node in book.owners],
        )
        drafts.append((person, nodes))
    drafts.sort(key=lambda one: (one[0].name, one[0].native_id or "", one[0].names))
    places = {node: place for place, (_, nodes) in enumerate(drafts) for node in nodes}
    return People(
        [person for person, _ in drafts],
        {as_printed: places[node] for as_printed, node in book.node_of.items()},
    )


def _best_name(nodes: Sequence[Node], book: _Book) -> str:
    """The name under which some export shows most, then the longest; the number of exports must not matter."""
    spoken: Counter[str] = Counter()
    for node in [node for node in nodes if not book.names_owner(node)] or nodes:
        name = book.printed[node][0]
        spoken[name] = max(spoken[name], book.spoken[node])
    return min(spoken, key=lambda name: (-spoken[name], -len(name), name))
