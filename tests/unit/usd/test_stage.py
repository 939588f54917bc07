import json
from dataclasses import asdict
from pathlib import Path

import pytest

pytest.importorskip("pxr", reason="OpenUSD is not installed: uv sync, or pip install clappper[render]")

from pxr import Usd, UsdGeom, UsdUtils, UsdValidation

from clappper.usd.building import build_recipe
from clappper.usd.packet import read_geometry, read_job
from clappper.usd.recipe import SceneRecipe, recipe_of


def _recipe(**values: object) -> SceneRecipe:
    return recipe_of({"camera": {"seconds": 0.2}, "brand": {"name": "Auric", "product": "Chrono"}} | values)


@pytest.mark.parametrize(
    ("product", "preset", "aspect", "move"),
    [
        ("bottle", "soft_top", "9:16", "dolly_in"),
        ("watch", "golden_hour", "16:9", "orbit"),
        ("phone", "hard_rim", "1:1", "pan"),
        ("tube", "neon", "4:5", "tilt"),
    ],
)
def test_stages_pass_every_validator(
    product: str, preset: str, aspect: str, move: str, tmp_path: Path
) -> None:
    recipe = _recipe(
        builtin_product=product,
        lighting={"preset": preset},
        camera={"seconds": 0.2, "move": move},
        render={"aspect": aspect},
    )
    job = build_recipe(recipe, tmp_path)
    registry = UsdValidation.ValidationRegistry()
    context = UsdValidation.ValidationContext(registry.GetOrLoadAllValidators())
    stage = Usd.Stage.Open(job.usd)
    assert [str(error.GetName()) for error in context.Validate(stage)] == []
    assert (stage.GetStartTimeCode(), stage.GetEndTimeCode()) == (0, 5)
    assert UsdGeom.GetStageMetersPerUnit(stage) == 0.01


def test_every_surface_is_labelled_and_read_back(tmp_path: Path) -> None:
    job = build_recipe(_recipe(), tmp_path)
    assert set(job.labels.values()) == {"product", "logo", "backdrop"}
    assert json.dumps(asdict(read_job(tmp_path))) == json.dumps(asdict(job))
    assert len(read_geometry(tmp_path)) == len(job.surfaces) == 6
    assert {light.type for light in job.lights} == {"rect", "dome"}


def test_the_camera_has_a_default_that_equals_its_first_frame(tmp_path: Path) -> None:
    job = build_recipe(_recipe(), tmp_path)
    stage = Usd.Stage.Open(job.usd)
    camera = UsdGeom.Xformable(stage.GetPrimAtPath("/World/Cam"))
    assert camera.GetLocalTransformation() == camera.GetLocalTransformation(0)
    assert camera.GetLocalTransformation(0) != camera.GetLocalTransformation(5)


def test_the_set_is_as_large_as_the_picture_that_shows_it(tmp_path: Path) -> None:
    near, far = (
        build_recipe(_recipe(camera={"seconds": 0.2, "fill": fill}), tmp_path / str(fill))
        for fill in (0.62, 0.2)
    )
    one, other = (next(light for light in job.lights if light.path.endswith("Top")) for job in (near, far))
    assert other.w > 1.5 * one.w
    assert other.intensity == one.intensity


def test_a_window_stands_before_the_low_sun_unless_the_camera_would_see_it(tmp_path: Path) -> None:
    lit = {"preset": "golden_hour"}
    usual = build_recipe(_recipe(lighting=lit), tmp_path / "usual")
    assert [one.label for one in usual.surfaces if one.path == "/World/Set/Window"] == ["prop"]
    around = {"seconds": 0.2, "move": "orbit", "focal_length": 18, "fill": 0.2}
    wide = build_recipe(_recipe(lighting=lit, camera=around, render={"aspect": "16:9"}), tmp_path / "wide")
    assert not [one for one in wide.surfaces if one.label == "prop"]


def test_a_bottle_is_glass_around_its_liquid(tmp_path: Path) -> None:
    job = build_recipe(_recipe(), tmp_path)
    glass = {one.name.rpartition("/")[2] for one in job.materials if one.is_solid_glass}
    assert glass == {"Liquid", "Glass"}


def test_an_artists_edit_survives_a_rebuild_and_counts(tmp_path: Path) -> None:
    before = build_recipe(_recipe(), tmp_path)
    stage = Usd.Stage.Open(before.usd)
    UsdGeom.Imageable(stage.GetPrimAtPath("/World/Product/Cap")).MakeInvisible()
    stage.GetPrimAtPath("/World/Lights/Top").GetAttribute("inputs:intensity").Set(42.0)
    stage.GetRootLayer().Save()
    after = build_recipe(_recipe(product_yaw_deg=10), tmp_path)
    assert "/World/Product/Cap" not in after.labels
    assert next(light.intensity for light in after.lights if light.path.endswith("Top")) == 42
    assert after.stage_hash != before.stage_hash


def test_the_same_recipe_gives_the_same_stage_anywhere(tmp_path: Path) -> None:
    one, other = (build_recipe(_recipe(), tmp_path / name) for name in ("a", "b"))
    assert one.stage_hash == other.stage_hash


def test_a_stage_packs_into_one_file(tmp_path: Path) -> None:
    job = build_recipe(_recipe(), tmp_path)
    assert UsdUtils.CreateNewUsdzPackage(job.usd, str(tmp_path / "scene.usdz"))
    assert Usd.Stage.Open(str(tmp_path / "scene.usdz")).GetPrimAtPath("/World/Product/Label")
