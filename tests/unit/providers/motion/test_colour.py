from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.providers.motion.colour import Lch, from_hex, palette_of, to_oklab

channels = st.integers(0, 255)
colours = st.tuples(channels, channels, channels).map(lambda rgb: "#{:02x}{:02x}{:02x}".format(*rgb))


@given(colours)
def test_a_colour_survives_the_way_to_lch_and_back(text: str) -> None:
    rgb = from_hex(text)
    assert Lch.of(rgb).rgb() == pytest.approx(rgb, abs=0.004)


@pytest.mark.parametrize("text", ["", "#12", "gold", "#12345g"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"colour|invalid literal"):
        from_hex(text)


@given(st.lists(colours, max_size=4), st.sampled_from(["", "warm", "cool"]), st.booleans(), st.floats(0, 1))
def test_any_brand_gives_displayable_tones_apart_from_the_product(
    brand: list[str], temperature: str, dark: bool, product: float
) -> None:
    palette = palette_of(tuple(brand), temperature=temperature, mood_dark=dark, product_lightness=product)
    tones = (
        palette.wall,
        palette.deep,
        palette.floor,
        palette.accent,
        palette.second,
        palette.light,
        palette.glow,
    )
    assert all(0 <= channel <= 1 for tone in tones for channel in tone)
    assert to_oklab(palette.wall)[0] > to_oklab(palette.deep)[0]
    assert abs(to_oklab(palette.wall)[0] - product) > 0.11


def test_a_dark_brand_gets_a_dark_set_and_gold_darkens_into_bronze() -> None:
    palette = palette_of(("#D4AF37", "#111111"), temperature="", mood_dark=None, product_lightness=None)
    assert palette.dark
    red, green, _ = palette.wall
    assert red > 1.25 * green
