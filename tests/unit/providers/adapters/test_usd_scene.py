from pathlib import Path

import pytest

from clappper.base.settings import Settings
from clappper.providers.adapters import usd_scene
from clappper.providers.contract import GenRequest, InputFile, Kind, Role


def _request(**extra: object) -> GenRequest:
    told = {"product_name": "Auric Chrono S", "scene_type": "packshot", "move": "dolly_in"} | extra
    logo = InputFile(Role.LOGO, "/brand/logo.svg", "00")
    return GenRequest(
        "k",
        Kind.TEXT_TO_VIDEO,
        "usd_scene",
        "local",
        "a watch",
        2.0,
        width=540,
        height=960,
        files=(logo,),
        extra=told,
    )


def _scenes(tmp_path: Path, **settings: object) -> usd_scene.UsdScene:
    return usd_scene.UsdScene(tmp_path, tmp_path / "scenes", Settings.model_validate(settings))


def test_a_request_becomes_a_recipe() -> None:
    recipe = usd_scene.recipe_of_request(
        _request(intent="soft top light", brand_colors=["#D4AF37"], core=[0.5, 1.0], keyframe_step=3),
        Settings(),
    )
    assert (recipe.builtin_product, recipe.lighting.preset, recipe.camera.move) == (
        "watch",
        "soft_top",
        "dolly_in",
    )
    assert recipe.size == (540, 960)
    assert recipe.camera.core == (0.5, 1.0)
    assert recipe.brand.logo_png == "/brand/logo.svg"
    assert recipe.keyframes[:3] == (0, 3, 6)


def test_another_revision_of_the_scene_is_the_same_recipe() -> None:
    one, other = (
        usd_scene.recipe_of_request(_request(scene_revision=name), Settings()) for name in ("a", "b")
    )
    assert one.digest() == other.digest()


def test_a_still_camera_costs_one_frame(tmp_path: Path) -> None:
    scenes = _scenes(tmp_path)
    still, moving = (scenes.estimate(_request(move=move)).seconds for move in ("static", "orbit"))
    assert still is not None
    assert moving is not None
    assert still[1] < moving[1] / 10


async def test_3d_can_be_switched_off(tmp_path: Path) -> None:
    health = await _scenes(tmp_path, local_3d=False).check()
    assert not health.ready


async def test_without_a_renderer_it_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clappper.usd.backends.has_builtin", lambda: False)
    monkeypatch.setenv("PATH", str(tmp_path))
    health = await _scenes(tmp_path).check()
    assert not health.ready
    assert "clappper[render]" in health.hint
