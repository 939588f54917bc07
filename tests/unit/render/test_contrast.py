"""Inks keep their promises for any brand: text reads, and a button can be seen."""

from hypothesis import given
from hypothesis import strategies as st

from clappper.base.colours import contrast
from clappper.render.contrast import (
    DARK_FOOTAGE,
    NOTICEABLE,
    READABLE,
    READABLE_LARGE,
    UNDER_SCRIM,
    Inks,
    mixed,
    readable_on,
    strengthened,
)
from clappper.timeline.model import Branding

COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06X}")


def test_half_of_another_colour_is_half_way() -> None:
    assert mixed("#000000", "#FFFFFF", 0.5) == "#808080"


@given(st.lists(COLOURS, max_size=4).map(tuple), st.sampled_from(["warm", "cool", "neutral"]))
def test_every_brand_reads_over_footage(colours: tuple[str, ...], palette: str) -> None:
    inks = Inks.of(Branding(colours=colours, palette=palette))
    assert contrast(inks.text, UNDER_SCRIM) >= READABLE
    assert contrast(inks.accent, UNDER_SCRIM) >= READABLE_LARGE
    assert contrast(inks.accent, DARK_FOOTAGE) >= READABLE_LARGE
    assert contrast(inks.label, inks.fill) >= READABLE
    assert contrast(inks.fill, DARK_FOOTAGE) >= NOTICEABLE


@given(st.lists(COLOURS, min_size=1, max_size=4).map(tuple), COLOURS)
def test_every_brand_reads_on_every_plain_ground(colours: tuple[str, ...], ground: str) -> None:
    inks = Inks.of(Branding(colours=colours), ground)
    assert contrast(inks.text, ground) >= READABLE
    assert contrast(inks.accent, ground) >= READABLE_LARGE
    assert contrast(inks.label, inks.fill) >= READABLE
    assert contrast(inks.fill, ground) >= NOTICEABLE


def test_a_brands_own_colours_come_first() -> None:
    inks = Inks.of(Branding(colours=("#D4AF37", "#111111")))
    assert (inks.fill, inks.label) == ("#D4AF37", "#111111")
    assert readable_on("#D4AF37", ("#C0A030",)) == "#0E0E0E"
    assert strengthened("#D4AF37", "#111111", READABLE) == "#D4AF37"
    assert Inks.of(Branding(colours=("#D4AF37",)), "#111111").accent == "#D4AF37"


def test_a_colour_is_not_watered_down_until_it_is_another() -> None:
    red = Inks.of(Branding(colours=("#E4002B",)))
    assert (red.accent, red.fill) == (red.text, "#E4002B")
    assert strengthened("#000000", "#101010", READABLE, 0.3) is None
