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
from pxr import Gf, Sdf, Tf, Usd, UsdGeom, UsdLux, UsdRender, UsdSemantics, UsdShade, Vt

from clappper.base.colours import linear
from clappper.base.errors import UnusableInputError
from clappper.usd import artwork, cameras, products
from clappper.usd.assets import Asset, open_asset
from clappper.usd.lighting import PRESETS, LightPreset
from clappper.usd.recipe import SceneRecipe
from clappper.usd.shapes import Mesh, patch

METERS_PER_UNIT = 0.01
GENERATED, ROOT = "generated.usda", "root.usda"
WORLD, PRODUCT, SET = "/World", "/World/Product", "/World/Set"
BACKDROP = "backdrop"


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
    if scene is None or own is not None:
        _build_set(stage, box, recipe, preset)
    if is_lit or scene is None:
        _build_lights(stage, box, preset, recipe, folder)
    _build_camera(stage, box, recipe, scene)
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
        _bind(mesh.GetPrim(), _material(stage, part.look))
    return _box_of(stage, PRODUCT)


def _box_of(stage: Usd.Stage, path: str) -> cameras.Box:
    purposes = [UsdGeom.Tokens.default_, UsdGeom.Tokens.render]
    bound = UsdGeom.BBoxCache(Usd.TimeCode.Default(), purposes).ComputeWorldBound(stage.GetPrimAtPath(path))
    extent = bound.ComputeAlignedRange()
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
    """Reference an asset, converting its unit and up axis, which references do not."""
    holder = UsdGeom.Xform.Define(stage, path)
    scale = asset.meters_per_unit / METERS_PER_UNIT
    holder.AddTransformOp().Set(Gf.Matrix4d(*np.asarray(asset.upright() * _scaling(scale)).ravel().tolist()))
    there = asset.stage.GetPrimAtPath(asset.prim)
    child = stage.DefinePrim(f"{path}/Content", "" if there.GetTypeName() else "Xform")
    child.GetReferences().AddReference(Sdf.Reference(str(asset.path), asset.prim))
    for prim in Usd.PrimRange(holder.GetPrim(), Usd.TraverseInstanceProxies()):
        if prim.IsA(UsdGeom.Gprim) and not prim.IsInstanceProxy():
            label(prim, name)


def _scaling(scale: float) -> Any:
    matrix = np.ones((4, 4))
    matrix[:3] = scale
    return matrix


def write_mesh(stage: Usd.Stage, path: str, shape: Mesh) -> UsdGeom.Mesh:
    """Write a mesh with its own normals and texture coordinates; no subdivision."""
    mesh = UsdGeom.Mesh.Define(stage, path)
    triangle = shape.quads[:, 2] == shape.quads[:, 3]
    counts = np.where(triangle, 3, 4).astype(np.int32)
    keep = np.ones(shape.quads.shape, bool)
    keep[:, 3] = ~triangle
    points = shape.points.astype(np.float32)
    mesh.CreatePointsAttr(Vt.Vec3fArray.FromNumpy(points))
    mesh.CreateFaceVertexCountsAttr(Vt.IntArray.FromNumpy(counts))
    mesh.CreateFaceVertexIndicesAttr(Vt.IntArray.FromNumpy(np.ascontiguousarray(shape.quads[keep])))
    mesh.CreateNormalsAttr(Vt.Vec3fArray.FromNumpy(shape.normals.astype(np.float32)))
    mesh.SetNormalsInterpolation(UsdGeom.Tokens.vertex)
    mesh.CreateSubdivisionSchemeAttr(UsdGeom.Tokens.none)
    mesh.CreateExtentAttr(Vt.Vec3fArray.FromNumpy(np.array([points.min(0), points.max(0)])))
    uvs = UsdGeom.PrimvarsAPI(mesh).CreatePrimvar(
        "st", Sdf.ValueTypeNames.TexCoord2fArray, UsdGeom.Tokens.vertex
    )
    uvs.Set(Vt.Vec2fArray.FromNumpy(shape.uvs.astype(np.float32)))
    return mesh


def label(prim: Usd.Prim, name: str) -> None:
    """Say what a surface is, in OpenUSD's way and in the one that Replicator reads."""
    UsdSemantics.LabelsAPI.Apply(prim, "class").CreateLabelsAttr([name])
    prim.AddAppliedSchema("SemanticsAPI:class")
    for suffix, value in (("semanticType", "class"), ("semanticData", name)):
        attribute = f"semantic:class:params:{suffix}"
        prim.CreateAttribute(attribute, Sdf.ValueTypeNames.String, custom=True).Set(value)


def _material(stage: Usd.Stage, look: products.Look) -> UsdShade.Material:
    path = f"{WORLD}/Looks/{Tf.MakeValidIdentifier(look.name)}"
    if stage.GetPrimAtPath(path):
        return UsdShade.Material(stage.GetPrimAtPath(path))
    material = UsdShade.Material.Define(stage, path)
    surface = UsdShade.Shader.Define(stage, f"{path}/Surface")
    surface.CreateIdAttr("UsdPreviewSurface")
    colour = surface.CreateInput("diffuseColor", Sdf.ValueTypeNames.Color3f)
    if look.artwork:
        colour.ConnectToSource(_texture(stage, path, f"./{look.artwork}.png"))
    else:
        colour.Set(Gf.Vec3f(*linear(look.colour)))
    for name, value in (
        ("metallic", look.metallic),
        ("roughness", look.roughness),
        ("clearcoat", look.clearcoat),
        ("clearcoatRoughness", 0.03),
    ):
        surface.CreateInput(name, Sdf.ValueTypeNames.Float).Set(value)
    material.CreateSurfaceOutput().ConnectToSource(surface.ConnectableAPI(), "surface")
    return material


def _texture(stage: Usd.Stage, path: str, file: str) -> UsdShade.Output:
    reader = UsdShade.Shader.Define(stage, f"{path}/Coordinates")
    reader.CreateIdAttr("UsdPrimvarReader_float2")
    reader.CreateInput("varname", Sdf.ValueTypeNames.String).Set("st")
    found = reader.CreateOutput("result", Sdf.ValueTypeNames.Float2)
    texture = UsdShade.Shader.Define(stage, f"{path}/Texture")
    texture.CreateIdAttr("UsdUVTexture")
    texture.CreateInput("file", Sdf.ValueTypeNames.Asset).Set(file)
    texture.CreateInput("sourceColorSpace", Sdf.ValueTypeNames.Token).Set("sRGB")
    texture.CreateInput("st", Sdf.ValueTypeNames.Float2).ConnectToSource(found)
    for name in ("wrapS", "wrapT"):
        texture.CreateInput(name, Sdf.ValueTypeNames.Token).Set("clamp")
    return texture.CreateOutput("rgb", Sdf.ValueTypeNames.Float3)


def _bind(prim: Usd.Prim, material: UsdShade.Material) -> None:
    UsdShade.MaterialBindingAPI.Apply(prim).Bind(material)


def _build_set(stage: Usd.Stage, box: cameras.Box, recipe: SceneRecipe, preset: LightPreset) -> None:
    """Hang a seamless paper: floor, a wide curve, wall."""
    UsdGeom.Xform.Define(stage, SET)
    size = scale_of(box)
    behind, bend, half = 3.2 * size, 2.2 * size, 14 * size
    front, top = 9 * size, 12 * size
    middle = box.centre

    def paper(u: Any, v: Any) -> Any:
        flat, arc = front + behind - bend, bend * np.pi / 2
        angle = np.clip((v - flat) / bend, 0, np.pi / 2)
        z = front - np.minimum(v, flat) - bend * np.sin(angle)
        y = bend * (1 - np.cos(angle)) + np.maximum(v - flat - arc, 0)
        return np.stack([u + middle[0], y + box.low[1], z + middle[2]], -1)

    flat, arc = front + behind - bend, bend * np.pi / 2
    rows = np.concatenate(
        [np.linspace(0, flat, 4), flat + arc * np.linspace(0, 1, 33)[1:], [flat + arc + top]]
    )
    mesh = write_mesh(stage, f"{SET}/Cyclorama", patch(paper, np.array([-half, half]), rows))
    label(mesh.GetPrim(), BACKDROP)
    colour = linear(recipe.lighting.backdrop) if recipe.lighting.backdrop else preset.backdrop
    look = _material(stage, products.Look("Paper", roughness=0.85))
    shader = UsdShade.Shader(stage.GetPrimAtPath(f"{WORLD}/Looks/Paper/Surface"))
    shader.GetInput("diffuseColor").Set(Gf.Vec3f(*colour))
    _bind(mesh.GetPrim(), look)


def scale_of(box: cameras.Box) -> float:
    """Give the size that lights and set are made to: the product's height, or more for wide, flat ones."""
    width, height, depth = box.size
    return float(max(height, 0.8 * width, 0.6 * depth))


def _build_lights(
    stage: Usd.Stage, box: cameras.Box, preset: LightPreset, recipe: SceneRecipe, folder: Path
) -> None:
    size, middle = scale_of(box), box.centre
    UsdGeom.Xform.Define(stage, f"{WORLD}/Lights")
    for card in preset.cards:
        light = UsdLux.RectLight.Define(stage, f"{WORLD}/Lights/{card.name}")
        light.CreateWidthAttr(card.width * size)
        light.CreateHeightAttr(card.height * size)
        light.CreateIntensityAttr(card.nits)
        light.CreateExposureAttr(0.0)
        light.CreateNormalizeAttr(defaultValue=False)
        light.CreateColorAttr(Gf.Vec3f(*card.colour))
        eye = np.array([middle[0], box.low[1], middle[2]]) + size * np.asarray(card.place)
        light.AddTransformOp().Set(Gf.Matrix4d(*cameras.look_at(eye, middle).ravel().tolist()))
    dome = UsdLux.DomeLight.Define(stage, f"{WORLD}/Lights/Dome")
    dome.CreateIntensityAttr(preset.dome if not recipe.lighting.hdri else max(preset.dome, 0.5))
    dome.CreateColorAttr(Gf.Vec3f(*preset.dome_colour))
    if recipe.lighting.hdri:
        import shutil

        copy = folder / f"dome{Path(recipe.lighting.hdri).suffix.lower()}"
        shutil.copyfile(recipe.lighting.hdri, copy)
        dome.CreateTextureFileAttr(f"./{copy.name}")
        dome.CreateColorAttr(Gf.Vec3f(1, 1, 1))
        dome.CreateTextureFormatAttr(UsdLux.Tokens.latlong)


def _build_camera(stage: Usd.Stage, box: cameras.Box, recipe: SceneRecipe, scene: Asset | None) -> None:
    width, height = recipe.size
    camera = recipe.camera
    shift = (camera.shift[0] * camera.core[0], camera.shift[1] * camera.core[1])
    lens = cameras.lens_of(width, height, camera.focal_length, shift)
    distance = cameras.distance_to(box, lens, camera.fill, camera.core)
    path = cameras.poses(camera.move, recipe.frames, box, distance)
    if camera.move == "authored" and scene is not None:
        path = scene.camera_path(camera.path, recipe.frames, METERS_PER_UNIT, distance)
        lens = replace(lens, focal=scene.focal_length(camera.path, lens.focal))
    _make_ancestors(stage, camera.path)
    prim = UsdGeom.Camera.Define(stage, camera.path)
    prim.CreateFocalLengthAttr(lens.focal)
    prim.CreateHorizontalApertureAttr(lens.width)
    prim.CreateVerticalApertureAttr(lens.height)
    prim.CreateHorizontalApertureOffsetAttr(lens.offset[0])
    prim.CreateVerticalApertureOffsetAttr(lens.offset[1])
    prim.CreateFStopAttr(camera.fstop)
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
