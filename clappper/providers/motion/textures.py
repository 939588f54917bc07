"""Surfaces and shadow patterns, painted once per clip. A surface is (size, size, 3), display RGB 0..1."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from clappper.providers.motion.arrays import Bytes, Floats
from clappper.providers.motion.colour import Rgb
from clappper.providers.motion.noise import clouds

Rng = np.random.Generator


def blend(low: Rgb, high: Rgb, weight: Floats) -> Floats:
    """Mix two colours by a mask (h, w) into (h, w, 3)."""
    first, second = np.asarray(low, np.float32), np.asarray(high, np.float32)
    mixed: Floats = first + (second - first) * weight[..., None]
    return mixed


def radial(height: int, width: int, x: float, y: float, radius_x: float, radius_y: float) -> Floats:
    """Give a bell of light with its middle at (x, y) and these radii, all as shares of the size."""
    rows = (np.linspace(0, 1, height, dtype=np.float32) - y) / radius_y
    columns = (np.linspace(0, 1, width, dtype=np.float32) - x) / radius_x
    bell: Floats = np.exp(-(rows**2))[:, None] * np.exp(-(columns**2))[None]
    return bell.astype(np.float32)


def wood(size: int, rng: Rng) -> Floats:
    """Planks with fibre and rings."""
    fibre = clouds(size, size, rng, cells=1.2, octaves=7, stretch=22)
    rings = 0.5 + 0.5 * np.sin((clouds(size, size, rng, cells=1.0, octaves=2, stretch=5) * 9 + fibre) * 6.3)
    tone = 0.62 * fibre + 0.38 * rings
    planks = np.ones((size, size), np.float32)
    for seam in range(1, 5):
        planks[seam * size // 5 - 1 : seam * size // 5 + 1] = 0.55
    return blend((0.22, 0.12, 0.06), (0.66, 0.43, 0.25), tone.astype(np.float32)) * planks[..., None]


def marble(size: int, rng: Rng) -> Floats:
    """White with grey veins."""
    warp = clouds(size, size, rng, cells=2.5, octaves=5)
    veins = np.abs(clouds(size, size, rng, cells=3, octaves=5) + 0.5 * warp - 0.75)
    mask = np.exp(-veins * 26) * clouds(size, size, rng, cells=3, octaves=3)
    return blend((0.93, 0.92, 0.9), (0.6, 0.58, 0.57), np.clip(mask * 1.2, 0, 1).astype(np.float32))


def stone(size: int, rng: Rng) -> Floats:
    """Dark and speckled."""
    tone = 0.6 * clouds(size, size, rng, cells=5, octaves=7) + 0.4 * clouds(
        size, size, rng, cells=60, octaves=3
    )
    return blend((0.3, 0.29, 0.29), (0.66, 0.63, 0.6), tone)


def concrete(size: int, rng: Rng) -> Floats:
    """As stone, half as bright."""
    return stone(size, rng) * np.float32(0.5)


def sand(size: int, rng: Rng) -> Floats:
    """Rippled by wind."""
    ripple = 0.5 + 0.5 * np.sin(
        np.linspace(0, 60, size, dtype=np.float32)[:, None] + 7 * clouds(size, size, rng, cells=2, octaves=3)
    )
    tone = 0.55 * ripple + 0.45 * clouds(size, size, rng, cells=90, octaves=3)
    return blend((0.72, 0.57, 0.4), (0.95, 0.85, 0.68), tone.astype(np.float32))


def tile(size: int, rng: Rng) -> Floats:
    """Pale blue squares with darker joints."""
    tone = blend((0.55, 0.82, 0.86), (0.75, 0.93, 0.94), clouds(size, size, rng, cells=3, octaves=3))
    for seam in range(0, size, size // 10):
        tone[seam : seam + 2] *= 0.86
        tone[:, seam : seam + 2] *= 0.86
    return tone


def gloss(size: int, rng: Rng) -> Floats:
    """Nearly black, to mirror in."""
    return blend((0.025, 0.024, 0.026), (0.06, 0.056, 0.058), clouds(size, size, rng, cells=3, octaves=4))


def wet(size: int, rng: Rng) -> Floats:
    """Black asphalt after rain."""
    return blend(
        (0.02, 0.018, 0.035), (0.1, 0.09, 0.13), clouds(size, size, rng, cells=9, octaves=5, stretch=0.4)
    )


def linen(size: int, rng: Rng) -> Bytes:
    """Weave a relief as bytes, 128 where it is level: threads of uneven thickness, crossing."""
    warp = clouds(size, size, rng, cells=150, octaves=2, stretch=12)
    weft = clouds(size, size, rng, cells=150, octaves=2, stretch=12).T
    return _levelled(0.5 * warp + 0.5 * weft + 0.5 * clouds(size, size, rng, cells=8, octaves=3))


def slate(size: int, rng: Rng) -> Bytes:
    """Cleave a relief as bytes, 128 where it is level: ridges and fine grit, lit from the side."""
    rough = clouds(size, size, rng, cells=7, octaves=8)
    lit = cv2.Sobel(rough, -1, 1, 0) + cv2.Sobel(rough, -1, 0, 1)
    return _levelled(cv2.GaussianBlur(lit, (0, 0), 0.7))


def _levelled(height: Floats) -> Bytes:
    spread = (height - height.mean()) / max(3 * float(height.std()), 1e-6)
    level: Bytes = np.clip(128 + 127 * spread, 0, 255).astype(np.uint8)
    return level


SURFACES: dict[str, tuple[Callable[[int, Rng], Floats], float]] = {
    "wood": (wood, 0.12),
    "marble": (marble, 0.2),
    "stone": (stone, 0.05),
    "concrete": (concrete, 0.08),
    "sand": (sand, 0.0),
    "tile": (tile, 0.22),
    "gloss": (gloss, 0.42),
    "wet": (wet, 0.34),
}
"""Painters of a surface, and how much of a picture it mirrors."""


def leaves(size: int, rng: Rng) -> Floats:
    """Paint the soft shadow of foliage: 1 where light passes."""
    light = np.ones((size, size), np.float32)
    for _ in range(16):
        _frond(light, rng)
    return np.clip(cv2.GaussianBlur(light, (0, 0), size / 90), 0, 1)


def _frond(light: Floats, rng: Rng) -> None:
    size = light.shape[0]
    start = rng.uniform(-0.2, 1.2, 2) * size
    angle = rng.uniform(0, 2 * np.pi)
    for step in range(11):
        angle += rng.uniform(-0.12, 0.12)
        start = start + np.array([np.cos(angle), np.sin(angle)]) * size * 0.035
        for side in (-1, 1):
            tilt = angle + side * 0.75
            middle = start + np.array([np.cos(tilt), np.sin(tilt)]) * size * 0.05
            axes = (int(size * 0.055 * (1 - step / 16)), int(size * 0.013))
            cv2.ellipse(
                light, tuple(int(v) for v in middle), axes, np.degrees(tilt), 0, 360, (0.45,), -1, cv2.LINE_AA
            )


def window(size: int, _rng: Rng) -> Floats:
    """Paint slanted window light: 1 where light passes."""
    light = np.full((size, size), 0.4, np.float32)
    for row in range(2):
        for column in range(3):
            left, top = 0.14 + 0.25 * column, 0.12 + 0.38 * row
            corners = np.array(
                [[left, top], [left + 0.22, top], [left + 0.22, top + 0.34], [left, top + 0.34]]
            )
            corners[:, 0] += (0.5 - corners[:, 1]) * 0.45
            cv2.fillConvexPoly(light, (corners * size).astype(np.int32), (1.0,), cv2.LINE_AA)
    return np.clip(cv2.GaussianBlur(light, (0, 0), size / 60), 0, 1)


def caustics(size: int, rng: Rng) -> Floats:
    """Paint the net of light that waves throw: 1 on the lines."""
    first = clouds(size, size, rng, cells=7, octaves=2)
    second = clouds(size, size, rng, cells=9, octaves=2)
    net = np.exp(-np.abs(first - 0.5) * 16) + np.exp(-np.abs(second - 0.5) * 16)
    light: Floats = np.clip(cv2.GaussianBlur(net, (0, 0), 1.2) * 0.75, 0, 1).astype(np.float32)
    return light


GOBOS: dict[str, Callable[[int, Rng], Floats]] = {"leaves": leaves, "window": window}
