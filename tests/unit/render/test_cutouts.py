"""Cut-outs and smooth slow motion as the painter shows them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange, FrameRate
from clappper.media.colour import yuv_picture
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.picture import Yuv
from clappper.render.canvas import Canvas
from clappper.render.compose import paint
from clappper.render.sources import Sources
from clappper.timeline.attributes import set_cutout, set_smooth
from clappper.timeline.model import (
    Clip,
    Cutout,
    CutoutKind,
    Footage,
    Keyframe,
    MediaKind,
    Motion,
    Take,
    Timeline,
    Track,
    TrackKind,
    from_json,
    to_json,
)

CANVAS = Canvas(96, 64, "3:2")
KEY = Cutout(CutoutKind.KEY)


def subject() -> Yuv:
    """Draw a light square on green."""
    rgb = np.empty((64, 96, 3), np.float32)
    rgb[:] = (0.05, 0.7, 0.1)
    rgb[20:52, 36:60] = (0.8, 0.75, 0.7)
    return yuv_picture(rgb)


def veil(thick: float) -> Yuv:
    """Draw the square so thin that ``thick`` of it hides the green."""
    rgb = np.empty((64, 96, 3), np.float32)
    rgb[:] = (0.05, 0.7, 0.1)
    rgb[20:52, 36:60] = rgb[20:52, 36:60] * (1 - thick) + np.float32(0.75) * thick
    return yuv_picture(rgb)


def bar(number: int) -> Yuv:
    picture = Yuv.blank(96, 64, luma=60)
    picture.y[:, 4 * number + 8 : 4 * number + 24] = 200
    return picture


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make clips of 12 frames: a subject on green, a dark ground, a matte of the left half, a moving bar."""
    matte = Yuv.blank(96, 64)
    matte.y[:, :48] = 235
    films = {
        "veil": [veil(0.5 + 0.1 * (number % 2)) for number in range(12)],
        "green": [subject()] * 12,
        "ground": [Yuv.blank(96, 64, luma=40)] * 12,
        "matte": [matte] * 12,
        "bar": [bar(number) for number in range(12)],
    }
    encoding = Encoding(96, 64, FrameRate(24), options={"preset": "ultrafast", "crf": "4"})
    for name, pictures in films.items():
        with FrameWriter(tmp_path / f"{name}.mp4", encoding) as writer:
            for picture in pictures:
                writer.write(picture)
    return tmp_path


@pytest.fixture
def sources(root: Path) -> Iterator[Sources]:
    with Sources(root) as opened:
        yield opened


def clip(name: str, **changes: object) -> Clip:
    take = Take(name, f"{name}.mp4", MediaKind.VIDEO, FrameRange(0, 12), 96, 64)
    return replace(Clip(name, Footage((take,)), FrameRange(0, 12)), **changes)  # type: ignore[arg-type]


def edit(below: Clip, above: Clip) -> Timeline:
    tracks = (Track("v1", TrackKind.VIDEO, "V1", (below,)), Track("v2", TrackKind.VIDEO, "V2", (above,)))
    return Timeline("t", "t", FrameRate(24), 12, tracks)


def shown(timeline: Timeline, sources: Sources, frame: int = 3) -> Yuv:
    return paint(timeline, frame, CANVAS, sources)


def test_a_keyed_subject_stands_on_what_is_below(sources: Sources) -> None:
    painted = shown(edit(clip("ground"), clip("green", cutout=KEY)), sources)
    assert abs(int(painted.y[4, 4]) - 40) <= 2
    assert int(painted.y[36, 48]) > 150
    assert abs(int(painted.u[2, 2]) - 128) <= 2


def test_it_moves_fades_and_shrinks_like_any_clip(sources: Sources) -> None:
    motion = Motion(x=(Keyframe(0, 0.25),), opacity=(Keyframe(0, 0.5),))
    moved = shown(edit(clip("ground"), clip("green", cutout=KEY, motion=motion)), sources)
    assert abs(int(moved.y[36, 40]) - 40) <= 3
    assert 90 < int(moved.y[36, 72]) < 150
    small = Motion(scale=(Keyframe(0, 0.4),))
    shrunk = shown(edit(clip("ground"), clip("green", cutout=KEY, motion=small)), sources)
    assert int(shrunk.y[34, 48]) > 140
    assert abs(int(shrunk.y[36, 58]) - 40) <= 8


def test_a_shadow_darkens_the_ground_at_its_feet(sources: Sources) -> None:
    plain = shown(edit(clip("ground"), clip("green", cutout=KEY)), sources)
    dark = shown(edit(clip("ground"), clip("green", cutout=replace(KEY, shadow=0.9))), sources)
    assert int(dark.y[52, 48]) < int(plain.y[52, 48]) - 5
    assert int(dark.y[4, 4]) == int(plain.y[4, 4])


def test_a_matte_file_shows_its_part_and_inverted_the_rest(sources: Sources) -> None:
    how = Cutout(CutoutKind.MATTE, matte="matte.mp4")
    kept = shown(edit(clip("ground"), clip("bar", cutout=how)), sources)
    rest = shown(edit(clip("ground"), clip("bar", cutout=replace(how, inverted=True))), sources)
    assert abs(int(kept.y[30, 4]) - 60) <= 3
    assert abs(int(kept.y[30, 90]) - 40) <= 3
    assert abs(int(rest.y[30, 4]) - 40) <= 3
    near = shown(edit(clip("ground"), clip("bar", cutout=replace(how, level=0.5))), sources)
    assert abs(int(near.y[30, 90]) - 40) <= 3


def test_colours_and_grain_follow_the_ground(sources: Sources) -> None:
    plain = shown(edit(clip("ground"), clip("green", cutout=KEY)), sources)
    matched = shown(edit(clip("ground"), clip("green", cutout=replace(KEY, colour=1.0))), sources)
    assert int(matched.y[36, 48]) < int(plain.y[36, 48]) - 5


def test_an_edge_is_steadied_and_the_same_however_a_frame_is_reached(root: Path, sources: Sources) -> None:
    def seen(steady: float, opened: Sources, frames: range) -> list[int]:
        timeline = edit(clip("ground"), clip("veil", cutout=replace(KEY, steady=steady)))
        return [int(shown(timeline, opened, frame).y[36, 48]) for frame in frames]

    rough, calm = (seen(amount, sources, range(4, 10)) for amount in (0.0, 0.8))
    assert np.abs(np.diff(calm)).max() < 0.7 * np.abs(np.diff(rough)).max()
    with Sources(root) as other:
        backwards = seen(0.8, other, range(9, 3, -1))
    assert backwards[::-1] == calm


def test_what_moves_is_smeared_along_its_way(sources: Sources) -> None:
    def width_of(blur: float, frame: int) -> int:
        motion = Motion(x=(Keyframe(4, 0.0), Keyframe(8, 0.4)))
        moved = clip("green", cutout=replace(KEY, blur=blur), motion=motion)
        row = shown(edit(clip("ground"), moved), sources, frame).y[36].astype(int)
        return int((row > 60).sum())

    assert width_of(1.0, 6) > width_of(0.0, 6) + 3
    assert abs(width_of(1.0, 1) - width_of(0.0, 1)) <= 1


def test_slow_motion_draws_the_pictures_between(sources: Sources) -> None:
    slow = clip("bar", speed=Fraction(1, 2))
    step, smooth = (
        [shown(edit(clip("ground"), replace(slow, smooth=flag)), sources, frame).copy() for frame in range(6)]
        for flag in (False, True)
    )
    assert np.array_equal(step[2].y, step[3].y)
    assert not np.array_equal(smooth[2].y, smooth[3].y)
    assert np.array_equal(step[4].y, smooth[4].y)
    middle = (bar(1).y.astype(float).mean(axis=0), bar(2).y.astype(float).mean(axis=0))
    edge = float((smooth[3].y[30] > 130).argmax())
    assert float((middle[0] > 130).argmax()) < edge < float((middle[1] > 130).argmax())


def test_edits_set_them_and_projects_keep_them() -> None:
    timeline = edit(clip("ground"), clip("green"))
    changed = set_smooth(set_cutout(timeline, "green", replace(KEY, shadow=0.5)), "green", smooth=True)
    assert from_json(to_json(changed)) == changed
    stored = json.loads(to_json(timeline))
    for track in stored["tracks"]:
        for one in track["clips"]:
            del one["smooth"], one["cutout"]
    assert from_json(json.dumps(stored)) == timeline
    with pytest.raises(ClappperError, match="needs a file"):
        set_cutout(timeline, "green", Cutout(CutoutKind.MATTE))
