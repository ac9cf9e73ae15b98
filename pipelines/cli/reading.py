"""`gotgan read`: what a reader makes of one file. Needs no home and stores nothing."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.cli.console import HomeOption, JsonOption, fail, print_json, settings_of, words
from schemas.conversations import Message, MessageKind, Transcript
from schemas.elements import Element, Reading
from schemas.identity import digest_bytes
from schemas.outcome import Failed, Outcome, reason_of


def read(
    file: Annotated[Path, typer.Argument(help="읽을 파일")],
    home: HomeOption = None,
    as_json: JsonOption = False,
    grammar: Annotated[
        Path | None, typer.Option(help="메신저 내보내기를 읽을 문법 파일 (docs/messenger-grammars.md)")
    ] = None,
) -> None:
    """파일 하나를 읽어 요소와 표, 메신저 대화를 보인다. 아무것도 저장하지 않는다."""
    settings = settings_of(home)
    try:
        content = file.read_bytes()
    except OSError as failure:
        raise typer.Exit(fail(f"{file}: {failure.strerror}", f"{file}: {failure.strerror}", status=2)) from None
    from pipelines.doors import open_parts
    from schemas.ports import ReadRequest

    request = ReadRequest(content_id=digest_bytes(content), name=file.name, load=lambda: content)
    with open_parts(settings, _grammars(grammar)) as parts:
        _, readings = next(iter(parts.reader().read([request])))
    if as_json:
        print_json(reading_json(file, readings))
        return
    if grammar is not None:
        _print_trial(_grammars(grammar)[0], content, file.name)
    _print_readings(readings)


def _grammars(path: Path | None) -> tuple[str, ...]:
    if path is None:
        return ()
    from connectors.messengers.grammar import parse_grammar

    try:
        text = path.read_text(encoding="utf-8")
        parse_grammar(text)
    except (OSError, ValueError) as failure:
        raise typer.Exit(fail(f"{path}: {failure}", f"{path}: {failure}", status=2)) from None
    return (text,)


def _print_trial(text: str, content: bytes, name: str) -> None:
    """What the grammar makes of the file, for whoever is writing it."""
    from connectors.messengers.contract import ExportFile
    from connectors.messengers.grammar import parse_grammar, preview

    try:
        found = preview(parse_grammar(text), ExportFile.of(content, name))
    except Failed as failure:
        typer.echo(words(f"문법을 시험하지 못함: {failure}", f"grammar not tried: {failure}"))
        return
    lines = ", ".join(f"{kind} {n:,}" for kind, n in found.counts.most_common())
    senders = ", ".join(f"{sender or '-'} {n:,}" for sender, n in found.senders.most_common(10))
    typer.echo(words(f"문법 시험: 줄 {lines}", f"grammar: lines {lines}"))
    typer.echo(words(f"  보낸 사람 {senders or '-'}", f"  senders {senders or '-'}"))
    typer.echo(words(f"  알아들은 바이트 {found.share:.1%}", f"  understood {found.share:.1%} of the bytes"))
    if not found.is_recognised:
        typer.echo(words("  이 파일의 첫머리가 begin에 맞지 않음", "  the file does not begin as `begin` says"))
    if found.is_backwards:
        typer.echo(words("  시각이 거꾸로 감", "  times run back"))
    for number, line in found.unread:
        typer.echo(words(f"  알아듣지 못한 {number}행: {line}", f"  line {number} not understood: {line}"))


def reading_json(file: Path, readings: list[Reading]) -> dict[str, Any]:
    """The contract of `gotgan read --json`: the file's verdict, and its own and its members' elements."""
    own = readings[0]
    return {
        "file": str(file),
        "format": own.format,
        "outcome": own.outcome.value,
        "reason": own.reason,
        "detail": own.detail,
        "title": own.title,
        "coverage": own.coverage,
        "completeness": own.completeness.model_dump() if own.completeness else None,
        "flags": own.flags,
        "properties": {found.name: found.value for found in own.properties},
        "reader": own.reader,
        "n_masked": sum(reading.n_masked for reading in readings),
        "elements": [_element_json(reading, element) for reading in readings for element in reading.elements],
        "conversations": [conversation_json(transcript) for reading in readings for transcript in reading.transcripts],
        "understood": _understood_json(own),
        "members": [
            {
                "path": reading.member_path,
                "format": reading.format,
                "outcome": reading.outcome.value,
                "reason": reading.reason,
                "detail": reading.detail,
            }
            for reading in readings[1:]
        ],
    }


def conversation_json(transcript: Transcript) -> dict[str, Any]:
    """A conversation of an export: its room, its people, its messages in the order of the export."""
    room = transcript.conversation
    return {
        "title": room.title,
        "kind": room.kind.value,
        "application": room.application,
        "native_id": room.native_id,
        "workspace": room.workspace,
        "dialect": room.dialect,
        "exported_at": _iso(room.exported_at),
        "participants": [asdict(person) for person in room.participants],
        "messages": [_message_json(message) for message in transcript.messages],
    }


def _message_json(message: Message) -> dict[str, Any]:
    return {
        "sent_at": message.sent_at.isoformat(),
        "precision": message.precision.value,
        "is_offset_assumed": message.is_offset_assumed,
        "is_time_assumed": message.is_time_assumed,
        "sender": message.sender,
        "sender_id": message.sender_id,
        "text": message.text,
        "kind": message.kind.value,
        "native_id": message.native_id,
        "reply_to": message.reply_to,
        "thread_id": message.thread_id,
        "edited_at": _iso(message.edited_at),
        "deleted_at": _iso(message.deleted_at),
        "forwarded_from": message.forwarded_from,
        "reactions": [asdict(found) for found in message.reactions],
        "attachments": [asdict(found) for found in message.attachments],
        "events": [asdict(found) | {"at": _iso(found.at)} for found in message.events],
        "source": asdict(message.source),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _understood_json(own: Reading) -> dict[str, Any] | None:
    if own.account is None:
        return None
    return {"bytes": own.account.n_bytes, "understood": own.account.n_understood, "share": own.coverage}


def _element_json(reading: Reading, element: Element) -> dict[str, Any]:
    locator = element.locator
    if reading.member_path and not locator.member:
        locator = locator.model_copy(update={"member": reading.member_path})
    return {
        "kind": element.kind.value,
        "text": element.text,
        "level": element.level,
        "page": element.page,
        "sheet": element.sheet,
        "section_path": element.section_path,
        "locator": str(locator),
        "table": _table_json(element),
        "parent": list(element.parent) if element.parent else None,
        "flags": element.flags,
        "links": element.links,
        "confidence": element.confidence,
    }


def _table_json(element: Element) -> dict[str, Any] | None:
    if element.table is None:
        return None
    table = element.table.model_dump()
    marks = {(mark.row, mark.col): mark.model_dump(exclude={"row", "col"}) for mark in element.marks}
    for cell in table["cells"]:
        cell.update(marks.get((cell["row"], cell["col"]), {}))
    return table


def _print_readings(readings: list[Reading]) -> None:
    for reading in readings:
        name = reading.member_path or reading.name
        typer.echo(f"{name}: {_verdict(reading)}")
        for transcript in reading.transcripts:
            _print_transcript(transcript)
        for element in reading.elements:
            mark = "#" * min(element.level or 1, 6) + " " if element.kind.value == "title" else ""
            grid = element.table
            size = words(f"[표 {grid.n_rows}×{grid.n_cols}] ", f"[table {grid.n_rows}×{grid.n_cols}] ") if grid else ""
            typer.echo(f"  {size}{mark}{element.text}")


def _print_transcript(transcript: Transcript) -> None:
    room = transcript.conversation
    count = words(f"메시지 {len(transcript.messages):,}건", f"{len(transcript.messages):,} messages")
    typer.echo(f"  # {room.title or '-'} ({room.application}, {room.kind.value}): {count}")
    for message in transcript.messages:
        mark = "" if message.kind is MessageKind.TEXT else f"<{message.kind.value}> "
        line = message.source.line_start
        typer.echo(
            f"  {f'{line:>6} ' if line else ''}[{message.sent_at:%Y-%m-%d %H:%M} {message.sender}] {mark}{message.text}"
        )


def _verdict(reading: Reading) -> str:
    size = len(reading.elements) or sum(len(transcript.messages) for transcript in reading.transcripts)
    shape = f"{reading.format or '?'} · {reading.reader or '-'} · {size}"
    if reading.outcome is Outcome.KEPT:
        masked = words(f", 가린 번호 {reading.n_masked}", f", masked {reading.n_masked}") if reading.n_masked else ""
        coverage = words("완전성", "coverage")
        measured = "" if reading.coverage is None else f", {coverage} {reading.coverage:.1%}"
        flags = f" [{', '.join(reading.flags)}]" if reading.flags else ""
        return shape + measured + masked + flags
    reason = reason_of(reading.reason or "reader_failed")
    detail = f" — {reading.detail}" if reading.detail else ""
    return f"{words(reason.korean, reason.english)} ({reason.code}){detail}"
