from dataclasses import replace

import pytest

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.timeline.model import Marker, Timeline
from clappper.timeline.queries import track_of
from clappper.timeline.ranges import extract_range, lift_range, pieces_in
from clappper.timeline.selections import paste
from clappper.timeline.tracks import lock_track
from clappper.timeline.validate import validate


def spans(timeline: Timeline, track: str) -> list[tuple[int, int]]:
    return [(clip.placed.start, clip.placed.end) for clip in track_of(timeline, track).clips]


def test_lifting_leaves_a_gap_on_every_track_or_on_some(timeline: Timeline) -> None:
    lifted = lift_range(timeline, FrameRange(40, 120))
    assert validate(lifted) == ()
    assert spans(lifted, "v1") == [(0, 40), (120, 150), (150, 240)]
    assert spans(lifted, "o1") == [(120, 140)]
    assert spans(lifted, "music") == [(0, 40), (120, 240)]
    only = lift_range(timeline, FrameRange(40, 120), ["v1"])
    assert spans(only, "v1") == spans(lifted, "v1")
    assert only.tracks[1:] == timeline.tracks[1:]


def test_extracting_closes_the_gap_in_step_and_leaves_music_and_locked_tracks(timeline: Timeline) -> None:
    marked = replace(timeline, markers=(Marker(130, "price"),))
    after = extract_range(lock_track(marked, "o1", locked=True), FrameRange(40, 120))
    assert validate(after) == ()
    assert spans(after, "v1") == [(0, 40), (40, 70), (70, 160)]
    assert spans(after, "vo") == [(40, 70)]
    assert spans(after, "o1") == spans(timeline, "o1")
    assert spans(after, "music") == spans(timeline, "music")
    assert after.markers == (Marker(50, "price"),)


def test_footage_across_the_whole_range_is_cut_but_a_title_only_ends_earlier(timeline: Timeline) -> None:
    after = extract_range(timeline, FrameRange(110, 120))
    assert spans(after, "v1") == [(0, 60), (60, 110), (110, 140), (140, 230)]
    assert [clip.source_start for clip in track_of(after, "v1").clips[1:3]] == [20, 80]
    assert spans(after, "o1") == [(100, 130)]


def test_what_was_lifted_can_be_pasted_back(timeline: Timeline) -> None:
    span = FrameRange(40, 120)
    copied = pieces_in(timeline, span)
    after = paste(lift_range(timeline, span), copied, span.start)
    assert spans(after, "v1") == [(0, 40), (40, 60), (60, 120), (120, 150), (150, 240)]
    assert spans(after, "o1") == [(100, 120), (120, 140)]


def test_an_empty_range_is_refused(timeline: Timeline) -> None:
    for change in (lift_range, extract_range):
        with pytest.raises(ClappperError, match="nothing between the marks"):
            change(timeline, FrameRange(300, 320))
