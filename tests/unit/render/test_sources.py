from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clappper.base.units import FrameRange, FrameRate
from clappper.media.decode import FrameReader
from clappper.media.encode import Encoding, FrameWriter
from clappper.media.picture import Yuv
from clappper.render.canvas import Canvas
from clappper.render.sources import MAX_READERS, Sources
from clappper.timeline.model import Clip, Footage, Keyframe, MediaKind, Motion, Take, Timeline

CANVAS = Canvas(64, 36, "16:9")
TIMELINE = Timeline("t", "t", FrameRate(30), 10)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    encoding = Encoding(64, 36, FrameRate(30), options={"preset": "ultrafast"})
    with FrameWriter(tmp_path / "a.mp4", encoding) as writer:
        for level in range(40, 80, 4):
            writer.write(Yuv.blank(64, 36, luma=level))
    return tmp_path


def clips(count: int) -> list[Clip]:
    footage = Footage((Take("a", "a.mp4", MediaKind.VIDEO, FrameRange(0, 10), 64, 36),))
    return [Clip(f"c{number}", footage, FrameRange(0, 10)) for number in range(count)]


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
