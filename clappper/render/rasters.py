"""Title pictures: outlines to pixels by resvg, and the soft shadows and scrims that keep them readable.

Pictures are RGBA with straight alpha and shape (height, width, 4).
"""

from __future__ import annotations

import io
import itertools

import numpy as np
import resvg_py
from numpy.typing import NDArray
from PIL import Image

from clappper.base.colours import channels

Rgba = NDArray[np.uint8]
Alpha = NDArray[np.float32]

SMALL_PIXELS = 90_000
"""Below this size a picture is drawn at twice its size and reduced: fine strokes gain, time is short."""
SHADOW_REDUCTION = 4
FULLNESS = 1.8
"""How fast a shadow reaches its strength: thin strokes, blurred, would otherwise cast next to none."""


def rasterise(body: str, left: float, top: float, width: int, height: int) -> Rgba:
    """Draw SVG content; ``left`` and ``top`` are the content's coordinates of the picture's corner."""
    factor = 2 if width * height <= SMALL_PIXELS else 1
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="{left:.4f} {top:.4f} {width} {height}">{body}</svg>'
    )
    png = resvg_py.svg_to_bytes(svg_string=svg, width=width * factor, skip_system_fonts=True)
    with Image.open(io.BytesIO(png)) as image:
        picture = np.array(image, np.uint8)
    return picture if factor == 1 else reduced(picture, width, height)


def reduced(picture: Rgba, width: int, height: int) -> Rgba:
    """Resize, weighing colours by their alpha so that no fringe appears."""
    import cv2

    if picture.shape[:2] == (height, width):
        return picture
    alpha = picture[..., 3:].astype(np.float32)
    shrinks = width < picture.shape[1]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    weighted = np.concatenate([picture[..., :3] * (alpha / 255.0), alpha], axis=2)
    small = cv2.resize(weighted, (width, height), interpolation=method)
    opacity = np.clip(small[..., 3:], 0.0, 255.0)
    colour = small[..., :3] * (255.0 / np.maximum(opacity, 1e-3))
    return np.asarray(np.clip(np.concatenate([colour, opacity], axis=2), 0.0, 255.0) + 0.5, np.uint8)


def tinted(alpha: Alpha, colour: str) -> Rgba:
    """Make a picture of one colour from coverage 0..1."""
    import cv2

    opacity = cv2.convertScaleAbs(alpha, alpha=255.0)
    planes = [np.full(alpha.shape, value, np.uint8) for value in channels(colour)]
    return np.asarray(cv2.merge([*planes, opacity]), np.uint8)


def shadow(
    parts: list[tuple[int, int, Rgba]], blur: float, strength: float, colour: str = "#000000"
) -> tuple[int, int, Rgba]:
    """Blur what ``parts`` (x, y, picture) cover together; gives the shadow's own x, y and picture.

    ``blur`` is the Gaussian's sigma in pixels. It is blurred at a quarter of the size: nobody can tell.
    """
    import cv2

    margin = int(blur * 3) + SHADOW_REDUCTION
    left = min(x for x, _, _ in parts) - margin
    top = min(y for _, y, _ in parts) - margin
    right = max(x + picture.shape[1] for x, _, picture in parts) + margin
    bottom = max(y + picture.shape[0] for _, y, picture in parts) + margin
    cover = np.zeros((bottom - top, right - left), np.float32)
    for x, y, picture in parts:
        rows = slice(y - top, y - top + picture.shape[0])
        columns = slice(x - left, x - left + picture.shape[1])
        cover[rows, columns] = np.maximum(cover[rows, columns], picture[..., 3] / np.float32(255.0))
    small_size = (-(-cover.shape[1] // SHADOW_REDUCTION), -(-cover.shape[0] // SHADOW_REDUCTION))
    small = cv2.resize(cover, small_size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), max(0.5, blur / SHADOW_REDUCTION), borderType=cv2.BORDER_CONSTANT)
    soft = cv2.resize(small, (cover.shape[1], cover.shape[0]), interpolation=cv2.INTER_LINEAR)
    full = (1.0 - np.exp(-FULLNESS * soft)) / (1.0 - np.exp(-FULLNESS))
    return left, top, tinted(np.asarray(full * strength, np.float32), colour)


def eased(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Bend 0..1 into a curve that starts and ends flat, so that a gradient shows no edge."""
    clipped = np.clip(values, 0.0, 1.0)
    return np.asarray(clipped * clipped * clipped * (clipped * (clipped * 6.0 - 15.0) + 10.0), np.float64)


def gradient(size: int, stops: list[tuple[float, float]]) -> NDArray[np.float64]:
    """Sample an eased curve through ``stops`` (position in pixels, value), in order, once per pixel."""
    at = np.arange(size) + 0.5
    values: NDArray[np.floating] = np.full(size, stops[0][1])
    for (start, low), (end, high) in itertools.pairwise(stops):
        values = np.where(
            at >= start, low + (high - low) * eased((at - start) / max(end - start, 1e-6)), values
        )
    return np.asarray(values, np.float64)


def rounded(width: float, height: float, radius: float, colour: str, opacity: float = 1.0) -> str:
    """Give a rectangle with round corners as SVG, from the origin."""
    return (
        f'<rect width="{width:.3f}" height="{height:.3f}" rx="{radius:.3f}" fill="{colour}" '
        f'fill-opacity="{opacity:.3f}"/>'
    )
