from dataclasses import replace

import pytest

from clappper.base.errors import ClappperError
from clappper.timeline.beats import cuts_to_beats, double_beats, halve_beats, set_beats, toggle_beat
from clappper.timeline.model import Timeline
from clappper.timeline.queries import cut_frames
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


def test_beats_are_added_taken_away_and_counted_anew(timeline: Timeline) -> None:
    ready = set_beats(timeline, (30, 0, 30, 61))
    assert ready.beats == (0, 30, 61)
    assert toggle_beat(toggle_beat(ready, 30), 45).beats == (0, 45, 61)
    assert double_beats(ready).beats == (0, 15, 30, 45, 61)
    assert halve_beats(double_beats(ready)).beats == ready.beats
    for count in (double_beats, halve_beats):
        with pytest.raises(ClappperError, match="no beats"):
            count(timeline)
