"""Cite: get a passage from the original bytes again, and say whether it still stands there.

The original is decrypted, read again in the sandbox and masked again, so that what is shown is what the file says and
never what an index remembers.
"""

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from schemas.access import Principal
from schemas.elements import Reading
from schemas.ports import Reader, ReadRequest
from schemas.provenance import Locator
from warehouse.blobs import BlobLost, BlobStore
from warehouse.contents import HELD_AS
from warehouse.doors.conversations import Said, attached_to, attachments_of, find_said
from warehouse.doors.search import cite_said, cite_words
from warehouse.doors.session import Pinned, Place, Session
from warehouse.lake import CATALOG
from warehouse.sessions import line_text


class NotHeld(LookupError):
    """No such passage is held for this principal."""


class Citation(BaseModel):
    """A passage with its source, as `gotgan cite --json` prints it.

    `stands` is whether the original says today what the index said; `text` is from the original, masked.
    """

    model_config = ConfigDict(frozen=True)

    chunk_id: str
    document_id: str
    path: str
    locator: str
    text: str
    stands: bool
    citation: str
    how_to_open: str
    read_by: str | None = None
    related: list[str] = []
    """Messages that the file came with, or files that came with the messages, as far as the asker may read them."""


def cite(session: Session, reader: Reader, principal: Principal, chunk_id: str) -> Citation:
    """Look a passage up in its original.

    Raises:
        NotHeld: the passage does not exist, or the principal may read no place of it, or its original was forgotten.
    """
    pinned = session.pinned()
    rows = pinned.lake.rows(
        f"""SELECT c.*, r.content_id FROM {CATALOG}.index.chunk c
            JOIN {CATALOG}.core.reading r ON r.text_id = c.text_id AND r.outcome = 'kept'
            WHERE c.chunk_id = $chunk ORDER BY r.content_id""",
        {"chunk": chunk_id},
    )
    places = pinned.places([row["content_id"] for row in rows], principal)
    visible = [(row, places[row["content_id"]][0]) for row in rows if row["content_id"] in places]
    if not visible:
        return _cite_said(session, reader, principal, chunk_id)
    row, place = visible[0]
    reading = read_again(session, reader, place)
    cited = reading.elements[row["first_ordinal"] : row["last_ordinal"] + 1]
    kept = _kept_elements(pinned, row["content_id"], row["first_ordinal"], row["last_ordinal"])
    locator = str(Locator(**row["locator"]))
    inner = f" 안의 {place.member_path}" if place.member_path else ""
    return Citation(
        chunk_id=chunk_id,
        document_id=row["content_id"],
        path=place.shown,
        locator=locator,
        text="\n".join(element.text for element in cited),
        stands=[element.text for element in cited] == kept,
        citation=cite_words(place.shown, locator, pinned.current.publication_id),
        how_to_open=f"소스 {place.source_name}의 {place.path}{inner}" + (f" — {locator}" if locator else ""),
        read_by=reading.reader,
        related=attached_to(pinned, principal, row["content_id"]),
    )


def _cite_said(session: Session, reader: Reader, principal: Principal, chunk_id: str) -> Citation:
    pinned = session.pinned()
    found = find_said(pinned, principal, chunk_ids=[chunk_id])
    if not found:
        raise NotHeld(chunk_id)
    said = found[0][1]
    place = said.places[0]
    seen = _seen_messages(pinned, place.content_id, said)
    reading = read_again(session, reader, place)
    printed = []
    for row in seen:
        messages = reading.transcripts[row["conversation_no"] - 1].messages if _has(reading, row) else []
        printed.append(messages[row["ordinal"]].text if row["ordinal"] < len(messages) else None)
    inner = f" 안의 {place.member_path}" if place.member_path else ""
    return Citation(
        chunk_id=chunk_id,
        document_id=place.content_id,
        path=place.shown,
        locator=said.where,
        text="\n".join(line_text(line) for line in said.lines),
        stands=printed == [row["text"] for row in seen],
        citation=cite_said(said, pinned.current.publication_id),
        how_to_open=f"소스 {place.source_name}의 {place.path}{inner}" + (f" — {said.where}" if said.where else ""),
        read_by=reading.reader,
        related=attachments_of(pinned, principal, said),
    )


def _has(reading: Reading, row: dict[str, Any]) -> bool:
    return 0 < row["conversation_no"] <= len(reading.transcripts)


def _seen_messages(pinned: Pinned, content_id: str, said: Said) -> list[dict[str, Any]]:
    """The messages of a window as that export prints them."""
    wanted = pa.table({"message_id": pa.array([line.message_id for line in said.lines], pa.string())})
    with pinned.lake.registered(wanted_messages=wanted):
        return pinned.lake.rows(
            f"""SELECT e.conversation_no, e.ordinal, e.text FROM {CATALOG}.core.message_source s
                SEMI JOIN wanted_messages USING (message_id)
                JOIN {CATALOG}.core.export_message e USING (content_id, conversation_no, ordinal)
                WHERE s.content_id = $content ORDER BY conversation_no, ordinal""",
            {"content": content_id},
        )


def read_again(session: Session, reader: Reader, place: Place) -> Reading:
    """The reading of a place's original, decrypted, read and masked anew.

    Raises:
        NotHeld: the original was forgotten, or what is cited is no longer in it.
    """
    try:
        original = BlobStore(session.home).get(_held_as(session, place.container_id))
    except BlobLost as lost:
        raise NotHeld(place.content_id) from lost
    request = ReadRequest(
        content_id=place.container_id,
        name=place.name,
        load=lambda: original,
        is_released=_is_released(session, place.container_id),
    )
    readings: Iterable[Reading] = next(iter(reader.read([request])))[1]
    for reading in readings:
        if reading.content_id == place.content_id:
            return reading
    raise NotHeld(place.content_id)


def _held_as(session: Session, content_id: str) -> str:
    pinned = session.pinned()
    part = pinned.lake.value(HELD_AS, {"content": content_id}) if pinned.holds_conversations else None
    return str(part or content_id)


def _is_released(session: Session, container_id: str) -> bool:
    rows = session.pinned().lake.rows(
        f"FROM {CATALOG}.core.reading WHERE content_id = $content", {"content": container_id}
    )
    # A publication from before there were releases has no such column.
    return any(row.get("released_by") for row in rows)


def _kept_elements(pinned: Pinned, content_id: str, first: int, last: int) -> list[str]:
    rows = pinned.lake.rows(
        f"""SELECT text FROM {CATALOG}.core.element WHERE content_id = $content
            AND ordinal BETWEEN $first AND $last ORDER BY ordinal""",
        {"content": content_id, "first": first, "last": last},
    )
    return [row["text"] for row in rows]
