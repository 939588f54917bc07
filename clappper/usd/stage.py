"""Writes a recipe's USD stage.

``generated.usda`` is ours and rewritten at every build; ``root.usda`` above it is made once, and what artists
change there survives.

Y up, centimetres, one time code a frame. Every ancestor is an Xform or a Scope, because importers drop
transforms above a typeless prim without a word. Only worker processes load this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from pxr import Gf, Sdf, Usd, UsdGeom, UsdRender

from clappper.base.errors import UnusableInputError
from clappper.usd import artwork, cameras, products
from clappper.usd.assets import Asset, open_asset
from clappper.usd.authoring import WORLD, bind, label, write_material, write_mesh
from clappper.usd.lighting import PRESETS
from clappper.usd.recipe import SceneRecipe
from clappper.usd.studio import View, build_lights, build_set, studio_size

METERS_PER_UNIT = 0.01
GENERATED, ROOT = "generated.usda", "root.usda"
PRODUCT = f"{WORLD}/Product"


@dataclass(frozen=True, slots=True)
class Built:
    """A stage's root layer, and what the person should know."""

    root: Path
    warnings: tuple[str, ...]


def build_stage(recipe: SceneRecipe, folder: Path) -> Built:
    """Write the stage into ``folder``, and its textures beside it; an existing ``root.usda`` is kept.

    Raises:
        UnusableInputError: the user's own USD cannot be used.
    """
    folder.mkdir(parents=True, exist_ok=True)
    layer = Sdf.Layer.CreateNew(str(folder / f".{GENERATED}.part.usda"))
    stage = Usd.Stage.Open(layer)
    warnings = _fill(stage, recipe, folder)
    layer.Save()
    (folder / f".{GENERATED}.part.usda").replace(folder / GENERATED)
    root = folder / ROOT
    if not root.exists():
        _write_root(root, recipe)
    return Built(root, warnings)


def _fill(stage: Usd.Stage, recipe: SceneRecipe, folder: Path) -> tuple[str, ...]:
    _set_metadata(stage, recipe)
    UsdGeom.Scope.Define(stage, f"{WORLD}/Looks")
    warnings: list[str] = []
    scene = open_asset(recipe.usd, "usd") if recipe.usd else None
    own = open_asset(recipe.product_usd, "product_usd") if recipe.product_usd else None
    if own is not None:
        box = _place_asset(stage, own, recipe.product_yaw_deg)
        warnings.extend(own.warnings)
    elif scene is not None:
        box = scene.box_in(METERS_PER_UNIT)
        warnings.extend(scene.warnings)
        _reference(stage, f"{WORLD}/Scene", scene, products.PRODUCT)
    else:
        box = _place_studio_product(stage, recipe, folder)
    is_lit = recipe.lighting.preset != "authored"
    preset = PRESETS[recipe.lighting.preset] if is_lit else PRESETS["soft_top"]
    lens, distance = _framed(box, recipe)
    view = _view(box, recipe, scene)
    furthest = distance * cameras.FURTHEST if recipe.camera.move.startswith("dolly") else distance
    size = studio_size(box, furthest * lens.height / lens.focal)
    if scene is None or own is not None:
        build_set(stage, box, size, recipe.lighting.backdrop, preset)
    if is_lit or scene is None:
        build_lights(stage, box, size, preset, recipe.lighting.hdri, folder, view)
    _build_camera(stage, view, recipe)
    _build_products(stage, recipe)
    return tuple(warnings)


def _set_metadata(stage: Usd.Stage, recipe: SceneRecipe) -> None:
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.y)
    UsdGeom.SetStageMetersPerUnit(stage, METERS_PER_UNIT)
    stage.SetTimeCodesPerSecond(recipe.render.fps)
    stage.SetFramesPerSecond(recipe.render.fps)
    stage.SetStartTimeCode(0)
    stage.SetEndTimeCode(recipe.frames - 1)
    stage.SetDefaultPrim(UsdGeom.Xform.Define(stage, WORLD).GetPrim())


def _write_root(path: Path, recipe: SceneRecipe) -> None:
    root = Sdf.Layer.CreateNew(str(path))
    root.subLayerPaths = [f"./{GENERATED}"]
    stage = Usd.Stage.Open(root)
    _set_root_metadata(stage, recipe)
    root.Save()


def _set_root_metadata(stage: Usd.Stage, recipe: SceneRecipe) -> None:
    """Repeat what is not composed from sublayers: the units and times of a stage are its root layer's own."""
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.y)
    UsdGeom.SetStageMetersPerUnit(stage, METERS_PER_UNIT)
    stage.SetTimeCodesPerSecond(recipe.render.fps)
    stage.SetFramesPerSecond(recipe.render.fps)
    stage.SetStartTimeCode(0)
    stage.SetEndTimeCode(recipe.frames - 1)
    stage.GetRootLayer().defaultPrim = WORLD.lstrip("/")


def refresh_root(path: Path, recipe: SceneRecipe) -> None:
    """Bring an existing root's times up to the recipe's; nothing else in it is touched."""
    layer = Sdf.Layer.FindOrOpen(str(path))
    if layer is None:
        raise UnusableInputError(f"USD file can't be read: {path.name} is damaged.", "Restore or delete it.")
    stage = Usd.Stage.Open(layer)
    if stage.GetEndTimeCode() != recipe.frames - 1 or stage.GetTimeCodesPerSecond() != recipe.render.fps:
        _set_root_metadata(stage, recipe)
        layer.Save()


def _place_studio_product(stage: Usd.Stage, recipe: SceneRecipe, folder: Path) -> cameras.Box:
    made = products.build(recipe.builtin_product, recipe.brand.colors)
    for art in made.artworks:
        picture = Image.fromarray(artwork.draw(art, recipe.brand)).convert("RGB")
        picture.save(folder / f"{art.name}.png", optimize=False, compress_level=6)
    root = UsdGeom.Xform.Define(stage, PRODUCT)
    root.AddRotateYOp().Set(recipe.product_yaw_deg)
    for part in made.parts:
        mesh = write_mesh(stage, f"{PRODUCT}/{part.name}", part.mesh)
        label(mesh.GetPrim(), part.label)
        bind(mesh.GetPrim(), write_material(stage, part.look))
    return _box_of(stage, PRODUCT)


def _box_of(stage: Usd.Stage, path: str) -> cameras.Box:
    """Bound what stands at ``path`` as it begins, in the middle, and as it ends."""
    purposes = [UsdGeom.Tokens.default_, UsdGeom.Tokens.render]
    end = stage.GetEndTimeCode()
    extent = Gf.Range3d()
    for time in (0.0, end // 2, end):
        bound = UsdGeom.BBoxCache(time, purposes).ComputeWorldBound(stage.GetPrimAtPath(path))
        extent.UnionWith(bound.ComputeAlignedRange())
    return cameras.Box(tuple(extent.GetMin()), tuple(extent.GetMax()))


def _place_asset(stage: Usd.Stage, asset: Asset, yaw_deg: float) -> cameras.Box:
    """Stand the user's product on the ground, in the middle, in our units and with our up axis."""
    root = UsdGeom.Xform.Define(stage, PRODUCT)
    box = asset.box_in(METERS_PER_UNIT)
    middle = box.centre
    root.AddRotateYOp().Set(yaw_deg)
    root.AddTranslateOp(opSuffix="ground").Set(Gf.Vec3d(-middle[0], -box.low[1], -middle[2]))
    _reference(stage, f"{PRODUCT}/Asset", asset, products.PRODUCT)
    return _box_of(stage, PRODUCT)


def _reference(stage: Usd.Stage, path: str, asset: Asset, name: str) -> None:
    """Reference an asset, converting its unit and up axis, which references do not; it begins at frame 0."""
    holder = UsdGeom.Xform.Define(stage, path)
    scale = asset.meters_per_unit / METERS_PER_UNIT
    holder.AddTransformOp().Set(Gf.Matrix4d(*np.asarray(asset.upright() * _scaling(scale)).ravel().tolist()))
    there = asset.stage.GetPrimAtPath(asset.prim)
    child = stage.DefinePrim(f"{path}/Content", "" if there.GetTypeName() else "Xform")
    begin = Sdf.LayerOffset(-asset.start / asset.codes_a_frame(stage.GetTimeCodesPerSecond()))
    child.GetReferences().AddReference(Sdf.Reference(str(asset.path), asset.prim, begin))
    for prim in Usd.PrimRange(holder.GetPrim(), Usd.TraverseInstanceProxies()):
        if prim.IsA(UsdGeom.Gprim) and not prim.IsInstanceProxy():
            label(prim, name)


def _scaling(scale: float) -> Any:
    matrix = np.ones((4, 4))
    matrix[:3] = scale
    return matrix


def _framed(box: cameras.Box, recipe: SceneRecipe) -> tuple[cameras.Lens, float]:
    """Choose the film back, and how far away the camera stands."""
    width, height = recipe.size
    camera = recipe.camera
    shift = (camera.shift[0] * camera.core[0], camera.shift[1] * camera.core[1])
    lens = cameras.lens_of(width, height, camera.focal_length, shift)
    distance = cameras.distance_to(
        box, lens, camera.fill, camera.core, camera.fill_width, camera.elevation_deg
    )
    return lens, distance


def _view(box: cameras.Box, recipe: SceneRecipe, scene: Asset | None) -> View:
    camera = recipe.camera
    lens, distance = _framed(box, recipe)
    path = cameras.poses(camera.move, recipe.frames, box, distance, camera.elevation_deg)
    if camera.move == "authored" and scene is not None:
        path = scene.camera_path(camera.path, recipe.frames, recipe.render.fps, METERS_PER_UNIT, distance)
        lens = replace(lens, focal=scene.focal_length(camera.path, lens.focal))
    return View(lens, path)


def _build_camera(stage: Usd.Stage, view: View, recipe: SceneRecipe) -> None:
    camera, lens, path = recipe.camera, view.lens, view.path
    _make_ancestors(stage, camera.path)
    prim = UsdGeom.Camera.Define(stage, camera.path)
    prim.CreateFocalLengthAttr(lens.focal)
    prim.CreateHorizontalApertureAttr(lens.width)
    prim.CreateVerticalApertureAttr(lens.height)
    prim.CreateHorizontalApertureOffsetAttr(lens.offset[0])
    prim.CreateVerticalApertureOffsetAttr(lens.offset[1])
    prim.CreateFStopAttr(camera.fstop)
    distance = path[0].focus
    far = max(10_000.0, 40 * distance)
    prim.CreateClippingRangeAttr(Gf.Vec2f(min(1.0, 0.02 * distance), far))
    _animate(prim, path)


def _make_ancestors(stage: Usd.Stage, path: str) -> None:
    for ancestor in Sdf.Path(path).GetParentPath().GetPrefixes():
        if not stage.GetPrimAtPath(ancestor):
            UsdGeom.Xform.Define(stage, ancestor)


def _animate(camera: UsdGeom.Camera, path: Sequence[cameras.Pose]) -> None:
    """Write time samples and, for tools that read it before any time is set, frame 0 as the default."""
    operation = camera.MakeMatrixXform()
    focus = camera.CreateFocusDistanceAttr(path[0].focus)
    operation.Set(Gf.Matrix4d(*path[0].matrix.ravel().tolist()))
    if cameras.is_still([pose.matrix for pose in path]):
        return
    for frame, pose in enumerate(path):
        operation.Set(Gf.Matrix4d(*pose.matrix.ravel().tolist()), frame)
        focus.Set(pose.focus, frame)


def _build_products(stage: Usd.Stage, recipe: SceneRecipe) -> None:
    """Write two render products on the one camera: the converged picture, and the signals beside it."""
    width, height = recipe.size
    UsdGeom.Scope.Define(stage, "/Render")
    for name, mode, variables in (
        ("Beauty", "PathTracing", ("LdrColor", "HdrColor")),
        (
            "Signals",
            "RealTimePathTracing",
            ("LdrColor", "DistanceToImagePlaneSD", "SemanticSegmentation", "SemanticIdMap", "NormalSD"),
        ),
    ):
        product = UsdRender.Product.Define(stage, f"/Render/{name}")
        product.CreateResolutionAttr(Gf.Vec2i(width, height))
        product.CreateCameraRel().SetTargets([recipe.camera.path])
        prim = product.GetPrim()
        prim.CreateAttribute("omni:rtx:rendermode", Sdf.ValueTypeNames.Token).Set(mode)
        if mode == "PathTracing":
            samples = prim.CreateAttribute("omni:rtx:pt:samplesPerPixel", Sdf.ValueTypeNames.UInt)
            samples.Set(recipe.samples)
        for variable in variables:
            output = UsdRender.Var.Define(stage, f"/Render/{name}/{variable}")
            output.CreateSourceNameAttr(variable)
        product.CreateOrderedVarsRel().SetTargets([f"/Render/{name}/{variable}" for variable in variables])
