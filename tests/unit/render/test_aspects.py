"""Safe zones and crops: inside the picture, of the canvas's shape, around the subject."""

import numpy as np
import pytest
from hypothesis import strategies as st
from numpy.typing import NDArray

from clappper.media.picture import Yuv
from clappper.render.aspects import INTERFACES, SafeZone, focus_of, safe_zone
from clappper.render.canvas import ASPECTS, Canvas

FRACTION = st.floats(0.0, 1.0)
SIDE = st.integers(2, 4000)


def picture(height: int = 120, width: int = 160) -> NDArray[np.uint8]:
    rgba = np.full((height, width, 4), 90, np.uint8)
    rgba[..., 3] = 255
    return rgba


@pytest.mark.parametrize("aspect", sorted(ASPECTS))
@pytest.mark.parametrize("platform", ["instagram", "tiktok", "youtube", "web", "other"])
def test_every_zone_leaves_room_and_is_title_safe(platform: str, aspect: str) -> None:
    zone = safe_zone(platform, aspect)
    assert min(zone.left, zone.top, zone.right, zone.bottom) >= 0.05
    assert 1.0 - zone.left - zone.right > 0.6
    assert 1.0 - zone.top - zone.bottom > 0.4


def test_zones_know_the_interface_of_a_platform() -> None:
    assert safe_zone("instagram", "9:16").bottom == 0.35
    assert safe_zone("tiktok", "9:16").right > safe_zone("other", "9:16").right
    assert safe_zone("other", "9:16") == SafeZone(0.05, 0.05, 0.05, 0.05)
    assert SafeZone(0.1, 0.2, 0.1, 0.3).box(Canvas.of("9:16")) == (108, 384, 972, 1344)
    assert {aspect for _, aspect in INTERFACES} <= set(ASPECTS)


def test_the_focus_is_what_stands_out() -> None:
    rgba = picture()
    rgba[70:100, 110:140, :3] = np.random.default_rng(7).integers(0, 255, (30, 30, 3))
    x, y, reason = focus_of(rgba)
    assert x == pytest.approx(125 / 160, abs=0.06)
    assert y == pytest.approx(85 / 120, abs=0.08)
    assert "stands out" in reason
    assert focus_of(rgba) == focus_of(rgba.copy())


def test_the_focus_of_a_cut_out_is_the_cut_out() -> None:
    rgba = picture()
    rgba[..., 3] = 0
    rgba[:, :40, 3] = 255
    assert focus_of(rgba)[:2] == pytest.approx((20 / 160, 0.5), abs=0.01)


def test_an_even_picture_is_kept_centred() -> None:
    assert focus_of(Yuv.blank(64, 36))[:2] == (0.5, 0.5)
    noise = np.random.default_rng(3).integers(0, 255, (120, 160), np.uint8)
    half = np.full((60, 80), 128, np.uint8)
    assert focus_of(Yuv(noise, half, half))[:2] == pytest.approx((0.5, 0.5), abs=0.1)
