"""From linear light to 8-bit sRGB by Khronos PBR Neutral, which keeps brand colours as they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clappper.media.light import codes_of, weighed
from clappper.usd.lighting import Levels

Pixels = NDArray[np.float32]

LOWEST_EV, HIGHEST_EV = -3.0, 4.0
_START, _DESATURATION = 0.8 - 0.04, 0.15


def pbr_neutral(rgb: Pixels) -> Pixels:
    """Compress highlights; below 0.8 hues and values stay. Shape (…, 3), linear in and out.

    Source: Khronos PBR Neutral tone mapper, specification of 2024.
    """
    least = rgb.min(axis=-1, keepdims=True)
    offset = np.where(least < 0.08, least - 6.25 * least * least, 0.04)
    colour = np.maximum(rgb - offset, 0.0)
    peak = np.maximum(colour.max(axis=-1, keepdims=True), 1e-6)
    rest = 1.0 - _START
    lower = 1.0 - rest * rest / np.maximum(peak + rest - _START, 1e-6)
    grey = 1.0 - 1.0 / (_DESATURATION * (peak - lower) + 1.0)
    pressed = colour * (lower / peak)
    mapped = pressed + (lower - pressed) * grey
    return np.where(peak < _START, colour, mapped).astype(np.float32)


def encode_srgb(rgb: Pixels) -> Pixels:
    """Encode linear light, 0..1, by IEC 61966-2-1."""
    return codes_of(np.clip(rgb, 0.0, 1.0))


def develop(rgb: Pixels, ev: float) -> NDArray[np.uint8]:
    """Expose, compress and encode a linear picture to 8 bits, dithered so that soft backdrops do not band."""
    shown = encode_srgb(pbr_neutral(rgb * np.float32(2.0**ev)))
    codes: NDArray[np.uint8] = np.clip(np.floor(shown * 255.0 + _grain(rgb.shape)), 0, 255).astype(np.uint8)
    return codes


def _grain(shape: tuple[int, ...]) -> Pixels:
    """Give thresholds around one half, the same for every picture, so that they stand still."""
    noise = np.random.default_rng(0).random((*shape[:2], 1), np.float32)
    return np.float32(0.15) + np.float32(0.7) * noise


def _brightness(rgb: Pixels, weight: Pixels, ev: float) -> float:
    shown = encode_srgb(pbr_neutral(rgb * np.float32(2.0**ev)))
    return float((weighed(shown) * weight).sum() / max(float(weight.sum()), 1e-6))


def auto_exposure(rgb: Pixels, product: Pixels, backdrop: Pixels, wanted: Levels) -> float:
    """Find the exposure, in stops, for a linear picture; weights are 0..1 by pixel.

    It shows the product at its wanted brightness as far as the backdrop stays within its band: a dark product
    is lifted, a white one does not pull its set down to grey.
    """
    ev = _exposure_for(rgb, product, wanted.product)
    if backdrop.sum() > 0:
        darkest = _exposure_for(rgb, backdrop, wanted.backdrop[0])
        brightest = _exposure_for(rgb, backdrop, wanted.backdrop[1])
        ev = min(max(ev, darkest), brightest)
    return round(ev, 3)


def _exposure_for(rgb: Pixels, weight: Pixels, level: float) -> float:
    low, high = LOWEST_EV, HIGHEST_EV
    for _ in range(14):
        middle = (low + high) / 2
        low, high = (middle, high) if _brightness(rgb, weight, middle) < level else (low, middle)
    return (low + high) / 2
