"""Smooth surfaces as grids of quads, with normals and texture coordinates: what studio products are made of.

All lengths are centimetres, Y is up.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Surface = Callable[[Floats, Floats], Floats]
"""Points (…, 3) of two parameters of one shape."""

AROUND = 128
ARC_STEPS = 6
STEP = 1e-4


@dataclass(frozen=True, slots=True)
class Mesh:
    """``points``, ``normals`` (n, 3), ``uvs`` (n, 2), ``quads`` (m, 4), anticlockwise from outside."""

    points: Floats
    normals: Floats
    uvs: Floats
    quads: Ints

    def moved(self, matrix: Floats) -> Mesh:
        """Transform by a rigid 4x4 matrix of row vectors."""
        turn = matrix[:3, :3]
        return Mesh(self.points @ turn + matrix[3, :3], self.normals @ turn, self.uvs, self.quads)

    def flipped(self) -> Mesh:
        """Turn the inside out."""
        return Mesh(self.points, -self.normals, self.uvs, self.quads[:, [1, 0, 3, 2]])


def joined(meshes: Sequence[Mesh]) -> Mesh:
    """Make one mesh of several."""
    starts = np.cumsum([0, *(len(mesh.points) for mesh in meshes)])
    return Mesh(
        np.concatenate([mesh.points for mesh in meshes]),
        np.concatenate([mesh.normals for mesh in meshes]),
        np.concatenate([mesh.uvs for mesh in meshes]),
        np.concatenate([mesh.quads + start for mesh, start in zip(meshes, starts, strict=False)]).astype(
            np.int32
        ),
    )


def turned(
    x_deg: float = 0.0, y_deg: float = 0.0, z_deg: float = 0.0, by: tuple[float, float, float] = (0, 0, 0)
) -> Floats:
    """Give the matrix that turns about X, then Y, then Z, and moves ``by``; for row vectors."""
    matrix = np.eye(4)
    for axis, degrees in ((0, x_deg), (1, y_deg), (2, z_deg)):
        i, j = [(1, 2), (2, 0), (0, 1)][axis]
        turn = np.eye(4)
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        turn[i, i] = turn[j, j] = cos
        turn[i, j], turn[j, i] = sin, -sin
        matrix = matrix @ turn
    matrix[3, :3] = by
    return matrix


def profile(corners: Sequence[tuple[float, float, float]]) -> tuple[Floats, Floats]:
    """Round a polyline of (radius, height, fillet): its points (n, 2) and outward normals (n, 2).

    A corner without fillet is sharp: it has two points at one place, one for each side.
    """
    places = np.array([corner[:2] for corner in corners], float)
    points: list[Floats] = []
    directions: list[Floats] = []
    for index, (_, _, fillet) in enumerate(corners):
        before = _direction(places, index - 1) if index else None
        after = _direction(places, index) if index < len(corners) - 1 else None
        for point, along in _corner(places[index], before, after, fillet):
            points.append(point)
            directions.append(along)
    along = np.array(directions)
    return np.array(points), np.stack([along[:, 1], -along[:, 0]], axis=1)


def _direction(places: Floats, index: int) -> Floats:
    step: Floats = places[index + 1] - places[index]
    unit: Floats = step / np.linalg.norm(step)
    return unit


def _corner(
    place: Floats, before: Floats | None, after: Floats | None, fillet: float
) -> list[tuple[Floats, Floats]]:
    if before is None or after is None:
        along = after if before is None else before
        assert along is not None
        return [(place, along)]
    bend = math.acos(float(np.clip(before @ after, -1, 1)))
    if fillet <= 0 or bend < 1e-3:
        return [(place, before), (place, after)]
    cut = fillet * math.tan(bend / 2)
    start = place - before * cut
    side = math.copysign(1.0, float(before[0] * after[1] - before[1] * after[0]))
    centre = start + fillet * side * np.array([-before[1], before[0]])
    steps = []
    for t in np.linspace(0, 1, ARC_STEPS + 1):
        angle = side * bend * t
        cos, sin = math.cos(angle), math.sin(angle)
        along = np.array([before[0] * cos - before[1] * sin, before[0] * sin + before[1] * cos])
        steps.append((centre + fillet * side * np.array([along[1], -along[0]]), along))
    return steps


def lathe(corners: Sequence[tuple[float, float, float]], around: int = AROUND) -> Mesh:
    """Turn a profile, listed upwards along the outside, about the Y axis; u runs around from behind."""
    points, normals = profile(corners)
    angle = np.linspace(-math.pi, math.pi, around + 1)
    sin, cos = np.sin(angle), np.cos(angle)
    rows = len(points)
    ring = np.stack([np.outer(points[:, 0], sin), np.repeat(points[:, 1:], around + 1, 1),
                     np.outer(points[:, 0], cos)], axis=-1)  # fmt: skip
    out = np.stack([np.outer(normals[:, 0], sin), np.repeat(normals[:, 1:], around + 1, 1),
                    np.outer(normals[:, 0], cos)], axis=-1)  # fmt: skip
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    u, v = np.meshgrid(np.linspace(0, 1, around + 1), lengths / lengths[-1])
    is_wide = np.diff(lengths) > 1e-9
    return Mesh(
        ring.reshape(-1, 3),
        out.reshape(-1, 3),
        np.stack([u, v], -1).reshape(-1, 2),
        _quads(rows, around + 1)[np.repeat(is_wide, around)],
    )


def _quads(rows: int, columns: int) -> Ints:
    index = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns)
    return np.stack([index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]], -1).reshape(-1, 4)


def patch(surface: Surface, u: Floats, v: Floats, lift: float = 0.0) -> Mesh:
    """Sample a surface on a grid, ``lift`` above it; u to the right and v upwards seen from outside."""
    across, along = np.meshgrid(u, v)
    points = surface(across, along)
    du = surface(across + STEP, along) - surface(across - STEP, along)
    dv = surface(across, along + STEP) - surface(across, along - STEP)
    normals = np.cross(du, dv)
    normals /= np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-12)
    s, t = np.meshgrid(_spread(u), _spread(v))
    return Mesh(
        (points + lift * normals).reshape(-1, 3),
        normals.reshape(-1, 3),
        np.stack([s, t], -1).reshape(-1, 2),
        _quads(len(v), len(u)),
    )


def _spread(values: Floats) -> Floats:
    spread: Floats = (values - values[0]) / (values[-1] - values[0])
    return spread


def wrap(
    radius: float | Callable[[Floats], Floats],
    low: float,
    high: float,
    half_angle_deg: float,
    lift: float = 0.012,
) -> Mesh:
    """Lay a label on an upright cylinder, or on what has ``radius`` by height, in front."""

    def surface(u: Floats, v: Floats) -> Floats:
        r = radius(v) if callable(radius) else radius
        return np.stack([r * np.sin(u), v, r * np.cos(u)], -1)

    half = math.radians(half_angle_deg)
    rows = 33 if callable(radius) else 9
    return patch(surface, np.linspace(-half, half, 65), np.linspace(low, high, rows), lift)


def panel(width: float, height: float, centre: tuple[float, float, float], corner: float = 0.0) -> Mesh:
    """Lay a flat rectangle that faces +Z, its corners rounded by ``corner``."""
    if corner <= 0:

        def surface(u: Floats, v: Floats) -> Floats:
            flat: Floats = np.stack([u, v, np.zeros_like(u)], -1) + np.asarray(centre, float)
            return flat

        return patch(surface, np.array([-width / 2, width / 2]), np.array([-height / 2, height / 2]))
    x, y = _rounded(width, height, corner)
    points = np.concatenate([np.zeros((1, 3)), np.stack([x, y, np.zeros_like(x)], -1)]) + np.asarray(centre)
    count = len(x)
    ring = np.arange(count)
    fan = np.stack([np.zeros_like(ring), 1 + ring, 1 + (ring + 1) % count, 1 + (ring + 1) % count], -1)
    uvs = np.concatenate([[[0.5, 0.5]], np.stack([x / width + 0.5, y / height + 0.5], -1)])
    return Mesh(points, np.tile([0.0, 0.0, 1.0], (count + 1, 1)), uvs, fan.astype(np.int32))


def _rounded(width: float, height: float, corner: float, steps: int = 8) -> tuple[Floats, Floats]:
    """Outline a rectangle with round corners, anticlockwise."""
    turn = np.concatenate([np.linspace(q, q + 1, steps + 1) for q in range(4)]) * (math.pi / 2)
    signs = np.repeat([[1, 1], [-1, 1], [-1, -1], [1, -1]], steps + 1, axis=0)
    x = signs[:, 0] * (width / 2 - corner) + corner * np.cos(turn)
    y = signs[:, 1] * (height / 2 - corner) + corner * np.sin(turn)
    return x, y


def slab(width: float, height: float, depth: float, corner: float, edge: float) -> Mesh:
    """Make a plate about the origin with ``corner`` seen from the front and edges rounded by ``edge``."""
    turn = np.linspace(-math.pi / 2, math.pi / 2, 2 * ARC_STEPS + 1)
    half = depth / 2 - edge
    rims = [
        (corner - edge + edge * math.cos(a), math.copysign(half, a) + edge * math.sin(a), a) for a in turn
    ]
    rows = []
    out = []
    for reach, z, a in rims:
        inset = corner - reach
        x, y = _rounded(width - 2 * inset, height - 2 * inset, max(reach, 1e-4))
        nx, ny = _rounded(2.0, 2.0, 1.0)
        rows.append(np.stack([x, y, np.full_like(x, z)], -1))
        out.append(np.stack([nx * math.cos(a), ny * math.cos(a), np.full_like(x, math.sin(a))], -1))
    shape = (len(rows), len(rows[0]) + 1, 3)
    points = np.concatenate([np.array(rows), np.array(rows)[:, :1]], axis=1)
    normals = np.concatenate([np.array(out), np.array(out)[:, :1]], axis=1)
    u, v = np.meshgrid(np.linspace(0, 1, shape[1]), np.linspace(0, 1, shape[0]))
    side = Mesh(points.reshape(-1, 3), normals.reshape(-1, 3), np.stack([u, v], -1).reshape(-1, 2),
                _quads(shape[0], shape[1]))  # fmt: skip
    inner = 2 * edge
    front = panel(width - inner, height - inner, (0, 0, depth / 2), max(corner - edge, 1e-4))
    return joined([side, front, front.moved(turned(y_deg=180))])


def tube(path: Floats, radius: float, around: int = 24) -> Mesh:
    """Sweep a circle along points (n, 3) that lie in one plane of constant x or z."""
    along = np.gradient(path, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    flat = np.array([0.0, 0.0, 1.0]) if np.ptp(path[:, 2]) < 1e-9 else np.array([1.0, 0.0, 0.0])
    across = np.cross(along, flat)
    angle = np.linspace(0, 2 * math.pi, around + 1)
    out = across[:, None] * np.cos(angle)[None, :, None] + flat * np.sin(angle)[None, :, None]
    points = path[:, None] + radius * out
    u, v = np.meshgrid(np.linspace(0, 1, around + 1), np.linspace(0, 1, len(path)))
    return Mesh(points.reshape(-1, 3), out.reshape(-1, 3), np.stack([u, v], -1).reshape(-1, 2),
                _quads(len(path), around + 1)[:, ::-1])  # fmt: skip
