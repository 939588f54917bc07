"""The one picture format between decoding and encoding: planar 8-bit YUV 4:2:0, BT.709, limited range."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Yuv:
    """One picture: ``y`` has shape (height, width); ``u`` and ``v`` half of each. Both sizes are even.

    Chroma is sited left as in MPEG-2/H.264. Planes may be views; whoever writes into a plane must own it.
    """

    y: Plane
    u: Plane
    v: Plane

    @property
    def width(self) -> int:
        return int(self.y.shape[1])

    @property
    def height(self) -> int:
        return int(self.y.shape[0])

    @property
    def planes(self) -> tuple[Plane, Plane, Plane]:
        return self.y, self.u, self.v

    def part(self, x: int, y: int, width: int, height: int) -> Yuv:
        """View a rectangle; all four numbers are even."""
        rows, columns = slice(y // 2, (y + height) // 2), slice(x // 2, (x + width) // 2)
        return Yuv(self.y[y : y + height, x : x + width], self.u[rows, columns], self.v[rows, columns])

    def fill(self, other: Yuv) -> None:
        """Copy another picture of the same size into this one's planes."""
        for mine, theirs in zip(self.planes, other.planes, strict=True):
            mine[...] = theirs

    def copy(self) -> Yuv:
        return Yuv(self.y.copy(), self.u.copy(), self.v.copy())

    @classmethod
    def empty(cls, width: int, height: int) -> Yuv:
        """Make a picture of any content, to be painted over."""
        half = (height // 2, width // 2)
        return cls(np.empty((height, width), np.uint8), np.empty(half, np.uint8), np.empty(half, np.uint8))

    @classmethod
    def blank(cls, width: int, height: int, *, luma: int = 16) -> Yuv:
        """Make a grey picture; the default is black."""
        half = (height // 2, width // 2)
        return cls(
            np.full((height, width), luma, np.uint8),
            np.full(half, 128, np.uint8),
            np.full(half, 128, np.uint8),
        )
