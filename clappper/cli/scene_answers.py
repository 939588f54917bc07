"""How answers about scenes look, as words and as JSON."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clappper.base.errors import UnusableInputError
from clappper.cli.console import answer_json, note, say

if TYPE_CHECKING:
    from clappper.flow.usd.open_in_composer import Application
    from clappper.flow.usd.scenes import SceneFacts
    from clappper.usd.recipe import SceneRecipe
    from clappper.usd.rendering import Rendered


def size_of(text: str) -> tuple[int, int] | None:
    """Read ``WIDTHxHEIGHT``; None for nothing.

    Raises:
        UnusableInputError: it is not of that form.
    """
    if not text:
        return None
    found = re.fullmatch(r"(\d+)x(\d+)", text)
    if not found:
        raise UnusableInputError(f"{text} is no size.", "Write it as 540x960.")
    return int(found[1]), int(found[2])


def show_rendered(made: Rendered, *, as_json: bool) -> None:
    if as_json:
        answer_json(
            {
                "ok": True,
                "film": str(made.film),
                "folder": str(made.folder),
                "backend": made.backend,
                "device": made.device,
                "frames": made.frames,
                "frames_kept": made.kept,
                "cpu_seconds": round(made.cpu_seconds, 1),
                "warnings": list(made.warnings),
            }
        )
        return
    for warning in made.warnings:
        note(f"[yellow]{warning}[/]")
    kept = f", {made.kept} of them kept from before" if made.kept else ""
    say(f"[bold]{made.film}[/]")
    by = f"{made.backend} ({made.device}), {made.cpu_seconds:.0f} processor seconds"
    say(f"{made.frames} frames{kept}; {by}.")


def show_recipe(recipe: SceneRecipe, path: Path, *, as_json: bool) -> None:
    if as_json:
        answer_json({"ok": True, "recipe": str(path), **_facts(recipe)})
        return
    say(f"[bold]{path}[/]")
    say(f"Render it with: clappper render-scene {path} --out FOLDER")


def show_opened(application: Application, path: Path, *, as_json: bool) -> None:
    if as_json:
        answer_json({"ok": True, "application": application.name, "command": list(application.command)})
        return
    say(f"{path} opens in {application.name}.")
    if application.saves and path.is_dir():
        say(f"After saving there: clappper render-scene {path / 'recipe.json'} --out {path}")


def show_facts(facts: SceneFacts, *, as_json: bool) -> None:
    from clappper.usd.backends import Renderer

    renderers = {
        one.name: "ready" if isinstance(one, Renderer) else f"{one.reason}. {one.hint}".strip()
        for one in facts.renderers
    }
    if as_json:
        answer_json(
            {
                "ok": True,
                **_facts(facts.recipe),
                "renderers": renderers,
                "minutes": facts.minutes,
                "warnings": list(facts.warnings),
            }
        )
        return
    for name, value in _facts(facts.recipe).items():
        say(f"[dim]{name:>9}[/]  {value}")
    for name, state in renderers.items():
        say(f"[dim]{name:>9}[/]  {state}")
    if facts.minutes is not None:
        say(f"[dim]{'time':>9}[/]  about {max(facts.minutes, 0.1):.1f} minutes on this machine")
    for warning in facts.warnings:
        note(f"[yellow]{warning}[/]")


def _facts(recipe: SceneRecipe) -> dict[str, Any]:
    width, height = recipe.size
    return {
        "scene": recipe.scene_id,
        "shows": recipe.product_usd or recipe.usd or recipe.builtin_product,
        "light": recipe.lighting.preset,
        "camera": f"{recipe.camera.move}, {recipe.camera.focal_length:g} mm",
        "frames": recipe.frames,
        "size": f"{width}x{height}",
        "samples": recipe.samples,
    }
