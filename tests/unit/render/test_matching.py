from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from clappper.base.errors import UnusableInputError
from clappper.base.units import FrameRange, FrameRate
from clappper.media.colour import GradeValues
from clappper.media.conform import yuv_of
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.render.matching import match_grade
from clappper.timeline.model import Clip, Footage, Grade, MediaKind, Solid, Take, Timeline, Track, TrackKind

RATE = FrameRate(30)


def scene() -> np.ndarray:
    """Make a picture with every brightness and several hues, as signals."""
    ramp = np.linspace(0.1, 0.8, 160, dtype=np.float32)
    tints = np.array([[1, 1, 1], [1, 0.8, 0.6], [0.6, 0.8, 1], [0.8, 1, 0.7]], np.float32)
    return np.repeat(ramp[None, :, None] * tints[:, None, :], 24, axis=0)


def write(path: Path, signals: np.ndarray) -> None:
    rgb = np.round(np.clip(signals, 0, 1) * 255).astype(np.uint8)
    with FrameWriter(path, Encoding(160, 96, RATE, options={"crf": "4"})) as writer:
        for _ in range(6):
            writer.write(yuv_of(rgb))


def shot(name: str, start: int, grade: Grade = Grade()) -> Clip:  # noqa: B008 - a frozen value
    take = Take(name, f"{name}.mp4", MediaKind.VIDEO, FrameRange(0, 6), 160, 96)
    return Clip(name, Footage((take,)), FrameRange(start, start + 6), grade=grade)


def edit(*clips: Clip) -> Timeline:
    return Timeline("t", "t", RATE, 60, (Track("v", TrackKind.VIDEO, "V", clips),))


@pytest.mark.parametrize(
    "values",
    [
        GradeValues(0.4),
        GradeValues(-0.5, 0.1),
        GradeValues(0.2, -0.15, 0.2, 0.3),
        GradeValues(0, 0, -0.4, -0.3),
    ],
)
def test_a_grade_is_found_again(tmp_path: Path, values: GradeValues) -> None:
    write(tmp_path / "plain.mp4", scene())
    write(tmp_path / "other.mp4", values.apply(scene()))
    match = match_grade(edit(shot("plain", 0), shot("other", 6)), tmp_path, "plain", "other", "16:9")
    found = match.grade
    assert found.exposure == pytest.approx(values.exposure, abs=0.12)
    assert found.temperature == pytest.approx(values.temperature, abs=0.1)
    assert found.saturation == pytest.approx(values.saturation, abs=0.15)
    assert match.after < match.before / 4
    assert match.note == ""


def test_the_reference_counts_with_its_own_grade(tmp_path: Path) -> None:
    write(tmp_path / "plain.mp4", scene())
    timeline = edit(
        shot("plain", 0), Clip("again", shot("plain", 6).content, FrameRange(6, 12), grade=Grade(0.5))
    )
    assert match_grade(timeline, tmp_path, "plain", "again", "16:9").grade.exposure == pytest.approx(
        0.5, abs=0.1
    )
    same = match_grade(edit(shot("plain", 0), shot("plain", 6)), tmp_path, "plain", "plain", "16:9")
    assert same.note == "The shots are alike already."


def test_what_a_grade_cannot_do_is_said(tmp_path: Path) -> None:
    write(tmp_path / "plain.mp4", scene())
    write(tmp_path / "white.mp4", np.ones((96, 160, 3), np.float32))
    timeline = edit(shot("white", 0), shot("plain", 6), Clip("s", Solid("#112233"), FrameRange(12, 18)))
    match = match_grade(timeline, tmp_path, "white", "plain", "16:9")
    assert "too different" in match.note
    with pytest.raises(UnusableInputError, match="no footage"):
        match_grade(timeline, tmp_path, "s", "plain", "16:9")
