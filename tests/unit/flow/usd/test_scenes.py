"""A draft picture of a scene of the open brief: small, one frame, and as the brief has it now."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PIL import Image

from clappper.base.errors import UnusableInputError
from clappper.brief.fields import with_value
from clappper.brief.schema import AdBrief
from clappper.brief.templates import template
from clappper.flow.project.session import Session
from clappper.flow.usd.scenes import preview_recipe


def _open(brief: AdBrief, folder: Path) -> Session:
    return cast(Session, SimpleNamespace(brief=brief, project=SimpleNamespace(path=folder)))


def _brief(**studio: Any) -> AdBrief:
    brief = template("product-offer")
    for name, value in studio.items():
        brief = with_value(brief, f"scenes[0].studio.{name}", value)
    return brief


def test_a_preview_is_one_small_draft_of_where_the_move_arrives(tmp_path: Path) -> None:
    brief = with_value(_brief(product="jar"), "scenes[0].camera", {"move": "dolly_in"})
    recipe = preview_recipe(_open(brief, tmp_path), brief.scenes[0].id)
    assert (recipe.frames, recipe.camera.move, recipe.render.quality) == (1, "static", "draft")
    assert max(recipe.size) <= 480
    assert not (recipe.replicator.masks)
    assert not (recipe.replicator.depth)


def test_it_shows_what_the_scene_chooses(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "label.png")
    brief = _brief(product="can", lighting="neon", backdrop="#112233", yaw_deg=20, label="label.png")
    recipe = preview_recipe(_open(brief, tmp_path), brief.scenes[0].id)
    assert (recipe.builtin_product, recipe.lighting.preset, recipe.product_yaw_deg) == ("can", "neon", 20)
    assert (recipe.lighting.backdrop, recipe.brand.label_png) == ("#112233", str(tmp_path / "label.png"))


def test_a_scene_or_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="no scene s99"):
        preview_recipe(_open(_brief(), tmp_path), "s99")
    brief = with_value(_brief(product="can"), "assets.product_usd", "gone.usda")
    with pytest.raises(UnusableInputError, match="USD file not found"):
        preview_recipe(_open(brief, tmp_path), brief.scenes[0].id)
