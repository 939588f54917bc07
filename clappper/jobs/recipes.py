"""A shot as keyframes and what fills the time between them: each keyframe and each segment is its own job.

A recipe is plain data. The same recipe asks for the same jobs, so what is made already is found again: after
a crash, and after a change to one keyframe, which touches it and the segments beside it only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise

from clappper.base.units import Money
from clappper.jobs.queue import JobQueue
from clappper.providers.contract import Capabilities, GenRequest, InputFile, Kind, Role
from clappper.providers.fitting import made_seconds

BETWEEN, JOIN, MATTE = ("frames", "between-1"), ("frames", "join-1"), ("frames", "matte-1")
DOCUMENT = "recipe"
"""The kind of document that a finished shot's recipe and decisions are kept as."""
SEAM_MARKER = "Seam in"
"""How the name of a marker begins that stands where a stitch shows; the shot follows."""
Model = tuple[str, str]


class Way(StrEnum):
    """How a segment is filled."""

    INTERPOLATE = "interpolate"
    I2V = "i2v"


@dataclass(frozen=True, slots=True)
class Moment:
    """A keyframe: what it shows at ``frame``. A ``still`` that is there already is not generated."""

    frame: int
    prompt: str
    seed: int
    still: InputFile | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """One shot. ``image`` makes keyframes, ``fill`` makes segments at a price; None where there is none.

    ``windows`` are the frames at which those segments start that are as long as a clip of ``fill``: they are
    the first to be generated. Where there is a ``film``, such as a 3D render of the shot, keyframes are
    pictures of it.
    """

    shot_id: str
    scene_id: str
    prompt: str
    negative: str
    aspect: str
    width: int
    height: int
    fps: float
    moments: tuple[Moment, ...]
    image: Model | None = None
    fill: Model | None = None
    windows: tuple[int, ...] = ()
    film: GenRequest | None = None

    @property
    def lengths(self) -> tuple[int, ...]:
        """How many frames it is from each keyframe to the next."""
        return tuple(other.frame - one.frame for one, other in pairwise(self.moments))

    def with_extra(self, segment: int) -> Recipe:
        """Put one more keyframe into the middle of a segment."""
        one, other = self.moments[segment], self.moments[segment + 1]
        extra = Moment((one.frame + other.frame) // 2, one.prompt, one.seed)
        return replace(self, moments=(*self.moments[: segment + 1], extra, *self.moments[segment + 1 :]))


@dataclass(frozen=True, slots=True)
class Segment:
    """How one segment is made; ``seed`` other than 0 makes it anew, ``overlap`` frames redraw its start.

    ``is_apart``: its keyframes are too unlike to be drawn between well.
    """

    way: Way
    reason: str
    seed: int = 0
    overlap: int = 0
    is_apart: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What was done about a stitch that showed, at ``frame`` of the shot, and what it may have cost.

    ``drift`` says how far what is seen drifts across it, by the networks that could tell.
    """

    frame: int
    found: str
    step: str
    cost: Money = field(default_factory=Money)
    drift: str = ""


def image_request(recipe: Recipe, moment: Moment, model: Capabilities, like: InputFile | None) -> GenRequest:
    """Ask for a keyframe; where the model takes a picture to keep to, it gets the first keyframe."""
    keeps = like is not None and model.max_references > 0
    return GenRequest(
        key="",
        kind=Kind.TEXT_TO_IMAGE,
        provider=model.provider,
        model=model.model,
        prompt=moment.prompt,
        negative=recipe.negative if model.negative else "",
        seconds=max(model.seconds[0], 0.1),
        aspect=recipe.aspect,
        width=recipe.width,
        height=recipe.height,
        fps=recipe.fps,
        seed=moment.seed,
        files=(replace(like, role=Role.REFERENCE),) if keeps and like else (),
    )


def segment_request(
    recipe: Recipe, number: int, segment: Segment, ends: tuple[InputFile, InputFile], model: Capabilities
) -> GenRequest:
    """Ask for what lies between two keyframes, both included; a model that knows no end gets the start."""
    frames = recipe.lengths[number] + 1
    is_drawn = segment.way is Way.INTERPOLATE
    seconds = max(frames / recipe.fps, model.seconds[0])
    last = (replace(ends[1], role=Role.LAST_FRAME),) if is_drawn or is_two_sided(model) else ()
    return GenRequest(
        key="",
        kind=Kind.KEYFRAMES if is_drawn else _fill_kind(model, two_sided=bool(last)),
        provider=model.provider,
        model=model.model,
        prompt="" if is_drawn else recipe.prompt,
        negative=recipe.negative if model.negative else "",
        seconds=round(seconds if is_drawn else made_seconds(seconds, model), 4),
        aspect=recipe.aspect,
        width=recipe.width,
        height=recipe.height,
        fps=recipe.fps if is_drawn else _rate(recipe, model),
        seed=segment.seed or recipe.moments[number].seed,
        files=(replace(ends[0], role=Role.FIRST_FRAME), *last),
    )


def native_request(recipe: Recipe, pictures: Sequence[InputFile], model: Capabilities) -> GenRequest | None:
    """Ask for the whole shot through all its keyframes in one call; None where the model cannot."""
    seconds = (sum(recipe.lengths) + 1) / recipe.fps
    inner = len(pictures) - 2
    if Kind.KEYFRAMES not in model.kinds or not is_two_sided(model):
        return None
    if (inner if model.last_frame else len(pictures)) > model.max_keyframes:
        return None
    if not model.seconds[0] <= seconds <= model.seconds[1]:
        return None
    roles = [Role.FIRST_FRAME, *[Role.KEYFRAME] * inner, Role.LAST_FRAME]
    files = tuple(
        replace(picture, role=role, at_seconds=round(moment.frame / recipe.fps, 3))
        for picture, role, moment in zip(pictures, roles, recipe.moments, strict=True)
    )
    return GenRequest(
        key="",
        kind=Kind.KEYFRAMES,
        provider=model.provider,
        model=model.model,
        prompt=recipe.prompt,
        negative=recipe.negative if model.negative else "",
        seconds=round(made_seconds(seconds, model), 4),
        aspect=recipe.aspect,
        width=recipe.width,
        height=recipe.height,
        fps=_rate(recipe, model),
        seed=recipe.moments[0].seed,
        files=files,
    )


def join_request(
    recipe: Recipe, pieces: Sequence[InputFile], lengths: Sequence[int], overlaps: Sequence[int]
) -> GenRequest:
    """Ask for the pieces joined to the shot's exact length."""
    return GenRequest(
        key="",
        kind=Kind.VIDEO_TO_VIDEO,
        provider=JOIN[0],
        model=JOIN[1],
        prompt="",
        seconds=round((sum(lengths) + 1) / recipe.fps, 4),
        aspect=recipe.aspect,
        width=recipe.width,
        height=recipe.height,
        fps=recipe.fps,
        files=tuple(replace(piece, role=Role.SOURCE_VIDEO) for piece in pieces),
        extra={"frames": list(lengths), "overlap": list(overlaps)},
    )


def is_two_sided(model: Capabilities) -> bool:
    """Tell whether a model goes from a picture to another one."""
    return model.last_frame or model.max_keyframes > 1


def most(queue: JobQueue, requests: Sequence[GenRequest]) -> Money | None:
    """Give the most that requests may cost together; None where one has no price."""
    highs = [queue.estimate(request).high for request in requests]
    if any(high is None for high in highs):
        return None
    return Money(sum(high.micros for high in highs if high is not None))


def _fill_kind(model: Capabilities, *, two_sided: bool) -> Kind:
    """Choose what a model calls filling: through keyframes where it takes both ends, else from the start."""
    order = [Kind.KEYFRAMES, Kind.IMAGE_TO_VIDEO] if two_sided else [Kind.IMAGE_TO_VIDEO]
    return next((kind for kind in order if kind in model.kinds), model.kinds[0])


def _rate(recipe: Recipe, model: Capabilities) -> float:
    return min(model.fps or (recipe.fps,), key=lambda rate: abs(rate - recipe.fps))
