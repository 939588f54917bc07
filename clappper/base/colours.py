"""Colours written ``#RRGGBB``: their light, and how well one is read on another (sRGB, WCAG 2.2)."""

from __future__ import annotations

LUMA = (0.2126, 0.7152, 0.0722)
"""How much red, green and blue add to what the eye calls brightness (BT.709, also sRGB's primaries)."""


def channels(colour: str) -> tuple[int, int, int]:
    """Split ``#RRGGBB`` into red, green and blue, 0..255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def light_of(code: float) -> float:
    """Decode a code value 0..1 into linear light (IEC 61966-2-1)."""
    return code / 12.92 if code <= 0.04045 else ((code + 0.055) / 1.055) ** 2.4


def code_of(light: float) -> float:
    """Encode linear light 0..1 as a code value (IEC 61966-2-1)."""
    return light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def linear(colour: str) -> tuple[float, float, float]:
    """Give the linear light of red, green and blue, 0..1."""
    red, green, blue = (light_of(value / 255) for value in channels(colour))
    return red, green, blue


def luminance(colour: str) -> float:
    """Give the relative luminance, 0 (black) to 1 (white), as WCAG 2.2 defines it."""
    return sum(share * light for share, light in zip(LUMA, linear(colour), strict=True))


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of WCAG 2.2, 1 (alike) to 21 (black on white)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
