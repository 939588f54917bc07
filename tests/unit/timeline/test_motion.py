from clappper.timeline.model import Easing, Keyframe, Motion
from clappper.timeline.motion import LEAST_SCALE, scaled, shifted_by

PUSH = Motion(x=(Keyframe(0, -0.1), Keyframe(30, 0.1)), scale=(Keyframe(0, 1.0), Keyframe(30, 1.2)))


def test_a_shifted_motion_keeps_its_shape() -> None:
    moved = shifted_by(PUSH, 0.2, -0.5)
    assert [key.value for key in moved.x] == [0.1, 0.30000000000000004]
    assert moved.y == (Keyframe(0, -0.5, Easing.HOLD),)
    assert shifted_by(PUSH, 0, 0) == PUSH


def test_a_picture_grows_at_every_keyframe_and_never_vanishes() -> None:
    assert [key.value for key in scaled(PUSH, 2).scale] == [2.0, 2.4]
    assert scaled(Motion(), 0.001).scale == (Keyframe(0, LEAST_SCALE, Easing.HOLD),)
    assert scaled(PUSH, 1) is PUSH
