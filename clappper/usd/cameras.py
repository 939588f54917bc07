"""Where the camera stands in each frame: six moves with eased ends, framed on the product's box.

Positions are in stage units (centimetres), the matrix is camera-to-world for row vectors, and the camera
looks along its own -Z with +Y up, as in USD.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

FILM_MM = 36.0
"""The film back's longer side."""

ELEVATION_DEG = 7.0
FURTHEST = 1.32
ORBIT_DEG = 35.0
SWING_DEG = 9.0


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-aligned box in stage units."""

    low: tuple[float, float, float]
    high: tuple[float, float, float]

    @property
    def centre(self) -> Vector:
        middle: Vector = (np.asarray(self.low, float) + np.asarray(self.high, float)) / 2
        return middle

    @property
    def size(self) -> Vector:
        size: Vector = np.asarray(self.high, float) - np.asarray(self.low, float)
        return size


@dataclass(frozen=True, slots=True)
class Lens:
    """Focal length and film back in mm; offsets move the film, so the image, without tilting the camera."""

    focal: float
    width: float
    height: float
    offset: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Pose:
    """One frame's camera: a 4x4 matrix of row vectors, and the distance in focus in stage units."""

    matrix: Vector
    focus: float


def lens_of(width: int, height: int, focal: float, shift: tuple[float, float] = (0.0, 0.0)) -> Lens:
    """Give the film back for a picture of these sizes: 36 mm on the long side, 24 x 24 for squares.

    ``shift`` moves the image right and up, in shares of the picture.
    """
    long = 24.0 if width == height else FILM_MM
    film_width, film_height = long * width / max(width, height), long * height / max(width, height)
    return Lens(focal, film_width, film_height, (-shift[0] * film_width, -shift[1] * film_height))


def distance_to(
    box: Box,
    lens: Lens,
    fill: float,
    core: tuple[float, float],
    fill_width: float | None = None,
    elevation_deg: float = 0.0,
) -> float:
    """Stand so far away that the product fills ``fill`` of the core's height and ``fill_width`` of its width.

    Without the latter, a fifth more where it is wide. From above, its depth shows over its height.
    """
    up = math.radians(elevation_deg)
    across = min(1.2 * fill, 0.86) if fill_width is None else fill_width
    width, height, depth = box.size
    seen = height * math.cos(up) + depth * abs(math.sin(up))
    return float(
        max(
            seen * lens.focal / (lens.height * core[1] * fill),
            math.hypot(width, 0.35 * depth) * lens.focal / (lens.width * core[0] * across),
        )
        + depth / 2
    )


def ease(t: float) -> float:
    """Start and stop gently: 3t² - 2t³."""
    return t * t * (3 - 2 * t)


def poses(
    move: str, frames: int, box: Box, distance: float, elevation_deg: float = ELEVATION_DEG
) -> list[Pose]:
    """Place the camera for every frame of a move; ``authored`` is left to whoever wrote the camera."""
    return [_pose(move, ease(i / max(frames - 1, 1)), box, distance, elevation_deg) for i in range(frames)]


def _pose(move: str, t: float, box: Box, distance: float, elevation_deg: float) -> Pose:
    azimuth, pan, tilt, away = 0.0, 0.0, 0.0, distance
    match move:
        case "dolly_in":
            away = distance * (FURTHEST + (1 - FURTHEST) * t)
        case "dolly_out":
            away = distance * (1 + (FURTHEST - 1) * t)
        case "orbit":
            azimuth = ORBIT_DEG * (2 * t - 1)
        case "pan":
            pan = SWING_DEG * (1 - 2 * t)
        case "tilt":
            tilt = SWING_DEG * (1 - 2 * t)
        case _:
            pass
    up, around = math.radians(elevation_deg), math.radians(azimuth)
    towards = np.array([math.sin(around) * math.cos(up), math.sin(up), math.cos(around) * math.cos(up)])
    eye = box.centre + away * towards
    return Pose(look_at(eye, box.centre, pan, tilt), away)


def look_at(eye: Vector, target: Vector, pan_deg: float = 0.0, tilt_deg: float = 0.0) -> Vector:
    """Build the camera-to-world matrix, turned by ``pan_deg`` to the left and ``tilt_deg`` up afterwards."""
    back = (eye - target) / np.linalg.norm(eye - target)
    right = np.cross([0.0, 1.0, 0.0], back)
    right /= np.linalg.norm(right)
    basis = np.array([right, np.cross(back, right), back])
    pan, tilt = math.radians(pan_deg), math.radians(tilt_deg)
    yaw = np.array([[math.cos(pan), 0, -math.sin(pan)], [0, 1, 0], [math.sin(pan), 0, math.cos(pan)]])
    pitch = np.array([[1, 0, 0], [0, math.cos(tilt), math.sin(tilt)], [0, -math.sin(tilt), math.cos(tilt)]])
    matrix = np.eye(4)
    matrix[:3, :3] = pitch @ yaw @ basis
    matrix[3, :3] = eye
    return matrix


def intrinsics(lens: Lens, width: int, height: int) -> list[list[float]]:
    """Give K in pixels: focal lengths and the principal point, y downwards."""
    fx, fy = width * lens.focal / lens.width, height * lens.focal / lens.height
    cx = width * (0.5 - lens.offset[0] / lens.width)
    cy = height * (0.5 + lens.offset[1] / lens.height)
    return [[fx, 0.0, cx], [0.0, fy, cy], [0.0, 0.0, 1.0]]


def is_still(matrices: Sequence[Vector]) -> bool:
    """Tell whether no frame differs from the first."""
    return all(np.array_equal(matrix, matrices[0]) for matrix in matrices)
