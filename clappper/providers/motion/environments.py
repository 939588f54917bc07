"""Places out of focus: what stands behind a product when the words say city, forest or kitchen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from clappper.providers.motion.arrays import Bytes, Floats
from clappper.providers.motion.colour import Rgb, from_hex
from clappper.providers.motion.noise import clouds
from clappper.providers.motion.textures import caustics, radial

Rng = np.random.Generator
HORIZON = 0.62
"""Where sky meets ground in a backdrop, as a share of its height."""


def backdrop(place: dict[str, Any], height: int, width: int, rng: Rng) -> Floats:
    """Paint a place (height, width, 3), already out of focus."""
    canvas = _sky(place["sky"], height, width)
    light: Rgb = from_hex(place["light"])
    for motif in place["motifs"]:
        canvas = MOTIFS[motif](canvas, light, rng)
    mottle = clouds(height, width, rng, cells=5, octaves=3)
    canvas *= (0.9 + 0.2 * mottle)[..., None]
    return _shouldered(cv2.GaussianBlur(canvas, (0, 0), width / 70))


def _shouldered(light: Floats) -> Floats:
    """Roll bright light off below white, as film does, so that a sun keeps its colour."""
    over = np.maximum(light - 0.62, 0)
    rolled: Floats = np.minimum(light, 0.62) + 0.36 * (1 - np.exp(-over / 0.36))
    return np.maximum(rolled, 0)


def _sky(stops: list[str], height: int, width: int) -> Floats:
    colours = np.array([from_hex(stop) for stop in stops])
    at = np.linspace(0, len(stops) - 1, height)
    column = np.stack([np.interp(at, np.arange(len(stops)), colours[:, i]) for i in range(3)], axis=-1)
    return np.repeat(column[:, None].astype(np.float32), width, axis=1)


def _skyline(canvas: Floats, _light: Rgb, rng: Rng) -> Floats:
    height, width = canvas.shape[:2]
    for depth, tone in ((0.0, 1.0), (0.5, 0.62), (1.0, 0.36)):
        left = -0.05
        while left < 1.05:
            wide = rng.uniform(0.07, 0.17)
            top = HORIZON - rng.uniform(0.12, 0.42) * (1.15 - 0.45 * depth)
            box = np.s_[int(top * height) :, int(max(left, 0) * width) : int(max(left + wide, 0) * width)]
            canvas[box] = np.array([0.10, 0.09, 0.14], np.float32) * tone
            _windows(canvas, box, rng)
            left += wide * rng.uniform(0.9, 1.4)
    return canvas


def _windows(canvas: Floats, box: tuple[slice, slice], rng: Rng) -> None:
    part = canvas[box]
    rows, columns = part.shape[0] // 9, part.shape[1] // 9
    if rows < 1 or columns < 1:
        return
    lit = (rng.random((rows, columns)) < 0.3) * rng.uniform(0.3, 1.0, (rows, columns))
    glow = cv2.resize(lit.astype(np.float32), part.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    part += glow[..., None] * np.array([0.95, 0.62, 0.3], np.float32)


def _glowline(canvas: Floats, light: Rgb, _rng: Rng) -> Floats:
    height, width = canvas.shape[:2]
    glow = radial(height, width, 0.5, HORIZON, 0.75, 0.13) + 0.5 * radial(
        height, width, 0.5, HORIZON, 0.3, 0.3
    )
    return canvas + glow[..., None] * np.asarray(light, np.float32) * 0.3


def _sun(canvas: Floats, light: Rgb, rng: Rng) -> Floats:
    height, width = canvas.shape[:2]
    x, y = rng.uniform(0.2, 0.8), rng.uniform(0.16, 0.3)
    core = radial(height, width, x, y, 0.07 * height / width, 0.07)
    halo = radial(height, width, x, y, 0.5 * height / width, 0.42)
    return canvas + (core * 0.8 + halo * 0.34)[..., None] * np.asarray(light, np.float32)


def _foliage(canvas: Floats, light: Rgb, rng: Rng) -> Floats:
    height, width = canvas.shape[:2]
    for depth in range(3):
        mass = clouds(height, width, rng, cells=5 + 3 * depth, octaves=5)
        cover = np.clip((mass - 0.5) * 6, 0, 1)[..., None] * np.float32(0.62)
        tone = np.array(((0.5, 0.66, 0.26), (0.24, 0.43, 0.15), (0.09, 0.22, 0.09))[depth], np.float32)
        canvas = canvas * (1 - cover) + tone * cover
    gaps = np.clip((clouds(height, width, rng, cells=9, octaves=3) - 0.66) * 5, 0, 1)
    return canvas + gaps[..., None] * np.asarray(light, np.float32) * 0.55


def _hills(canvas: Floats, light: Rgb, rng: Rng) -> Floats:
    height, width = canvas.shape[:2]
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    for depth in range(4):
        ridge = clouds(2, width, rng, cells=2.5 + depth, octaves=5)[0]
        line = HORIZON - 0.17 + 0.075 * depth - 0.16 * (ridge - 0.4) * (1 - 0.15 * depth)
        cover = np.clip((rows - line[None]) * 130, 0, 1)[..., None]
        haze = 0.72 - 0.17 * depth
        tone = np.asarray(light, np.float32) * haze + np.array([0.16, 0.2, 0.3], np.float32) * (1 - haze)
        canvas = canvas * (1 - cover) + tone * cover
    return canvas


def _window(canvas: Floats, light: Rgb, _rng: Rng) -> Floats:
    height, width = canvas.shape[:2]
    panes = np.zeros((height, width), np.float32)
    for column in range(2):
        for row in range(2):
            top, left = int((0.06 + row * 0.23) * height), int((0.05 + column * 0.23) * width)
            panes[top : top + int(0.205 * height), left : left + int(0.205 * width)] = 1
    spill = cv2.GaussianBlur(panes, (0, 0), width / 7)
    return canvas + (panes * 0.7 + spill * 0.5)[..., None] * np.asarray(light, np.float32) * 0.6


def _shelves(canvas: Floats, _light: Rgb, rng: Rng) -> Floats:
    height, width = canvas.shape[:2]
    tones = np.array(
        [[0.45, 0.28, 0.17], [0.72, 0.52, 0.36], [0.35, 0.4, 0.34], [0.85, 0.76, 0.64]], np.float32
    )
    for shelf in (0.3, 0.47):
        bottom = int(shelf * height)
        canvas[bottom : bottom + max(2, height // 60), width * 5 // 9 :] *= 0.55
        left = 0.58
        while left < 0.98:
            wide, tall = rng.uniform(0.03, 0.08), rng.uniform(0.05, 0.11)
            box = np.s_[bottom - int(tall * height) : bottom, int(left * width) : int((left + wide) * width)]
            canvas[box] = tones[rng.integers(len(tones))]
            left += wide + rng.uniform(0.01, 0.05)
    return canvas


def _water(canvas: Floats, light: Rgb, rng: Rng) -> Floats:
    height, width = canvas.shape[:2]
    start = int(0.46 * height)
    swell = clouds(height - start, width, rng, cells=6, octaves=5, stretch=9)
    shore = np.linspace(0, 1, height - start, dtype=np.float32)[:, None]
    sea = np.array([0.1, 0.52, 0.66], np.float32) * (0.75 + 0.5 * swell[..., None])
    cover = np.clip(1.25 - 1.4 * shore, 0, 1)[..., None]
    canvas[start:] = canvas[start:] * (1 - cover) + sea * cover
    glints = np.clip((swell - 0.7) * 5, 0, 1) * radial(height - start, width, 0.5, 0.0, 0.35, 0.8)
    canvas[start:] += glints[..., None] * np.asarray(light, np.float32) * 0.8
    return canvas


def _clouds(canvas: Floats, light: Rgb, rng: Rng) -> Floats:
    height, width = canvas.shape[:2]
    cover = np.clip((clouds(height, width, rng, cells=3, octaves=6, stretch=3.5) - 0.5) * 2.2, 0, 1)
    return canvas + (cover * 0.33)[..., None] * np.asarray(light, np.float32)


def _caustics(canvas: Floats, light: Rgb, rng: Rng) -> Floats:
    net = caustics(max(canvas.shape[:2]), rng)[: canvas.shape[0], : canvas.shape[1]]
    return canvas + net[..., None] * np.asarray(light, np.float32) * 0.3


def _floodlights(canvas: Floats, light: Rgb, _rng: Rng) -> Floats:
    height, width = canvas.shape[:2]
    for x in (0.14, 0.38, 0.62, 0.86):
        lamp = radial(height, width, x, 0.14, 0.045, 0.045 * width / height)
        halo = radial(height, width, x, 0.2, 0.16, 0.22)
        canvas = canvas + (lamp * 1.1 + halo * 0.3)[..., None] * np.asarray(light, np.float32)
    return canvas


def _drapes(canvas: Floats, _light: Rgb, rng: Rng) -> Floats:
    folds = clouds(canvas.shape[0], canvas.shape[1], rng, cells=9, octaves=3, stretch=0.06)
    draped: Floats = canvas * (0.68 + 0.62 * folds)[..., None]
    return draped


def _tubes(canvas: Floats, _light: Rgb, rng: Rng) -> Floats:
    height, width = canvas.shape[:2]
    colours = [(1.0, 0.18, 0.82), (0.15, 0.85, 1.0), (0.55, 0.3, 1.0)]
    for index, x in enumerate((0.13, 0.31, 0.7, 0.88)):
        tube = np.zeros((height, width), np.float32)
        lean = rng.uniform(-0.06, 0.06)
        ends = (int(x * width), int(0.05 * height)), (int((x + lean) * width), int(0.56 * height))
        cv2.line(tube, *ends, (1.0,), max(2, width // 70), cv2.LINE_AA)
        light = tube * 1.2 + cv2.GaussianBlur(tube, (0, 0), width / 16) * 2.6
        canvas = canvas + light[..., None] * np.array(colours[index % 3], np.float32)
    return canvas


def _grid(canvas: Floats, light: Rgb, rng: Rng) -> Floats:
    height, width = canvas.shape[:2]
    lines = np.zeros((height, width), np.float32)
    for _ in range(26):
        x, y = int(rng.uniform(0, width)), int(rng.uniform(0, HORIZON) * height)
        for _ in range(4):
            step = int(rng.uniform(-0.16, 0.16) * width)
            end = (x + step, y) if rng.random() < 0.5 else (x, y + step)
            cv2.line(lines, (x, y), end, (0.8,), max(1, width // 220), cv2.LINE_AA)
            x, y = end
        cv2.circle(lines, (x, y), max(2, width // 110), (1.0,), -1, cv2.LINE_AA)
    glow: Floats = lines * 0.5 + cv2.GaussianBlur(lines, (0, 0), width / 40)
    return canvas + glow[..., None] * np.asarray(light, np.float32) * 0.8


MOTIFS: dict[str, Callable[[Floats, Rgb, Rng], Floats]] = {
    "skyline": _skyline,
    "glowline": _glowline,
    "sun": _sun,
    "foliage": _foliage,
    "hills": _hills,
    "window": _window,
    "shelves": _shelves,
    "water": _water,
    "clouds": _clouds,
    "caustics": _caustics,
    "floodlights": _floodlights,
    "drapes": _drapes,
    "tubes": _tubes,
    "grid": _grid,
}


def bokeh(
    colours: list[Rgb],
    count: int,
    size: float,
    height: int,
    width: int,
    rng: Rng,
    *,
    top: float = 0.0,
    bottom: float = 0.75,
) -> Bytes:
    """Paint ``count`` discs of confusion (height, width, 3) as light to be added.

    ``size`` is their diameter as a share of the width; each has the brighter rim a real lens gives.
    """
    light = np.zeros((height, width, 3), np.float32)
    for _ in range(count):
        radius = max(2.0, width * size * rng.uniform(0.45, 1.15) / 2)
        disc = _disc(radius)
        x, y = rng.uniform(-0.05, 1.05) * width, rng.normal((top + bottom) / 2, (bottom - top) / 3.2) * height
        colour = np.asarray(colours[rng.integers(len(colours))], np.float32)
        _add(light, disc[..., None] * colour * rng.uniform(0.12, 0.62) ** 1.3, int(x), int(y))
    return (np.clip(light, 0, 1) * 255).astype(np.uint8)


def _disc(radius: float) -> Floats:
    reach = int(radius) + 3
    axis = np.arange(-reach, reach + 1, dtype=np.float32)
    distance = np.hypot(axis[:, None], axis[None])
    inside = np.clip(radius - distance + 0.5, 0, 1)
    rim = np.exp(-(((distance - radius * 0.93) / (radius * 0.12 + 0.6)) ** 2))
    disc: Floats = inside * (0.62 + 0.38 * rim)
    return disc


def _add(light: Floats, spot: Floats, x: int, y: int) -> None:
    """Add a spot with its middle at (x, y), clipped to the canvas."""
    rows, columns = spot.shape[:2]
    top, left = y - rows // 2, x - columns // 2
    first_row, first_column = max(0, -top), max(0, -left)
    last_row, last_column = min(rows, light.shape[0] - top), min(columns, light.shape[1] - left)
    if last_row > first_row and last_column > first_column:
        target = light[top + first_row : top + last_row, left + first_column : left + last_column]
        target += spot[first_row:last_row, first_column:last_column]
