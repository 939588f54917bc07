"""Each kind of seam, planted into a pan over blobs, is found where it is; the pan itself is clean."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from clappper.media.picture import Plane, Yuv
from clappper.media.seams import Inspection, SeamKind, inspect, ssim

LENGTH, AT = 26, 13


def wide(seed: int = 1) -> Plane:
    noise = np.random.default_rng(seed).normal(0, 1, (96, 420)).astype(np.float32)
    fine = np.random.default_rng(seed + 1).normal(0, 1, (96, 420)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 4) * 500 + cv2.GaussianBlur(fine, (0, 0), 1) * 40
    return np.asarray(np.clip(120 + soft, 20, 230), np.uint8)


WIDE = wide()


def shot(place: float, luma: int = 0, picture: Plane = WIDE) -> Yuv:
    left = round(place)
    y = np.clip(picture[:, left : left + 160].astype(int) + luma, 16, 235).astype(np.uint8)
    half = np.full((48, 80), 128, np.uint8)
    return Yuv(y, half, half)


def pan() -> list[Yuv]:
    return [shot(3 * number) for number in range(LENGTH)]


def only(inspection: Inspection) -> tuple[SeamKind, int]:
    (seam,) = inspection.seams
    return seam.kind, seam.frame


def test_a_pan_is_clean() -> None:
    assert inspect(pan()) == Inspection(LENGTH, (), ())


def test_a_jump_is_found() -> None:
    film = [shot(3 * number + (18 if number >= AT else 0)) for number in range(LENGTH)]
    assert only(inspect(film)) == (SeamKind.JUMP, AT)


@pytest.mark.parametrize("shift", [-8, 8])
def test_a_shift_of_colour_is_found(shift: int) -> None:
    film = [shot(3 * number, shift if number >= AT else 0) for number in range(LENGTH)]
    assert only(inspect(film)) == (SeamKind.COLOUR, AT)


def test_a_held_picture_is_found_and_one_repeat_is_not() -> None:
    film = pan()
    assert only(inspect([*film[:AT], *[film[AT - 1]] * 4, *film[AT:]]))[0] is SeamKind.FREEZE
    assert inspect([*film[:AT], film[AT - 1], *film[AT:]]).seams == ()


def test_two_pictures_in_one_are_found() -> None:
    film = pan()
    other = shot(3 * AT + 9)
    mixed = Yuv(cv2.addWeighted(film[AT].y, 0.5, other.y, 0.5, 0).astype(np.uint8), other.u, other.v)
    kind, frame = only(inspect([*film[:AT], mixed, *film[AT + 1 :]]))
    assert abs(frame - AT) <= 1
    assert kind in {SeamKind.GHOST, SeamKind.JUMP}


def test_a_cut_is_a_cut_and_no_seam() -> None:
    film = [*pan()[:AT], *(shot(2 * number, picture=wide(7)) for number in range(AT))]
    assert inspect(film) == Inspection(2 * AT, (), (AT,))


def test_clips_too_short_to_judge_are_clean() -> None:
    assert inspect([]).seams == ()
    assert inspect(pan()[:2]).seams == ()


def test_ssim_is_one_for_equals_and_falls_with_noise() -> None:
    noise = np.random.default_rng(2).normal(0, 20, WIDE.shape)
    assert ssim(WIDE, WIDE) == pytest.approx(1)
    assert ssim(WIDE, np.clip(WIDE + noise, 0, 255).astype(np.uint8)) < 0.8
