"""How a shot is going to be made from keyframes: where they stand, what is generated, its price and its time.

Planning spends nothing, and what it says holds: a shot never costs more than ``worth`` of its units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor

from clappper.base.units import Money
from clappper.brief.cost import CostRange
from clappper.brief.keyframes import (
    Keyframe,
    Units,
    expected_motion,
    moment_words,
    plan_keyframes,
    share_units,
)
from clappper.brief.route import SCENE_ENGINES, SCENE_PROVIDER, Choice, Engine, Route, engine_of
from clappper.brief.schema import AdBrief, Density
from clappper.brief.storyboard import PlannedScene
from clappper.brief.windows import Clip, Window, choose_windows, spaced_by
from clappper.flow.shots.generate import Scenes, shot_seed
from clappper.jobs.recipes import (
    BETWEEN,
    Model,
    Moment,
    Recipe,
    Segment,
    Way,
    image_request,
    is_two_sided,
    join_request,
    native_request,
    segment_request,
)
from clappper.providers.contract import Capabilities, Estimate, GenRequest, InputFile, Kind, Role
from clappper.providers.registry import Registry

BLANK = InputFile(Role.KEYFRAME, "keyframe.png", "0" * 64, "image/png")
"""Stands for a keyframe that is not made yet."""


Pricing = Callable[[GenRequest], Estimate]
"""Says what a request will cost and how long it takes: a provider's word, or what the queue has learned."""


@dataclass(frozen=True, slots=True)
class KeyframePlan:
    """How a shot is made from keyframes.

    ``whole`` is what generating all of it costs at most, ``pictures`` what its keyframes do, None where
    nobody knows. ``fill`` is the most that may be spent between them: ``windows`` are planned, what is left
    mends stitches. ``seconds`` is how long its parts take, one after the other, but for ``untimed``, models
    of which nobody knows yet. ``note`` says where a plan differs from what may be expected, and why.
    """

    recipe: Recipe
    keyframes: tuple[Keyframe, ...]
    units: Units
    whole: Money | None
    pictures: Money | None
    fill: Money
    windows: tuple[Window, ...]
    seconds: tuple[float, float]
    untimed: tuple[str, ...] = ()
    note: str = ""

    @property
    def shot_id(self) -> str:
        return self.recipe.shot_id

    @property
    def cost(self) -> CostRange:
        """At least the pictures, at most all of the fill too; no time where not all of it is known."""
        seconds = None if self.untimed else self.seconds
        if self.pictures is None:
            return CostRange(Money(), None, seconds, (" ".join(self.recipe.image or ()),))
        return CostRange(self.pictures, self.most, seconds)

    @property
    def planned(self) -> Money | None:
        """What pictures and planned stretches cost; mending stitches may add to it, up to ``most``."""
        return _plus(self.pictures, *(window.cost for window in self.windows))

    @property
    def most(self) -> Money | None:
        return _plus(self.pictures, self.fill)

    @property
    def pays(self) -> bool:
        """Tell whether it costs no more than its units are worth; else the shot is generated whole."""
        return self.whole is None or self.pictures is None or self.pictures <= self.units.worth

    def __str__(self) -> str:
        """Say it all in a line: keyframes and clips in units and money, the most it may be, and the time."""
        if not self.pays:
            return self.note
        parts = [f"{len(self.keyframes)} keyframes{self._worth(self.pictures)}"]
        if self.windows and self.recipe.fill:
            stretches = " and ".join(f"{self._seconds(window):.1f} s" for window in self.windows)
            paid = _plus(Money(), *(window.cost for window in self.windows))
            parts.append(f"{stretches} by {self.recipe.fill[1]}{self._worth(paid)}")
        return f"{', '.join(parts)}{self._limit()}; {self.time}. {self.note}".rstrip()

    @property
    def time(self) -> str:
        """Say how long it takes, and of what nobody knows yet."""
        low, high = (max(1, round(end / 60)) for end in self.seconds)
        span = f"{high} min" if low == high else f"{low} to {high} min"
        return f"{span} and what {' and '.join(self.untimed)} need" if self.untimed else f"about {span}"

    def _worth(self, money: Money | None) -> str:
        if money is None:
            return " (no price)"
        return f" ({money}, {self.units.spent(money)} units)" if self.units.worth.micros else f" ({money})"

    def _limit(self) -> str:
        if self.most is None or self.whole is None or not self.whole.micros:
            return ""
        return f", at most {self.most} of the {self.whole} that all of it would cost"

    def _seconds(self, window: Window) -> float:
        return (window.end - window.start + 1) / self.recipe.fps


@dataclass(frozen=True, slots=True)
class _Market:
    """All models there are, and who knows their prices."""

    registry: Registry
    price: Pricing


@dataclass(frozen=True, slots=True)
class _Fill:
    """What generates between keyframes, where, and whether in one call through all of them."""

    filler: Capabilities | None
    windows: tuple[Window, ...] = ()
    note: str = ""
    through_all: bool = False


def price_keyframes(
    scenes: Scenes,
    routes: Mapping[str, Route],
    models: Sequence[Capabilities],
    registry: Registry,
    price: Pricing,
) -> tuple[KeyframePlan, ...]:
    """Plan and price every shot that is to be made from keyframes. Spends nothing."""
    images, _ = split_routes(scenes.brief, routes, models)
    return tuple(plan_shots(scenes, routes, images, registry, price).values())


def worth_filling(
    scenes: Scenes,
    routes: Mapping[str, Route],
    models: Sequence[Capabilities],
    registry: Registry,
    price: Pricing,
) -> tuple[dict[str, KeyframePlan], dict[str, Route]]:
    """Plan the shots that cost less from keyframes; the routes of the others tell why they are made whole."""
    images, told = split_routes(scenes.brief, routes, models)
    plans = plan_shots(scenes, routes, images, registry, price)
    for shot_id, plan in plans.items():
        if not plan.pays:
            told[shot_id] = replace(routes[shot_id], reason=f"{routes[shot_id].reason} {plan.note}")
    return {shot_id: plan for shot_id, plan in plans.items() if plan.pays}, told


def plan_shots(
    scenes: Scenes,
    routes: Mapping[str, Route],
    images: Mapping[str, Model],
    registry: Registry,
    price: Pricing,
) -> dict[str, KeyframePlan]:
    """Plan the shots that ``images`` names, in the storyboard's order."""
    return {
        shot.id: plan_shot(scenes, shot, routes[shot.id], images[shot.id], registry, price)
        for shot in scenes.storyboard.scenes
        if shot.id in images
    }


def plan_shot(
    scenes: Scenes,
    shot: PlannedScene,
    route: Route,
    image: Model,
    registry: Registry,
    price: Pricing,
    density: Density | None = None,
) -> KeyframePlan:
    """Plan one shot: keyframes as dense as asked, and as much generated between them as its units pay for."""
    market, rate = _Market(registry, price), scenes.storyboard.rate
    routed = registry.model(route.provider, route.model)
    blank = replace(_blank(scenes, shot, image), film=_film(scenes, shot, route, image, market))
    whole, each = _whole(scenes, shot, route, market), _picture_cost(blank, image, market)
    asked = scenes.brief.compute.keyframe_units
    units = share_units(whole or Money(), each, expected_motion(shot), units=asked)
    keyframes = plan_keyframes(
        shot,
        rate,
        density or scenes.brief.compute.keyframe_density,
        affordable=units.affordable if units.worth.micros else None,
    )
    fill = _fill(blank, keyframes, routed, _left(units, each, len(keyframes)), market)
    spaced = spaced_by(keyframes, () if fill.through_all else fill.windows)
    keyframes = tuple(Keyframe(at, reason, moment_words(shot, rate, at)) for at, reason in spaced)
    own = shot_seed(scenes.seed, shot.id)
    recipe = replace(
        blank,
        moments=tuple(Moment(keyframe.frame, keyframe.prompt, own) for keyframe in keyframes),
        fill=(fill.filler.provider, fill.filler.model) if fill.filler else None,
        windows=() if fill.through_all else tuple(window.start for window in fill.windows),
    )
    estimates = _estimates(recipe, market)
    known = [estimate.seconds for _, estimate in estimates if estimate.seconds is not None]
    plan = KeyframePlan(
        recipe,
        keyframes,
        units,
        whole,
        None if each is None else Money(each.micros * len(keyframes)),
        _left(units, each, len(keyframes)),
        fill.windows,
        (sum(low for low, _ in known), sum(high for _, high in known)),
        tuple(dict.fromkeys(name for name, estimate in estimates if estimate.seconds is None)),
        fill.note,
    )
    if plan.pays:
        return plan
    dear = f"{len(keyframes)} keyframes cost {plan.pictures}, all of it {whole}: it is generated whole."
    return replace(plan, note=dear)


def _picture_cost(blank: Recipe, image: Model, market: _Market) -> Money | None:
    request = image_request(blank, Moment(0, blank.prompt, 0), market.registry.model(*image), None)
    return market.price(blank.film or request).high


def _left(units: Units, each: Money | None, keyframes: int) -> Money:
    """Say how much is left for fill once so many keyframes are paid; nothing where nobody knows."""
    return Money(max(0, units.worth.micros - each.micros * keyframes)) if each is not None else Money()


def _plus(first: Money | None, *others: Money) -> Money | None:
    return None if first is None else Money(first.micros + sum(other.micros for other in others))


def _fill(
    blank: Recipe,
    keyframes: Sequence[Keyframe],
    routed: Capabilities,
    left: Money,
    market: _Market,
) -> _Fill:
    """Choose what generates between keyframes and where: the shot's own model, or one of the same service.

    Where the money left pays for no clip of any, or nothing has a price, no stretch is planned.
    """
    own = routed if goes_on_from_pictures(routed) else None
    if not left.micros:
        unknown = f"All is drawn between keyframes: the price of {routed.model} is not known."
        return _Fill(own, (), "" if routed.price is not None else unknown)
    prices: list[Money] = []
    for filler in _fillers(blank, routed, market):
        clips = tuple(_clips(blank, keyframes[-1].frame, filler, market))
        prices += [min(clip.cost for clip in clips)] if clips else []
        through = _through_all(blank, keyframes, filler, market)
        windows = choose_windows(keyframes, clips, left, two_sided=is_two_sided(filler))
        is_own = filler.model == routed.model
        why = f"{filler.model} fills between keyframes, because {routed.model} costs too much for that."
        if through is not None and through <= left:
            whole = Window(0, keyframes[-1].frame, through)
            return _Fill(filler, (whole,), "" if is_own else why, through_all=True)
        if windows:
            return _Fill(filler, windows, "" if is_own else why)
    dear = f"a clip of {routed.provider} costs at least {min(prices)}" if prices else "no clip has a price"
    return _Fill(own, (), f"All is drawn between keyframes: {left} is left for fill, and {dear}.")


def _fillers(blank: Recipe, routed: Capabilities, market: _Market) -> Iterator[Capabilities]:
    """List what may fill a shot: its own model, then the others of its service.

    Of these the ones that arrive at a picture go first, then those that make one as large, then the cheap.
    """
    if goes_on_from_pictures(routed):
        yield routed
    others = [
        model
        for model in market.registry.capabilities()
        if model.provider == routed.provider
        and model.model != routed.model
        and model.price is not None
        and goes_on_from_pictures(model)
    ]
    size = max(blank.width, blank.height)
    yield from sorted(
        others,
        key=lambda model: (not is_two_sided(model), 0 < model.max_width < size, _rate(model)),
    )


def _through_all(
    blank: Recipe, keyframes: Sequence[Keyframe], filler: Capabilities, market: _Market
) -> Money | None:
    """Say what one call through all keyframes costs; None where the model knows no such call."""
    if len(keyframes) < 3:
        return None
    moments = tuple(Moment(keyframe.frame, "", 0) for keyframe in keyframes)
    request = native_request(replace(blank, moments=moments), [BLANK] * len(moments), filler)
    return None if request is None else market.price(request).high


def _rate(model: Capabilities) -> int:
    return model.price.amount.micros if model.price else 0


def _clips(blank: Recipe, last: int, filler: Capabilities, market: _Market) -> Iterator[Clip]:
    """List the clips that a model sells, by how many frames each covers of a shot, with its highest price."""
    for seconds in _lengths(filler, (last + 1) / blank.fps):
        frames = min(last, floor(seconds * blank.fps + 1e-6) - 1)
        stretch = replace(blank, moments=(Moment(0, "", 0), Moment(max(1, frames), "", 0)))
        request = segment_request(stretch, 0, Segment(Way.I2V, ""), (BLANK, BLANK), filler)
        cost = market.price(request).high
        if cost is not None and frames > 1:
            yield Clip(frames, cost)


def _lengths(model: Capabilities, longest: float) -> Iterator[float]:
    """List lengths to ask for, in seconds: the model's own, else its shortest and whole seconds."""
    if model.durations:
        yield from model.durations
        return
    low, high = model.seconds
    yield low
    yield from range(ceil(low + 1e-9), floor(min(high, ceil(longest))) + 1)


def _estimates(recipe: Recipe, market: _Market) -> list[tuple[str, Estimate]]:
    """Estimate all that the plan asks for, beside the name of what makes it."""
    assert recipe.image is not None
    painter = market.registry.model(*recipe.image)
    pictures = [image_request(recipe, moment, painter, None) for moment in recipe.moments]
    wanted = [recipe.film] if recipe.film is not None else pictures
    for number, moment in enumerate(recipe.moments[:-1]):
        is_paid = recipe.fill is not None and moment.frame in recipe.windows
        filler = recipe.fill if is_paid and recipe.fill else BETWEEN
        segment = Segment(Way.I2V if is_paid else Way.INTERPOLATE, "")
        wanted.append(
            segment_request(recipe, number, segment, (BLANK, BLANK), market.registry.model(*filler))
        )
    wanted.append(join_request(recipe, [BLANK], recipe.lengths, []))
    return [(f"{request.provider} {request.model}", market.price(request)) for request in wanted]


def _blank(scenes: Scenes, shot: PlannedScene, image: Model) -> Recipe:
    frame = scenes.frame
    return Recipe(
        shot_id=shot.id,
        scene_id=shot.id,
        prompt=shot.prompt,
        negative=shot.negative,
        aspect=frame.aspect,
        width=frame.width,
        height=frame.height,
        fps=float(scenes.storyboard.rate.fps),
        moments=(),
        image=image,
    )


def _film(
    scenes: Scenes, shot: PlannedScene, route: Route, image: Model, market: _Market
) -> GenRequest | None:
    """Ask for the 3D render that keyframes are cut out of; None where they are painted one by one."""
    model = market.registry.model(*image)
    if model.provider != SCENE_PROVIDER:
        return None
    rate, seconds = scenes.storyboard.rate, scenes.storyboard.footage_seconds(shot)
    choice = Choice(
        engine_of(model) or Engine.LOCAL_3D,
        *image,
        Kind.TEXT_TO_VIDEO,
        seconds,
        float(rate.fps),
        longest=model.seconds[1],
    )
    alone = replace(scenes, storyboard=replace(scenes.storyboard, scenes=(shot,)))
    ((_, request),) = alone.requests({shot.id: replace(route, choice=choice)}, market.registry)
    return request


def _whole(scenes: Scenes, shot: PlannedScene, route: Route, market: _Market) -> Money | None:
    """Say what generating all of a shot costs at most; None where nobody knows."""
    alone = replace(scenes, storyboard=replace(scenes.storyboard, scenes=(shot,)))
    ((_, request),) = alone.requests({shot.id: route}, market.registry)
    return market.price(request).high


def goes_on_from_pictures(model: Capabilities) -> bool:
    """Tell whether a service's model can fill between keyframes."""
    return model.generative and bool({Kind.IMAGE_TO_VIDEO, Kind.KEYFRAMES} & set(model.kinds))


def split_routes(
    brief: AdBrief, routes: Mapping[str, Route], models: Sequence[Capabilities]
) -> tuple[dict[str, Model], dict[str, Route]]:
    """Say which shots are made from keyframes, and by which picture model; the other routes tell why not."""
    image = cheapest(models, Kind.TEXT_TO_IMAGE)
    chosen: dict[str, Model] = {}
    told = dict(routes)
    if brief.compute.ip_frame_mode != "keyframes_plus_fill":
        return {}, told
    scene = next((model for model in models if model.provider == SCENE_PROVIDER), None)
    for shot_id, route in routes.items():
        if not route.keyframes or route.engine in SCENE_ENGINES:
            continue
        painter = scene if scene is not None and route.keyframes == "omniverse" else image
        if painter is None:
            why = "No text-to-image provider has a key, so the shot is generated whole."
            told[shot_id] = replace(route, reason=f"{route.reason} {why}")
            continue
        chosen[shot_id] = painter.provider, painter.model
        why = f"Keyframes come from {painter.provider} {painter.model}, the time between them is filled."
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
