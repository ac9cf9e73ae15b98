"""Messages of a conversation → sessions, and sessions → the small windows that are matched.

A session is a thread, or messages that follow one another within an hour. What is matched is a few messages, since a
question is about a few; what is returned is the whole session, since an answer needs what was said around it. Each line
keeps its time and its speaker in both.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from schemas.conversations import MessageKind
from schemas.identity import fingerprint as make_fingerprint
from schemas.identity import make_id
from schemas.injection import RULES_VERSION as CAUTION_RULES
from schemas.injection import find_cautions
from schemas.provenance import Locator
from schemas.records.chunk import Chunk
from schemas.records.conversation import ConversationRecord
from schemas.records.message import MessageRecord
from schemas.records.session import Session, SessionLine
from warehouse.breaking import HARD_LIMIT, split_sentences
from warehouse.chunking import TOKEN_LIMIT, most_tokens, passage_text
from warehouse.table_text import is_mostly_digits

RULES_VERSION = 2
GAP = timedelta(minutes=60)
MAX_MESSAGES = 30
_WINDOW_MESSAGES, _WINDOW_LENGTH, _OVERLAP_LENGTH = 4, 400, 120
# Shorter messages are not broken, whatever stands above them.
_LEAST_BROKEN = 100
# What only says that somebody was there is kept in every session, and is no key to find one by.
_NOISE = re.compile(
    r"(?:네+|넵+|넹+|예+|옙|응+|ㅇㅇ|ㅋ+|ㅎ+|ㅠ+|ㅜ+|ok|오케이|굿|감사합니다|확인했습니다|알겠습니다)[\s.!~^ㅎㅋ?]*",
    re.IGNORECASE,
)
_WORDY = frozenset({MessageKind.TEXT, MessageKind.FILE, MessageKind.POLL, MessageKind.OTHER})
MAIL = "mail"
_LABELS = {
    "kakaotalk": "카카오톡",
    "slack": "슬랙",
    "teams": "팀즈",
    "telegram": "텔레그램",
    "mattermost": "매터모스트",
    "discord": "디스코드",
    "whatsapp": "왓츠앱",
    "line": "라인",
    "naver_works": "네이버웍스",
    "messenger": "페이스북 메신저",
    "instagram": "인스타그램",
    "signal": "시그널",
    "gitter": "기터",
    MAIL: "메일",
}


def fingerprint() -> str:
    """The fingerprint of the rules by which sessions are cut."""
    return make_fingerprint(
        step="sessions", rules=RULES_VERSION, gap=GAP.total_seconds(), messages=MAX_MESSAGES, hard=HARD_LIMIT
    )


def window_fingerprint(tokens: str | None = None) -> str:
    """The fingerprint of the rules by which windows are cut out of sessions.

    Args:
        tokens: fingerprint of the tokenizer whose tokens `cut_windows` is given to count, if any.
    """
    return make_fingerprint(
        step="windows",
        sessions=fingerprint(),
        cautions=CAUTION_RULES,
        window=_WINDOW_MESSAGES,
        length=_WINDOW_LENGTH,
        overlap=_OVERLAP_LENGTH,
        tokens=tokens,
        token_limit=TOKEN_LIMIT,
    )


_Window = list[tuple[int, str]]
"""Messages that are matched together: (position among the session's lines, text)."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Messages that make one session, the exports that hold them all, and the thread that they are."""

    messages: tuple[MessageRecord, ...]
    contents: frozenset[str]
    thread_id: str | None = None


def cut_sessions(
    conversation: ConversationRecord, messages: Sequence[MessageRecord], names: Mapping[str, Mapping[str, str]]
) -> list[Session]:
    """Cut a conversation into sessions.

    Args:
        conversation: the conversation.
        messages: its messages in order.
        names: message id → content of an export that shows it → the sender's name as that export prints it.

    Returns:
        Sessions in the order of their first messages. A message stands in exactly one, but for the first message of a long
        thread, which each part of it repeats. Where exports name the speakers differently, there is a session of the same
        ordinal for each manner: nobody learns a name from an export that he may not read.
    """
    sources = {message_id: frozenset(found) for message_id, found in names.items()}
    parts = [*_threads(messages, sources), *_stretches(messages, sources)]
    parts.sort(key=lambda part: (part.messages[0].ordinal, part.thread_id or ""))
    return [
        _session(conversation, ordinal, part, speakers, contents)
        for ordinal, part in enumerate(parts)
        for speakers, contents in _manners(part, names)
    ]


def _manners(part: _Part, names: Mapping[str, Mapping[str, str]]) -> list[tuple[tuple[str, ...], list[str]]]:
    """(names of the speakers line by line, contents of the exports that print them so), in the order of the contents."""
    manners: dict[tuple[str, ...], list[str]] = {}
    for content_id in sorted(part.contents):
        speakers = tuple(names[message.message_id][content_id] for message in part.messages)
        manners.setdefault(speakers, []).append(content_id)
    return list(manners.items())


def _threads(messages: Sequence[MessageRecord], sources: Mapping[str, frozenset[str]]) -> Iterator[_Part]:
    for thread_id, members in _by_thread(messages).items():
        root = members[0] if members[0].message_id == thread_id else None
        for start in range(0, len(members), MAX_MESSAGES):
            piece = members[start : start + MAX_MESSAGES]
            if start and root is not None:
                piece = [root, *piece]
            yield from _shared(piece, sources, thread_id)


def _by_thread(messages: Sequence[MessageRecord]) -> dict[str, list[MessageRecord]]:
    """Threads with more than one message, the first message first."""
    threads: dict[str, list[MessageRecord]] = {}
    for message in messages:
        if message.thread_id is not None:
            threads.setdefault(message.thread_id, []).append(message)
    for thread_id, members in threads.items():
        # a reply can be older than what it answers, by the clock of another machine
        members.sort(key=lambda message: (message.message_id != thread_id, message.ordinal))
    return {thread_id: members for thread_id, members in threads.items() if len(members) > 1}


def _stretches(messages: Sequence[MessageRecord], sources: Mapping[str, frozenset[str]]) -> Iterator[_Part]:
    threaded = {message.message_id for members in _by_thread(messages).values() for message in members}
    stretch: list[MessageRecord] = []
    for message in messages:
        if message.message_id in threaded:
            continue
        if stretch and message.sent_at - stretch[-1].sent_at > GAP:
            yield from _bounded(stretch, sources)
            stretch = []
        stretch.append(message)
    if stretch:
        yield from _bounded(stretch, sources)


def _bounded(stretch: list[MessageRecord], sources: Mapping[str, frozenset[str]]) -> Iterator[_Part]:
    """Parts of at most so many messages, broken where the silence was longest.

    Each break hangs on the messages before it and a few behind alone, so that what is said later moves none.
    """
    # not near an edge, or single messages would be cut off one by one
    edge = MAX_MESSAGES // 4
    part = stretch
    while len(part) > MAX_MESSAGES:
        gaps = [
            (part[place].sent_at - part[place - 1].sent_at, -abs(place - MAX_MESSAGES // 2), place)
            for place in range(edge, MAX_MESSAGES - edge + 1)
        ]
        place = max(gaps)[2]
        yield from _shared(part[:place], sources, None)
        part = part[place:]
    yield from _shared(part, sources, None)


def _shared(
    messages: Sequence[MessageRecord], sources: Mapping[str, frozenset[str]], thread_id: str | None
) -> Iterator[_Part]:
    """Parts of which some export holds every message: whoever may read that export may read the part.

    Where an export begins or ends, a part does too, or who may read that one alone would be shown nothing of it.
    """
    borders = _borders(messages, sources)
    part: list[MessageRecord] = []
    contents: frozenset[str] = frozenset()
    for place, message in enumerate(messages):
        own = sources[message.message_id]
        common = own & contents if part else own
        if part and (not common or place in borders):
            yield _Part(tuple(part), contents, thread_id)
            part, common = [], own
        part.append(message)
        contents = common
    if part:
        yield _Part(tuple(part), contents, thread_id)


def _borders(messages: Sequence[MessageRecord], sources: Mapping[str, frozenset[str]]) -> set[int]:
    """Places at which an export begins to show these messages, or has just ended."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for place, message in enumerate(messages):
        for content_id in sources[message.message_id]:
            first.setdefault(content_id, place)
            last[content_id] = place + 1
    return {*first.values(), *last.values()}


def _session(
    conversation: ConversationRecord, ordinal: int, part: _Part, speakers: Sequence[str], contents: list[str]
) -> Session:
    lines = [
        SessionLine(
            message_id=message.message_id,
            sent_at=message.sent_at,
            utc_offset_minutes=message.utc_offset_minutes,
            sender=speaker,
            kind=message.kind,
            text=message.text,
        )
        for message, speaker in zip(part.messages, speakers, strict=True)
    ]
    first, last = min(line.sent_at for line in lines), max(line.sent_at for line in lines)
    title = conversation.title if conversation.is_title_shared and conversation.title else conversation.scope
    room = f"{application_label(conversation.application)} {title}"
    headings = [room, f"{_local(lines[0]):%Y-%m-%d}"]
    shown = (part_text for line in lines for part_text in (line.message_id, line_text(line), line.kind))
    return Session(
        session_id=make_id("session", conversation.conversation_id, fingerprint(), *headings, *shown),
        conversation_id=conversation.conversation_id,
        merging_id=conversation.merging_id,
        scope=conversation.scope,
        ordinal=ordinal,
        thread_id=part.thread_id,
        headings=headings,
        first_at=first,
        last_at=last,
        n_messages=len(lines),
        content_ids=contents,
        lines=lines,
    )


def application_label(application: str) -> str:
    """The Korean name of an application; its own where there is none."""
    return _LABELS.get(application, application)


def line_text(line: SessionLine) -> str:
    """A message as it is shown and matched: `[2026-03-10 14:05 총괄담당] 글`."""
    return f"[{' '.join(filter(None, (f'{_local(line):%Y-%m-%d %H:%M}', line.sender)))}] {line.text}"


def session_text(session: Session) -> str:
    """The whole session, a line a message, below its headings."""
    return "\n".join([" > ".join(session.headings), *(line_text(line) for line in session.lines)])


def cut_windows(
    session: Session, step_fingerprint: str, count_tokens: Callable[[Sequence[str]], list[int]] | None = None
) -> list[Chunk]:
    """The windows of a session that are matched, as chunks; their ordinals are positions among its lines.

    Args:
        session: the session.
        step_fingerprint: what `window_fingerprint` gave.
        count_tokens: counts tokens, see `warehouse.token_sizes`; without it only characters limit a window.
    """
    windows = [window for _, window in _windows(list(_pieces(session)))]
    if count_tokens is not None:
        windows = _fit_tokens(windows, session.headings, count_tokens)
    chunks = []
    for ordinal, window in enumerate(windows):
        text = _window_text(window)
        chunks.append(
            Chunk(
                chunk_id=make_id("chunk", session.session_id, step_fingerprint, ordinal),
                text_id=session.session_id,
                step_fingerprint=step_fingerprint,
                ordinal=ordinal,
                passage_id=make_id("passage", *session.headings, text),
                headings=session.headings,
                text=text,
                first_ordinal=window[0][0],
                last_ordinal=window[-1][0],
                locator=Locator(),
                is_lexical=is_mostly_digits(text),
                cautions=find_cautions(text),
            )
        )
    return chunks


def _window_text(window: Sequence[tuple[int, str]]) -> str:
    return "\n".join(text for _, text in window)


def _fit_tokens(
    windows: Sequence[_Window], headings: Sequence[str], count_tokens: Callable[[Sequence[str]], list[int]]
) -> list[_Window]:
    """Windows that a model takes in whole: a longer one is broken between its messages, or in the middle of its only one."""
    fitted: list[_Window] = []
    for window in windows:
        whole = passage_text(headings, _window_text(window))
        is_long = most_tokens(whole) > TOKEN_LIMIT and count_tokens([whole])[0] > TOKEN_LIMIT
        parts = _halves(window) if is_long else []
        fitted += _fit_tokens(parts, headings, count_tokens) if parts else [window]
    return fitted


def _halves(window: _Window) -> list[_Window]:
    if len(window) > 1:
        return [window[: len(window) // 2], window[len(window) // 2 :]]
    ((position, text),) = window
    head = text[: text.index("]") + 2]
    body = text[len(head) :]
    if len(body) < _LEAST_BROKEN:
        return []
    return [[(position, head + part)] for part in split_sentences(body, len(body) // 2 + 1)]


def _pieces(session: Session) -> Iterator[tuple[int, str]]:
    """(position, text) of what can be found: messages with words in them, long ones sentence by sentence."""
    for position, line in enumerate(session.lines):
        if line.kind not in _WORDY or not line.text.strip() or _NOISE.fullmatch(line.text.strip()):
            continue
        text = line_text(line)
        if len(text) <= HARD_LIMIT:
            yield position, text
            continue
        head = text[: text.index("]") + 2]
        for sentence in split_sentences(line.text, HARD_LIMIT - len(head)):
            yield position, head + sentence


def _windows(pieces: Sequence[tuple[int, str]]) -> Iterator[tuple[tuple[int, int], list[tuple[int, str]]]]:
    window: list[tuple[int, str]] = []
    is_new = False
    for piece in pieces:
        length = sum(len(text) for _, text in window) + len(piece[1])
        if window and (len(window) >= _WINDOW_MESSAGES or length > _WINDOW_LENGTH):
            yield (window[0][0], window[-1][0]), window
            window = [window[-1]] if len(window[-1][1]) <= _OVERLAP_LENGTH else []
        window.append(piece)
        is_new = True
    if is_new:
        yield (window[0][0], window[-1][0]), window


def _local(line: SessionLine) -> datetime:
    return line.sent_at.astimezone(timezone(timedelta(minutes=line.utc_offset_minutes)))
