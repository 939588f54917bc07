from dataclasses import replace

import pytest

from clappper.base.units import FrameRange
from clappper.timeline.model import Timeline
from clappper.timeline.queries import track_of
from clappper.ui.timeline.layout import RULER, Zone, clips_in, height_of, hit, in_box, row_at, rows
from clappper.ui.timeline.scale import Scale

SCALE = Scale(4.0)


def middle(timeline: Timeline, track_id: str) -> float:
    row = next(row for row in rows(timeline) if row.track.id == track_id)
    return row.top + row.height / 2


def test_pictures_are_stacked_as_they_cover_each_other_and_sound_lies_below(timeline: Timeline) -> None:
    laid = rows(timeline)
    assert [row.track.id for row in laid] == ["o1", "v1", "vo", "music"]
    assert laid[0].top == RULER
    assert height_of(laid) == laid[-1].bottom - RULER
    assert height_of(rows(replace(timeline, tracks=()))) == 0


def test_scrolled_rows_hide_under_the_ruler(timeline: Timeline) -> None:
    laid = rows(timeline, scrolled=40)
    assert row_at(laid, RULER - 1) is None
    assert row_at(laid, RULER + 1) == laid[1]


@pytest.mark.parametrize(
    ("x", "zone", "clip"),
    [
        (2, Zone.HEAD, "a"),
        (120, Zone.BODY, "a"),
        (238, Zone.TAIL, "a"),
        (241, Zone.HEAD, "b"),
        (958, Zone.TAIL, "c"),
        (963, Zone.TAIL, "c"),
        (1200, Zone.EMPTY, ""),
    ],
)
def test_edges_are_wide_enough_to_take_hold_of(timeline: Timeline, x: float, zone: Zone, clip: str) -> None:
    found = hit(timeline, rows(timeline), SCALE, x, middle(timeline, "v1"))
    assert (found.zone, found.clip_id, found.track_id) == (zone, clip, "v1")


def test_a_cut_with_a_transition_offers_its_bar_below_and_its_edges_above(timeline: Timeline) -> None:
    low = next(row for row in rows(timeline) if row.track.id == "v1").bottom - 8
    assert hit(timeline, rows(timeline), SCALE, 250, low).zone is Zone.TRANSITION
    assert hit(timeline, rows(timeline), SCALE, 243, middle(timeline, "v1")).zone is Zone.HEAD


def test_the_corners_fade(timeline: Timeline) -> None:
    top = next(row for row in rows(timeline) if row.track.id == "v1").top + 7
    found = [hit(timeline, rows(timeline), SCALE, x, top) for x in (7, 233)]
    assert [one.zone for one in found] == [Zone.FADE_IN, Zone.FADE_OUT]


def test_the_ruler_holds_markers_and_time(timeline: Timeline) -> None:
    assert hit(timeline, rows(timeline), SCALE, 122, 5).zone is Zone.MARKER
    found = hit(timeline, rows(timeline), SCALE, 200, 20)
    assert (found.zone, found.frame) == (Zone.RULER, 50)


def test_only_clips_that_show_are_visited(timeline: Timeline) -> None:
    shots = track_of(timeline, "v1")
    assert [clip.id for clip in clips_in(shots, FrameRange(60, 150))] == ["b"]
    assert [clip.id for clip in clips_in(shots, FrameRange(59, 151))] == ["a", "b", "c"]
    assert list(clips_in(shots, FrameRange(500, 600))) == []


def test_a_box_takes_what_it_touches(timeline: Timeline) -> None:
    laid = rows(timeline)
    assert in_box(laid, FrameRange(50, 70), laid[1].top, laid[1].bottom) == {"a", "b"}
    assert in_box(laid, FrameRange(0, 240), laid[0].top, laid[0].top + 1) == {"price"}
