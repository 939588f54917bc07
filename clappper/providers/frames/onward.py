"""A clip that goes on from one picture: held, with a slow push in that starts as gently as it ends."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from clappper.base.errors import UnusableInputError
from clappper.media.decode import StillReader
from clappper.media.encode import FrameWriter
from clappper.media.picture import Plane, Yuv
from clappper.providers.child import Report
from clappper.providers.contract import GenRequest, Role
from clappper.providers.frames.film import encoding_of, length_of

PUSH_A_SECOND = 0.012
"""How much larger the picture gets each second: seen as life, not as a move."""

EASE_SECONDS = 0.6


def make(request: GenRequest, destination: Path, report: Report) -> None:
    """Write a clip from the first frame of a request.

    Raises:
        UnusableInputError: there is none, or it cannot be read.
    """
    first = next((file for file in request.files if file.role is Role.FIRST_FRAME), None)
    if first is None:
        raise UnusableInputError("Going on from a picture needs one.", "Give a first frame.")
    encoding, length = encoding_of(request), length_of(request)
    picture = StillReader(Path(first.path), width=encoding.width, height=encoding.height).at(0)
    with FrameWriter(destination, encoding) as writer:
        for frame in range(length):
            writer.write(pushed(picture, 1 + PUSH_A_SECOND * _eased(frame / request.fps)))
            report((frame + 1) / length, "holding")


def pushed(picture: Yuv, scale: float) -> Yuv:
    """Enlarge a picture about its middle; with scale 1 it is itself."""
    if scale == 1:
        return picture
    y, u, v = (_enlarged(plane, scale) for plane in picture.planes)
    return Yuv(y, u, v)


def _enlarged(plane: Plane, scale: float) -> Plane:
    height, width = plane.shape
    middle = (width - 1) / 2, (height - 1) / 2
    matrix = np.array([[scale, 0, middle[0] * (1 - scale)], [0, scale, middle[1] * (1 - scale)]])
    made = cv2.warpAffine(
        plane, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(made, np.uint8)


def _eased(seconds: float) -> float:
    """Give the time travelled when the push sets in over ``EASE_SECONDS``."""
    if seconds >= EASE_SECONDS:
        return seconds - EASE_SECONDS / 2
    return seconds * seconds / (2 * EASE_SECONDS)
