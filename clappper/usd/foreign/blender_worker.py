# SPDX-License-Identifier: GPL-3.0-or-later
"""Renders a scene's folder with Blender's Cycles. Runs inside Blender, or in a Python with ``bpy``.

It stands alone: it imports nothing of the program that starts it; data passes through files only. Start it
with ``blender -b --factory-startup -P blender_worker.py -- FOLDER`` or ``python blender_worker.py FOLDER``.
"""

from __future__ import annotations

import json
import math
import os
import struct
import sys
import threading
import time
import zlib
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix

Y_UP_TO_Z_UP = Matrix(((1, 0, 0, 0), (0, 0, -1, 0), (0, 1, 0, 0), (0, 0, 0, 1)))
COLOURS = {"product": (1, 0, 0, 1), "logo": (0, 1, 0, 1), "backdrop": (0, 0, 1, 1)}
COVER_SAMPLES = 16
DEVICES = ("OPTIX", "CUDA", "HIP", "METAL", "ONEAPI")


def say(event: str, **facts: Any) -> None:
    sys.stdout.write(json.dumps({"event": event, **facts}) + "\n")
    sys.stdout.flush()


def end_with_parent() -> None:
    def watch() -> None:
        while os.read(0, 4096):
            pass
        os._exit(143)

    threading.Thread(target=watch, daemon=True).start()


def fitting(operator: Any, **wanted: Any) -> dict[str, Any]:
    """Keep the keywords that this version's operator knows: they differ between releases."""
    known = operator.get_rna_type().properties.keys()
    return {name: value for name, value in wanted.items() if name in known}


def load(job: dict[str, Any]) -> None:
    """Import the stage; lights and cameras are made from the job, which read them from the composed stage."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.wm.usd_import(
        filepath=job["usd"],
        **fitting(
            bpy.ops.wm.usd_import,
            import_lights=False,
            import_cameras=False,
            import_usd_preview=True,
            import_materials=True,
            import_subdiv=True,
            set_frame_range=False,
        ),
    )
    bpy.context.view_layer.update()


def metres(job: dict[str, Any], matrix: list[list[float]]) -> Matrix:
    """Turn a row-vector matrix in stage units, Y up, into Blender's: columns, metres, Z up."""
    turned = Matrix(matrix).transposed()
    turned.translation = turned.translation * job["meters_per_unit"]
    return Y_UP_TO_Z_UP @ turned


def add_lights(job: dict[str, Any]) -> list[Any]:
    made = []
    for light in job["lights"]:
        if light["type"] == "dome":
            add_world(light)
            continue
        kind = {"rect": "AREA", "disk": "AREA", "sphere": "POINT", "distant": "SUN"}[light["type"]]
        data = bpy.data.lights.new(light["path"], kind)
        data.color = light["color"]
        data.energy = energy_of(job, light, data)
        item = bpy.data.objects.new(light["path"], data)
        item.matrix_world = metres(job, light["matrix"])
        item.visible_camera = False
        bpy.context.scene.collection.objects.link(item)
        made.append(item)
    return made


def energy_of(job: dict[str, Any], light: dict[str, Any], data: Any) -> float:
    """Give Blender's watts for UsdLux's nits: an area light of radiance L emits L times its area times pi."""
    unit, nits = job["meters_per_unit"], light["intensity"]
    if light["type"] == "rect":
        data.shape = "RECTANGLE"
        data.size, data.size_y = light["w"] * unit, light["h"] * unit
        area = data.size * data.size_y
        return float(nits * math.pi * (1.0 if light["normalize"] else area))
    radius = light["radius"] * unit
    if light["type"] == "disk":
        data.shape, data.size = "DISK", 2 * radius
        return float(nits * math.pi * (1.0 if light["normalize"] else math.pi * radius**2))
    if light["type"] == "sphere":
        data.shadow_soft_size = radius
        return float(nits * math.pi * (1.0 if light["normalize"] else 4 * math.pi * radius**2))
    data.angle = math.radians(light["angle"])
    half = data.angle / 2
    return float(nits * (1.0 if light["normalize"] else math.pi * math.sin(half) ** 2))


def add_world(light: dict[str, Any]) -> None:
    world = bpy.data.worlds.new("Dome")
    bpy.context.scene.world = world
    world.use_nodes = True
    background = world.node_tree.nodes["Background"]
    background.inputs["Color"].default_value = (*light["color"], 1)
    background.inputs["Strength"].default_value = light["intensity"]
    if light["texture"]:
        picture = world.node_tree.nodes.new("ShaderNodeTexEnvironment")
        picture.image = bpy.data.images.load(light["texture"])
        world.node_tree.links.new(picture.outputs["Color"], background.inputs["Color"])


def add_camera() -> Any:
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    camera.data.clip_start, camera.data.clip_end = 0.001, 1000.0
    bpy.context.scene.collection.objects.link(camera)
    bpy.context.scene.camera = camera
    return camera


def look(job: dict[str, Any], camera: Any, frame: dict[str, Any]) -> None:
    camera.matrix_world = metres(job, frame["matrix"])
    lens = camera.data
    wide = frame["h_ap"] >= frame["v_ap"]
    lens.sensor_fit = "HORIZONTAL" if wide else "VERTICAL"
    lens.sensor_width, lens.sensor_height = frame["h_ap"], frame["v_ap"]
    lens.lens = frame["focal_mm"]
    longer = max(frame["h_ap"], frame["v_ap"])
    lens.shift_x, lens.shift_y = frame["h_off"] / longer, frame["v_off"] / longer
    lens.dof.use_dof = frame["fstop"] > 0
    if frame["fstop"] > 0:
        lens.dof.aperture_fstop = frame["fstop"]
        lens.dof.focus_distance = frame["focus"] * job["meters_per_unit"]


def set_up(job: dict[str, Any]) -> str:
    """Prepare Cycles and give the device it uses."""
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.resolution_x, scene.render.resolution_y = job["width"], job["height"]
    scene.render.resolution_percentage = 100
    scene.render.use_persistent_data = True
    cycles = scene.cycles
    cycles.seed, cycles.samples = job["seed"], job["spp"]
    cycles.use_adaptive_sampling, cycles.adaptive_threshold = True, 0.02
    cycles.max_bounces = 6
    cycles.caustics_reflective = cycles.caustics_refractive = False
    device = find_device()
    cycles.device = "CPU" if device == "CPU" else "GPU"
    return device


def find_device() -> str:
    preferences = bpy.context.preferences.addons["cycles"].preferences
    for kind in DEVICES:
        try:
            preferences.compute_device_type = kind
        except TypeError:
            continue
        preferences.get_devices()
        usable = [device for device in preferences.devices if device.type == kind]
        if usable:
            for device in preferences.devices:
                device.use = device.type == kind
            return kind
    return "CPU"


def write(path: Path, kind: str, *, raw: bool) -> None:
    """Render the scene as it stands into one file, which appears when it is whole."""
    scene = bpy.context.scene
    choose_format(kind)
    scene.view_settings.view_transform = "Raw" if raw else "Khronos PBR Neutral"
    scene.view_settings.look = "None"
    part = path.with_name(f"part-{path.name}")
    scene.render.filepath = str(part)
    bpy.ops.render.render(write_still=True)
    part.replace(path)


def choose_format(kind: str) -> None:
    picture = bpy.context.scene.render.image_settings
    picture.file_format = kind
    picture.color_mode = "RGB"
    picture.color_depth = "32" if kind == "OPEN_EXR" else "8"


def light_of_last(scratch: Path) -> Any:
    """Give the linear light of what was rendered last: (height, width, 3)."""
    choose_format("OPEN_EXR")
    bpy.data.images["Render Result"].save_render(str(scratch), scene=bpy.context.scene)
    return taken(scratch)


def taken(path: Path) -> Any:
    """Read a float picture's values, the top row first, and remove its file."""
    image = bpy.data.images.load(str(path), check_existing=False)
    width, height = image.size
    values = np.empty(width * height * 4, np.float32)
    image.pixels.foreach_get(values)
    bpy.data.images.remove(image)
    path.unlink()
    return values.reshape(height, width, 4)[::-1, :, :3]


def put(path: Path, data: bytes) -> None:
    part = path.with_name(f"part-{path.name}")
    part.write_bytes(data)
    part.replace(path)


def exr(channels: dict[str, Any]) -> bytes:
    """Lay out float channels as uncompressed scan lines (OpenEXR 2 file layout)."""
    names = sorted(channels)
    height, width = channels[names[0]].shape
    box = struct.pack("<4i", 0, 0, width - 1, height - 1)

    def attribute(name: str, kind: str, body: bytes) -> bytes:
        return f"{name}\0{kind}\0".encode() + struct.pack("<I", len(body)) + body

    listed = b"".join(f"{name}\0".encode() + struct.pack("<IBxxxII", 2, 0, 1, 1) for name in names)
    head = (
        struct.pack("<II", 20000630, 2)
        + attribute("channels", "chlist", listed + b"\0")
        + attribute("compression", "compression", b"\0")
        + attribute("dataWindow", "box2i", box)
        + attribute("displayWindow", "box2i", box)
        + attribute("lineOrder", "lineOrder", b"\0")
        + attribute("pixelAspectRatio", "float", struct.pack("<f", 1.0))
        + attribute("screenWindowCenter", "v2f", struct.pack("<2f", 0.0, 0.0))
        + attribute("screenWindowWidth", "float", struct.pack("<f", 1.0))
        + b"\0"
    )
    size = 4 * width * len(names)
    first = len(head) + 8 * height
    table = struct.pack(f"<{height}Q", *(first + (8 + size) * row for row in range(height)))
    planes = [np.ascontiguousarray(channels[name], np.float32) for name in names]
    rows = (
        struct.pack("<iI", row, size) + b"".join(plane[row].tobytes() for plane in planes)
        for row in range(height)
    )
    return head + table + b"".join(rows)


def grey_png(values: Any) -> bytes:
    """Encode shares 0..1 as an 8-bit grey picture."""
    height, width = values.shape
    codes = np.round(np.clip(values, 0, 1) * 255).astype(np.uint8)
    rows = b"".join(b"\0" + codes[row].tobytes() for row in range(height))

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    facts = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", facts)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def beauty(job: dict[str, Any], path: Path) -> None:
    scene = bpy.context.scene
    scene.cycles.samples = job["spp"]
    scene.cycles.use_denoising = True
    scene.cycles.denoiser = "OPENIMAGEDENOISE"
    scene.cycles.denoising_input_passes = "RGB_ALBEDO_NORMAL"
    scene.view_settings.exposure = job["ev"] or 0.0
    scene.view_layers[0].material_override = None
    write(path, "PNG", raw=False)


class Signals:
    """Materials that show labels or distance instead of light, put over everything for one render."""

    def __init__(self, job: dict[str, Any]) -> None:
        self._job = job
        self._depth = emission("Depth", shows="depth")
        self._normal = emission("Normal", shows="normal")
        self._by_label = {name: emission(name, colour) for name, colour in COLOURS.items()}
        self._other = emission("other", (0, 0, 0, 1))
        self._meshes = [item for item in bpy.context.scene.objects if item.type == "MESH"]

    def masks(self, path: Path) -> None:
        """Swap every mesh's materials for its label's colour and render without light."""
        kept = {item.name: [slot.material for slot in item.material_slots] for item in self._meshes}
        for item in self._meshes:
            flat = self._by_label.get(label_of(self._job, item), self._other)
            if not item.material_slots:
                item.data.materials.append(flat)
            for slot in item.material_slots:
                slot.material = flat
        self._plainly(path, "PNG", COVER_SAMPLES)
        for item in self._meshes:
            for slot, material in zip(item.material_slots, kept[item.name], strict=False):
                slot.material = material

    def depth(self, path: Path) -> None:
        """Write planar distance in metres, channel Z; where nothing is, infinity."""
        distance = self._values(self._depth, path)[..., 0]
        put(path, exr({"Z": np.where(distance > 0, distance, np.inf)}))

    def normal(self, path: Path) -> None:
        """Write normals in the stage's world, Y up, channels X, Y and Z; where nothing is, zero."""
        shown = self._values(self._normal, path)
        blender = np.where(shown.sum(axis=-1, keepdims=True) > 0, 2 * shown - 1, 0)
        put(path, exr({"X": blender[..., 0], "Y": blender[..., 2], "Z": -blender[..., 1]}))

    def shadow(self, path: Path) -> None:
        """Write how much darker the backdrop is for the product: what was rendered last against it alone."""
        scratch = path.with_name(f"part-{path.stem}.exr")
        shaded = light_of_last(scratch)
        hidden = [item for item in self._meshes if label_of(self._job, item) != "backdrop"]
        for item in hidden:
            item.hide_render = True
        write(scratch, "OPEN_EXR", raw=True)
        for item in hidden:
            item.hide_render = False
        weights = np.array([0.2126, 0.7152, 0.0722], np.float32)
        put(path, grey_png((shaded @ weights) / np.maximum(taken(scratch) @ weights, 1e-5)))

    def _values(self, material: Any, path: Path) -> Any:
        """Show one material on everything and give what it says, a value a pixel."""
        scratch = path.with_name(f"part-{path.stem}.exr")
        bpy.context.scene.view_layers[0].material_override = material
        self._plainly(scratch, "OPEN_EXR", 1)
        bpy.context.scene.view_layers[0].material_override = None
        return taken(scratch)

    def _plainly(self, path: Path, kind: str, samples: int) -> None:
        scene, world = bpy.context.scene, bpy.context.scene.world
        lights = [item for item in scene.objects if item.type == "LIGHT"]
        for item in lights:
            item.hide_render = True
        scene.world = None
        scene.cycles.samples, scene.cycles.use_denoising = samples, False
        scene.cycles.pixel_filter_type = "BOX"
        scene.view_settings.exposure = 0.0
        write(path, kind, raw=True)
        scene.cycles.pixel_filter_type = "BLACKMAN_HARRIS"
        scene.world = world
        for item in lights:
            item.hide_render = False


def emission(name: str, colour: tuple[float, ...] = (0, 0, 0, 1), shows: str = "") -> Any:
    """Make a material that shines in ``colour``, or in its distance or its normal, halved about one half."""
    material = bpy.data.materials.new(f"signal {name}")
    material.use_nodes = True
    tree = material.node_tree
    tree.nodes.clear()
    output, shine = tree.nodes.new("ShaderNodeOutputMaterial"), tree.nodes.new("ShaderNodeEmission")
    shine.inputs["Color"].default_value = (1, 1, 1, 1) if shows else colour
    if shows == "depth":
        camera = tree.nodes.new("ShaderNodeCameraData")
        tree.links.new(camera.outputs["View Z Depth"], shine.inputs["Strength"])
    elif shows == "normal":
        surface, halved = tree.nodes.new("ShaderNodeNewGeometry"), tree.nodes.new("ShaderNodeVectorMath")
        halved.operation = "MULTIPLY_ADD"
        halved.inputs[1].default_value = halved.inputs[2].default_value = (0.5, 0.5, 0.5)
        tree.links.new(surface.outputs["Normal"], halved.inputs[0])
        tree.links.new(halved.outputs["Vector"], shine.inputs["Color"])
    tree.links.new(shine.outputs["Emission"], output.inputs["Surface"])
    return material


def label_of(job: dict[str, Any], item: Any) -> str:
    """Find an object's label by its prim's name, its own or its parent's: the importer merges both."""
    names = {item.name, item.data.name, item.parent.name if item.parent else ""}
    clean = {name.split(".")[0] for name in names if name}
    for path, label in job["labels"].items():
        if path.rsplit("/", 1)[-1] in clean:
            return str(label)
    return "product"


def render(folder: Path) -> None:
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    load(job)
    add_lights(job)
    camera = add_camera()
    device = set_up(job)
    say("ready", backend="blender", version=bpy.app.version_string, device=device.lower())
    signals = Signals(job)
    out = folder / job["out_dir"]
    for done, frame in enumerate(job["frames"], 1):
        began = time.process_time()
        look(job, camera, frame)
        number = f"{frame['frame']:04d}"
        for name, suffix in (("masks", "png"), ("depth", "exr"), ("normal", "exr")):
            place = out / name / f"{number}.{suffix}"
            if name in job["passes"] and not place.exists():
                getattr(signals, name)(place)
        picture, shade = folder / "frames" / f"{number}.png", out / "shadow" / f"{number}.png"
        wants_shadow = "shadow" in job["passes"] and not shade.exists()
        if wants_shadow or (frame["frame"] in job["keyframes"] and not picture.exists()):
            beauty(job, picture)
        if wants_shadow:
            signals.shadow(shade)
        spent = round(time.process_time() - began, 2)
        say("frame", i=frame["frame"], done=done, n=len(job["frames"]), cpu_s=spent)


def main() -> int:
    end_with_parent()
    try:
        render(Path(sys.argv[-1]))
    except MemoryError:
        say("error", code="memory", message="There is not enough memory for this scene.")
        return 5
    except RuntimeError as error:
        say("error", code="render", message=f"Blender failed: {str(error).strip()[:300]}.")
        return 5
    say("done")
    return 0


if __name__ == "__main__":
    sys.exit(main())
