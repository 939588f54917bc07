"""The shots of an ad that are made from keyframes, because its brief asks for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from clappper.base.units import Money
from clappper.brief.route import Route
from clappper.brief.storyboard import PlannedScene, Storyboard
from clappper.flow.keyframes.make import FilledShot, make_shot
from clappper.flow.keyframes.plan import KeyframePlan
from clappper.flow.open_project import Workshop, run_jobs
from clappper.flow.shots.generate import shot_take
from clappper.jobs.model import Job
from clappper.jobs.recipes import SEAM_MARKER
from clappper.providers.contract import GenRequest
from clappper.timeline.model import Clip, Marker, Take, Timeline

SEAM_COLOUR = "#E5484D"


async def make_keyframe_shots(
    plans: Mapping[str, KeyframePlan], shop: Workshop, *, brief_id: str, cap: Money
) -> dict[str, FilledShot]:
    """Make the planned shots, one after the other; each one's segments run side by side.

    Raises:
        InDoubtError: a paid job's fate is not known.
        ClappperError: a part failed, or the budget does not allow it.
    """
    made: dict[str, FilledShot] = {}
    for shot_id, plan in plans.items():

        async def run(requests: Sequence[GenRequest], name: str = shot_id) -> Sequence[Job]:
            return await run_jobs(shop, [(name, one) for one in requests], brief_id=brief_id, cap=cap)

        made[shot_id] = await make_shot(plan.recipe, shop, run, plan.fill)
    return made


def takes_of(
    filled: Mapping[str, FilledShot],
    routes: Mapping[str, Route],
    storyboard: Storyboard,
    shop: Workshop,
    badge: str = "",
) -> dict[str, Take]:
    """Give the finished shots as takes, and say in their sidecars why they were made so."""
    return {
        shot.id: keyframe_take(filled[shot.id], shot, storyboard, shop, badge, routes[shot.id].reason)
        for shot in storyboard.scenes
        if shot.id in filled
    }


def keyframe_take(
    filled: FilledShot, shot: PlannedScene, storyboard: Storyboard, shop: Workshop, badge: str, route: str
) -> Take:
    """Give one finished shot as a take; its sidecar gets ``badge`` and ``route``, why it was made so."""
    take = shot_take(storyboard.rate, shot, filled.job, shop, badge, route)
    return replace(take, label=f"keyframes {shot.id}")


def with_seam_markers(timeline: Timeline, seams: Mapping[str, Sequence[int]]) -> Timeline:
    """Mark on the timeline where a stitch still shows, by shot id as frames of its footage.

    What was marked of an earlier take of these shots goes.
    """
    names = {_seam_name(shot_id) for shot_id in seams}
    kept = [marker for marker in timeline.markers if marker.name not in names]
    clips = {clip.id: clip for track in timeline.tracks for clip in track.clips}
    found = [
        Marker(frame, _seam_name(shot_id), SEAM_COLOUR)
        for shot_id, frames in seams.items()
        for frame in _placed(clips.get(f"shot-{shot_id}"), frames)
    ]
    markers = (*kept, *found)
    return timeline if markers == timeline.markers else replace(timeline, markers=markers)


def _seam_name(shot_id: str) -> str:
    return f"{SEAM_MARKER} {shot_id}"


def _placed(clip: Clip | None, frames: Sequence[int]) -> list[int]:
    """Say where a clip shows frames of its footage; those that it leaves out are left out."""
    if clip is None:
        return []
    at = [clip.placed.start + round((frame - clip.source_start) / clip.speed) for frame in frames]
    return [frame for frame in at if frame in clip.placed]
