"""What stands above a KakaoTalk export's messages: room, count of members and when it was saved; or in the file's name."""

import re
from dataclasses import dataclass
from datetime import datetime

from connectors.messengers.kakao_stamps import saved_moment

_TITLES = (
    re.compile(r"(?P<room>.*?) ?\((?P<count>[0-9]+)명\) ?(?:님)?(?:과|과의|와|와의) 카카오톡 대화(?:-[0-9]+\.txt)?"),
    re.compile(r"(?P<room>.*?) ?님과의? ?카카오톡 대화(?:-[0-9]+\.txt)?"),
    re.compile(
        r"KakaoTalk Chats with (?P<room>.+?)(?: \((?P<count>[0-9]+)(?: people| persons?| members?)?\))?(?:-[0-9]+\.txt)?"
    ),
    re.compile(r"(?P<room>.*?) with KakaoTalk Chats(?:-[0-9]+\.txt)?"),
    re.compile(r"(?P<room>.*?) ?카카오톡 대화(?:-[0-9]+\.txt)?"),
    re.compile(r"Talk_[0-9]{4}\.[0-9]{1,2}\.[0-9]{1,2}[ _][0-9]{1,2}[:_][0-9]{2}(?:-[0-9]+)?(?:\.txt)?"),
)
_SAVED = re.compile(r"(?:저장한 날짜|(?P<english>Date Saved|Saved Date)) ?: ?(?P<moment>\S.*[0-9].*)")
_SAVED_HEADS = ("저장한 날짜", "Date Saved", "Saved Date")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} ")
_TRAILING_COUNT = re.compile(r"(?P<room>.*\S) (?P<count>[0-9]{1,6})")
_NAMES = (
    re.compile(r"KakaoTalk_Chat_(?P<room>.+)_[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[-_ ][0-9]{2}){0,3}(?: ?\([0-9]+\))?"),
    re.compile(r"KakaoTalk_[0-9]{8}_[0-9]{4}_[0-9]{2}_[0-9]{3}_(?P<room>.+)"),
    re.compile(r"KakaoTalkChats[ _-]+(?P<room>[^()0-9 _-].*?)(?: ?\([0-9]+\))?"),
)
_GROUP_NAME = "group"
_MAX_TITLE = 300
HEADER_LINES = 6
"""Filled lines among which the header stands, in any order."""


def is_title(line: str) -> bool:
    """Whether a line is one that names the room, in any dialect."""
    return len(line) <= _MAX_TITLE and any(pattern.fullmatch(line.rstrip()) for pattern in _TITLES)


def is_saved_line(line: str) -> bool:
    """Whether a line says when the export was saved."""
    return line.startswith(_SAVED_HEADS) and _SAVED.fullmatch(line.rstrip()) is not None


def room_in_name(name: str) -> tuple[str, bool]:
    """Room in the name of an export's file, empty if it names none, and whether the name says that it is a group."""
    stem = re.sub(r"\.(?:txt|csv)$", "", name, flags=re.IGNORECASE)
    for pattern in _NAMES:
        match = pattern.fullmatch(stem)
        if match:
            is_group = match["room"] == _GROUP_NAME
            return ("" if is_group else match["room"].strip()), is_group
    return "", False


@dataclass
class Header:
    """The lines above the messages, as far as they have been seen."""

    raw_title: str | None = None
    printed_count: int | None = None
    saved_at: datetime | None = None
    is_english: bool | None = None
    is_windows: bool = False
    is_phone_title: bool = False
    n_lines: int = 0

    def take(self, line: str) -> bool:
        """Whether a line above the first message belongs to the header; if so, it is remembered."""
        if self.n_lines >= HEADER_LINES:
            return False
        self.n_lines += 1
        stripped = line.rstrip()
        saved = _SAVED.fullmatch(stripped) if line.startswith(_SAVED_HEADS) else None
        if saved:
            self.saved_at = saved_moment(saved["moment"])
            self.is_windows = _ISO.match(saved["moment"]) is not None
            self.is_english = saved["english"] is not None
            return True
        if self.raw_title is not None or len(line) > _MAX_TITLE:
            return False
        for pattern in _TITLES:
            match = pattern.fullmatch(stripped)
            if match:
                found = match.groupdict()
                self.raw_title = (found.get("room") or "").strip()
                self.printed_count = int(found["count"]) if found.get("count") else None
                self.is_phone_title = stripped.startswith("Talk_") or stripped.endswith(".txt")
                return True
        return False

    @property
    def is_complete(self) -> bool:
        """Whether room and date of saving were both seen."""
        return self.raw_title is not None and self.saved_at is not None

    @property
    def _parts(self) -> tuple[str, int | None]:
        title = self.raw_title or ""
        if self.printed_count is not None or self.is_windows:
            return title, self.printed_count
        # Android puts the number of members behind the room's name
        match = _TRAILING_COUNT.fullmatch(title)
        return (match["room"], int(match["count"])) if match else (title, None)

    @property
    def title(self) -> str:
        """The room, without the number of its members; empty if nothing says it."""
        return self._parts[0]

    @property
    def count(self) -> int | None:
        """Number of members, where it is printed."""
        return self._parts[1]
