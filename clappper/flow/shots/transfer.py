"""Shots in which a transfer model paints the world around an exact product.

What steers the model is rendered from the product's 3D scene first: the clip to start from, the parts and
the depth of it. They have the frames, the rate and the size that the model makes, so that it follows exactly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from clappper.base.errors import ClappperError
from clappper.base.units import Money
from clappper.brief.route import Route
from clappper.brief.schema import Scene
from clappper.brief.storyboard import PlannedScene
from clappper.flow.open_project import Workshop, demand_done, work_off
from clappper.flow.shots.generate import Scenes, fallen_back, input_file, shot_request, spare
from clappper.jobs.model import JobState
from clappper.providers.contract import GenRequest, InputFile, Role
from clappper.providers.nim.bodies import frames_of, rate_of, resolution_of
from clappper.providers.registry import Registry
from clappper.store import sidecar

CONTROLS = {"seg": Role.CONTROL_SEG, "depth": Role.CONTROL_DEPTH}


def control_requests(
    scenes: Scenes, routes: Mapping[str, Route], registry: Registry
) -> dict[str, GenRequest]:
    """Ask for the controls of every shot whose route says that they are rendered first, by shot id."""
    return {
        shot.id: _control_request(scenes, shot, routes[shot.id], registry)
        for shot in scenes.storyboard.scenes
        if shot.id in routes and routes[shot.id].controls is not None
    }


async def with_controls(
    scenes: Scenes, routes: Mapping[str, Route], shop: Workshop, *, brief_id: str, cap: Money
) -> tuple[Scenes, dict[str, Route]]:
    """Render what steers the transfers, and give the scenes with those files; finished ones are used again.

    Where that fails, the shot goes to what its route names for such a case.

    Raises:
        ClappperError: rendering failed, and nothing stands in for it.
    """
    asked = list(control_requests(scenes, routes, shop.registry).items())
    jobs = await work_off(shop, asked, brief_id=brief_id, cap=cap) if asked else ()
    used, files = dict(routes), dict(scenes.inputs.own)
    for (shot_id, _), job in zip(asked, jobs, strict=True):
        if job.state is JobState.FAILED and spare(used[shot_id]) is not None:
            used[shot_id] = fallen_back(used[shot_id], job)
            continue
        demand_done(job)
        film = shop.project.locate(shop.project.assets.get(job.asset_id).path)
        found = await asyncio.to_thread(_steering, film, _scene_of(scenes, shot_id))
        files[shot_id] = (*files.get(shot_id, ()), *found)
    return replace(scenes, inputs=replace(scenes.inputs, own=files)), used


def _control_request(scenes: Scenes, shot: PlannedScene, route: Route, registry: Registry) -> GenRequest:
    """Ask for a clip that has as many frames, as fast and as large, as the model makes of it."""
    assert route.controls is not None
    rest = (scenes.brief, scenes.storyboard, shot)
    inputs, frame, seed = scenes.inputs, scenes.frame, scenes.seed
    wanted = shot_request(*rest, route, inputs, frame, registry, seed=seed)
    first = replace(route, choice=route.controls, controls=None)
    request = shot_request(*rest, first, inputs, frame, registry, seed=seed)
    model = registry.model(route.provider, route.model)
    shrink = int(resolution_of(wanted, model).partition("_")[0]) / min(wanted.width, wanted.height)
    return replace(
        request,
        aspect=wanted.aspect,
        width=round(wanted.width * shrink / 2) * 2,
        height=round(wanted.height * shrink / 2) * 2,
        fps=rate_of(model),
        seconds=frames_of(wanted, model) / rate_of(model),
        extra=request.extra | {"controls": True, "keyframe_step": 1},
    )


def _scene_of(scenes: Scenes, shot_id: str) -> Scene:
    shot = next(one for one in scenes.storyboard.scenes if one.id == shot_id)
    return next(scene for scene in scenes.brief.scenes if scene.id == shot.scene_id)


def _steering(film: Path, scene: Scene) -> tuple[InputFile, ...]:
    """List the clip and those of its controls that the scene follows; both where it does not say."""
    page = sidecar.read(film)
    films = (page.provider_pack.sent if page.provider_pack else {}).get("controls") or {}
    flags = scene.structure_controls
    wanted = {"seg": flags.use_seg, "depth": flags.use_depth}
    names = [name for name, is_wanted in wanted.items() if is_wanted or not any(wanted.values())]
    missing = [name for name in names if not Path(str(films.get(name, ""))).is_file()]
    if missing:
        raise ClappperError(
            f"The controls of {scene.id} are gone: {', '.join(missing)}.", "Generate it again."
        )
    controls = (input_file(CONTROLS[name], Path(films[name])) for name in names)
    return (input_file(Role.SOURCE_VIDEO, film), *controls)
