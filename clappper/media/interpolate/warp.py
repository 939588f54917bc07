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

    Flows have shape (height, width, 2) in pixels, weights (height, width); they need not add up to one.
    """

    to_one: Flow
    to_other: Flow
    one_counts: NDArray[np.float32]
    other_counts: NDArray[np.float32]

    def halved(self) -> Fields:
        """Give the same for planes of half the size."""
        return Fields(
            _half(self.to_one) * np.float32(0.5),
            _half(self.to_other) * np.float32(0.5),
            _half(self.one_counts),
            _half(self.other_counts),
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
    half = fields.halved()
    planes = (
        _mixed(mine, theirs, where)
        for mine, theirs, where in zip(one.planes, other.planes, (fields, half, half), strict=True)
    )
    return Yuv(*planes)


def _mixed(one: Plane, other: Plane, fields: Fields) -> Plane:
    """Mix in floating point: rounding each picture to codes first costs 0.1 dB."""
    mine = pulled(one.astype(np.float32), fields.to_one)
    theirs = pulled(other.astype(np.float32), fields.to_other)
    mixed = cv2.blendLinear(mine, theirs, fields.one_counts, fields.other_counts)
    return cast("Plane", cv2.convertScaleAbs(mixed))


def _half(values: NDArray[np.float32]) -> NDArray[np.float32]:
    rows, columns = values.shape[:2]
    return cast(
        "NDArray[np.float32]", cv2.resize(values, (columns // 2, rows // 2), interpolation=cv2.INTER_AREA)
    )
