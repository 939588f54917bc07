"""The commands about scenes in 3D: write a recipe, look at it, render it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clappper.cli.console import Ending, ends_well, progress_bars
from clappper.cli.options import FILE, FOLDER, json_flag

if TYPE_CHECKING:
    from clappper.app import Studio

BACKENDS = click.Choice(["auto", "ovrtx", "kit", "blender", "builtin"])
QUALITIES = click.Choice(["draft", "standard", "high"])
PRODUCTS = click.Choice(["bottle", "jar", "box", "tube", "can", "watch", "phone", "mug"])


@click.command("render-scene")
@click.argument("recipe", type=FILE)
@click.option("--out", type=FOLDER, required=True, help="Folder for frames, passes, film and sidecar.")
@click.option("--backend", type=BACKENDS, help="Default: the recipe's, usually auto.")
@click.option("--quality", type=QUALITIES, help="Default: the recipe's.")
@click.option("--size", default="", metavar="WIDTHxHEIGHT", help="Default: the recipe's.")
@click.option("--controls", is_flag=True, help="Also write seg.mp4 and depth.mp4 for a transfer model.")
@json_flag
@click.pass_obj
@ends_well
def render_scene(
    studio: Studio,
    recipe: Path,
    out: Path,
    backend: str | None,
    quality: str | None,
    size: str,
    controls: bool,
    as_json: bool,
) -> Ending:
    """Render the scene RECIPE; a render that was broken off goes on where it stopped."""
    from clappper.cli import scene_answers
    from clappper.flow.usd.scenes import SceneOrder

    order = SceneOrder(recipe, out, backend, quality, scene_answers.size_of(size), controls)
    with progress_bars() as bars:
        made = studio.render_scene(order, lambda fraction, stage: bars(recipe.stem, fraction, stage))
    scene_answers.show_rendered(made, as_json=as_json)
    return Ending.DONE


@click.group()
def scene() -> None:
    """Write scene recipes, look at them, open them elsewhere."""


@scene.command("new")
@click.argument("product", type=PRODUCTS, required=False)
@click.option("--brief", type=FILE, help="Take product, light and camera from a brief.")
@click.option(
    "--scene", "scene_id", default="", help="Which scene of the brief; default: its first packshot."
)
@click.option("--aspect", default="", help="With --brief: 9:16, 1:1, 16:9 or 4:5; default: the brief's.")
@click.option("--name", default="", help="The name on the label.")
@click.option("--colour", "colours", multiple=True, help="A brand colour such as #D4AF37; may be repeated.")
@click.option("--out", type=FILE, required=True, help="File to write (.json).")
@json_flag
@click.pass_obj
@ends_well
def new_scene(
    studio: Studio,
    product: str | None,
    brief: Path | None,
    scene_id: str,
    aspect: str,
    name: str,
    colours: tuple[str, ...],
    out: Path,
    as_json: bool,
) -> Ending:
    """Write the recipe of a studio PRODUCT, or of a brief's scene with --brief."""
    from clappper.cli import scene_answers

    if brief is not None:
        made = studio.scene_of_brief(brief, scene_id, out, aspect)
    else:
        made = studio.new_scene(product or "bottle", out, name, colours)
    scene_answers.show_recipe(made, out, as_json=as_json)
    return Ending.DONE


@scene.command("info")
@click.argument("recipe", type=FILE)
@click.option("--time", "timed", is_flag=True, help="Time a draft frame and say how long it takes here.")
@json_flag
@click.pass_obj
@ends_well
def scene_info(studio: Studio, recipe: Path, timed: bool, as_json: bool) -> Ending:
    """Say what the scene RECIPE makes, and what would render it here."""
    from clappper.cli import scene_answers

    scene_answers.show_facts(studio.scene_facts(recipe, timed=timed), as_json=as_json)
    return Ending.DONE


@scene.command("open")
@click.argument("path", type=FILE)
@click.option("--with", "application", type=click.Choice(["composer", "blender", "usdview"]), default=None)
@json_flag
@click.pass_obj
@ends_well
def open_scene(studio: Studio, path: Path, application: str | None, as_json: bool) -> Ending:
    """Open PATH, a USD file or a rendered scene's folder, in USD Composer, Blender or usdview."""
    from clappper.cli import scene_answers

    scene_answers.show_opened(studio.open_scene(path, application or ""), path, as_json=as_json)
    return Ending.DONE


@click.command("scene-worker", hidden=True)
@click.argument("task", type=click.Choice(["build", "render", "expose", "measure", "names"]))
@click.argument("folder", type=FOLDER)
def scene_worker(task: str, folder: Path) -> None:
    """Be a worker process of a render; started by the program itself."""
    from clappper.usd.worker import main

    sys.exit(main(task, folder))
