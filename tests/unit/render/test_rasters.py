"""Pixels from outlines: straight alpha without fringes, and gradients without edges."""

import numpy as np
import pytest

from clappper.render.rasters import eased, gradient, rasterise, reduced, rounded, shadow, tinted


def test_outlines_become_straight_alpha_at_their_place() -> None:
    picture = rasterise('<rect x="10" y="10" width="4" height="4" fill="#FF8000"/>', 8, 9, 8, 6)
    assert picture.shape == (6, 8, 4)
    assert tuple(picture[1, 2]) == (255, 128, 0, 255)
    assert picture[0, 0, 3] == 0
    half = rasterise('<rect width="40" height="40" fill="#FF8000" fill-opacity="0.5"/>', 0, 0, 40, 40)
    assert tuple(half[20, 20]) == pytest.approx((255, 128, 0, 128), abs=1)


def test_reducing_leaves_no_fringe() -> None:
    picture = np.zeros((64, 64, 4), np.uint8)
    picture[:, :33] = (250, 200, 40, 255)
    small = reduced(picture, 13, 13)
    seen = small[small[..., 3] > 0][:, :3].astype(int)
    assert np.abs(seen - (250, 200, 40)).max() <= 2


def test_a_gradient_meets_its_stops_and_is_smooth() -> None:
    values = gradient(400, [(50, 0.0), (150, 0.5), (300, 0.5), (400, 0.1)])
    assert values[:50].max() == 0.0
    assert values[150:300] == pytest.approx(np.full(150, 0.5))
    assert np.abs(np.diff(values)).max() < 0.012
    assert eased(np.array([-1.0, 0.5, 2.0])) == pytest.approx([0.0, 0.5, 1.0])


def test_a_shadow_covers_its_parts_and_fades_out() -> None:
    x, y, soft = shadow([(10, 20, tinted(np.ones((30, 60), np.float32), "#FFFFFF"))], 6.0, 0.5)
    assert x < 10
    assert y < 20
    assert soft[15 + 20 - y, 30 + 10 - x, 3] == pytest.approx(127, abs=3)
    assert soft[0].max() <= 2


def test_a_rounded_rectangle_has_round_corners() -> None:
    pill = rasterise(rounded(40, 20, 10, "#123456"), 0, 0, 40, 20)
    assert pill[0, 0, 3] == 0
    assert tuple(pill[10, 20]) == (0x12, 0x34, 0x56, 255)
