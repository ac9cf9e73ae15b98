"""Time and new ids, in one place, so that a test can hold both still."""

import uuid
from datetime import UTC, datetime, timedelta


class Clock:
    """The real clock, or one that goes ahead of it (or behind) by a fixed time, for nights that are played.

    Results never depend on it; only columns marked volatile hold what it says.
    """

    def __init__(self, ahead: timedelta = timedelta(0)) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        """This instant, in UTC."""
        return datetime.now(UTC) + self._ahead

    def new_id(self) -> str:
        """An id that sorts by time and that nobody else makes."""
        # A letter between the digits, so that no id can be taken for a resident number.
        return f"{self.now():%Y%m%dT%H%M%SZ}{uuid.uuid4().hex[:10]}"
