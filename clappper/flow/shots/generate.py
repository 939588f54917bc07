"""Pressing Generate: from a storyboard that passed preflight to a finished take for each of its shots."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from clappper.base.units import FrameRange, FrameRate, Money
from clappper.brief.route import SCENE_ENGINES, SCENE_PROVIDER, Choice, Engine, Route, engine_of
from clappper.brief.schema import AdBrief, Scene
from clappper.brief.steering import DEPTH, SEG, given_controls
from clappper.brief.storyboard import PlannedScene, Storyboard
from clappper.flow.brief_files import BriefFiles, label_field
from clappper.flow.open_project import Workshop, demand_done, work_off
from clappper.jobs.ingest import facts_of
from clappper.jobs.model import Job, JobState
from clappper.media.still import load_rgba
from clappper.providers.contract import Capabilities, GenRequest, InputFile, Kind, Role
from clappper.providers.registry import Registry
from clappper.render.aspects import focus_of
from clappper.render.canvas import ASPECTS
from clappper.store import sidecar
from clappper.store.files import sha256_of
from clappper.timeline.model import MediaKind, Take
from clappper.usd.recipe import is_nucleus

SEED_BITS = 31
SCENE_ROLES = {Role.USD_SCENE: "assets.usd_scene", Role.PRODUCT_USD: "assets.product_usd"}

STUDIO_ROLES = frozenset({Role.LABEL, *SCENE_ROLES})
"""What only 3D scenes read."""
CONTROL_ROLES = {SEG: Role.CONTROL_SEG, DEPTH: Role.CONTROL_DEPTH}
STEERING_ROLES = frozenset({Role.SOURCE_VIDEO, Role.CONTROL_SEG, Role.CONTROL_DEPTH})
"""What a transfer reads."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The picture to ask for: large enough to cut every wanted aspect from, each pixel for pixel.

    ``core`` is the part in the middle that all of them show, as fractions of width and height.
    """

    width: int
    height: int
    aspect: str
    core: tuple[float, float]

    @classmethod
    def covering(cls, aspects: Sequence[str]) -> Frame:
        sizes = [ASPECTS[aspect] for aspect in aspects]
        width, height = max(w for w, _ in sizes), max(h for _, h in sizes)
        core = (min(w for w, _ in sizes) / width, min(h for _, h in sizes) / height)
        shape = next((name for name, size in ASPECTS.items() if size == (width, height)), "1:1")
        return cls(width, height, shape, core)


@dataclass(frozen=True, slots=True)
class Shots:
    """The finished take of every shot, and what made each, by shot id."""

    takes: dict[str, Take]
    routes: dict[str, Route]


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files with the part each plays: for every scene, and by id for one scene or shot alone.

    ``given`` are control pictures as the brief has them, by scene: they are made films before they are sent.
    """

    shared: tuple[InputFile, ...] = ()
    own: Mapping[str, tuple[InputFile, ...]] = field(default_factory=dict)
    given: Mapping[str, tuple[InputFile, ...]] = field(default_factory=dict)

    def of(self, shot: PlannedScene) -> tuple[InputFile, ...]:
        ids = dict.fromkeys((shot.scene_id, shot.id))
        return (*self.shared, *(file for name in ids for file in self.own.get(name, ())))


@dataclass(frozen=True, slots=True)
class Scenes:
    """What is to be made: the brief, its shots and its files, and the picture to ask for."""

    brief: AdBrief
    storyboard: Storyboard
    inputs: Inputs
    frame: Frame
    seed: int

    def requests(self, routes: Mapping[str, Route], registry: Registry) -> list[tuple[str, GenRequest]]:
        """Ask every shot that has a route of the model it was routed to, with the shot's id."""
        return [
            (shot.id, self._request(shot, routes[shot.id], registry))
            for shot in self.storyboard.scenes
            if shot.id in routes
        ]

    def _request(self, shot: PlannedScene, route: Route, registry: Registry) -> GenRequest:
        return shot_request(
            self.brief, self.storyboard, shot, route, self.inputs, self.frame, registry, seed=self.seed
        )


async def generate(
    scenes: Scenes,
    routes: Mapping[str, Route],
    shop: Workshop,
    *,
    brief_id: str,
    cap: Money,
    badge: str = "",
    unknown_price: bool = False,
) -> Shots:
    """Make every shot; what an earlier run finished is used again.

    A shot that its provider could not make is made by the embedded one where the plan named it as fallback:
    that costs nothing more, and the route says so. ``badge`` marks the takes, as with *generated anyway*.
    ``unknown_price`` accepts prices that nobody knows.

    Raises:
        InDoubtError: a paid job's fate is not known.
        ClappperError: a shot failed and has no such fallback, or the budget does not allow them.
    """
    used = dict(routes)

    async def make(wanted: Mapping[str, Route]) -> dict[str, Job]:
        asked = scenes.requests(wanted, shop.registry)
        made = await work_off(shop, asked, brief_id=brief_id, cap=cap, unknown_price=unknown_price)
        return {shot_id: job for (shot_id, _), job in zip(asked, made, strict=True)}

    jobs = await make(used)
    fallen = {
        shot_id: fallen_back(used[shot_id], job)
        for shot_id, job in jobs.items()
        if job.state is JobState.FAILED and spare(used[shot_id]) is not None
    }
    if fallen:
        used |= fallen
        jobs |= await make(fallen)
    for job in jobs.values():
        demand_done(job)
    takes = {
        shot.id: shot_take(scenes.storyboard.rate, shot, jobs[shot.id], shop, badge, used[shot.id].reason)
        for shot in scenes.storyboard.scenes
    }
    return Shots(takes, used)


def spare(route: Route) -> Choice | None:
    """Give what makes a shot if its provider fails: the first fallback that is embedded, and thus free."""
    embedded = (choice for choice in route.fallbacks if choice.engine is Engine.EMBEDDED)
    return next(embedded, None)


def fallen_back(route: Route, job: Job) -> Route:
    """Send a shot whose job failed to what its route names for that."""
    choice = spare(route)
    assert choice is not None
    reason = f"{route.reason} {route.provider} failed: {job.error} → {choice.provider}."
    return replace(route, choice=choice, fallbacks=(), reason=reason, controls=None)


def shot_request(
    brief: AdBrief,
    storyboard: Storyboard,
    shot: PlannedScene,
    route: Route,
    inputs: Inputs,
    frame: Frame,
    registry: Registry,
    *,
    seed: int,
) -> GenRequest:
    """Ask one shot of the model it was routed to, with only those options that the model declares."""
    model = registry.model(route.provider, route.model)
    aspect, width, height = _picture(brief, frame, model)
    return GenRequest(
        key="",
        kind=route.choice.kind,
        provider=route.provider,
        model=route.model,
        prompt=shot.prompt,
        negative=shot.negative if model.negative else "",
        seconds=max(storyboard.footage_seconds(shot), route.choice.seconds),
        aspect=aspect,
        width=width,
        height=height,
        fps=route.choice.fps,
        seed=shot_seed(seed, shot.id),
        files=_accepted(inputs.of(shot), model, route.choice.kind),
        extra=_options(brief, storyboard, shot, frame, model),
    )


def shot_seed(seed: int, shot_id: str) -> int:
    """Give each shot a seed of its own that depends on nothing but the ad's seed and the shot's name."""
    digest = hashlib.sha256(f"{seed}/{shot_id}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - SEED_BITS)


def input_files(brief: AdBrief, files: BriefFiles) -> Inputs:
    """Sort the brief's files by the part each plays."""
    logo = files.get("product.logo")
    found = (
        *((Role.PRODUCT, path) for path in files.group("assets.product_images")),
        *((Role.REFERENCE, path) for path in files.group("assets.reference_images")),
        *([(Role.LOGO, logo)] if logo else []),
        *((role, path) for role, field in SCENE_ROLES.items() if (path := files.get(field))),
    )
    labels = {scene.id: files.get(label_field(brief, scene)) for scene in brief.scenes}
    return Inputs(
        tuple(input_file(role, path) for role, path in found),
        {scene_id: (input_file(Role.LABEL, path),) for scene_id, path in labels.items() if path},
        {scene.id: _given(brief, scene, files) for scene in brief.scenes},
    )


def _given(brief: AdBrief, scene: Scene, files: BriefFiles) -> tuple[InputFile, ...]:
    fields = {name: field for name, (field, _) in given_controls(brief, scene).items()}
    found = ((CONTROL_ROLES[name], files.get(field)) for name, field in fields.items())
    return tuple(input_file(role, path) for role, path in found if path)


def input_file(role: Role, path: Path) -> InputFile:
    """Hash a file for a request."""
    return InputFile(role, str(path), sha256_of(path), mimetypes.guess_type(path.name)[0] or "")


def _picture(brief: AdBrief, frame: Frame, model: Capabilities) -> tuple[str, int, int]:
    """Give aspect, width and height to ask for: all that is wanted, else the brief's own to cut from."""
    if not model.aspects or frame.aspect in model.aspects:
        return frame.aspect, frame.width, frame.height
    return (brief.project.aspect, *ASPECTS[brief.project.aspect])


def _accepted(inputs: tuple[InputFile, ...], model: Capabilities, kind: Kind) -> tuple[InputFile, ...]:
    """Keep what the model takes: its first so many pictures, logo and USD where no words can draw them.

    Where a model that imagines is to begin with a picture, that is the first there is. A transfer reads the
    clip it starts from and its controls.
    """
    if kind is Kind.TRANSFER:
        return tuple(file for file in inputs if file.role in STEERING_ROLES)
    pictures = [file for file in inputs if file.role not in {Role.LOGO, *STUDIO_ROLES, *STEERING_ROLES}]
    if not model.generative:
        roles = {Role.LOGO, *STUDIO_ROLES} if engine_of(model) in SCENE_ENGINES else {Role.LOGO}
        drawn = [file for file in inputs if file.role in roles]
        return (*pictures[: model.max_references], *drawn)
    begins = kind is Kind.IMAGE_TO_VIDEO
    first = [replace(file, role=Role.FIRST_FRAME) for file in pictures[:begins]]
    return (*first, *pictures[begins:][: model.max_references])


def _options(
    brief: AdBrief, storyboard: Storyboard, shot: PlannedScene, frame: Frame, model: Capabilities
) -> dict[str, object]:
    scene = next(scene for scene in brief.scenes if scene.id == shot.scene_id)
    style = brief.product.style_pack
    options: dict[str, object] = {
        "scene_type": shot.type,
        "intent": shot.intent,
        "move": shot.move,
        "focal_length_mm": shot.focal_length_mm,
        "brand_colors": list(brief.product.brand_colors),
        "palette": style.palette_hint or "neutral",
        "styles": list(style.visual_style),
        "beats": [round(beat, 4) for beat in storyboard.accents_seconds(shot)],
        "lighting": scene.lighting or "",
        "product_name": brief.product.name,
        "core": list(frame.core),
        "key_benefit": brief.product.key_benefit or "",
        "quality": scene.studio.quality or brief.compute.quality,
        "keyframe_step": keyframe_step(brief),
    }
    chosen = scene.studio.model_dump(exclude_none=True, exclude={"label", "quality"})
    options |= {f"studio_{name}": value for name, value in chosen.items()}
    worlds = {"usd_scene": brief.assets.usd_scene, "product_usd": brief.assets.product_usd}
    options |= {name: address for name, address in worlds.items() if address and is_nucleus(address)}
    return {name: value for name, value in options.items() if name in model.extra_fields}


def keyframe_step(brief: AdBrief) -> int:
    """Say how far apart rendered frames stand: what is between them is interpolated in keyframe mode."""
    if brief.compute.ip_frame_mode != "keyframes_plus_fill":
        return 1
    return {"high": 2, "low": 4}.get(brief.compute.keyframe_density, 3)


def subject_of(model: Capabilities, thumbnail: Path | None) -> tuple[float, float]:
    """Say around which point other aspects are cut from a clip, as fractions of its picture.

    What is composed to the core that all aspects show has its subject in the middle; elsewhere it is looked
    for.
    """
    if "core" in model.extra_fields or thumbnail is None:
        return 0.5, 0.5
    x, y, _ = focus_of(load_rgba(thumbnail))
    return x, y


def _mark(path: Path, badge: str, route: str) -> None:
    """Say in the clip's sidecar why it was made by whom, and whether preflight had blocked its brief."""
    page = sidecar.read(path)
    if (page.badge, page.route) != (badge, route):
        sidecar.write(path, page.model_copy(update={"badge": badge, "route": route}))


def shot_take(
    rate: FrameRate, shot: PlannedScene, job: Job, shop: Workshop, badge: str, route: str = ""
) -> Take:
    """Make a take of a finished job, and mark its sidecar with ``badge`` and ``route``, why it was made by
    whom. Reads its picture: some 30 ms.
    """
    asset = shop.project.assets.get(job.asset_id)
    _mark(shop.project.locate(asset.path), badge, route)
    return take_of(job, rate, shop, label=f"{job.request.provider} {shot.id}", badge=badge)


def is_locked_off(job: Job) -> bool:
    """Tell whether nothing moves in what a job made: a 3D scene seen by a camera that stands still."""
    request = job.request
    return request.provider == SCENE_PROVIDER and request.extra.get("move") in {None, "static"}


def take_of(job: Job, rate: FrameRate, shop: Workshop, *, label: str, badge: str = "") -> Take:
    """Give the clip that a finished job brought as a take for a timeline of ``rate``."""
    asset = shop.project.assets.get(job.asset_id)
    facts = facts_of(asset)
    model = shop.registry.model(job.request.provider, job.request.model)
    thumbnail = asset.derived.get("thumbnail")
    return Take(
        id=job.id,
        path=asset.path,
        kind=MediaKind.VIDEO,
        available=FrameRange(0, rate.frame_at(facts.duration_seconds)),
        width=facts.width,
        height=facts.height,
        focus=subject_of(model, shop.project.locate(thumbnail) if thumbnail else None),
        has_audio=facts.has_audio,
        asset_id=asset.id,
        label=label,
        badge=badge,
    )
