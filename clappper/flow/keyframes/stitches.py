"""Judging where the pieces of a shot meet: what shows there, and how far what is seen drifts across."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clappper.base.paths import AppPaths
from clappper.flow.clips.seams import small_pictures
from clappper.flow.open_project import Workshop
from clappper.jobs.model import Job
from clappper.jobs.recipes import Recipe
from clappper.media.probe import probe
from clappper.media.seams import Inspection, inspect
from clappper.review import drift
from clappper.review.drift import Drift

NEAR_STITCH = 8


@dataclass(frozen=True, slots=True)
class Stitches:
    """``bad`` says what shows, by stitch: the one at the start of segment n has the number n."""

    bad: Mapping[int, str] = field(default_factory=dict)
    drifts: tuple[Drift, ...] = ()

    def drift_at(self, frame: int) -> str:
        """Say how far what is seen drifts across one stitch, by those networks that could tell."""
        return "; ".join(str(one) for one in self.drifts if one.frame == frame and one.times is not None)


async def judge(recipe: Recipe, job: Job, shop: Workshop) -> Stitches:
    """Look at all stitches of a joined shot, in a worker."""
    path = shop.project.locate(shop.project.assets.get(job.asset_id).path)
    frames = [moment.frame for moment in recipe.moments[1:-1]]
    found, drifts = await shop.workers.run(look, path, frames, AppPaths.of_user().models)
    return Stitches(_showing(frames, found), drifts)


def look(path: Path, stitches: Sequence[int], models: Path) -> tuple[Inspection, tuple[Drift, ...]]:
    """Look for seams in a clip and measure the drift at its stitches. Runs in a worker."""
    found = inspect(small_pictures(path, probe(path)))
    return found, drift.measure(path, stitches, found.frames, models, found.cuts)


def _showing(frames: Sequence[int], found: Inspection) -> dict[int, str]:
    bad = {}
    for number, frame in enumerate(frames, 1):
        near = [seam for seam in found.seams if abs(seam.frame - frame) <= NEAR_STITCH]
        cut = [place for place in found.cuts if abs(place - frame) <= NEAR_STITCH]
        if near:
            worst = max(near, key=lambda seam: seam.strength)
            bad[number] = f"{worst.kind}, {worst.strength:.1f} x the limit"
        elif cut:
            bad[number] = "cut"
    return bad
