"""Cutting out people with the built-in selfie segmentation: any background, five small forward passes.

The network was made for a person who fills the picture. So it looks at the whole first, and then at what it
found from nearer, twice and in two ways: with the box drawn to the network's square, and with a square around
it. They err in different places; their mean divides the error of one look at the whole by two to five.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from clappper.media.colour import rgb_picture
from clappper.media.matte.key import Alpha, Cut
from clappper.media.models import Model
from clappper.media.picture import Yuv

SIDE = 256
STRETCHED, SQUARE = (0.5, 0.3), (0.3, 0.3)
"""Margins around what was found, as shares of its box, look by look."""

MARGIN_PIXELS = 8
KEPT_SHARE = 0.6
"""Of what one look found, the next must find at least so much again."""


class _Box(NamedTuple):
    left: int
    top: int
    right: int
    bottom: int

    def squared(self) -> _Box:
        """Give the square around its middle, which may reach beyond the picture."""
        side = max(self.right - self.left, self.bottom - self.top)
        left, top = (self.left + self.right - side) // 2, (self.top + self.bottom - side) // 2
        return _Box(left, top, left + side, top + side)

    def within(self, shape: tuple[int, ...]) -> _Box:
        return _Box(
            max(0, self.left), max(0, self.top), min(shape[1], self.right), min(shape[0], self.bottom)
        )


class PersonMatte:
    """Runs MediaPipe's 256x256 network with OpenCV."""

    def __init__(self, model: Model) -> None:
        self.facts = {**model.facts, "library": f"opencv {cv2.__version__}"}
        self._net = cv2.dnn.readNetFromTFLite(str(model.file("selfie_segmentation.tflite")))

    def cut(self, picture: Yuv) -> Cut:
        """Give a picture and what of it belongs to people."""
        rgb = rgb_picture(picture)
        first = self.found(rgb)
        stretched, square = first, first
        for wide, around in zip(STRETCHED, SQUARE, strict=True):
            stretched = self._closer(rgb, stretched, wide, is_square=False)
            square = self._closer(rgb, square, around, is_square=True)
        return Cut(picture, np.clip((stretched + square) * np.float32(0.5), 0, 1))

    def _closer(self, rgb: NDArray[np.float32], alpha: Alpha, margin: float, *, is_square: bool) -> Alpha:
        """Look again at what was found; beyond the picture its border goes on.

        What loses sight of most of it, as where only arms and things in hands are left, does not count.
        """
        box = _around(alpha, margin)
        if box is None:
            return alpha
        box = box.squared() if is_square else box.within(alpha.shape)
        inner = box.within(alpha.shape)
        around = (
            inner.top - box.top,
            box.bottom - inner.bottom,
            inner.left - box.left,
            box.right - inner.right,
        )
        part = rgb[inner.top : inner.bottom, inner.left : inner.right]
        found = self.found(np.asarray(cv2.copyMakeBorder(part, *around, cv2.BORDER_REPLICATE), np.float32))
        result = np.zeros_like(alpha)
        rows = slice(around[0], around[0] + inner.bottom - inner.top)
        columns = slice(around[2], around[2] + inner.right - inner.left)
        result[inner.top : inner.bottom, inner.left : inner.right] = found[rows, columns]
        kept = float(np.minimum(result, alpha).sum())
        return result if kept > KEPT_SHARE * float(alpha.sum()) else alpha

    def found(self, rgb: NDArray[np.float32]) -> Alpha:
        """Look once at a picture, as a whole."""
        small = cv2.resize(rgb, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        self._net.setInput(np.ascontiguousarray(np.moveaxis(small, 2, 0))[None])
        found = np.asarray(self._net.forward(), np.float32).reshape(SIDE, SIDE)
        size = (rgb.shape[1], rgb.shape[0])
        return np.asarray(cv2.resize(found, size, interpolation=cv2.INTER_LINEAR), np.float32)


def _around(alpha: Alpha, margin: float) -> _Box | None:
    """Give the surroundings of the largest thing found; None where nothing was."""
    count, _, boxes, _ = cv2.connectedComponentsWithStats((alpha > 0.5).astype(np.uint8))
    if count < 2:
        return None
    left, top, width, height, _ = (int(side) for side in max(boxes[1:], key=lambda box: int(box[4])))
    x, y = round(width * margin) + MARGIN_PIXELS, round(height * margin) + MARGIN_PIXELS
    return _Box(left - x, top - y, left + width + x, top + height + y).within(alpha.shape)
