"""Everything on a stage that has a surface, as triangles in the world, with how it moves from frame to frame.

Only worker processes load this module.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from pxr import Usd, UsdGeom, UsdSemantics

from clappper.base.errors import UnusableInputError
from clappper.usd.gprims import polygons_of
from clappper.usd.instances import NOTHING, copies_of
from clappper.usd.looks import Looks
from clappper.usd.meshes import Polygons, triangles
from clappper.usd.packet import Surface, Triangles

_PURPOSES = (UsdGeom.Tokens.default_, UsdGeom.Tokens.render)


@dataclass(slots=True)
class Surfaces:
    """What has been read of a stage that is shown for ``frames`` frames, one time code each."""

    stage: Usd.Stage
    frames: int
    looks: Looks = field(default_factory=Looks)
    surfaces: list[Surface] = field(default_factory=list)
    geometry: list[Triangles] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _places: dict[int, UsdGeom.XformCache] = field(default_factory=dict)

    def read(self) -> None:
        """Read all that is shown.

        Raises:
            UnusableInputError: something stands nowhere: its transform or its points are not numbers.
        """
        for prim in Usd.PrimRange.Stage(self.stage, Usd.TraverseInstanceProxies()):
            if not self._is_shown(prim):
                continue
            if prim.IsA(UsdGeom.PointInstancer):
                self._read_instances(prim)
            else:
                self._read_gprim(prim, self._place(prim, 0), self._motion(prim))

    def _is_shown(self, prim: Usd.Prim) -> bool:
        """Tell whether a prim is a shape, or instances of some, that any of the pictures shows."""
        if not (prim.IsA(UsdGeom.Gprim) or prim.IsA(UsdGeom.PointInstancer)) or _is_prototype(prim):
            return False
        times = range(self.frames if _is_blinking(prim) else 1)
        return UsdGeom.Imageable(prim).ComputePurpose() in _PURPOSES and any(
            _is_visible(prim, frame) for frame in times
        )

    def _place(self, prim: Usd.Prim, frame: int) -> Any:
        """Give where a prim stands in the world at a frame, 4x4 for row vectors."""
        cache = self._places.setdefault(frame, UsdGeom.XformCache(frame))
        return np.array(cache.GetLocalToWorldTransform(prim))

    def _motion(self, prim: Usd.Prim) -> list[Any]:
        """List where a moving prim stands in each frame; nothing for one that stands still.

        Where it is not shown for a while, it is shrunk to nothing.
        """
        if self.frames < 2 or not (_is_carried(prim) or _is_blinking(prim)):
            return []
        places = [
            self._place(prim, frame) if _is_visible(prim, frame) else NOTHING @ self._place(prim, frame)
            for frame in range(self.frames)
        ]
        return places if any(not np.array_equal(place, places[0]) for place in places) else []

    def _read_instances(self, prim: Usd.Prim) -> None:
        targets = UsdGeom.PointInstancer(prim).GetPrototypesRel().GetForwardedTargets()
        carried = self._motion(prim) or [self._place(prim, 0)]
        for copy in copies_of(prim, self.frames, self.warnings):
            moments = max(len(carried), len(copy.places))
            ways = (list(way) * moments if len(way) == 1 else way for way in (copy.places, carried))
            places = [place @ here for place, here in zip(*ways, strict=True)]
            pattern = self.stage.GetPrimAtPath(targets[copy.kind])
            above = np.linalg.inv(self._place(pattern, 0))
            for part in Usd.PrimRange(pattern, Usd.TraverseInstanceProxies()):
                if part.IsA(UsdGeom.Gprim):
                    local = self._place(part, 0) @ above
                    motion = [local @ place for place in places] if moments > 1 else []
                    self._read_gprim(part, local @ copy.shown @ carried[0], motion)

    def _read_gprim(self, prim: Usd.Prim, matrix: Any, motion: list[Any]) -> None:
        polygons = polygons_of(prim, Usd.TimeCode(0), self.warnings)
        if polygons is None or not len(polygons.counts):
            return
        _demand_numbers(prim, polygons, (matrix, *motion))
        bent = self._bent(prim, polygons)
        for faces, material in _parts(prim, len(polygons.counts), self.looks):
            part = polygons if faces is None else polygons.picked(faces)
            if not len(part.counts):
                continue
            index = self._keep(_placed(part, matrix))
            shapes = [
                self._keep(_placed(one if faces is None else one.picked(faces), place))
                for one, place in zip(bent, motion or [matrix] * self.frames, strict=False)
            ]
            moves = [] if bent else [(np.linalg.inv(matrix) @ place).tolist() for place in motion]
            self.surfaces.append(Surface(str(prim.GetPath()), _label(prim), material, index, moves, shapes))

    def _bent(self, prim: Usd.Prim, first: Polygons) -> list[Polygons]:
        """List a mesh's shape in each frame; nothing for one that keeps it."""
        points = UsdGeom.PointBased(prim).GetPointsAttr() if prim.IsA(UsdGeom.PointBased) else None
        if self.frames < 2 or points is None or not points.ValueMightBeTimeVarying():
            return []
        found = [polygons_of(prim, Usd.TimeCode(frame), []) for frame in range(self.frames)]
        same = [one for one in found if one is not None and np.array_equal(one.indices, first.indices)]
        if len(same) < self.frames:
            self.warnings.append(
                f"{prim.GetPath()} changes its faces over time; it keeps those it begins with."
            )
            return []
        return same

    def _keep(self, mesh: Triangles) -> int:
        self.geometry.append(mesh)
        return len(self.geometry) - 1


def _is_visible(prim: Usd.Prim, frame: int) -> bool:
    return bool(UsdGeom.Imageable(prim).ComputeVisibility(frame) != UsdGeom.Tokens.invisible)


def _is_prototype(prim: Usd.Prim) -> bool:
    """Tell whether a prim only stands as a pattern below a point instancer."""
    ancestor = prim.GetParent()
    while ancestor and not ancestor.IsPseudoRoot():
        if ancestor.IsA(UsdGeom.PointInstancer):
            return True
        ancestor = ancestor.GetParent()
    return False


def _is_blinking(prim: Usd.Prim) -> bool:
    """Tell whether a prim or something above it may be shown at one time and not at another."""
    while prim and not prim.IsPseudoRoot():
        image = UsdGeom.Imageable(prim)
        if image and image.GetVisibilityAttr().ValueMightBeTimeVarying():
            return True
        prim = prim.GetParent()
    return False


def _is_carried(prim: Usd.Prim) -> bool:
    """Tell whether a prim or something above it may move."""
    while prim and not prim.IsPseudoRoot():
        form = UsdGeom.Xformable(prim)
        if form and form.TransformMightBeTimeVarying():
            return True
        prim = prim.GetParent()
    return False


def _demand_numbers(prim: Usd.Prim, polygons: Polygons, places: tuple[Any, ...]) -> None:
    if not np.isfinite(polygons.points).all() or not all(np.isfinite(place).all() for place in places):
        raise UnusableInputError(
            f"{prim.GetPath()} has transforms or points that are not numbers.",
            "Reset them and export it again.",
        )


def _placed(mesh: Polygons, matrix: Any) -> Triangles:
    """Bring a mesh into the world; normals by the inverse transpose, mirrored faces turned back."""
    turn = matrix[:3, :3]
    if np.linalg.det(turn) < 0:
        mesh = mesh.flipped()
    faces, corners = triangles(mesh)
    points = (mesh.points @ turn + matrix[3, :3])[corners]
    if mesh.normals is None:
        normals = np.zeros((0, 3))
    else:
        normals = mesh.normals @ np.linalg.pinv(turn).T
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-20)
    uvs = np.zeros((0, 2)) if mesh.uvs is None else mesh.uvs
    return Triangles(
        np.ascontiguousarray(points, np.float32),
        np.ascontiguousarray(faces, np.uint32),
        np.ascontiguousarray(normals, np.float32),
        np.ascontiguousarray(uvs, np.float32),
    )


def _label(prim: Usd.Prim) -> str:
    """Read what a surface is called, here or above."""
    one = prim
    while one and not one.IsPseudoRoot():
        if UsdSemantics.LabelsAPI.CanApply(one, "class") and one.HasAPI(UsdSemantics.LabelsAPI, "class"):
            labels = UsdSemantics.LabelsAPI(one, "class").GetLabelsAttr().Get()
            if labels:
                return str(labels[0])
        data = one.GetAttribute("semantic:class:params:semanticData").Get()
        if data:
            return str(data)
        one = one.GetParent()
    return "product" if str(prim.GetPath()).startswith(("/World/Product", "/World/Scene")) else "prop"


def _parts(prim: Usd.Prim, faces: int, looks: Looks) -> Iterator[tuple[Any, int]]:
    """Split a mesh by the materials of its subsets; None for all faces."""
    subsets = UsdGeom.Subset.GetGeomSubsets(UsdGeom.Imageable(prim), UsdGeom.Tokens.face, "materialBind")
    rest = np.ones(faces, bool)
    for subset in subsets:
        chosen = np.array(subset.GetIndicesAttr().Get() or [], np.int64)
        chosen = chosen[chosen < faces]
        rest[chosen] = False
        yield chosen, looks.number_of(subset.GetPrim())
    if rest.all():
        yield None, looks.number_of(prim)
    elif rest.any():
        yield np.flatnonzero(rest), looks.number_of(prim)
