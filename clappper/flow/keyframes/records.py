"""What a project remembers of its shots from keyframes: how each was made, and of which pictures."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise

from clappper.base.units import Money
from clappper.jobs.recipes import DOCUMENT, Decision, Moment, Recipe, Segment, Way
from clappper.providers.contract import InputFile, Role
from clappper.store.project import ProjectFolder

_WAYS = {Way.INTERPOLATE: "drawn", Way.I2V: "generated"}


@dataclass(frozen=True, slots=True)
class Record:
    """What the project knows of a finished shot.

    ``is_native``: one call went through all its keyframes. ``decisions`` were taken about its stitches.
    """

    recipe: Recipe
    segments: tuple[Segment, ...]
    pictures: tuple[InputFile, ...]
    seams: tuple[int, ...]
    is_native: bool
    decisions: tuple[Decision, ...] = ()

    def story(self) -> tuple[str, ...]:
        """Say how each segment was made and why, then what was done about stitches, in sentences."""
        moments, fps = self.recipe.moments, self.recipe.fps
        spans = (f"{one.frame / fps:.2f}–{other.frame / fps:.2f} s" for one, other in pairwise(moments))
        made = [
            f"{span}: {_WAYS[segment.way]}. {segment.reason}".rstrip()
            for span, segment in zip(spans, self.segments, strict=True)
        ]
        return (*([] if self.is_native else made), *(_told(one, fps) for one in self.decisions))


def _told(decision: Decision, fps: float) -> str:
    price = f", for up to {decision.cost}" if decision.cost > Money() else ""
    drift = f" ({decision.drift})" if decision.drift else ""
    return f"Stitch at {decision.frame / fps:.2f} s: {decision.found}{drift}; so: {decision.step}{price}."


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
    decisions = tuple(Decision(**{**one, "cost": Money(**one["cost"])}) for one in page.get("decisions", ()))
    return Record(recipe, segments, pictures, tuple(page["seams"]), page["native"], decisions)
