"""Who takes part in a KakaoTalk room, what sort of room it is, and where a name ends that holds the sign of its end."""

import re
from collections.abc import Iterable
from functools import cached_property
from itertools import takewhile

from connectors.messengers.kakao_notices import events_of, guests_of, is_notice, is_of_open_chat
from schemas.conversations import ConversationKind, Event, Participant

OWNERS = frozenset({"회원님", "you", "You"})
"""What a phone prints for the person who made the export."""

BREAK = " : "
_STRAY_SELECTOR = re.compile("(?<=[가-힣])\ufe0f")
_MAX_NAME = 100
_MAX_REST = 3 * _MAX_NAME
_MAX_NAMES = 200_000
_PAIR = 2


def clean_name(name: str) -> str:
    """A name without the variation selector that iOS leaves behind a Hangul syllable, where it means nothing."""
    return _STRAY_SELECTOR.sub("", name) if "\ufe0f" in name else name


class People:
    """Those who speak in a room or are named in its notices."""

    def __init__(self) -> None:
        self.speakers: dict[str, bool] = {}
        self._named: set[str] = set()
        self._is_open = False
        self._is_big_invitation = False

    def note(self, notice: str, events: list[Event]) -> None:
        """Take a notice into account."""
        self._is_open = self._is_open or is_of_open_chat(notice)
        for event in events:
            guests = guests_of(event)
            self._is_big_invitation = self._is_big_invitation or len(guests) >= _PAIR
            if event.kind == "invite" and len(self._named) < _MAX_NAMES:
                self._named.update(guests)
                if event.actor:
                    self._named.add(event.actor)

    def knows(self, name: str) -> bool:
        """Whether somebody of that name was seen."""
        return name in self.speakers or name in self._named

    def kind(self, count: int | None, title: str, *, is_group: bool) -> ConversationKind:
        """What sort of room it is, as far as it can be seen.

        A talk of two bears the name of the other one; a room of another name in which only two have spoken may be either.

        Args:
            count: printed number of members.
            title: printed name of the room.
            is_group: the file's name says so.
        """
        if self._is_open:
            return ConversationKind.OPEN
        if (
            is_group
            or (count or 0) > _PAIR
            or self._is_big_invitation
            or len(self._named | self.speakers.keys()) > _PAIR
        ):
            return ConversationKind.GROUP
        is_named_after_one = not title or title in self.speakers
        return ConversationKind.DIRECT if self.speakers and is_named_after_one else ConversationKind.UNKNOWN

    def participants(self, *, is_phone: bool) -> list[Participant]:
        """Those who speak, in the order in which they first did."""
        return [Participant(name, is_owner=is_phone and name in OWNERS) for name in self.speakers]


class NameBreaks:
    """Where the name ends in `name : text`, if either holds ` : `: names are known by lines that leave no choice.

    Args:
        lines: what stands behind the stamp in every line of the export; gone through once, and only if it is needed.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._plain: set[str] = set()
        self._heard: set[str] = set()
        self._shared: dict[str, list[str]] = {}
        self._seen: dict[str, str] = {}
        self._varied: set[str] = set()
        for rest in lines:
            segments = rest[:_MAX_REST].split(BREAK)
            if len(segments) == 1 or (len(segments) == _PAIR and is_notice(rest)):
                self._hear(rest)
            elif len(segments) == _PAIR:
                if len(self._plain) < _MAX_NAMES:
                    self._plain.add(segments[0])
            else:
                self._compare(segments[:-1], rest)

    def _hear(self, notice: str) -> None:
        for event in events_of(notice):
            names = [*guests_of(event), event.actor]
            if event.kind != "rename" and len(self._heard) < _MAX_NAMES:
                self._heard.update(name for name in names if name)

    def _compare(self, segments: list[str], rest: str) -> None:
        first = segments[0]
        before = self._shared.get(first)
        if before is None:
            if len(self._shared) < _MAX_NAMES:
                self._shared[first], self._seen[first] = segments, rest[:_MAX_REST]
            return
        if rest[:_MAX_REST] == self._seen[first]:
            # the same text once more says nothing of where it begins
            return
        self._varied.add(first)
        pairs = zip(before, segments, strict=False)
        self._shared[first] = [one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)]

    def is_about_speaker(self, notice: str) -> bool:
        """Whether somebody who speaks elsewhere, under a name that holds ` : `, is named in what may be a notice."""
        names = {name for event in events_of(notice) for name in (event.actor, *guests_of(event)) if name}
        return not self._spoken.isdisjoint(name for name in names if BREAK in name)

    @cached_property
    def _spoken(self) -> set[str]:
        return {BREAK.join(self._shared[first]) for first in self._varied if first not in self._plain}

    def split(self, rest: str) -> tuple[str, str]:
        """Name and text of `name : text`."""
        segments = rest[:_MAX_REST].split(BREAK)
        for n_segments in range(len(segments) - 1, 1, -1):
            name = BREAK.join(segments[:n_segments])
            if len(name) <= _MAX_NAME and (name in self._plain or name in self._heard):
                return name, rest[len(name) + len(BREAK) :]
        shared = None if segments[0] in self._plain else self._shared.get(segments[0])
        name = BREAK.join(shared) if shared and segments[0] in self._varied else segments[0]
        return name, rest[len(name) + len(BREAK) :]
