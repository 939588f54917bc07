from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from clappper.base.units import FrameRange, FrameRate
from clappper.media.decode import FrameReader
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.picture import Yuv
from clappper.render.export import ExportReport, export
from clappper.render.presets import Preset, VideoCodec
from clappper.render.segments import prune
from clappper.timeline.change import with_changes
from clappper.timeline.model import (
    Clip,
    Footage,
    Grade,
    Keyframe,
    MediaKind,
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
from clappper.timeline.queries import clip_of

RATE = FrameRate(10)
PRESET = Preset("s", "16:9", scale=0.1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    options = {"preset": "ultrafast", "crf": "8"}
    with FrameWriter(tmp_path / "a.mp4", Encoding(64, 36, RATE, options=options)) as writer:
        for frame in range(100):
            writer.write(Yuv.blank(64, 36, luma=30 + 2 * frame))
    (tmp_path / "pieces").mkdir()
    return tmp_path


def edit() -> Timeline:
    """Make 8 s, which are four pieces: two shots with a dissolve at 4 s, and a price in the last two."""
    shot = Footage((Take("a", "a.mp4", MediaKind.VIDEO, FrameRange(0, 100), 64, 36),))
    first = Clip("one", shot, FrameRange(0, 40))
    second = Clip("two", shot, FrameRange(40, 80), 50, transition=Transition(TransitionKind.DISSOLVE, 6))
    price = Clip("price", Title(TitleRole.PRICE, "$9"), FrameRange(62, 78))
    tracks = (
        Track("v", TrackKind.VIDEO, "V", (first, second)),
        Track("t", TrackKind.OVERLAY, "T", (price,)),
    )
    return Timeline("t", "t", RATE, 80, tracks)


def made(timeline: Timeline, root: Path, name: str = "out.mp4", preset: Preset = PRESET) -> ExportReport:
    return export(timeline, root, root / name, preset, cache=root / "pieces")


def lumas(path: Path) -> list[float]:
    with FrameReader(path, rate=RATE, width=192, height=108) as reader:
        return [float(reader.at(frame).y.mean()) for frame in range(80)]


def changed(clip: str, **values: object) -> Timeline:
    timeline = edit()
    return with_changes(timeline, {clip: replace(clip_of(timeline, clip), **values)})  # type: ignore[arg-type]


@pytest.mark.parametrize("codec", [VideoCodec.H264, VideoCodec.HEVC])
def test_pieces_make_the_file_that_one_run_makes(root: Path, codec: VideoCodec) -> None:
    preset = replace(PRESET, codec=codec)
    export(edit(), root, root / "whole.mp4", preset)
    report = made(edit(), root, preset=preset)
    assert report.reused_frames == 0
    assert lumas(report.path) == pytest.approx(lumas(root / "whole.mp4"), abs=1.5)


def test_the_same_again_paints_nothing(root: Path) -> None:
    before = made(edit(), root).path.read_bytes()
    again = made(edit(), root, "again.mp4")
    assert again.reused_frames == 80
    assert again.path.read_bytes() == before


@pytest.mark.parametrize(
    ("timeline", "reused"),
    [
        (changed("one", grade=Grade(exposure=0.5)), 20),
        (changed("price", content=Title(TitleRole.PRICE, "$8")), 60),
        (changed("two", content=Solid("#336699")), 20),
        (changed("one", name="Opening", gain_db=(Keyframe(0, -3.0),), scene_id="s1"), 80),
        (replace(edit(), name="Renamed"), 80),
    ],
)
def test_only_what_changed_is_made_again(root: Path, timeline: Timeline, reused: int) -> None:
    made(edit(), root)
    report = made(timeline, root)
    assert report.reused_frames == reused
    export(timeline, root, root / "whole.mp4", PRESET)
    assert lumas(report.path) == pytest.approx(lumas(root / "whole.mp4"), abs=1.5)


def test_another_file_under_the_same_name_is_seen(root: Path) -> None:
    made(edit(), root)
    with FrameWriter(root / "a.mp4", Encoding(64, 36, RATE)) as writer:
        writer.write(Yuv.blank(64, 36, luma=200))
    assert made(edit(), root).reused_frames == 0


def test_a_size_limit_is_kept_by_one_run_where_pieces_are_too_large(root: Path) -> None:
    report = made(edit(), root, preset=replace(PRESET, max_bytes=400_000))
    assert (report.attempts, report.size_bytes < 400_000) == (1, True)


def test_the_pieces_used_longest_ago_go_first(root: Path) -> None:
    made(edit(), root)
    made(changed("one", grade=Grade(exposure=0.5)), root)
    kept = {file.name for file in (root / "pieces").iterdir()}
    assert len(kept) == 7
    newest = sum(
        file.stat().st_size
        for file in sorted((root / "pieces").iterdir(), key=lambda f: f.stat().st_mtime_ns)[3:]
    )
    prune(root / "pieces", newest)
    assert made(changed("one", grade=Grade(exposure=0.5)), root).reused_frames == 80
