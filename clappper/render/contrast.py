"""Colours that can be read: contrast by WCAG 2.2, and inks chosen from a brand's own colours.

Colours are ``#RRGGBB``. A range is the darkest and the brightest relative luminance of what lies behind.
"""

from __future__ import annotations

from dataclasses import dataclass

from clappper.base.colours import channels, contrast, luminance
from clappper.timeline.model import Branding

READABLE = 4.5
"""WCAG 2.2, 1.4.3: the least contrast for text."""
READABLE_LARGE = 3.0
"""WCAG 2.2, 1.4.3: the least contrast for large text (24 px and above, or 18.7 px bold)."""
NOTICEABLE = 1.6
"""What a filled shape needs to stand out from its ground; below it the button melts into the picture."""

MOST_MIXED = 0.3
"""How much white or black a brand's colour bears before it is another colour."""

BLACK, WHITE = "#0E0E0E", "#FFFFFF"
PAPER = {"warm": "#FFF8EE", "cool": "#F4F8FF"}
UNDER_SCRIM = "#636363"
"""The brightest that footage can get under a title's scrim and shadow: white footage."""
DARK_FOOTAGE = "#141414"
Range = tuple[float, float]
SHADOW = 0.58
"""How dark a text's shadow is over footage that may be anything."""


def least_contrast(colour: str, over: Range) -> float:
    """Give the contrast ratio of a colour to what is nearest to it within a range; 1 if it lies inside."""
    own = luminance(colour)
    nearest = min(max(own, over[0]), over[1])
    return (max(own, nearest) + 0.05) / (min(own, nearest) + 0.05)


def mixed(colour: str, other: str, share: float) -> str:
    """Blend ``share`` (0..1) of ``other`` into ``colour``."""
    pairs = zip(channels(colour), channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def readable_on(fill: str, preferred: tuple[str, ...] = ()) -> str:
    """Choose a text colour for ``fill``: the first preferred one that reads well, else black or white.

    Pure black is the last resort; it or white reads on every colour, as 21 = 4.58 * 4.58.
    """
    strongest = sorted((BLACK, WHITE), key=lambda colour: -contrast(colour, fill))
    choices = (*preferred, *strongest)
    return next((colour for colour in choices if contrast(colour, fill) >= READABLE), "#000000")


def strengthened(colour: str, ground: str, least: float, most_mixed: float = 1.0) -> str | None:
    """Move ``colour`` away from ``ground``, towards white or black, until it reads.

    Gives ``None`` when it had to be mixed by more than ``most_mixed``: it would no longer be that colour.
    """
    goal = max((BLACK, WHITE), key=lambda end: contrast(end, ground))
    for step in range(round(most_mixed * 10) + 1):
        moved = mixed(colour, goal, step / 10)
        if contrast(moved, ground) >= least:
            return moved
    return None


@dataclass(frozen=True, slots=True)
class Inks:
    """The colours of one group of titles: text, accent for prices, and a button's fill and label.

    ``shadow`` is the opacity of the text's shadow over footage; ``tag`` is the ground of a price that brings
    its own, empty if it does not.
    """

    text: str
    accent: str
    fill: str
    label: str
    shadow: float = SHADOW
    tag: str = ""

    @classmethod
    def of(cls, branding: Branding, ground: str = "") -> Inks:
        """Choose inks for a plain ``ground``, or, without one, for footage darkened by a scrim."""
        brand = branding.colours or Branding().colours
        paper = PAPER.get(branding.palette, WHITE)
        text = readable_on(ground, (paper,)) if ground else paper
        accent = _accent(brand, ground) or text
        visible = [colour for colour in brand if contrast(colour, ground or DARK_FOOTAGE) >= NOTICEABLE]
        fill = visible[0] if visible else text
        return cls(text, accent, fill, readable_on(fill, tuple(c for c in brand if c != fill)))


def _accent(brand: tuple[str, ...], ground: str) -> str | None:
    """Choose the first brand colour that reads as large text while it still looks like itself.

    Over footage it is lighter than the text's ground, whose darkness varies; a dark colour would get lost.
    """
    for colour in brand:
        accent = strengthened(colour, ground or UNDER_SCRIM, READABLE_LARGE, MOST_MIXED)
        if accent and (ground or luminance(accent) > luminance(UNDER_SCRIM)):
            return accent
    return None
