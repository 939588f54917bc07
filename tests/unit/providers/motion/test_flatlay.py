"""What cannot stand is laid down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from clappper.providers.contract import GenRequest, InputFile, Role
from clappper.providers.motion.film import direct, frames
from clappper.providers.motion.flatlay import FlatLay
from clappper.providers.motion.shot import read_shot

Ask = Callable[..., GenRequest]


@pytest.fixture
def strap(tmp_path: Path) -> InputFile:
    """A thin band photographed from above, lying aslant."""
    bgr = np.full((200, 200, 3), 215, np.uint8)
    cv2.line(bgr, (50, 40), (150, 160), (30, 90, 170), 18, cv2.LINE_AA)
    cv2.imwrite(str(tmp_path / "strap.png"), bgr)
    return InputFile(Role.PRODUCT, str(tmp_path / "strap.png"), "")


@pytest.mark.parametrize("scene", ["packshot", "lifestyle"])
@pytest.mark.parametrize("brand", [["#1144AA", "#EEEEEE"], ["#D4AF37", "#111111"]])
def test_a_product_without_a_foot_lies_on_a_surface(
    ask: Ask, strap: InputFile, scene: str, brand: list[str]
) -> None:
    request = replace(ask(scene_type=scene, brand_colors=brand, move="dolly_in"), files=(strap,))
    shot = read_shot(request)
    assert shot.cutout is not None
    assert not shot.cutout.standing
    assert getattr(direct(shot), "__func__", None) is FlatLay.paint
    first, again = (list(frames(read_shot(request))) for _ in range(2))
    assert all((a.y == b.y).all() for a, b in zip(first, again, strict=True))
    assert (first[0].y != first[-1].y).any()


def test_a_product_with_a_foot_stands(ask: Ask) -> None:
    shot = read_shot(ask(scene_type="packshot"))
    assert shot.cutout is not None
    assert shot.cutout.standing


def test_its_shadow_lies_to_the_lower_right(ask: Ask, strap: InputFile) -> None:
    light = ask(scene_type="packshot", brand_colors=["#1144AA", "#EEEEEE"], move="static")
    frame = next(frames(read_shot(replace(light, width=160, height=280, files=(strap,)))))
    red = cv2.resize(frame.v, (160, 280)) > 142
    below = np.roll(red, (7, -2), (0, 1)) & ~red
    above = np.roll(red, (-7, 2), (0, 1)) & ~red
    assert frame.y[below].mean() < frame.y[above].mean() - 3
