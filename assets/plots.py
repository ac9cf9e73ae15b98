"""Plots as SVG, drawn from plain numbers: one complete picture a function, readable in light and dark, by eye and by ear.

Nothing is loaded for it, so that a night without news stays cheap. Fonts are the system's, since a picture that stands
alone can bring none; widths of text are therefore estimates on the safe side.
"""

import base64
import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

_MARGIN = 16
_TITLE_HEIGHT = 40
_ROW_HEIGHT = 26
_BAR_HEIGHT = 16
_LEGEND_HEIGHT = 20
_AXIS_HEIGHT = 24
_PLOT_HEIGHT = 180
_SIZE = 12
# A label takes at most this share of the width; the rest of it is in its tooltip.
_LABEL_SHARE = 0.34
_MAX_TICKS = 6
_MAX_SPOKEN = 60
_N_COLOURS = 8
_DASHES = ("", "6 3", "2 3", "8 3 2 3")
# Each stands out by 3:1 from both grounds, and neighbours differ in lightness too.
_STYLE = """\
.gp-ground{fill:#ffffff;stroke:#d5d9e0}.gp-ink{fill:#1c2330}.gp-soft{fill:#5a6475}.gp-grid{stroke:#e3e6eb;fill:none}
.gp-0{fill:#2563c9}.gp-1{fill:#c2570c}.gp-2{fill:#0f8a6a}.gp-3{fill:#b83280}
.gp-4{fill:#7c5cd6}.gp-5{fill:#8a6d00}.gp-6{fill:#0e7c9b}.gp-7{fill:#6b7280}
.gl-0{stroke:#2563c9}.gl-1{stroke:#c2570c}.gl-2{stroke:#0f8a6a}.gl-3{stroke:#b83280}
.gl-4{stroke:#7c5cd6}.gl-5{stroke:#8a6d00}.gl-6{stroke:#0e7c9b}.gl-7{stroke:#6b7280}
.gp-line{fill:none;stroke-width:2}.gp-on{fill:#ffffff}
@media (prefers-color-scheme:dark){
.gp-ground{fill:#171b22;stroke:#333b47}.gp-ink{fill:#e6e9ef}.gp-soft{fill:#a3acba}.gp-grid{stroke:#2c333e}
.gp-0{fill:#5b93f0}.gp-1{fill:#e98a3f}.gp-2{fill:#38b68f}.gp-3{fill:#e06aae}
.gp-4{fill:#a48df0}.gp-5{fill:#c9a62a}.gp-6{fill:#43b1d0}.gp-7{fill:#949cab}
.gl-0{stroke:#5b93f0}.gl-1{stroke:#e98a3f}.gl-2{stroke:#38b68f}.gl-3{stroke:#e06aae}
.gl-4{stroke:#a48df0}.gl-5{stroke:#c9a62a}.gl-6{stroke:#43b1d0}.gl-7{stroke:#949cab}
.gp-on{fill:#10141a}}"""
_FONT = "system-ui,'Noto Sans KR','Noto Sans CJK KR','Malgun Gothic','Apple SD Gothic Neo',sans-serif"


def bars(title: str, rows: Sequence[tuple[str, float]], *, unit: str = "", width: int = 640) -> str:
    """Horizontal bars, one a row, in the order given.

    Args:
        title: what is shown, in a person's words.
        rows: (label, value); values below zero, or that are no finite number, count as zero.
        unit: unit of the values, such as 건 or 초.
        width: of the picture, in pixels.
    """
    return stacked_bars(title, [(label, {"": value}) for label, value in rows], unit=unit, width=width)


def stacked_bars(
    title: str, rows: Sequence[tuple[str, Mapping[str, float]]], *, unit: str = "", width: int = 640
) -> str:
    """Horizontal bars of parts, one a row; a part has one colour in all rows, by the order in which parts first appear.

    Args:
        title: what is shown.
        rows: (label, part → value); values below zero, or that are no finite number, count as zero.
        unit: unit of the values.
        width: of the picture, in pixels.
    """
    if not rows:
        return _empty(title, width)
    parts = list(dict.fromkeys(part for _, values in rows for part in values))
    cleaned = [
        (_clean(label), {part: max(0.0, _finite(value)) for part, value in values.items()}) for label, values in rows
    ]
    totals = [sum(values.values()) for _, values in cleaned]
    legend, top = _legend([part for part in parts if part], width, _TITLE_HEIGHT)
    label_width = min(max(_text_width(label) for label, _ in cleaned), width * _LABEL_SHARE)
    value_width = max(_text_width(_number(total, unit)) for total in totals)
    left = _MARGIN + label_width + 8
    axis = _Axis.over([0.0, *totals], left, width - _MARGIN - value_width - 8)
    drawn = [
        _row(cleaned[index], totals[index], parts, axis, top + index * _ROW_HEIGHT, label_width, unit)
        for index in range(len(cleaned))
    ]
    bottom = top + len(rows) * _ROW_HEIGHT
    ticks = [
        f'<path class="gp-grid" d="M{_at(axis.place(tick))} {top}V{bottom}"/>'
        + _text(axis.place(tick), bottom + 16, _number(tick), "gp-soft", "middle", 11)
        for tick in axis.ticks
    ]
    said = "; ".join(
        _spoken_row(label, values, total, unit) for (label, values), total in zip(cleaned, totals, strict=True)
    )
    return _picture(title, said, width, bottom + _AXIS_HEIGHT + 4, [*legend, *ticks, *drawn])


def lines(
    title: str, xs: Sequence[str], series: Mapping[str, Sequence[float | None]], *, unit: str = "", width: int = 640
) -> str:
    """Lines over ordered places such as nights.

    Args:
        title: what is shown.
        xs: labels of the places, in order; as many of them are written as there is room for.
        series: name → values, one a place; None, or what is no finite number, leaves a gap.
        unit: unit of the values.
        width: of the picture, in pixels.

    Raises:
        ValueError: a series has not one value a place.
    """
    if any(len(values) != len(xs) for values in series.values()):
        raise ValueError(f"every series needs {len(xs)} values, one a place")
    cleaned = {_clean(name): [_finite_or_none(value) for value in values] for name, values in series.items()}
    present = [value for values in cleaned.values() for value in values if value is not None]
    if not present:
        return _empty(title, width)
    legend, top = _legend(list(cleaned) if len(cleaned) > 1 else [], width, _TITLE_HEIGHT, dashed=True)
    top += 8
    bottom = top + _PLOT_HEIGHT
    axis = _Axis.over(present, bottom, top)
    # The first and the last place's label stand half outside of the plot.
    half = max(_text_width(_clean(x), 11) for x in xs) / 2
    left = _MARGIN + max(half - 8, max(_text_width(_number(tick), 11) for tick in axis.ticks) + 8)
    last_width = max(_text_width(_number(value)) for value in present)
    right = width - _MARGIN - max(half - 8, last_width + 10)
    grid = [
        f'<path class="gp-grid" d="M{_at(left)} {_at(axis.place(tick))}H{_at(right)}"/>'
        + _text(left - 6, axis.place(tick) + 4, _number(tick), "gp-soft", "end", 11)
        for tick in axis.ticks
    ]
    places = [left + (right - left) * (index / (len(xs) - 1) if len(xs) > 1 else 0.5) for index in range(len(xs))]
    drawn = [_line(values, places, axis, index) for index, values in enumerate(cleaned.values())]
    said = "; ".join(_spoken_line(name, xs, values, unit) for name, values in cleaned.items())
    shown = [*legend, *grid, *_written_places(xs, places, bottom), *drawn, *_last_values(cleaned, places, axis)]
    if unit:
        shown.append(_text(width - _MARGIN, 24, f"단위: {unit}", "gp-soft", "end", 11))
    return _picture(title, said, width, bottom + _AXIS_HEIGHT + 4, shown)


def as_image(svg: str, alternative: str) -> str:
    """A picture as Markdown that shows it anywhere, without a file: an image whose address holds it whole."""
    words = _clean(alternative).replace("[", "(").replace("]", ")").replace("\\", "")
    return f"![{words}](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})"


@dataclass(frozen=True, slots=True)
class _Axis:
    """Values to pixels, between round numbers."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]

    @classmethod
    def over(cls, values: Sequence[float], start: float, end: float) -> "_Axis":
        """An axis from a round number at or below all values (and zero) to one at or above them."""
        low, high = min(0.0, *values), max(0.0, *values)
        step = nice_step(high - low, whole=all(float(value).is_integer() for value in values))
        first, last = math.floor(low / step), max(math.ceil(high / step), math.floor(low / step) + 1)
        ticks = tuple(index * step for index in range(first, last + 1))
        return cls(ticks[0], ticks[-1], start, end, ticks)

    def place(self, value: float) -> float:
        """The pixel of a value."""
        return self.start + (self.end - self.start) * (value - self.low) / (self.high - self.low)


def nice_step(span: float, *, whole: bool = False) -> float:
    """The distance of ticks over `span`: 1, 2 or 5 times a power of ten, giving at most six; at least 1 for whole values."""
    if span <= 0:
        return 1.0
    rough = span / (_MAX_TICKS - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
    return max(1.0, step) if whole else step


def _row(
    row: tuple[str, Mapping[str, float]],
    total: float,
    parts: list[str],
    axis: _Axis,
    top: float,
    label_width: float,
    unit: str,
) -> str:
    label, values = row
    middle = top + _ROW_HEIGHT / 2
    drawn = [_text(_MARGIN + label_width, middle + 4, _fitted(label, label_width), "gp-ink", "end")]
    reached = 0.0
    for index, part in enumerate(parts):
        value = values.get(part, 0.0)
        if value <= 0:
            continue
        start, end = axis.place(reached), axis.place(reached + value)
        # A share too small for a pixel is still there.
        size = max(end - start, 1.5)
        colour = f"gp-{index % _N_COLOURS}"
        drawn.append(
            f'<rect class="{colour}" x="{_at(start)}" y="{_at(middle - _BAR_HEIGHT / 2)}" '
            f'width="{_at(size)}" height="{_BAR_HEIGHT}"/>'
        )
        if part and size > _text_width(_number(value), 11) + 6:
            drawn.append(_text(start + size / 2, middle + 4, _number(value), "gp-on", "middle", 11))
        reached += value
    drawn.append(_text(axis.place(reached) + 6, middle + 4, _number(total, unit), "gp-ink"))
    return f"<g><title>{_escaped(_spoken_row(label, values, total, unit))}</title>{''.join(drawn)}</g>"


def _line(values: list[float | None], places: list[float], axis: _Axis, index: int) -> str:
    pieces: list[str] = []
    dots: list[str] = []
    is_open = False
    for place, value in zip(places, values, strict=True):
        if value is None:
            is_open = False
            continue
        x, y = _at(place), _at(axis.place(value))
        pieces.append(f"{'L' if is_open else 'M'}{x} {y}")
        dots.append(f'<circle class="gp-{index % _N_COLOURS}" cx="{x}" cy="{y}" r="2.5"/>')
        is_open = True
    dash = _DASHES[index % len(_DASHES)]
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path class="gp-line gl-{index % _N_COLOURS}"{dashes} d="{"".join(pieces)}"/>{"".join(dots)}'


def _last_values(series: Mapping[str, list[float | None]], places: list[float], axis: _Axis) -> list[str]:
    """The last value of each line beside its end; one that would cover another is left out, the legend has the rest."""
    shown: list[str] = []
    taken: list[float] = []
    for values in series.values():
        at, value = next(
            ((at, value) for at, value in reversed(list(enumerate(values))) if value is not None), (0, None)
        )
        if value is None:
            continue
        y = axis.place(value) + 4
        if at == len(places) - 1 and all(abs(y - other) >= _SIZE for other in taken):
            taken.append(y)
            shown.append(_text(places[at] + 6, y, _number(value), "gp-ink"))
    return shown


def _written_places(xs: Sequence[str], places: list[float], bottom: float) -> list[str]:
    room = max(_text_width(_clean(x), 11) for x in xs) + 14
    span = places[-1] - places[0]
    every = max(1, math.ceil(len(xs) / max(1.0, span / room))) if span else 1
    # Counted from the end: the last night is the one that is asked for.
    written = [index for index in range(len(xs)) if (len(xs) - 1 - index) % every == 0]
    return [_text(places[index], bottom + 18, _clean(xs[index]), "gp-soft", "middle", 11) for index in written]


def _legend(names: list[str], width: int, top: float, *, dashed: bool = False) -> tuple[list[str], float]:
    """The legend's entries, broken into lines, and where what comes below it may begin."""
    if not names:
        return [], top
    drawn: list[str] = []
    x, y = float(_MARGIN), top
    for index, name in enumerate(names):
        text = _fitted(_clean(name), width / 2)
        needed = 24 + _text_width(text) + 14
        if x > _MARGIN and x + needed > width - _MARGIN:
            x, y = float(_MARGIN), y + _LEGEND_HEIGHT
        colour = index % _N_COLOURS
        if dashed:
            dash = _DASHES[index % len(_DASHES)]
            dashes = f' stroke-dasharray="{dash}"' if dash else ""
            drawn.append(f'<path class="gp-line gl-{colour}"{dashes} d="M{_at(x)} {_at(y + 8)}h18"/>')
        else:
            drawn.append(f'<rect class="gp-{colour}" x="{_at(x + 4)}" y="{_at(y + 2)}" width="12" height="12" rx="2"/>')
        drawn.append(_text(x + 22, y + 12, text, "gp-ink"))
        x += needed
    return drawn, y + _LEGEND_HEIGHT + 4


def _empty(title: str, width: int) -> str:
    body = [_text(_MARGIN, _TITLE_HEIGHT + 16, "자료 없음", "gp-soft")]
    return _picture(title, "자료 없음", width, _TITLE_HEIGHT + 36, body)


def _picture(title: str, said: str, width: int, height: float, body: Sequence[str]) -> str:
    name = _clean(title)
    tall = math.ceil(height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{tall}" viewBox="0 0 {width} {tall}" '
        f'role="img" aria-label="{_escaped(name)}" font-family="{_FONT}" font-size="{_SIZE}">'
        f"<title>{_escaped(name)}</title><desc>{_escaped(said)}</desc><style>{_STYLE}</style>"
        f'<rect class="gp-ground" x="0.5" y="0.5" width="{width - 1}" height="{tall - 1}" rx="6"/>'
        f"{_text(_MARGIN, 24, _fitted(name, width - 2 * _MARGIN, 14), 'gp-ink', 'start', 14, bold=True)}"
        f"{''.join(body)}</svg>"
    )


def _text(
    x: float, y: float, text: str, style: str, anchor: str = "start", size: int = _SIZE, *, bold: bool = False
) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text class="{style}" x="{_at(x)}" y="{_at(y)}" text-anchor="{anchor}" font-size="{size}"{weight}>'
        f"{_escaped(text)}</text>"
    )


def _spoken_row(label: str, values: Mapping[str, float], total: float, unit: str) -> str:
    named = [f"{_clean(part)} {_number(value, unit)}" for part, value in values.items() if part]
    return f"{label}: {_number(total, unit)}" + (f" ({', '.join(named)})" if named else "")


def _spoken_line(name: str, xs: Sequence[str], values: list[float | None], unit: str) -> str:
    pairs = list(zip(xs, values, strict=True))[-_MAX_SPOKEN:]
    said = [f"{_clean(x)} {'없음' if value is None else _number(value, unit)}" for x, value in pairs]
    return f"{name}: {', '.join(said)}"


def _number(value: float, unit: str = "") -> str:
    """A value for people: thousands apart, two digits after the point at most, below one three digits that count."""
    text = f"{value:.3g}" if 0 < abs(value) < 1 else f"{value:,.2f}".rstrip("0").rstrip(".")
    return text + unit


def _at(pixel: float) -> str:
    return f"{pixel:.1f}".removesuffix(".0")


def _finite(value: float) -> float:
    return float(value) if math.isfinite(value) else 0.0


def _finite_or_none(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None


def _clean(text: str) -> str:
    """One line without control characters, which XML forbids."""
    spaced = " ".join(text.split())
    return "".join(character for character in spaced if unicodedata.category(character) not in ("Cc", "Cs", "Cn", "Co"))


def _escaped(text: str) -> str:
    return escape(_clean(text), quote=True)


def _text_width(text: str, size: int = _SIZE) -> float:
    """An upper estimate of a text's width in pixels."""
    wide = sum(1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.62 for character in text)
    return wide * size


def _fitted(text: str, room: float, size: int = _SIZE) -> str:
    if _text_width(text, size) <= room + 1:
        return text
    kept = text
    while kept and _text_width(kept + "…", size) > room:
        kept = kept[:-1]
    return kept + "…"
