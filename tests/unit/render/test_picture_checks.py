from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from clappper.base.units import FrameRange, FrameRate
from clappper.render.picture_checks import PictureWatch
from clappper.render.verdicts import Finding

RATE = FrameRate(10)
NOISE = np.random.default_rng(4)


def moving(at: int) -> NDArray[np.uint8]:
    """Draw a bar that moves two pixels a frame over grey."""
    luma = np.full((36, 64), 90, np.uint8)
    luma[:, at * 2 % 56 : at * 2 % 56 + 8] = 180
    return luma


def watched(frames: list[NDArray[np.uint8]], held: tuple[FrameRange, ...] = ()) -> dict[str, Finding]:
    watch = PictureWatch(RATE, held)
    for frame in frames:
        watch.show(frame)
    return {finding.code: finding for finding in watch.findings()}


def test_a_living_picture_passes() -> None:
    assert all(finding.passed for finding in watched([moving(n) for n in range(40)]).values())


def test_a_black_stretch_is_found_where_it_is() -> None:
    black = np.full((36, 64), 17, np.uint8)
    frames = [moving(n) for n in range(10)] + [black] * 5 + [moving(n) for n in range(10)]
    found = watched(frames)["black-frames"]
    assert not found.passed
    assert (found.measured, found.at_seconds) == ("longest 0.50 s", 1.0)


def test_a_dip_to_black_and_white_letters_on_black_are_made_on_purpose() -> None:
    card = np.full((36, 64), 16, np.uint8)
    card[15:20, 20:44] = 235
    frames = [moving(n) for n in range(10)] + [card * 0 + 16] + [card] * 9
    assert watched(frames)["black-frames"].passed


def test_black_at_the_very_end_counts() -> None:
    frames = [moving(n) for n in range(10)] + [np.full((36, 64), 16, np.uint8)] * 3
    assert not watched(frames)["black-frames"].passed


def test_a_frozen_stretch_is_found_despite_encoder_noise() -> None:
    still = [(moving(3).astype(int) + NOISE.integers(0, 2, (36, 64))).astype(np.uint8) for _ in range(15)]
    found = watched([*(moving(n) for n in range(10)), *still, *(moving(n) for n in range(9))])[
        "frozen-frames"
    ]
    assert not found.passed
    assert found.at_seconds == pytest.approx(1.0, abs=0.11)


def test_a_slow_drift_is_no_freeze() -> None:
    ramp = np.tile(np.linspace(60, 180, 64), (36, 1))
    assert watched([(ramp + n * 0.5).astype(np.uint8) for n in range(40)])["frozen-frames"].passed


def test_an_end_card_may_stand_still() -> None:
    frames = [moving(n) for n in range(10)] + [moving(0)] * 30
    assert not watched(frames)["frozen-frames"].passed
    assert watched(frames, (FrameRange(10, 40),))["frozen-frames"].passed
