from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.base.units import FrameRange
from clappper.media.picture import Yuv
from clappper.render.canvas import Canvas
from clappper.render.placing import Placing, place, placing_at
from clappper.timeline.model import Clip, Keyframe, Motion, Solid

CANVAS = Canvas(64, 36, "16:9")


def ramp(width: int = 64, height: int = 36) -> Yuv:
    """Make a picture whose luma tells the column and whose U tells the row, both of the canvas's grid."""
    x = (np.arange(width) + 0.5) * 64 / width - 0.5
    y = (np.arange(height // 2) + 0.5) * 18 / (height // 2) - 0.5
    luma = np.broadcast_to(50 + 2 * x, (height, width))
    u = np.broadcast_to(90 + 4 * y[:, None], (height // 2, width // 2))
    return Yuv(*(np.rint(plane).astype(np.uint8) for plane in (luma, u, np.full_like(u, 128))))


def test_a_full_opaque_picture_is_passed_on_uncopied() -> None:
    picture = ramp()
    assert place(picture, Placing(), CANVAS, None) is picture


def test_a_larger_picture_is_brought_to_the_canvas() -> None:
    painted = place(ramp(96, 54), Placing(), CANVAS, None)
    np.testing.assert_allclose(painted.y[2:-2, 2:-2].astype(int), ramp().y[2:-2, 2:-2], atol=1)
    np.testing.assert_allclose(painted.u[2:-2, 2:-2].astype(int), ramp().u[2:-2, 2:-2], atol=2)


def test_zooming_in_keeps_the_centre() -> None:
    painted = place(ramp(), Placing(scale=2.0), CANVAS, None)
    assert painted.y[18, 31:33].mean() == pytest.approx(50 + 2 * 31.5, abs=1)
    assert int(painted.y[18, 63]) - int(painted.y[18, 0]) == pytest.approx(63, abs=2)
    assert painted.u[8:10, 16].mean() == pytest.approx(90 + 4 * 8.5, abs=1.5)


def test_a_small_picture_leaves_what_is_below() -> None:
    below = Yuv.blank(64, 36, luma=100)
    painted = place(Yuv.blank(64, 36, luma=200), Placing(x=0.25, scale=0.5), CANVAS, below)
    assert painted.y[18, 48] == 200
    assert painted.y[18, 28] == 100
    assert painted.y[2, 48] == 100
    assert below.y[18, 48] == 100


def test_a_quarter_turn_clockwise_puts_the_left_side_on_top() -> None:
    square = Canvas(36, 36, "1:1")
    picture = Yuv.blank(36, 36, luma=40)
    picture.y[:, :18] = 220
    painted = place(picture, Placing(rotation=90), square, None)
    assert painted.y[4, 18] == pytest.approx(220, abs=2)
    assert painted.y[32, 18] == pytest.approx(40, abs=2)


def test_opacity_mixes_with_what_is_below() -> None:
    painted = place(Yuv.blank(64, 36, luma=200), Placing(opacity=0.25), CANVAS, Yuv.blank(64, 36, luma=100))
    assert painted.y[0, 0] == 125


def test_keyframes_and_fades_are_evaluated_at_the_frame() -> None:
    motion = Motion(x=(Keyframe(0, 0.0), Keyframe(10, 1.0)))
    clip = Clip(
        "c", Solid("#FFFFFF"), FrameRange(100, 120), motion=motion, fade_in_frames=4, fade_out_frames=4
    )
    assert placing_at(clip, 105).x == pytest.approx(0.5)
    assert placing_at(clip, 100).opacity == pytest.approx(0.125)
    assert placing_at(clip, 110).opacity == 1
    assert placing_at(clip, 119).opacity == pytest.approx(0.125)


def test_a_picture_outside_the_canvas_is_not_seen() -> None:
    below = Yuv.blank(64, 36, luma=100)
    painted = place(Yuv.blank(64, 36, luma=200), Placing(x=2.0, scale=0.5), CANVAS, below)
    assert set(np.unique(painted.y)) == {100}


def test_fine_detail_shrinks_to_its_mean() -> None:
    picture = Yuv.blank(64, 36, luma=50)
    picture.y[:, ::2] = 150
    painted = place(picture, Placing(scale=0.25), CANVAS, None)
    assert painted.y[16:20, 28:36].astype(int) == pytest.approx(np.full((4, 8), 100), abs=2)


@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(0.2, 1.5), st.floats(0, 360))
def test_what_is_covered_is_the_picture_and_the_rest_is_untouched(
    x: float, y: float, scale: float, rotation: float
) -> None:
    below, picture = Yuv.blank(64, 36, luma=100), Yuv.blank(64, 36, luma=200)
    painted = place(picture, Placing(x, y, scale, rotation), CANVAS, below)
    assert painted.y.min() >= 100
    assert painted.y.max() <= 200
    assert set(np.unique(below.y)) == {100}
    centre = (round(36 * (0.5 + y) - 0.5), round(64 * (0.5 + x) - 0.5))
    if 0 <= centre[0] < 36 and 0 <= centre[1] < 64:
        assert painted.y[centre] >= 190
