"""The user's own USD: opened with suspicion, measured, and told apart from what cannot be shown.

Only worker processes load this module: a hostile file can crash the library that reads it.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pxr import Sdf, Tf, Usd, UsdGeom, UsdShade

from clappper.base.errors import UnusableInputError
from clappper.usd.cameras import Box, Pose, Vector

MAX_FACES = 5_000_000
MAX_UNITS = 1e15
USUAL_CODES = 24.0
"""USD's time codes a second where a stage names none that can be."""
_ADDRESS = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+://")
_PURPOSES = (UsdGeom.Tokens.default_, UsdGeom.Tokens.render)


@dataclass(frozen=True, slots=True)
class Asset:
    """An opened stage of the user's. ``prim`` is what to reference; ``box`` is in its own units and axes."""

    path: Path
    stage: Any
    prim: Sdf.Path
    meters_per_unit: float
    up: str
    box: Box
    warnings: tuple[str, ...]

    def upright(self) -> Vector:
        """Give the rotation to Y up, as a 4x4 matrix of row vectors."""
        matrix = np.eye(4)
        if self.up == "Z":
            matrix[:3, :3] = [[1, 0, 0], [0, 0, -1], [0, 1, 0]]
        elif self.up == "X":
            matrix[:3, :3] = [[0, 1, 0], [-1, 0, 0], [0, 0, 1]]
        return matrix

    def box_in(self, meters_per_unit: float) -> Box:
        """Give the box in Y up and other units."""
        corners = np.array([self.box.low, self.box.high]) @ self.upright()[:3, :3]
        corners *= self.meters_per_unit / meters_per_unit
        low, high = corners.min(axis=0), corners.max(axis=0)
        return Box((low[0], low[1], low[2]), (high[0], high[1], high[2]))

    @property
    def start(self) -> float:
        """Give the time code at which its animation begins."""
        return float(self.stage.GetStartTimeCode()) if self.stage.HasAuthoredTimeCodeRange() else 0.0

    def codes_a_frame(self, fps: float) -> float:
        """Give how many of its own time codes pass in a frame."""
        codes = float(self.stage.GetTimeCodesPerSecond())
        return (codes if codes > 0 else USUAL_CODES) / fps

    def camera_path(
        self, path: str, frames: int, fps: float, meters_per_unit: float, focus: float
    ) -> list[Pose]:
        """Read the camera's own animation, one pose a frame, in Y up and other units.

        Raises:
            UnusableInputError: there is no camera at ``path``.
        """
        prim = self._camera(path)
        scale = self.meters_per_unit / meters_per_unit
        found = []
        for frame in range(frames):
            cache = UsdGeom.XformCache(self.start + frame * self.codes_a_frame(fps))
            matrix = np.array(cache.GetLocalToWorldTransform(prim)) @ self.upright()
            matrix[:3, :3] /= np.linalg.norm(matrix[:3, :3], axis=1, keepdims=True)
            matrix[3, :3] *= scale
            found.append(Pose(matrix, focus))
        return found

    def focal_length(self, path: str, otherwise: float) -> float:
        value = UsdGeom.Camera(self._camera(path)).GetFocalLengthAttr().Get()
        return float(value or otherwise)

    def _camera(self, path: str) -> Usd.Prim:
        prim = self.stage.GetPrimAtPath(path)
        if not prim or not prim.IsA(UsdGeom.Camera):
            cameras_there = [str(one.GetPath()) for one in self.stage.Traverse() if one.IsA(UsdGeom.Camera)]
            raise UnusableInputError(
                f"camera.path: {self.path.name} has no camera at {path}.",
                f"It has: {', '.join(cameras_there) or 'none'}.",
            )
        return prim


def open_asset(path: str, field: str) -> Asset:
    """Open and measure a stage.

    Raises:
        UnusableInputError: unreadable, empty, not finite, too large, or pointing outside; one sentence.
    """
    file = Path(path)
    _refuse_broken_package(file)
    try:
        stage = Usd.Stage.Open(str(file), Usd.Stage.LoadAll)
    except Tf.ErrorException as error:
        raise UnusableInputError(
            f"USD file can't be read: {_reason(error, file)}.", "Export it again."
        ) from error
    _refuse_outside_paths(stage, file, field)
    missing = tuple(_unresolved(stage))
    entrance = _entrance(stage, file, missing)
    box = _measure(stage, entrance, file)
    warnings = []
    if missing:
        warnings.append(f"{file.name} names files that are not there: {_listed(missing)}.")
    warnings.extend(_material_warnings(stage, file))
    unit, up = _unit_of(stage, file, warnings), str(UsdGeom.GetStageUpAxis(stage))
    others = [prim for prim in _shown_roots(stage) if prim.GetPath() != entrance.GetPath()]
    if others:
        warnings.append(f"{file.name} has several roots; only {entrance.GetPath()} is shown.")
    return Asset(file, stage, entrance.GetPath(), unit, up, box, tuple(warnings))


def _refuse_broken_package(file: Path) -> None:
    if file.suffix.lower() != ".usdz":
        return
    try:
        with zipfile.ZipFile(file) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, OSError) as error:
        raise UnusableInputError(
            f"USD file can't be read: {file.name} is no usdz package.", "Export it again."
        ) from error
    if not names or Path(names[0]).suffix.lower() not in {".usd", ".usda", ".usdc"}:
        raise UnusableInputError(
            f"USD file can't be read: the first file in {file.name} is no USD layer.", "Export it again."
        )


def _reason(error: Tf.ErrorException, file: Path) -> str:
    """Take the first message out of USD's report, without its own source places and our paths."""
    said = re.findall(r" : '(.*?)\s*'\s*(?:$|Error)", str(error), re.DOTALL)
    reason = " ".join((said[0] if said else "it is damaged").split()).replace(str(file), file.name)
    return re.sub(r"\s*matching pxr\S+|\s*in </>", "", reason)[:160]


def _refuse_outside_paths(stage: Usd.Stage, file: Path, field: str) -> None:
    """Let an asset open only what lies beside it or below: neither addresses nor other folders."""
    outside = {
        name
        for layer in stage.GetUsedLayers()
        if not layer.anonymous
        for name in layer.GetCompositionAssetDependencies()
        if _is_foreign_path(name, Path(layer.realPath).parent, file.parent)
    }
    if outside:
        raise UnusableInputError(
            f"{field}: {file.name} points outside its own folder: {_listed(tuple(sorted(outside)))}.",
            "Collect it with its files into one folder, or export a usdz.",
        )


def _is_foreign_path(name: str, here: Path, folder: Path) -> bool:
    """Refuse addresses, absolute paths and far folders; one level up is where sibling assets live."""
    if _ADDRESS.match(name) or Path(name).is_absolute() or name.startswith("\\"):
        return True
    path = Path(os.path.normpath(here / name))
    return path.exists() and not path.is_relative_to(folder.parent)


def _unresolved(stage: Usd.Stage) -> Iterator[str]:
    """List references and textures whose files are not there."""
    seen: set[str] = set()
    for error in stage.GetCompositionErrors():
        found = re.search(r"@([^@]+)@", str(error))
        name = Path(found[1]).name if found else ""
        if name and name not in seen:
            seen.add(name)
            yield name
    for prim in stage.Traverse():
        for attribute in prim.GetAttributes():
            if attribute.GetTypeName() != Sdf.ValueTypeNames.Asset:
                continue
            value = attribute.Get()
            if (
                value
                and value.path
                and "<UDIM>" not in value.path
                and not value.resolvedPath
                and value.path not in seen
            ):
                seen.add(value.path)
                yield value.path


def _measure(stage: Usd.Stage, entrance: Usd.Prim, file: Path) -> Box:
    faces = sum(_face_count(prim) for prim in _gprims(stage))
    if faces > MAX_FACES:
        raise UnusableInputError(
            f"{file.name} has {faces / 1e6:.1f} million faces; {MAX_FACES // 10**6} are the most.",
            "Reduce the mesh and export it again.",
        )
    places = UsdGeom.XformCache(Usd.TimeCode.EarliestTime())
    matrices = [np.array(places.GetLocalToWorldTransform(prim)) for prim in _gprims(stage)]
    cache = UsdGeom.BBoxCache(Usd.TimeCode.EarliestTime(), list(_PURPOSES))
    bound = cache.ComputeWorldBound(entrance).ComputeAlignedRange()
    corners = np.array([bound.GetMin(), bound.GetMax()], float)
    is_number = all(np.isfinite(matrix).all() for matrix in matrices)
    if not is_number or (not bound.IsEmpty() and not np.abs(corners).max() < MAX_UNITS):
        raise UnusableInputError(
            f"{file.name} has transforms or points that are not numbers.",
            "Reset its transforms and export it again.",
        )
    if bound.IsEmpty():
        raise UnusableInputError(f"Nothing to show in {file.name}: no visible geometry (empty bounding box).")
    if (corners[1] - corners[0]).max() <= 0:
        raise UnusableInputError(f"Nothing to show in {file.name}: its geometry is one point.")
    return Box(tuple(corners[0]), tuple(corners[1]))


def _face_count(prim: Usd.Prim) -> int:
    return len(UsdGeom.Mesh(prim).GetFaceVertexCountsAttr().Get() or ()) if prim.IsA(UsdGeom.Mesh) else 0


def _gprims(stage: Usd.Stage) -> Iterator[Usd.Prim]:
    for prim in Usd.PrimRange.Stage(stage, Usd.TraverseInstanceProxies()):
        if not prim.IsA(UsdGeom.Gprim):
            continue
        image = UsdGeom.Imageable(prim)
        visible = image.ComputeVisibility() != UsdGeom.Tokens.invisible
        if visible and image.ComputePurpose() in _PURPOSES:
            yield prim


def _entrance(stage: Usd.Stage, file: Path, missing: tuple[str, ...]) -> Usd.Prim:
    """Find the prim to reference: the default one, or the first root that shows something."""
    roots = _shown_roots(stage)
    if not roots:
        why = f"; it names files that are not there: {_listed(missing)}" if missing else ""
        raise UnusableInputError(
            f"Nothing to show in {file.name}: no visible geometry{why}.",
            "Choose another file, or export the geometry with it.",
        )
    default = stage.GetDefaultPrim()
    is_shown = default and any(root.GetPath() == default.GetPath() for root in roots)
    return default if is_shown else roots[0]


def _shown_roots(stage: Usd.Stage) -> list[Usd.Prim]:
    shown = {str(prim.GetPath()).split("/")[1] for prim in _gprims(stage)}
    return [prim for prim in stage.GetPseudoRoot().GetChildren() if prim.GetName() in shown]


def _unit_of(stage: Usd.Stage, file: Path, warnings: list[str]) -> float:
    unit = float(UsdGeom.GetStageMetersPerUnit(stage))
    if not np.isfinite(unit) or unit <= 0:
        warnings.append(f"{file.name} says {unit:g} metres a unit, which cannot be; centimetres are assumed.")
        return 0.01
    return unit


def _material_warnings(stage: Usd.Stage, file: Path) -> Iterator[str]:
    """Name surfaces whose material only other renderers can read."""
    foreign = sorted({str(prim.GetPath()) for prim in _gprims(stage) if _is_foreign(prim)})
    if foreign:
        yield (
            f"{file.name} has materials that only other renderers read (MaterialX, MDL, RenderMan), on"
            f" {_listed(tuple(foreign))}: shown plain; choose the RTX or Blender renderer,"
            " or export UsdPreviewSurface."
        )


def _is_foreign(prim: Usd.Prim) -> bool:
    material, _ = UsdShade.MaterialBindingAPI(prim).ComputeBoundMaterial()
    if not material:
        return False
    surface = material.GetSurfaceOutput()
    if surface and surface.HasConnectedSource():
        return False
    return any(output.HasConnectedSource() for output in material.GetOutputs())


def _listed(names: tuple[str, ...], most: int = 4) -> str:
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")
