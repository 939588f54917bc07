"""Composition and light shared by all scenes: where the product goes and how it is lit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from clappper.media.light import weighed
from clappper.providers.motion.camera import smooth
from clappper.providers.motion.colour import Palette, Rgb
from clappper.providers.motion.hero import Hero, Light
from clappper.providers.motion.picture import Picture
from clappper.providers.motion.shot import Shot
from clappper.providers.motion.textures import GOBOS
from clappper.providers.motion.words import lexicon

Paint = Callable[[Picture, float], None]
"""Paints everything of one frame but its finish; the number runs from 0 to 1 over the clip."""
FALLBACK_DARK, FALLBACK_LIGHT = "gala", "kitchen"


@dataclass(frozen=True, slots=True)
class Layout:
    """The product's box and the height of its middle, in pixels from the frame's middle."""

    width: float
    height: float
    middle: float

    def foot(self, hero: Hero) -> float:
        return self.middle + hero.height / 2


TALL, WIDE, SQUARE = (0.74, 0.37, 0.105), (0.5, 0.6, 0.035), (0.66, 0.54, 0.04)
"""Shares of the core: the product's width and height, and how far its middle lies above the frame's.

A vertical ad's lower third belongs to the platform's own buttons, so its words stand just below the middle
and its product above them.
"""


def layout(shot: Shot, *, scale: float = 1.0, lift: float = 0.0) -> Layout:
    """Keep clear of the logo above and the words below; ``lift`` raises further, in core heights."""
    width, height, usual = TALL if shot.is_tall else WIDE if shot.is_wide else SQUARE
    box = width * shot.core_width * scale, height * shot.core_height * scale
    return Layout(*box, -(usual + lift) * shot.core_height)


def light_of(shot: Shot) -> Light:
    """Choose the light by the words and by how dark the set is."""
    words = shot.reading.lighting
    rim = (0.42 if shot.palette.dark else 0.16) + (0.35 if "rim" in words else 0.0)
    return Light(
        key=0.24 if "top" in words else 0.17,
        exposure=0.95 if shot.palette.dark else 1.02,
        rim=shot.palette.accent if "neon" in words else _between(shot.palette.light, shot.palette.accent),
        tint=_ambient(shot.palette),
        rim_left=rim * 0.8,
        rim_right=rim,
        gleam=(0.7 if "sweep" in words else 0.5) * (1.0 if shot.palette.dark else 0.7),
    )


def _ambient(palette: Palette) -> Rgb:
    """Let a little of the set's colour fall on the product, at unchanged brightness."""
    wall = np.asarray(palette.wall) / float(weighed(np.asarray(palette.wall)))
    red, green, blue = (float(value) for value in 0.84 + 0.16 * np.clip(wall, 0.4, 1.8))
    return red, green, blue


def environment_of(shot: Shot) -> dict[str, Any]:
    """Look up the place the words name, or one that suits the brand."""
    name = shot.reading.environment or (FALLBACK_DARK if shot.palette.dark else FALLBACK_LIGHT)
    place: dict[str, Any] = lexicon()["environment"][name]
    return place


def gobo_of(shot: Shot) -> str:
    """Choose the shadow on a light set: what the place would throw, else leaves or a window by seed."""
    place = lexicon()["environment"].get(shot.reading.environment, {})
    named = str(place.get("gobo", ""))
    return named if named in GOBOS else ("window", "leaves")[shot.seed % 2]


def _between(first: Rgb, second: Rgb) -> Rgb:
    red, green, blue = (0.65 * a + 0.35 * b for a, b in zip(first, second, strict=True))
    return red, green, blue


def gleam_at(seconds: float, length: float, *, start: float = 0.22) -> float:
    """Let the gleam cross once, in a second and a half, ``start`` of the way into the clip."""
    return smooth((seconds - start * length) / 1.5) * 1.6 - 0.3
