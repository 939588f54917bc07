"""Scopes: how a picture's light and colour are spread, counted as an instrument would show them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clappper.base.colours import LUMA

Counts = NDArray[np.float32]
_RED, _GREEN, _BLUE = LUMA
"""Shares of luma, ITU-R BT.709."""


def waveform(bgra: NDArray[np.uint8], *, columns: int = 256, levels: int = 128) -> Counts:
    """Count luma by column of the picture; shape (levels, columns), brightest at the top, 0..1.

    ``bgra`` has shape (height, width, 4).
    """
    luma = _luma(bgra)
    return _by_column(luma, columns, levels)


def parade(bgra: NDArray[np.uint8], *, columns: int = 84, levels: int = 128) -> Counts:
    """Count red, green and blue side by side; shape (levels, 3 * columns, 3), each in its own colour."""
    shown = np.zeros((levels, 3 * columns, 3), np.float32)
    for place, channel in enumerate((2, 1, 0)):
        counted = _by_column(bgra[..., channel].astype(np.float32), columns, levels)
        shown[:, place * columns : (place + 1) * columns, place] = counted
    return shown


def vectorscope(bgra: NDArray[np.uint8], *, size: int = 160) -> Counts:
    """Count colour differences; shape (size, size), Cb to the right, Cr upwards, 0..1."""
    blue, green, red = (bgra[..., channel].astype(np.float32) for channel in range(3))
    luma = _luma(bgra)
    cb = (blue - luma) / (2 * (1 - _BLUE) * 255)
    cr = (red - luma) / (2 * (1 - _RED) * 255)
    del green
    x = np.clip(((cb + 0.5) * (size - 1)).astype(np.int64), 0, size - 1)
    y = np.clip(((0.5 - cr) * (size - 1)).astype(np.int64), 0, size - 1)
    counts = np.bincount((y * size + x).ravel(), minlength=size * size).reshape(size, size)
    return _shown(counts)


def _luma(bgra: NDArray[np.uint8]) -> NDArray[np.float32]:
    weights = np.array([_BLUE, _GREEN, _RED], np.float32)
    luma: NDArray[np.float32] = bgra[..., :3].astype(np.float32) @ weights
    return luma


def _by_column(values: NDArray[np.float32], columns: int, levels: int) -> Counts:
    width = values.shape[1]
    column = (np.arange(width) * columns // width)[None, :]
    level = np.clip(levels - 1 - (values * (levels / 256)).astype(np.int64), 0, levels - 1)
    counts = np.bincount((level * columns + column).ravel(), minlength=levels * columns)
    return _shown(counts.reshape(levels, columns))


def _shown(counts: NDArray[np.int64]) -> Counts:
    """Make few samples visible beside many: the fourth root, as phosphor would glow."""
    top = max(1, int(counts.max()))
    shown: Counts = ((counts / top) ** 0.25).astype(np.float32)
    return shown
