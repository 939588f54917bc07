from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from clappper.base.units import FrameRange, FrameRate
from clappper.media.decode import FrameReader
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.picture import Yuv
from clappper.render.canvas import Canvas
from clappper.render.sources import MAX_READERS, Sources
from clappper.timeline.model import (
    Clip,
    Footage,
    Keyframe,
    MediaKind,
    Motion,
    Solid,
    Take,
    Timeline,
    Title,
    TitleRole,
    Track,
    TrackKind,
)

CANVAS = Canvas(64, 36, "16:9")
TIMELINE = Timeline("t", "t", FrameRate(30), 10)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    encoding = Encoding(64, 36, FrameRate(30), options={"preset": "ultrafast"})
    with FrameWriter(tmp_path / "a.mp4", encoding) as writer:
        for level in range(40, 80, 4):
            writer.write(Yuv.blank(64, 36, luma=level))
    for number in range(9):
        copyfile(tmp_path / "a.mp4", tmp_path / f"{number}.mp4")
    return tmp_path


def shot(clip_id: str, file: str = "a.mp4", source_start: int = 0) -> Clip:
    footage = Footage((Take("a", file, MediaKind.VIDEO, FrameRange(0, 10), 64, 36),))
    return Clip(clip_id, footage, FrameRange(0, 10), source_start)


def clips(count: int) -> list[Clip]:
    return [shot(f"c{number}", f"{number}.mp4") for number in range(count)]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[FrameReader]:
    """Collect every reader that is opened."""
    readers: list[FrameReader] = []

    class Counted(FrameReader):
        is_closed = False

        def close(self) -> None:
            self.is_closed = True
            super().close()

    def count(path: Path, **options: Any) -> FrameReader:
        readers.append(Counted(path, **options))
        return readers[-1]

    monkeypatch.setattr("clappper.render.sources.FrameReader", count)
    return readers


def open_now(readers: list[FrameReader]) -> int:
    return sum(not getattr(reader, "is_closed", False) for reader in readers)


def test_passed_clips_are_closed(root: Path, opened: list[FrameReader]) -> None:
    with Sources(root) as sources:
        for frame, clip in enumerate(clips(9)):
            sources.picture(TIMELINE, clip, frame, CANVAS)
            sources.close_unused(frame)
        assert len(opened) == 9
        assert open_now(opened) == MAX_READERS
    assert open_now(opened) == 0


def test_all_a_frame_needs_stays_open(root: Path, opened: list[FrameReader]) -> None:
    with Sources(root) as sources:
        for frame in range(5):
            for clip in clips(MAX_READERS + 2):
                sources.picture(TIMELINE, clip, frame, CANVAS)
            sources.close_unused(frame)
        assert len(opened) == MAX_READERS + 2


def test_a_zoomed_still_is_read_larger(root: Path) -> None:
    import cv2
    import numpy as np

    cv2.imwrite(str(root / "s.png"), np.full((400, 640, 3), 90, np.uint8))
    take = Take("s", "s.png", MediaKind.STILL, FrameRange(0, 0), 640, 400)
    clip = Clip("s", Footage((take,)), FrameRange(0, 10))
    zoomed = replace(clip, motion=Motion(scale=(Keyframe(0, 1.0), Keyframe(9, 1.25))))
    with Sources(root) as sources:
        assert sources.picture(TIMELINE, clip, 0, CANVAS).width == 64
        assert sources.picture(TIMELINE, zoomed, 0, CANVAS).width == 80


def test_a_file_is_opened_once_for_all_clips_that_show_it(root: Path, opened: list[FrameReader]) -> None:
    with Sources(root) as sources:
        for frame in range(3):
            sources.picture(TIMELINE, shot(f"part-{frame}"), frame, CANVAS)
            sources.close_unused(frame)
        assert len(opened) == 1


def test_clips_of_one_file_in_one_frame_have_a_reader_each(root: Path, opened: list[FrameReader]) -> None:
    left, right = shot("left"), shot("right", source_start=5)
    with Sources(root) as sources:
        for frame in range(3):
            dark = sources.picture(TIMELINE, left, frame, CANVAS)
            bright = sources.picture(TIMELINE, right, frame, CANVAS)
            sources.close_unused(frame)
            assert (float(dark.y.mean()), float(bright.y.mean())) == (40 + 4 * frame, 60 + 4 * frame)
        assert len(opened) == 2


def test_an_edit_elsewhere_draws_no_title_again(root: Path) -> None:
    title = Clip("p", Title(TitleRole.PRICE, "$9"), FrameRange(0, 10))
    tracks = (Track("v", TrackKind.VIDEO, "V", (shot("a"),)), Track("t", TrackKind.OVERLAY, "T", (title,)))
    one = replace(TIMELINE, tracks=tracks)
    trimmed = replace(one, tracks=(replace(tracks[0], clips=(shot("b"),)), tracks[1]))
    on_plain = replace(
        one, tracks=(replace(tracks[0], clips=(replace(shot("b"), content=Solid("#aa0000")),)), tracks[1])
    )
    with Sources(root) as sources:
        painter = sources.titles(one, CANVAS)
        assert sources.titles(trimmed, CANVAS) is painter
        assert sources.titles(on_plain, CANVAS) is not painter
