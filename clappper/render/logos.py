"""Logos: any file a brand hands in, at a fair size and on a ground where it can be seen.

A logo that would drown in its ground, or comes with a ground of its own, stands on a rounded plate, so that
it never looks pasted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clappper.media.still import has_useful_alpha, load_rgba
from clappper.render.contrast import BLACK, DARK_FOOTAGE, WHITE, contrast
from clappper.render.rasters import Rgba, rasterise, reduced, rounded

LOADED_WIDTH = 960
VISIBLE = 1.7
"""The contrast below which a part of a logo counts as lost in its ground."""
LOST_SHARE = 0.2
LIGHT = 0.3
"""The relative luminance above which a logo stands out better from a dark ground than from a light one."""
PLATE_OPACITY = 0.95
SHORTEST_SIDE = 8


@dataclass(frozen=True, slots=True)
class LogoLimits:
    """``area_side`` is the side, in pixels, of the square that has the logo's area: wide and tall logos
    then weigh alike.
    """

    area_side: float
    max_width: float
    max_height: float


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo in its final size.

    ``plated`` tells that it brought or got a ground of its own, ``light`` that it needs a dark one.
    """

    picture: Rgba
    plated: bool
    light: bool = False


def set_logo(path: Path, limits: LogoLimits, ground: str = "") -> Logo:
    """Load a logo and fit it; ``ground`` is the plain colour behind it, empty for footage.

    Raises:
        UnusableInputError: the file is missing or no picture.
    """
    picture = load_rgba(path, width=LOADED_WIDTH)
    if not has_useful_alpha(picture):
        return _plated(picture, limits, _border_colour(picture), 1.0)
    picture = _trimmed(picture)
    if _lost_share(picture, ground or DARK_FOOTAGE) <= LOST_SHARE:
        return Logo(_fitted(picture, limits), plated=False, light=_mean_luminance(picture) > LIGHT)
    plate = min((WHITE, BLACK), key=lambda colour: _lost_share(picture, colour))
    return _plated(picture, limits, plate, PLATE_OPACITY)


def _plated(picture: Rgba, limits: LogoLimits, colour: str, opacity: float) -> Logo:
    """Put the logo on a rounded plate of ``colour`` with a margin of a fifth of its shorter side."""
    inner = LogoLimits(limits.area_side * 0.92, limits.max_width * 0.84, limits.max_height * 0.74)
    logo = _fitted(picture, inner)
    margin = max(6, round(0.2 * min(logo.shape[:2])))
    width, height = logo.shape[1] + 2 * margin, logo.shape[0] + 2 * margin
    plate = rasterise(rounded(width, height, 0.9 * margin, colour, opacity), 0, 0, width, height)
    inside = plate[margin:-margin, margin:-margin]
    cover = logo[..., 3:] / 255.0
    inside[..., :3] = np.round(logo[..., :3] * cover + inside[..., :3] * (1.0 - cover))
    inside[..., 3] = np.maximum(inside[..., 3], logo[..., 3])
    return Logo(plate, plated=True)


def _fitted(picture: Rgba, limits: LogoLimits) -> Rgba:
    height, width = picture.shape[:2]
    scale = min(
        limits.area_side / math.sqrt(width * height), limits.max_width / width, limits.max_height / height
    )
    return reduced(
        picture, max(SHORTEST_SIDE, round(width * scale)), max(SHORTEST_SIDE, round(height * scale))
    )


def _trimmed(picture: Rgba) -> Rgba:
    rows = np.flatnonzero((picture[..., 3] > 8).any(axis=1))
    columns = np.flatnonzero((picture[..., 3] > 8).any(axis=0))
    if not rows.size:
        return picture
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _border_colour(picture: Rgba) -> str:
    edges = (picture[0], picture[-1], picture[:, 0], picture[:, -1])
    red, green, blue = np.median(np.concatenate(edges)[:, :3], axis=0)
    return f"#{round(red):02X}{round(green):02X}{round(blue):02X}"


def _lost_share(picture: Rgba, ground: str) -> float:
    """Say which part of the logo's ink has less than ``VISIBLE`` contrast to ``ground``."""
    light = _luminances(_ink(picture)) + 0.05
    if not light.size:
        return 0.0
    other = contrast(ground, "#000000") * 0.05
    ratio = np.maximum(light, other) / np.minimum(light, other)
    return float((ratio < VISIBLE).mean())


def _mean_luminance(picture: Rgba) -> float:
    ink = _ink(picture)
    return float(_luminances(ink).mean()) if ink.size else 1.0


def _ink(picture: Rgba) -> NDArray[np.uint8]:
    """Sample the colours of what is seen of a logo; shape (n, 3)."""
    ink = picture[picture[..., 3] > 96][:, :3]
    return ink[:: max(1, len(ink) // 4096)]


def _luminances(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    value = pixels / 255.0
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]), np.float64)
