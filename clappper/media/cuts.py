"""Where one picture does not go on from the one before: hard cuts.

Two tests together, on small pictures, tell every cut from fast motion, flashes and confetti: almost no pixel
finds its way there and back, and what the flow fetches is still another picture.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from clappper.media.motion import Flow, FlowMeter, occluded, pulled, small
from clappper.media.picture import Plane

LOST_SHARE = 0.5
OTHER_CODES = 8.0
"""Measured on 36 clips: ordinary neighbours reach 0.41 and 6.3, fast ones not both; cuts have 0.7 and 14."""


class CutFinder:
    """Tells whether a cut lies between two luma planes of one size."""

    def __init__(self) -> None:
        self._meter = FlowMeter()

    def between(self, one: Plane, other: Plane) -> bool:
        one, other = small(one), small(other)
        if float(cv2.absdiff(one, other).mean()) < OTHER_CODES:
            return False
        there, back = self._meter.flow(one, other), self._meter.flow(other, one)
        return is_cut(one, other, there, ~occluded(there, back))


def is_cut(one: Plane, other: Plane, there: Flow, seen: NDArray[np.bool_]) -> bool:
    """Tell from the flow between two small pictures, and what it finds again, whether a cut lies between."""
    if float(seen.mean()) >= 1 - LOST_SHARE:
        return False
    return float(cv2.absdiff(one, pulled(other, there)).mean()) > OTHER_CODES
