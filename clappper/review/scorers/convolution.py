"""Convolution with a fraction of the multiplications, in numpy.

After Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2016: a tile of the picture and a
kernel are taken to values of polynomials, where convolving is multiplying (Toom and Cook; Winograd).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Array = NDArray[np.float32]

TILE = 4
"""Results that one tile gives along each side: a larger one loses digits of single precision."""
POINTS = (0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5)
"""Where polynomials are taken, beside infinity; good for kernels of up to 5x5."""


@dataclass(frozen=True, slots=True)
class Transforms:
    """Matrices that take a line of a picture and a kernel to their values, and the product back."""

    picture: NDArray[np.float64]
    kernel: NDArray[np.float64]
    back: NDArray[np.float64]


@cache
def transforms(side: int) -> Transforms:
    """Give those for a kernel of so many weights along each side."""
    points = POINTS[: TILE + side - 2]
    others = [[other for other in points if other != point] for point in points]
    lagrange = [np.poly(roots)[::-1] for roots in (*others, points)]
    scale = [1.0 / np.prod(np.subtract(point, rest)) for point, rest in zip(points, others, strict=True)]
    return Transforms(
        np.array([np.pad(row, (0, len(points) + 1 - len(row))) for row in lagrange]),
        _powers(points, side) * np.array([*scale, 1.0])[:, None],
        _powers(points, TILE).T,
    )


def _powers(points: tuple[float, ...], count: int) -> NDArray[np.float64]:
    """Take 1, x, x² … at each point; at infinity only the highest power is left."""
    return np.vstack([np.vander(points, count, increasing=True), np.eye(count)[-1]])


class Convolution:
    """A layer of an odd square kernel, one step at a time, over pictures of (n, h, w, channels).

    The result has the size of the picture; outside it there are zeros.
    """

    def __init__(self, weight: Array, bias: Array) -> None:
        """``weight`` has the shape (out, in, side, side), ``bias`` (out,)."""
        self._side, self._bias = weight.shape[-1], bias
        found = transforms(self._side)
        values = np.einsum("ia,ocab,jb->ijco", found.kernel, weight.astype(np.float64), found.kernel)
        self._kernel = values.reshape(-1, *values.shape[2:]).astype(np.float32)
        self._there = np.kron(found.picture, found.picture).astype(np.float32)
        self._back = np.kron(found.back, found.back).astype(np.float32)

    def __call__(self, pictures: Array) -> Array:
        count, height, width, _ = pictures.shape
        down, across = -(-height // TILE), -(-width // TILE)
        values = (self._there @ self._tiles(pictures, down, across)).reshape(
            len(self._there), count * down * across, -1
        )
        results = self._back @ (values @ self._kernel).reshape(len(self._kernel), -1)
        joined = results.reshape(TILE, TILE, count, down, across, -1).transpose(2, 3, 0, 4, 1, 5)
        whole = joined.reshape(count, down * TILE, across * TILE, -1)[:, :height, :width]
        found: Array = whole + self._bias
        return found

    def _tiles(self, pictures: Array, down: int, across: int) -> Array:
        """Cut pictures into overlapping tiles: one row for each place in a tile."""
        _, height, width, _ = pictures.shape
        edge, size = self._side // 2, TILE + self._side - 1
        after = (edge + down * TILE - height, edge + across * TILE - width)
        padded = np.pad(pictures, ((0, 0), (edge, after[0]), (edge, after[1]), (0, 0)))
        windows = sliding_window_view(padded, (size, size), axis=(1, 2))[:, ::TILE, ::TILE]
        return windows.transpose(4, 5, 0, 1, 2, 3).reshape(size * size, -1)


def pooled(pictures: Array) -> Array:
    """Take the largest of every 3x3 values, two steps apart; pictures of (n, h, w, channels)."""
    high, wide = ((side - 3) // 2 + 1 for side in pictures.shape[1:3])
    rows = np.maximum.reduce([pictures[:, at : at + 2 * high : 2] for at in range(3)])
    found: Array = np.maximum.reduce([rows[:, :, at : at + 2 * wide : 2] for at in range(3)])
    return found
