"""Values of a workbook as text: whole numbers without a fraction, dates in ISO 8601, all else as stored."""

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass

# Built-in formats that are dates in the East Asian editions and have no code in the file.
_EAST_ASIAN_DATE_IDS = frozenset({*range(27, 37), *range(50, 59)})
_PLAIN, _DATE, _DURATION = 0, 1, 2


@dataclass(frozen=True, slots=True)
class CellStyle:
    """Of a style, what matters to its cells' text: its number format's id and code, and the lines around it."""

    format_id: int = 0
    format_code: str | None = None
    lines: int = 0
    """Bits of `connectors.sheets.sheetblocks`."""


class ValuePrinter:
    """Prints the values of one workbook.

    Args:
        styles: the workbook's styles by index; a code of None is looked up by its id.
        is_1904: whether its dates count from 1904.
    """

    def __init__(self, styles: Sequence[CellStyle], *, is_1904: bool) -> None:
        from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
        from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

        self._from_excel = from_excel
        self.epoch: datetime.datetime = MAC_EPOCH if is_1904 else WINDOWS_EPOCH
        """The day that its dates count from."""
        self._moments: dict[tuple[float, int], str | None] = {}
        self.codes: list[str | None] = []
        """Number format to be told of each style's cells; None for General."""
        self.lines: list[int] = [style.lines for style in styles]
        self._kinds: list[int] = []
        known: dict[tuple[int, str | None], tuple[int, str | None]] = {}
        for style in styles:
            key = (style.format_id, style.format_code)
            if key not in known:
                code = style.format_code or BUILTIN_FORMATS.get(style.format_id)
                kind = _PLAIN
                if code is not None and is_timedelta_format(code):
                    kind = _DURATION
                elif is_date_format(code) if code is not None else style.format_id in _EAST_ASIAN_DATE_IDS:
                    kind = _DATE
                known[key] = kind, None if code is None or code.lower() == "general" else code
            kind, code = known[key]
            self._kinds.append(kind)
            self.codes.append(code)

    def print_number(self, stored: str, style: int) -> str:
        """A number that is stored in decimal digits."""
        kind = self._kinds[style] if 0 <= style < len(self._kinds) else _PLAIN
        if kind == _PLAIN and stored.isdecimal():
            return stored
        try:
            number = float(stored)
        except ValueError:
            return stored
        if kind != _PLAIN and (moment := self._moment(number, kind)):
            return moment
        return stored if stored.lstrip("-").isdecimal() else number_text(number)

    def print_float(self, number: float, style: int) -> str:
        """A number that is stored in binary."""
        kind = self._kinds[style] if 0 <= style < len(self._kinds) else _PLAIN
        return (kind != _PLAIN and self._moment(number, kind)) or number_text(number)

    def is_moment(self, style: int) -> bool:
        """Whether numbers of that style are dates, times or durations."""
        return 0 <= style < len(self._kinds) and self._kinds[style] != _PLAIN

    def _moment(self, number: float, kind: int) -> str | None:
        key = (number, kind)
        if key not in self._moments:
            self._moments[key] = self._printed_moment(number, is_duration=kind == _DURATION)
        return self._moments[key]

    def _printed_moment(self, number: float, *, is_duration: bool) -> str | None:
        try:
            moment = self._from_excel(number, self.epoch, timedelta=is_duration)
        except (OverflowError, ValueError):
            return None
        if isinstance(moment, datetime.timedelta):
            seconds = round(moment.total_seconds())
            return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        if isinstance(moment, datetime.datetime) and moment.time() == datetime.time():
            return moment.date().isoformat()
        return moment.isoformat() if isinstance(moment, datetime.datetime | datetime.time) else None


def number_text(number: float) -> str:
    """A number with all its digits and no more; a whole one without a fraction."""
    return str(int(number)) if math.isfinite(number) and number.is_integer() else repr(number)
