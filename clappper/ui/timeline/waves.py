"""Waveforms as pictures: each pixel column from the lowest to the highest peak it covers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

from clappper.timeline.model import Clip
from clappper.ui.timeline.scene import Scene
from clappper.ui.timeline.strips import PEAKS_PER_SECOND, Peaks, Strip

HEARD = 0.6
"""Loudness grows with about this power of the amplitude (Stevens, 1955, gives 0.6 to 0.67)."""
Level = NDArray[np.float32]
KEPT = 64
"""Waves kept of each file, so that a repaint that changes nothing about them costs nothing."""


def wave_image(scene: Scene, clip: Clip, strip: Strip, seen: QRectF, colour: QColor) -> QImage:
    """Draw the part of a clip's sound that shows in ``seen``, in logical pixels."""
    assert strip.peaks is not None
    width, height = max(1, int(np.ceil(seen.width()))), max(1, int(seen.height()))
    played = scene.scale.left + seen.left() / scene.scale.pixels - clip.placed.start
    per_frame = PEAKS_PER_SECOND / float(scene.timeline.rate.fps)
    speed = float(clip.mean_speed) if clip.speed != 1 or clip.ramp_to is not None else 1.0
    first = (clip.source_start + played * speed) * per_frame
    a_pixel = speed * per_frame / scene.scale.pixels
    key = (round(first, 2), round(a_pixel, 5), width, height, colour.rgba())
    if key not in strip.waves:
        low, high = envelope(strip.peaks, first, a_pixel, width)
        strip.waves[key] = _drawn(low, high, height, colour.rgba())
        while len(strip.waves) > KEPT:
            strip.waves.popitem(last=False)
    return strip.waves[key]


def envelope(peaks: Peaks, first: float, a_pixel: float, width: int) -> tuple[Level, Level]:
    """Give the lowest and highest level of each of ``width`` pixels, of ``a_pixel`` peaks from ``first``."""
    return (_between if a_pixel < 1 else _covered)(peaks, first, a_pixel, width)


def _covered(peaks: Peaks, first: float, a_pixel: float, width: int) -> tuple[Level, Level]:
    edges = np.clip(first + a_pixel * np.arange(width + 1), 0, len(peaks)).astype(np.int64)
    low, high = columns(peaks, edges)
    return low.astype(np.float32), high.astype(np.float32)


def _between(peaks: Peaks, first: float, a_pixel: float, width: int) -> tuple[Level, Level]:
    """Lead from peak to peak where each is wider than a pixel, so that no steps are seen."""
    at = first + a_pixel * (np.arange(width) + 0.5) - 0.5
    start = int(np.clip(at[0] - 1, 0, len(peaks)))
    part = peaks[start : int(np.clip(at[-1] + 2, 0, len(peaks)))]
    if not len(part):
        return np.zeros(width, np.float32), np.zeros(width, np.float32)
    places = np.arange(start, start + len(part))
    low, high = (np.interp(at, places, part[:, side], left=0, right=0) for side in (0, 1))
    return low.astype(np.float32), high.astype(np.float32)


def columns(peaks: Peaks, edges: NDArray[np.int64]) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Give the lowest and highest peak from each edge up to the next; 0 where there is no sound."""
    if not len(peaks):
        nothing = np.zeros(len(edges) - 1, np.int8)
        return nothing, nothing
    starts = np.minimum(edges[:-1], len(peaks) - 1)
    beyond = edges[:-1] >= len(peaks)
    low = np.minimum.reduceat(peaks[:, 0], starts)
    high = np.maximum.reduceat(peaks[:, 1], starts)
    low[beyond], high[beyond] = 0, 0
    last = slice(edges[-2], max(edges[-1], edges[-2] + 1))
    if not beyond[-1]:
        low[-1], high[-1] = peaks[last, 0].min(), peaks[last, 1].max()
    return low, high


def _drawn(low: Level, high: Level, height: int, rgba: int) -> QImage:
    """Fill between low and high, 127 being the full height to either side of the middle."""
    middle = (height - 1) / 2
    top, bottom = middle - _raised(high) * middle, middle - _raised(low) * middle
    y = np.arange(height, dtype=np.float32)[:, None]
    inside = (y >= np.floor(top)) & (y <= np.ceil(bottom))
    pixels = np.where(inside, np.uint32(rgba), np.uint32(0))
    return QImage(pixels.tobytes(), len(top), height, len(top) * 4, QImage.Format.Format_ARGB32).copy()


def _raised(level: Level) -> Level:
    """Show soft sound as well, nearly as loud as it is heard."""
    return np.asarray(np.sign(level) * (np.abs(level) / 127) ** HEARD, np.float32)
