"""One keyframe of a finished shot changed: only it and the two segments beside it are made anew.

All other pictures and pieces are found again by their content, so they cost nothing a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from clappper.base.errors import UnusableInputError
from clappper.base.units import Money
from clappper.brief.route import SCENE_PROVIDER
from clappper.flow.generating.offers import Offer
from clappper.flow.keyframes.make import UNDECIDED, make_shot
from clappper.flow.keyframes.parts import filling_costs, made
from clappper.flow.keyframes.records import Record, record_of
from clappper.flow.project.session import Session
from clappper.flow.shots.generate import SEED_BITS
from clappper.jobs.ingest import import_file
from clappper.jobs.model import Job
from clappper.jobs.recipes import Moment, Recipe, Segment, image_request
from clappper.providers.contract import Estimate, GenRequest, InputFile, Role
from clappper.timeline.model import Clip, Footage
from clappper.timeline.queries import clip_of
from clappper.timeline.takes import show_take

SEED_STEP = 7919
"""Added to a keyframe's seed to make it anew: the thousandth prime, so that seeds never meet soon."""


def keyframes_of(session: Session, clip: Clip) -> Record | None:
    """Give how a clip's take was made from keyframes; None where it was not."""
    if not isinstance(clip.content, Footage):
        return None
    return record_of(session.project, clip.content.take.id)


def change_keyframe(
    session: Session, clip_id: str, number: int, prompt: str = "", still: InputFile | None = None
) -> Offer:
    """Offer the shot with its keyframe ``number`` (from 0) made anew, from other words, or replaced.

    Raises:
        ClappperError: the clip is not made from keyframes, or has no such one.
    """
    clip = clip_of(session.timeline, clip_id)
    record = keyframes_of(session, clip)
    if record is None or not 0 <= number < len(record.pictures):
        raise UnusableInputError("This clip is not made from keyframes, or has no such one.")
    recipe = _changed(record, number, prompt.strip(), still)
    if still is None and recipe.image is not None and recipe.image[0] == SCENE_PROVIDER:
        raise UnusableInputError(
            "These keyframes are pictures of the 3D scene.", "Change the scene, or replace the picture."
        )
    pictures = () if still else (_picture(session, recipe, number, record.pictures[0]),)
    beside = [at for at in (number - 1, number) if 0 <= at < len(record.recipe.lengths)]
    allowed = Money(sum(cost.micros for cost in filling_costs(session, record, beside)))

    async def make() -> Job:
        known = () if record.is_native else _undecided(record.segments, number)

        async def run(requests: Sequence[GenRequest]) -> Sequence[Job]:
            return await made(session, requests, recipe.scene_id)

        return (await make_shot(recipe, session.shop, run, allowed, known)).job

    return Offer(
        f"Change keyframe {number + 1}",
        _words(record, number, is_still=still is not None),
        _cost(pictures, allowed),
        clip_id,
        place=lambda timeline, take: show_take(timeline, clip_id, take),
        make=make,
    )


async def bring_picture(session: Session, path: Path) -> InputFile:
    """Take a picture into the project, to be a keyframe.

    Raises:
        UnusableInputError: it is no picture.
    """
    imported = await import_file(session.project, path, session.workers, session.hub)
    if imported.asset.kind != "still":
        raise UnusableInputError(f"{path.name} is no picture.", "Choose a PNG or JPEG file.")
    place = str(session.project.locate(imported.asset.path))
    return InputFile(Role.KEYFRAME, place, imported.asset.sha256, "image/png")


def _changed(record: Record, number: int, prompt: str, still: InputFile | None) -> Recipe:
    """Keep every other keyframe's picture; the one is another still, or a moment to be made."""
    kept = [
        replace(moment, still=picture)
        for moment, picture in zip(record.recipe.moments, record.pictures, strict=True)
    ]
    old = kept[number]
    seed = (old.seed + SEED_STEP) % 2**SEED_BITS
    kept[number] = Moment(old.frame, prompt or old.prompt, seed, still)
    return replace(record.recipe, moments=tuple(kept))


def _undecided(segments: Sequence[Segment], number: int) -> tuple[Segment, ...]:
    return tuple(UNDECIDED if at in {number - 1, number} else one for at, one in enumerate(segments))


def _picture(session: Session, recipe: Recipe, number: int, first: InputFile) -> Estimate:
    assert recipe.image is not None
    model = session.registry.model(*recipe.image)
    return session.queue.estimate(
        image_request(recipe, recipe.moments[number], model, first if number else None)
    )


def _cost(pictures: Sequence[Estimate], allowed: Money) -> Estimate:
    if not pictures:
        return Estimate(Money(), allowed, None, "what lies beside it")
    (one,) = pictures
    high = None if one.high is None else Money(one.high.micros + allowed.micros)
    return Estimate(one.low, high, None, "a picture and what lies beside it")


def _words(record: Record, number: int, *, is_still: bool) -> str:
    first = "The picture becomes the keyframe" if is_still else "The keyframe is made anew"
    if record.is_native:
        return f"{first}, and the shot too, because one call goes through all its keyframes."
    beside = 1 if number in {0, len(record.pictures) - 1} else 2
    parts = "the segment beside it" if beside == 1 else "the two segments beside it"
    return f"{first}, and {parts}; the others stay as they are."
