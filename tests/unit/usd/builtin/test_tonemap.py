import numpy as np
import pytest

from clappper.usd.builtin.tonemap import auto_exposure, develop, encode_srgb, pbr_neutral
from clappper.usd.lighting import Levels


def test_neutral_keeps_colours_below_the_shoulder() -> None:
    colour = np.array([[[0.6, 0.3, 0.1]]], np.float32)
    assert np.allclose(pbr_neutral(colour), colour - 0.04, atol=1e-6)


def test_highlights_stay_below_white_and_in_order() -> None:
    grey = np.linspace(0, 50, 200, dtype=np.float32)[:, None].repeat(3, axis=1)
    mapped = pbr_neutral(grey)[:, 0]
    assert mapped.max() < 1
    assert (np.diff(mapped) > 0).all()


def test_srgb_of_middle_grey() -> None:
    assert float(encode_srgb(np.array([0.2140], np.float32))[0]) == pytest.approx(0.5, abs=1e-3)


def test_developing_is_the_same_every_time_and_spans_the_range() -> None:
    picture = np.random.default_rng(1).random((20, 30, 3), np.float32) * 4
    assert np.array_equal(develop(picture, 0.3), develop(picture, 0.3))
    assert develop(np.zeros((4, 4, 3), np.float32), 0).max() == 0


LEVELS = Levels(0.4, (0.6, 0.8))


def test_exposure_brings_a_dark_product_up() -> None:
    picture = np.full((10, 10, 3), 0.02, np.float32)
    ev = auto_exposure(picture, np.ones((10, 10), np.float32), np.zeros((10, 10), np.float32), LEVELS)
    assert develop(picture, ev).mean() / 255 == pytest.approx(0.4, abs=0.02)


@pytest.mark.parametrize(("product", "backdrop"), [(0.01, 0.8), (0.9, 0.8)])
def test_a_backdrop_stays_within_its_band(product: float, backdrop: float) -> None:
    picture = np.full((10, 10, 3), product, np.float32)
    picture[:, 5:] = backdrop
    left = np.zeros((10, 10), np.float32)
    left[:, :5] = 1
    shown = develop(picture, auto_exposure(picture, left, 1 - left, LEVELS))[:, 5:].mean() / 255
    assert 0.58 < shown < 0.82
