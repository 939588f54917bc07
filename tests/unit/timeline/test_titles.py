from dataclasses import replace

import pytest

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.timeline.captions import Caption, with_captions
from clappper.timeline.model import Timeline, Title, TitleRole, TrackKind
from clappper.timeline.queries import PICTURE, clip_of, end_frame, locate
from clappper.timeline.titles import add_title, disclose, disclosures
from clappper.timeline.tracks import lock_track

WORDS = Title(TitleRole.TEXT, "Hello")


def test_a_title_takes_an_overlay_track_with_room_or_gets_a_new_one(timeline: Timeline) -> None:
    once, first = add_title(timeline, WORDS, FrameRange(0, 10))
    track, _ = locate(once, first)
    assert track.kind is TrackKind.OVERLAY
    later, second = add_title(once, WORDS, FrameRange(10, 20))
    assert locate(later, second)[0].id == track.id
    over, third = add_title(later, WORDS, FrameRange(5, 15))
    assert locate(over, third)[0].id != track.id
    pictures = [one for one in over.tracks if one.kind in PICTURE]
    assert pictures[-1].id == locate(over, third)[0].id
    assert len({first, second, third}) == 3


def test_a_title_leaves_locked_tracks_and_captions_alone(timeline: Timeline) -> None:
    once, first = add_title(timeline, WORDS, FrameRange(0, 10))
    locked = lock_track(with_captions(once, [Caption(FrameRange(90, 95), "Hi")]), locate(once, first)[0].id)
    added, second = add_title(locked, WORDS, FrameRange(20, 30))
    assert locate(added, second)[0].id not in {locate(once, first)[0].id, "captions"}


def test_the_disclosure_covers_the_edit_and_is_said_once(timeline: Timeline) -> None:
    told, note = disclose(timeline)
    assert clip_of(told, note).placed == FrameRange(0, end_frame(timeline))
    assert disclosures(told) == ("Made with AI",)
    with pytest.raises(ClappperError, match="already"):
        disclose(told)
    empty = replace(timeline, tracks=tuple(replace(track, clips=()) for track in timeline.tracks))
    with pytest.raises(ClappperError, match="nothing on the timeline"):
        disclose(empty)
