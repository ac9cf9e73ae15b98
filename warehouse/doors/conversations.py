"""What was said, as doors show it: a window is matched, its whole session shown; room, time, speaker and line are cited.

A figure in a message is nobody's official figure, and every citation of one says so.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import Any

import pyarrow as pa

from schemas.access import Principal
from schemas.provenance import Locator
from schemas.records.session import Session, SessionLine
from warehouse.doors.session import Pinned, Place
from warehouse.lake import CATALOG
from warehouse.sessions import MAIL, application_label, session_text

UNCONFIRMED = "미확정"


@dataclass(frozen=True, slots=True)
class Said:
    """A window of a session that the asker may read, and the export that shows it to him.

    `places` are those of the export that is cited first, then others that hold the session too.
    """

    chunk_id: str
    session: Session
    lines: tuple[SessionLine, ...]
    places: tuple[Place, ...]
    where: str
    """Lines or record of the export, in words."""
    cautions: tuple[str, ...] = ()
    """What in the session reads like an instruction to a machine."""

    @property
    def text(self) -> str:
        """The whole session."""
        return session_text(self.session)

    @property
    def words(self) -> str:
        """Room, time and speaker of the window, and that nothing in it is confirmed."""
        first = self.lines[0]
        zone = timezone(timedelta(minutes=first.utc_offset_minutes))
        speakers = ", ".join(dict.fromkeys(line.sender for line in self.lines if line.sender))
        when = f"{first.sent_at.astimezone(zone):%Y-%m-%d %H:%M}"
        what = "메일" if self.session.headings[0].startswith(application_label(MAIL)) else "메신저 대화"
        return f"{what}, {UNCONFIRMED} · {self.session.headings[0]} · {when} {speakers}"


def find_said(
    pinned: Pinned,
    principal: Principal,
    *,
    passage_ids: Sequence[str] = (),
    chunk_ids: Sequence[str] = (),
    keep: Callable[[dict[str, tuple[Place, ...]]], dict[str, tuple[Place, ...]]] | None = None,
) -> list[tuple[str, Said]]:
    """(passage id, window) of every window with one of the ids that the principal may read, in no order.

    Args:
        pinned: the publication.
        principal: who asks.
        passage_ids: ids of passages that are wanted.
        chunk_ids: ids of windows that are wanted.
        keep: given the places of the exports of sessions, by the sessions' ids, those that may be shown; all if None.
    """
    if not pinned.holds_conversations:
        return []
    chunks = [*pinned.chunks.of_passages(passage_ids), *pinned.chunks.of_chunks(chunk_ids)]
    wanted = pa.table({"session_id": pa.array(sorted({chunk["text_id"] for chunk in chunks}), pa.string())})
    with pinned.lake.registered(wanted_sessions=wanted):
        rows = pinned.lake.rows(f"FROM {CATALOG}.index.session SEMI JOIN wanted_sessions USING (session_id)")
    known = {row["session_id"]: Session.model_validate(row) for row in rows}
    own_chunks = {chunk["chunk_id"]: chunk for chunk in chunks if chunk["text_id"] in known}
    ordered = sorted(own_chunks.values(), key=lambda chunk: (chunk["passage_id"], chunk["chunk_id"]))
    windows = [(chunk, known[chunk["text_id"]]) for chunk in ordered]
    sessions = {session.session_id: session for _, session in windows}
    places = _places(pinned, principal, sessions.values())
    if keep is not None:
        places = keep(places)
    shown = [(own, session) for own, session in windows if places.get(session.session_id)]
    lines = [tuple(session.lines[own["first_ordinal"] : own["last_ordinal"] + 1]) for own, session in shown]
    wheres = _wheres(
        pinned,
        [(places[session.session_id][0].content_id, part) for (_, session), part in zip(shown, lines, strict=True)],
    )
    return [
        (
            own["passage_id"],
            Said(
                chunk_id=own["chunk_id"],
                session=session,
                lines=part,
                places=places[session.session_id],
                where=where,
                # A publication from before cautions has no such column.
                cautions=tuple(own.get("cautions") or ()),
            ),
        )
        for (own, session), part, where in zip(shown, lines, wheres, strict=True)
    ]


def _places(pinned: Pinned, principal: Principal, sessions: Iterable[Session]) -> dict[str, tuple[Place, ...]]:
    """For each session's id the places of its exports that the principal may read, newest first."""
    held = list(sessions)
    pairs = [(content_id, session.scope) for session in held for content_id in session.content_ids]
    by_content = pinned.places_in_rooms(pairs, principal)
    found = {}
    for session in held:
        own = [by_content.get((content_id, session.scope), []) for content_id in session.content_ids]
        places = sorted(itertools.chain(*own), key=lambda place: (str(place.modified_at), place.path), reverse=True)
        found[session.session_id] = tuple(places)
    return found


def where_in(pinned: Pinned, content_id: str, lines: Iterable[SessionLine]) -> str:
    """Where messages stand in one export, in words: its lines, or its records from the first to the last."""
    return _wheres(pinned, [(content_id, tuple(lines))])[0]


def _wheres(pinned: Pinned, asked: Sequence[tuple[str, Sequence[SessionLine]]]) -> list[str]:
    """Where the messages of each window stand in the export that it is cited from."""
    if not asked:
        return []
    pairs = [(number, content_id, line.message_id) for number, (content_id, own) in enumerate(asked) for line in own]
    numbers, contents, messages = zip(*sorted(set(pairs)), strict=True)
    wanted = pa.table(
        {
            "number": pa.array(numbers, pa.int64()),
            "content_id": pa.array(contents, pa.string()),
            "message_id": pa.array(messages, pa.string()),
        }
    )
    with pinned.lake.registered(wanted_messages=wanted):
        rows = pinned.lake.rows(
            f"""SELECT w.number, s.line_start, coalesce(s.line_end, s.line_start) AS line_end, s.record
                FROM {CATALOG}.core.message_source s JOIN wanted_messages w USING (content_id, message_id)
                ORDER BY w.number, s.conversation_no, s.ordinal"""
        )
    by_number: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        by_number.setdefault(row["number"], []).append(row)
    return [_where(by_number.get(number, [])) for number in range(len(asked))]


def _where(rows: Sequence[dict[str, Any]]) -> str:
    records = [row["record"] for row in rows if row["record"]]
    starts = [row["line_start"] for row in rows if row["line_start"] is not None]
    ends = [row["line_end"] for row in rows if row["line_end"] is not None]
    lines_in_words = str(Locator(line_start=min(starts, default=None), line_end=max(ends, default=None)))
    return " · ".join(filter(None, (_span(records), lines_in_words)))


def _span(records: Sequence[str]) -> str:
    """`예산협업/2026-03-10.json#14~17` for records of one file, else the first and the last of them."""
    if not records or records[0] == records[-1]:
        return records[0] if records else ""
    file, _, number = records[-1].rpartition("#")
    return f"{records[0]}~{number if records[0].startswith(f'{file}#') else records[-1]}"


def attachments_of(pinned: Pinned, principal: Principal, said: Said) -> list[str]:
    """The files that came with the messages of a window, each with a place of it that the principal may read."""
    wanted = pa.table({"message_id": pa.array([line.message_id for line in said.lines], pa.string())})
    with pinned.lake.registered(wanted_messages=wanted):
        rows = pinned.lake.rows(
            f"""SELECT a.name, k.content_id FROM {CATALOG}.core.attachment a SEMI JOIN wanted_messages USING (message_id)
                JOIN {CATALOG}.core.attachment_link k USING (attachment_id) ORDER BY a.name, k.content_id"""
        )
    places = pinned.places([row["content_id"] for row in rows], principal)
    found = (f"첨부 {row['name']}: {places[row['content_id']][0].shown}" for row in rows if row["content_id"] in places)
    return list(dict.fromkeys(found))


def attached_to(pinned: Pinned, principal: Principal, content_id: str) -> list[str]:
    """The messages that a file came with, as far as the principal may read them: room, time and sender."""
    if not pinned.holds_conversations:
        return []
    rows = pinned.lake.rows(
        f"""SELECT DISTINCT a.message_id, c.chunk_id FROM {CATALOG}.core.attachment_link k
            JOIN {CATALOG}.core.attachment a USING (attachment_id)
            JOIN {CATALOG}.index.session s ON list_contains([line.message_id FOR line IN s.lines], a.message_id)
            JOIN {CATALOG}.index.chunk c ON c.text_id = s.session_id
            WHERE k.content_id = $content ORDER BY a.message_id, c.chunk_id""",
        {"content": content_id},
    )
    messages = {row["message_id"] for row in rows}
    found: list[str] = []
    for _, said in find_said(pinned, principal, chunk_ids=[row["chunk_id"] for row in rows]):
        for line in said.session.lines:
            if line.message_id in messages:
                zone = timezone(timedelta(minutes=line.utc_offset_minutes))
                when = f"{line.sent_at.astimezone(zone):%Y-%m-%d %H:%M}"
                found.append(f"{said.session.headings[0]}에 첨부됨: {when} {line.sender}")
    return sorted(set(found))
