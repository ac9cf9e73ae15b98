"""Amounts as tables print them: what stands in a cell together with what it says, so that nothing is parsed back."""

from dataclasses import dataclass

MILLION, THOUSAND, WON = "백만원", "천원", "원"
WON_IN = {WON: 1, THOUSAND: 1_000, MILLION: 1_000_000}

VALUE, ZERO, DASH, BLANK, NOT_DECIDED = "value", "zero", "dash", "blank", "not_decided"


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount in a cell.

    Args:
        text: as printed.
        won: in won; None where no amount is printed.
        state: as in `truth.AmountTruth`.
        unit: the unit that it is printed in.
        fiscal_year: the year that it is of.
        stage: such as 요구안.
        subject: what it is an amount of.
        is_total: whether it is a sum of other cells.
        month: to the end of which month it was counted; None for a whole year.
    """

    text: str
    won: int | None
    state: str
    unit: str
    fiscal_year: int
    stage: str
    subject: str
    subject_name: str
    is_total: bool = False
    month: int | None = None


@dataclass(frozen=True, slots=True)
class Stack:
    """Several amounts in one cell, each on its own line."""

    figures: tuple[Figure, ...]

    @property
    def text(self) -> str:
        """The cell as printed."""
        return "\n".join(figure.text for figure in self.figures)


@dataclass(frozen=True, slots=True)
class Subject:
    """What the amounts of a row are amounts of.

    Args:
        code: a project's code, a code of items, or the name of a total.
        name: as printed.
        is_total: whether the row adds up others.
    """

    code: str
    name: str
    is_total: bool = False

    def amount(
        self,
        value: int | None,
        fiscal_year: int,
        stage: str,
        *,
        unit: str = MILLION,
        negative: str = "△",
        zero: str = "0",
        has_commas: bool = True,
        month: int | None = None,
    ) -> Figure:
        """An amount of this subject.

        Args:
            value: in `unit`; None prints a dash, for what there is none of.
            fiscal_year: the year that it is of.
            stage: such as 요구안.
            unit: the unit that the table prints.
            negative: `△` before the digits, or `(` around them.
            zero: how nothing is printed: `0`, or `-`, or not at all.
            has_commas: whether thousands are set apart.
            month: to the end of which month it was counted.
        """
        text, won, state = _printed(value, unit, negative, zero, has_commas=has_commas)
        return Figure(text, won, state, unit, fiscal_year, stage, self.code, self.name, self.is_total, month)

    def undecided(self, fiscal_year: int, stage: str, *, text: str = "미정", unit: str = MILLION) -> Figure:
        """An amount that nobody has decided yet; without a text the cell is left blank."""
        state = NOT_DECIDED if text else BLANK
        return Figure(text, None, state, unit, fiscal_year, stage, self.code, self.name, self.is_total)


def _printed(
    value: int | None, unit: str, negative: str, zero: str, *, has_commas: bool
) -> tuple[str, int | None, str]:
    if value is None:
        return "-", None, DASH
    if value == 0 and zero != "0":
        return zero, None, DASH if zero else BLANK
    digits = f"{abs(value):,}" if has_commas else str(abs(value))
    text = digits if value >= 0 else f"({digits})" if negative == "(" else f"{negative}{digits}"
    return text, value * WON_IN[unit], VALUE if value else ZERO


def amount(value: int | None) -> str:
    """An amount with thousands commas; △ for less than nothing, a dash for what there is none of."""
    return _printed(value, MILLION, "△", "0", has_commas=True)[0]


def rate(part: int, whole: int) -> str:
    """A share in per cent with one decimal, △ for less than nothing; 순증 where there was nothing before."""
    if not whole:
        return "순증"
    value = round(part * 1000 / whole)
    return f"{'△' if value < 0 else ''}{abs(value) // 10}.{abs(value) % 10}"


def in_words(millions: int) -> str:
    """An amount as prose writes large ones, such as `3조 2,450억 7,000만원`.

    Args:
        millions: in millions of won, not negative.
    """
    trillions, rest = divmod(millions, 1_000_000)
    hundreds_of_millions, rest = divmod(rest, 100)
    parts = [f"{trillions:,}조"] if trillions else []
    parts += [f"{hundreds_of_millions:,}억"] if hundreds_of_millions else []
    parts += [f"{rest * 100:,}만"] if rest or not parts else []
    return " ".join(parts) + "원"
