"""Polygon arithmetic for stages read back: triangles, subdivision surfaces, normals. Plain numpy, no USD."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Polygons:
    """``counts`` corners a face, ``indices`` into ``points``; ``normals`` and ``uvs`` by corner, or None."""

    points: Floats
    counts: Ints
    indices: Ints
    normals: Floats | None = None
    uvs: Floats | None = None

    @property
    def starts(self) -> Ints:
        starts: Ints = np.cumsum(self.counts) - self.counts
        return starts

    def picked(self, faces: Ints) -> Polygons:
        """Keep some faces."""
        corners = _corners_of(self.starts[faces], self.counts[faces])
        return Polygons(
            self.points,
            self.counts[faces],
            self.indices[corners],
            None if self.normals is None else self.normals[corners],
            None if self.uvs is None else self.uvs[corners],
        )

    def flipped(self) -> Polygons:
        """Turn every face over."""
        order = np.repeat(self.starts + self.counts - 1, self.counts) - (
            np.arange(len(self.indices)) - np.repeat(self.starts, self.counts)
        )
        return Polygons(
            self.points,
            self.counts,
            self.indices[order],
            None if self.normals is None else self.normals[order],
            None if self.uvs is None else self.uvs[order],
        )


def _corners_of(starts: Ints, counts: Ints) -> Ints:
    ends = np.cumsum(counts)
    corners: Ints = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - counts), counts)
    return corners


def _next(mesh: Polygons) -> Ints:
    """Give each corner's follower within its face."""
    following = np.arange(len(mesh.indices)) + 1
    following[mesh.starts + mesh.counts - 1] = mesh.starts
    return following


def subdivide(mesh: Polygons) -> Polygons:
    """Refine once by Catmull and Clark's rules, with creased boundaries; texture coordinates bilinearly.

    Source: E. Catmull, J. Clark, Recursively generated B-spline surfaces, 1978.
    """
    points, indices, following = mesh.points, mesh.indices, _next(mesh)
    face_of = np.repeat(np.arange(len(mesh.counts)), mesh.counts)
    centres = np.add.reduceat(points[indices], mesh.starts) / mesh.counts[:, None]
    pairs = np.sort(np.stack([indices, indices[following]], 1), axis=1)
    edges, edge_of, uses = np.unique(pairs, axis=0, return_inverse=True, return_counts=True)
    edge_of = edge_of.reshape(-1)
    middles = points[edges].mean(axis=1)
    inner = uses == 2
    faces_beside = _summed(edge_of, centres[face_of], len(edges))
    edge_points = np.where(inner[:, None], (2 * middles + faces_beside) / 4, middles)
    moved = _moved(mesh, centres[face_of], edges, middles, inner)
    previous = np.empty_like(following)
    previous[following] = np.arange(len(following))
    first_edge, first_face = len(points), len(points) + len(edges)
    quads = np.stack(
        [indices, first_edge + edge_of, first_face + face_of, first_edge + edge_of[previous]], axis=1
    )
    return Polygons(
        np.concatenate([moved, edge_points, centres]),
        np.full(len(quads), 4),
        quads.reshape(-1),
        None,
        None if mesh.uvs is None else _finer(mesh, mesh.uvs, following, previous, face_of),
    )


def _moved(
    mesh: Polygons, centre_at: Floats, edges: Ints, middles: Floats, inner: NDArray[np.bool_]
) -> Floats:
    """Move the old points: towards their faces and edges inside, along the border on it."""
    points, count = mesh.points, len(mesh.points)
    faces = np.bincount(mesh.indices, minlength=count)[:, None]
    around = np.bincount(edges.reshape(-1), minlength=count)[:, None]
    face_mean = _summed(mesh.indices, centre_at, count) / np.maximum(faces, 1)
    edge_mean = _summed(edges.reshape(-1), np.repeat(middles, 2, axis=0), count) / np.maximum(around, 1)
    valence = np.maximum(around, 1)
    smooth = (face_mean + 2 * edge_mean + (valence - 3) * points) / valence
    border = edges[~inner].reshape(-1)
    on_border = np.bincount(border, minlength=count)[:, None]
    along = _summed(border, np.repeat(middles[~inner], 2, axis=0), count) / np.maximum(on_border, 1)
    bordering = np.where(on_border == 2, 0.5 * points + 0.5 * along, points)
    moved: Floats = np.where(on_border > 0, bordering, np.where(around > 0, smooth, points))
    return moved


def _finer(mesh: Polygons, uvs: Floats, following: Ints, previous: Ints, face_of: Ints) -> Floats:
    centre = (np.add.reduceat(uvs, mesh.starts) / mesh.counts[:, None])[face_of]
    ahead, back = (uvs + uvs[following]) / 2, (uvs + uvs[previous]) / 2
    return np.stack([uvs, ahead, centre, back], axis=1).reshape(-1, 2)


def _summed(at: Ints, values: Floats, count: int) -> Floats:
    return np.stack([np.bincount(at, values[:, axis], count) for axis in range(values.shape[1])], axis=1)


def smooth_normals(mesh: Polygons) -> Floats:
    """Give each corner its point's normal, the mean of the faces there by their area."""
    following = _next(mesh)
    here, there = mesh.points[mesh.indices], mesh.points[mesh.indices[following]]
    face = np.add.reduceat(np.cross(here, there), mesh.starts)
    at = _summed(mesh.indices, np.repeat(face, mesh.counts, axis=0), len(mesh.points))
    normals: Floats = (at / np.maximum(np.linalg.norm(at, axis=1, keepdims=True), 1e-20))[mesh.indices]
    return normals


def triangles(mesh: Polygons) -> tuple[NDArray[np.uint32], Ints]:
    """Split faces into fans: corner numbers (m, 3), and the used corners are all of them."""
    counts = np.maximum(mesh.counts - 2, 0)
    first = np.repeat(mesh.starts, counts)
    step = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    corners = np.stack([first, first + step + 1, first + step + 2], axis=1)
    return corners.astype(np.uint32), mesh.indices
