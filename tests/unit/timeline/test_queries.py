from dataclasses import replace

import pytest

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.timeline.model import Clip, Solid, Timeline, Track, TrackKind, Transition, TransitionKind
from clappper.timeline.queries import (
    clip_at,
    clip_of,
    clips_at,
    companions,
    cut_frames,
    end_frame,
    gaps,
    locate,
    source_frame,
    track_of,
    transition_at,
    transition_range,
)


def test_what_is_on_screen_is_told_from_the_bottom_up(timeline: Timeline) -> None:
    assert [clip.id for clip in clips_at(timeline, 120)] == ["b", "price"]
    assert [clip.id for clip in clips_at(timeline, 140)] == ["b"]
    assert clips_at(timeline, 240) == ()


def test_a_muted_track_is_not_on_screen(timeline: Timeline) -> None:
    shots, titles, *rest = timeline.tracks
    hidden = replace(timeline, tracks=(shots, replace(titles, muted=True), *rest))
    assert [clip.id for clip in clips_at(hidden, 120)] == ["b"]


def test_a_transition_is_centred_on_its_cut(timeline: Timeline) -> None:
    track = timeline.tracks[0]
    assert transition_range(track, 1) == FrameRange(55, 65)
    assert transition_at(track, 54) is None
    assert transition_at(track, 65) is None
    crossings = [transition_at(track, frame) for frame in range(55, 65)]
    progress = [crossing.progress for crossing in crossings if crossing]
    assert progress == pytest.approx([0.05 + 0.1 * step for step in range(10)])
    crossing = crossings[0]
    assert crossing
    assert crossing.before
    assert (crossing.before.id, crossing.after.id) == ("a", "b")


def test_an_odd_transition_has_its_extra_frame_after_the_cut(timeline: Timeline) -> None:
    shots = timeline.tracks[0]
    odd = replace(shots.clips[1], transition=Transition(TransitionKind.WIPE, 7))
    assert transition_range(replace(shots, clips=(shots.clips[0], odd)), 1) == FrameRange(57, 64)


def test_a_transition_out_of_nothing_begins_at_the_clip() -> None:
    dip = Transition(TransitionKind.DIP, 8)
    track = Track(
        "v", TrackKind.VIDEO, "", (Clip("a", Solid("#000000"), FrameRange(10, 40), transition=dip),)
    )
    assert transition_range(track, 0) == FrameRange(10, 18)
    crossing = transition_at(track, 10)
    assert crossing
    assert crossing.before is None


def test_held_frames_where_the_footage_runs_out(timeline: Timeline) -> None:
    clip = clip_of(timeline, "a")
    assert source_frame(clip, 0) == 20
    assert source_frame(clip, -40) == 0
    assert source_frame(clip, 1000) == 299


def test_cuts_gaps_and_end(timeline: Timeline) -> None:
    assert cut_frames(timeline.tracks[0]) == (60, 150)
    assert gaps(timeline.tracks[1], 240) == (FrameRange(0, 100), FrameRange(140, 240))
    assert gaps(timeline.tracks[0], 240) == ()
    assert end_frame(timeline) == 240


def test_clips_in_a_gap_are_none(timeline: Timeline) -> None:
    assert clip_at(timeline.tracks[1], 99) is None
    assert clip_at(timeline.tracks[1], 140) is None


def test_linked_clips_are_companions(timeline: Timeline) -> None:
    assert [clip.id for clip in companions(timeline, "voice")] == ["b", "voice"]
    assert [clip.id for clip in companions(timeline, "a")] == ["a"]


def test_unknown_names_are_said(timeline: Timeline) -> None:
    with pytest.raises(ClappperError, match="no clip nope"):
        locate(timeline, "nope")
    with pytest.raises(ClappperError, match=r"no track v9.*v1, o1, vo, music"):
        track_of(timeline, "v9")
