"""What a project remembers of its shots from keyframes: how each was made, and of which pictures."""

from __future__ import annotations

import json
from dataclasses import dataclass

from clappper.jobs.recipes import DOCUMENT, Moment, Recipe, Segment, Way
from clappper.providers.contract import InputFile, Role
from clappper.store.project import ProjectFolder


@dataclass(frozen=True, slots=True)
class Record:
    """What the project knows of a finished shot. ``is_native``: one call went through all its keyframes."""

    recipe: Recipe
    segments: tuple[Segment, ...]
    pictures: tuple[InputFile, ...]
    seams: tuple[int, ...]
    is_native: bool


def record_of(project: ProjectFolder, job_id: str) -> Record | None:
    """Read how the shot was made whose file a job brought; None where it is no shot from keyframes."""
    documents = project.documents
    revisions = (one for shot in documents.ids(DOCUMENT) for one in documents.history(DOCUMENT, shot))
    pages = (json.loads(revision.text) for revision in revisions if job_id in revision.text)
    page = next((one for one in pages if one["job"] == job_id and "pictures" in one), None)
    if page is None:
        return None
    told = page["recipe"]
    moments = tuple(Moment(one["frame"], one["prompt"], one["seed"]) for one in told["moments"])
    models = {name: tuple(told[name]) if told[name] else None for name in ("image", "fill")}
    recipe = Recipe(**{**told, **models, "moments": moments, "windows": tuple(told["windows"]), "film": None})
    segments = tuple(Segment(**{**one, "way": Way(one["way"])}) for one in page["segments"])
    pictures = tuple(
        InputFile(Role.KEYFRAME, str(project.locate(one["path"])), one["sha256"], one["mime"])
        for one in page["pictures"]
    )
    return Record(recipe, segments, pictures, tuple(page["seams"]), page["native"])
