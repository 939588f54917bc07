"""A stranger's USD: each fault is one sentence, each oddity a warning."""

import zipfile
from pathlib import Path

import pytest

pytest.importorskip("pxr", reason="OpenUSD is not installed: uv sync, or pip install clappper[render]")

from clappper.base.errors import UnusableInputError
from clappper.usd.assets import open_asset
from clappper.usd.building import build_recipe
from clappper.usd.recipe import recipe_of

SHARED = Path(__file__).resolve().parents[4] / "shared" / "media" / "usd"
CUBE = 'def Xform "A" { def Cube "C" { double size = 2 } }'


NOT_A_NUMBER = """def Xform "A" { double3 xformOp:translate = (nan, 0, 0)
uniform token[] xformOpOrder = ["xformOp:translate"]
def Cube "C" { double size = 2 } }"""


def _usd(folder: Path, body: str, head: str = 'defaultPrim = "A"', name: str = "asset.usda") -> str:
    """Write a layer; the format wants each statement on a line of its own."""
    lines = body.replace("{ ", "{\n").replace(" }", "\n}")
    file = folder / name
    file.write_text(f"#usda 1.0\n(\n{head}\n)\n{lines}\n")
    return str(file)


@pytest.mark.parametrize(
    ("body", "head", "says"),
    [
        ('def Xform "A" {}', "", "no visible geometry"),
        ('def Xform "A" { def Camera "C" {} }', "", "no visible geometry"),
        ('def Xform "A" { def Cube "C" { token visibility = "invisible" } }', "", "no visible geometry"),
        ('def Xform "A" { def Cube "C" { uniform token purpose = "guide" } }', "", "no visible geometry"),
        (NOT_A_NUMBER, "", "not numbers"),
        ('def Xform "A" (references = @http://h/a.usd@) {}', "", "points outside"),
        ('def Xform "A" (references = @/etc/a.usd@) {}', "", "points outside"),
        ('def Xform "A" (references = @./gone.usd@) {}', "", "gone.usd"),
        ("def Xform {", "", "can't be read"),
        ("", "framesPerSecond = -1", "invalid value for field"),
    ],
)
def test_what_cannot_be_shown_is_one_sentence(body: str, head: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError) as caught:
        open_asset(_usd(tmp_path, body, head), "product_usd")
    assert says in caught.value.message
    assert "\n" not in caught.value.message
    assert "pxr" not in caught.value.message


def test_a_path_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    _usd(tmp_path, CUBE, name="secret.usda")
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    with pytest.raises(UnusableInputError, match="points outside its own folder"):
        open_asset(_usd(inner, 'def Xform "A" (references = @../../secret.usda@) {}'), "usd")


@pytest.mark.parametrize("content", [b"PK nonsense", b""])
def test_a_broken_package(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "a.usdz"
    file.write_bytes(content)
    with pytest.raises(UnusableInputError, match="no usdz package"):
        open_asset(str(file), "usd")


def test_a_package_that_does_not_begin_with_usd(tmp_path: Path) -> None:
    file = tmp_path / "a.usdz"
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("readme.txt", "hello")
    with pytest.raises(UnusableInputError, match="no USD layer"):
        open_asset(str(file), "usd")


@pytest.mark.parametrize(
    ("head", "height_cm"),
    [
        ("metersPerUnit = 1\nupAxis = \"Y\"", 400.0),
        ("metersPerUnit = 0.001\nupAxis = \"Y\"", 0.4),
        ("metersPerUnit = 0.01\nupAxis = \"Z\"", 6.0),
    ],
)  # fmt: skip
def test_units_and_axes_are_converted(head: str, height_cm: float, tmp_path: Path) -> None:
    body = """def Xform "A" { def Cube "C" { double size = 2
        float3 xformOp:scale = (1, 2, 3)
        uniform token[] xformOpOrder = ["xformOp:scale"] } }"""
    file = _usd(tmp_path, body, f'defaultPrim = "A"\n{head}')
    box = open_asset(file, "product_usd").box_in(0.01)
    assert box.size[1] == pytest.approx(height_cm)
    job = build_recipe(recipe_of({"product_usd": file, "camera": {"move": "static"}}), tmp_path / "job")
    assert job.warnings == []
    assert job.frames[0].focus == pytest.approx(2.47 * box.size[1], rel=0.5)


def test_the_product_stands_on_the_ground(tmp_path: Path) -> None:
    from clappper.usd.packet import read_geometry

    body = """def Xform "A" { def Cube "C" { double size = 2
        double3 xformOp:translate = (50, 70, -20)
        uniform token[] xformOpOrder = ["xformOp:translate"] } }"""
    job = build_recipe(recipe_of({"product_usd": _usd(tmp_path, body)}), tmp_path / "job")
    meshes = read_geometry(tmp_path / "job")
    points = next(meshes[s.index].points for s in job.surfaces if s.label == "product")
    assert points[:, 1].min() == pytest.approx(0, abs=1e-4)
    assert points[:, 0].mean() == pytest.approx(0, abs=1e-4)


def test_missing_textures_and_foreign_materials_are_warnings(tmp_path: Path) -> None:
    body = """
    def Xform "A" {
        def Cube "C" (prepend apiSchemas = ["MaterialBindingAPI"]) { rel material:binding = </A/M> }
        def Material "M" {
            token outputs:mdl:surface.connect = </A/M/S.outputs:out>
            def Shader "S" { asset inputs:file = @./gone.png@
                token outputs:out }
        }
    }"""
    warnings = " ".join(open_asset(_usd(tmp_path, body), "product_usd").warnings)
    assert "gone.png" in warnings
    assert "MDL" in warnings


def test_a_camera_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    body = 'def Xform "A" { def Cube "C" {}\ndef Camera "Shot" {} }'
    recipe = recipe_of({"usd": _usd(tmp_path, body), "camera": {"move": "authored", "path": "/A/Gone"}})
    with pytest.raises(UnusableInputError, match=r"It has: /A/Shot"):
        build_recipe(recipe, tmp_path / "job")


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared material")
@pytest.mark.parametrize(
    "name", ["Teapot/Teapot.usd", "pool_endToEnd/Table/Table.usd", "broken_badUsdz.usdz"]
)
def test_public_assets_build(name: str, tmp_path: Path) -> None:
    job = build_recipe(recipe_of({"product_usd": str(SHARED / name)}), tmp_path)
    assert any(surface.label == "product" for surface in job.surfaces)


def test_packed_textures_and_display_colours_are_read(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (4, 4), (10, 200, 90)).save(tmp_path / "arm.png")
    body = """
    def Xform "A" {
        def Cube "C" (prepend apiSchemas = ["MaterialBindingAPI"]) { rel material:binding = </A/M>
            color3f[] primvars:displayColor = [(0.25, 0.5, 0.75)] }
        def Material "M" {
            token outputs:surface.connect = </A/M/S.outputs:surface>
            def Shader "S" { uniform token info:id = "UsdPreviewSurface"
                color3f inputs:diffuseColor.connect = </A/M/P.outputs:result>
                float inputs:roughness.connect = </A/M/T.outputs:g>
                token outputs:surface }
            def Shader "P" { uniform token info:id = "UsdPrimvarReader_float3"
                string inputs:varname = "displayColor"
                float3 outputs:result }
            def Shader "T" { uniform token info:id = "UsdUVTexture"
                asset inputs:file = @./arm.png@
                token inputs:sourceColorSpace = "raw"
                float outputs:g }
        }
    }"""
    job = build_recipe(recipe_of({"product_usd": _usd(tmp_path, body)}), tmp_path / "job")
    made = next(job.materials[s.material] for s in job.surfaces if s.label == "product")
    assert made.color == (0.25, 0.5, 0.75)
    channel = made.textures["roughness"]
    assert (channel.component, channel.srgb, Path(channel.file).name) == ("g", False, "arm.png")


def test_a_mesh_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from clappper.usd import assets

    monkeypatch.setattr(assets, "MAX_FACES", 0)
    mesh = """def Xform "A" { def Mesh "M" { int[] faceVertexCounts = [3]
        int[] faceVertexIndices = [0, 1, 2]
        point3f[] points = [(0,0,0), (1,0,0), (0,1,0)] } }"""
    with pytest.raises(UnusableInputError, match=r"asset\.usda has 0\.0 million faces"):
        open_asset(_usd(tmp_path, mesh), "product_usd")


@pytest.mark.parametrize("codes", ["0", "-1"])
def test_time_codes_that_cannot_be_count_as_usual(codes: str, tmp_path: Path) -> None:
    head = f'defaultPrim = "A"\ntimeCodesPerSecond = {codes}\nstartTimeCode = 5\nendTimeCode = 9'
    job = build_recipe(recipe_of({"product_usd": _usd(tmp_path, CUBE, head)}), tmp_path / "job")
    assert any(surface.label == "product" for surface in job.surfaces)


def test_a_capsule_is_as_high_as_its_ends_make_it(tmp_path: Path) -> None:
    from clappper.usd.packet import read_geometry

    body = """def Xform "A" { def Capsule "C" { double radius = 1
        double height = 4
        uniform token axis = "Y" } }"""
    job = build_recipe(recipe_of({"product_usd": _usd(tmp_path, body)}), tmp_path / "job")
    (surface,) = (one for one in job.surfaces if one.label == "product")
    points = read_geometry(tmp_path / "job")[surface.index].points
    assert job.warnings == []
    assert points[:, 1].max() == pytest.approx(6, abs=1e-3)
    assert points[:, 0].max() == pytest.approx(1, abs=1e-3)
