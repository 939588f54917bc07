from dataclasses import replace

import pytest

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.timeline.attributes import group
from clappper.timeline.model import (
    Clip,
    Keyframe,
    Marker,
    Motion,
    Solid,
    Timeline,
    Title,
    TitleRole,
    Track,
    TrackKind,
)
from clappper.timeline.placing import (
    append,
    fill,
    freeze_frame,
    insert,
    lift,
    move,
    overwrite,
    ripple_delete,
    split,
    split_all,
)
from clappper.timeline.queries import clip_of, source_frame, track_of
from clappper.timeline.ranges import lift_range
from clappper.timeline.tracks import add_marker, add_track, lock_clip, lock_track
from clappper.timeline.validate import validate

NEW = Clip("new", Solid("#FF0000"), FrameRange(0, 30))


def row(timeline: Timeline, track_id: str = "v1") -> list[tuple[str, int, int]]:
    assert validate(timeline) == ()
    return [(clip.id, clip.placed.start, clip.placed.end) for clip in track_of(timeline, track_id).clips]


def test_an_insert_cuts_what_is_under_it_and_pushes_the_rest(timeline: Timeline) -> None:
    inserted = insert(timeline, "v1", NEW, 90)
    assert row(inserted) == [
        ("a", 0, 60),
        ("b", 60, 90),
        ("new", 90, 120),
        ("b-2", 120, 180),
        ("c", 180, 270),
    ]
    assert row(inserted, "vo") == [("voice", 60, 90), ("voice-2", 120, 180)]
    assert row(inserted, "o1") == [("price", 130, 170)]
    assert row(inserted, "music") == [("song", 0, 240)]
    assert clip_of(inserted, "b-2").link == clip_of(inserted, "voice-2").link != clip_of(inserted, "b").link


def test_an_overwrite_moves_nothing(timeline: Timeline) -> None:
    assert row(overwrite(timeline, "v1", NEW, 50)) == [
        ("a", 0, 50),
        ("new", 50, 80),
        ("b", 80, 150),
        ("c", 150, 240),
    ]
    assert row(overwrite(timeline, "v1", NEW, 100)) == [
        ("a", 0, 60),
        ("b", 60, 100),
        ("new", 100, 130),
        ("b-2", 130, 150),
        ("c", 150, 240),
    ]
    whole = replace(NEW, placed=FrameRange(0, 150))
    assert row(overwrite(timeline, "v1", whole, 30)) == [("a", 0, 30), ("new", 30, 180), ("c", 180, 240)]


def test_an_append_goes_behind_the_last(timeline: Timeline) -> None:
    assert row(append(timeline, "v1", NEW))[-1] == ("new", 240, 270)


def test_a_fill_takes_the_length_of_its_gap(timeline: Timeline) -> None:
    opened = lift(timeline, "b")
    assert row(fill(opened, "v1", NEW, 100))[1] == ("new", 60, 150)
    with pytest.raises(ClappperError, match="no gap at frame 100"):
        fill(timeline, "v1", NEW, 100)


def test_a_lift_takes_linked_clips_along_and_leaves_a_gap(timeline: Timeline) -> None:
    lifted = lift(timeline, "voice")
    assert row(lifted) == [("a", 0, 60), ("c", 150, 240)]
    assert row(lifted, "vo") == []


def test_a_ripple_delete_closes_the_gap_and_takes_what_stood_over_it(timeline: Timeline) -> None:
    marked = add_marker(add_marker(timeline, Marker(70, "in")), Marker(200, "out"))
    deleted = ripple_delete(marked, "b")
    assert row(deleted) == [("a", 0, 60), ("c", 60, 150)]
    assert row(deleted, "o1") == []
    assert row(deleted, "vo") == []
    assert row(deleted, "music") == [("song", 0, 240)]
    assert [marker.frame for marker in deleted.markers] == [60, 110]


def test_what_plays_across_a_deleted_time_ends_earlier(timeline: Timeline) -> None:
    logo = Clip("logo", Title(TitleRole.LOGO), FrameRange(30, 200))
    timeline = add_track(timeline, Track("o2", TrackKind.OVERLAY, "Logo", (logo,)))
    assert row(ripple_delete(timeline, "b"), "o2") == [("logo", 30, 110)]


def test_a_move_needs_room_or_makes_it(timeline: Timeline) -> None:
    with pytest.raises(ClappperError, match="overlap"):
        move(timeline, "b", 10)
    moved = move(timeline, "b", 10, overwriting=True)
    assert row(moved) == [("a", 0, 60), ("b", 70, 160), ("c", 160, 240)]
    assert row(moved, "vo") == [("voice", 70, 160)]
    assert row(move(timeline, "price", -40), "o1") == [("price", 60, 100)]


def test_a_group_moves_together(timeline: Timeline) -> None:
    moved = move(group(timeline, ["price", "c"]), "price", 20)
    assert row(moved)[-1] == ("c", 170, 260)


def test_a_clip_moves_to_another_track_of_its_kind(timeline: Timeline) -> None:
    timeline = add_track(timeline, Track("v2", TrackKind.VIDEO, "Above"), above="v1")
    assert [track.id for track in timeline.tracks][:2] == ["v1", "v2"]
    moved = move(timeline, "c", -30, to_track="v2")
    assert row(moved, "v2") == [("c", 120, 210)]
    assert row(moved) == [("a", 0, 60), ("b", 60, 150)]
    with pytest.raises(ClappperError, match="A picture cannot go on the music track Music"):
        move(timeline, "c", 0, to_track="music")
    with pytest.raises(ClappperError, match="A title cannot go on the video track"):
        move(timeline, "price", 0, to_track="v2")


def test_a_split_changes_nothing_that_is_seen(timeline: Timeline) -> None:
    parted = split(timeline, "b", 100)
    assert row(parted) == [("a", 0, 60), ("b", 60, 100), ("b-2", 100, 150), ("c", 150, 240)]
    for frame in range(60, 150):
        half = clip_of(parted, "b" if frame < 100 else "b-2")
        assert source_frame(half, frame) == source_frame(clip_of(timeline, "b"), frame)
    assert clip_of(parted, "b-2").transition is None
    with pytest.raises(ClappperError, match="Frame 150 is not inside clip b"):
        split(timeline, "b", 150)


def test_split_all_spares_what_is_locked(timeline: Timeline) -> None:
    parted = split_all(lock_clip(lock_track(timeline, "music"), "price"), 120)
    assert len(row(parted)) == 4
    assert len(row(parted, "vo")) == 2
    assert len(row(parted, "o1")) == len(row(parted, "music")) == 1


def test_a_frozen_frame_holds_and_then_goes_on(timeline: Timeline) -> None:
    frozen = freeze_frame(timeline, "a", 20, 12)
    assert row(frozen)[:3] == [("a", 0, 20), ("a-hold-2", 20, 32), ("a-2", 32, 72)]
    held = clip_of(frozen, "a-hold-2")
    assert {source_frame(held, frame) for frame in held.placed} == {40}
    assert source_frame(clip_of(frozen, "a-2"), 32) == 40
    with pytest.raises(ClappperError, match="no moving picture"):
        freeze_frame(timeline, "price", 110, 5)


def test_a_first_frame_is_held_behind_the_clip_s_own_transition(timeline: Timeline) -> None:
    frozen = freeze_frame(timeline, "b", 60, 12)
    assert row(frozen)[1:3] == [("b-hold-2", 60, 72), ("b", 72, 162)]
    assert clip_of(frozen, "b-hold-2").transition == clip_of(timeline, "b").transition
    assert clip_of(frozen, "b").transition is None


def test_a_frozen_frame_holds_its_motion_too(timeline: Timeline) -> None:
    track, *rest = timeline.tracks
    pushed = replace(track.clips[0], motion=Motion(scale=(Keyframe(0, 1.0), Keyframe(40, 2.0))))
    timeline = replace(timeline, tracks=(replace(track, clips=(pushed, *track.clips[1:])), *rest))
    assert clip_of(freeze_frame(timeline, "a", 20, 12), "a-hold-2").motion.scale == (Keyframe(0, 1.5),)


def test_an_id_is_used_once(timeline: Timeline) -> None:
    with pytest.raises(ClappperError, match="There is a clip a already"):
        append(timeline, "v1", replace(NEW, id="a"))


LONG = Clip("long", Solid("#FF0000"), FrameRange(0, 100))
PIECE = Clip("long-2", Solid("#00FF00"), FrameRange(0, 20))


def test_what_an_overwritten_clip_is_cut_into_never_takes_the_new_clips_name(timeline: Timeline) -> None:
    over = overwrite(overwrite(timeline, "v1", LONG, 400), "v1", PIECE, 440)
    assert row(over)[-3:] == [("long", 400, 440), ("long-2", 440, 460), ("long-3", 460, 500)]


def test_an_inserted_clip_gives_way_to_the_name_of_a_piece(timeline: Timeline) -> None:
    between = insert(overwrite(timeline, "v1", LONG, 400), "v1", PIECE, 440)
    assert row(between)[-3:] == [("long", 400, 440), ("long-3", 440, 460), ("long-2", 460, 520)]


def test_pieces_on_several_tracks_get_names_of_their_own(timeline: Timeline) -> None:
    two = add_track(overwrite(timeline, "v1", LONG, 400), Track("v9", TrackKind.VIDEO, "Above"))
    two = overwrite(two, "v9", replace(PIECE, placed=FrameRange(0, 100)), 400)
    assert validate(lift_range(two, FrameRange(440, 460))) == ()
