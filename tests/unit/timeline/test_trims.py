from dataclasses import replace
from fractions import Fraction

import pytest

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.timeline.model import Keyframe, Timeline, Track
from clappper.timeline.placing import split
from clappper.timeline.queries import clip_of
from clappper.timeline.tracks import lock_clip, lock_track
from clappper.timeline.trims import Edge, rate_stretch, ripple_trim, roll, set_speed, slide, slip, trim
from clappper.timeline.validate import validate


def places(timeline: Timeline) -> dict[str, tuple[int, int, int]]:
    return {
        clip.id: (clip.placed.start, clip.placed.end, clip.source_start)
        for track in timeline.tracks
        for clip in track.clips
    }


def changes(before: Timeline, after: Timeline) -> dict[str, tuple[int, int, int]]:
    assert validate(after) == ()
    old = places(before)
    return {name: place for name, place in places(after).items() if old.get(name) != place}


def test_a_tail_moves_alone_and_a_head_takes_its_source_along(timeline: Timeline) -> None:
    assert changes(timeline, trim(timeline, "a", -10)) == {"a": (0, 50, 20)}
    assert changes(timeline, trim(timeline, "a", 10, Edge.HEAD)) == {"a": (10, 60, 30)}


def test_linked_clips_are_trimmed_together(timeline: Timeline) -> None:
    assert changes(timeline, trim(timeline, "voice", -5)) == {"b": (60, 145, 20), "voice": (60, 145, 20)}


def test_a_trimmed_head_keeps_its_curves_in_time(timeline: Timeline) -> None:
    track, *rest = timeline.tracks
    faded = replace(track.clips[0], gain_db=(Keyframe(5, -3.0), Keyframe(20, 0.0)))
    timeline = replace(timeline, tracks=(replace(track, clips=(faded, *track.clips[1:])), *rest))
    trimmed = clip_of(trim(timeline, "a", 10, Edge.HEAD), "a")
    assert trimmed.gain_db == (Keyframe(-5, -3.0), Keyframe(10, 0.0))


@pytest.mark.parametrize(
    ("clip_id", "by_frames", "edge", "why"),
    [
        ("a", 1, Edge.TAIL, "Clip a and Clip b overlap"),
        ("a", -60, Edge.TAIL, "Nothing would be left of clip a"),
        ("c", 300, Edge.TAIL, "Clip c needs frames 20 to 409"),
        ("a", -5, Edge.HEAD, "Clip a would start before the timeline"),
    ],
)
def test_impossible_trims_say_why(
    timeline: Timeline, clip_id: str, by_frames: int, edge: Edge, why: str
) -> None:
    with pytest.raises(ClappperError, match=why):
        trim(timeline, clip_id, by_frames, edge)


def test_a_rippled_tail_takes_what_follows_along_but_not_the_music(timeline: Timeline) -> None:
    assert changes(timeline, ripple_trim(timeline, "a", 10)) == {
        "a": (0, 70, 20),
        "b": (70, 160, 20),
        "c": (160, 250, 20),
        "price": (110, 150, 0),
        "voice": (70, 160, 20),
    }
    assert changes(timeline, ripple_trim(timeline, "a", -10))["c"] == (140, 230, 20)


def test_a_rippled_head_stays_and_pulls_the_rest(timeline: Timeline) -> None:
    shorter = ripple_trim(timeline, "b", 10, Edge.HEAD)
    assert changes(timeline, shorter) == {
        "b": (60, 140, 30),
        "voice": (60, 140, 30),
        "c": (140, 230, 20),
        "price": (90, 130, 0),
    }
    longer = ripple_trim(timeline, "b", -10, Edge.HEAD)
    assert changes(timeline, longer) == {
        "b": (60, 160, 10),
        "voice": (60, 160, 10),
        "c": (160, 250, 20),
        "price": (110, 150, 0),
    }


def test_a_locked_track_stays_out_of_a_ripple(timeline: Timeline) -> None:
    assert "price" not in changes(
        lock_track(timeline, "o1"), ripple_trim(lock_track(timeline, "o1"), "a", -10)
    )


def test_locked_things_refuse(timeline: Timeline) -> None:
    with pytest.raises(ClappperError, match="track Shots is locked"):
        trim(lock_track(timeline, "v1"), "a", -1)
    with pytest.raises(ClappperError, match="track Voice is locked"):
        trim(lock_track(timeline, "vo"), "b", -1)
    with pytest.raises(ClappperError, match="Clip c is locked"):
        trim(lock_clip(timeline, "c"), "c", -1)


def test_a_locked_clip_stays_and_nothing_is_pushed_into_it(timeline: Timeline) -> None:
    locked = lock_clip(timeline, "c")
    assert "c" not in changes(locked, ripple_trim(locked, "a", -1))
    with pytest.raises(ClappperError, match="Clip b and Clip c overlap"):
        ripple_trim(locked, "a", 1)


def test_a_rolled_cut_moves_both_sides(timeline: Timeline) -> None:
    assert changes(timeline, roll(timeline, "c", 10)) == {
        "b": (60, 160, 20),
        "c": (160, 240, 30),
        "voice": (60, 160, 20),
    }
    with pytest.raises(ClappperError, match="No clip touches the start of clip a"):
        roll(timeline, "a", 1)


def test_a_slip_shows_other_footage_in_the_same_place(timeline: Timeline) -> None:
    assert changes(timeline, slip(timeline, "b", 15)) == {"b": (60, 150, 35), "voice": (60, 150, 35)}
    with pytest.raises(ClappperError, match="needs frames -1"):
        slip(timeline, "b", -21)
    with pytest.raises(ClappperError, match="nothing to slip"):
        slip(timeline, "price", 1)


def test_a_slide_moves_between_its_neighbours(timeline: Timeline) -> None:
    assert changes(timeline, slide(timeline, "b", 8)) == {
        "a": (0, 68, 20),
        "b": (68, 158, 20),
        "voice": (68, 158, 20),
        "c": (158, 240, 28),
    }


def test_speed_keeps_the_source(timeline: Timeline) -> None:
    faster = set_speed(timeline, "b", Fraction(2))
    assert changes(timeline, faster) == {"b": (60, 105, 20), "voice": (60, 105, 20)}
    assert clip_of(faster, "b").source == FrameRange(20, 110)
    with pytest.raises(ClappperError, match="overlap"):
        set_speed(timeline, "b", Fraction(1, 2))
    slower = set_speed(timeline, "b", Fraction(1, 2), ripple=True)
    assert places(slower)["c"] == (240, 330, 20)
    assert places(set_speed(timeline, "b", Fraction(2), ripple=True))["c"] == (105, 195, 20)


def test_speed_stretches_the_curves(timeline: Timeline) -> None:
    track, *rest = timeline.tracks
    keyed = replace(track.clips[2], gain_db=(Keyframe(0, -3.0), Keyframe(90, 0.0)))
    timeline = replace(timeline, tracks=(replace(track, clips=(*track.clips[:2], keyed)), *rest))
    assert clip_of(set_speed(timeline, "c", Fraction(2)), "c").gain_db[1].frame == 45


def test_a_ramp_goes_evenly_from_speed_to_speed_over_the_same_source(timeline: Timeline) -> None:
    ramped = set_speed(timeline, "c", Fraction(1, 2), Fraction(3, 2))
    clip = clip_of(ramped, "c")
    assert clip.placed == FrameRange(150, 240)
    assert clip.source == FrameRange(20, 110)
    shown = [clip.source_at(frame) for frame in clip.placed]
    assert shown == sorted(shown)
    assert shown[45] - shown[0] == 33
    assert clip.speed_at(195) == 1


def test_a_ramp_is_cut_into_ramps_and_its_sound_follows_at_the_mean(timeline: Timeline) -> None:
    ramped = set_speed(timeline, "b", Fraction(1, 2), Fraction(3, 2))
    assert clip_of(ramped, "voice").speed == 1
    assert clip_of(ramped, "voice").ramp_to is None
    parted = split(ramped, "b", 90)
    left, right, whole = clip_of(parted, "b"), clip_of(parted, "b-2"), clip_of(ramped, "b")
    assert (left.speed, left.ramp_to, right.speed, right.ramp_to) == (
        Fraction(1, 2),
        Fraction(5, 6),
        Fraction(5, 6),
        Fraction(3, 2),
    )
    for frame in whole.placed:
        half = left if frame < 90 else right
        assert abs(half.source_at(frame) - whole.source_at(frame)) <= 1


def test_speeds_that_make_no_sense_are_refused(timeline: Timeline) -> None:
    with pytest.raises(ClappperError, match="above 0"):
        set_speed(timeline, "b", Fraction(0))
    with pytest.raises(ClappperError, match="above 0, not -1"):
        set_speed(timeline, "b", Fraction(1), Fraction(-1))
    with pytest.raises(ClappperError, match="no speed to change"):
        set_speed(timeline, "price", Fraction(2))


def test_a_transition_shrinks_with_the_clips_at_its_sides(timeline: Timeline) -> None:
    short = trim(timeline, "b", -87)
    transition = clip_of(short, "b").transition
    assert transition
    assert transition.length_frames == 6
    assert validate(short) == ()


def test_tracks_that_no_edit_touches_stay_the_same_object(timeline: Timeline) -> None:
    trimmed: tuple[Track, ...] = trim(timeline, "a", -1).tracks
    assert [new is old for new, old in zip(trimmed, timeline.tracks, strict=True)] == [
        False,
        True,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("edge", "by", "placed"), [(Edge.TAIL, -30, (150, 210)), (Edge.HEAD, 30, (180, 240))]
)
def test_rate_stretch_plays_the_same_footage_over_another_length(
    timeline: Timeline, edge: Edge, by: int, placed: tuple[int, int]
) -> None:
    stretched = clip_of(rate_stretch(timeline, "c", by, edge), "c")
    assert (stretched.placed, stretched.speed) == (FrameRange(*placed), Fraction(3, 2))
    assert stretched.source == clip_of(timeline, "c").source


def test_rate_stretch_takes_linked_sound_curves_fades_and_a_ramp_along(timeline: Timeline) -> None:
    track, *rest = timeline.tracks
    ramped = replace(
        track.clips[1],
        speed=Fraction(1, 2),
        ramp_to=Fraction(3, 2),
        gain_db=(Keyframe(30, -3.0),),
        fade_in_frames=30,
    )
    timeline = replace(timeline, tracks=(replace(track, clips=(track.clips[0], ramped)), *rest))
    after = rate_stretch(timeline, "b", 90)
    stretched = clip_of(after, "b")
    assert (stretched.speed, stretched.ramp_to) == (Fraction(1, 4), Fraction(3, 4))
    assert (stretched.gain_db, stretched.fade_in_frames) == ((Keyframe(60, -3.0),), 60)
    assert clip_of(after, "voice").placed == stretched.placed == FrameRange(60, 240)
    assert stretched.source == ramped.source


def test_what_holds_one_picture_is_only_made_longer(timeline: Timeline) -> None:
    stretched = clip_of(rate_stretch(timeline, "price", 20), "price")
    assert (stretched.placed, stretched.speed) == (FrameRange(100, 160), Fraction(1))


def test_a_rate_stretch_stops_at_neighbours_and_at_sensible_speeds(timeline: Timeline) -> None:
    with pytest.raises(ClappperError, match="overlap"):
        rate_stretch(timeline, "a", 10)
    with pytest.raises(ClappperError, match="Nothing would be left"):
        rate_stretch(timeline, "a", -60)
    with pytest.raises(ClappperError, match="would play at"):
        rate_stretch(timeline, "c", 20_000)


def test_a_part_of_a_frame_beyond_the_footage_does_not_stop_a_stretch(timeline: Timeline) -> None:
    whole = slip(timeline, "c", -20)
    odd = set_speed(whole, "c", Fraction(7, 10))
    longest = trim(odd, "c", 429 - len(clip_of(odd, "c").placed))
    stretched = clip_of(rate_stretch(longest, "c", 600), "c")
    assert stretched.source_at(stretched.placed.end - 1) == 299
