"""A pinhole camera with a shift lens.

World lengths are output pixels at the focus plane z = 0: x right, y down, z away. The eye starts at
(0, 0, -focal), so a card at z = 0 shows one to one whatever the focal length, and the focal length only
decides how strongly nearer and farther things spread: perspective, not framing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from clappper.providers.motion.arrays import Matrix

SENSOR_MM = 36.0


def smooth(t: float) -> float:
    """Ease from 0 to 1 with no jerk at either end (Perlin's quintic)."""
    t = min(max(t, 0.0), 1.0)
    return t * t * t * (t * (t * 6 - 15) + 10)


def glide(t: float) -> float:
    """Ease a camera move: it is already under way at the first frame and still moves at the last."""
    return 0.6 * t + 0.4 * smooth(t)


def ease_out(t: float, power: float = 4.0) -> float:
    """Arrive fast and settle."""
    return 1.0 - float((1.0 - min(max(t, 0.0), 1.0)) ** power)


@dataclass(frozen=True, slots=True)
class Plane:
    """A rectangle in the world: the corner of its picture, and the vectors along its rows and columns."""

    corner: tuple[float, float, float]
    across: tuple[float, float, float]
    down: tuple[float, float, float]

    @classmethod
    def upright(cls, x: float, y: float, width: float, height: float, z: float = 0.0) -> Plane:
        """Stand a card facing the camera, its middle at (x, y)."""
        return cls((x - width / 2, y - height / 2, z), (width, 0.0, 0.0), (0.0, height, 0.0))

    @classmethod
    def ground(cls, y: float, width: float, near: float, far: float) -> Plane:
        """Lay a floor at height ``y``; the picture's last row is nearest."""
        return cls((-width / 2, y, far), (width, 0.0, 0.0), (0.0, 0.0, near - far))

    def leaned(self, yaw: float, roll: float = 0.0) -> Plane:
        """Turn the card about its own middle: ``yaw`` about the vertical, ``roll`` in its plane; radians."""
        corner, across, down = (np.array(vector) for vector in (self.corner, self.across, self.down))
        middle = corner + across / 2 + down / 2
        cos, sin = np.cos(yaw), np.sin(yaw)
        turn = np.array([[cos, 0, -sin], [0, 1, 0], [sin, 0, cos]])
        cos, sin = np.cos(roll), np.sin(roll)
        turn = turn @ np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
        across, down = turn @ across, turn @ down
        corner = middle - across / 2 - down / 2
        return Plane(_three(corner), _three(across), _three(down))


def _three(vector: Matrix) -> tuple[float, float, float]:
    return float(vector[0]), float(vector[1]), float(vector[2])


@dataclass(frozen=True, slots=True)
class Camera:
    """Where the eye is and how it looks; ``shift`` moves the picture on the sensor, in pixels."""

    width: int
    height: int
    focal: float
    eye: tuple[float, float, float]
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)

    @classmethod
    def of(cls, width: int, height: int, focal_mm: float, raised: float = 0.0) -> Camera:
        """Frame the focus plane one to one from ``raised`` pixels above its middle."""
        focal = focal_mm / SENSOR_MM * max(width, height)
        return cls(width, height, focal, (0.0, -raised, -focal), shift=(0.0, -raised))

    def matrix(self) -> Matrix:
        """Give the 3x4 projection from world to pixels."""
        lens = np.array(
            [
                [self.focal, 0, self.width / 2 + self.shift[0]],
                [0, self.focal, self.height / 2 + self.shift[1]],
                [0, 0, 1],
            ]
        )
        turn = _about_z(self.roll) @ _about_x(self.pitch) @ _about_y(self.yaw)
        eye = np.array(self.eye)
        projection: Matrix = lens @ np.column_stack([turn, -turn @ eye])
        return projection

    def homography(self, plane: Plane, columns: int, rows: int) -> Matrix:
        """Map the plane's picture, ``columns`` x ``rows`` pixels, to output pixels."""
        corner = np.append(np.array(plane.corner), 1.0)
        across = np.append(np.array(plane.across) / columns, 0.0)
        down = np.append(np.array(plane.down) / rows, 0.0)
        shown: Matrix = self.matrix() @ np.column_stack([across, down, corner])
        return shown

    def project(self, points: Matrix) -> tuple[Matrix, Matrix]:
        """Give pixels (n, 2) and the magnification (n,) of world points (n, 3)."""
        seen = np.column_stack([points, np.ones(len(points))]) @ self.matrix().T
        depth = np.maximum(seen[:, 2:], 1.0)
        return seen[:, :2] / depth, self.focal / depth[:, 0]


def _about_x(angle: float) -> Matrix:
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[1, 0, 0], [0, cos, -sin], [0, sin, cos]])


def _about_y(angle: float) -> Matrix:
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[cos, 0, -sin], [0, 1, 0], [sin, 0, cos]])


def _about_z(angle: float) -> Matrix:
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])


def eye_height(floor: float, unit: float) -> float:
    """Choose how far the eye is raised, so that it looks down on a floor at height ``floor``, pixels."""
    return max(0.2 * unit, 0.34 * unit - floor)


def nearest_floor(camera: Camera, floor: float) -> float:
    """Give the depth at which a floor at height ``floor`` leaves the picture below, a little beyond."""
    below = camera.height / 2 - camera.shift[1]
    distance = camera.focal * (floor - camera.eye[1]) / max(below, 1.0)
    return camera.eye[2] + max(0.75 * distance, 0.04 * camera.focal)


Move = Callable[[float], Camera]


def _dolly(start: Camera, first: float, last: float) -> Move:
    def at(t: float) -> Camera:
        nearness = first * (last / first) ** glide(t)
        return replace(start, eye=(start.eye[0], start.eye[1], -start.focal / nearness))

    return at


def _pan(start: Camera, reach: float) -> Move:
    def at(t: float) -> Camera:
        aside = reach * (2 * glide(t) - 1)
        return replace(
            start,
            eye=(aside, start.eye[1], start.eye[2] * 0.97),
            shift=(aside * 0.86, start.shift[1]),
        )

    return at


def _tilt(start: Camera, reach: float) -> Move:
    def at(t: float) -> Camera:
        lift = reach * (1 - 2 * glide(t))
        angle = 0.35 * lift / start.focal
        return replace(
            start,
            eye=(0.0, start.eye[1] - lift, start.eye[2] * 0.98),
            shift=(0.0, start.shift[1] - lift * 0.9 + angle * start.focal * 0.3),
            pitch=angle,
        )

    return at


def _orbit(start: Camera, reach: float) -> Move:
    def at(t: float) -> Camera:
        angle = reach * (2 * glide(t) - 1)
        radius = start.focal * (1.04 - 0.06 * t)
        eye = (-radius * np.sin(angle), start.eye[1], -radius * np.cos(angle))
        return replace(start, eye=(float(eye[0]), eye[1], float(eye[2])), yaw=angle)

    return at


def move(name: str, start: Camera, *, strength: float = 1.0, handheld: float = 0.0, seed: int = 0) -> Move:
    """Choose a camera move by the brief's word; the product stays within the frame's middle throughout."""
    reach = 0.16 * min(start.width, start.height) * strength
    moves: dict[str, Move] = {
        "dolly_in": _dolly(start, 1 - 0.12 * strength, 1 + 0.1 * strength),
        "dolly_out": _dolly(start, 1 + 0.12 * strength, 1 - 0.08 * strength),
        "pan": _pan(start, reach),
        "tilt": _tilt(start, reach),
        "orbit": _orbit(start, 0.2 * strength),
    }
    chosen = moves.get(name, lambda _t: start)
    return _held_by_hand(chosen, handheld, seed) if handheld else chosen


def _held_by_hand(chosen: Move, amount: float, seed: int) -> Move:
    """Add the slow sway of a person: three unrelated periods per axis, no jitter."""
    phases = np.random.default_rng(seed).uniform(0, 2 * np.pi, (3, 3))
    pace = np.array([1.3, 2.9, 4.7])

    def at(t: float) -> Camera:
        camera = chosen(t)
        sway = (np.sin(pace * t * 2 * np.pi / 1.7 + phases) * (0.6, 0.3, 0.1)).sum(axis=1) * amount
        return replace(
            camera,
            shift=(camera.shift[0] + sway[0] * 14, camera.shift[1] + sway[1] * 11),
            roll=camera.roll + sway[2] * 0.006,
        )

    return at
