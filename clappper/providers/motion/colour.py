"""Colour by eye: brand colours become a set's tones in OKLCH, where equal steps look equal.

Source of the matrices: Björn Ottosson, "A perceptual color space for image processing" (2020).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clappper.media.light import codes_of, light_of
from clappper.providers.motion.arrays import Floats, Matrix

Rgb = tuple[float, float, float]

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LMS = np.linalg.inv(_TO_LMS)
_FROM_LAB = np.linalg.inv(_TO_LAB)
WARM_HUE = float(np.deg2rad(62.0))
COOL_HUE = float(np.deg2rad(245.0))
GREY_CHROMA = 0.03


def from_hex(text: str) -> Rgb:
    """Read ``#d4af37`` or ``d4af37`` as display RGB, 0..1.

    Raises:
        ValueError: not six hexadecimal digits.
    """
    digits = text.strip().lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) != 6:
        raise ValueError(f"{text!r} is not a colour")
    number = int(digits, 16)
    return (number >> 16) / 255, (number >> 8 & 255) / 255, (number & 255) / 255


def to_oklab(rgb: Rgb | Floats) -> Matrix:
    """Turn display RGB (..., 3), 0..1, into OKLab (..., 3)."""
    display = np.asarray(rgb, np.float64)
    lab: Matrix = np.cbrt(light_of(display) @ _TO_LMS.T) @ _TO_LAB.T
    return lab


def _display(lab: Matrix) -> Matrix:
    return codes_of(((_FROM_LAB @ lab) ** 3) @ _FROM_LMS.T)


@dataclass(frozen=True, slots=True)
class Lch:
    """A colour as lightness 0..1, chroma 0..0.37 and hue in radians."""

    lightness: float
    chroma: float
    hue: float

    @classmethod
    def of(cls, rgb: Rgb) -> Lch:
        lightness, a, b = to_oklab(rgb)
        return cls(float(lightness), float(np.hypot(a, b)), float(np.arctan2(b, a)))

    def at(self, lightness: float, chroma: float | None = None) -> Lch:
        """Give the same hue at another lightness; ``chroma`` is a ceiling."""
        return Lch(lightness, self.chroma if chroma is None else min(self.chroma, chroma), self.hue)

    def towards(self, hue: float, part: float) -> Lch:
        """Turn the hue the short way round."""
        turn = (hue - self.hue + np.pi) % (2 * np.pi) - np.pi
        return Lch(self.lightness, self.chroma, self.hue + turn * part)

    def deepened(self, lightness: float, chroma: float) -> Lch:
        """Darken as pigment does: a dark yellow reads as olive, so gold turns to bronze."""
        is_yellow = 1.2 < self.hue < 2.2
        return (self.towards(WARM_HUE, 0.75) if is_yellow else self).at(lightness, chroma)

    def rgb(self) -> Rgb:
        """Show the colour, giving up chroma until a display can."""
        lightness = float(np.clip(self.lightness, 0.0, 1.0))
        chroma = self.chroma
        for _ in range(24):
            lab = np.array([lightness, chroma * np.cos(self.hue), chroma * np.sin(self.hue)])
            shown = _display(lab)
            if shown.min() >= -1e-4 and shown.max() <= 1.0001:
                break
            chroma *= 0.9
        red, green, blue = (float(value) for value in np.clip(shown, 0.0, 1.0))
        return red, green, blue


@dataclass(frozen=True, slots=True)
class Palette:
    """The tones a set is built from, all display RGB.

    ``wall`` to ``deep`` are the backdrop from its lit centre to its corners, ``floor`` the ground by the
    product, ``accent`` the colour people know the brand by, ``second`` its companion, ``light`` the key
    light's tint, ``glow`` the light behind the product. ``dark`` tells a low-key set.
    """

    wall: Rgb
    deep: Rgb
    floor: Rgb
    accent: Rgb
    second: Rgb
    light: Rgb
    glow: Rgb
    dark: bool


def _accent_of(brand: list[Lch]) -> Lch:
    return max(brand, key=lambda tone: tone.chroma * (1.0 if 0.25 < tone.lightness < 0.92 else 0.5))


def palette_of(
    brand_colors: tuple[str, ...],
    *,
    temperature: str,
    mood_dark: bool | None,
    product_lightness: float | None,
) -> Palette:
    """Derive a set from brand colours.

    ``mood_dark`` overrides what the brand suggests. ``product_lightness`` (OKLab, 0..1) keeps the
    backdrop behind the product at least a quarter of the scale away from it.
    """
    brand = [Lch.of(from_hex(text)) for text in brand_colors] or [Lch(0.55, 0.12, float(COOL_HUE))]
    accent = _accent_of(brand)
    others = [tone for tone in brand if tone is not accent]
    companion = max(others, key=lambda tone: tone.chroma) if others else accent
    if companion.chroma < GREY_CHROMA:
        companion = accent
    if companion is accent:
        companion = Lch(accent.lightness - 0.08, accent.chroma, accent.hue - 0.38)
    darkest = min(tone.lightness for tone in brand)
    dark = darkest < 0.32 if mood_dark is None else mood_dark
    tint = {"warm": WARM_HUE, "cool": COOL_HUE}.get(temperature)
    ground = accent if tint is None else accent.towards(tint, 0.25)
    light_hue = accent.hue if tint is None else float(tint)
    if dark:
        wall = _apart(0.34, product_lightness, low=0.24, high=0.5)
        tones = tuple(ground.deepened(*tone) for tone in ((wall, 0.075), (0.13, 0.035), (0.2, 0.04)))
        glow = ground.deepened(0.62, 0.13).towards(accent.hue, 0.4)
    else:
        wall = _apart(0.9, product_lightness, low=0.7, high=0.94)
        tones = (ground.at(wall, 0.055), ground.at(wall - 0.2, 0.105), ground.at(wall - 0.02, 0.05))
        glow = accent.at(min(wall + 0.1, 0.97), 0.06)
    return Palette(
        wall=tones[0].rgb(),
        deep=tones[1].rgb(),
        floor=tones[2].rgb(),
        accent=accent.at(float(np.clip(accent.lightness, 0.35, 0.85))).rgb(),
        second=companion.at(float(np.clip(companion.lightness, 0.35, 0.85))).rgb(),
        light=Lch(0.96, 0.035 if tint is not None else 0.015, light_hue).rgb(),
        glow=glow.rgb(),
        dark=dark,
    )


@dataclass(frozen=True, slots=True)
class CardTones:
    """The tones of an end card, display RGB: its wall, the light on it, the ground under the words."""

    wall: Rgb
    glow: Rgb
    ground: Rgb
    rim: Rgb
    hill: Rgb


def card_tones(brand_colors: tuple[str, ...], palette: Palette, product_lightness: float | None) -> CardTones:
    """Derive an end card: words stand on the brand's darkest tone, the product before a clear one."""
    brand = [Lch.of(from_hex(text)) for text in brand_colors] or [Lch.of(palette.accent)]
    accent = _accent_of(brand)
    darkest = min(brand, key=lambda tone: tone.lightness)
    deep = darkest if darkest.lightness < 0.36 else accent.deepened(0.3, 0.085)
    if palette.dark:
        ground = Lch(min(deep.lightness, 0.17), max(deep.chroma, 0.012), accent.deepened(0.2, 0.1).hue)
        lit = accent.deepened(0.5, 0.12)
        wall = lit.at(_apart(0.27, product_lightness, low=0.2, high=0.46), 0.065)
        return CardTones(
            wall.rgb(),
            lit.at(wall.lightness + 0.3, 0.125).towards(accent.hue, 0.12).rgb(),
            ground.rgb(),
            accent.at(max(accent.lightness, 0.6)).rgb(),
            lit.at(0.36, 0.085).rgb(),
        )
    ground = deep.at(float(np.clip(deep.lightness, 0.24, 0.32)), 0.09)
    lightest = max(brand, key=lambda tone: tone.lightness)
    pale = lightest if lightest.lightness > 0.86 else accent.at(0.92, 0.05)
    product = 0.5 if product_lightness is None else product_lightness
    clear = [tone for tone in (accent, pale) if tone.lightness > 0.6 and abs(tone.lightness - product) > 0.2]
    wall = clear[0] if clear else pale
    warm = Lch(max(ground.lightness, 0.44), min(accent.chroma, 0.13), accent.deepened(0.4, 0.1).hue)
    return CardTones(
        wall.rgb(),
        wall.at(min(wall.lightness + 0.12, 0.98)).rgb(),
        ground.rgb(),
        warm.at(0.55).rgb(),
        warm.rgb(),
    )


def _apart(wanted: float, product: float | None, *, low: float, high: float) -> float:
    if product is None or abs(wanted - product) >= 0.25:
        return wanted
    choices = [float(np.clip(product + step, low, high)) for step in (-0.25, 0.25)]
    clear = [tone for tone in choices if abs(tone - product) >= 0.2]
    if clear:
        return min(clear, key=lambda tone: abs(tone - wanted))
    return max(choices, key=lambda tone: abs(tone - product))


def lightness_of(rgb: Floats, weights: Floats) -> float:
    """Average the OKLab lightness of a picture (h, w, 3), 0..1, weighted by ``weights`` (h, w)."""
    lightness = to_oklab(rgb)[..., 0]
    return float((lightness * weights).sum() / max(float(weights.sum()), 1e-6))
