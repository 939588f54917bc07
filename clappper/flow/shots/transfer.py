"""Shots in which a transfer model paints the world around an exact product.

What steers the model is rendered from the product's 3D scene first: the clip to start from, the parts and
the depth of it. They have the frames, the rate and the size that the model makes, so that it follows exactly.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRate, Money
from clappper.brief.route import Route
from clappper.brief.schema import Scene
from clappper.brief.storyboard import PlannedScene
from clappper.flow.open_project import Workshop, demand_done, work_off
from clappper.flow.shots.generate import (
    CONTROL_ROLES,
    Scenes,
    fallen_back,
    input_file,
    shot_request,
    spare,
)
from clappper.jobs.model import JobState
from clappper.media.sniff import Family, sniff
from clappper.providers.contract import GenRequest, InputFile, Kind, Role
from clappper.providers.nim.bodies import frames_of, rate_of, resolution_of
from clappper.providers.registry import Registry
from clappper.store import sidecar

PICTURES = (Role.REFERENCE, Role.PRODUCT)
"""What a transfer whose controls are given starts from, the fittest first."""


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

    Where that fails, the shot goes to what its route names for such a case. Controls that the brief has are
    made films of what the model makes: as many frames, as fast and as large.

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
    for shot in scenes.storyboard.scenes:
        route = used.get(shot.id)
        if route and route.choice.kind is Kind.TRANSFER and route.controls is None:
            shape = _shape(scenes, shot, route, shop.registry)
            found = await asyncio.to_thread(_given, scenes, shot, shape, shop.project.path)
            files[shot.id] = (*files.get(shot.id, ()), *found)
    return replace(scenes, inputs=replace(scenes.inputs, own=files)), used


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a model makes: size in pixels, frames a second, and frames."""

    width: int
    height: int
    fps: float
    frames: int


def _shape(scenes: Scenes, shot: PlannedScene, route: Route, registry: Registry) -> _Shape:
    rest = (scenes.brief, scenes.storyboard, shot, route, scenes.inputs, scenes.frame, registry)
    wanted = shot_request(*rest, seed=scenes.seed)
    model = registry.model(route.provider, route.model)
    shrink = int(resolution_of(wanted, model).partition("_")[0]) / min(wanted.width, wanted.height)
    width, height = (round(side * shrink / 2) * 2 for side in (wanted.width, wanted.height))
    return _Shape(width, height, rate_of(model), frames_of(wanted, model))


def _given(scenes: Scenes, shot: PlannedScene, shape: _Shape, project: Path) -> tuple[InputFile, ...]:
    """Make films of the brief's controls, and of the picture that the shot starts from, where it has one.

    Raises:
        ClappperError: the brief has none, or a file cannot be used.
    """
    controls = scenes.inputs.given.get(shot.scene_id, ())
    pictures = [file for role in PICTURES for file in scenes.inputs.of(shot) if file.role is role]
    if not controls:
        raise ClappperError(
            f"The controls of {shot.scene_id} are gone.", "Choose them again in assets.controls."
        )
    first = next(one for one in scenes.storyboard.scenes if one.scene_id == shot.scene_id)
    ahead = max(0, shot.frames.start - shot.handle_before - first.frames.start)
    begin = scenes.storyboard.rate.seconds_at(ahead)
    sources = (replace(picture, role=Role.SOURCE_VIDEO) for picture in pictures[:1])
    return tuple(_film_of(file, begin, shape, project) for file in (*sources, *controls))


def _film_of(file: InputFile, begin_seconds: float, shape: _Shape, project: Path) -> InputFile:
    """Hold a picture, or play a film from where the shot begins and hold its last picture; once for each."""
    facts = f"{file.sha256} {begin_seconds:.4f} {shape}"
    film = project / "scenes" / "given" / f"{hashlib.sha256(facts.encode()).hexdigest()[:20]}.mp4"
    if not film.is_file():
        film.parent.mkdir(parents=True, exist_ok=True)
        _write(Path(file.path), film, begin_seconds, shape)
    return input_file(file.role, film)


def _write(source: Path, film: Path, begin_seconds: float, shape: _Shape) -> None:
    from clappper.media.decode import FrameReader, StillReader
    from clappper.usd.film import write_film

    rate = Fraction(shape.fps).limit_denominator(1001)
    width, height = shape.width, shape.height
    reader: FrameReader | StillReader
    if sniff(source).family is Family.STREAM:
        reader = FrameReader(
            source, rate=FrameRate(rate.numerator, rate.denominator), width=width, height=height
        )
    else:
        reader = StillReader(source, width=width, height=height)
    first = round(begin_seconds * shape.fps)
    try:
        pictures = (reader.at(first + frame) for frame in range(shape.frames))
        write_film(film, pictures, width, height, shape.fps)
    finally:
        reader.close()


def _control_request(scenes: Scenes, shot: PlannedScene, route: Route, registry: Registry) -> GenRequest:
    """Ask for a clip that has as many frames, as fast and as large, as the model makes of it."""
    assert route.controls is not None
    rest = (scenes.brief, scenes.storyboard, shot)
    inputs, frame, seed = scenes.inputs, scenes.frame, scenes.seed
    wanted = shot_request(*rest, route, inputs, frame, registry, seed=seed)
    first = replace(route, choice=route.controls, controls=None)
    request = shot_request(*rest, first, inputs, frame, registry, seed=seed)
    shape = _shape(scenes, shot, route, registry)
    return replace(
        request,
        aspect=wanted.aspect,
        width=shape.width,
        height=shape.height,
        fps=shape.fps,
        seconds=shape.frames / shape.fps,
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
    controls = (input_file(CONTROL_ROLES[name], Path(films[name])) for name in names)
    return (input_file(Role.SOURCE_VIDEO, film), *controls)
