"""Frames between frames from dense optical flow: no weights, any moment, half a tenth of a second at 540p.

Flow and trust are measured at half the size, where flow loses nothing and costs a quarter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from clappper.media.interpolate.warp import Fields, drawn_together
from clappper.media.motion import Flow, FlowMeter, pulled
from clappper.media.picture import Plane, Yuv

TRUST_PIXELS = 4.0
"""A pixel that goes there and back and misses itself by 2 px counts 1/e."""

SMALLEST = 64
"""Of a smaller picture flow is measured at its own size."""

LEAST = np.float32(1e-2)
"""Where nothing is trusted both pictures count alike."""


class DisInterpolator:
    """Warps both pictures to the moment by flow measured both ways (OpenCV's DIS) and mixes what agrees.

    The flow at the moment is that of the two ends scaled, as in Super SloMo (Jiang et al., 2018, equation 4).
    """

    def __init__(self) -> None:
        self.facts = {"interpolator": "dis", "library": f"opencv {cv2.__version__}"}
        self._meter = FlowMeter.for_drawing()
        self._pair: _Pair | None = None

    def mid(self, one: Yuv, other: Yuv, t: float) -> Yuv:
        """Make the picture at ``t``, 0 < t < 1."""
        if self._pair is None or self._pair.one is not one or self._pair.other is not other:
            self._pair = _Pair.measured(self._meter, one, other)
        return drawn_together(one, other, self._pair.fields(t))


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two pictures, the flow both ways in pixels of a reduced picture, and the trust in it, 0..1."""

    one: Yuv
    other: Yuv
    there: Flow
    back: Flow
    trust_there: NDArray[np.float32]
    trust_back: NDArray[np.float32]

    @classmethod
    def measured(cls, meter: FlowMeter, one: Yuv, other: Yuv) -> _Pair:
        lumas = _reduced(one), _reduced(other)
        scale = one.width / lumas[0].shape[1]
        there, back = meter.flow(*lumas), meter.flow(*lumas[::-1])
        return cls(one, other, there, back, _trust(there, back, scale), _trust(back, there, scale))

    def fields(self, t: float) -> Fields:
        s = 1 - t
        return Fields(
            self._flow(-s * t, t * t),
            self._flow(s * s, -s * t),
            self.trust_there * np.float32(s) + LEAST,
            self.trust_back * np.float32(t) + LEAST,
        )

    def _flow(self, there: float, back: float) -> Flow:
        return np.asarray(cv2.addWeighted(self.there, there, self.back, back, 0), np.float32)


def _reduced(picture: Yuv) -> Plane:
    if min(picture.width, picture.height) < SMALLEST:
        return np.ascontiguousarray(picture.y)
    rows, columns = picture.u.shape
    return cast("Plane", cv2.resize(picture.y, (columns, rows), interpolation=cv2.INTER_AREA))


def _trust(there: Flow, back: Flow, scale: float) -> NDArray[np.float32]:
    """Say how far each pixel is to be trusted; ``scale`` turns its steps into pixels of the picture."""
    missed = there + pulled(back, there)
    x, y = missed[..., 0], missed[..., 1]
    return np.asarray(cv2.exp((x * x + y * y) * np.float32(-scale * scale / TRUST_PIXELS)), np.float32)
