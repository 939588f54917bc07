import numpy as np
import pytest

from clappper.usd.cameras import Box, distance_to, ease, intrinsics, lens_of, look_at, poses

BOX = Box((-4, 0, -4), (4, 20, 4))


def _project(
    matrix: np.ndarray, lens: tuple[int, int, float], point: tuple[float, float, float]
) -> np.ndarray:
    width, height, focal = lens
    local = np.append(point, 1.0) @ np.linalg.inv(matrix)
    camera = np.array(intrinsics(lens_of(width, height, focal), width, height))
    x, y, depth = local[0], -local[1], -local[2]
    pixel: np.ndarray = camera @ np.array([x, y, depth]) / depth
    return pixel[:2]


def test_the_product_fills_what_it_should() -> None:
    lens = lens_of(1080, 1920, 50)
    matrix = poses("static", 1, BOX, distance_to(BOX, lens, 0.6, (1, 1)))[0].matrix
    top, foot = (_project(matrix, (1080, 1920, 50), (0, y, 4)) for y in (20, 0))
    assert (foot[1] - top[1]) / 1920 == pytest.approx(0.6, abs=0.02)
    assert (top[0], foot[0]) == pytest.approx((540, 540))


def test_a_dolly_in_ends_where_a_dolly_out_begins() -> None:
    inwards, outwards = poses("dolly_in", 5, BOX, 100), poses("dolly_out", 5, BOX, 100)
    assert inwards[0].focus == pytest.approx(132)
    assert np.allclose(inwards[-1].matrix, outwards[0].matrix)


def test_an_orbit_keeps_its_distance_and_looks_at_the_middle() -> None:
    for pose in poses("orbit", 7, BOX, 80):
        eye, back = pose.matrix[3, :3], pose.matrix[2, :3]
        assert np.linalg.norm(eye - BOX.centre) == pytest.approx(80)
        assert np.allclose(eye - 80 * back, BOX.centre)


@pytest.mark.parametrize(("move", "axis"), [("pan", 0), ("tilt", 1)])
def test_a_swing_passes_over_the_middle(move: str, axis: int) -> None:
    aims = [-pose.matrix[2, :3][axis] for pose in poses(move, 5, BOX, 80)]
    assert sorted(aims) in (aims, aims[::-1])
    assert aims[0] != aims[-1]


def test_matrices_are_rotations() -> None:
    turn = look_at(np.array([1.0, 2, 3]), np.zeros(3), 9, -4)[:3, :3]
    assert np.allclose(turn @ turn.T, np.eye(3))
    assert np.linalg.det(turn) == pytest.approx(1)


def test_easing_starts_and_stops_gently() -> None:
    assert (ease(0), ease(0.5), ease(1)) == (0, 0.5, 1)
    assert ease(0.01) < 0.001


def test_a_shift_moves_the_principal_point() -> None:
    camera = intrinsics(lens_of(1000, 1000, 50, (0.1, 0.2)), 1000, 1000)
    assert (camera[0][2], camera[1][2]) == pytest.approx((600, 300))


def test_a_wide_product_fills_the_width_that_it_may() -> None:
    lens = lens_of(1080, 1920, 50)
    wide = Box((-8, 0, 0), (8, 4, 0))
    near, far = (distance_to(wide, lens, 0.27, (1, 1), across) for across in (0.7, None))
    assert near < far
    assert 16 * lens.focal / near == pytest.approx(0.7 * lens.width)


def test_from_above_a_deep_product_needs_more_room() -> None:
    lens = lens_of(1080, 1920, 50)
    deep = Box((-2, 0, -6), (2, 8, 6))
    level, above = (distance_to(deep, lens, 0.3, (1, 1), 0.9, degrees) for degrees in (0.0, 20.0))
    assert above > 1.2 * level
