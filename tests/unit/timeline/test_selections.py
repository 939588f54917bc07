from dataclasses import replace

import pytest

from clappper.base.errors import ClappperError
from clappper.timeline.attributes import group
from clappper.timeline.model import Timeline, Transition, TransitionKind
from clappper.timeline.placing import lift, move_all
from clappper.timeline.queries import all_clips, clip_of, track_of
from clappper.timeline.selections import (
    close_gap,
    cut_near,
    edges,
    lift_all,
    paste,
    put,
    ripple_delete_all,
    set_transitions,
    shuffle,
    split_chosen,
    trim_to,
)
from clappper.timeline.trims import Edge
from clappper.timeline.validate import validate


def row(timeline: Timeline, track_id: str = "v1") -> list[tuple[str, int, int]]:
    assert validate(timeline) == ()
    return [(clip.id, clip.placed.start, clip.placed.end) for clip in track_of(timeline, track_id).clips]


def test_several_clips_go_with_what_is_linked_to_them(timeline: Timeline) -> None:
    assert row(lift_all(timeline, ["a", "b"])) == [("c", 150, 240)]
    assert row(lift_all(timeline, ["b", "voice"]), "vo") == []
    assert row(ripple_delete_all(timeline, ["a", "b", "voice"])) == [("c", 0, 90)]


def test_a_gap_closes_and_what_is_none_does_not(timeline: Timeline) -> None:
    opened = lift(timeline, "b")
    assert row(close_gap(opened, "v1", 100)) == [("a", 0, 60), ("c", 60, 150)]
    for frame in (30, 400):
        with pytest.raises(ClappperError, match="no gap"):
            close_gap(opened, "v1", frame)


def test_trimming_to_the_playhead_closes_up(timeline: Timeline) -> None:
    assert row(trim_to(timeline, "b", 80, Edge.HEAD)) == [("a", 0, 60), ("b", 60, 130), ("c", 130, 220)]
    assert row(trim_to(timeline, "b", 80, Edge.TAIL)) == [("a", 0, 60), ("b", 60, 80), ("c", 80, 170)]
    with pytest.raises(ClappperError, match="not inside"):
        trim_to(timeline, "b", 60, Edge.HEAD)


def test_only_chosen_clips_are_split_and_linked_ones_once(timeline: Timeline) -> None:
    parted = split_chosen(timeline, ["b", "voice", "a"], 100)
    assert row(parted) == [("a", 0, 60), ("b", 60, 100), ("b-2", 100, 150), ("c", 150, 240)]
    assert row(parted, "vo") == [("voice", 60, 100), ("voice-2", 100, 150)]
    assert row(parted, "music") == row(timeline, "music")


def test_copies_land_at_the_playhead_with_ties_of_their_own(timeline: Timeline) -> None:
    tied = group(timeline, ["b", "c"])
    copied = [(track.id, clip) for track, clip in all_clips(tied) if clip.id in ("b", "voice", "c")]
    pasted = paste(tied, copied, 300)
    assert row(pasted)[-2:] == [("b-2", 300, 390), ("c-2", 390, 480)]
    assert row(pasted, "vo")[-1] == ("voice-2", 300, 390)
    new, old = clip_of(pasted, "b-2"), clip_of(pasted, "b")
    assert new.link == clip_of(pasted, "voice-2").link != old.link
    assert new.group == clip_of(pasted, "c-2").group != old.group
    with pytest.raises(ClappperError, match="nothing to paste"):
        paste(timeline, [], 0)


def test_transitions_are_as_long_as_there_is_room_for(timeline: Timeline) -> None:
    wipe = Transition(TransitionKind.WIPE, 1000)
    entered = clip_of(set_transitions(timeline, ["c"], wipe), "c").transition
    assert entered is not None
    assert 1 <= entered.length_frames < 1000
    assert clip_of(set_transitions(timeline, ["b"], None), "b").transition is None


def test_a_shuffled_clip_keeps_all_lengths(timeline: Timeline) -> None:
    assert row(shuffle(timeline, "c", 0)) == [("c", 0, 90), ("a", 90, 150), ("b", 150, 240)]
    assert row(shuffle(timeline, "a", 240)) == [("b", 0, 90), ("c", 90, 180), ("a", 180, 240)]
    assert shuffle(timeline, "c", 200) is timeline


def test_a_name_in_use_gets_a_number(timeline: Timeline) -> None:
    again = put(timeline, "v1", clip_of(timeline, "a"), 500, inserting=False)
    assert row(again)[-1] == ("a-2", 500, 560)


def test_clips_change_tracks_together_or_not_at_all(timeline: Timeline) -> None:
    moved = move_all(timeline, ["c"], 10, to_tracks={"c": "o1"})
    assert row(moved, "o1")[-1] == ("c", 160, 250)
    with pytest.raises(ClappperError, match="cannot go"):
        move_all(timeline, ["song"], 0, to_tracks={"song": "v1"})


def test_cuts_and_edges_are_found(timeline: Timeline) -> None:
    shots = track_of(timeline, "v1")
    assert edges(timeline, (shots,)) == (0, 60, 150, 240)
    assert cut_near(shots, 140) is clip_of(timeline, "c")
    assert cut_near(replace(shots, clips=()), 140) is None
