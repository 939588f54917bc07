"""The studio around a product: a seamless paper, the preset's lights, a sky.

Only worker processes load this module.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pxr import Gf, Usd, UsdGeom, UsdLux, UsdShade

from clappper.base.colours import linear
from clappper.usd import cameras, products
from clappper.usd.authoring import WORLD, bind, label, write_material, write_mesh
from clappper.usd.lighting import LightPreset
from clappper.usd.shapes import Mesh, joined, patch

SET = f"{WORLD}/Set"
BACKDROP, PROP = "backdrop", "prop"
SIZE_IN_PICTURE = 0.36


def build_set(
    stage: Usd.Stage, box: cameras.Box, size: float, backdrop: str | None, preset: LightPreset
) -> None:
    """Hang a seamless paper: floor, a wide curve, wall."""
    UsdGeom.Xform.Define(stage, SET)
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
    colour = linear(backdrop) if backdrop else preset.backdrop
    look = write_material(stage, products.Look("Paper", roughness=0.85))
    shader = UsdShade.Shader(stage.GetPrimAtPath(f"{WORLD}/Looks/Paper/Surface"))
    shader.GetInput("diffuseColor").Set(Gf.Vec3f(*colour))
    bind(mesh.GetPrim(), look)


def studio_size(box: cameras.Box, seen: float) -> float:
    """Give the size that lights and set are made to, in stage units.

    It is the product's height, or more for wide, flat ones, and for those that stand small in a picture
    ``seen`` high: else the floor in front of them lies beyond the light.
    """
    width, height, depth = box.size
    return float(max(height, 0.8 * width, 0.6 * depth, SIZE_IN_PICTURE * seen))


@dataclass(frozen=True, slots=True)
class View:
    """What the camera sees while it moves."""

    lens: cameras.Lens
    path: Sequence[cameras.Pose]


def build_lights(
    stage: Usd.Stage,
    box: cameras.Box,
    size: float,
    preset: LightPreset,
    hdri: str | None,
    folder: Path,
    view: View,
) -> None:
    """Hang the preset's cards around the product, and a sky; ``hdri`` is copied into ``folder``."""
    middle = box.centre
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
    if preset.window:
        _hang_window(stage, box, size, preset, view)
    dome = UsdLux.DomeLight.Define(stage, f"{WORLD}/Lights/Dome")
    dome.CreateIntensityAttr(preset.dome if not hdri else max(preset.dome, 0.5))
    dome.CreateColorAttr(Gf.Vec3f(*preset.dome_colour))
    if hdri:
        copy = folder / f"dome{Path(hdri).suffix.lower()}"
        shutil.copyfile(hdri, copy)
        dome.CreateTextureFileAttr(f"./{copy.name}")
        dome.CreateColorAttr(Gf.Vec3f(1, 1, 1))
        dome.CreateTextureFormatAttr(UsdLux.Tokens.latlong)


def _sheet(width: float, height: float, x: float, y: float) -> Mesh:
    """Lay a flat rectangle of small pieces, so that its points tell where all of it is."""
    half = np.linspace(-0.5, 0.5, 9)
    return patch(lambda u, v: np.stack([u + x, v + y, 0 * u], -1), half * width, half * height)


def _shows(pose: cameras.Pose, lens: cameras.Lens, points: Any) -> bool:
    """Tell whether a camera has any of ``points`` (n, 3) in its picture."""
    seen = (points - pose.matrix[3, :3]) @ pose.matrix[:3, :3].T
    ahead = seen[seen[:, 2] < 0]
    across, up = (np.abs(ahead[:, axis] / ahead[:, 2]) * lens.focal for axis in (0, 1))
    wide, high = lens.width / 2 + abs(lens.offset[0]), lens.height / 2 + abs(lens.offset[1])
    return bool(((across < wide) & (up < high)).any())


def _hang_window(stage: Usd.Stage, box: cameras.Box, size: float, preset: LightPreset, view: View) -> None:
    """Stand the preset's window before its light; what is seen is its shadow.

    Where the camera would see it itself, the light comes without a window.
    """
    window = preset.window
    assert window is not None
    card = next(one for one in preset.cards if one.name == window.light)
    middle = np.asarray(box.centre)
    light = np.array([middle[0], box.low[1], middle[2]]) + size * np.asarray(card.place)
    place = cameras.look_at(middle + window.share * (light - middle), middle)
    scale = size * (1.0 - window.share)
    wide, high = window.opening
    mask = 0.6 * high
    sheets = [
        *((side * (wide + mask) / 2, 0.0, mask, mask) for side in (-1, 1)),
        *((0.0, side * (high + mask) / 2, wide, mask) for side in (-1, 1)),
        *((at, 0.0, thick, high) for at, thick in window.upright),
        *((0.0, at, wide, thick) for at, thick in window.level),
    ]
    parts = [_sheet(w * scale, h * scale, x * scale, y * scale) for x, y, w, h in sheets]
    shape = joined(parts).moved(place)
    if any(_shows(pose, view.lens, shape.points) for pose in view.path):
        return
    mesh = write_mesh(stage, f"{SET}/Window", shape)
    label(mesh.GetPrim(), PROP)
    bind(mesh.GetPrim(), write_material(stage, products.Look("Window", "#101010", roughness=0.9)))
