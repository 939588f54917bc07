"""Making one clip, still or sound of a named model, without a brief."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clappper.base.errors import UnusableInputError
from clappper.base.events import EventHub
from clappper.base.units import Money
from clappper.flow.open_project import Workshop, demand_done, open_project, open_providers
from clappper.flow.progress import Report, shown
from clappper.flow.providers import health_of
from clappper.jobs.model import Job
from clappper.jobs.runner import JobRunner
from clappper.providers.contract import (
    Capabilities,
    Estimate,
    GenRequest,
    InputFile,
    Issue,
    Kind,
    Role,
)
from clappper.providers.fitting import made_seconds
from clappper.providers.registry import Registry, demand_possible
from clappper.providers.workbench import Workbench
from clappper.render.canvas import ASPECTS
from clappper.store.files import sha256_of

USUAL_SECONDS = 5.0
USUAL_FPS = 24.0


@dataclass(frozen=True, slots=True)
class ClipOrder:
    """What to ask for. Nothing given for ``kind``, ``seconds`` or ``fps``: what suits the model best.

    One of ``images`` is the first frame; of two the second is the last frame; more are keyframes, evenly
    spaced. ``budget`` is the most that all of the project may cost from now on; None leaves it as it is.
    """

    project: Path
    provider: str
    model: str
    prompt: str
    negative: str = ""
    kind: str = ""
    seconds: float | None = None
    aspect: str = "9:16"
    fps: float | None = None
    seed: int = 1
    images: tuple[Path, ...] = ()
    references: tuple[Path, ...] = ()
    video: Path | None = None
    options: dict[str, Any] = field(default_factory=dict)
    budget: Money | None = None
    unknown_price: bool = False


@dataclass(frozen=True, slots=True)
class MadeClip:
    """The finished file, what it cost (None: nobody has told), and whether it had been made before."""

    job: Job
    path: Path
    cost: Money | None
    reused: bool


@dataclass(frozen=True, slots=True)
class Quote:
    """What is about to be asked for, what that is likely to cost, and what the model will leave out."""

    request: GenRequest
    estimate: Estimate
    remarks: tuple[Issue, ...]


Tell = Callable[[Quote], None]


async def generate_clip(
    order: ClipOrder, hub: EventHub, report: Report, bench: Workbench, tell: Tell = lambda _: None
) -> MadeClip:
    """Make one clip and wait for it; ``tell`` hears the quote before anything is sent.

    Raises:
        UnusableInputError: the provider, the model or a file cannot be used.
        UnknownPriceError: nobody knows what it costs, and the order does not accept that.
        InDoubtError: nobody knows whether the provider has accepted it.
        ClappperError: it failed, or the budget does not allow it.
    """
    async with open_providers(bench) as registry:
        request = await _possible(order, registry)
    async with open_project(order.project, hub, bench) as shop:
        remarks = [
            issue for issue in shop.registry.get(order.provider).validate(request) if not issue.blocking
        ]
        tell(Quote(request, shop.queue.estimate(request), tuple(remarks)))
        with shown(shop, report):
            return await _made(order, request, shop)


async def _possible(order: ClipOrder, registry: Registry) -> GenRequest:
    """Turn down what cannot be made before there is a project; a check first, because it may find models."""
    await health_of(registry.get(order.provider))
    request = clip_request(order, registry.model(order.provider, order.model))
    demand_possible(registry, request)
    return request


async def _made(order: ClipOrder, request: GenRequest, shop: Workshop) -> MadeClip:
    asked = shop.queue.enqueue(
        request, scene_id=order.model, cap=order.budget, accept_unknown_price=order.unknown_price
    )
    await JobRunner(shop.queue, shop.workers).run_until_idle(only=[asked.job.id])
    job = shop.queue.job(asked.job.id)
    demand_done(job)
    path = shop.project.locate(shop.project.assets.get(job.asset_id).path)
    return MadeClip(job, path, shop.queue.ledger.attempts(job.id)[-1].actual, asked.outcome == "reused")


def clip_request(order: ClipOrder, model: Capabilities) -> GenRequest:
    """Ask a model for what was ordered, filling in what suits it.

    Raises:
        UnusableInputError: there is no such kind or aspect, or a file cannot be read.
    """
    if order.aspect not in ASPECTS:
        raise UnusableInputError(f"There is no aspect {order.aspect}.", f"Choose from: {', '.join(ASPECTS)}.")
    kind = _kind(order, model)
    shortest, longest = model.seconds
    seconds = min(max(USUAL_SECONDS, shortest), longest) if order.seconds is None else order.seconds
    width, height = ASPECTS[order.aspect]
    fps = order.fps or min(model.fps or (USUAL_FPS,), key=lambda rate: abs(rate - USUAL_FPS))
    return GenRequest(
        key="",
        kind=kind,
        provider=order.provider,
        model=order.model,
        prompt=order.prompt,
        negative=order.negative,
        seconds=made_seconds(seconds, model) if order.seconds is None else seconds,
        aspect=order.aspect,
        width=width,
        height=height,
        fps=fps,
        seed=order.seed,
        files=_files(order, seconds),
        extra=dict(order.options),
    )


def _kind(order: ClipOrder, model: Capabilities) -> Kind:
    """Choose the first thing that the model makes of such files."""
    if order.kind:
        if order.kind not in set(Kind):
            raise UnusableInputError(f"There is no kind {order.kind}.", f"Choose from: {', '.join(Kind)}.")
        return Kind(order.kind)
    if order.video:
        wanted = [Kind.VIDEO_TO_VIDEO, Kind.TRANSFER, Kind.UPSCALE, Kind.MATTE]
    elif len(order.images) > 1:
        wanted = [Kind.KEYFRAMES, Kind.IMAGE_TO_VIDEO]
    elif order.images:
        wanted = [Kind.IMAGE_TO_VIDEO, Kind.KEYFRAMES]
    else:
        wanted = [Kind.TEXT_TO_VIDEO, Kind.TEXT_TO_IMAGE, Kind.MUSIC, Kind.SPEECH]
    return next((kind for kind in wanted if kind in model.kinds), model.kinds[0])


def _files(order: ClipOrder, seconds: float) -> tuple[InputFile, ...]:
    last = len(order.images) - 1
    files = [_file(path, _role(place, last), seconds, place, last) for place, path in enumerate(order.images)]
    files += [_file(path, Role.REFERENCE) for path in order.references]
    return (*files, *([_file(order.video, Role.SOURCE_VIDEO)] if order.video else []))


def _role(place: int, last: int) -> Role:
    if place == 0:
        return Role.FIRST_FRAME
    return Role.LAST_FRAME if place == last else Role.KEYFRAME


def _file(path: Path, role: Role, seconds: float = 0.0, place: int = 0, last: int = 0) -> InputFile:
    if not path.is_file():
        raise UnusableInputError(f"There is no file {path}.", "Check its name.")
    at = round(seconds * place / last, 3) if role is Role.KEYFRAME else None
    mime = mimetypes.guess_type(path.name)[0] or ""
    return InputFile(role, str(path.resolve()), sha256_of(path), mime, at)
