"""The first half of every render, in a process of its own: recipe in, stage and flat packet out."""

from __future__ import annotations

import json
from pathlib import Path

from clappper.store.files import write_atomically
from clappper.usd import reading
from clappper.usd.changes import BUILT, STAGE, written
from clappper.usd.hashes import file_hashes
from clappper.usd.packet import RenderJob, write_job
from clappper.usd.recipe import SceneRecipe, recipe_of
from clappper.usd.stage import build_stage, refresh_root

RECIPE = "recipe.json"


def build(folder: Path) -> RenderJob:
    """Build ``stage/`` and the packet from the folder's recipe.

    Raises:
        UnusableInputError: the recipe or the user's USD cannot be used.
    """
    recipe = recipe_of(json.loads((folder / RECIPE).read_text(encoding="utf-8")))
    return build_recipe(recipe, folder)


def build_recipe(recipe: SceneRecipe, folder: Path) -> RenderJob:
    built = build_stage(recipe, folder / STAGE)
    refresh_root(built.root, recipe)
    job, geometry = reading.read_stage(built.root, recipe, built.warnings)
    write_atomically(folder / STAGE / BUILT, written(file_hashes(built.root), folder.resolve()))
    write_job(job, geometry, folder)
    return job
