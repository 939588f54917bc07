import pytest

from clappper.base.errors import ClappperError
from clappper.timeline.model import Marker, Timeline, Track, TrackKind
from clappper.timeline.queries import clip_of, track_of
from clappper.timeline.tracks import (
    add_marker,
    add_track,
    change_marker,
    lock_clip,
    lock_track,
    move_marker,
    move_track,
    mute_track,
    remove_marker,
    remove_track,
    set_length,
    solo_track,
)


def test_tracks_come_and_go(timeline: Timeline) -> None:
    added = add_track(timeline, Track("fx", TrackKind.EFFECTS, "Effects"))
    assert added.tracks[-1].id == "fx"
    assert remove_track(added, "fx") == timeline
    with pytest.raises(ClappperError, match="There is a track v1 already"):
        add_track(timeline, Track("v1", TrackKind.VIDEO, ""))
    with pytest.raises(ClappperError, match="track Shots is locked"):
        remove_track(lock_clip(timeline, "a"), "v1")


def test_locks_and_mutes_are_switched(timeline: Timeline) -> None:
    assert track_of(mute_track(timeline, "music"), "music").muted
    assert lock_track(lock_track(timeline, "music"), "music", locked=False) == timeline
    assert clip_of(lock_clip(timeline, "b"), "b").locked
    assert lock_clip(lock_clip(timeline, "b"), "b", locked=False) == timeline


def test_markers_stand_in_order_one_at_a_frame(timeline: Timeline) -> None:
    marked = add_marker(add_marker(add_marker(timeline, Marker(9, "b")), Marker(3, "a")), Marker(9, "c"))
    assert marked.markers == (Marker(3, "a"), Marker(9, "c"))
    assert remove_marker(remove_marker(marked, 3), 9) == timeline
    with pytest.raises(ClappperError, match="no marker at frame 5"):
        remove_marker(marked, 5)


def test_a_length_is_at_least_one_frame(timeline: Timeline) -> None:
    assert set_length(timeline, 300).length_frames == 300
    with pytest.raises(ClappperError, match="at least one frame"):
        set_length(timeline, 0)


def test_a_track_changes_places_with_the_next_of_its_kind(timeline: Timeline) -> None:
    lifted = move_track(timeline, "v1", up=True)
    assert [track.id for track in lifted.tracks] == ["o1", "v1", "vo", "music"]
    assert [track.id for track in move_track(timeline, "vo", up=False).tracks] == ["v1", "o1", "music", "vo"]
    with pytest.raises(ClappperError, match="top"):
        move_track(timeline, "o1", up=True)


def test_solo_mutes_the_others_of_its_kind_and_lets_them_be_heard_again(timeline: Timeline) -> None:
    alone = solo_track(timeline, "vo")
    assert [track.id for track in alone.tracks if track.muted] == ["music"]
    assert solo_track(alone, "vo") == timeline


def test_a_marker_moves_and_changes_but_does_not_cover_another(timeline: Timeline) -> None:
    two = add_marker(add_marker(timeline, Marker(30, "hook")), Marker(60, "turn"))
    moved = change_marker(move_marker(two, 30, 15), 45, name="start", colour="#ff0000")
    assert moved.markers == (Marker(45, "start", "#ff0000"), Marker(60, "turn"))
    for by in (30, -31):
        with pytest.raises(ClappperError, match="cannot go there"):
            move_marker(two, 30, by)
