"""A brand's colours by their use on a product, and what they become as ink and as metal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clappper.base.colours import channels, code_of, contrast, linear, luminance

METAL_BRIGHTNESS, METAL_LIFT, METAL_WHITE = 0.94, 1.8, 0.14
"""How bright a polished metal's strongest channel gets, by how much at most, and how pale it is."""
GOLD_HUE = 0.58
"""Gold's green between its blue and its red, in linear light (1.0, 0.77, 0.34 after Gulbrandsen), rounded
down for the saturated colours that brands call gold."""
FALLBACK = ("#1E2A35", "#C9A24B", "#F5F1E8")


@dataclass(frozen=True, slots=True)
class Palette:
    """The brand's colours by their use on a product."""

    dark: str
    light: str
    accent: str
    body: str

    @classmethod
    def of(cls, colours: Sequence[str]) -> Palette:
        """Find the darkest, the lightest and the strongest colour; what is missing is neutral."""
        known = list(colours) or [FALLBACK[1], FALLBACK[0]]
        darkest, lightest = min(known, key=luminance), max(known, key=luminance)
        strongest = max(known, key=strength)
        return cls(
            dark=darkest if luminance(darkest) < 0.18 else FALLBACK[0],
            light=lightest if luminance(lightest) > 0.6 else FALLBACK[2],
            accent=strongest if strength(strongest) > 0.25 else FALLBACK[1],
            body=known[0],
        )


def strength(colour: str) -> float:
    return (max(channels(colour)) - min(channels(colour))) / 255


def readable_on(ground: str, wanted: str) -> str:
    """Give ``wanted`` where it can be read on ``ground``, else black or white."""
    if contrast(ground, wanted) >= 4.5:
        return wanted
    return max(("#141414", "#FFFFFF"), key=lambda ink: contrast(ground, ink))


def visible_on(ground: str, wanted: str) -> str:
    """Give ``wanted`` where a line of it is seen on ``ground``, else black or white."""
    return wanted if contrast(ground, wanted) >= 1.8 else readable_on(ground, wanted)


def tinted(colour: str) -> str:
    """Give the colour that a liquid of a colour lets pass: as bright as it gets."""
    found = linear(colour)
    return hex_of([(channel / max(*found, 1e-3)) ** 0.8 for channel in found])


def plated(colour: str) -> str:
    """Give the metal of a colour: as bright as polished metals are, and paler than its print.

    A print's colour taken for a metal's turns olive where it mirrors something dark.
    """
    red, green, blue = _golden(*linear(colour))
    scale = min(METAL_BRIGHTNESS / max(red, green, blue, 1e-3), METAL_LIFT)
    peak = scale * max(red, green, blue)
    return hex_of([scale * c + (peak - scale * c) * METAL_WHITE for c in (red, green, blue)])


def _golden(red: float, green: float, blue: float) -> tuple[float, float, float]:
    """Turn a yellow to the hue that gold has: metals are never greener."""
    if red >= green > blue:
        green = min(green, blue + GOLD_HUE * (red - blue))
    return red, green, blue


def hex_of(rgb: Sequence[float]) -> str:
    """Write linear light as an sRGB colour."""
    return "#" + "".join(f"{round(255 * code_of(channel)):02X}" for channel in rgb)
