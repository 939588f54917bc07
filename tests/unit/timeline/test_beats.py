from dataclasses import replace

import pytest

from clappper.base.errors import ClappperError
from clappper.timeline.beats import cuts_to_beats
from clappper.timeline.model import Timeline
from clappper.timeline.queries import cut_frames
from clappper.timeline.tracks import set_beats
from clappper.timeline.validate import validate


def test_cuts_roll_to_their_beats(timeline: Timeline) -> None:
    moved, moves = cuts_to_beats(set_beats(timeline, (54, 99, 157)), "v1")
    assert cut_frames(moved.tracks[0]) == (54, 157)
    assert [(move.clip_id, move.cut.moved_frames, move.problem) for move in moves] == [
        ("b", -6, ""),
        ("c", 7, ""),
    ]
    assert validate(moved) == ()


def test_a_cut_without_footage_stays_and_says_why(timeline: Timeline) -> None:
    track, *rest = timeline.tracks
    first = replace(track.clips[1], source_start=0)
    shots = replace(track, clips=(track.clips[0], first, track.clips[2]))
    moved, moves = cuts_to_beats(replace(timeline, tracks=(shots, *rest), beats=(54, 157)), "v1")
    assert cut_frames(moved.tracks[0]) == (60, 157)
    assert "Clip b needs frames -6" in moves[0].problem


def test_without_beats_there_is_nothing_to_cut_to(timeline: Timeline) -> None:
    with pytest.raises(ClappperError, match="no beats"):
        cuts_to_beats(timeline, "v1")
