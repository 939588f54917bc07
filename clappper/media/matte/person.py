"""Cutting out people with the built-in selfie segmentation: any background, three small forward passes.

The network was made for a person who fills the picture. So it looks at the whole first, and then twice at
what it found, from nearer; that divides its error by two to four where people are seen from head to foot.
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
CLOSER_LOOKS = 2
MARGIN_SHARE, MARGIN_PIXELS = 0.3, 8


class _Box(NamedTuple):
    left: int
    top: int
    right: int
    bottom: int


class PersonMatte:
    """Runs MediaPipe's 256x256 network with OpenCV."""

    def __init__(self, model: Model) -> None:
        self.facts = {**model.facts, "library": f"opencv {cv2.__version__}"}
        self._net = cv2.dnn.readNetFromTFLite(str(model.file("selfie_segmentation.tflite")))

    def cut(self, picture: Yuv) -> Cut:
        """Give a picture and what of it belongs to people."""
        rgb = rgb_picture(picture)
        alpha = self._found(rgb)
        for _ in range(CLOSER_LOOKS):
            box = _around(alpha)
            if box is None:
                break
            alpha = np.zeros(picture.y.shape, np.float32)
            rows, columns = slice(box.top, box.bottom), slice(box.left, box.right)
            alpha[rows, columns] = self._found(rgb[rows, columns])
        return Cut(picture, np.clip(alpha, 0, 1))

    def _found(self, rgb: NDArray[np.float32]) -> Alpha:
        small = cv2.resize(rgb, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        self._net.setInput(np.ascontiguousarray(np.moveaxis(small, 2, 0))[None])
        found = np.asarray(self._net.forward(), np.float32).reshape(SIDE, SIDE)
        size = (rgb.shape[1], rgb.shape[0])
        return np.asarray(cv2.resize(found, size, interpolation=cv2.INTER_LINEAR), np.float32)


def _around(alpha: Alpha) -> _Box | None:
    """Give the surroundings of the largest thing found; None where nothing was."""
    count, _, boxes, _ = cv2.connectedComponentsWithStats((alpha > 0.5).astype(np.uint8))
    if count < 2:
        return None
    left, top, width, height, _ = (int(side) for side in max(boxes[1:], key=lambda box: int(box[4])))
    x, y = round(width * MARGIN_SHARE) + MARGIN_PIXELS, round(height * MARGIN_SHARE) + MARGIN_PIXELS
    rows, columns = alpha.shape
    return _Box(
        max(0, left - x), max(0, top - y), min(columns, left + width + x), min(rows, top + height + y)
    )
