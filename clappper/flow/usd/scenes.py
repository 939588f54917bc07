"""Scenes in 3D: write a recipe, look at one, render one."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from clappper.base.errors import UnusableInputError
from clappper.base.settings import Settings
from clappper.brief.schema import AdBrief, Scene
from clappper.flow.brief_files import BriefFiles, label_field, present
from clappper.flow.briefing.preflight import read_with_files
from clappper.flow.project.session import Session
from clappper.render.canvas import ASPECTS
from clappper.store.files import write_atomically
from clappper.usd import rendering
from clappper.usd.backends import Found, has_builtin, survey
from clappper.usd.controls import prepare
from clappper.usd.direction import Wish, recipe_for
from clappper.usd.recipe import SceneRecipe, is_nucleus, located, read_recipe, recipe_of

Report = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class SceneOrder:
    """A recipe to render into a folder; None keeps what the recipe says."""

    recipe: Path
    out: Path
    backend: str | None = None
    quality: str | None = None
    size: tuple[int, int] | None = None
    controls: bool = False


@dataclass(frozen=True, slots=True)
class SceneFacts:
    """A recipe as it would be rendered here and now; ``minutes`` where a draft frame was timed."""

    recipe: SceneRecipe
    warnings: tuple[str, ...]
    renderers: tuple[Found, ...]
    minutes: float | None = None


def render_scene(order: SceneOrder, settings: Settings, report: Report) -> rendering.Rendered:
    """Render a recipe's file; what an earlier run has finished is kept.

    Raises:
        UnusableInputError: the recipe or its files cannot be used.
        ClappperError: no renderer can be used, or it failed.
    """
    recipe, warnings = read_recipe(order.recipe)
    made = rendering.render(_ordered(recipe, order), order.out.resolve(), settings, report)
    if order.controls:
        warnings = (*warnings, *prepare(made.folder).warnings)
    return rendering.with_warnings(made, warnings)


def _ordered(recipe: SceneRecipe, order: SceneOrder) -> SceneRecipe:
    changed = {
        "backend": order.backend or recipe.render.backend,
        "quality": order.quality or recipe.render.quality,
        "width": order.size[0] if order.size else recipe.render.width,
        "height": order.size[1] if order.size else recipe.render.height,
    }
    body = recipe.model_dump(mode="json")
    return recipe_of(body | {"render": body["render"] | changed})


def scene_facts(path: Path, settings: Settings, *, timed: bool = False) -> SceneFacts:
    """Read a recipe and say what would render it, and how long that takes where it is to be ``timed``.

    Raises:
        UnusableInputError: it is no recipe, or its files are not there.
    """
    recipe, warnings = read_recipe(path)
    minutes = None
    if timed:
        with TemporaryDirectory(prefix="clappper-") as folder:
            minutes = rendering.minutes_to_render(recipe, Path(folder), settings)
    return SceneFacts(recipe, warnings, survey(settings), minutes)


def new_scene(product: str, out: Path, name: str, colours: tuple[str, ...]) -> SceneRecipe:
    """Write the recipe of a studio product.

    Raises:
        UnusableInputError: there is no such product, or a colour is none.
    """
    body = {"scene_id": out.stem, "builtin_product": product, "brand": {"product": name, "colors": colours}}
    recipe = recipe_of(body, "The new recipe")
    _write(recipe, out)
    return recipe


def scene_of_brief(brief_path: Path, scene_id: str, out: Path, aspect: str = "") -> SceneRecipe:
    """Write the recipe of one scene of a brief; without ``scene_id``, of its first packshot.

    Raises:
        UnusableInputError: the brief cannot be used, or has no such scene.
    """
    brief, files = read_with_files(brief_path)
    scenes = [one for one in brief.scenes if one.id == scene_id or (not scene_id and one.type == "packshot")]
    if not scenes:
        known = ", ".join(scene.id for scene in brief.scenes)
        raise UnusableInputError(
            f"The brief has no scene {scene_id or 'of type packshot'}.", f"It has: {known}."
        )
    recipe = recipe_for(wish_of(brief, scenes[0], files, aspect or brief.project.aspect))
    _write(recipe, out)
    return recipe


PREVIEW_PIXELS = 960
"""The longer side that a preview is half of, as drafts are."""


@dataclass(frozen=True, slots=True)
class ScenePreview:
    """A draft picture of a scene as it is in the brief; ``seconds`` is what it took, 0 where it was there."""

    picture: Path
    recipe: SceneRecipe
    seconds: float
    backend: str
    warnings: tuple[str, ...]


def preview_recipe(session: Session, scene_id: str) -> SceneRecipe:
    """Direct one draft picture of a scene of the open brief, its camera where the move arrives.

    Raises:
        UnusableInputError: the brief has no such scene, or a file of it cannot be used.
    """
    brief = session.brief
    scene = next((one for one in brief.scenes if one.id == scene_id), None)
    if scene is None:
        raise UnusableInputError(f"The brief has no scene {scene_id}.", "Choose another scene.")
    wish = wish_of(brief, scene, present(brief, session.project.path), brief.project.aspect)
    shrink = PREVIEW_PIXELS / max(wish.width, wish.height)
    small = (round(wish.width * shrink), round(wish.height * shrink))
    one = replace(
        wish, width=small[0], height=small[1], quality="draft", move="static", seconds=0.1, fps=10.0
    )
    recipe = recipe_for(one)
    backend = "builtin" if has_builtin() else "auto"
    return located(
        recipe.model_copy(
            update={
                "render": recipe.render.model_copy(update={"backend": backend}),
                "replicator": recipe.replicator.model_copy(update={"masks": False, "depth": False}),
            }
        ),
        session.project.path,
    )


def preview_scene(
    session: Session, scene_id: str, settings: Settings, is_stopped: Callable[[], bool] = lambda: False
) -> ScenePreview:
    """Render one draft picture of a scene; blocks for seconds, so call it in a thread.

    The same scene is rendered once; drafts are kept in the project's scratch folder.

    Raises:
        UnusableInputError: the brief has no such scene, or a file of it cannot be used.
        ClappperError: no renderer can be used, it failed, or it was stopped.
    """
    recipe = preview_recipe(session, scene_id)
    folder = session.project.path / "scratch" / "previews" / recipe.digest()[:16]
    began = time.monotonic()
    made = rendering.render(recipe, folder, settings, is_stopped=is_stopped)
    seconds = 0.0 if made.kept == made.frames else time.monotonic() - began
    return ScenePreview(folder / "frames" / "0000.png", recipe, seconds, made.backend, made.warnings)


def wish_of(brief: AdBrief, scene: Scene, files: BriefFiles, aspect: str) -> Wish:
    """Say what a scene of a brief asks of a 3D shot, in one aspect."""
    width, height = ASPECTS[aspect]
    logo, label = files.get("product.logo"), files.get(label_field(brief, scene))
    return Wish(
        scene_id=scene.id,
        scene_type=scene.type,
        words=" ".join(text for text in (scene.lighting, scene.intent, scene.subject) if text),
        product_name=brief.product.name,
        line=brief.product.key_benefit or "",
        styles=tuple(brief.product.style_pack.visual_style),
        colours=tuple(brief.product.brand_colors),
        logo=str(logo) if logo else None,
        label=str(label) if label else None,
        product=scene.studio.product or "",
        preset=scene.studio.lighting or "",
        backdrop=scene.studio.backdrop,
        yaw_deg=scene.studio.yaw_deg,
        usd_scene=_beside(files, brief.assets.usd_scene),
        product_usd=_beside(files, brief.assets.product_usd),
        move=scene.camera.move if scene.camera else "static",
        focal_length=float(scene.camera.focal_length_mm) if scene.camera else 50.0,
        seconds=scene.seconds,
        fps=float(brief.project.fps),
        width=width,
        height=height,
        quality=scene.studio.quality or brief.compute.quality,
    )


def _beside(files: BriefFiles, value: str | None) -> str | None:
    if not value or is_nucleus(value):
        return value
    return str((files.folder / Path(value).expanduser()).resolve())


def _write(recipe: SceneRecipe, out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    body = json.dumps(recipe.model_dump(mode="json"), indent=2, ensure_ascii=False)
    write_atomically(out, body.encode() + b"\n")
