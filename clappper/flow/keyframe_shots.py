"""The shots of an ad that are made from keyframes, because its brief asks for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from clappper.base.units import Money
from clappper.brief.cost import CostRange, total
from clappper.brief.keyframes import Density, Units, expected_motion, plan_keyframes, share_units
from clappper.brief.route import Route
from clappper.brief.schema import AdBrief
from clappper.brief.storyboard import PlannedScene, Storyboard
from clappper.flow.generate import Scenes, shot_seed, take_of
from clappper.flow.keyframe_fill import FilledShot, make_shot
from clappper.flow.open_project import Workshop, run_jobs
from clappper.jobs.model import Job
from clappper.jobs.recipes import Model, Moment, Recipe, image_request
from clappper.providers.contract import Capabilities, Estimate, GenRequest, Kind
from clappper.timeline.model import Marker, Take, Timeline

SEAM_COLOUR = "#E5484D"


@dataclass(frozen=True, slots=True)
class KeyframePlan:
    """How a shot is going to be made from keyframes, and how its compute units are shared."""

    recipe: Recipe
    units: Units


@dataclass(frozen=True, slots=True)
class KeyframeCost:
    """What a shot made from keyframes costs: at least its pictures, at most all of its share for fill too."""

    shot_id: str
    keyframes: int
    cost: CostRange


def price_keyframes(
    scenes: Scenes, routes: Mapping[str, Route], models: Sequence[Capabilities], shop: Workshop
) -> tuple[KeyframeCost, ...]:
    """Plan and price every shot that is to be made from keyframes. Spends nothing."""
    images, _ = split_routes(scenes.brief, routes, models)
    shots = (shot for shot in scenes.storyboard.scenes if shot.id in images)
    return tuple(_priced(scenes, shot, routes[shot.id], images[shot.id], shop) for shot in shots)


def _priced(scenes: Scenes, shot: PlannedScene, route: Route, image: Model, shop: Workshop) -> KeyframeCost:
    planned = plan_shot(scenes, shot, route, image, shop)
    painter, filler = shop.registry.model(*image), shop.registry.model(route.provider, route.model)
    requests = [image_request(planned.recipe, moment, painter, None) for moment in planned.recipe.moments]
    estimates = {f"keyframe {at}": shop.queue.estimate(one) for at, one in enumerate(requests)}
    price, share = filler.price, planned.units.fill_money
    fill = share if price is not None and (share.micros or not price.amount.micros) else None
    estimates[f"{filler.provider} {filler.model}"] = Estimate(Money(), fill, None, "")
    return KeyframeCost(shot.id, len(requests), total(estimates))


def split_routes(
    brief: AdBrief, routes: Mapping[str, Route], models: Sequence[Capabilities]
) -> tuple[dict[str, Model], dict[str, Route]]:
    """Say which shots are made from keyframes, and by which picture model; the other routes tell why not."""
    image = cheapest(models, Kind.TEXT_TO_IMAGE)
    chosen: dict[str, Model] = {}
    told = dict(routes)
    if brief.compute.ip_frame_mode != "keyframes_plus_fill":
        return {}, told
    for shot_id, route in routes.items():
        if not route.keyframes:
            continue
        if image is None:
            why = "No text-to-image provider has a key, so the shot is generated whole."
            told[shot_id] = replace(route, reason=f"{route.reason} {why}")
            continue
        chosen[shot_id] = image.provider, image.model
        why = f"Keyframes come from {image.provider} {image.model}, the time between them is filled."
        told[shot_id] = replace(route, reason=f"{route.reason} {why}")
    return chosen, told


def cheapest(models: Sequence[Capabilities], kind: Kind) -> Capabilities | None:
    """Choose the model of a kind whose price is lowest; one without a price only where there is no other."""
    able = [model for model in models if kind in model.kinds and model.generative]
    return min(able, key=_dearness, default=None)


def _dearness(model: Capabilities) -> tuple[bool, bool, int]:
    """Order by price; a price for each picture before one by the second of somebody's machine."""
    if model.price is None:
        return True, True, 0
    return False, model.price.unit != "image", model.price.amount.micros


def plan_shot(
    scenes: Scenes,
    shot: PlannedScene,
    route: Route,
    image: Model,
    shop: Workshop,
    density: Density | None = None,
) -> KeyframePlan:
    """Plan one shot: as many keyframes as its density asks for and its units pay for."""
    frame, rate = scenes.frame, scenes.storyboard.rate
    fill = shop.registry.model(route.provider, route.model)
    blank = Recipe(
        shot_id=shot.id,
        scene_id=shot.id,
        prompt=shot.prompt,
        negative=shot.negative,
        aspect=frame.aspect,
        width=frame.width,
        height=frame.height,
        fps=float(rate.fps),
        moments=(),
        image=image,
        fill=(fill.provider, fill.model) if _goes_on_from_pictures(fill) else None,
    )
    ((_, whole),) = replace(scenes, storyboard=replace(scenes.storyboard, scenes=(shot,))).requests(
        {shot.id: route}, shop.registry
    )
    full = shop.queue.estimate(whole).high or Money()
    price = shop.registry.model(*image).price
    units = share_units(full, price.amount if price else None, expected_motion(shot))
    planned = plan_keyframes(
        shot,
        rate,
        density or scenes.brief.compute.keyframe_density,
        affordable=units.affordable if full.micros else None,
    )
    own = shot_seed(scenes.seed, shot.id)
    moments = tuple(Moment(keyframe.frame, keyframe.prompt, own) for keyframe in planned)
    return KeyframePlan(replace(blank, moments=moments), units)


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

    Raises:
        InDoubtError: a paid job's fate is not known.
        ClappperError: a part failed, or the budget does not allow it.
    """
    made: dict[str, FilledShot] = {}
    for shot in scenes.storyboard.scenes:
        if shot.id not in images:
            continue
        plan = plan_shot(scenes, shot, routes[shot.id], images[shot.id], shop)

        async def run(requests: Sequence[GenRequest], name: str = shot.id) -> Sequence[Job]:
            return await run_jobs(shop, [(name, one) for one in requests], brief_id=brief_id, cap=cap)

        made[shot.id] = await make_shot(plan.recipe, shop, run, plan.units.fill_money)
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
        Marker(shot.frames.start - shot.handle_before + frame, f"Seam in {shot.id}", SEAM_COLOUR)
        for shot in storyboard.scenes
        if shot.id in filled
        for frame in filled[shot.id].seams
        if frame - shot.handle_before in range(len(shot.frames))
    ]
    return replace(timeline, markers=(*timeline.markers, *markers)) if markers else timeline


def _goes_on_from_pictures(model: Capabilities) -> bool:
    return model.generative and bool({Kind.IMAGE_TO_VIDEO, Kind.KEYFRAMES} & set(model.kinds))
