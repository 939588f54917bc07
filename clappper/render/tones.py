"""Tones: the inks that words take over the footage behind them, and the least veil under which they read.

White or the brand's darkest tone always reads at least as well as any other of its colours, so text is one of
these two; a price takes the brand's accent where that reads as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clappper.base.colours import code_of, light_of, luminance
from clappper.render.contrast import (
    BLACK,
    MOST_MIXED,
    NOTICEABLE,
    PAPER,
    READABLE_LARGE,
    SHADOW,
    WHITE,
    Inks,
    Range,
    least_contrast,
    mixed,
    readable_on,
)
from clappper.timeline.model import Branding

DARK_VEIL, LIGHT_VEIL = "#060606", WHITE
COMFORT = 1.15
"""Aims above the least contrast: a range leaves out a tenth of what is behind the letters."""
WASHED_OUT = 1.5
"""How much worse a light veil looks than a dark one of the same opacity."""
UNSEEN = 0.04
"""A veil of less opacity is left out."""
HEAVY = 0.25
"""From this opacity on a veil for nothing but a price looks like dirt; it gets a tag instead."""
DARKEST_INK = 0.012
"""The most relative luminance of dark text; a brand's dark colour above it is deepened."""
LIGHT_SHADOW = 0.2
"""How dark the shadow of light text is where it reads without: enough to lift it off the picture."""


@dataclass(frozen=True, slots=True)
class Need:
    """What is behind some words, and the contrast ratio they need to it."""

    over: Range
    least: float


@dataclass(frozen=True, slots=True)
class Veil:
    """An even wash of ``colour`` over the footage; ``opacity`` 0..1."""

    colour: str
    opacity: float

    def over(self, behind: Range) -> Range:
        """Give the range that is left under it; pictures are mixed in code values, not in light."""
        end = code_of(luminance(self.colour))
        codes = [code_of(side) for side in behind]
        dark, bright = (light_of(code + (end - code) * self.opacity) for code in codes)
        return dark, bright


def joined(ranges: Sequence[Range]) -> Range:
    """Give the range that holds all of these."""
    return min(dark for dark, _ in ranges), max(bright for _, bright in ranges)


def veil_under(ink: str, needs: Sequence[Need]) -> Veil:
    """Choose the weakest veil under which ``ink`` reads: dark under a light ink, light under a dark one."""
    is_light = luminance(ink) > luminance("#777777")
    colour = DARK_VEIL if is_light else LIGHT_VEIL
    opacity = max((_opacity(ink, need, colour) for need in needs), default=0.0)
    return Veil(colour, opacity if opacity >= UNSEEN else 0.0)


def _opacity(ink: str, need: Need, veil: str) -> float:
    own, least = luminance(ink) + 0.05, COMFORT * need.least
    darkens = luminance(veil) < luminance(ink)
    behind = code_of(need.over[1] if darkens else need.over[0])
    limit = code_of(max(0.0, own / least - 0.05 if darkens else own * least - 0.05))
    if (behind <= limit) if darkens else (behind >= limit):
        return 0.0
    return min(1.0, (behind - limit) / (behind - code_of(luminance(veil))))


def text_over(branding: Branding, needs: Sequence[Need]) -> str:
    """Choose the text's colour: what needs the weaker veil, or else what stands out more."""
    paper, dark = PAPER.get(branding.palette, WHITE), darkest_ink(branding)

    def cost(ink: str) -> tuple[float, float]:
        veil = veil_under(ink, needs)
        weight = WASHED_OUT if veil.colour == LIGHT_VEIL else 1.0
        return weight * veil.opacity, -min(least_contrast(ink, need.over) / need.least for need in needs)

    return min((paper, dark), key=cost)


def darkest_ink(branding: Branding) -> str:
    """Give the brand's darkest colour, deepened until it serves as black."""
    darkest = min(branding.colours or (BLACK,), key=luminance)
    deeper = (mixed(darkest, "#000000", step / 20) for step in range(21))
    return next(colour for colour in deeper if luminance(colour) <= DARKEST_INK)


def inks_over(branding: Branding, text: str, veil: Veil, *, price: Range, button: Range) -> Inks:
    """Choose the inks beside the text's; ``price`` and ``button`` are what is behind each, unveiled."""
    brand = branding.colours or Branding().colours
    behind = veil.over(button)
    fill = next((colour for colour in brand if least_contrast(colour, behind) >= NOTICEABLE), text)
    label = readable_on(fill, tuple(colour for colour in (*brand, text) if colour != fill))
    is_light = veil.colour == DARK_VEIL
    shadow = (SHADOW if veil.opacity else LIGHT_SHADOW) if is_light else 0.0
    accent = _accent(brand, veil.over(price), WHITE if is_light else BLACK) or text
    return Inks(text, accent, fill, label, shadow)


def tag_inks(branding: Branding) -> Inks:
    """Choose the inks of a price that stands on a tag of its own."""
    tag = darkest_ink(branding)
    label = readable_on(tag, (*branding.colours, PAPER.get(branding.palette, WHITE)))
    return Inks(label, label, label, tag, shadow=0.0, tag=tag)


def _accent(brand: tuple[str, ...], over: Range, end: str) -> str | None:
    """Choose the first brand colour that reads as large text, moved a little towards ``end`` if need be."""
    for colour in brand:
        for step in range(round(MOST_MIXED * 10) + 1):
            accent = mixed(colour, end, step / 10)
            if least_contrast(accent, over) >= COMFORT * READABLE_LARGE:
                return accent
    return None
