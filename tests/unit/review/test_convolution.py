"""Convolution by fewer multiplications: what plain sums say, at every size of a picture."""

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from clappper.review.scorers.convolution import TILE, Array, Convolution, pooled, transforms


def drawn(*shape: int) -> Array:
    return np.random.default_rng(sum(shape)).normal(size=shape).astype(np.float32)


def plain(pictures: Array, weight: Array, bias: Array) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    side = weight.shape[-1]
    edge = (side // 2, side // 2)
    padded = np.pad(pictures.astype(np.float64), ((0, 0), edge, edge, (0, 0)))
    windows = sliding_window_view(padded, (side, side), axis=(1, 2))
    found: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = np.einsum("nhwcab,ocab->nhwo", windows, weight)
    return found + bias


@pytest.mark.parametrize("side", [3, 5])
@pytest.mark.parametrize(("height", "width"), [(8, 4), (9, 15), (1, 3)])
def test_it_is_the_plain_sum(side: int, height: int, width: int) -> None:
    pictures, weight, bias = drawn(2, height, width, 6), drawn(5, 6, side, side), drawn(5)
    found = Convolution(weight, bias)(pictures)
    assert found.dtype == np.float32
    assert found == pytest.approx(plain(pictures, weight, bias), abs=2e-4)


@pytest.mark.parametrize("side", [3, 5])
def test_a_line_goes_there_and_back(side: int) -> None:
    found = transforms(side)
    line, kernel = drawn(TILE + side - 1).astype(np.float64), drawn(side).astype(np.float64)
    product = found.back @ ((found.picture @ line) * (found.kernel @ kernel))
    assert product == pytest.approx(np.correlate(line, kernel, "valid"))


def test_pooling_takes_the_largest_of_nine() -> None:
    pictures = drawn(2, 8, 7, 3)
    windows = sliding_window_view(pictures, (3, 3), axis=(1, 2))[:, ::2, ::2]
    assert (pooled(pictures) == windows.max(axis=(4, 5))).all()
