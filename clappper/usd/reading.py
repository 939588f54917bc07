"""Reads a composed stage back into a flat packet: what a renderer without USD needs, and an artist's edits.

Only worker processes load this module.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from pxr import Usd, UsdGeom, UsdLux

from clappper.base.errors import UnusableInputError
from clappper.usd.hashes import stage_hash
from clappper.usd.lighting import PRESETS
from clappper.usd.packet import FrameCamera, LightSource, RenderJob, Triangles
from clappper.usd.recipe import SceneRecipe
from clappper.usd.surfaces import Surfaces


def read_stage(
    root: Path, recipe: SceneRecipe, warnings: tuple[str, ...] = ()
) -> tuple[RenderJob, list[Triangles]]:
    """Read the composed stage into a job and its geometry.

    Raises:
        UnusableInputError: there is no camera, or nothing to see.
    """
    stage = Usd.Stage.Open(str(root))
    found = Surfaces(stage, recipe.frames)
    found.read()
    if not any(surface.label != "backdrop" for surface in found.surfaces):
        raise UnusableInputError(f"Nothing to show in {root.name}: no visible geometry.")
    width, height = recipe.size
    signals = recipe.replicator
    wanted = {
        "masks": signals.masks,
        "depth": signals.depth,
        "shadow": signals.shadow,
        "normal": signals.normals,
    }
    preset = PRESETS.get(recipe.lighting.preset, PRESETS["soft_top"])
    job = RenderJob(
        usd=str(root),
        camera_path=recipe.camera.path,
        meters_per_unit=float(UsdGeom.GetStageMetersPerUnit(stage)),
        fps=recipe.render.fps,
        width=width,
        height=height,
        spp=recipe.samples,
        seed=recipe.render.seed,
        ev=recipe.lighting.exposure_ev,
        levels=preset.levels,
        out_dir=signals.outDir,
        stage_hash=stage_hash(root),
        keyframes=list(recipe.keyframes),
        frames=[_camera(stage, recipe, frame) for frame in range(recipe.frames)],
        lights=list(_lights(stage, UsdGeom.XformCache(0))),
        materials=found.looks.materials,
        surfaces=found.surfaces,
        passes=[name for name, is_wanted in wanted.items() if is_wanted],
        warnings=[*warnings, *found.warnings],
    )
    return job, found.geometry


def _camera(stage: Usd.Stage, recipe: SceneRecipe, frame: int) -> FrameCamera:
    prim = stage.GetPrimAtPath(recipe.camera.path)
    if not prim or not prim.IsA(UsdGeom.Camera):
        raise UnusableInputError(f"camera.path: there is no camera at {recipe.camera.path} any more.",
                                 "Restore it, or delete stage/root.usda to begin anew.")  # fmt: skip
    camera = UsdGeom.Camera(prim)
    matrix = np.array(UsdGeom.XformCache(frame).GetLocalToWorldTransform(prim))
    matrix[:3, :3] /= np.linalg.norm(matrix[:3, :3], axis=1, keepdims=True)
    if not np.isfinite(matrix).all():
        raise UnusableInputError(f"The camera's transform at frame {frame} is not a number.", "Reset it.")

    def value(attribute: Usd.Attribute) -> float:
        return float(attribute.Get(frame) or 0.0)

    return FrameCamera(
        frame,
        matrix.tolist(),
        focal_mm=value(camera.GetFocalLengthAttr()),
        h_ap=value(camera.GetHorizontalApertureAttr()),
        v_ap=value(camera.GetVerticalApertureAttr()),
        h_off=value(camera.GetHorizontalApertureOffsetAttr()),
        v_off=value(camera.GetVerticalApertureOffsetAttr()),
        focus=value(camera.GetFocusDistanceAttr()),
        fstop=value(camera.GetFStopAttr()),
    )


_LIGHTS = {"RectLight": "rect", "DiskLight": "disk", "SphereLight": "sphere", "DistantLight": "distant",
           "DomeLight": "dome", "DomeLight_1": "dome"}  # fmt: skip


def _lights(stage: Usd.Stage, xforms: UsdGeom.XformCache) -> Iterator[LightSource]:
    for prim in Usd.PrimRange.Stage(stage, Usd.TraverseInstanceProxies()):
        kind = _LIGHTS.get(str(prim.GetTypeName()))
        if kind is None or UsdGeom.Imageable(prim).ComputeVisibility() == UsdGeom.Tokens.invisible:
            continue
        api = UsdLux.LightAPI(prim)

        def number(name: str, default: float = 0.0, prim: Usd.Prim = prim) -> float:
            found = prim.GetAttribute(f"inputs:{name}").Get()
            return default if found is None else float(found)

        red, green, blue = (float(c) for c in api.GetColorAttr().Get() or (1, 1, 1))
        texture = prim.GetAttribute("inputs:texture:file").Get()
        yield LightSource(
            str(prim.GetPath()),
            kind,
            float(api.GetIntensityAttr().Get()) * 2.0 ** float(api.GetExposureAttr().Get() or 0.0),
            (red, green, blue),
            bool(api.GetNormalizeAttr().Get()),
            np.array(xforms.GetLocalToWorldTransform(prim)).tolist(),
            w=number("width", 1.0),
            h=number("height", 1.0),
            radius=number("radius", 0.5),
            angle=number("angle", 0.53),
            texture=texture.resolvedPath if texture else "",
        )
