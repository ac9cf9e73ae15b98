"""Cite: get a passage from the original bytes again, and say whether it still stands there.

The original is decrypted, read again in the sandbox and masked again, so that what is shown is what the file says and
never what an index remembers.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from schemas.access import Principal
from schemas.elements import Element, Reading
from schemas.ports import Reader, ReadRequest
from schemas.provenance import Locator
from warehouse.blobs import BlobLost, BlobStore
from warehouse.contents import HELD_AS
from warehouse.doors.conversations import Said, attached_to, attachments_of, find_said
from warehouse.doors.question import Status
from warehouse.doors.search import cite_said
from warehouse.doors.session import Pinned, Place, Session
from warehouse.doors.standing import Earlier, Newest, find_earlier, newest_of
from warehouse.doors.versions import find_versions
from warehouse.doors.wording import cite_words, opening_words, version_words
from warehouse.lake import CATALOG
from warehouse.sessions import line_text
from warehouse.table_text import write_table


class NotHeld(LookupError):
    """No such passage is held for this principal."""


class Citation(BaseModel):
    """A passage with its source, as `gotgan cite --json` prints it.

    `stands` is whether the original says today what the index said; `text` is from the original, masked, of a table the cited
    rows alone. `newest` is what became of it in the newest version of the document that the asker may read. A passage of an
    earlier publication whose file was replaced since does not stand; its text is then as it was published, and `read_by` empty.
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
    status: Status = "final"
    version: str = ""
    newest: Newest | None = None
    cautions: list[str] = []
    """What in the passage reads like an instruction to a machine."""


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
        earlier = find_earlier(pinned, principal, chunk_id)
        return (
            _cite_earlier(pinned, principal, earlier) if earlier else _cite_said(session, reader, principal, chunk_id)
        )
    row, place = visible[0]
    reading = read_again(session, reader, place)
    cited = reading.elements[row["first_ordinal"] : row["last_ordinal"] + 1]
    kept = _kept_elements(pinned, row["content_id"], row["first_ordinal"], row["last_ordinal"])
    locator = str(Locator(**row["locator"]))
    version = find_versions(pinned, principal, [row["content_id"]]).by_content.get(row["content_id"])
    return Citation(
        chunk_id=chunk_id,
        document_id=row["content_id"],
        path=place.shown,
        locator=locator,
        text=_cited_text(cited, row["text"]),
        stands=[element.text for element in cited] == kept,
        citation=cite_words(place.shown, locator, pinned.current.publication_id, version_words(place, version)),
        how_to_open=opening_words(place, locator),
        read_by=reading.reader,
        related=attached_to(pinned, principal, row["content_id"]),
        status=version.status if version else "final",
        version=version_words(place, version),
        newest=newest_of(pinned, principal, row, place),
        cautions=list(row.get("cautions") or ()),
    )


def _cited_text(cited: Sequence[Element], passage: str) -> str:
    """The passage as the original has it: of a part of a table the head and the rows that the passage shows."""
    grid = cited[0].table if len(cited) == 1 else None
    if grid is not None:
        table = write_table(grid)
        lines = set(passage.split("\n"))
        rows = [row.text for row in table.rows if not lines.isdisjoint((row.text, *row.text.split("\n")))]
        if rows:
            return "\n".join(part for part in (table.preamble, *rows) if part)
    return "\n".join(element.text for element in cited)


def _cite_earlier(pinned: Pinned, principal: Principal, earlier: Earlier) -> Citation:
    """A passage of a file that was replaced since: as it was published, and what stands there now."""
    chunk, place = earlier.chunk, earlier.place
    locator = str(Locator(**chunk["locator"]))
    return Citation(
        chunk_id=chunk["chunk_id"],
        document_id=chunk["content_id"],
        path=place.shown,
        locator=locator,
        text=chunk["text"],
        stands=False,
        citation=cite_words(place.shown, locator, earlier.publication_id, chunk["content_id"][:8]),
        how_to_open=opening_words(place, locator),
        version=chunk["content_id"][:8],
        newest=newest_of(pinned, principal, chunk, place),
        cautions=list(chunk.get("cautions") or ()),
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
    return Citation(
        chunk_id=chunk_id,
        document_id=place.content_id,
        path=place.shown,
        locator=said.where,
        text="\n".join(line_text(line) for line in said.lines),
        stands=printed == [row["text"] for row in seen],
        citation=cite_said(said, pinned.current.publication_id),
        how_to_open=opening_words(place, said.where),
        read_by=reading.reader,
        related=attachments_of(pinned, principal, said),
        status="message",
        version=version_words(place),
        cautions=list(said.cautions),
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
