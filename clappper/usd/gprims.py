"""Shapes of a stage as polygons: meshes with their normals and coordinates, and the solids USD knows by name.

Only worker processes load this module.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from pxr import Gf, Usd, UsdGeom

from clappper.usd import shapes
from clappper.usd.meshes import Polygons, smooth_normals, subdivide

FEW_FACES, MANY_FACES = 3_000, 30_000


def polygons_of(prim: Usd.Prim, time: Usd.TimeCode, warnings: list[str]) -> Polygons | None:
    """Read a prim's shape at one time in its own space; None, with a warning, where it cannot be drawn."""
    if prim.IsA(UsdGeom.Mesh):
        return _mesh(UsdGeom.Mesh(prim), time, warnings)
    solid = _solid(prim)
    if solid is None:
        warnings.append(f"{prim.GetPath()} is a {prim.GetTypeName()}, which is not drawn.")
        return None
    corners = solid.quads.reshape(-1).astype(np.int64)
    return Polygons(
        solid.points, np.full(len(solid.quads), 4), corners, solid.normals[corners], solid.uvs[corners]
    )


def _solid(prim: Usd.Prim) -> shapes.Mesh | None:
    """Tessellate the shapes that USD knows by name."""
    if prim.IsA(UsdGeom.Sphere):
        radius = float(UsdGeom.Sphere(prim).GetRadiusAttr().Get())
        angle = np.linspace(-math.pi / 2, math.pi / 2, 49)

        def ball(u: Any, v: Any) -> Any:
            return radius * np.stack([np.cos(v) * np.sin(u), np.sin(v), np.cos(v) * np.cos(u)], -1)

        return shapes.patch(ball, np.linspace(-math.pi, math.pi, 97), angle * 0.99999)
    if prim.IsA(UsdGeom.Cube):
        half = float(UsdGeom.Cube(prim).GetSizeAttr().Get()) / 2
        side = shapes.panel(2 * half, 2 * half, (0, 0, half))
        turns = [(0, 0), (0, 90), (0, 180), (0, 270), (90, 0), (-90, 0)]
        return shapes.joined([side.moved(shapes.turned(x_deg=x, y_deg=y)) for x, y in turns])
    for kind in (UsdGeom.Cylinder, UsdGeom.Cone, UsdGeom.Capsule):
        if prim.IsA(kind):
            return _turned_solid(kind(prim))
    return None


def _turned_solid(shape: UsdGeom.Cylinder | UsdGeom.Cone | UsdGeom.Capsule) -> shapes.Mesh:
    """Turn half of a shape's section about its axis."""
    radius, half = float(shape.GetRadiusAttr().Get()), float(shape.GetHeightAttr().Get()) / 2
    if isinstance(shape, UsdGeom.Capsule):
        end = half + radius
        section = [(0.0, -end, 0.0), (radius, -end, radius), (radius, end, radius), (0.0, end, 0.0)]
    elif isinstance(shape, UsdGeom.Cylinder):
        section = [(0.0, -half, 0.0), (radius, -half, 0.0), (radius, half, 0.0), (0.0, half, 0.0)]
    else:
        section = [(0.0, -half, 0.0), (radius, -half, 0.0), (0.0, half, 0.0)]
    x, z = {"X": (0.0, -90.0), "Y": (0.0, 0.0), "Z": (90.0, 0.0)}[str(shape.GetAxisAttr().Get())]
    return shapes.lathe(section).moved(shapes.turned(x_deg=x, z_deg=z))


def _mesh(mesh: UsdGeom.Mesh, time: Usd.TimeCode, warnings: list[str]) -> Polygons | None:
    points = mesh.GetPointsAttr().Get(time)
    counts, indices = mesh.GetFaceVertexCountsAttr().Get(time), mesh.GetFaceVertexIndicesAttr().Get(time)
    if not points or not counts or not indices:
        return None
    place = str(mesh.GetPath())
    counts, indices = np.array(counts, np.int64), np.array(indices, np.int64)
    if counts.sum() != len(indices) or indices.min() < 0 or indices.max() >= len(points):
        warnings.append(f"{place} has faces that point to no point; it is left out.")
        return None
    read = Polygons(np.array(points, float), counts, indices)
    uvs = _by_corner(_coordinates(mesh, time), read)
    scheme = str(mesh.GetSubdivisionSchemeAttr().Get(time) or "catmullClark")
    smooth = scheme != "none" and len(counts) <= MANY_FACES
    normals = None if smooth else _by_corner(_normals(mesh, time), read)
    read = Polygons(read.points, counts, indices, normals, uvs)
    if str(mesh.GetOrientationAttr().Get()) == "leftHanded":
        read = read.flipped()
    if not smooth:
        return read
    for _ in range(2 if len(counts) <= FEW_FACES else 1):
        read = subdivide(read)
    return Polygons(read.points, read.counts, read.indices, smooth_normals(read), read.uvs)


@dataclass(frozen=True, slots=True)
class _Values:
    data: Any
    interpolation: str


def _normals(mesh: UsdGeom.Mesh, time: Usd.TimeCode) -> _Values | None:
    primvar = UsdGeom.PrimvarsAPI(mesh).GetPrimvar("normals")
    if primvar and primvar.HasValue():
        return _Values(np.array(primvar.ComputeFlattened(time), float), str(primvar.GetInterpolation()))
    authored = mesh.GetNormalsAttr().Get(time)
    return _Values(np.array(authored, float), str(mesh.GetNormalsInterpolation())) if authored else None


def _coordinates(mesh: UsdGeom.Mesh, time: Usd.TimeCode) -> _Values | None:
    """Find texture coordinates: the usual name first, else the first primvar of two numbers."""
    api = UsdGeom.PrimvarsAPI(mesh)
    named = [api.GetPrimvar(name) for name in ("st", "UVMap", "st0", "map1")]
    others = [
        one
        for one in api.GetPrimvarsWithValues()
        if one.GetTypeName().scalarType.type.pythonClass is Gf.Vec2f
    ]
    for primvar in (*named, *others):
        if primvar and primvar.HasValue():
            flat = primvar.ComputeFlattened(time)
            if flat is not None:
                return _Values(np.array(flat, float), str(primvar.GetInterpolation()))
    return None


def _by_corner(values: _Values | None, mesh: Polygons) -> Any:
    """Spread values over corners; None where their number does not fit."""
    if values is None or values.data.ndim != 2:
        return None
    match values.interpolation:
        case "faceVarying":
            spread = values.data
        case "vertex" | "varying":
            spread = values.data[mesh.indices] if len(values.data) == len(mesh.points) else None
        case "uniform":
            spread = (
                np.repeat(values.data, mesh.counts, axis=0) if len(values.data) == len(mesh.counts) else None
            )
        case _:
            spread = np.tile(values.data[:1], (len(mesh.indices), 1))
    return spread if spread is not None and len(spread) == len(mesh.indices) else None
