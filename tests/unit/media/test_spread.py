from __future__ import annotations

import cv2
import numpy as np
import pytest

from clappper.media.picture import Yuv
from clappper.media.spread import EditedFrame, spread

SHAPE = (72, 128)


class Pan:
    """Ten pictures of blobs that move two pixels to the left each time."""

    def __init__(self) -> None:
        noise = np.random.default_rng(4).normal(0, 1, (72, 200)).astype(np.float32)
        self.wide = np.clip(120 + cv2.GaussianBlur(noise, (0, 0), 4) * 500, 40, 200).astype(np.uint8)

    def at(self, frame: int) -> Yuv:
        y = np.ascontiguousarray(self.wide[:, 2 * frame : 2 * frame + 128])
        half = np.full((36, 64), 128, np.uint8)
        return Yuv(y, half, half)


def graded(picture: Yuv) -> Yuv:
    y = np.clip(picture.y * 0.8 + 30, 0, 255).astype(np.uint8)
    return Yuv(y, np.full_like(picture.u, 120), np.full_like(picture.v, 140))


def spotted(picture: Yuv, left: int) -> Yuv:
    """Paint a bright spot onto a picture."""
    y = picture.y.copy()
    y[30:42, left : left + 12] = 250
    return Yuv(y, picture.u, picture.v)


def test_a_grade_of_one_frame_is_the_grade_of_all() -> None:
    pan = Pan()
    made = list(spread(pan, 10, [EditedFrame(0, graded(pan.at(0)))]))
    for frame, picture in enumerate(made):
        assert float(np.abs(picture.y.astype(int) - graded(pan.at(frame)).y).mean()) < 1
        assert abs(float(picture.u.mean()) - 120) < 1


@pytest.mark.parametrize("key", [0, 5, 9])
def test_what_is_painted_moves_with_the_picture(key: int) -> None:
    pan = Pan()
    made = list(spread(pan, 10, [EditedFrame(key, spotted(pan.at(key), 60))]))
    for frame in range(10):
        left = 60 + 2 * (key - frame)
        inside = (
            made[frame].y[32:40, left + 2 : left + 10].astype(float)
            - pan.at(frame).y[32:40, left + 2 : left + 10]
        )
        outside = made[frame].y[:20].astype(float) - pan.at(frame).y[:20]
        assert float(inside.mean()) > 35
        assert float(np.abs(outside).mean()) < 4


def test_edited_frames_come_back_as_they_are_and_looks_are_mixed_between() -> None:
    pan = Pan()
    first, last = EditedFrame(0, pan.at(0)), EditedFrame(9, graded(pan.at(9)))
    made = list(spread(pan, 10, [last, first]))
    assert made[0] is first.picture
    assert made[9] is last.picture
    blue = [float(picture.u.mean()) for picture in made]
    assert blue == sorted(blue, reverse=True)
