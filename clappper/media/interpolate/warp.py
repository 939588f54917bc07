"""Two pictures drawn together at a moment between them, straight on YUV planes.

Whatever finds the motion, only flow and weights reach this module; no picture is converted to RGB and back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from clappper.media.motion import Flow, pulled
from clappper.media.picture import Plane, Yuv


@dataclass(frozen=True, slots=True)
class Fields:
    """For each pixel of the new picture: the way to its places in both others, and how much each counts.

    Flows have shape (height, width, 2) in pixels, weights (height, width); they need not add up to one. The
    size may be any: ``at`` gives the same for planes of another size.
    """

    to_one: Flow
    to_other: Flow
    one_counts: NDArray[np.float32]
    other_counts: NDArray[np.float32]

    def at(self, rows: int, columns: int) -> Fields:
        """Give the same for planes of another size and the same shape."""
        if self.one_counts.shape == (rows, columns):
            return self
        scale = np.float32(columns / self.one_counts.shape[1])
        size = columns, rows
        return Fields(
            _resized(self.to_one, size) * scale,
            _resized(self.to_other, size) * scale,
            _resized(self.one_counts, size),
            _resized(self.other_counts, size),
        )


class Interpolator(Protocol):
    """Makes the picture between two of one size; ``t`` runs from 0, the first, to 1, the second.

    Asking for several moments between the same two objects in a row costs their motion only once. ``facts``
    say for a sidecar what made the pictures.
    """

    @property
    def facts(self) -> dict[str, str]: ...

    def mid(self, one: Yuv, other: Yuv, t: float) -> Yuv: ...


def drawn_together(one: Yuv, other: Yuv, fields: Fields) -> Yuv:
    """Fetch both pictures' pixels and mix them."""
    luma, colour = fields.at(*one.y.shape), fields.at(*one.u.shape)
    planes = (
        _mixed(mine, theirs, where)
        for mine, theirs, where in zip(one.planes, other.planes, (luma, colour, colour), strict=True)
    )
    return Yuv(*planes)


def _mixed(one: Plane, other: Plane, fields: Fields) -> Plane:
    """Mix in floating point: rounding each picture to codes first costs 0.1 dB."""
    mine = pulled(one.astype(np.float32), fields.to_one)
    theirs = pulled(other.astype(np.float32), fields.to_other)
    mixed = cv2.blendLinear(mine, theirs, fields.one_counts, fields.other_counts)
    return cast("Plane", cv2.convertScaleAbs(mixed))


def _resized(values: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    way = cv2.INTER_AREA if size[0] < values.shape[1] else cv2.INTER_LINEAR
    return cast("NDArray[np.float32]", cv2.resize(values, size, interpolation=way))
