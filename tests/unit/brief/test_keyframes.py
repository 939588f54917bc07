from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from clappper.base.units import FrameRange, FrameRate, Money
from clappper.brief.keyframes import CEILING, Reason, expected_motion, plan_keyframes, share_units
from clappper.brief.schema import SceneBeat
from clappper.brief.storyboard import PlannedScene, ShotSize

RATE = FrameRate(24)


def shot(frames: int = 144, beats: tuple[SceneBeat, ...] = (), **changes: object) -> PlannedScene:
    plain = PlannedScene(
        id="s1",
        scene_id="s1",
        type="lifestyle",
        frames=FrameRange(0, frames),
        shot_size=ShotSize.WIDE,
        move="static",
        focal_length_mm=35,
        intent="a kettle on a stove",
        prompt="A kettle on a stove.",
        negative="",
        beats=beats,
        accents=(),
        transition=None,
        handle_before=0,
        handle_after=0,
        cut_reason="",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


BEAT = SceneBeat(start=2.0, end=4.0, action="steam rises")


def frames(*arguments: object, **options: object) -> list[int]:
    return [keyframe.frame for keyframe in plan_keyframes(*arguments, **options)]  # type: ignore[arg-type]


def test_density_says_how_far_apart_keyframes_are() -> None:
    counts = [len(frames(shot(), RATE, density)) for density in ("low", "medium", "high")]
    assert counts == [3, 5, 13]
    for density, spacing in (("low", 72), ("medium", 36), ("high", 12)):
        places = frames(shot(), RATE, density)
        assert (places[0], places[-1]) == (0, 143)
        assert max(b - a for a, b in pairwise(places)) <= spacing


def test_actions_camera_and_measured_motion_call_for_keyframes() -> None:
    planned = plan_keyframes(shot(beats=(BEAT,), move="orbit"), RATE, "low", peaks=(110,))
    reasons = {keyframe.frame: keyframe.reason for keyframe in planned}
    assert reasons[48] is Reason.BEAT
    assert reasons[110] is Reason.MOTION
    turning = plan_keyframes(shot(move="orbit"), RATE, "low")
    assert [keyframe.reason for keyframe in turning] == [Reason.START, Reason.CAMERA, Reason.END]
    words = next(keyframe.prompt for keyframe in planned if keyframe.frame == 48)
    assert "steam rises" in words


def test_handles_are_part_of_the_footage() -> None:
    planned = plan_keyframes(shot(beats=(BEAT,), handle_before=10, handle_after=5), RATE, "low")
    assert planned[-1].frame == 158
    assert any(keyframe.frame == 58 for keyframe in planned)


def test_what_is_not_affordable_goes_the_least_important_first() -> None:
    planned = plan_keyframes(shot(beats=(BEAT,)), RATE, "high", affordable=3)
    assert [keyframe.reason for keyframe in planned] == [Reason.START, Reason.BEAT, Reason.END]
    assert len(plan_keyframes(shot(), RATE, "high", affordable=0)) == 2


def test_auto_looks_at_what_moves() -> None:
    assert len(frames(shot(), RATE, "auto")) < len(frames(shot(move="orbit"), RATE, "auto"))
    assert expected_motion(shot(beats=(BEAT,))) > expected_motion(shot())


def test_units_are_shared_by_motion_and_worth_money() -> None:
    still, moving = (share_units(Money.dollars(2), Money.dollars("0.01"), motion) for motion in (0.0, 1.0))
    assert still.keyframes + still.fill == moving.keyframes + moving.fill == 100
    assert still.keyframes > 50 > moving.keyframes
    assert still.worth == Money.dollars(2 * CEILING)
    assert still.affordable == still.keyframes
    assert still.spent(Money.dollars("0.015")) == 2
    half = share_units(Money.dollars(2), None, 0.5, units=50)
    assert (half.keyframes, half.affordable) == (25, None)
    assert half.worth == Money.dollars(CEILING)


@pytest.mark.parametrize("length", [2, 5, 7])
def test_the_shortest_shots_have_two_keyframes(length: int) -> None:
    assert frames(shot(length), RATE, "high") == [0, length - 1]
