"""The end card leaves the words the room that titles expect."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from clappper.providers.contract import GenRequest
from clappper.providers.motion.endcard import product_box
from clappper.providers.motion.film import frames
from clappper.providers.motion.shot import read_shot

Ask = Callable[..., GenRequest]
LIGHT, DARK = ["#1144AA", "#EEEEEE"], ["#D4AF37", "#111111"]


@pytest.mark.parametrize("brand", [LIGHT, DARK])
def test_words_stand_on_one_even_tone_below_the_product(ask: Ask, brand: list[str]) -> None:
    last = list(frames(read_shot(ask(scene_type="endcard", brand_colors=brand, seconds=1))))[-1]
    words = last.y[int(0.5 * 112) : int(0.65 * 112)].astype(float)
    assert words.mean() < 80
    assert words.std() < 12


def test_the_product_keeps_to_its_box_in_every_core(ask: Ask) -> None:
    shot = read_shot(ask(scene_type="endcard", brand_colors=LIGHT, seconds=1))
    last = list(frames(shot))[-1]
    red = cv2.resize(last.v, (64, 112)) > 170
    rows, columns = np.flatnonzero(red.any(axis=1)), np.flatnonzero(red.any(axis=0))
    assert red.sum() > 40
    assert rows[0] >= 0.18 * 112
    assert rows[-1] <= 0.45 * 112
    assert columns.mean() == pytest.approx(32, abs=4)


@pytest.mark.parametrize(
    ("core", "top"), [((1.0, 1.0), 0.19), ((1.0, 0.5714), 0.05), ((1.0, 0.7142), 0.06), ((1.0, 0.3214), 0.05)]
)
def test_the_box_follows_the_core_s_shape(ask: Ask, core: tuple[float, float], top: float) -> None:
    assert product_box(read_shot(ask(scene_type="endcard", core=list(core)))).top == top
