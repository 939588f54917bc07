"""The line on a clip: up and down, keyframes in time and value, one held value as none."""

from dataclasses import replace

import pytest

from clappper.base.errors import ClappperError
from clappper.timeline.attributes import Channel, curve_of, set_curve
from clappper.timeline.curves import (
    add_keyframe,
    ease_keyframe,
    is_moving,
    move_keyframe,
    move_pose,
    pose_frames,
    raise_line,
    remove_pose,
)
from clappper.timeline.model import Easing, Keyframe, Timeline
from clappper.timeline.queries import clip_of

LINEAR, HOLD = Easing.LINEAR, Easing.HOLD


def curve(timeline: Timeline, channel: Channel, clip: str = "a") -> list[tuple[int, float]]:
    return [(key.frame, round(key.value, 3)) for key in curve_of(clip_of(timeline, clip), channel)]


def keyed(timeline: Timeline) -> Timeline:
    keys = (Keyframe(10, 0.2, LINEAR), Keyframe(30, 0.8, LINEAR), Keyframe(50, 0.5))
    return set_curve(timeline, "a", Channel.OPACITY, keys)


def test_without_keyframes_all_of_the_line_goes_up_or_down(timeline: Timeline) -> None:
    softer = raise_line(timeline, "song", Channel.GAIN, 5, -6.0)
    assert clip_of(softer, "song").gain_db == (Keyframe(0, -6.0, HOLD),)
    assert not is_moving(clip_of(softer, "song"), Channel.GAIN)
    assert raise_line(softer, "song", Channel.GAIN, 90, 6.0) == timeline
    assert curve(raise_line(timeline, "a", Channel.OPACITY, 5, 0.5), Channel.OPACITY) == []


def test_between_keyframes_both_sides_are_raised_within_their_limits(timeline: Timeline) -> None:
    raised = raise_line(keyed(timeline), "a", Channel.OPACITY, 20, 0.4)
    assert curve(raised, Channel.OPACITY) == [(10, 0.6), (30, 1.0), (50, 0.5)]
    end = raise_line(keyed(timeline), "a", Channel.OPACITY, 55, -0.1)
    assert curve(end, Channel.OPACITY) == [(10, 0.2), (30, 0.8), (50, 0.4)]


def test_a_keyframe_is_put_on_the_line_as_it_is(timeline: Timeline) -> None:
    assert curve(add_keyframe(keyed(timeline), "a", Channel.OPACITY, 20), Channel.OPACITY)[1] == (20, 0.5)
    held = raise_line(timeline, "a", Channel.GAIN, 0, -6.0)
    first = add_keyframe(held, "a", Channel.GAIN, 40)
    assert clip_of(first, "a").gain_db == (Keyframe(40, -6.0, LINEAR),)
    assert is_moving(clip_of(first, "a"), Channel.GAIN)


@pytest.mark.parametrize(("by", "frame"), [(5, 35), (500, 49), (-500, 11)])
def test_a_keyframe_moves_between_its_neighbours(timeline: Timeline, by: int, frame: int) -> None:
    moved = move_keyframe(keyed(timeline), "a", Channel.OPACITY, 30, by, -0.3)
    assert curve(moved, Channel.OPACITY)[1] == (frame, 0.5)


def test_the_last_keyframe_stays_inside_the_clip(timeline: Timeline) -> None:
    moved = move_keyframe(keyed(timeline), "a", Channel.OPACITY, 50, 500, 0)
    assert curve(moved, Channel.OPACITY)[-1] == (59, 0.5)
    with pytest.raises(ClappperError, match="no keyframe at frame 31"):
        move_keyframe(keyed(timeline), "a", Channel.OPACITY, 31, 1, 0)


def test_the_keyframes_of_a_pose_move_and_go_together(timeline: Timeline) -> None:
    posed = set_curve(timeline, "a", Channel.X, (Keyframe(0, 0), Keyframe(20, 0.1), Keyframe(25, 0)))
    posed = set_curve(posed, "a", Channel.SCALE, (Keyframe(20, 1.2), Keyframe(40, 1)))
    assert pose_frames(clip_of(posed, "a")) == (0, 20, 25, 40)
    moved = move_pose(posed, "a", 20, 9)
    assert (curve(moved, Channel.X)[1], curve(moved, Channel.SCALE)[0]) == ((24, 0.1), (24, 1.2))
    gone = remove_pose(moved, "a", 24)
    assert pose_frames(clip_of(gone, "a")) == (0, 25, 40)
    with pytest.raises(ClappperError, match="no keyframe"):
        move_pose(posed, "a", 21, 1)


def test_easing_leads_to_the_next_keyframe(timeline: Timeline) -> None:
    eased = ease_keyframe(keyed(timeline), "a", Channel.OPACITY, 30, HOLD)
    assert curve_of(clip_of(eased, "a"), Channel.OPACITY)[1] == replace(Keyframe(30, 0.8), easing=HOLD)
