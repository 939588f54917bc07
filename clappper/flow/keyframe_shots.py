"""The shots of an ad that are made from keyframes, because its brief asks for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from clappper.base.units import Money
from clappper.brief.route import Route
from clappper.brief.storyboard import Storyboard
from clappper.flow.generate import Scenes, take_of
from clappper.flow.keyframe_fill import FilledShot, make_shot
from clappper.flow.keyframe_plan import plan_shots
from clappper.flow.open_project import Workshop, run_jobs
from clappper.jobs.model import Job
from clappper.jobs.recipes import SEAM_MARKER, Model
from clappper.providers.contract import GenRequest
from clappper.timeline.model import Marker, Take, Timeline

SEAM_COLOUR = "#E5484D"


async def make_keyframe_shots(
    scenes: Scenes,
    routes: Mapping[str, Route],
    images: Mapping[str, Model],
    shop: Workshop,
    *,
    brief_id: str,
    cap: Money,
) -> dict[str, FilledShot]:
    """Make the shots that ``images`` names, one after the other; each one's segments run side by side.

    Shots that cost less when they are generated whole are left out.

    Raises:
        InDoubtError: a paid job's fate is not known.
        ClappperError: a part failed, or the budget does not allow it.
    """
    made: dict[str, FilledShot] = {}
    plans = plan_shots(scenes, routes, images, shop.registry, shop.queue.estimate)
    for shot_id, plan in plans.items():
        if not plan.pays:
            continue

        async def run(requests: Sequence[GenRequest], name: str = shot_id) -> Sequence[Job]:
            return await run_jobs(shop, [(name, one) for one in requests], brief_id=brief_id, cap=cap)

        made[shot_id] = await make_shot(plan.recipe, shop, run, plan.fill)
    return made


def takes_of(filled: Mapping[str, FilledShot], storyboard: Storyboard, shop: Workshop) -> dict[str, Take]:
    """Give the finished shots as takes."""
    return {
        shot_id: take_of(shot.job, storyboard.rate, shop, label=f"keyframes {shot_id}")
        for shot_id, shot in filled.items()
    }


def with_seam_markers(
    timeline: Timeline, storyboard: Storyboard, filled: Mapping[str, FilledShot]
) -> Timeline:
    """Mark on the timeline where a stitch still shows."""
    markers = [
        Marker(shot.frames.start - shot.handle_before + frame, f"{SEAM_MARKER} {shot.id}", SEAM_COLOUR)
        for shot in storyboard.scenes
        if shot.id in filled
        for frame in filled[shot.id].seams
        if frame - shot.handle_before in range(len(shot.frames))
    ]
    return replace(timeline, markers=(*timeline.markers, *markers)) if markers else timeline
