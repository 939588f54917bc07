from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.media.colour import codes_of_hex
from clappper.media.picture import Yuv
from clappper.render.blend import Films


def patch(
    width: int, height: int, colour: tuple[int, int, int], alpha: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.full((height, width, 4), (*colour, alpha), np.uint8)


@given(st.integers(-20, 70), st.integers(-20, 40), st.integers(1, 21), st.integers(1, 21))
def test_an_opaque_layer_covers_its_rectangle_and_nothing_else(
    x: int, y: int, width: int, height: int
) -> None:
    target = Yuv.blank(64, 36)
    Films().lay(target, patch(width, height, (255, 255, 255), 255), x, y, 1.0)
    expected = np.full((36, 64), 16, np.uint8)
    expected[max(y, 0) : max(y + height, 0), max(x, 0) : max(x + width, 0)] = 235
    np.testing.assert_array_equal(target.y, expected)


def test_colours_arrive_as_their_codes() -> None:
    target = Yuv.blank(8, 8)
    Films().lay(target, patch(8, 8, (255, 0, 0), 255), 0, 0, 1.0)
    assert (target.y[0, 0], target.u[0, 0], target.v[0, 0]) == codes_of_hex("#FF0000")


@pytest.mark.parametrize(("alpha", "opacity"), [(128, 1.0), (255, 0.5), (200, 0.64)])
def test_transparency_and_opacity_multiply(alpha: int, opacity: float) -> None:
    target = Yuv.blank(8, 8, luma=100)
    Films().lay(target, patch(8, 8, (255, 255, 255), alpha), 0, 0, opacity)
    assert target.y[0, 0] == pytest.approx(100 + 135 * alpha / 255 * opacity, abs=1.5)


def test_what_is_transparent_changes_nothing_and_does_not_bleed() -> None:
    target = Yuv.blank(8, 8, luma=77)
    rgba = patch(8, 8, (0, 255, 0), 0)
    rgba[:, 4:] = (255, 255, 255, 255)
    Films().lay(target, rgba, 0, 0, 1.0)
    assert set(np.unique(target.y[:, :4])) == {77}
    assert set(np.unique(target.u)) == {128}


def test_a_film_is_made_once_for_the_same_array_and_parity() -> None:
    films, rgba = Films(), patch(6, 6, (1, 2, 3), 255)
    assert films.film(rgba, 0, 0) is films.film(rgba, 4, 2)
    assert films.film(rgba, 0, 0) is not films.film(rgba, 1, 0)
    assert films.film(rgba, 0, 0) is not films.film(rgba.copy(), 0, 0)
