"""A plot is one well-formed picture that says its numbers to the eye and to the ear, whatever the texts hold."""

import base64
import re
from xml.etree import ElementTree

import pytest

from assets.plots import as_image, bars, lines, nice_step, stacked_bars

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text><script>alert('가')</script>&\"\x00\x1b\ud800 표"


def parsed(svg: str) -> ElementTree.Element:
    """The picture as XML, which a byte that XML forbids would not become."""
    return ElementTree.fromstring(svg.encode())


def texts(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in parsed(svg).iter(f"{SVG}text")]


def rectangles(svg: str) -> list[tuple[str, float, float]]:
    """(class, x, width) of each bar."""
    found = [element.attrib for element in parsed(svg).iter(f"{SVG}rect")]
    return [
        (a["class"], float(a["x"]), float(a["width"])) for a in found if a["class"] != "gp-ground" and "rx" not in a
    ]


def described(svg: str) -> str:
    found = parsed(svg).find(f"{SVG}desc")
    assert found is not None
    return found.text or ""


PICTURES = {
    "bars": bars("사유", [("암호", 12.0), ("손상", 3.0)], unit="건"),
    "stacked": stacked_bars("결과", [("예산과", {"보관": 120.0, "격리": 7.0}), ("복지과", {"격리": 2.0})], unit="개"),
    "lines": lines("구절", ["11-01", "11-02", "11-03"], {"구절": [1.0, None, 3.0], "청크": [2.0, 4.0, 8.0]}, unit="개"),
    "nothing": bars("없음", []),
}


@pytest.mark.parametrize("svg", PICTURES.values(), ids=PICTURES)
def test_a_picture_stands_alone_and_names_itself(svg: str) -> None:
    root = parsed(svg)
    assert root.tag == f"{SVG}svg"
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"]
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert described(svg)
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    assert "prefers-color-scheme:dark" in svg


def test_the_ear_is_told_every_number() -> None:
    assert described(PICTURES["bars"]) == "암호: 12건; 손상: 3건"
    assert described(PICTURES["stacked"]) == "예산과: 127개 (보관 120개, 격리 7개); 복지과: 2개 (격리 2개)"
    assert described(PICTURES["lines"]) == (
        "구절: 11-01 1개, 11-02 없음, 11-03 3개; 청크: 11-01 2개, 11-02 4개, 11-03 8개"
    )


def test_lengths_are_in_proportion_and_parts_lie_end_to_end() -> None:
    (_, _, first), (_, _, second) = rectangles(PICTURES["bars"])
    assert first / second == pytest.approx(4.0, rel=0.02)
    kept, quarantined, other = rectangles(PICTURES["stacked"])
    assert quarantined[1] == pytest.approx(kept[1] + kept[2], abs=0.2)
    assert other[0] == quarantined[0] != kept[0]
    assert kept[1] == other[1]


def test_a_gap_breaks_the_line() -> None:
    paths = [
        p.attrib["d"]
        for p in parsed(PICTURES["lines"]).iter(f"{SVG}path")
        if "L" in p.attrib["d"] or p.attrib["d"].count("M") > 1
    ]
    broken, whole = paths
    assert (broken.count("M"), broken.count("L")) == (2, 0)
    assert (whole.count("M"), whole.count("L")) == (1, 2)


def test_nothing_to_show_is_a_small_picture_that_says_so() -> None:
    shown = [bars("가", []), stacked_bars("가", []), lines("가", [], {}), lines("가", ["11-01"], {"나": [None]})]
    for svg in shown:
        assert "자료 없음" in texts(svg)
        assert int(parsed(svg).attrib["height"]) < 100


@pytest.mark.parametrize(
    "svg",
    [
        bars(HOSTILE, [(HOSTILE, 1.0)], unit=HOSTILE),
        stacked_bars(HOSTILE, [(HOSTILE, {HOSTILE: 1.0})], unit=HOSTILE),
        lines(HOSTILE, [HOSTILE, HOSTILE], {HOSTILE: [1.0, 2.0], "나": [1.0, 1.0]}, unit=HOSTILE),
    ],
    ids=["bars", "stacked", "lines"],
)
def test_texts_are_texts_and_never_markup(svg: str) -> None:
    assert not list(parsed(svg).iter(f"{SVG}script"))
    assert "<script" not in svg
    assert not set(svg) & {"\x00", "\x1b", "\ud800"}


def test_values_that_are_no_number_do_not_break_a_picture() -> None:
    nan, inf = float("nan"), float("inf")
    assert described(bars("가", [("나", nan), ("다", -3.0), ("라", 0.0)])) == "나: 0; 다: 0; 라: 0"
    assert described(lines("가", ["1", "2"], {"나": [inf, 2.0]})) == "나: 1 없음, 2 2"
    assert rectangles(bars("가", [("나", nan)])) == []


@pytest.mark.parametrize(
    ("span", "whole", "step"),
    [
        (1500, False, 500),
        (130, False, 50),
        (10, False, 2),
        (0.013, False, 0.005),
        (3, True, 1),
        (0, True, 1),
        (1e9, False, 2e8),
    ],
)
def test_the_axis_has_round_numbers(span: float, whole: bool, step: float) -> None:
    assert nice_step(span, whole=whole) == pytest.approx(step)


def test_the_axis_of_whole_numbers_has_no_fractions_and_ends_at_or_above_the_largest() -> None:
    ticks = [text for text in texts(bars("가", [("나", 3.0)])) if re.fullmatch(r"[\d,.]+", text)]
    assert ticks[:-1] == ["0", "1", "2", "3"]
    ticks = [text for text in texts(bars("가", [("나", 1234.0)])) if re.fullmatch(r"[\d,.]+", text)]
    assert ticks[:-1] == ["0", "500", "1,000", "1,500"]


def test_negative_values_of_a_line_lie_below_zero() -> None:
    svg = lines("가", ["1", "2"], {"나": [-5.0, 5.0]})
    first, second = (float(c.attrib["cy"]) for c in parsed(svg).iter(f"{SVG}circle"))
    assert first > second
    assert "-5" in described(svg)


def test_a_long_label_is_cut_on_the_page_and_whole_in_its_tooltip() -> None:
    label = "아주 긴 파일 이름 " * 12 + "끝.hwpx"
    svg = bars("가", [(label, 1.0)])
    assert any(text.endswith("…") for text in texts(svg))
    assert label in "".join(parsed(svg).itertext())


def test_many_places_are_thinned_and_the_last_is_written() -> None:
    nights = [f"11-{day:02}" for day in range(1, 31)] * 4
    shown = [text for text in texts(lines("가", nights, {"나": [1.0] * len(nights)})) if text.startswith("11-")]
    assert 2 < len(shown) < 15
    assert shown[-1] == "11-30"


def test_the_labels_of_the_places_lie_within_the_picture() -> None:
    nights = [f"11-25 23:{minute}" for minute in range(12, 40)]
    root = parsed(lines("가", nights, {"나": [1.0] * len(nights)}))
    shown = [text for text in root.iter(f"{SVG}text") if (text.text or "").startswith("11-25")]
    for text in shown:
        half = len(text.text or "") * 11 * 0.6 / 2
        assert half <= float(text.attrib["x"]) <= float(root.attrib["width"]) - half


def test_a_series_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="2 values"):
        lines("가", ["1", "2"], {"나": [1.0]})


def test_an_image_carries_the_picture_whole() -> None:
    image = as_image(PICTURES["bars"], "사유](x) [가\n나")
    found = re.fullmatch(r"!\[([^\[\]]*)\]\(data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)\)", image)
    assert found is not None
    assert base64.b64decode(found.group(2)).decode() == PICTURES["bars"]
