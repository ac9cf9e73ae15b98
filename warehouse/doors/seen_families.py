"""Families of drafts as one person may see them: made anew from what he may read, as if there were nothing else.

His contents, their places that he may read, the mails and messages that he may read. So no version that is hidden from him joins
two others, sets their order or makes one of them the final one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from schemas.access import Principal
from warehouse.doors.carriers import Carrier, carriers_of
from warehouse.doors.session import Pinned, Place
from warehouse.draft_likeness import Alike, likeness_among
from warehouse.draft_order import Answer
from warehouse.drafts import CONTENTS, contents_of, final_answers, project_facts
from warehouse.families import Content, Family, Spot, make_families
from warehouse.lake import CATALOG


@dataclass(frozen=True)
class Seen:
    """What somebody may read of some contents; `contents` are those that may be drafts."""

    contents: list[Content]
    places: Mapping[str, Sequence[Place]]
    carriers: Mapping[str, Sequence[Carrier]]


def see(pinned: Pinned, principal: Principal, content_ids: Sequence[str]) -> Seen:
    """What the principal may read of some contents, of a publication of any time."""
    places = own_first(pinned.places(content_ids, principal))
    carriers = carriers_of(pinned, principal, places)
    if ("core", "signature") not in pinned.lake.tables():
        return Seen([], places, carriers)
    asked = pa.table({"content_id": pa.array(sorted(places), pa.string())})
    with pinned.lake.registered(readable_drafts=asked):
        rows = pinned.lake.rows(f"FROM ({CONTENTS}) SEMI JOIN readable_drafts USING (content_id) ORDER BY content_id")
        facts = project_facts(pinned.lake, "readable_drafts")
    spots = {key: [_spot(place) for place in held] for key, held in places.items()}
    sent = {
        key: [datetime.fromisoformat(carrier.sent_at) for carrier in held if carrier.sent_at]
        for key, held in carriers.items()
    }
    return Seen(contents_of(rows, facts, spots, sent, _replaced(pinned, principal, places)), places, carriers)


def families_of(
    pinned: Pinned,
    contents: Sequence[Content],
    everybodys: Mapping[str, str],
    alike: Mapping[tuple[str, str], Alike],
) -> list[Family]:
    """The families among contents that somebody may read.

    Args:
        pinned: the publication.
        contents: what he may read, as `see` gives it.
        everybodys: content → the family that it is of for the writer, who reads everything; no family goes beyond one of these.
        alike: how alike the texts are.
    """
    answers = final_answers(pinned.lake, [content.content_id for content in contents])
    groups: dict[str, list[Content]] = {}
    for content in contents:
        if content.content_id in everybodys:
            groups.setdefault(everybodys[content.content_id], []).append(content)
    group_of = {content.text_id: family_id for family_id, held in groups.items() for content in held}
    pairs: dict[str, dict[tuple[str, str], Alike]] = {}
    for (first, second), likeness in alike.items():
        family_id = group_of.get(first)
        if family_id is not None and family_id == group_of.get(second):
            pairs.setdefault(family_id, {})[first, second] = likeness
    return [
        family
        for family_id, held in groups.items()
        if len(held) > 1
        for family in make_families(held, pairs.get(family_id, {}), _own_answers(answers, family_id, held))
    ]


def _own_answers(answers: Mapping[str, Answer], family_id: str, contents: Sequence[Content]) -> dict[str, Answer]:
    """The answers about one family; "none yet" was said of it under the id that it has for everybody together."""
    own = {content.content_id: answers[content.content_id] for content in contents if content.content_id in answers}
    none_yet = answers.get(family_id)
    if none_yet is None:
        return own
    later = {key: held for key, held in own.items() if held.decided_at >= none_yet.decided_at}
    return {content.content_id: none_yet for content in contents} | later


def held_alike(pinned: Pinned, contents: Sequence[Content]) -> dict[tuple[str, str], Alike]:
    """How alike the texts of some contents are, as far as the night has compared them."""
    plain: dict[str, str] = {}
    for content in sorted(contents, key=lambda content: content.text_id):
        plain.setdefault(content.plain_id, content.text_id)
    return likeness_among(pinned.lake, plain)


def own_first(places: Mapping[str, list[Place]]) -> dict[str, list[Place]]:
    """Places where a file lies by itself before those inside archives and mails."""
    return {key: sorted(held, key=lambda place: place.member_path is not None) for key, held in places.items()}


def _spot(place: Place) -> Spot:
    folder, _, name = place.shown.rpartition("/")
    return Spot(
        folder, name, place.modified_at if not place.member_path and isinstance(place.modified_at, datetime) else None
    )


def _replaced(pinned: Pinned, principal: Principal, places: Mapping[str, Sequence[Place]]) -> dict[str, set[str]]:
    """Content → contents that stood at a place of it, where the asker may read the place as it is and as it was."""
    readable = set(pinned.readable_access(principal))
    own = {place.placement_id for held in places.values() for place in held if not place.member_path}
    asked = pa.table({"placement_id": pa.array(sorted(own), pa.string())})
    with pinned.lake.registered(readable_spots=asked):
        rows = pinned.lake.rows(
            f"""SELECT content_id, earlier_contents FROM {CATALOG}.raw.placement SEMI JOIN readable_spots USING (placement_id)
                WHERE len(earlier_contents) > 0"""
        )
    found: dict[str, set[str]] = {}
    for row in rows:
        earlier = {one["content_id"] for one in row["earlier_contents"] if one["access_id"] in readable}
        found.setdefault(row["content_id"], set()).update(earlier)
    return found
