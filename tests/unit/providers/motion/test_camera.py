from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.providers.motion.camera import Camera, Plane, eye_height, glide, move, nearest_floor, smooth

MOVES = ("static", "dolly_in", "dolly_out", "pan", "tilt", "orbit")


@given(st.floats(15, 120), st.floats(0, 300), st.floats(-500, 500), st.floats(-900, 900))
def test_the_focus_plane_shows_one_to_one_at_any_focal_length(
    focal_mm: float, raised: float, x: float, y: float
) -> None:
    camera = Camera.of(1080, 1920, focal_mm, raised)
    places, scale = camera.project(np.array([[x, y, 0.0]]))
    assert places[0] == pytest.approx((540 + x, 960 + y), abs=1e-6)
    assert scale[0] == pytest.approx(1)


def test_a_longer_lens_spreads_depth_less() -> None:
    behind = np.array([[200.0, 0.0, 800.0]])
    wide = Camera.of(1080, 1920, 24).project(behind)[1][0]
    long = Camera.of(1080, 1920, 85).project(behind)[1][0]
    assert wide < long < 1


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("focal_mm", [18.0, 85.0])
def test_every_move_is_smooth_and_keeps_the_product_in_the_middle(name: str, focal_mm: float) -> None:
    camera_at = move(name, Camera.of(1080, 1920, focal_mm, 216))
    path = np.array([camera_at(t).project(np.array([[0.0, 0.0, 0.0]]))[0][0] for t in np.linspace(0, 1, 91)])
    assert np.abs(path - (540, 960)).max() < 0.12 * 1080
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    assert np.abs(np.diff(steps)).max(initial=0) < 0.5


def test_a_hand_sways_without_jumping() -> None:
    camera_at = move("static", Camera.of(1080, 1920, 35), handheld=1.0, seed=3)
    path = np.array([camera_at(t).shift for t in np.linspace(0, 1, 91)])
    assert np.abs(path).max() > 2
    assert np.abs(np.diff(path, axis=0)).max() < 3


def test_a_homography_agrees_with_the_projection_of_its_plane() -> None:
    camera = move("orbit", Camera.of(640, 360, 35, 50))(0.8)
    plane = Plane.ground(90, 400, -100, 500).leaned(0.2)
    shown = camera.homography(plane, 64, 32) @ np.array([64, 32, 1])
    corner = np.array(plane.corner) + np.array(plane.across) + np.array(plane.down)
    assert shown[:2] / shown[2] == pytest.approx(camera.project(corner[None])[0][0])


def test_a_floor_reaches_below_the_picture() -> None:
    camera = Camera.of(1080, 1920, 35, 216)
    near = nearest_floor(camera, 300)
    place, _ = camera.project(np.array([[0.0, 300.0, near]]))
    assert place[0, 1] > 1920


@given(st.floats(-700, 700))
def test_the_eye_looks_down_on_any_floor(floor: float) -> None:
    camera = Camera.of(1080, 1920, 50, eye_height(floor, 1080))
    assert camera.eye[1] < floor
    near = nearest_floor(camera, floor)
    assert camera.eye[2] < near < 0


@given(st.floats(0, 1), st.floats(0, 1))
def test_easings_rise_from_nought_to_one(a: float, b: float) -> None:
    for ease in (smooth, glide):
        assert (ease(0), ease(1)) == (0, 1)
        assert ease(min(a, b)) <= ease(max(a, b)) + 1e-9
