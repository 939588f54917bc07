from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.media.colour import (
    ColourTransform,
    GradeValues,
    codes_of,
    codes_of_hex,
    rgb_of,
)
from clappper.media.cube import CubeLut
from clappper.media.picture import Yuv


def grid(size: int = 9) -> np.ndarray[tuple[int, int, int, int], np.dtype[np.float32]]:
    """Make the identity cube, shape (blue, green, red, 3)."""
    steps = np.linspace(0, 1, size, dtype=np.float32)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    return np.stack([red, green, blue], axis=-1)


def smooth_picture(width: int = 96, height: int = 80) -> Yuv:
    """Make a picture of gentle, mostly legal colours, no size a multiple of the band."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    luma = 60 + 120 * (x / width) + 8 * np.sin(y / 5)
    u = 128 + 30 * np.sin(x[::2, ::2] / 17)
    v = 128 + 30 * np.cos(y[::2, ::2] / 23)
    return Yuv(luma.astype(np.uint8), u.astype(np.uint8), v.astype(np.uint8))


def in_rgb(picture: Yuv) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    u, v = (plane.repeat(2, 0).repeat(2, 1).astype(np.float32) for plane in (picture.u, picture.v))
    return np.clip(rgb_of(picture.y.astype(np.float32), u, v), 0, 1)


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_colour_codes_come_back(rgb: tuple[int, int, int]) -> None:
    exact = np.array(rgb, np.float32) / np.float32(255)
    y, u, v = codes_of(exact).astype(np.float32)
    assert np.abs(rgb_of(y, u, v) - exact).max() * 255 < 2.5


def test_known_colours_have_their_standard_codes() -> None:
    assert codes_of_hex("#000000") == (16, 128, 128)
    assert codes_of_hex("#FFFFFF") == (235, 128, 128)
    assert codes_of_hex("#FF0000") == (63, 102, 240)


@pytest.mark.parametrize(
    "transform",
    [
        ColourTransform(),
        ColourTransform(lut=CubeLut(cube=grid())),
        ColourTransform(lut=CubeLut(cube=grid() ** 2), strength=0.0),
    ],
)
def test_what_changes_nothing_returns_the_same_picture(transform: ColourTransform) -> None:
    picture = smooth_picture()
    assert transform.is_identity
    assert transform.apply(picture) is picture


def test_a_baked_lut_is_within_a_code_of_exact_interpolation() -> None:
    cube = grid()
    film = np.stack([cube[..., 0] ** 1.2, cube[..., 1] ** 0.9, 0.1 + 0.8 * cube[..., 2]], axis=-1)
    lut, picture = CubeLut(cube=film.astype(np.float32)), smooth_picture()
    exact = lut.apply(in_rgb(picture))
    error = np.abs(in_rgb(ColourTransform(lut=lut).apply(picture)) - exact) * 255
    assert error.mean() < 1.2
    assert error.max() < 6


def test_half_strength_is_half_way() -> None:
    dark, picture = CubeLut(cube=grid() * np.float32(0.5)), smooth_picture()
    full, half = (ColourTransform(lut=dark, strength=strength).apply(picture) for strength in (1.0, 0.5))
    middle = (picture.y.astype(int) + full.y) / 2
    assert np.abs(half.y - middle).max() <= 2


def test_grey_stays_grey() -> None:
    picture = Yuv.blank(64, 64, luma=100)
    graded = ColourTransform(GradeValues(exposure=0.5, contrast=0.2, saturation=-0.5)).apply(picture)
    assert set(np.unique(graded.u)) | set(np.unique(graded.v)) == {128}


@pytest.mark.parametrize(
    ("grade", "brighter", "redder"),
    [(GradeValues(exposure=1), 1, 0), (GradeValues(exposure=-1), -1, 0), (GradeValues(temperature=1), 0, 1)],
)
def test_a_grade_moves_the_way_it_says(grade: GradeValues, brighter: int, redder: int) -> None:
    picture = Yuv.blank(16, 16, luma=110)
    graded = ColourTransform(grade).apply(picture)
    assert np.sign(int(graded.y[0, 0]) - 110) * (abs(int(graded.y[0, 0]) - 110) > 2) == brighter
    assert np.sign(int(graded.v[0, 0]) - 128) == redder


def test_exposure_is_counted_in_stops_of_light() -> None:
    rgb = np.full((1, 3), 0.4, np.float32)
    brighter = GradeValues(exposure=1).apply(rgb)
    assert (brighter / rgb) ** 2.4 == pytest.approx(2, rel=1e-3)


def test_saturation_at_its_lowest_is_black_and_white() -> None:
    graded = ColourTransform(GradeValues(saturation=-1)).apply(smooth_picture())
    assert np.abs(graded.u.astype(int) - 128).max() <= 1
