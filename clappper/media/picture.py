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

    def copy(self) -> Yuv:
        return Yuv(self.y.copy(), self.u.copy(), self.v.copy())

    @classmethod
    def blank(cls, width: int, height: int, *, luma: int = 16) -> Yuv:
        """Make a grey picture; the default is black."""
        half = (height // 2, width // 2)
        return cls(
            np.full((height, width), luma, np.uint8),
            np.full(half, 128, np.uint8),
            np.full(half, 128, np.uint8),
        )
