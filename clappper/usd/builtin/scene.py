"""A packet as Mitsuba scenes: one to light, one whose surfaces show what they are called."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from clappper.usd.packet import Channel, FrameCamera, LightSource, Material, RenderJob, Triangles, shape_at

BOUNCES = 6
THROUGH_GLASS = 6
"""How many more a path may have: a bottle's neck alone has four surfaces behind each other."""
CHANNELS = {"product": (1.0, 0.0, 0.0), "logo": (0.0, 1.0, 0.0), "backdrop": (0.0, 0.0, 1.0)}
_FLIP = np.diag([-1.0, 1.0, -1.0, 1.0])
"""USD looks along -Z with X to the right, Mitsuba along +Z with X to the left."""

Dictionary = dict[str, Any]


def lit_scene(mi: Any, job: RenderJob, geometry: list[Triangles], *, bare: bool = False) -> Any:
    """Load the scene to light; only its backdrop where it is to be ``bare``."""
    bounces = BOUNCES + THROUGH_GLASS * any(material.is_solid_glass for material in job.materials)
    path = {"type": "path", "max_depth": bounces, "hide_emitters": True}
    body: Dictionary = {"type": "scene", "integrator": path}
    body |= _surfaces(mi, job, geometry, bare=bare)
    for number, light in enumerate(job.lights):
        made = _light(mi, light)
        if made:
            body[f"l{number}"] = made
    return _loaded(mi, body)


def guiding_scene(mi: Any, job: RenderJob, geometry: list[Triangles], *, bare: bool = False) -> Any:
    """Load the scene whose colours and normals guide the denoiser: no light stands in it, as none is seen."""
    body: Dictionary = {
        "type": "scene",
        "integrator": {"type": "aov", "aovs": "albedo:albedo,normal:sh_normal"},
    }
    body |= _surfaces(mi, job, geometry, bare=bare)
    return _loaded(mi, body)


def _surfaces(mi: Any, job: RenderJob, geometry: list[Triangles], *, bare: bool) -> Dictionary:
    """Make the meshes; only the backdrop where the scene is to be ``bare``."""
    looks = [mi.load_dict(_bsdf(mi, material)) for material in job.materials]
    return {
        f"s{number}": _mesh(mi, number, geometry[surface.index], looks[surface.material])
        for number, surface in enumerate(job.surfaces)
        if not bare or surface.label == "backdrop"
    }


def naming_scene(mi: Any, job: RenderJob, geometry: list[Triangles]) -> Any:
    """Load the scene whose colours are labels: product red, logo green, backdrop blue."""
    integrator = {"type": "aov", "aovs": "name:albedo,far:depth,normal:sh_normal"}
    body: Dictionary = {"type": "scene", "integrator": integrator}
    names = {surface.label for surface in job.surfaces}
    flat = {name: {"type": "diffuse", "reflectance": _rgb(CHANNELS.get(name, (0.0,) * 3))} for name in names}
    plain = {name: mi.load_dict(_twosided(bsdf)) for name, bsdf in flat.items()}
    for number, surface in enumerate(job.surfaces):
        body[f"s{number}"] = _mesh(mi, number, geometry[surface.index], plain[surface.label])
    return _loaded(mi, body)


def _loaded(mi: Any, body: Dictionary) -> Any:
    """Load in order and as it stands: else lights change places between runs, and the noise with them."""
    return mi.load_dict(body, parallel=False, optimize=False)


class Mover:
    """Moves the surfaces of a loaded scene from frame to frame; it does nothing where all stand still."""

    def __init__(self, mi: Any, scene: Any, job: RenderJob) -> None:
        self._moving = [(f"s{n}", surface) for n, surface in enumerate(job.surfaces) if surface.is_moving]
        self._values = mi.traverse(scene) if self._moving else None
        self._place = 0

    def go(self, place: int, geometry: list[Triangles]) -> None:
        """Show the frame at ``place`` of the job's."""
        if self._values is None or place == self._place:
            return
        for name, surface in self._moving:
            mesh = shape_at(surface, geometry, place)
            self._values[f"{name}.vertex_positions"] = mesh.points.ravel()
            if len(mesh.normals):
                self._values[f"{name}.vertex_normals"] = mesh.normals.ravel()
        self._values.update()
        self._place = place


class Eye:
    """A camera that can be moved without compiling kernels anew: only its values change, never its form.

    The box filter keeps pixels independent, as the denoiser needs them.
    """

    def __init__(self, mi: Any, job: RenderJob, width: int, height: int, *, pinhole: bool) -> None:
        self._mi = mi
        first = job.frames[0]
        self._has_depth_of_field = not pinhole and first.fstop > 0 and first.focus > 0
        body = _lens(first, job.meters_per_unit) if self._has_depth_of_field else {"type": "perspective"}
        reach = max(float(np.linalg.norm(camera.matrix[3][:3])) + camera.focus for camera in job.frames)
        self.sensor = mi.load_dict(
            body
            | {
                "fov": _field_of_view(first),
                "fov_axis": "x",
                "near_clip": 1e-4 * max(reach, 1e-3),
                "far_clip": 1e3 * max(reach, 1e-3),
                "film": _film(width, height),
                "sampler": {"type": "independent"},
            }
        )
        self._values = mi.traverse(self.sensor)

    def look(self, camera: FrameCamera) -> Any:
        """Move to a frame's place and give the sensor."""
        values = self._values
        values["to_world"] = self._mi.Transform4f(np.array(camera.matrix).T @ _FLIP)
        values["x_fov"] = _field_of_view(camera)
        values["principal_point_offset_x"] = camera.h_off / camera.h_ap
        values["principal_point_offset_y"] = -camera.v_off / camera.v_ap
        if self._has_depth_of_field:
            values["focus_distance"] = camera.focus
        values.update()
        return self.sensor


def _lens(camera: FrameCamera, meters_per_unit: float) -> Dictionary:
    millimetre = 0.001 / meters_per_unit
    radius = camera.focal_mm * millimetre / (2 * camera.fstop)
    return {"type": "thinlens", "aperture_radius": radius, "focus_distance": camera.focus}


def _field_of_view(camera: FrameCamera) -> float:
    return math.degrees(2 * math.atan(camera.h_ap / (2 * camera.focal_mm)))


def _film(width: int, height: int) -> Dictionary:
    return {
        "type": "hdrfilm",
        "width": width,
        "height": height,
        "pixel_format": "rgb",
        "component_format": "float32",
        "rfilter": {"type": "box"},
    }


def _rgb(colour: tuple[float, ...]) -> Dictionary:
    return {"type": "rgb", "value": [float(np.clip(c, 0.0, 1.0)) for c in colour]}


def _twosided(bsdf: Dictionary) -> Dictionary:
    return {"type": "twosided", "bsdf": bsdf}


def _bsdf(mi: Any, material: Material) -> Dictionary:
    """Translate UsdPreviewSurface to Disney's principled material."""
    textures = material.textures
    if material.is_solid_glass:
        return _glass(material)
    body: Dictionary = {
        "type": "principled",
        "base_color": _colour(material),
        "metallic": _number(mi, material, "metallic", material.metallic),
        "roughness": _number(mi, material, "roughness", max(material.roughness, 0.04)),
        "specular": 0.5,
    }
    if material.clearcoat > 0:
        body |= {
            "clearcoat": min(material.clearcoat, 1.0),
            "clearcoat_gloss": float(np.clip(1.0 - material.clearcoat_roughness, 0.0, 0.99)),
        }
    made = _twosided(body)
    if material.opacity < 0.999 and "opacity" not in textures:
        made = {"type": "mask", "opacity": max(material.opacity, 0.0), "bsdf": made}
    return made


def _glass(material: Material) -> Dictionary:
    """Make a clear solid; half of its colour is lost where light enters, half where it leaves."""
    return {
        "type": "principled",
        "base_color": _rgb(material.color),
        "roughness": max(material.roughness, 0.01),
        "spec_trans": 1.0,
        "eta": max(material.ior, 1.01),
    }


def _colour(material: Material) -> Dictionary:
    channel = material.textures.get("diffuseColor")
    if channel is None:
        return _rgb(material.color)
    return {"type": "bitmap", "filename": channel.file, "raw": not channel.srgb, "wrap_mode": channel.wrap}


def _number(mi: Any, material: Material, name: str, value: float) -> Any:
    channel = material.textures.get(name)
    if channel is None:
        return float(np.clip(value, 0.0, 1.0))
    if channel.component:
        return _component(mi, channel)
    return {"type": "bitmap", "filename": channel.file, "raw": True, "wrap_mode": channel.wrap}


def _component(mi: Any, channel: Channel) -> Dictionary:
    """Take one component of a packed picture, 0..1."""
    with Image.open(channel.file) as picture:
        plane = np.asarray(picture.convert("RGB"), np.float32)[..., "rgb".index(channel.component)]
    data = np.ascontiguousarray(plane[..., None] / np.float32(255))
    return {"type": "bitmap", "bitmap": mi.Bitmap(data), "raw": True, "wrap_mode": channel.wrap}


def _mesh(mi: Any, number: int, mesh: Triangles, bsdf: Any) -> Any:
    properties = mi.Properties()
    properties["bsdf"] = bsdf
    has_normals, has_uvs = len(mesh.normals) > 0, len(mesh.uvs) > 0
    made = mi.Mesh(
        f"s{number}",
        vertex_count=len(mesh.points),
        face_count=len(mesh.faces),
        has_vertex_normals=has_normals,
        has_vertex_texcoords=has_uvs,
        props=properties,
    )
    values = mi.traverse(made)
    values["vertex_positions"] = mesh.points.ravel()
    values["faces"] = mesh.faces.ravel()
    if has_normals:
        values["vertex_normals"] = mesh.normals.ravel()
    if has_uvs:
        values["vertex_texcoords"] = (
            np.stack([mesh.uvs[:, 0], 1.0 - mesh.uvs[:, 1]], 1).astype(np.float32).ravel()
        )
    values.update()
    return made


def _light(mi: Any, light: LightSource) -> Dictionary | None:
    """Translate a UsdLux light; its intensity in nits is a radiance."""
    matrix = np.array(light.matrix).T
    size = np.linalg.norm(matrix[:3, :3], axis=0)
    radiance = [light.intensity * c for c in light.color]
    match light.type:
        case "dome":
            return _dome(mi, light, matrix, radiance)
        case "rect":
            shape, scale = "rectangle", np.diag([-light.w / 2, light.h / 2, -1.0, 1.0])
            area = light.w * light.h * size[0] * size[1]
        case "disk":
            shape, scale = "disk", np.diag([-light.radius, light.radius, -1.0, 1.0])
            area = math.pi * light.radius**2 * size[0] * size[1]
        case "sphere":
            shape, scale = "sphere", np.diag([light.radius] * 3 + [1.0])
            area = 4 * math.pi * (light.radius * size[0]) ** 2
        case _:
            return _sun(light, matrix, radiance)
    if light.normalize:
        radiance = [value / max(area, 1e-12) for value in radiance]
    emitter = {"type": "area", "radiance": {"type": "rgb", "value": radiance}}
    return {"type": shape, "to_world": mi.ScalarTransform4f(matrix @ scale), "emitter": emitter}


def _dome(mi: Any, light: LightSource, matrix: Any, radiance: list[float]) -> Dictionary:
    if light.texture and Path(light.texture).is_file():
        turn = np.eye(4)
        turn[:3, :3] = matrix[:3, :3] / np.linalg.norm(matrix[:3, :3], axis=0)
        return {"type": "envmap", "filename": light.texture, "scale": light.intensity,
                "to_world": mi.ScalarTransform4f(turn)}  # fmt: skip
    return {"type": "constant", "radiance": {"type": "rgb", "value": radiance}}


def _sun(light: LightSource, matrix: Any, radiance: list[float]) -> Dictionary:
    """Translate a distant light: the irradiance of a disc of sky as wide as its angle."""
    half = math.radians(max(light.angle, 0.01)) / 2
    factor = 1.0 if light.normalize else math.pi * math.sin(half) ** 2
    towards = -matrix[:3, 2] / np.linalg.norm(matrix[:3, 2])
    return {
        "type": "directional",
        "direction": towards.tolist(),
        "irradiance": {"type": "rgb", "value": [value * factor for value in radiance]},
    }
