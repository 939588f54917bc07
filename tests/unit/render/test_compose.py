from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from clappper.base.errors import UnusableInputError
from clappper.base.units import FrameRange, FrameRate
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.picture import Yuv
from clappper.render.canvas import Canvas
from clappper.render.compose import paint
from clappper.render.sources import Sources
from clappper.timeline.model import (
    Clip,
    Footage,
    Grade,
    Keyframe,
    Look,
    MediaKind,
    Motion,
    Solid,
    Take,
    Timeline,
    Title,
    TitleRole,
    Track,
    TrackKind,
    Transition,
    TransitionKind,
)

CANVAS = Canvas(64, 36, "16:9")
BLACK, WHITE = 16, 235
PLAIN = Look()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make two clips of 20 frames: ``a.mp4`` brightens from 40 by 4 a frame, ``b.mp4`` is 200."""
    encoding = Encoding(64, 36, FrameRate(30), options={"preset": "ultrafast", "crf": "1"})
    for name, levels in (("a.mp4", range(40, 120, 4)), ("b.mp4", [200] * 20)):
        with FrameWriter(tmp_path / name, encoding) as writer:
            for level in levels:
                writer.write(Yuv.blank(64, 36, luma=level))
    return tmp_path


@pytest.fixture
def sources(root: Path) -> Iterator[Sources]:
    with Sources(root) as opened:
        yield opened


def footage(name: str) -> Footage:
    return Footage((Take(name, name, MediaKind.VIDEO, FrameRange(0, 20), 64, 36),))


def edit(*clips: Clip, look: Look = PLAIN, above: tuple[Clip, ...] = ()) -> Timeline:
    tracks = (Track("v1", TrackKind.VIDEO, "V1", clips), Track("v2", TrackKind.VIDEO, "V2", above))
    return Timeline("t", "t", FrameRate(30), 30, tracks, look)


def luma(timeline: Timeline, frame: int, sources: Sources) -> float:
    return float(paint(timeline, frame, CANVAS, sources).y.mean())


TWO = edit(
    Clip("a", footage("a.mp4"), FrameRange(0, 10)),
    Clip(
        "b",
        footage("b.mp4"),
        FrameRange(10, 20),
        source_start=5,
        transition=Transition(TransitionKind.DISSOLVE, 4),
    ),
)


def test_a_clip_shows_its_source_frame(sources: Sources) -> None:
    late = edit(Clip("a", footage("a.mp4"), FrameRange(5, 15), source_start=3))
    assert luma(late, 6, sources) == pytest.approx(40 + 4 * 4, abs=1)


def test_gaps_and_the_end_are_black(sources: Sources) -> None:
    assert luma(edit(Clip("a", footage("a.mp4"), FrameRange(5, 15))), 2, sources) == BLACK
    assert luma(TWO, 25, sources) == BLACK


def test_a_dissolve_is_centred_on_the_cut_and_both_clips_play_on(sources: Sources) -> None:
    assert luma(TWO, 7, sources) == pytest.approx(68, abs=1)
    for frame, progress in ((8, 0.125), (9, 0.375), (10, 0.625), (11, 0.875)):
        before = 40 + 4 * frame
        assert luma(TWO, frame, sources) == pytest.approx(before + (200 - before) * progress, abs=1.5)
    assert luma(TWO, 12, sources) == pytest.approx(200, abs=1)


def test_any_order_of_frames_gives_the_same_pictures(root: Path) -> None:
    with Sources(root) as forward, Sources(root) as shuffled:
        straight = {frame: paint(TWO, frame, CANVAS, forward).copy() for frame in range(20)}
        for frame in (13, 2, 19, 9, 9, 0, 11):
            np.testing.assert_array_equal(paint(TWO, frame, CANVAS, shuffled).y, straight[frame].y)


def test_upper_tracks_cover_lower_ones(sources: Sources) -> None:
    small = Motion(scale=(Keyframe(0, 0.5),))
    timeline = edit(
        TWO.tracks[0].clips[0], above=(Clip("s", Solid("#FFFFFF"), FrameRange(0, 10), motion=small),)
    )
    painted = paint(timeline, 0, CANVAS, sources)
    assert painted.y[18, 32] == WHITE
    assert painted.y[1, 1] == pytest.approx(40, abs=1)


def test_a_muted_track_is_not_shown(sources: Sources) -> None:
    timeline = edit(TWO.tracks[0].clips[0], above=(Clip("s", Solid("#FFFFFF"), FrameRange(0, 10)),))
    hidden = replace(timeline, tracks=(timeline.tracks[0], replace(timeline.tracks[1], muted=True)))
    assert luma(timeline, 0, sources) == WHITE
    assert luma(hidden, 0, sources) == pytest.approx(40, abs=1)


def test_a_look_changes_footage_and_leaves_brand_colours(sources: Sources) -> None:
    look = Look(grade=Grade(exposure=1))
    graded = replace(TWO, look=look)
    assert luma(graded, 0, sources) > luma(TWO, 0, sources) + 5
    assert luma(edit(Clip("s", Solid("#808080"), FrameRange(0, 9)), look=look), 0, sources) == 126


def test_a_clips_own_grade_is_its_own(sources: Sources) -> None:
    first, second = TWO.tracks[0].clips
    timeline = edit(replace(first, grade=Grade(exposure=-1)), second)
    assert luma(timeline, 0, sources) < luma(TWO, 0, sources) - 3
    assert luma(timeline, 15, sources) == luma(TWO, 15, sources)


def test_a_vignette_darkens_the_corners_only(sources: Sources) -> None:
    timeline = replace(TWO, look=Look(vignette=1.0))
    painted = paint(timeline, 15, CANVAS, sources)
    assert painted.y[18, 32] == pytest.approx(200, abs=1)
    assert painted.y[0, 0] < 140
    assert set(np.unique(painted.u)) <= {127, 128, 129}


def test_grain_moves_and_repeats_for_the_same_frame(sources: Sources) -> None:
    timeline = replace(TWO, look=Look(grain=1.0))
    one, other = paint(timeline, 14, CANVAS, sources), paint(timeline, 15, CANVAS, sources)
    assert not np.array_equal(one.y, other.y)
    np.testing.assert_array_equal(paint(timeline, 14, CANVAS, sources).y, one.y)
    assert one.y.mean() == pytest.approx(200, abs=0.5)


def test_an_unchanged_frame_is_the_same_object(sources: Sources) -> None:
    timeline = edit(Clip("s", Solid("#336699"), FrameRange(0, 20)))
    assert paint(timeline, 3, CANVAS, sources) is paint(timeline, 4, CANVAS, sources)


@pytest.mark.parametrize("kind", list(TransitionKind))
def test_a_transition_out_of_nothing_starts_black(sources: Sources, kind: TransitionKind) -> None:
    lonely = Clip("b", footage("b.mp4"), FrameRange(4, 20), transition=Transition(kind, 10))
    timeline = edit(lonely)
    assert luma(timeline, 3, sources) == BLACK
    assert luma(timeline, 4, sources) < luma(timeline, 13, sources)
    assert luma(timeline, 14, sources) == pytest.approx(200, abs=1)


def test_a_missing_file_is_named(sources: Sources) -> None:
    timeline = edit(Clip("x", footage("gone.mp4"), FrameRange(0, 5)))
    with pytest.raises(UnusableInputError, match=r"gone\.mp4"):
        paint(timeline, 0, CANVAS, sources)


def test_titles_lie_over_the_graded_picture_and_leave_the_source_alone(sources: Sources) -> None:
    title = Clip("t", Title(TitleRole.HEADLINE, "HELLO"), FrameRange(0, 20))
    overlay = Track("o", TrackKind.OVERLAY, "O", (title,))
    timeline = replace(TWO, length_frames=20, tracks=(*TWO.tracks, overlay))
    plain, titled = paint(TWO, 16, CANVAS, sources), paint(timeline, 16, CANVAS, sources)
    assert titled is not plain
    assert not np.array_equal(titled.y, plain.y)
    assert luma(TWO, 17, sources) == pytest.approx(200, abs=1)


def test_a_title_that_rests_costs_no_second_painting(root: Path) -> None:
    title = Clip("t", Title(TitleRole.HEADLINE, "HELLO"), FrameRange(0, 90))
    tracks = (
        Track("v", TrackKind.VIDEO, "V", (Clip("s", Solid("#123456"), FrameRange(0, 90)),)),
        Track("o", TrackKind.OVERLAY, "O", (title,)),
    )
    timeline = Timeline("t", "t", FrameRate(30), 90, tracks)
    with Sources(root) as sources:
        assert paint(timeline, 44, CANVAS, sources) is paint(timeline, 45, CANVAS, sources)
