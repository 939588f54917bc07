import pytest

from clappper.base.colours import contrast, luminance
from clappper.usd.palette import Palette, plated, readable_on, tinted


def test_a_metal_is_brighter_than_its_print_and_a_dark_one_stays_dark() -> None:
    assert luminance(plated("#D4AF37")) > 1.2 * luminance("#D4AF37")
    assert luminance(plated("#1E2A35")) < 0.1


def test_a_yellow_metal_is_no_greener_than_gold_and_silver_stays_silver() -> None:
    red, green, blue = (int(plated("#D4AF37")[at : at + 2], 16) for at in (1, 3, 5))
    assert red > green > blue
    assert plated("#C0C0C0")[1:3] == plated("#C0C0C0")[5:7]
    assert tinted("#804020").startswith("#FF")


@pytest.mark.parametrize("ground", ["#FFFFFF", "#000000", "#808080", "#D4AF37"])
def test_ink_can_be_read_on_any_ground(ground: str) -> None:
    assert contrast(ground, readable_on(ground, "#8A8A8A")) >= 4.5


def test_a_brand_without_colours_has_a_neutral_palette() -> None:
    palette = Palette.of(())
    assert contrast(palette.dark, palette.light) >= 7
    assert palette.accent != palette.dark
