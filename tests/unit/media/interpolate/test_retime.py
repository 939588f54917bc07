from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clappper.base.errors import UnusableInputError
from clappper.base.units import FrameRate
from clappper.media.decode import FrameReader
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.interpolate.dis import DisInterpolator
from clappper.media.interpolate.film import multiplied, write_interpolated
from clappper.media.interpolate.retime import Retimer, TimedRetimer
from clappper.media.picture import Yuv

SHOT = 5
SIZE = (96, 64)


def picture(number: int) -> Yuv:
    """Draw one of two shots with a moving bar: a dark one, then a bright one with another texture."""
    y = np.full((64, 96), 40 if number < SHOT else 180, np.uint8)
    y[:: 8 if number < SHOT else 6] += 30
    y[:, 8 * number : 8 * number + 8] = 220 if number < SHOT else 30
    return Yuv(y, np.full((32, 48), 128, np.uint8), np.full((32, 48), 128, np.uint8))


class TenPictures:
    """A reader of ten pictures that counts what it is asked for."""

    def __init__(self) -> None:
        self.made = [picture(number) for number in range(2 * SHOT)]
        self.asked: list[int] = []

    def at(self, frame: int) -> Yuv:
        self.asked.append(frame)
        return self.made[frame]


def test_whole_positions_are_the_source_untouched_and_it_is_read_onwards() -> None:
    reader = TenPictures()
    retimer = Retimer(reader, 9, DisInterpolator())
    made = [retimer.at(Fraction(number, 3)) for number in range(12)]
    assert [made[3 * at] is reader.made[at] for at in range(4)] == [True] * 4
    assert reader.asked == sorted(reader.asked)
    assert len(reader.asked) < 7


class UnevenPictures:
    """A bar at its place at the times 0, 1/24, 3/24 and 20/24 s; each call makes new objects."""

    times = (Fraction(0), Fraction(1, 24), Fraction(3, 24), Fraction(20, 24))

    def around(self, seconds: Fraction) -> tuple[Fraction, Yuv, Fraction | None, Yuv | None]:
        at = max(number for number, time in enumerate(self.times) if time <= seconds)
        if at + 1 == len(self.times):
            return self.times[at], picture(at), None, None
        return self.times[at], picture(at), self.times[at + 1], picture(at + 1)


class Noted(DisInterpolator):
    """Notes at which share between which objects it was asked to draw."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[int, int, float]] = []
        self.kept: list[Yuv] = []

    def mid(self, one: Yuv, other: Yuv, t: float) -> Yuv:
        self.kept += [one, other]
        self.asked.append((id(one), id(other), round(t, 3)))
        return one


def test_uneven_pictures_are_drawn_between_by_their_own_times() -> None:
    noted = Noted()
    retimer = TimedRetimer(UnevenPictures(), Fraction(24), noted)
    for number in range(7):
        retimer.at(Fraction(number, 48))
    assert [t for _, _, t in noted.asked] == [0.5, 0.25, 0.5, 0.75]
    assert len({(one, other) for one, other, _ in noted.asked}) == 2
    assert noted.asked[0][1] == noted.asked[1][0]
    noted.asked.clear()
    for number in (8, 20, 38, 39, 40, 60):
        retimer.at(Fraction(number, 48))
    assert [t for _, _, t in noted.asked] == [0.5]


def test_no_picture_is_mixed_across_a_cut() -> None:
    reader = TenPictures()
    retimer = Retimer(reader, 9, DisInterpolator())
    made = [retimer.at(SHOT - 1 + Fraction(number, 4)) for number in range(5)]
    sides = [next(at for at, one in enumerate(reader.made) if one is shown) for shown in made]
    assert sides == [4, 4, 5, 5, 5]
    assert retimer.cuts == {SHOT}


def test_the_last_picture_is_held_and_the_first_comes_before_all() -> None:
    reader = TenPictures()
    retimer = Retimer(reader, 9, DisInterpolator())
    assert retimer.at(Fraction(19, 2)) is reader.made[9]
    assert retimer.at(Fraction(-3)) is reader.made[0]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    sound = np.zeros((20_000, 2), np.float32)
    with FrameWriter(path, Encoding(*SIZE, FrameRate(24), options={"crf": "10"}), sound) as writer:
        for number in range(2 * SHOT):
            writer.write(picture(number))
    return path


@pytest.mark.parametrize(
    ("target", "frames", "rate"),
    [
        (2, 20, 48),
        (8, 80, 192),
        (FrameRate(60), 25, 60),
        (FrameRate(30000, 1001), 12, FrameRate(30000, 1001).fps),
    ],
)
def test_a_clip_keeps_its_length_and_its_cut(
    film: Path, tmp_path: Path, target: FrameRate | int, frames: int, rate: object
) -> None:
    made = write_interpolated(film, tmp_path / "out.mp4", DisInterpolator(), target)
    assert (made.frames, made.rate.fps, made.cuts) == (frames, rate, (SHOT,))
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert sum(1 for _ in container.decode(container.streams.video[0])) == frames
        assert len(container.streams.audio) == 1
    with FrameReader(tmp_path / "out.mp4", rate=made.rate, width=96, height=64) as reader:
        levels = [float(np.median(reader.at(number).y)) for number in range(frames)]
    assert all(level < 90 or level > 150 for level in levels)


def test_what_makes_no_sense_is_refused(film: Path, tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="2 to 8"):
        multiplied(FrameRate(24), 9)
    with pytest.raises(UnusableInputError, match="more than any player"):
        write_interpolated(film, tmp_path / "out.mp4", DisInterpolator(), FrameRate(500))
    assert not (tmp_path / "out.mp4").exists()
