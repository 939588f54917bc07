"""Lines are balanced, never part what belongs together, and shrink before they give up."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clappper.render.fonts import FontShelf
from clappper.render.shaping import Style
from clappper.render.wrapping import Fit, Limits, fit, glued, pieces, printed

FONTS = FontShelf().stack("", Path())
STYLE = Style(100.0, 700, leading=1.05)
ROOM = Limits(width=800.0, height=500.0, max_size=100.0, min_size=50.0, max_lines=3)


def lines(result: Fit) -> list[str]:
    return [line.text for line in result.block.lines]


def test_a_short_text_stands_on_one_line_at_full_size() -> None:
    result = fit("Own Your Time", FONTS, STYLE, ROOM)
    assert lines(result) == ["Own Your Time"]
    assert result.fits
    assert result.block.style.size == 100.0


def test_lines_are_even_rather_than_full() -> None:
    result = fit("Precision machining with sapphire glass", FONTS, STYLE, replace(ROOM, width=1400.0))
    assert lines(result) == ["Precision machining", "with sapphire glass"]


def test_what_belongs_together_stays_on_one_line() -> None:
    text = glued("Nur 1 299,00 € für 250 ml heute")
    assert pieces(text) == ["Nur ", "1\u00a0299,00\u00a0€ ", "für ", "250\u00a0ml ", "heute"]
    assert pieces(glued("ab $ 20 pro Stück"))[1] == "$\u00a020 "


def test_cjk_breaks_between_characters_but_not_before_its_marks() -> None:
    assert pieces("时间，从「现在」") == ["时", "间，", "从", "「现", "在」"]
    result = fit("掌握你的时间，从现在开始", FONTS, STYLE, ROOM)
    assert lines(result) == ["掌握你的时间，", "从现在开始"]


def test_korean_breaks_at_spaces_only() -> None:
    assert pieces("당신의 시간을") == ["당신의 ", "시간을"]


def test_a_soft_hyphen_shows_only_at_the_end_of_a_line() -> None:
    assert pieces("Uhr\u00admacher") == ["Uhr\u00ad", "macher"]
    assert printed("Uhr\u00ad") == "Uhr-"
    assert printed("Uhr\u00admacher ") == "Uhrmacher"


def test_a_long_compound_shrinks() -> None:
    result = fit("Geschwindigkeitsbegrenzung", FONTS, STYLE, ROOM)
    assert result.fits
    assert 50.0 <= result.block.style.size < 100.0
    assert result.block.width <= 800.5


def test_what_does_not_fit_says_what_would_and_is_still_whole() -> None:
    text = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    tight = replace(ROOM, width=300.0, max_lines=2)
    result = fit(text, FONTS, STYLE, tight)
    assert not result.fits
    assert text.startswith(result.longest)
    assert fit(result.longest, FONTS, STYLE, tight).fits
    assert " ".join(lines(result)) == text
    assert result.block.width <= 300.5
    assert result.block.height <= 500.0


def test_a_text_may_set_its_own_lines() -> None:
    assert lines(fit("Own\nYour Time", FONTS, STYLE, ROOM)) == ["Own", "Your Time"]


def test_lines_never_touch() -> None:
    block = fit("Größe jyg ÅÄÖ Éjg", FONTS, replace(STYLE, leading=0.5), replace(ROOM, width=420.0)).block
    for at in range(len(block.lines) - 1):
        above = block.baselines[at] + block.lines[at].bottom
        assert block.baselines[at + 1] + block.lines[at + 1].top > above


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["Own", "Zeit", "time,", "掌握", "$ 20", "وقت"]), min_size=1, max_size=14))
def test_nothing_is_lost_and_nothing_overflows(words: list[str]) -> None:
    result = fit(" ".join(words), FONTS, STYLE, ROOM)
    assert "".join("".join(lines(result)).split()) == "".join("".join(words).split())
    assert result.block.width <= ROOM.width + 0.5
    assert result.block.height <= ROOM.height


@pytest.mark.parametrize("text", ["", "   ", "🔥"])
def test_nothing_to_draw_is_no_trouble(text: str) -> None:
    assert fit(text, FONTS, STYLE, ROOM).block.width == 0.0
