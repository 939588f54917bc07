from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from clappper.media.cuts import CutFinder
from clappper.media.motion import FlowMeter, measure, small
from clappper.media.picture import Plane


def texture(seed: int, height: int = 96, width: int = 400) -> Plane:
    """Make smooth blobs that flow can follow."""
    import cv2

    noise = np.random.default_rng(seed).normal(0, 1, (height, width)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 3)
    return np.clip(128 + soft * 400, 0, 255).astype(np.uint8)


def panned(seed: int, frames: int, step: float, width: int = 160) -> list[Plane]:
    wide = texture(seed)
    return [
        np.ascontiguousarray(wide[:, round(at * step) : round(at * step) + width]) for at in range(frames)
    ]


def test_a_pan_has_its_speed_and_no_jitter() -> None:
    motion = measure(panned(1, 8, 3))
    assert motion.frames == 8
    assert motion.speed == pytest.approx(3, abs=0.3)
    assert motion.relative_jitter < 0.1
    assert motion.occluded < 0.1
    assert motion.flicker < 1


def test_a_shaking_pan_jitters() -> None:
    wide = texture(2)
    places = [0, 6, 1, 8, 2, 9, 4]
    shaken = measure([np.ascontiguousarray(wide[:, at : at + 160]) for at in places])
    assert shaken.relative_jitter > 5 * measure(panned(2, 7, 3)).relative_jitter


def test_stillness_is_no_motion() -> None:
    still = measure([texture(3)] * 4)
    assert (still.speed, still.jitter, still.tremor, still.flicker) == (0, 0, 0, 1)
    assert measure([texture(3)]).flicker == 1


def test_pictures_are_measured_at_one_width() -> None:
    assert small(texture(1, 200, 1024)).shape == (50, 256)
    assert small(texture(1, 40, 100)).shape == (40, 100)


def test_flow_points_from_the_first_picture_to_the_second() -> None:
    one, other = panned(4, 2, 2)
    assert FlowMeter().flow(one, other)[20:-20, 20:-20, 0].mean() == pytest.approx(-2, abs=0.2)


def test_cuts_are_found_and_fast_pans_are_none() -> None:
    shots = [*panned(5, 5, 6), *panned(6, 4, 0), *panned(7, 3, 9)]
    finder = CutFinder()
    pairs = enumerate(pairwise(shots), 1)
    assert [number for number, pair in pairs if finder.between(*pair)] == [5, 9]
    flash = panned(8, 3, 2)
    flash[1] = np.clip(flash[1].astype(int) + 60, 0, 255).astype(np.uint8)
    assert not any(finder.between(*pair) for pair in pairwise(flash))
