"""Text is shaped in its own direction, measured exactly, and carries no glyph it was not given."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clappper.render.fonts import FontShelf, FontStack
from clappper.render.shaping import (
    PRICE,
    Style,
    clusters,
    in_em,
    is_right_to_left,
    set_line,
    side_by_side,
)

STACK = FontShelf().stack("", Path())
STYLE = Style(100.0, 700)


@pytest.fixture(scope="module")
def fonts() -> FontStack:
    return STACK


def glyphs(svg: str) -> int:
    return svg.count("<path")


def test_a_line_is_as_wide_as_its_letters_and_tracking_adds_between_them(fonts: FontStack) -> None:
    plain = set_line("HHH", fonts, STYLE)
    loose = set_line("HHH", fonts, Style(100.0, 700, tracking=0.1))
    assert plain.width == pytest.approx(3 * set_line("H", fonts, STYLE).width)
    assert loose.width == pytest.approx(plain.width + 20.0)
    assert plain.left > 0 > plain.top
    assert plain.bottom == pytest.approx(0.0, abs=0.5)


def test_kerning_brings_a_pair_together(fonts: FontStack) -> None:
    apart = set_line("A", fonts, STYLE).width + set_line("V", fonts, STYLE).width
    assert set_line("AV", fonts, STYLE).width < apart - 2.0


def test_arabic_letters_join_and_run_from_the_right(fonts: FontStack) -> None:
    joined = set_line("وقت", fonts, STYLE)
    isolated = sum(set_line(letter, fonts, STYLE).width for letter in "وقت")
    assert is_right_to_left("وقت")
    assert joined.width < isolated
    assert set_line("وقت", fonts, Style(100.0, 700, tracking=0.2)).width == pytest.approx(joined.width)


def test_a_price_keeps_its_order_inside_arabic(fonts: FontStack) -> None:
    price = set_line("$299", fonts, STYLE)
    inside = set_line("السعر $299", fonts, STYLE)
    assert inside.svg.startswith(price.svg)


def test_latin_inside_arabic_is_not_mirrored(fonts: FontStack) -> None:
    name = set_line("Auric", fonts, STYLE)
    assert name.svg.split(" d=")[1] in set_line("ساعة Auric", fonts, STYLE).svg


def test_a_missing_glyph_leaves_no_box(fonts: FontStack) -> None:
    assert set_line("A🔥B", fonts, STYLE).svg == set_line("AB", fonts, STYLE).svg
    empty = set_line("🔥", fonts, STYLE)
    assert (empty.svg, empty.width) == ("", 0.0)


def test_marks_stay_with_their_letter() -> None:
    assert list(clusters("e\u0301a")) == ["e\u0301", "a"]
    assert list(clusters("👨\u200d👩")) == ["👨\u200d👩"]


@pytest.mark.parametrize(
    "text", ["$299", "€ 1,299.00", "1 299,00 €".replace(" ", "\u202f", 1), "USD 20", "20 %", "99 kr"]
)
def test_prices_are_recognised_whole(text: str) -> None:
    found = PRICE.search(f"x {text} y")
    assert found
    assert found.group() == text


def test_lines_scale_and_stand_side_by_side(fonts: FontStack) -> None:
    em = set_line("Own", fonts, Style(1.0, 700))
    full = set_line("Own", fonts, STYLE)
    assert in_em(em, 100.0).width == pytest.approx(full.width, abs=0.01)
    both = side_by_side(full, full, gap=10.0, raised=30.0)
    assert both.width == pytest.approx(2 * full.width + 10.0)
    assert both.top == pytest.approx(full.top - 30.0)


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("aV $€1٣م ق(ש)-\u200f\u0301漢か글.")), st.sampled_from([None, True, False]))
def test_any_mix_keeps_every_visible_character(text: str, right_to_left: bool | None) -> None:
    line = set_line(text, STACK, STYLE, right_to_left=right_to_left)
    assert line.width >= 0.0
    assert line.left <= line.right
    assert glyphs(line.svg) > 0 or not any(char.isalnum() for char in text)
    assert line == set_line(text, STACK, STYLE, right_to_left=right_to_left)
