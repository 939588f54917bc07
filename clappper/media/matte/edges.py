"""Mattes refined: edges drawn in or softened, and kept steady over time."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from clappper.media.cuts import CutFinder
from clappper.media.matte.key import Alpha
from clappper.media.motion import Flow, FlowMeter, pulled, small
from clappper.media.picture import Plane

AGREED = 0.5
"""Where the matte before says something else by more than this, it is not asked: the subject has moved on."""


def refined(alpha: Alpha, *, shrink: float = 0.0, soften: float = 0.0) -> Alpha:
    """Draw the edge in by ``shrink``, or out where that is negative, and soften it over ``soften``.

    Both are in thousandths of the height.
    """
    pixels = alpha.shape[0] / 1000
    if radius := round(abs(shrink) * pixels):
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
        alpha = np.asarray((cv2.erode if shrink > 0 else cv2.dilate)(alpha, kernel), np.float32)
    if soften > 0:
        alpha = np.asarray(cv2.GaussianBlur(alpha, (0, 0), max(0.3, soften * pixels)), np.float32)
    return alpha


class Steadier:
    """Averages each matte with the one before, carried along the motion; starts afresh at a cut.

    ``amount``, 0 to 1, is how much the past counts.
    """

    def __init__(self, amount: float = 0.5) -> None:
        self._amount = np.float32(min(max(amount, 0.0), 0.95))
        self._flow = FlowMeter()
        self._cuts = CutFinder()
        self._before: tuple[Plane, Alpha] | None = None

    @classmethod
    def over(cls, pictures: Sequence[tuple[Plane, Alpha]], amount: float) -> Alpha:
        """Give the last matte of a few, steadied by those before it: each counts ``amount`` of its next."""
        steadier, past, total = cls(0), 0.0, 1.0
        for luma, alpha in pictures:
            steadier._amount = np.float32(past)
            steadied = steadier.steadied(luma, alpha)
            past = amount * total / (1 + amount * total)
            total = 1 + amount * total
        return steadied

    def steadied(self, luma: Plane, alpha: Alpha) -> Alpha:
        """Give the matte of the next picture, whose luma plane is ``luma``."""
        here = small(luma)
        if self._before is not None and self._before[1].shape == alpha.shape:
            there, past = self._before
            if not self._cuts.between(there, here):
                alpha = self._mixed(alpha, carried(past, self._flow.flow(here, there)))
        self._before = here, alpha
        return alpha

    def _mixed(self, now: Alpha, past: Alpha) -> Alpha:
        trust = self._amount * (np.abs(now - past) < AGREED)
        return np.asarray(now + (past - now) * trust, np.float32)


def carried(alpha: Alpha, flow: Flow) -> Alpha:
    """Fetch a matte along a flow that was measured on a smaller picture."""
    rows, columns = alpha.shape
    large = cv2.resize(flow, (columns, rows), interpolation=cv2.INTER_LINEAR)
    scale = np.array([columns / flow.shape[1], rows / flow.shape[0]], np.float32)
    return pulled(alpha, np.asarray(large * scale, np.float32))
