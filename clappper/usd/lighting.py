"""Lighting presets, free of scale: positions and sizes in multiples of the product's size.

Intensities are nits with UsdLux's ``normalize`` off, which equals a path tracer's radiance. All lights aim
at the middle of the product's box.
"""

from __future__ import annotations

from dataclasses import dataclass

Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Card:
    """A rectangular light: place and size in product sizes, intensity in nits, linear colour."""

    name: str
    place: Rgb
    width: float
    height: float
    nits: float
    colour: Rgb = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Window:
    """A frame that stands between a light and the product, whose shadow falls into the set.

    ``light`` is its card; ``share`` how far it stands from the product on the way there. Lengths are as they
    are cast on the product, in its sizes: ``opening`` is wide and high; ``upright`` and ``level`` bars stand
    off the middle, and are so wide.
    """

    light: str
    share: float
    opening: tuple[float, float]
    upright: tuple[tuple[float, float], ...]
    level: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Levels:
    """Mean brightness in display values 0..1: the product's, and the band that its backdrop stays within."""

    product: float
    backdrop: tuple[float, float]


@dataclass(frozen=True, slots=True)
class LightPreset:
    """``dome`` is the sky's radiance; ``backdrop`` a linear colour."""

    cards: tuple[Card, ...]
    dome: float
    dome_colour: Rgb
    backdrop: Rgb
    levels: Levels
    window: Window | None = None


_SUN, _SKY = (1.0, 0.64, 0.34), (0.62, 0.76, 1.0)
_MAGENTA, _CYAN = (1.0, 0.08, 0.62), (0.06, 0.72, 1.0)

PRESETS = {
    "soft_top": LightPreset(
        (
            Card("Top", (0.0, 2.6, 0.5), 2.6, 2.2, 3.3),
            Card("FillL", (-2.4, 1.2, 1.6), 0.7, 2.2, 4.0),
            Card("StripR", (2.2, 1.0, 0.7), 0.35, 2.4, 9.0),
            Card("EdgeL", (-3.2, 1.2, -1.35), 0.5, 2.2, 8.0),
            Card("EdgeR", (3.2, 1.2, -1.35), 0.5, 2.2, 5.5),
        ),
        0.18,
        (1.0, 1.0, 1.0),
        (0.78, 0.75, 0.72),
        Levels(0.45, (0.75, 0.87)),
    ),
    "golden_hour": LightPreset(
        (
            Card("Sun", (-4.7, 2.5, 2.2), 0.24, 0.24, 720.0, _SUN),
            Card("Fill", (2.4, 1.4, 2.0), 1.6, 2.0, 1.0, _SKY),
            Card("Back", (1.9, 1.6, -1.2), 0.5, 1.6, 9.0, (1.0, 0.66, 0.36)),
        ),
        0.15,
        (1.0, 0.9, 0.8),
        (0.82, 0.68, 0.54),
        Levels(0.40, (0.58, 0.72)),
        Window("Sun", 0.7, (3.6, 2.6), ((-0.62, 0.09), (0.62, 0.09)), ((0.62, 0.09),)),
    ),
    "hard_rim": LightPreset(
        (
            Card("RimL", (-1.5, 1.4, -1.2), 0.22, 1.8, 28.0),
            Card("RimR", (1.5, 1.4, -1.2), 0.22, 1.8, 22.0),
            Card("Key", (1.0, 2.0, 2.4), 0.6, 0.6, 27.0),
            Card("Spot", (0.0, 2.9, -1.5), 0.7, 0.5, 3.0),
        ),
        0.012,
        (1.0, 1.0, 1.0),
        (0.05, 0.05, 0.05),
        Levels(0.22, (0.08, 0.30)),
    ),
    "neon": LightPreset(
        (
            Card("Magenta", (-1.8, 0.9, -0.25), 0.22, 2.4, 15.0, _MAGENTA),
            Card("Cyan", (1.8, 1.0, -0.45), 0.22, 2.4, 14.0, _CYAN),
            Card("Front", (0.4, 2.2, 2.6), 0.9, 0.9, 6.0),
            Card("WallM", (-2.7, 0.9, -1.6), 0.3, 1.6, 9.0, _MAGENTA),
        ),
        0.02,
        (0.7, 0.6, 1.0),
        (0.10, 0.09, 0.13),
        Levels(0.27, (0.14, 0.32)),
    ),
}
