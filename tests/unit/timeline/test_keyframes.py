from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clappper.timeline.keyframes import (
    ease,
    in_order,
    shifted,
    stretched,
    value_at,
    with_keyframe,
    without_keyframe,
)
from clappper.timeline.model import Easing, Keyframe

CURVE = (Keyframe(10, 1.0, Easing.LINEAR), Keyframe(20, 2.0, Easing.HOLD), Keyframe(30, 5.0))
CURVES = st.lists(
    st.builds(Keyframe, st.integers(-50, 50), st.floats(-9, 9), st.sampled_from(Easing)),
    unique_by=lambda keyframe: keyframe.frame,
).map(lambda keyframes: tuple(sorted(keyframes, key=lambda keyframe: keyframe.frame)))


@pytest.mark.parametrize(
    ("frame", "value"), [(-5, 1.0), (10, 1.0), (15, 1.5), (20, 2.0), (29, 2.0), (30, 5.0), (99, 5.0)]
)
def test_a_curve_is_flat_outside_and_eased_inside(frame: int, value: float) -> None:
    assert value_at(CURVE, frame, 0.0) == pytest.approx(value)


def test_without_keyframes_the_default_holds() -> None:
    assert value_at((), 12, 0.25) == 0.25


@pytest.mark.parametrize("easing", [easing for easing in Easing if easing is not Easing.HOLD])
@given(progress=st.floats(0, 1))
@settings(deadline=None)
def test_easings_start_at_0_end_at_1_and_never_leave(easing: Easing, progress: float) -> None:
    assert ease(easing, 0.0) == 0.0
    assert ease(easing, 1.0) == 1.0
    assert 0.0 <= ease(easing, progress) <= 1.0


@given(CURVES, st.integers(-60, 60))
@settings(deadline=None)
def test_values_stay_between_the_keyframes_values(curve: tuple[Keyframe, ...], frame: int) -> None:
    values = [keyframe.value for keyframe in curve] or [3.0]
    assert min(values) - 1e-9 <= value_at(curve, frame, 3.0) <= max(values) + 1e-9


@given(CURVES, st.integers(-60, 60), st.integers(-30, 30))
@settings(deadline=None)
def test_shifting_moves_the_curve(curve: tuple[Keyframe, ...], frame: int, by_frames: int) -> None:
    assert value_at(shifted(curve, by_frames), frame + by_frames, 0.0) == value_at(curve, frame, 0.0)


@given(CURVES, st.fractions(Fraction(1, 4), 4))
@settings(deadline=None)
def test_stretching_keeps_the_order(curve: tuple[Keyframe, ...], factor: Fraction) -> None:
    assert in_order(stretched(curve, factor))


def test_a_keyframe_replaces_the_one_at_its_frame() -> None:
    changed = with_keyframe(CURVE, Keyframe(20, 7.0))
    assert [keyframe.value for keyframe in changed] == [1.0, 7.0, 5.0]
    assert without_keyframe(changed, 20) == (CURVE[0], CURVE[2])
