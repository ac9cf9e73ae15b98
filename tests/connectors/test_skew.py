"""How far a page lies askew, and that a level one is left alone."""

import pytest
from PIL import Image, ImageDraw, ImageFont

from connectors.skew import MAX_DEGREES, level_picture, skew_of


def page() -> Image.Image:
    picture = Image.new("L", (1_200, 1_600), 255)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(26)
    for number in range(38):
        draw.text(
            (120, 100 + 38 * number),
            f"{number}. The budget of the programme is {number * 37},000 won."[: 30 + number % 20],
            0,
            font,
        )
    return picture


@pytest.mark.parametrize("degrees", [-10, -3.4, -1, 1, 2.2, 7])
def test_a_page_askew_is_turned_back(degrees: float):
    askew = page().rotate(degrees, expand=True, fillcolor=255)
    assert skew_of(askew) == pytest.approx(-degrees, abs=0.5)
    assert abs(skew_of(level_picture(askew))) < 0.6


def test_a_level_page_is_the_same_picture():
    level = page()
    assert skew_of(level) == 0.0
    assert level_picture(level) is level


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_page_on_its_side_is_not_askew(angle: int):
    assert skew_of(page().rotate(angle, expand=True)) == 0.0


def test_a_picture_without_lines_is_left_alone():
    noise = Image.effect_noise((900, 700), 80)
    assert skew_of(noise) == 0.0
    assert skew_of(Image.new("L", (900, 700), 255)) == 0.0
    assert skew_of(Image.new("1", (1, 1), 1)) == 0.0


def test_more_than_it_looks_for_is_not_found_by_chance():
    assert abs(skew_of(page().rotate(40, expand=True, fillcolor=255))) <= MAX_DEGREES
