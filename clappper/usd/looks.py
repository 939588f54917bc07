"""Materials of a stage as UsdPreviewSurface's plain inputs, followed through interfaces and textures.

Only worker processes load this module.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from pxr import Sdf, Usd, UsdGeom, UsdShade

from clappper.usd.authoring import SOLID_GLASS
from clappper.usd.packet import Channel, Material


@dataclass(slots=True)
class Looks:
    """The materials read so far; surfaces name them by their number."""

    materials: list[Material] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def number_of(self, prim: Usd.Prim) -> int:
        """Read the material bound to a prim, once; without one that can be read, its display colour."""
        bound, _ = UsdShade.MaterialBindingAPI(prim).ComputeBoundMaterial()
        shader = bound.ComputeSurfaceSource()[0] if bound else None
        is_known = shader is not None and bool(shader) and shader.GetIdAttr().Get() == "UsdPreviewSurface"
        shown = _display_colour(prim)
        key = f"{bound.GetPath()} {shown}" if is_known else f"display {shown}"
        if key not in self._numbers:
            self._numbers[key] = len(self.materials)
            made = Material(key, color=shown)
            if is_known:
                is_glass = bool(bound.GetPrim().GetCustomDataByKey(SOLID_GLASS))
                made = _preview(str(bound.GetPath()), shader, shown, is_solid_glass=is_glass)
            self.materials.append(made)
        return self._numbers[key]


def _display_colour(prim: Usd.Prim) -> tuple[float, float, float]:
    primvar = UsdGeom.PrimvarsAPI(prim).FindPrimvarWithInheritance("displayColor")
    values = primvar.Get(Usd.TimeCode.EarliestTime()) if primvar else None
    if not values:
        return (0.5, 0.5, 0.5)
    red, green, blue = (float(c) for c in np.array(values, float).reshape(-1, 3).mean(axis=0))
    return (red, green, blue)


def _preview(
    name: str, shader: UsdShade.Shader, shown: tuple[float, float, float], *, is_solid_glass: bool
) -> Material:
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
        is_solid_glass=is_solid_glass,
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
