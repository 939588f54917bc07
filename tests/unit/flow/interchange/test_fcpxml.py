"""Everything we write as FCPXML keeps to what its version allows."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from clappper.base.units import FrameRange, FrameRate
from clappper.flow.interchange.fcpxml import to_fcpxml
from clappper.timeline.model import Easing, Keyframe, Motion, Timeline, Track, TrackKind
from tests.unit.flow.interchange.fcpxml_rules import faults
from tests.unit.flow.interchange.test_exchange import full_edit

SIZE = (1080, 1920)


def moving(timeline: Timeline) -> Timeline:
    """Keyframe, fade and turn everything that can be."""
    curve = (Keyframe(0, 0.2), Keyframe(6, 0.9, Easing.LINEAR), Keyframe(9, 0.4, Easing.HOLD))
    motion = Motion(curve, curve, curve, curve, curve)
    tracks = (
        replace(
            track,
            clips=tuple(
                replace(clip, motion=motion, gain_db=curve, fade_in_frames=3, fade_out_frames=4)
                for clip in track.clips
            ),
        )
        for track in timeline.tracks
    )
    return replace(timeline, tracks=tuple(tracks))


def found(timeline: Timeline) -> tuple[str, ...]:
    text, _ = to_fcpxml(timeline, Path("/ad"), SIZE)
    return faults(ET.fromstring(text), 1 / timeline.rate.fps)  # noqa: S314 - our own file


@pytest.mark.parametrize("rate", [FrameRate(24), FrameRate(30), FrameRate(30000, 1001)])
def test_an_edit_with_one_of_everything_breaks_no_rule(rate: FrameRate) -> None:
    assert found(full_edit(rate)) == ()
    assert found(moving(full_edit(rate))) == ()


def test_an_empty_edit_is_one_gap() -> None:
    empty = replace(full_edit(), tracks=(Track("v1", TrackKind.VIDEO, "Shots"),))
    assert found(empty) == ()


def test_the_rules_notice_what_is_wrong() -> None:
    text, _ = to_fcpxml(full_edit(), Path("/ad"), SIZE)
    document = ET.fromstring(text)  # noqa: S314 - our own file
    spine = document.find(".//spine")
    assert spine is not None
    first, second = spine[0], spine[1]
    first.set("duration", "1/7s")
    second.insert(0, ET.Element("metadata"))
    second.set("ref", "r99")
    del second.attrib["format"]
    second.set("colour", "red")
    said = "\n".join(faults(document, 1 / full_edit().rate.fps))
    for part in ("on no frame", "asset-clip holds", "points to r99", "no attribute colour", "begins at"):
        assert part in said


def test_a_clip_beyond_the_end_hangs_on_the_last_of_the_spine() -> None:
    late = full_edit()
    price = replace(late.tracks[2].clips[0], placed=FrameRange(200, 230))
    tracks = (*late.tracks[:2], replace(late.tracks[2], clips=(price,)), late.tracks[3])
    assert found(replace(late, tracks=tracks)) == ()
