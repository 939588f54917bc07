import numpy as np
import pytest

from clappper.usd.meshes import Polygons, smooth_normals, subdivide, triangles

CUBE = Polygons(
    np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float),
    np.full(6, 4),
    np.array([0, 1, 3, 2, 4, 6, 7, 5, 0, 4, 5, 1, 2, 3, 7, 6, 0, 2, 6, 4, 1, 5, 7, 3]),
)


def test_a_cube_becomes_round() -> None:
    finer = subdivide(subdivide(CUBE))
    assert len(finer.counts) == 96
    radii = np.linalg.norm(finer.points[np.unique(finer.indices)], axis=1)
    assert radii.max() / radii.min() < 1.25


def test_subdivision_keeps_a_flat_sheet_and_its_border() -> None:
    sheet = Polygons(
        np.array([[0, 0, 0], [2, 0, 0], [2, 2, 0], [0, 2, 0]], float), np.array([4]), np.arange(4),
        uvs=np.array([[0, 0], [1, 0], [1, 1], [0, 1]], float),
    )  # fmt: skip
    finer = subdivide(sheet)
    assert (finer.points[:, 2] == 0).all()
    assert finer.uvs is not None
    middle = finer.indices[2::4]
    assert np.allclose(finer.points[middle], [1, 1, 0])
    assert np.allclose(finer.uvs[2::4], 0.5)


def test_smooth_normals_point_away_from_the_middle() -> None:
    normals = smooth_normals(CUBE)
    assert np.allclose(normals, CUBE.points[CUBE.indices] / np.sqrt(3))


def test_faces_split_into_fans() -> None:
    mesh = Polygons(np.zeros((8, 3)), np.array([3, 5]), np.arange(8))
    faces, corners = triangles(mesh)
    assert faces.tolist() == [[0, 1, 2], [3, 4, 5], [3, 5, 6], [3, 6, 7]]
    assert len(corners) == 8


def test_flipping_turns_each_face_over() -> None:
    mesh = Polygons(np.zeros((8, 3)), np.array([3, 4]), np.arange(7))
    assert mesh.flipped().indices.tolist() == [2, 1, 0, 6, 5, 4, 3]


def test_picked_faces_keep_their_corners() -> None:
    mesh = Polygons(np.zeros((8, 3)), np.array([3, 4]), np.arange(7), uvs=np.arange(14.0).reshape(7, 2))
    part = mesh.picked(np.array([1]))
    assert part.indices.tolist() == [3, 4, 5, 6]
    assert part.uvs is not None
    assert part.uvs[0].tolist() == pytest.approx([6, 7])
