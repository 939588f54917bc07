"""What moves, fades and changes its speed, in the words of FCPXML 1.10."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from xml.etree.ElementTree import Element

import pytest

from clappper.base.units import FrameRange, FrameRate
from clappper.flow.interchange.curves import WORST_FRAMES, adjustments, time_map
from clappper.timeline.model import Clip, Easing, Footage, Keyframe, MediaKind, Motion, Take

RATE = FrameRate(30)
LINEAR, HOLD = Easing.LINEAR, Easing.HOLD
SHOT = Clip("a", Footage((Take("a", "a.mp4", MediaKind.VIDEO, FrameRange(0, 400)),)), FrameRange(50, 150), 20)
SONG = replace(SHOT, content=Footage((Take("s", "s.wav", MediaKind.AUDIO, FrameRange(0, 400)),)))


def told(clip: Clip, start: int = 20) -> dict[str, Element]:
    return {one.tag: one for one in adjustments(clip, start, RATE, (1080, 1920))}


def keys(element: Element, name: str) -> list[tuple[float, str]]:
    found = element.findall(f"param[@name='{name}']/keyframeAnimation/keyframe")
    return [(frames(key.get("time")), key.get("value", "")) for key in found]


def frames(time: str | None) -> float:
    assert time is not None
    match = re.fullmatch(r"(\d+)(?:/(\d+))?s", time)
    assert match
    return float(Fraction(int(match[1]), int(match[2] or 1)) * 30)


@pytest.mark.parametrize(
    ("speed", "ramp"), [(Fraction(3, 2), None), (Fraction(1), Fraction(5, 2)), (Fraction(2), Fraction(1))]
)
def test_a_time_map_shows_the_same_pictures(speed: Fraction, ramp: Fraction | None) -> None:
    clip = replace(SHOT, speed=speed, ramp_to=ramp)
    points = [(frames(p.get("time")) - 20, frames(p.get("value"))) for p in time_map(clip, 20, RATE)]
    assert [*points[0], points[-1][0]] == [0, 20, 100]
    assert len(points) in (range(2, 3) if ramp is None else range(3, 20))
    for played in range(100):
        (left, low), (right, high) = next(
            pair for pair in pairwise(points) if pair[0][0] <= played <= pair[1][0]
        )
        shown = low + (high - low) * (played - left) / (right - left)
        assert abs(shown - float(clip.position_at(50 + played))) <= WORST_FRAMES + 1e-6


def test_motion_is_keyframed_on_the_clips_own_clock() -> None:
    motion = Motion(
        x=(Keyframe(0, 0.0), Keyframe(30, 0.5)),
        y=(Keyframe(60, 0.1),),
        scale=(Keyframe(0, 1.0, HOLD), Keyframe(50, 1.2)),
    )
    element = told(replace(SHOT, motion=motion))["adjust-transform"]
    assert keys(element, "position") == [(20, "0 -10"), (50, "28.125 -10")]
    assert keys(element, "scale") == [(20, "1 1"), (69, "1 1"), (70, "1.2 1.2")]
    assert element.get("scale") == "1 1"
    assert not element.findall("param[@name='rotation']")
    assert not any(key.get("interp") for key in element.iter("keyframe"))


def test_what_a_trim_hid_counts_by_the_clips_edge() -> None:
    motion = Motion(rotation=(Keyframe(-50, 0.0, LINEAR), Keyframe(50, 100.0, LINEAR), Keyframe(150, 0.0)))
    assert keys(told(replace(SHOT, motion=motion))["adjust-transform"], "rotation") == [
        (20, "-50"), (70, "-100"), (120, "-50"),
    ]  # fmt: skip


def test_opacity_says_how_it_bends_and_fades() -> None:
    curve = (
        Keyframe(0, 0.0, Easing.EASE_IN),
        Keyframe(20, 1.0, Easing.EASE_IN_OUT),
        Keyframe(40, 0.5, LINEAR),
    )
    clip = replace(SHOT, motion=Motion(opacity=curve), fade_out_frames=15)
    param = told(clip)["adjust-blend"].find("param")
    assert param is not None
    assert [one.tag for one in param] == ["fadeOut", "keyframeAnimation"]
    assert param[0].get("duration") == "1/2s"
    assert [key.get("interp") for key in param.iter("keyframe")] == ["easeOut", "easeOut", "easeIn"]


def test_sound_fades_in_its_volume_and_pictures_in_their_opacity() -> None:
    assert list(told(replace(SONG, fade_in_frames=30))) == ["adjust-volume"]
    assert list(told(replace(SHOT, fade_in_frames=30))) == ["adjust-blend"]
    ducked = replace(SONG, gain_db=(Keyframe(0, 0.0, LINEAR), Keyframe(10, -12.0, LINEAR)))
    assert keys(told(ducked)["adjust-volume"], "amount") == [(20, "0.0dB"), (30, "-12.0dB")]
    still = told(replace(SONG, gain_db=(Keyframe(0, -6.0, HOLD),)))["adjust-volume"]
    assert (still.get("amount"), len(still)) == ("-6.0dB", 0)


def test_a_clip_that_does_nothing_says_nothing() -> None:
    assert told(SHOT) == {}
