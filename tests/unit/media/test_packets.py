"""What is only passed over is left out, and never anything that is seen."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clappper.base.units import FrameRate
from clappper.media.decode import FrameReader
from clappper.media.packets import PacketFeed

FRAMES = 90
RATE = FrameRate(30)
SIZE = (128, 72)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a moving texture in groups of 45 pictures, half of which no other is predicted from."""
    path = tmp_path_factory.mktemp("packets") / "film.mp4"
    texture = np.random.default_rng(5).integers(30, 220, (SIZE[1], SIZE[0] * 2), np.uint8)
    options = {"g": "45", "keyint_min": "45", "sc_threshold": "0", "bf": "3", "b_pyramid": "normal"}
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30, options=options)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number in range(FRAMES):
            grey = np.ascontiguousarray(texture[:, number : number + SIZE[0]])
            container.mux(
                stream.encode(av.VideoFrame.from_ndarray(grey, format="gray").reformat(format="yuv420p"))
            )
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def straight(film: Path) -> list[bytes]:
    """Decode every picture in turn."""
    with FrameReader(film, rate=RATE, width=SIZE[0], height=SIZE[1]) as reader:
        return [reader.at(frame).y.tobytes() for frame in range(FRAMES)]


@pytest.mark.parametrize("kept_bytes", [0, 200_000])
@pytest.mark.parametrize("threads", [1, 2, 4])
def test_jumps_give_the_pictures_of_straight_decoding(
    film: Path, straight: list[bytes], threads: int, kept_bytes: int
) -> None:
    dice = random.Random(threads)
    near = [frame + step for frame in (70, 30, 60) for step in (0, -1, -2, -9, -3, 1, 2, 12, -30)]
    frames = [dice.randrange(FRAMES) for _ in range(30)] + near
    with FrameReader(
        film, rate=RATE, width=SIZE[0], height=SIZE[1], kept_bytes=kept_bytes, threads=threads
    ) as reader:
        wrong = [frame for frame in frames if reader.at(frame).y.tobytes() != straight[frame]]
    assert wrong == []


def test_a_jump_given_up_leaves_no_wrong_picture(film: Path, straight: list[bytes]) -> None:
    dice, left = random.Random(1), [0]

    def between() -> None:
        left[0] -= 1
        if left[0] == 0:
            raise InterruptedError

    with FrameReader(
        film, rate=RATE, width=SIZE[0], height=SIZE[1], kept_bytes=200_000, between=between
    ) as reader:
        for _ in range(60):
            frame, left[0] = dice.randrange(FRAMES), dice.randrange(1, 30)
            try:
                assert reader.at(frame).y.tobytes() == straight[frame]
            except InterruptedError:
                continue


def test_pictures_that_nothing_needs_are_not_decoded(film: Path) -> None:
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        feed = PacketFeed(container, stream)
        whole_from = feed.pass_over(Fraction(40, 30), kept=3)
        times: list[Fraction] = []
        while (packet := feed.next()) is not None:
            times += [Fraction(picture.pts) * stream.time_base for picture in packet.decode()]  # type: ignore[arg-type, operator]
    assert whole_from == Fraction(38, 30)
    assert 0 < sum(time < whole_from for time in times) < 25
    assert sum(time >= whole_from for time in times) == FRAMES - 38
