"""Exports of messengers that a site describes itself: one page of expressions for its lines or its blocks, in TOML.

How one is written is told in `docs/messenger-grammars.md`.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from connectors.decoding import codec_of
from connectors.messengers.contract import ExportFile, Item, Line
from connectors.messengers.grammar_blocks import read_blocks
from connectors.messengers.grammar_lines import Account, read_lines
from connectors.messengers.grammar_times import TIME_GROUPS, check_format, has_date, parse_offset
from schemas.conversations import Conversation, Message, MessageKind, Understood
from schemas.outcome import Failed

_HEAD_LINES, _BEGIN_LINES = 400, 40
_CERTAIN, _LIKELY = 0.9, 0.6
_LEAST_SHARE = 0.9
_FIELDS = frozenset({"sender", "ts", "receivers", "title"})
_ERRORS = {
    "missing": "빠졌습니다",
    "extra_forbidden": "모르는 항목입니다 (철자를 보십시오)",
    "string_type": "따옴표로 묶은 글이어야 합니다",
    "bool_type": "true나 false여야 합니다",
    "bool_parsing": "true나 false여야 합니다",
    "list_type": "[ … ]로 묶은 목록이어야 합니다",
    "dict_type": "표([ … ])여야 합니다",
    "model_type": "표([ … ])여야 합니다",
    "string_too_short": "비어 있습니다",
    "too_short": "하나는 있어야 합니다",
    "enum": "모르는 종류입니다",
    "string_pattern_mismatch": "소문자·숫자·줄표(-)·밑줄(_)로 적습니다",
}


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _compiled(expression: str) -> str:
    try:
        re.compile(expression)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"정규식이 틀렸습니다: {expression!r} ({error})") from error
    return expression


_Expression = Annotated[str, Field(min_length=1)]
_Expressions = Annotated[list[_Expression], BeforeValidator(_as_list)]


class Block(BaseModel):
    """An export of notes (쪽지): each begins at a line, has its fields in lines of their own, then its text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: _Expressions = Field(min_length=1)
    fields: dict[str, _Expressions]
    text_after: _Expressions = Field(min_length=1)

    @field_validator("start", "text_after")
    @classmethod
    def _check(cls, expressions: list[str]) -> list[str]:
        return [_compiled(expression) for expression in expressions]

    @field_validator("fields")
    @classmethod
    def _check_fields(cls, fields: dict[str, list[str]]) -> dict[str, list[str]]:
        if strange := sorted(fields.keys() - _FIELDS):
            raise ValueError(f"모르는 칸입니다: {', '.join(strange)} (쓸 수 있는 것: {', '.join(sorted(_FIELDS))})")
        if absent := sorted({"sender", "ts"} - fields.keys()):
            raise ValueError(f"{', '.join(absent)} 칸이 빠졌습니다")
        for name, expressions in fields.items():
            for expression in expressions:
                groups = re.compile(_compiled(expression)).groupindex
                wanted = TIME_GROUPS if name == "ts" else {name}
                if not wanted & groups.keys():
                    raise ValueError(f"{name}의 정규식에 (?P<{name}>…) 그룹이 없습니다: {expression!r}")
        return fields


class Grammar(BaseModel):
    """How one messenger writes its exports: by lines (`message`), or by blocks (`block`).

    Expressions are Python's, matched from the beginning of a line (`re.match`); an item takes one or a list of them.

    Attributes:
        name: application, in small Latin letters.
        label: Korean term for people.
        encoding: of the files; found out strictly where it is not given.
        offset: of the times that are printed; Korea's is assumed where it is not given.
        ts_format: formats of the group `ts`, as in `datetime.strptime`; `오전` and `오후` are `%p`, weekdays are left out.
        title: of the room, with a group `title`; looked for before the first message.
        day: line that gives the day of those after it, with groups `y m d` or `ts`.
        message: line that begins a message, with groups `sender`, `text`, and `H M` (also `y m d S ap`) or `ts`.
        system: line of the messenger itself; its text is the group `text`, or the line.
        ignore: lines that say nothing: headers, separators.
        continuation: whether other lines belong to the message above.
        newest_first: the newest message stands first, so that times must run back.
        placeholders: expression for a whole text, and what kind of message it stands for; a group `name` is a file's.
        begin: expressions each of which must match one of the first 40 lines, so that a file is taken for such an export.
        block: for exports in blocks.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")
    label: str = Field(min_length=1)
    encoding: str | None = None
    offset: str | None = None
    ts_format: _Expressions = []
    title: _Expressions = []
    day: _Expressions = []
    message: _Expressions = []
    system: _Expressions = []
    ignore: _Expressions = []
    continuation: bool = True
    newest_first: bool = False
    placeholders: dict[str, MessageKind] = {}
    begin: _Expressions = []
    block: Block | None = None

    @field_validator("title", "day", "message", "system", "ignore", "begin")
    @classmethod
    def _check_expressions(cls, expressions: list[str]) -> list[str]:
        return [_compiled(expression) for expression in expressions]

    @field_validator("ts_format")
    @classmethod
    def _check_formats(cls, formats: list[str]) -> list[str]:
        return [check_format(ts_format) for ts_format in formats]

    @field_validator("placeholders")
    @classmethod
    def _check_placeholders(cls, placeholders: dict[str, MessageKind]) -> dict[str, MessageKind]:
        for expression in placeholders:
            _compiled(expression)
        return placeholders

    @field_validator("encoding")
    @classmethod
    def _check_encoding(cls, encoding: str | None) -> str | None:
        if encoding is not None and codec_of(encoding) is None:
            raise ValueError(f"모르는 인코딩입니다: {encoding!r} (예: utf-8, cp949)")
        return encoding

    @field_validator("offset")
    @classmethod
    def _check_offset(cls, offset: str | None) -> str | None:
        if offset is not None:
            parse_offset(offset)
        return offset

    @model_validator(mode="after")
    def _check_groups(self) -> Self:
        if bool(self.message) == (self.block is not None):
            raise ValueError("message와 [block] 가운데 꼭 하나를 적습니다")
        for expression in self.title:
            _demand(expression, "title", {"title"})
        for expression in self.day:
            groups = re.compile(expression).groupindex.keys()
            if not ({"y", "m", "d"} <= groups or "ts" in groups):
                raise ValueError(f"day의 정규식에 y, m, d 그룹(또는 ts)이 없습니다: {expression!r}")
        is_any_dated = any(map(has_date, self.ts_format))
        for expression in self.message:
            _demand(expression, "message", {"sender", "text"})
            groups = re.compile(expression).groupindex.keys()
            if "ts" not in groups and not {"H", "M"} <= groups:
                raise ValueError(f"message의 정규식에 시각이 없습니다(H와 M 그룹, 또는 ts): {expression!r}")
            is_dated = is_any_dated if "ts" in groups else {"y", "m", "d"} <= groups
            if not is_dated and not self.day:
                raise ValueError(f"message에 날짜가 없으면 day가 있어야 합니다: {expression!r}")
        if self._uses_ts and not self.ts_format:
            raise ValueError('ts 그룹을 쓰면 ts_format이 있어야 합니다 (예: "%Y-%m-%d %H:%M")')
        return self

    @property
    def _uses_ts(self) -> bool:
        in_block = self.block.fields["ts"] if self.block else []
        expressions = [*self.message, *self.day, *self.system, *in_block]
        return any("ts" in re.compile(expression).groupindex for expression in expressions)


def _demand(expression: str, item: str, names: set[str]) -> None:
    absent = sorted(names - re.compile(expression).groupindex.keys())
    if absent:
        groups = ", ".join(f"(?P<{name}>…)" for name in absent)
        raise ValueError(f"{item}의 정규식에 {groups} 그룹이 없습니다: {expression!r}")


def parse_grammar(text: str) -> Grammar:
    """A grammar from its TOML.

    Raises:
        ValueError: what is wrong, line by line, in words for its author.
    """
    try:
        return Grammar.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"TOML이 틀렸습니다: {error} (정규식은 작은따옴표로 묶으십시오)") from error
    except ValidationError as error:
        problems = [_problem(found["type"], found["loc"], found["msg"]) for found in error.errors()]
        raise ValueError("\n".join(problems)) from error
    except RecursionError as error:
        raise ValueError("TOML이 너무 깊이 들어 있습니다") from error


def _problem(kind: str, path: tuple[int | str, ...], message: str) -> str:
    place = ".".join(str(part) for part in path if not isinstance(part, int))
    said = _ERRORS.get(kind) or message.removeprefix("Value error, ")
    if kind == "enum":
        said += f" (쓸 수 있는 것: {', '.join(MessageKind)})"
    return f"{place}: {said}" if place else said


class GrammarExport:
    """An export that a grammar describes, as applications offer theirs."""

    version: int = 1
    distributions: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ("문법이 이름 붙인 것: 보낸이, 시각, 글, 방 이름",)
    loses: tuple[str, ...] = ("문법이 이름 붙이지 않은 것", "첨부의 내용")
    holds_many: bool = False

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.name = grammar.name
        self.label = grammar.label

    def sniff(self, file: ExportFile) -> float:
        """Certain where all of `begin` is found; without `begin`, likely where nearly all of the head is understood."""
        try:
            head = self._head(file)
            if head is None:
                return 0.0
            if self.grammar.begin:
                first = head[:_BEGIN_LINES]
                is_begun = all(any(re.match(begin, line.text) for line in first) for begin in self.grammar.begin)
                return _CERTAIN if is_begun else 0.0
            account = Account(sum(line.n_bytes for line in head))
            n_messages = sum(isinstance(item, Message) for item in _read(self.grammar, iter(head), account))
            share = account.n_understood / account.n_bytes if account.n_bytes else 0.0
            n_own = account.n_bytes and account.counts["message"] / max(1, len(head) - account.counts["blank"])
        except (Failed, OSError, ValueError, RecursionError, OverflowError):
            return 0.0
        return _LIKELY if n_messages >= 2 and share >= _LEAST_SHARE and n_own >= 0.1 else 0.0

    def read(self, file: ExportFile) -> Iterator[Item]:
        """Stream the export, line by line.

        Raises:
            schemas.outcome.Failed: `undecodable_text`.
        """
        account = Account(file.size)
        try:
            yield from _read(self.grammar, self._with_encoding(file).lines(), account)
        except UnicodeDecodeError as error:
            raise Failed("undecodable_text", f"{self.grammar.encoding}(으)로 읽을 수 없음") from error
        yield account.understood()

    def excerpt(self, file: ExportFile, keeps: Callable[[Conversation], bool]) -> bytes:
        """Never called: such an export holds one conversation."""
        raise AssertionError("an export of one conversation is kept whole or not at all")

    def _with_encoding(self, file: ExportFile) -> ExportFile:
        codec = codec_of(self.grammar.encoding)
        if codec is None:
            return file
        own = replace(file)
        own.encoding = "utf-8-sig" if codec == "utf-8" else codec
        return own

    def _head(self, file: ExportFile) -> list[Line] | None:
        text = file.head
        if text is None and self.grammar.encoding:
            text = file.start.decode(codec_of(self.grammar.encoding) or "ascii", "ignore").removeprefix("\ufeff")
        if not text:
            return None
        raws = re.split(r"(?<=\n)", text)[:_HEAD_LINES]
        return [
            Line(number, raw.removesuffix("\n").removesuffix("\r"), len(raw.encode("utf-8", "replace")))
            for number, raw in enumerate(raws, start=1)
            if raw
        ]


def _read(grammar: Grammar, lines: Iterator[Line], account: Account) -> Iterator[Item]:
    return read_blocks(grammar, lines, account) if grammar.block else read_lines(grammar, lines, account)


@dataclass(slots=True)
class Preview:
    """What a grammar makes of a file, for whoever is writing it.

    Attributes:
        counts: lines by what they were taken for: `message`, `day`, `system`, `ignored`, `title`, `continuation`, `blank`,
            `unread`.
        unread: the first lines that were not understood: number from 1, and text.
        share: understood bytes of all bytes, 0 to 1.
    """

    title: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    senders: Counter[str] = field(default_factory=Counter)
    kinds: Counter[MessageKind] = field(default_factory=Counter)
    first_sent_at: datetime | None = None
    last_sent_at: datetime | None = None
    first_messages: list[Message] = field(default_factory=list)
    unread: list[tuple[int, str]] = field(default_factory=list)
    share: float = 1.0
    is_backwards: bool = False
    is_recognised: bool = False


def preview(grammar: Grammar, file: ExportFile, limit: int = 20) -> Preview:
    """Try a grammar on a file.

    Args:
        grammar: the grammar.
        file: the file.
        limit: how many lines that were not understood, and how many messages, to show.

    Raises:
        schemas.outcome.Failed: `undecodable_text`.
    """
    export = GrammarExport(grammar)
    found = Preview(is_recognised=export.sniff(file) > 0)
    account = Account(file.size, n_unread_lines=limit)
    try:
        for item in _read(grammar, export._with_encoding(file).lines(), account):
            if isinstance(item, Conversation):
                found.title = item.title
            elif isinstance(item, Message):
                found.senders[item.sender] += 1
                found.kinds[item.kind] += 1
                found.first_sent_at = found.first_sent_at or item.sent_at
                found.last_sent_at = item.sent_at
                if len(found.first_messages) < limit:
                    found.first_messages.append(item)
    except UnicodeDecodeError as error:
        raise Failed("undecodable_text", f"{grammar.encoding}(으)로 읽을 수 없음") from error
    understood: Understood = account.understood()
    found.counts, found.unread = account.counts, account.unread_lines
    found.share, found.is_backwards = understood.share, understood.is_backwards
    return found
