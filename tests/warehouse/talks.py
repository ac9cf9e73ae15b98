"""Nights over exports of messengers, on a real lake with real exports; only the model and the sandbox are stand-ins.

night = Talks(home, lake, clock, source, register_of(예산=["group:예산"]))
(share / "a.txt").write_text(kakao("예산", [("9:01", "총괄담당", "자료 올렸습니다")]))
night.run()
"""

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from connectors.messengers.roomnames import hide_rooms
from connectors.reading import fingerprint, read_blob
from schemas.access import Principal
from schemas.conversations import SEOUL
from schemas.elements import Reading
from schemas.outcome import Failed, Outcome
from schemas.ports import ReadRequest, Source
from schemas.scope import Register, Scope
from warehouse.clock import Clock
from warehouse.doors.session import IndexIdentity, Session
from warehouse.lake import CATALOG, Lake, local_place
from warehouse.layout import Home
from warehouse.marts import discover_marts
from warehouse.night import Night
from warehouse.night_ports import NightPorts
from warehouse.placements import DeletionRule
from warehouse.publication import Current, IndexModel
from warehouse.serving import audiences

LIMIT_BYTES = 1 << 24
WEEKDAYS = "월화수목금토일"
Line = tuple[str, str, str]


def register_of(**access: Sequence[str]) -> Register:
    """Rooms that are registered by their titles, each with the tokens of which one is needed."""
    return Register(
        scopes=tuple(Scope(name=title, titles=(title,), access=tuple(tokens)) for title, tokens in access.items())
    )


def kakao(title: str, lines: Iterable[Line], day: date = date(2026, 3, 10)) -> str:
    """An export of KakaoTalk for Windows: (`9:01` or `14:01`, speaker, text) of one day."""
    head = [f"{title} 님과 카카오톡 대화", "저장한 날짜 : 2026-04-01 10:44:52", ""]
    head.append(f"--------------- {day.year}년 {day.month}월 {day.day}일 {WEEKDAYS[day.weekday()]}요일 ---------------")
    return "\n".join([*head, *(f"[{who}] [{_stamp(at)}] {text}" for at, who, text in lines), ""])


def android(title: str, lines: Iterable[Line], day: date = date(2026, 3, 10)) -> str:
    """The same as KakaoTalk for Android writes it."""
    head = [f"{title} 3 님과 카카오톡 대화", "저장한 날짜 : 2026년 4월 1일 오후 5:45", "", ""]
    at_day = f"{day.year}년 {day.month}월 {day.day}일"
    rows = list(lines)
    first = [f"{at_day} {_stamp(rows[0][0])}"] if rows else []
    return "\n".join([*head, *first, *(f"{at_day} {_stamp(at)}, {who} : {text}" for at, who, text in rows), ""])


def _stamp(at: str) -> str:
    hour, minute = map(int, at.split(":"))
    return f"{'오전' if hour < 12 else '오후'} {(hour - 1) % 12 + 1}:{minute:02}"


def lines_of(n: int, start: str = "9:00", step: int = 1, word: str = "예산안") -> list[Line]:
    """Messages that follow one another, all different."""
    hour, minute = map(int, start.split(":"))
    at = datetime(2026, 3, 10, hour, minute, tzinfo=SEOUL)
    people = ("총괄담당", "복지담당", "국토담당")
    return [
        (f"{(at + timedelta(minutes=k * step)):%-H:%M}", people[k % 3], f"{word} 검토 의견 {k}번을 보냅니다")
        for k in range(n)
    ]


def slack(files: dict[str, bytes] | None = None, **channels: Sequence[dict[str, Any]]) -> bytes:
    """A workspace's archive: the records of each channel, and files that lie in it."""
    people = {"U01CHIEF00": "총괄담당", "U02WELF000": "복지담당"}
    users = [{"id": key, "name": key, "profile": {"display_name": name}} for key, name in people.items()]
    listed = [
        {"id": f"C{number:09}", "name": name, "created": 1, "members": list(people)}
        for number, name in enumerate(channels)
    ]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("users.json", json.dumps(users))
        target.writestr("channels.json", json.dumps(listed))
        for name, records in channels.items():
            target.writestr(f"{name}/2026-03-02.json", json.dumps(list(records), ensure_ascii=False))
        for name, content in (files or {}).items():
            target.writestr(name, content)
    return buffer.getvalue()


def said(second: int, text: str, user: str = "U01CHIEF00", **more: Any) -> dict[str, Any]:
    """A record of Slack."""
    return {"type": "message", "user": user, "text": text, "ts": f"{1772409600 + second}.000100", **more}


def packed(members: dict[str, bytes]) -> bytes:
    """A ZIP file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return buffer.getvalue()


@dataclass
class OpenReader:
    """The real reading, in this process."""

    register: Register
    read_names: list[str] = field(default_factory=list)
    level: str = "none"

    @property
    def fingerprint(self) -> str:
        return fingerprint()

    def read(self, requests: Iterable[ReadRequest]) -> Iterator[tuple[str, list[Reading]]]:
        """Yield each request's readings, under the id that was asked for as the sandbox does."""
        from connectors.isolation.host import _of_the_whole

        for request in requests:
            self.read_names.append(request.name)
            try:
                content = request.load()
            except Failed as failure:
                kept = {"content_id": request.content_id, "name": request.name, "size_bytes": 0}
                yield request.content_id, [Reading(outcome=Outcome.QUARANTINED, reason=failure.reason, **kept)]
                continue
            told = self.register.model_dump(mode="json")
            readings = read_blob(content, request.name, is_released=request.is_released, register=told)
            yield request.content_id, _of_the_whole(readings, request.content_id, content)


@dataclass(eq=False)
class WordVectors:
    """A model that knows words by their hashes: equal words lie together."""

    fingerprint: str = "words"
    dimension: int = 64
    n_embedded: int = 0

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Words of each text."""
        return [len(words(text)) for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> Any:
        """A row a text."""
        self.n_embedded += len(texts)
        return self.embed_queries(texts)

    def embed_queries(self, texts: Sequence[str]) -> Any:
        """A row a text."""
        rows = np.full((len(texts), self.dimension), 0.01, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words(text):
                row[sum(word.encode()) % self.dimension] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def index_model(model: WordVectors) -> IndexModel:
    """What a publication says of a model that works beside the words of these tests."""
    return IndexModel(embedder=model.fingerprint, dimension=model.dimension, folder="-", analyser="words")


def words(text: str) -> list[str]:
    """Words without their endings, more or less."""
    return [word[:2] for word in re.findall(r"\w+", text)]


@dataclass
class Talks:
    """Nights of one home over one source, one after another on the open lake."""

    home: Home
    lake: Lake
    clock: Clock
    sources: list[Source]
    register: Register = field(default_factory=Register)
    rule: DeletionRule = field(default_factory=lambda: DeletionRule(grace=timedelta(0)))
    model: WordVectors = field(default_factory=WordVectors)
    earlier_models: list[WordVectors] = field(default_factory=list)
    principals: list[Principal] = field(default_factory=list)
    read_names: list[str] = field(default_factory=list)

    @property
    def reader(self) -> OpenReader:
        """The reader for the register of now."""
        return OpenReader(self.register, self.read_names)

    def night(self) -> Night:
        """A night that has done nothing yet."""
        by_name = {source.name: source for source in self.sources}
        holders: dict[str, list[frozenset[str]]] = {}
        for one in self.principals:
            if one.clearance:
                holders.setdefault(one.clearance, []).append(one.tokens)
        ports = NightPorts(
            reader=lambda: self.reader,
            embedder=lambda: self.model,
            model_fingerprint=lambda: self.model.fingerprint,
            dimension=lambda: self.model.dimension,
            analyse=lambda texts: [" ".join(words(text)) for text in texts],
            analyser_fingerprint=lambda: "words",
            index_model=lambda: index_model(self.model),
            secret_name=lambda path: "대외비" if "대외비" in path else None,
            fetch=lambda name, raw_path: by_name[name].fetch(raw_path, LIMIT_BYTES),
            audiences=audiences(holders),
            limit_bytes=LIMIT_BYTES,
            deletion=self.rule,
            progress=lambda step, done, total: None,
            children_usage=lambda: (0.0, 0.0),
            register=self.register,
            shown_path=lambda path: hide_rooms(path, self.register),
        )
        place = local_place(self.home.catalog_file, self.home.data_folder)
        return Night(self.home, place, ports, self.clock, self.lake, self.clock.new_id(), self.clock.now())

    def converse(self) -> Night:
        """A night up to the links of attachments."""
        night = self.night()
        night.take_decisions()
        for source in self.sources:
            night.receive(source)
        night.read()
        night.converse()
        night.link_attachments()
        return night

    def run(self) -> tuple[Night, Current]:
        """A whole night."""
        night = self.converse()
        night.chunk()
        night.embed()
        for mart in discover_marts().values():
            night.build(mart)
        current, _ = night.publish()
        return night, current

    def session(self) -> Session:
        """A consumer's session on what is public."""
        place = local_place(self.home.catalog_file, self.home.data_folder)
        return Session(
            self.home,
            place,
            self._made_by,
            lambda text: " ".join(words(text)),
            lambda current: IndexIdentity(
                self._made_by(current).fingerprint, "words", self._made_by(current).dimension
            ),
        )

    def _made_by(self, current: Current) -> WordVectors:
        """The model that made a publication's vectors: that of now, or one that was left for it."""
        wanted = current.index.embedder if current.index else self.model.fingerprint
        return next(model for model in (self.model, *self.earlier_models) if model.fingerprint == wanted)

    def rows(self, table: str, more: str = "") -> list[dict[str, Any]]:
        """Rows of a table at the head."""
        return self.lake.rows(f"FROM {CATALOG}.{table} {more}")

    def messages(self) -> list[str]:
        """The texts that were said, in order."""
        return [row["text"] for row in self.rows("core.message", "ORDER BY conversation_id, ordinal")]


def put(share: Path, **files: str | bytes) -> None:
    """Write files; `a__b` is the name `a.b`."""
    for name, content in files.items():
        path = share / name.replace("__", ".")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
