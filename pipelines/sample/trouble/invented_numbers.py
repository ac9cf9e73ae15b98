"""Registration numbers that nobody has, and the ways in which they are written."""

from dataclasses import dataclass

_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_FULL_WIDTH = {ord(str(digit)): 0xFF10 + digit for digit in range(10)}
_ZERO_WIDTH_SPACE = "\u200b"


@dataclass(frozen=True, slots=True)
class Number:
    """A registration number that nobody has: well formed, with the right check digit, of somebody born in 2098 or 2099."""

    digits: str
    kind: str = "resident_number"

    @property
    def hyphenated(self) -> str:
        """As forms print it, such as `990101-3000000`."""
        return f"{self.digits[:6]}-{self.digits[6:]}"

    @property
    def full_width(self) -> str:
        """In the wide digits of a Korean input method."""
        return self.hyphenated.translate(_FULL_WIDTH).replace("-", "－")

    @property
    def spaced(self) -> str:
        """With blanks around the hyphen."""
        return f"{self.digits[:6]} - {self.digits[6:]}"

    @property
    def broken_up(self) -> str:
        """With characters of no width between its digits, as a copy from a web page has them."""
        return self.hyphenated.replace("-", f"{_ZERO_WIDTH_SPACE}-{_ZERO_WIDTH_SPACE}")

    @property
    def spellings(self) -> tuple[str, ...]:
        """Everything that must be found nowhere."""
        parted = f"{self.digits[:6]}\t{self.digits[6:]}"
        return (self.hyphenated, self.digits, self.full_width, self.spaced, self.broken_up, parted)


def resident_number(birth: str, serial: str) -> Number:
    """A resident registration number.

    Args:
        birth: the date of birth as `YYMMDD`, of 2098 or 2099.
        serial: its next six digits, of which the first is 3 or 4.
    """
    return Number(f"{birth}{serial}{(11 - _weighted(birth + serial)) % 10}")


def foreigner_number(birth: str, serial: str) -> Number:
    """A foreigner registration number; as for `resident_number`, but its seventh digit is 7 or 8."""
    return Number(f"{birth}{serial}{(13 - _weighted(birth + serial)) % 10}", "foreigner_number")


def _weighted(digits: str) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11
