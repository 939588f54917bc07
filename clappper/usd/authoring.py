"""Writes meshes, materials and labels into a USD stage; what every part of a scene is made of.

Only worker processes load this module.
"""

from __future__ import annotations

import numpy as np
from pxr import Gf, Sdf, Tf, Usd, UsdGeom, UsdSemantics, UsdShade, Vt

from clappper.base.colours import linear
from clappper.usd import products
from clappper.usd.shapes import Mesh

WORLD = "/World"
SOLID_GLASS = "clappper:solidGlass"
"""What UsdPreviewSurface cannot say: that a clear surface bounds a solid, and is no film."""


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


def write_material(stage: Usd.Stage, look: products.Look) -> UsdShade.Material:
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
        ("opacity", look.opacity),
        ("ior", 1.5),
    ):
        surface.CreateInput(name, Sdf.ValueTypeNames.Float).Set(value)
    if look.opacity < 1:
        material.GetPrim().SetCustomDataByKey(SOLID_GLASS, value=True)
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


def bind(prim: Usd.Prim, material: UsdShade.Material) -> None:
    UsdShade.MaterialBindingAPI.Apply(prim).Bind(material)
