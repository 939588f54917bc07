"""Another take of a shot from keyframes: with other seeds, or in another style.

What a person brought, and what was cut out of a 3D render, stays as it is; what was generated is made anew,
for no more than it may have cost the first time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from clappper.base.errors import ClappperError
from clappper.base.units import Money
from clappper.brief.route import SCENE_PROVIDER
from clappper.flow.generating.offers import Offer
from clappper.flow.keyframes.make import UNDECIDED, make_shot
from clappper.flow.keyframes.parts import filling_costs, made
from clappper.flow.keyframes.records import Record
from clappper.flow.project.session import Session
from clappper.flow.shots.generate import SEED_BITS
from clappper.jobs.model import Job
from clappper.jobs.recipes import Moment, Recipe, Segment, Way, image_request
from clappper.providers.contract import Estimate, GenRequest, InputFile
from clappper.timeline.takes import show_take

Change = Callable[[Moment], Moment]


def with_other_seeds(session: Session, clip_id: str, record: Record, step: int) -> Offer:
    """Offer the shot with every seed of what was generated moved by ``step``.

    Raises:
        ClappperError: nothing of it was generated, so that there is no seed to vary.
    """

    def moved(seed: int) -> int:
        return (seed + step) % (1 << SEED_BITS)

    def vary(moment: Moment) -> Moment:
        return replace(moment, seed=moved(moment.seed))

    return _offer(session, clip_id, record, "Vary seed", vary, lambda words: words)


def in_style(session: Session, clip_id: str, record: Record, style: str) -> Offer:
    """Offer the shot with everything that was generated asked for in a style.

    Raises:
        ClappperError: its keyframes are no generated pictures, and show what they show.
    """
    if not any(_generated(session, record)):
        raise ClappperError(
            "The keyframes of this shot were not generated, so they keep their style.",
            "Replace their pictures in the inspector, or replace the shot with new words.",
        )

    def styled(moment: Moment) -> Moment:
        return replace(moment, prompt=in_words(moment.prompt, style))

    return _offer(session, clip_id, record, "Style swap", styled, lambda words: in_words(words, style))


def in_words(prompt: str, style: str) -> str:
    """Ask for a style at the end of a prompt."""
    return f"{prompt.rstrip(' .')}. Style: {style}."


def _offer(
    session: Session, clip_id: str, record: Record, name: str, change: Change, reword: Callable[[str], str]
) -> Offer:
    generated = _generated(session, record)
    moments = tuple(
        change(replace(moment, still=None)) if is_made else replace(moment, still=picture)
        for moment, picture, is_made in zip(record.recipe.moments, record.pictures, generated, strict=True)
    )
    recipe = replace(record.recipe, moments=moments, prompt=reword(record.recipe.prompt))
    known = _segments(record, generated, change)
    if not any(generated) and known == record.segments and not record.is_native:
        raise ClappperError(
            "Nothing of this shot was generated: it is drawn between pictures that are there.",
            "Replace one of its pictures in the inspector.",
        )
    pictures = _pictures(session, recipe, record.pictures[0])
    allowed = _allowed(session, record)

    async def make() -> Job:
        async def run(requests: Sequence[GenRequest]) -> Sequence[Job]:
            return await made(session, requests, recipe.scene_id)

        return (await make_shot(recipe, session.shop, run, allowed, known)).job

    return Offer(
        name,
        _words(generated, known, is_native=record.is_native),
        _cost(pictures, allowed),
        clip_id,
        place=lambda timeline, take: show_take(timeline, clip_id, take),
        make=make,
    )


def _generated(session: Session, record: Record) -> tuple[bool, ...]:
    """Tell of each keyframe whether a generator made its picture."""
    image = record.recipe.image
    if image is None or image[0] == SCENE_PROVIDER:
        return (False,) * len(record.pictures)
    folder = session.project.generated
    return tuple(folder in Path(picture.path).parents for picture in record.pictures)


def _segments(record: Record, generated: Sequence[bool], change: Change) -> tuple[Segment, ...]:
    """Leave what lies beside a new keyframe to be decided; else only what was generated is made anew."""
    if record.is_native:
        return ()
    return tuple(
        UNDECIDED
        if generated[number] or generated[number + 1]
        else _anew(segment, record.recipe.moments[number], change)
        for number, segment in enumerate(record.segments)
    )


def _anew(segment: Segment, moment: Moment, change: Change) -> Segment:
    if segment.way is not Way.I2V:
        return segment
    return replace(segment, seed=change(replace(moment, seed=segment.seed or moment.seed)).seed)


def _pictures(session: Session, recipe: Recipe, first: InputFile) -> list[Estimate]:
    if recipe.image is None:
        return []
    model = session.registry.model(*recipe.image)
    return [
        session.queue.estimate(image_request(recipe, moment, model, first if number else None))
        for number, moment in enumerate(recipe.moments)
        if moment.still is None
    ]


def _allowed(session: Session, record: Record) -> Money:
    """Give what filling the shot as it is costs at most; a shot that was drawn is drawn again."""
    paid = [number for number, segment in enumerate(record.segments) if segment.way is Way.I2V]
    return Money(sum(cost.micros for cost in filling_costs(session, record, paid)))


def _cost(pictures: Sequence[Estimate], allowed: Money) -> Estimate:
    lows, highs = [one.low for one in pictures], [one.high for one in pictures]
    low = None if None in lows else sum((one for one in lows if one), Money())
    high = None if None in highs else sum((one for one in highs if one), allowed)
    return Estimate(low, high, None, "the keyframes and what lies between them")


def _words(generated: Sequence[bool], known: Sequence[Segment], *, is_native: bool) -> str:
    count = sum(generated)
    if not count:
        return "The keyframes stay; what was generated between them is made anew."
    pictures = "All keyframes are" if all(generated) else f"{count} of {len(generated)} keyframes are"
    kept = "" if all(generated) else " Pictures that were brought stay."
    between = "the shot through them" if is_native or not known else "what lies between them"
    return f"{pictures} made anew, and {between}, for no more than it may have cost before.{kept}"
