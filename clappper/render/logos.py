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

from clappper.base.colours import channels, luminance
from clappper.media import light
from clappper.media.still import has_useful_alpha, load_rgba
from clappper.render.contrast import BLACK, DARK_FOOTAGE, WHITE, Range
from clappper.render.rasters import Rgba, rasterise, reduced, rounded
from clappper.render.tones import DARK_VEIL, LIGHT_VEIL, Veil

LOADED_WIDTH = 960
VISIBLE = 1.7
"""The contrast below which a part of a logo counts as lost in its ground."""
LOST_SHARE = 0.2
LIGHT = 0.3
"""The relative luminance above which a logo stands out better from a dark ground than from a light one."""
PLATE_OPACITY = 0.95
SHORTEST_SIDE = 8
INK_ALPHA = 96
GLOW = 0.54
"""Darkens white footage under a logo, together with its scrim, to where mid tones such as gold stand out."""
DARK_GLOWS = (0.15, 0.25, 0.35, 0.45, GLOW)
FAINT_GLOWS = (0.15, 0.25)
"""For dark glows on a set nowhere darker than ``LIGHT_SET``: more looks like a stain."""
LIGHT_GLOWS = (0.15,)
"""For light glows, which look like fog."""
LIGHT_SET = 0.15
ONE_COLOUR = 10.0
"""The most that colours differ (standard deviation in code values) to count as one."""


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

    ``plated`` tells that it brought or got a ground of its own, ``light`` that it stands out from dark ones.
    ``glow`` is the opacity of the soft glow it needs around it: dark for a light logo, white for a dark one.
    """

    picture: Rgba
    plated: bool
    light: bool = False
    glow: float = 0.0


def set_logo(path: Path, limits: LogoLimits, ground: str = "", backdrop: Range | None = None) -> Logo:
    """Load a logo and fit it: as it is where that stands out, else before a soft glow, else on a plate.

    A logo of one colour that known footage swallows is set in black or white before it gets a plate; one of
    several colours keeps them.

    ``ground`` is the plain colour behind it, empty for footage; ``backdrop`` is what is known of the footage.

    Raises:
        UnusableInputError: the file is missing or no picture.
    """
    picture = load_rgba(path, width=LOADED_WIDTH)
    if not has_useful_alpha(picture):
        return _plated(picture, limits, _border_colour(picture), 1.0)
    picture = _trimmed(picture)
    light = _mean_luminance(picture) > LIGHT
    glow = _glow(picture, light=light, ground=ground, backdrop=backdrop)
    if glow is not None:
        return Logo(_fitted(picture, limits), plated=False, light=light, glow=glow)
    plain = _recoloured(picture, backdrop) if backdrop and not ground else None
    if plain is not None:
        return Logo(_fitted(plain, limits), plated=False, light=_mean_luminance(plain) > LIGHT)
    plate = min((WHITE, BLACK), key=lambda colour: _lost_share(picture, _plain(colour)))
    return _plated(picture, limits, plate, PLATE_OPACITY)


def _glow(picture: Rgba, *, light: bool, ground: str, backdrop: Range | None) -> float | None:
    """Choose the weakest glow before which a logo stands out; ``None``: it needs a plate."""
    if ground or backdrop is None:
        lost = _lost_share(picture, _plain(ground or DARK_FOOTAGE)) > LOST_SHARE
        return None if lost else GLOW if light and not ground else 0.0
    dark_glows = DARK_GLOWS if backdrop[0] < LIGHT_SET else FAINT_GLOWS
    colour, glows = (DARK_VEIL, dark_glows) if light else (LIGHT_VEIL, LIGHT_GLOWS)
    return next(
        (
            glow
            for glow in (0.0, *glows)
            if _lost_share(picture, Veil(colour, glow).over(backdrop)) <= LOST_SHARE
        ),
        None,
    )


def _recoloured(picture: Rgba, backdrop: Range) -> Rgba | None:
    """Set a logo of one colour in black or white, as brands reverse theirs.

    Gives ``None`` if it has several colours, which are the brand's own and stay, or if neither stands out.
    """
    if float(_ink(picture).std(axis=0).max(initial=0.0)) > ONE_COLOUR:
        return None
    for colour in (BLACK, WHITE):
        plain = picture.copy()
        plain[..., :3] = channels(colour)
        if _lost_share(plain, backdrop) <= LOST_SHARE:
            return plain
    return None


def _plain(colour: str) -> Range:
    return luminance(colour), luminance(colour)


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


def _lost_share(picture: Rgba, behind: Range) -> float:
    """Say which part of the logo's ink is lost in something behind it."""
    ink = _ink(picture)
    return float(_is_lost(ink, behind).mean()) if ink.size else 0.0


def _is_lost(pixels: NDArray[np.uint8], behind: Range) -> NDArray[np.bool_]:
    """Say which colours have less than ``VISIBLE`` contrast to something behind them."""
    light = _luminances(pixels)
    nearest = np.clip(light, *behind)
    ratio = (np.maximum(light, nearest) + 0.05) / (np.minimum(light, nearest) + 0.05)
    return np.asarray(ratio < VISIBLE)


def _mean_luminance(picture: Rgba) -> float:
    ink = _ink(picture)
    return float(_luminances(ink).mean()) if ink.size else 1.0


def _ink(picture: Rgba) -> NDArray[np.uint8]:
    """Sample the colours of what is seen of a logo; shape (n, 3)."""
    ink = picture[picture[..., 3] > INK_ALPHA][:, :3]
    return ink[:: max(1, len(ink) // 4096)]


def _luminances(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    return light.luminance(pixels / 255.0)
