"""Signs by which an export of KakaoTalk is known from ordinary documents, logs and tables, by the beginning of its text."""

import re
from collections.abc import Sequence
from itertools import pairwise

from connectors.messengers.kakao_csv import HEADING, ROW
from connectors.messengers.kakao_headers import HEADER_LINES, is_saved_line, is_title
from connectors.messengers.kakao_lines import FORMS, SHORT, WINDOWS, has_break
from connectors.messengers.kakao_stamps import separator_of

_LINE_END = re.compile(r"\r*\n")
_LINES, _MIN_SHARE = 400, 0.2
CERTAIN, LIKELY = 0.9, 0.6
_HALVES = re.compile(r"오전|오후|[AaPp]\.?[Mm]")
_COPIED = re.compile(r"(?:오전|오후) [0-9]{1,2}:[0-9]{2} (?P<name>\S{1,20}) \S.*")
_MIN_COPIED, _MIN_REPEATS = 4, 2


def bid_of(head: str) -> float:
    """How surely a text with this beginning is an export of KakaoTalk: 0.9, 0.6 or 0."""
    # a head can end inside a line
    filled = [line for line in _LINE_END.split(head)[:_LINES] if line.strip()]
    if not filled:
        return 0.0
    header = filled[:HEADER_LINES]
    if any(map(is_saved_line, header)) and any(map(is_title, header)):
        return CERTAIN
    if HEADING.fullmatch(filled[0]):
        return CERTAIN if all(map(_is_csv_row, filled[1:2])) else 0.0
    return _bid_of_lines(filled)


def _is_csv_row(line: str) -> bool:
    match = ROW.match(line)
    return match is not None and (match[1] is not None or line.startswith((',"', '"",')))


def _bid_of_lines(filled: Sequence[str]) -> float:
    days = [separator_of(line) for line in filled]
    n_days = sum(day is not None for day in days)
    messages = [_is_message(line, has_days=n_days > 0) for line in filled]
    n_messages = sum(messages)
    if not (days[0] or messages[0]):
        return 0.0
    # minutes of a meeting can hold a line or two that look so
    if n_messages >= (2 if n_days else 3) and n_messages + n_days >= _MIN_SHARE * len(filled):
        return CERTAIN if n_days else LIKELY
    return LIKELY if days[0] and _is_copied(filled) else 0.0


def _is_message(line: str, *, has_days: bool) -> bool:
    for form in FORMS:
        match = form.pattern.match(line) if line[:1] in form.heads else None
        if match is None:
            continue
        if form is WINDOWS:
            # a log has [name] [10:30] as well
            return has_days or _HALVES.search(match[2]) is not None
        if form is SHORT and not (has_days and _HALVES.search(match[1])):
            return False
        return has_break(match[4]) and match[2] is not None
    return False


def _is_copied(filled: Sequence[str]) -> bool:
    """Text copied from the window: an agenda looks much the same, but in a talk the same names come again and again."""
    names = [match["name"] for match in map(_COPIED.fullmatch, filled) if match]
    repeated = {name for name in names if names.count(name) >= _MIN_REPEATS}
    is_talk = any(one != other for one, other in pairwise(names))
    return len(names) >= _MIN_COPIED and len(repeated) >= _MIN_REPEATS and is_talk
