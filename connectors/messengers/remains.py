"""What is left of an export that no reader takes: its head cut off, a note put above it, a form that nobody knows yet.

Filed as a document it would be searchable by everybody who may read the folder, registered or not; so it is refused.
"""

import re
from collections.abc import Sequence

_HEAD_LINES = 400
_LEAST_SHARE, _LEAST_SHARE_WITHIN = 0.2, 0.4

_TIME = r"(?:(?:오전|오후) ?)?\d{1,2}:\d{2}(?::\d{2})?(?:[ \u00a0\u202f]?[AaPp]\.?[Mm]\.?)?"
_DATE = r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{4}\. ?\d{1,2}\. ?\d{1,2}\.?)"
_DAY = re.compile(
    r"^-{3,} *(?:\d{4}년 \d{1,2}월 \d{1,2}일 \S+|\w+, [A-Z]\w+ \d{1,2}, \d{4}) *-{3,}$"
    r"|^\d{4}년 \d{1,2}월 \d{1,2}일 (?:[월화수목금토일]요일|(?:오전|오후) \d{1,2}:\d{2})$"
    r"|^\w+day, [A-Z]\w+ \d{1,2}, \d{4}$|^\d{4}\. ?\d{1,2}\. ?\d{1,2}\. [월화수목금토일]요일$"
)
_MESSAGE = re.compile(
    rf"^\[(?P<a>.{{1,40}}?)\] \[{_TIME}\] ?"
    rf"|^\d{{4}}년 \d{{1,2}}월 \d{{1,2}}일 (?:오전|오후) \d{{1,2}}:\d{{2}}, (?P<b>.{{0,40}}?) : "
    rf"|^\d{{4}}\. ?\d{{1,2}}\. ?\d{{1,2}}\.? {_TIME}, (?P<c>.{{0,40}}?) : "
    rf"|^[A-Z][a-z]{{2,8}} \d{{1,2}}, \d{{4}},?(?: at)? {_TIME}, (?P<d>.{{0,40}}?) : "
    r"|^\d{1,2}:\d{2}[ap]m, [A-Z][a-z]+ \d{1,2}, \d{4}, (?P<e>.{0,40}?) : "
    r"|^(?:오전|오후) \d{1,2}:\d{2}, (?P<f>.{0,40}?) : "
    rf"|^[\u200e\u200f\u202a]*(?:\[{_DATE},? {_TIME}\] |{_DATE},? {_TIME} - )(?P<g>[^:]{{1,40}}): "
    rf"|^{_TIME}\t(?P<h>[^\t]{{1,40}})\t"
)
_KAKAO = frozenset("abcde")
_LOG_LEVEL = re.compile(
    r"(?:\[?(?:info|warn(?:ing)?|error|debug|trace|fatal|notice|critical)\b|[\w.]+\.[\w.]+$)", re.IGNORECASE
)


_HEADER_LINES = 10
# What applications print above a talk; with it a single message is enough.
_HEADER = re.compile(
    r"^(?:저장한 날짜|저장 ?일시|Date Saved|Saved on) ?: ?.*\d|^.*(?:카카오톡 대화|with KakaoTalk Chats)(?:-\d+\.txt)?$"
    r"|^KakaoTalk Chats with .+$|^\[LINE\] ?\S|^Talk_\d{4}\.\d{1,2}\.\d{1,2} .+\.txt$"
)


def looks_like_talk(head: str) -> bool:
    """Whether the beginning of a text is somebody's talk: lines with a time and a name, by people who speak again and again."""
    filled = [line for line in re.split(r"\r*\n", head)[:_HEAD_LINES] if line.strip()]
    # the first line of what was cut is often the second half of one
    is_begun = any(_MESSAGE.match(line) or _DAY.match(line) for line in filled[:2])
    matches = [match for match in map(_MESSAGE.match, filled) if match]
    names = [_name(match) for match in matches]
    # logs and timetables look like the other forms, but nothing is written as KakaoTalk writes
    n_least = 1 if any(match.lastgroup in _KAKAO for match in matches) else 2
    n_days = sum(bool(_DAY.match(line)) for line in filled)
    if any(map(_HEADER.match, filled[:_HEADER_LINES])) and names:
        return True
    least = _LEAST_SHARE if is_begun else _LEAST_SHARE_WITHIN
    return _are_speakers(names, n_least) and len(names) + n_days >= least * len(filled)


def _name(match: re.Match[str]) -> str:
    return next((name for name in match.groups() if name is not None), "").strip()


def _are_speakers(names: Sequence[str], n_least: int) -> bool:
    """A timetable has a time and a word in each line as well, and a log a level or a module; nobody speaks twice in them."""
    return (
        len(names) >= 3
        and len(set(names)) >= n_least
        and len(set(names)) < len(names)
        and not any(map(_LOG_LEVEL.match, names))
    )
