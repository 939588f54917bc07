"""Over known footage words take the ink that reads, and no more veil than that takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.base.colours import contrast, luminance
from clappper.render.contrast import NOTICEABLE, READABLE, READABLE_LARGE, least_contrast
from clappper.render.tones import (
    DARK_VEIL,
    LIGHT_VEIL,
    Need,
    Veil,
    darkest_ink,
    inks_over,
    tag_inks,
    text_over,
    veil_under,
)
from clappper.timeline.model import Branding

AMBER = Branding(colours=("#E8A33D", "#3B2A1E"), palette="warm")
COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06X}")
RANGES = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(lambda pair: (min(pair), max(pair)))


@given(st.lists(COLOURS, max_size=3).map(tuple), RANGES, st.sampled_from([READABLE, READABLE_LARGE]))
def test_text_reads_over_any_footage(
    colours: tuple[str, ...], over: tuple[float, float], least: float
) -> None:
    branding, needs = Branding(colours=colours), [Need(over, least)]
    text = text_over(branding, needs)
    veil = veil_under(text, needs)
    behind = veil.over(over)
    inks = inks_over(branding, text, veil, price=over, button=over)
    assert least_contrast(text, behind) >= least
    assert least_contrast(inks.accent, behind) >= READABLE_LARGE
    assert least_contrast(inks.fill, behind) >= NOTICEABLE
    assert veil.opacity < 0.7


@pytest.mark.parametrize(
    ("over", "text"), [((0.4, 0.8), darkest_ink(AMBER)), ((0.01, 0.1), "#FFF8EE"), ((0.0, 1.0), "#FFF8EE")]
)
def test_light_sets_get_dark_words_and_dark_sets_light_ones(over: tuple[float, float], text: str) -> None:
    needs = [Need(over, READABLE)]
    assert text_over(AMBER, needs) == text
    assert (veil_under(text, needs).opacity > 0) == (over == (0.0, 1.0))


def test_a_veil_is_as_weak_as_it_may_be() -> None:
    needs = [Need((0.1, 0.5), READABLE)]
    veil = veil_under("#FFFFFF", needs)
    weaker = Veil(veil.colour, 0.75 * veil.opacity)
    assert veil.colour == DARK_VEIL
    assert least_contrast("#FFFFFF", veil.over((0.1, 0.5))) >= READABLE
    assert least_contrast("#FFFFFF", weaker.over((0.1, 0.5))) < READABLE
    assert veil_under("#0E0E0E", needs).colour == LIGHT_VEIL


def test_a_price_is_amber_on_a_dark_set_and_never_on_amber() -> None:
    def price(over: tuple[float, float]) -> str:
        text = text_over(AMBER, [Need(over, READABLE_LARGE)])
        return inks_over(
            AMBER, text, veil_under(text, [Need(over, READABLE_LARGE)]), price=over, button=over
        ).accent

    amber = luminance("#E8A33D")
    assert price((0.01, 0.05)) == "#E8A33D"
    assert least_contrast(price((amber - 0.02, amber + 0.02)), (amber - 0.02, amber + 0.02)) >= READABLE_LARGE


def test_the_dark_ink_keeps_a_tinge_of_the_brand() -> None:
    red, green, blue = (int(darkest_ink(AMBER)[at : at + 2], 16) for at in (1, 3, 5))
    assert red > green > blue
    assert darkest_ink(Branding(colours=("#FFFFFF",))) < "#303030"


def test_light_words_cast_a_shadow_and_dark_ones_none() -> None:
    calm = Veil(DARK_VEIL, 0.0)
    light = inks_over(AMBER, "#FFFFFF", calm, price=(0.0, 0.1), button=(0.0, 0.1))
    dark = inks_over(AMBER, "#111111", Veil(LIGHT_VEIL, 0.0), price=(0.6, 0.7), button=(0.6, 0.7))
    assert light.shadow > dark.shadow == 0.0
    assert (light.fill, dark.fill) == ("#E8A33D", "#3B2A1E")


@given(st.lists(COLOURS, max_size=3).map(tuple))
def test_a_price_reads_on_its_tag(colours: tuple[str, ...]) -> None:
    inks = tag_inks(Branding(colours=colours))
    assert contrast(inks.accent, inks.tag) >= READABLE
