"""Reads a composed stage back into a flat packet: what a renderer without USD needs, and an artist's edits.

Only worker processes load this module.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from pxr import Gf, Sdf, Usd, UsdGeom, UsdLux, UsdSemantics, UsdShade, UsdUtils

from clappper.base.errors import UnusableInputError
from clappper.usd import shapes
from clappper.usd.lighting import PRESETS
from clappper.usd.meshes import Polygons, smooth_normals, subdivide, triangles
from clappper.usd.packet import Channel, FrameCamera, LightSource, Material, RenderJob, Surface, Triangles
from clappper.usd.recipe import SceneRecipe

FEW_FACES, MANY_FACES = 3_000, 30_000
MOST_INSTANCES = 2_000
_PURPOSES = (UsdGeom.Tokens.default_, UsdGeom.Tokens.render)


@dataclass(slots=True)
class _Collected:
    """What has been read so far."""

    stage: Usd.Stage
    xforms: UsdGeom.XformCache
    materials: list[Material] = field(default_factory=list)
    material_of: dict[str, int] = field(default_factory=dict)
    surfaces: list[Surface] = field(default_factory=list)
    geometry: list[Triangles] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def add(self, path: str, label: str, material: int, mesh: Triangles) -> None:
        self.surfaces.append(Surface(path, label, material, len(self.geometry)))
        self.geometry.append(mesh)


def read_stage(
    root: Path, recipe: SceneRecipe, warnings: tuple[str, ...] = ()
) -> tuple[RenderJob, list[Triangles]]:
    """Read the composed stage into a job and its geometry.

    Raises:
        UnusableInputError: there is no camera, or nothing to see.
    """
    stage = Usd.Stage.Open(str(root))
    found = _Collected(stage, UsdGeom.XformCache(Usd.TimeCode.EarliestTime()))
    for prim in Usd.PrimRange.Stage(stage, Usd.TraverseInstanceProxies()):
        if _is_shown(prim):
            _read_shape(prim, found)
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
        lights=list(_lights(stage, found.xforms)),
        materials=found.materials,
        surfaces=found.surfaces,
        passes=[name for name, is_wanted in wanted.items() if is_wanted],
        warnings=[*warnings, *found.warnings],
    )
    return job, found.geometry


def layers_and_files(root: Path) -> list[Path]:
    """List every layer and texture that a stage uses."""
    layers, assets, _ = UsdUtils.ComputeAllDependencies(str(root))
    paths = [Path(layer.realPath) for layer in layers if layer.realPath] + [Path(asset) for asset in assets]
    return sorted({path for path in paths if path.is_file()})


def file_hashes(root: Path) -> dict[str, str]:
    """Give the SHA-256 of every file that a stage uses, by its path."""
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in layers_and_files(root)}


def stage_hash(root: Path) -> str:
    """Give one hash of everything that a stage uses; where the files lie does not matter."""
    digest = hashlib.sha256()
    for path, found in sorted(file_hashes(root).items(), key=lambda one: (Path(one[0]).name, one[1])):
        digest.update(f"{Path(path).name}:{found}\n".encode())
    return digest.hexdigest()


def _is_shown(prim: Usd.Prim) -> bool:
    if not (prim.IsA(UsdGeom.Gprim) or prim.IsA(UsdGeom.PointInstancer)):
        return False
    image = UsdGeom.Imageable(prim)
    if image.ComputeVisibility() == UsdGeom.Tokens.invisible or image.ComputePurpose() not in _PURPOSES:
        return False
    return not _is_prototype(prim)


def _is_prototype(prim: Usd.Prim) -> bool:
    """Tell whether a prim only stands as a pattern below a point instancer."""
    ancestor = prim.GetParent()
    while ancestor and not ancestor.IsPseudoRoot():
        if ancestor.IsA(UsdGeom.PointInstancer):
            return True
        ancestor = ancestor.GetParent()
    return False


def _read_shape(prim: Usd.Prim, found: _Collected) -> None:
    if prim.IsA(UsdGeom.PointInstancer):
        _read_instances(prim, found)
        return
    matrix = np.array(found.xforms.GetLocalToWorldTransform(prim))
    _read_gprim(prim, matrix, found)


def _read_instances(prim: Usd.Prim, found: _Collected) -> None:
    instancer = UsdGeom.PointInstancer(prim)
    time = Usd.TimeCode.EarliestTime()
    places = instancer.ComputeInstanceTransformsAtTime(time, time)
    kinds = instancer.GetProtoIndicesAttr().Get(time) or []
    targets = instancer.GetPrototypesRel().GetForwardedTargets()
    if len(places) > MOST_INSTANCES:
        found.warnings.append(
            f"{prim.GetPath()} has {len(places)} instances; the first {MOST_INSTANCES} are shown."
        )
    here = np.array(found.xforms.GetLocalToWorldTransform(prim))
    for place, kind in list(zip(places, kinds, strict=False))[:MOST_INSTANCES]:
        pattern = found.stage.GetPrimAtPath(targets[kind])
        above = np.linalg.inv(np.array(found.xforms.GetLocalToWorldTransform(pattern)))
        for part in Usd.PrimRange(pattern, Usd.TraverseInstanceProxies()):
            if part.IsA(UsdGeom.Gprim):
                local = np.array(found.xforms.GetLocalToWorldTransform(part)) @ above
                _read_gprim(part, local @ np.array(place) @ here, found)


def _read_gprim(prim: Usd.Prim, matrix: Any, found: _Collected) -> None:
    polygons = _polygons(prim, found)
    if polygons is None or not len(polygons.counts):
        return
    if not np.isfinite(polygons.points).all() or not np.isfinite(matrix).all():
        raise UnusableInputError(
            f"{prim.GetPath()} has transforms or points that are not numbers.",
            "Reset them and export it again.",
        )
    label = _label(prim)
    for faces, material in _parts(prim, len(polygons.counts), found):
        part = polygons if faces is None else polygons.picked(faces)
        if len(part.counts):
            found.add(str(prim.GetPath()), label, material, _placed(part, matrix))


def _polygons(prim: Usd.Prim, found: _Collected) -> Polygons | None:
    if prim.IsA(UsdGeom.Mesh):
        return _mesh(UsdGeom.Mesh(prim), found)
    solid = _solid(prim)
    if solid is None:
        found.warnings.append(f"{prim.GetPath()} is a {prim.GetTypeName()}, which is not drawn.")
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
    if prim.IsA(UsdGeom.Cylinder) or prim.IsA(UsdGeom.Cone):
        return _turned_solid(prim)
    return None


def _turned_solid(prim: Usd.Prim) -> shapes.Mesh:
    shape = UsdGeom.Cylinder(prim) if prim.IsA(UsdGeom.Cylinder) else UsdGeom.Cone(prim)
    radius, half = float(shape.GetRadiusAttr().Get()), float(shape.GetHeightAttr().Get()) / 2
    above = [(radius, half, 0.0), (0.0, half, 0.0)] if prim.IsA(UsdGeom.Cylinder) else [(0.0, half, 0.0)]
    upright = shapes.lathe([(0.0, -half, 0.0), (radius, -half, 0.0), *above])
    x, z = {"X": (0.0, -90.0), "Y": (0.0, 0.0), "Z": (90.0, 0.0)}[str(shape.GetAxisAttr().Get())]
    return upright.moved(shapes.turned(x_deg=x, z_deg=z))


def _mesh(mesh: UsdGeom.Mesh, found: _Collected) -> Polygons | None:
    time = Usd.TimeCode.EarliestTime()
    points = mesh.GetPointsAttr().Get(time)
    counts, indices = mesh.GetFaceVertexCountsAttr().Get(time), mesh.GetFaceVertexIndicesAttr().Get(time)
    if not points or not counts or not indices:
        return None
    place = str(mesh.GetPath())
    counts, indices = np.array(counts, np.int64), np.array(indices, np.int64)
    if counts.sum() != len(indices) or indices.min() < 0 or indices.max() >= len(points):
        found.warnings.append(f"{place} has faces that point to no point; it is left out.")
        return None
    read = Polygons(np.array(points, float), counts, indices)
    uvs = _by_corner(_coordinates(mesh), read)
    scheme = str(mesh.GetSubdivisionSchemeAttr().Get(time) or "catmullClark")
    smooth = scheme != "none" and len(counts) <= MANY_FACES
    normals = None if smooth else _by_corner(_normals(mesh), read)
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


def _normals(mesh: UsdGeom.Mesh) -> _Values | None:
    time = Usd.TimeCode.EarliestTime()
    primvar = UsdGeom.PrimvarsAPI(mesh).GetPrimvar("normals")
    if primvar and primvar.HasValue():
        return _Values(np.array(primvar.ComputeFlattened(time), float), str(primvar.GetInterpolation()))
    authored = mesh.GetNormalsAttr().Get(time)
    return _Values(np.array(authored, float), str(mesh.GetNormalsInterpolation())) if authored else None


def _coordinates(mesh: UsdGeom.Mesh) -> _Values | None:
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
            flat = primvar.ComputeFlattened(Usd.TimeCode.EarliestTime())
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


def _parts(prim: Usd.Prim, faces: int, found: _Collected) -> Iterator[tuple[Any, int]]:
    """Split a mesh by the materials of its subsets; None for all faces."""
    subsets = UsdGeom.Subset.GetGeomSubsets(UsdGeom.Imageable(prim), UsdGeom.Tokens.face, "materialBind")
    rest = np.ones(faces, bool)
    for subset in subsets:
        chosen = np.array(subset.GetIndicesAttr().Get() or [], np.int64)
        chosen = chosen[chosen < faces]
        rest[chosen] = False
        yield chosen, _material(subset.GetPrim(), found)
    if rest.all():
        yield None, _material(prim, found)
    elif rest.any():
        yield np.flatnonzero(rest), _material(prim, found)


def _material(prim: Usd.Prim, found: _Collected) -> int:
    bound, _ = UsdShade.MaterialBindingAPI(prim).ComputeBoundMaterial()
    shader = bound.ComputeSurfaceSource()[0] if bound else None
    is_known = shader is not None and bool(shader) and shader.GetIdAttr().Get() == "UsdPreviewSurface"
    shown = _display_colour(prim)
    key = f"{bound.GetPath()} {shown}" if is_known else f"display {shown}"
    if key not in found.material_of:
        found.material_of[key] = len(found.materials)
        made = _preview(str(bound.GetPath()), shader, shown) if is_known else Material(key, color=shown)
        found.materials.append(made)
    return found.material_of[key]


def _display_colour(prim: Usd.Prim) -> tuple[float, float, float]:
    primvar = UsdGeom.PrimvarsAPI(prim).FindPrimvarWithInheritance("displayColor")
    values = primvar.Get(Usd.TimeCode.EarliestTime()) if primvar else None
    if not values:
        return (0.5, 0.5, 0.5)
    red, green, blue = (float(c) for c in np.array(values, float).reshape(-1, 3).mean(axis=0))
    return (red, green, blue)


def _preview(name: str, shader: UsdShade.Shader, shown: tuple[float, float, float]) -> Material:
    textures: dict[str, Channel] = {}

    def read(key: str, default: Any) -> Any:
        value, channel = _input(shader, key, shown)
        if channel is not None:
            textures[key] = channel
        return default if value is None else value

    def colour(key: str, default: tuple[float, float, float]) -> tuple[float, float, float]:
        red, green, blue = (float(c) for c in read(key, default))
        return (red, green, blue)

    return Material(
        name,
        color=colour("diffuseColor", (0.18, 0.18, 0.18)),
        metallic=float(read("metallic", 0.0)),
        roughness=float(read("roughness", 0.5)),
        clearcoat=float(read("clearcoat", 0.0)),
        clearcoat_roughness=float(read("clearcoatRoughness", 0.01)),
        opacity=float(read("opacity", 1.0)),
        ior=float(read("ior", 1.5)),
        emissive=colour("emissiveColor", (0.0, 0.0, 0.0)),
        textures={key: channel for key, channel in textures.items() if key in _TEXTURED},
    )


_TEXTURED = ("diffuseColor", "metallic", "roughness")


def _input(
    shader: UsdShade.Shader, name: str, shown: tuple[float, float, float]
) -> tuple[Any, Channel | None]:
    """Follow an input through interfaces to its value, its texture, or the surface's own display colour."""
    entry = shader.GetInput(name)
    if not entry:
        return None, None
    for attribute in UsdShade.Utils.GetValueProducingAttributes(entry):
        prim = attribute.GetPrim()
        source = UsdShade.Shader(prim)
        if source and source.GetIdAttr().Get() == "UsdUVTexture":
            return entry.Get(), _channel(source, attribute.GetName())
        if source and source.GetIdAttr().Get() == "UsdPrimvarReader_float3":
            return shown, None
        if attribute.HasAuthoredValue():
            return attribute.Get(Usd.TimeCode.EarliestTime()), None
    return None, None


def _channel(texture: UsdShade.Shader, output: str) -> Channel | None:
    found = [a.Get() for a in UsdShade.Utils.GetValueProducingAttributes(texture.GetInput("file"))]
    file = next((value.resolvedPath for value in found if isinstance(value, Sdf.AssetPath)), "")
    if not file or not Path(file).is_file():
        return None
    space = texture.GetInput("sourceColorSpace")
    wrap = texture.GetInput("wrapS")
    return Channel(
        file,
        srgb=not (space and space.Get() == "raw"),
        wrap="clamp" if wrap and wrap.Get() == "clamp" else "repeat",
        component=output[-1] if output in {"outputs:r", "outputs:g", "outputs:b"} else "",
    )


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
