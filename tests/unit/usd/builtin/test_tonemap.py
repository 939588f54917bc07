import numpy as np
import pytest

from clappper.usd.builtin.tonemap import auto_exposure, develop, encode_srgb, pbr_neutral


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


def test_exposure_brings_a_dark_product_up_but_keeps_the_backdrop() -> None:
    picture = np.full((10, 10, 3), 0.02, np.float32)
    product = np.ones((10, 10), np.float32)
    nothing = np.zeros((10, 10), np.float32)
    ev = auto_exposure(picture, product, nothing, 0.4)
    assert develop(picture, ev).mean() / 255 == pytest.approx(0.4, abs=0.02)
    picture[:, 5:] = 0.9
    split = np.zeros((10, 10), np.float32)
    split[:, :5] = 1
    held = auto_exposure(picture, split, 1 - split, 0.4)
    assert held < ev
