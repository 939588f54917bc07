from dataclasses import replace
from fractions import Fraction

import pytest

from clappper.base.units import FrameRange
from clappper.timeline.model import Clip, Footage, Keyframe, Timeline, Transition, TransitionKind
from clappper.timeline.queries import clip_of
from clappper.timeline.validate import validate


def _with_second(timeline: Timeline, clip: Clip) -> Timeline:
    track, *rest = timeline.tracks
    return replace(timeline, tracks=(replace(track, clips=(track.clips[0], clip, track.clips[2])), *rest))


def test_a_sound_timeline_has_no_faults(timeline: Timeline) -> None:
    assert validate(timeline) == ()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"placed": FrameRange(50, 150)}, "Clip a and Clip b overlap on track v1."),
        ({"placed": FrameRange(60, 160)}, "Clip b and Clip c overlap on track v1."),
        ({"placed": FrameRange(60, 60), "transition": None}, "Clip b has no length."),
        ({"source_start": -1}, "Clip b needs frames -1 to 88 of its footage, which has 0 to 299."),
        ({"speed": Fraction(4)}, "Clip b needs frames 20 to 376 of its footage, which has 0 to 299."),
        ({"speed": Fraction(-1)}, "Clip b has a negative speed."),
        ({"fade_in_frames": -1}, "Clip b has a negative fade."),
        ({"gain_db": (Keyframe(3, 0.0), Keyframe(3, 1.0))}, "Clip b has keyframes out of order."),
        ({"id": "a"}, "More than one clip is called a."),
        (
            {"transition": Transition(TransitionKind.WIPE, 200)},
            "The transition into clip b is longer than the clips at its sides.",
        ),
        ({"transition": Transition(TransitionKind.WIPE, 0)}, "The transition into clip b has no length."),
    ],
)
def test_each_fault_is_named(timeline: Timeline, changes: dict[str, object], fault: str) -> None:
    broken = _with_second(timeline, replace(clip_of(timeline, "b"), **changes))  # type: ignore[arg-type]
    assert fault in validate(broken)


def test_a_take_that_is_not_there_is_named(timeline: Timeline) -> None:
    clip = clip_of(timeline, "b")
    assert isinstance(clip.content, Footage)
    broken = _with_second(timeline, replace(clip, content=replace(clip.content, active=3)))
    assert validate(broken) == ("Clip b has no take 3.",)


def test_crossing_transitions_are_named(timeline: Timeline) -> None:
    shots = timeline.tracks[0].clips
    long = Transition(TransitionKind.WIPE, 100)
    second = replace(shots[1], transition=long)
    third = replace(shots[2], transition=long)
    track = replace(timeline.tracks[0], clips=(shots[0], second, third))
    assert validate(replace(timeline, tracks=(track,))) == (
        "The transitions into clip b and clip c overlap.",
    )
