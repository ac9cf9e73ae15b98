"""Mattermost: the bulk export, one record a line, alone or in the ZIP that it is packed into."""

import io
import json
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from connectors.inflation import inflate, is_encrypted, new_member
from connectors.messengers.contract import ExportFile, Item
from connectors.messengers.json_records import Tally, record_of, records_of, text_of
from connectors.messengers.json_stream import Gap, line_records, pieces
from connectors.messengers.mattermost_posts import (
    Directory,
    channel_key,
    conversation_key,
    conversation_of,
    direct_key,
    messages_of,
)
from connectors.messengers.zip_members import named_members, streamed_member
from schemas.conversations import Conversation
from schemas.outcome import Failed

_POSTS = ("post", "direct_post")
_LISTS = frozenset(
    ["version", "info", "role", "scheme", "team", "channel", "user", "bot", "direct_channel", "emoji", "attachment"]
).union(_POSTS)
_VERSION_LINE = re.compile(r'\{\s*"type"\s*:\s*"version"\s*,\s*"version"\s*:\s*1\b')
_OPEN_BRACE_ALONE = re.compile(r"\s*\{[ \t]*\r?\n")
_MAX_ATTACHMENT_BYTES = 256 << 20
_SAMPLE_LINES = 20


@dataclass(frozen=True, slots=True)
class _Mattermost:
    name: str = "mattermost"
    label: str = "매터모스트"
    version: int = 1
    distributions: tuple[str, ...] = ()
    keeps: tuple[str, ...] = (
        "팀·채널 이름과 참여자",
        "글·답글",
        "직접 메시지",
        "반응·고정·수정 시각",
        "첨부 파일의 경로",
        "들고남 등 알림",
    )
    loses: tuple[str, ...] = ("고유 번호(내보내기에 없어 내용으로 만듦)", "수정하기 전의 글", "지워진 글", "역할·설정")
    holds_many: bool = True

    def sniff(self, file: ExportFile) -> float:
        """By its version line, or by posts."""
        if file.is_zip:
            return _sniff_archive(file)
        return _sniff_text(file.head or "")

    def read(self, file: ExportFile) -> Iterator[Item]:
        """Stream the conversations; one is begun again whenever another came between.

        Raises:
            schemas.outcome.Failed: `corrupt`, `undecodable_text`, `archive_bomb`, `password_archive`.
        """
        if not file.is_zip:
            yield from _read_lines(file, frozenset())
            return
        with file.archive() as archive, _lines_of(archive) as inner:
            yield from _read_lines(inner, frozenset(named_members(archive)))

    def excerpt(self, file: ExportFile, keeps: Callable[[Conversation], bool]) -> bytes:
        """The lines of the kept conversations, and of the teams, channels and people in them.

        Raises:
            schemas.outcome.Failed: as `read`.
        """
        if not file.is_zip:
            return b"".join(_kept_lines(file, keeps, set()))
        buffer = io.BytesIO()
        with file.archive() as archive, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
            members = named_members(archive)
            paths: set[str] = set()
            with (
                _lines_of(archive) as inner,
                target.open(new_member(_jsonl_of(members)), "w", force_zip64=True) as lines,
            ):
                for line in _kept_lines(inner, keeps, paths):
                    lines.write(line)
            for name in sorted({path for kept in paths for path in (kept, f"data/{kept}")} & members.keys()):
                target.writestr(new_member(name), inflate(archive, members[name], _MAX_ATTACHMENT_BYTES))
        return buffer.getvalue()


def _sniff_archive(file: ExportFile) -> float:
    try:
        archive = file.archive()
        members = named_members(archive)
        name = _jsonl_of(members)
        if is_encrypted(members[name]):
            return 0.0
        with streamed_member(archive, name, members[name]) as inner:
            return _sniff_text(inner.head or "")
    except (Failed, RuntimeError):
        return 0.0


def _sniff_text(head: str) -> float:
    if not head.lstrip().startswith("{") or '"type"' not in head:
        return 0.0
    if _VERSION_LINE.match(head.lstrip()):
        return 0.9
    if '"create_at"' not in head:
        return 0.0
    if _OPEN_BRACE_ALONE.match(head):
        file = ExportFile.of(head.encode("utf-8"), "")
        return 0.9 if _is_post({piece.key: piece.value for piece in pieces(file) if not piece.is_item}) else 0.0
    records = [_line(line) for line in head.split("\n")[:_SAMPLE_LINES] if line.strip()]
    # the last line of a head can be cut
    are_all_known = all(_is_known(record) for record in records[: max(1, len(records) - 1)])
    return 0.9 if are_all_known and any(_is_post(record) for record in records) else 0.0


def _line(line: str) -> dict[str, Any]:
    try:
        return record_of(json.loads(line))
    except (ValueError, RecursionError):
        return {}


def _is_known(record: dict[str, Any]) -> bool:
    sort = record.get("type")
    return isinstance(sort, str) and sort in _LISTS and sort in record


def _is_post(record: dict[str, Any]) -> bool:
    sort = record.get("type")
    if sort not in _POSTS:
        return False
    return {"user", "message", "create_at"} <= record_of(record.get(sort)).keys()


def _jsonl_of(members: dict[str, zipfile.ZipInfo]) -> str:
    names = [name for name in members if name.endswith(".jsonl")]
    if not names:
        raise Failed("corrupt", "JSONL이 없음")
    return min(names, key=lambda name: (name.count("/"), posixpath.basename(name) != "import.jsonl", name))


def _lines_of(archive: zipfile.ZipFile) -> AbstractContextManager[ExportFile]:
    members = named_members(archive)
    name = _jsonl_of(members)
    return streamed_member(archive, name, members[name])


def _records(file: ExportFile) -> Iterator[tuple[int, Any, int]]:
    """Number, record and bytes of every record; a single record over many lines is one as well."""
    if _OPEN_BRACE_ALONE.match(file.head or ""):
        found = {piece.key: piece.value for piece in pieces(file) if not piece.is_item}
        if _is_post(found):
            yield 1, found, file.size
            return
    yield from line_records(file)


def _directory(file: ExportFile) -> Directory:
    directory = Directory()
    for _, record, _ in _records(file):
        directory.note(record_of(record))
    return directory


def _read_lines(file: ExportFile, paths: frozenset[str]) -> Iterator[Item]:
    directory = _directory(file)
    tally = Tally()
    key: str | None = None
    seen: set[int] = set()
    for number, value, n_bytes in _records(file):
        record = record_of(value)
        sort = record.get("type")
        if sort not in _POSTS:
            if isinstance(sort, str) and sort in _LISTS:
                tally.count(n_bytes)
            else:
                tally.miss(n_bytes, value)
            continue
        body = record_of(record.get(sort))
        found = list(messages_of(sort, body, number, directory, paths, seen))
        n_missed = found.count(None)
        if n_missed:
            tally.miss(n_bytes * n_missed // len(found), value)
        if n_missed < len(found):
            tally.count(n_bytes - n_bytes * n_missed // len(found))
            if conversation_key(sort, body) != key:
                key = conversation_key(sort, body)
                yield conversation_of(sort, body, directory)
            yield from (message for message in found if message)
    yield tally.result(file.size)


def _kept_lines(file: ExportFile, keeps: Callable[[Conversation], bool], attachment_paths: set[str]) -> Iterator[bytes]:
    """The lines of the excerpt, each with its end. The paths of attachments in them are added to the set."""
    directory = _directory(file)
    decisions: dict[str, bool] = {}
    usernames: set[str] = set()
    for _, value, _ in _records(file):
        record = record_of(value)
        sort = record.get("type")
        if sort in _POSTS:
            conversation = conversation_of(sort, record_of(record.get(sort)), directory)
            if conversation.key not in decisions:
                decisions[conversation.key] = keeps(conversation)
                if decisions[conversation.key]:
                    usernames.update(person.native_id or "" for person in conversation.participants)
                    usernames.update(directory.speakers.get(conversation.key, {}))
                    usernames.update(directory.reacting.get(conversation.key, ()))
    kept = {key for key, is_kept in decisions.items() if is_kept}
    for _, value, _ in _records(file):
        if isinstance(value, Gap):
            continue
        reduced = _reduced(record_of(value), kept, usernames, attachment_paths)
        if reduced:
            yield json.dumps(reduced).encode() + b"\n"


def _reduced(
    record: dict[str, Any], kept: set[str], usernames: set[str], attachment_paths: set[str]
) -> dict[str, Any] | None:
    """A record as far as it belongs to what is kept; None if nothing of it does."""
    sort = record.get("type")
    body = record_of(record.get(sort)) if isinstance(sort, str) else {}
    teams = {key.partition("/")[0] for key in kept if not key.startswith("@")}
    if sort == "version":
        return record
    if sort in _POSTS:
        if conversation_key(sort, body) not in kept:
            return None
        for post in (body, *records_of(body.get("replies"))):
            attachment_paths.update(text_of(item.get("path")) for item in records_of(post.get("attachments")))
        attachment_paths.discard("")
        return record
    if sort == "team":
        return record if text_of(body.get("name")) in teams else None
    if sort == "channel":
        return record if channel_key(text_of(body.get("team")), text_of(body.get("name"))) in kept else None
    if sort == "direct_channel":
        return record if direct_key(body) in kept else None
    if sort == "bot":
        return record if text_of(body.get("username")) in usernames else None
    if sort != "user" or text_of(body.get("username")) not in usernames:
        return None
    reduced_teams = []
    for team in records_of(body.get("teams")):
        name = text_of(team.get("name"))
        channels = [
            channel
            for channel in records_of(team.get("channels"))
            if channel_key(name, text_of(channel.get("name"))) in kept
        ]
        if channels:
            reduced_teams.append({**team, "channels": channels})
    return {"type": "user", "user": {**body, "teams": reduced_teams}}


EXPORT = _Mattermost()
