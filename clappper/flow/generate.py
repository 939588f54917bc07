"""Pressing Generate: from a storyboard that passed preflight to a finished take for each of its shots."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from clappper.base.units import FrameRange, FrameRate, Money
from clappper.brief.route import Route
from clappper.brief.schema import AdBrief
from clappper.brief.storyboard import PlannedScene, Storyboard
from clappper.flow.brief_files import BriefFiles
from clappper.flow.open_project import Workshop, run_jobs
from clappper.jobs.ingest import facts_of
from clappper.jobs.model import Job
from clappper.media.still import load_rgba
from clappper.providers.contract import Capabilities, GenRequest, InputFile, Role
from clappper.providers.registry import Registry
from clappper.render.aspects import focus_of
from clappper.render.canvas import ASPECTS
from clappper.store import sidecar
from clappper.store.files import sha256_of
from clappper.timeline.model import MediaKind, Take

SEED_BITS = 31


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


async def generate(
    brief: AdBrief,
    storyboard: Storyboard,
    routes: Mapping[str, Route],
    files: BriefFiles,
    frame: Frame,
    shop: Workshop,
    *,
    brief_id: str,
    seed: int,
    cap: Money,
    badge: str = "",
) -> dict[str, Take]:
    """Make every shot and return its take by shot id; what an earlier run finished is used again.

    ``badge`` marks the takes, as with *generated anyway*.

    Raises:
        ClappperError: a shot failed, or the budget does not allow them.
    """
    requests = shot_requests(brief, storyboard, routes, files, frame, shop.registry, seed=seed)
    jobs = await run_jobs(shop, requests, brief_id=brief_id, cap=cap)
    return {
        shot.id: shot_take(storyboard.rate, shot, job, shop, badge)
        for shot, job in zip(storyboard.scenes, jobs, strict=True)
    }


def shot_requests(
    brief: AdBrief,
    storyboard: Storyboard,
    routes: Mapping[str, Route],
    files: BriefFiles,
    frame: Frame,
    registry: Registry,
    *,
    seed: int,
) -> list[tuple[str, GenRequest]]:
    """Give what to ask for each shot, with the shot's id."""
    inputs = input_files(files)
    return [
        (shot.id, shot_request(brief, storyboard, shot, routes[shot.id], inputs, frame, registry, seed=seed))
        for shot in storyboard.scenes
    ]


def shot_request(
    brief: AdBrief,
    storyboard: Storyboard,
    shot: PlannedScene,
    route: Route,
    inputs: tuple[InputFile, ...],
    frame: Frame,
    registry: Registry,
    *,
    seed: int,
) -> GenRequest:
    """Ask one shot of the model it was routed to, with only those options that the model declares."""
    model = registry.model(route.provider, route.model)
    return GenRequest(
        key="",
        kind=route.choice.kind,
        provider=route.provider,
        model=route.model,
        prompt=shot.prompt,
        negative=shot.negative if model.negative else "",
        seconds=max(storyboard.footage_seconds(shot), route.choice.seconds),
        aspect=frame.aspect,
        width=frame.width,
        height=frame.height,
        fps=route.choice.fps,
        seed=shot_seed(seed, shot.id),
        files=_accepted(inputs, model),
        extra=_options(brief, storyboard, shot, frame, model),
    )


def shot_seed(seed: int, shot_id: str) -> int:
    """Give each shot a seed of its own that depends on nothing but the ad's seed and the shot's name."""
    digest = hashlib.sha256(f"{seed}/{shot_id}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - SEED_BITS)


def input_files(files: BriefFiles) -> tuple[InputFile, ...]:
    """List the brief's pictures with the part each plays."""
    logo = files.get("product.logo")
    found = (
        *((Role.PRODUCT, path) for path in files.group("assets.product_images")),
        *((Role.REFERENCE, path) for path in files.group("assets.reference_images")),
        *([(Role.LOGO, logo)] if logo else []),
    )
    return tuple(
        InputFile(role, str(path), sha256_of(path), mimetypes.guess_type(path.name)[0] or "")
        for role, path in found
    )


def _accepted(inputs: tuple[InputFile, ...], model: Capabilities) -> tuple[InputFile, ...]:
    """Keep what the model takes: its first so many pictures, and the logo where no words can draw it."""
    pictures = [file for file in inputs if file.role is not Role.LOGO][: model.max_references]
    return tuple(
        file for file in inputs if file in pictures or (file.role is Role.LOGO and not model.generative)
    )


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
    }
    return {name: value for name, value in options.items() if name in model.extra_fields}


def subject_of(model: Capabilities, thumbnail: Path | None) -> tuple[float, float]:
    """Say around which point other aspects are cut from a clip, as fractions of its picture.

    What is composed to the core that all aspects show has its subject in the middle; elsewhere it is looked
    for.
    """
    if "core" in model.extra_fields or thumbnail is None:
        return 0.5, 0.5
    x, y, _ = focus_of(load_rgba(thumbnail))
    return x, y


def _mark(path: Path, badge: str) -> None:
    """Say in the clip's sidecar whether preflight had blocked the brief it was made for."""
    page = sidecar.read(path)
    if page.badge != badge:
        sidecar.write(path, page.model_copy(update={"badge": badge}))


def shot_take(rate: FrameRate, shot: PlannedScene, job: Job, shop: Workshop, badge: str) -> Take:
    """Make a take of a finished job, and mark its sidecar with ``badge``. Reads its picture: some 30 ms."""
    asset = shop.project.assets.get(job.asset_id)
    _mark(shop.project.locate(asset.path), badge)
    return take_of(job, rate, shop, label=f"{job.request.provider} {shot.id}", badge=badge)


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
