from __future__ import annotations

import cv2
import numpy as np
import pytest

from clappper.providers.motion.arrays import Bytes, Floats
from clappper.providers.motion.cutout import cut_out


def test_a_product_is_lifted_off_a_plain_ground(photo: Bytes) -> None:
    found = cut_out(photo)
    assert found is not None
    assert found.alpha.shape == pytest.approx((150, 81), abs=4)
    assert (found.alpha[10:-10, 10:-10] > 0.98).all()
    assert found.standing


def test_the_old_ground_does_not_shine_through_the_edge(photo: Bytes) -> None:
    found = cut_out(photo)
    assert found is not None
    left_edge = found.rgb[60:120, :2]
    assert left_edge[..., 0].mean() > 2.5 * left_edge[..., 2].mean()


def test_its_shadow_stays_behind_as_transparent_black(photo: Bytes) -> None:
    shadowed = photo.astype(np.float32)
    shade: Floats = np.zeros((240, 240), np.float32)
    cv2.ellipse(shade, (130, 203), (90, 14), 0, 0, 360, (0.5,), -1)
    shade = cv2.GaussianBlur(shade, (0, 0), 7)
    box = np.s_[50:200, 80:161]
    shade[box] = 0
    shadowed[..., :3] *= (1 - shade)[..., None]
    found = cut_out(shadowed.astype(np.uint8))
    assert found is not None
    solid = (found.alpha > 0.8).sum()
    assert solid == pytest.approx(150 * 81, rel=0.06)


def test_a_busy_ground_is_left_alone(photo: Bytes) -> None:
    busy = photo.copy()
    busy[..., :3] = np.random.default_rng(3).integers(0, 255, busy[..., :3].shape)
    assert cut_out(busy) is None


def test_an_empty_picture_has_no_product() -> None:
    assert cut_out(np.full((120, 120, 4), 200, np.uint8)) is None
    assert cut_out(np.zeros((120, 120, 4), np.uint8)) is None


def test_alpha_is_taken_as_it_is_but_for_a_drop_shadow() -> None:
    rgba = np.zeros((200, 100, 4), np.uint8)
    rgba[20:140, 30:70] = (40, 120, 200, 255)
    rgba[170:180, 20:80] = (0, 0, 0, 90)
    found = cut_out(rgba)
    assert found is not None
    assert found.alpha.shape == (120, 40)


def test_what_would_topple_does_not_stand() -> None:
    rgba = np.zeros((200, 200, 4), np.uint8)
    for row in range(180):
        rgba[10 + row, row : row + 20] = (200, 180, 90, 255)
    found = cut_out(rgba)
    assert found is not None
    assert not found.standing
