"""Quick add-ins: a camera move or a light for one scene, a style for the whole ad."""

from __future__ import annotations

from functools import partial
from typing import Any

from clappper.brief import lexicons
from clappper.brief.fixes import Fix, with_scene
from clappper.brief.schema import AdBrief, Camera, Scene, StylePack


def camera_addins(scene_id: str) -> tuple[Fix, ...]:
    """Give the camera moves for a scene."""
    moves = lexicons.table("addins")["camera"].items()
    return tuple(_for_scene(title, scene_id, camera=Camera.model_validate(values)) for title, values in moves)


def lighting_addins(scene_id: str) -> tuple[Fix, ...]:
    """Give the lights for a scene; each brings the words for ``scene.lighting``."""
    lights = lexicons.table("addins")["lighting"].items()
    return tuple(_for_scene(title, scene_id, lighting=words) for title, words in lights)


def style_addins() -> tuple[Fix, ...]:
    """Give the styles for the whole ad; its grade and its font stay."""
    styles = lexicons.table("addins")["style"].items()
    return tuple(
        Fix(name.capitalize(), partial(_styled, pack=StylePack.model_validate(values)))
        for name, values in styles
    )


def _for_scene(title: str, scene_id: str, **changes: Any) -> Fix:
    def change(scene: Scene) -> Scene:
        return scene.model_copy(update=changes)

    return Fix(title, lambda brief: with_scene(brief, scene_id, change))


def _styled(brief: AdBrief, pack: StylePack) -> AdBrief:
    stated = {name: getattr(pack, name) for name in pack.model_fields_set}
    style = brief.product.style_pack.model_copy(update=stated)
    product = brief.product.model_copy(update={"style_pack": style})
    return brief.model_copy(update={"product": product})
