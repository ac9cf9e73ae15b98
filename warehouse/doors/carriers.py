"""What carried a file: the mails that it lies in and the messages that it was attached to, as one person may see them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from schemas.access import Principal
from warehouse.doors.conversations import find_said
from warehouse.doors.session import Pinned, Place
from warehouse.lake import CATALOG

_MAILS = ("eml", "msg")


class Carrier(BaseModel):
    """A mail or a message that a version came with, as far as the asker may read it; `sent_at` is ISO 8601."""

    model_config = ConfigDict(frozen=True)

    kind: str
    sent_at: str | None
    words: str


def carriers_of(
    pinned: Pinned, principal: Principal, places: Mapping[str, Sequence[Place]]
) -> dict[str, list[Carrier]]:
    """Content → the mails and messages that it came with, as far as the principal may read them, the earliest first.

    Args:
        pinned: the publication.
        principal: who asks.
        places: content → its places that the principal may read.
    """
    found: dict[str, list[Carrier]] = {}
    mails = {place.container_id: place for held in places.values() for place in held if place.member_path}
    asked = pa.table({"content_id": pa.array(sorted(mails), pa.string())})
    with pinned.lake.registered(asked_mails=asked):
        rows = pinned.lake.rows(
            f"""SELECT content_id, title, try_cast(
                       list_filter(properties, p -> p.name = 'created_at')[1].value AS TIMESTAMPTZ) AS sent_at
                FROM {CATALOG}.core.reading SEMI JOIN asked_mails USING (content_id) WHERE format IN {_MAILS}"""
        )
    by_mail = {row["content_id"]: row for row in rows}
    for key, held in places.items():
        for place in held:
            if place.member_path and (row := by_mail.get(place.container_id)):
                words = f"{place.source_name}/{place.path}" + (f" 「{row['title']}」" if row["title"] else "")
                found.setdefault(key, []).append(Carrier(kind="mail", sent_at=_iso(row["sent_at"]), words=words))
    if pinned.holds_conversations:
        for key, carrier in _messages(pinned, principal, sorted(places)):
            found.setdefault(key, []).append(carrier)
    return {key: sorted(set(held), key=lambda one: (one.sent_at or "", one.words)) for key, held in found.items()}


def _messages(pinned: Pinned, principal: Principal, content_ids: Sequence[str]) -> list[tuple[str, Carrier]]:
    """The messages that contents came with, as far as the principal may read them."""
    asked = pa.table({"content_id": pa.array(content_ids, pa.string())})
    with pinned.lake.registered(asked_contents=asked):
        rows = pinned.lake.rows(
            f"""SELECT DISTINCT k.content_id, a.message_id, c.chunk_id FROM {CATALOG}.core.attachment_link k
                SEMI JOIN asked_contents USING (content_id) JOIN {CATALOG}.core.attachment a USING (attachment_id)
                JOIN {CATALOG}.index.session s ON list_contains([line.message_id FOR line IN s.lines], a.message_id)
                JOIN {CATALOG}.index.chunk c ON c.text_id = s.session_id ORDER BY ALL"""
        )
    if not rows:
        return []
    carried: dict[str, set[str]] = {}
    for row in rows:
        carried.setdefault(row["message_id"], set()).add(row["content_id"])
    found: set[tuple[str, Carrier]] = set()
    for _, said in find_said(pinned, principal, chunk_ids=[row["chunk_id"] for row in rows]):
        for line in said.session.lines:
            words = f"{said.session.headings[0]} · {line.sender}"
            carrier = Carrier(kind="message", sent_at=line.sent_at.isoformat(), words=words)
            found |= {(key, carrier) for key in carried.get(line.message_id, ())}
    return sorted(found, key=lambda pair: (pair[0], pair[1].sent_at or "", pair[1].words))


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
