"""Making a shot from keyframes: a few good pictures, filled as cheaply as looks right, every stitch judged.

The order of things: keyframes; then, for each two neighbours, drawing between them where they are alike
(free) and a generator from picture to picture where they are not, as far as the money for it reaches; or one
call through all of them where that is cheaper. The pieces are joined, and a stitch that shows climbs a
ladder: redraw a little, redraw more, generate the drawn side, one more keyframe, generate anew. Each step is
kept with its reason and its price.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from clappper.base.units import FrameRate, Money
from clappper.flow.keyframes import stitches
from clappper.flow.keyframes.stitches import NEAR_STITCH, Stitches
from clappper.flow.open_project import Workshop
from clappper.jobs.model import Job
from clappper.jobs.recipes import (
    BETWEEN,
    DOCUMENT,
    Decision,
    Model,
    Moment,
    Recipe,
    Segment,
    Way,
    image_request,
    join_request,
    most,
    native_request,
    segment_request,
)
from clappper.media.pick import Likeness, Spot, compare_stills, save_picture
from clappper.providers.contract import Capabilities, GenRequest, InputFile, Role
from clappper.review.drift import Drift
from clappper.store.documents import Documents
from clappper.store.files import sha256_of

ALIKE_PIXELS = 14.0
"""Of 256 a row: keyframes further apart than this are not drawn between, they would show double."""

OVERLAPS = (8, 16)
MOST_ROUNDS = 8
FRAMES_FOLDER = "frames"
STEPS = ("redraw the stitch", "redraw more", "generate", "one more keyframe", "generate anew")

UNDECIDED = Segment(Way.INTERPOLATE, "")

Run = Callable[[Sequence[GenRequest]], Awaitable[Sequence[Job]]]
"""Makes requests, all or none, and waits; what was made before is found again."""


@dataclass(frozen=True, slots=True)
class FilledShot:
    """A finished shot: the job whose file it is, what was decided on the way, and what still shows.

    ``stitches`` are the frames where pieces meet, ``seams`` those of them that show, and ``drifts`` how far
    what is seen drifts across each.
    """

    job: Job
    recipe: Recipe
    segments: tuple[Segment, ...]
    decisions: tuple[Decision, ...]
    seams: tuple[int, ...]
    stitches: tuple[int, ...]
    drifts: tuple[Drift, ...] = ()


@dataclass(slots=True)
class _Work:
    """A shot under way."""

    recipe: Recipe
    segments: list[Segment] = field(default_factory=list)
    pictures: list[InputFile] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    rungs: dict[int, int] = field(default_factory=dict)
    left: Money = field(default_factory=Money)
    is_native: bool = False


async def make_shot(
    recipe: Recipe, shop: Workshop, run: Run, fill: Money, known: Sequence[Segment] = ()
) -> FilledShot:
    """Make a shot; ``fill`` is the most that filling it and mending its stitches may cost.

    Where it does not reach for all segments that should be generated, the least alike ones are. ``known``
    says how segments were made before; those that are ``UNDECIDED`` are decided, the others stay.

    Raises:
        InDoubtError: a paid job's fate is not known.
        ClappperError: a keyframe or a segment failed, or the budget does not allow it.
    """
    work = _Work(recipe, list(known), left=fill)
    await _fill_in(work, shop, run)
    native = _native(work, shop)
    if native is not None:
        (job,) = await run([native])
        work.is_native = True
        pieces, lengths = [_video(job, shop)], [sum(recipe.lengths)]
        (joined,) = await run([join_request(recipe, pieces, lengths, [])])
        return _finished(work, shop, joined, Stitches())
    for _ in range(MOST_ROUNDS):
        joined = await _joined(work, shop, run)
        judged = await stitches.judge(work.recipe, joined, shop)
        if not judged.bad or not await _mended(work, shop, run, judged):
            return _finished(work, shop, joined, judged)
    return _finished(work, shop, joined, judged)


async def _fill_in(work: _Work, shop: Workshop, run: Run) -> None:
    """Make the keyframes and choose a way for each segment that has none yet."""
    work.pictures = await _keyframes(work.recipe, shop, run)
    work.segments = work.segments or [UNDECIDED] * len(work.recipe.lengths)
    found: dict[int, Likeness] = {}
    for number, (one, other) in enumerate(pairwise(work.pictures)):
        if work.segments[number] is UNDECIDED:
            found[number] = await shop.workers.run(compare_stills, Path(one.path), Path(other.path))
    planned = set(work.recipe.windows)

    def urgency(number: int) -> tuple[bool, tuple[bool, float]]:
        return work.recipe.moments[number].frame in planned, _apartness(found[number])

    for number in sorted(found, key=urgency, reverse=True):
        _decide(work, shop, number, found[number])


async def _keyframes(recipe: Recipe, shop: Workshop, run: Run) -> list[InputFile]:
    """Make the first keyframe, then the others, which may have to keep to it."""
    first = await _pictures(recipe, recipe.moments[:1], None, shop, run)
    return [*first, *await _pictures(recipe, recipe.moments[1:], first[0], shop, run)]


async def _pictures(
    recipe: Recipe, moments: Sequence[Moment], like: InputFile | None, shop: Workshop, run: Run
) -> list[InputFile]:
    wanted = [moment for moment in moments if moment.still is None]
    made: list[InputFile] = []
    if wanted and recipe.film is not None:
        (film,) = await run([recipe.film])
        made = [await _cut_out(film, recipe, moment, shop) for moment in wanted]
    elif wanted:
        assert recipe.image is not None
        model = shop.registry.model(*recipe.image)
        jobs = await run([image_request(recipe, moment, model, like) for moment in wanted])
        made = [_file(job, shop, Role.KEYFRAME) for job in jobs]
    return [moment.still or made.pop(0) for moment in moments]


async def _cut_out(film: Job, recipe: Recipe, moment: Moment, shop: Workshop) -> InputFile:
    """Take a keyframe out of a finished film of the shot."""
    rate = Fraction(recipe.fps).limit_denominator(1001)
    spot = Spot(
        shop.project.locate(shop.project.assets.get(film.asset_id).path),
        moment.frame,
        FrameRate(rate.numerator, rate.denominator),
    )
    path = shop.project.media / FRAMES_FOLDER / f"{film.id}-{moment.frame}.png"
    await shop.workers.run(save_picture, spot, path)
    return InputFile(Role.KEYFRAME, str(path), await shop.workers.run(sha256_of, path), "image/png")


def _apartness(likeness: Likeness) -> tuple[bool, float]:
    return likeness.is_cut, likeness.speed


def _decide(work: _Work, shop: Workshop, number: int, likeness: Likeness) -> None:
    """Draw between keyframes that are alike; generate between others while there is money for it."""
    if not likeness.is_cut and likeness.speed <= ALIKE_PIXELS:
        why = f"The keyframes are alike, {likeness.speed:.1f} of 256 pixels apart."
        work.segments[number] = Segment(Way.INTERPOLATE, why)
        return
    apart = "They do not match" if likeness.is_cut else f"They are {likeness.speed:.0f} of 256 pixels apart"
    if work.recipe.fill is None:
        why = f"{apart}, but nothing that generates between them is set up."
        work.segments[number] = Segment(Way.INTERPOLATE, why)
        return
    work.segments[number] = Segment(
        Way.I2V, f"{apart}, so {work.recipe.fill[0]} makes what lies between.", is_apart=True
    )
    cost = most(shop.queue, [_segment(work, shop, number)])
    if cost is not None and cost <= work.left:
        work.left -= cost
        return
    price = "has no known price" if cost is None else f"costs {cost} and {work.left} is left"
    why = f"{apart}; generating between them {price}, so it is drawn."
    work.segments[number] = Segment(Way.INTERPOLATE, why, is_apart=True)


def _native(work: _Work, shop: Workshop) -> GenRequest | None:
    """Give the one call through all keyframes where the fill money reaches for it, and it costs less than
    generating between those that are apart, each on its own.
    """
    apart = [number for number, segment in enumerate(work.segments) if segment.is_apart]
    if len(apart) < 2 or work.recipe.fill is None:
        return None
    request = native_request(work.recipe, work.pictures, shop.registry.model(*work.recipe.fill))
    if request is None:
        return None
    whole = most(shop.queue, [request])
    each = [replace(work.segments[number], way=Way.I2V) for number in apart]
    ones = most(shop.queue, [_request(work, shop, at, one) for at, one in zip(apart, each, strict=True)])
    paid = [number for number in apart if work.segments[number].way is Way.I2V]
    back = most(shop.queue, [_segment(work, shop, number) for number in paid])
    if whole is None or ones is None or back is None or whole >= ones or whole > work.left + back:
        return None
    work.left += back - whole
    why = f"One call through all keyframes costs {whole}, the segments {ones}."
    work.decisions.append(Decision(0, why, "native keyframes"))
    return request


async def _joined(work: _Work, shop: Workshop, run: Run) -> Job:
    jobs = await run([_segment(work, shop, number) for number in range(len(work.segments))])
    pieces = [_video(job, shop) for job in jobs]
    overlaps = [segment.overlap for segment in work.segments[1:]]
    (joined,) = await run([join_request(work.recipe, pieces, work.recipe.lengths, overlaps)])
    return joined


def _segment(work: _Work, shop: Workshop, number: int) -> GenRequest:
    return _request(work, shop, number, work.segments[number])


def _request(work: _Work, shop: Workshop, number: int, segment: Segment) -> GenRequest:
    ends = work.pictures[number], work.pictures[number + 1]
    return segment_request(work.recipe, number, segment, ends, _model(work.recipe, segment, shop))


def _model(recipe: Recipe, segment: Segment, shop: Workshop) -> Capabilities:
    chosen: Model = BETWEEN if segment.way is Way.INTERPOLATE or recipe.fill is None else recipe.fill
    return shop.registry.model(*chosen)


async def _mended(work: _Work, shop: Workshop, run: Run, judged: Stitches) -> bool:
    """Take each bad stitch one step up the ladder; False when none has a step left that can be paid."""
    steps = (_redraw, _redraw, _generate, _add_keyframe, _generate_anew)
    moved = False
    for number, found in judged.bad.items():
        while (rung := work.rungs.get(number, 0)) < len(steps):
            work.rungs[number] = rung + 1
            frame = work.recipe.moments[number].frame
            cost = steps[rung](work, shop, number)
            if cost is None:
                continue
            work.left -= cost
            work.decisions.append(Decision(frame, found, STEPS[rung], cost, judged.drift_at(frame)))
            moved = True
            break
        if UNDECIDED in work.segments:
            await _fill_in(work, shop, run)
            break
    return moved


def _redraw(work: _Work, shop: Workshop, number: int) -> Money | None:
    """Draw the frames around the stitch anew, more of them each time."""
    del shop
    now = work.segments[number]
    wider = next((overlap for overlap in OVERLAPS if overlap > now.overlap), None)
    if wider is None:
        return None
    work.segments[number] = replace(now, overlap=wider)
    return Money()


def _generate(work: _Work, shop: Workshop, number: int) -> Money | None:
    """Let a drawn segment beside the stitch be generated."""
    drawn = [at for at in (number - 1, number) if work.segments[at].way is Way.INTERPOLATE]
    if not drawn or work.recipe.fill is None:
        return None
    generated = replace(work.segments[drawn[0]], way=Way.I2V, reason="Its stitch showed.")
    return _paid(work, shop, drawn[0], generated)


def _generate_anew(work: _Work, shop: Workshop, number: int) -> Money | None:
    """Generate a paid segment beside the stitch again, with another seed."""
    paid = [at for at in (number, number - 1) if work.segments[at].way is Way.I2V]
    if not paid:
        return None
    old = work.segments[paid[0]]
    seed = (old.seed or work.recipe.moments[paid[0]].seed) + 7919
    return _paid(work, shop, paid[0], replace(old, seed=seed, reason="Its stitch showed; another seed."))


def _paid(work: _Work, shop: Workshop, at: int, segment: Segment) -> Money | None:
    """Change a segment to one that costs, if its price is known and there is money for it."""
    before = work.segments[at]
    work.segments[at] = segment
    cost = most(shop.queue, [_segment(work, shop, at)])
    if cost is None or cost > work.left:
        work.segments[at] = before
        return None
    return cost


def _add_keyframe(work: _Work, shop: Workshop, number: int) -> Money | None:
    """Put a keyframe into the longer segment beside the stitch."""
    recipe = work.recipe
    longer = max((number - 1, number), key=lambda at: recipe.lengths[at])
    if recipe.image is None or recipe.lengths[longer] < 2 * NEAR_STITCH:
        return None
    extended = recipe.with_extra(longer)
    moment = extended.moments[longer + 1]
    model = shop.registry.model(*recipe.image)
    asked = [image_request(recipe, moment, model, work.pictures[0])] if recipe.film is None else []
    cost = most(shop.queue, asked)
    if cost is None or cost > work.left:
        return None
    work.recipe = extended
    work.segments[longer : longer + 1] = [UNDECIDED, UNDECIDED]
    work.rungs = {}
    return cost


def _finished(work: _Work, shop: Workshop, job: Job, judged: Stitches) -> FilledShot:
    """Keep the recipe and all decisions in the project, and give the shot."""
    recipe = work.recipe
    inner = () if work.is_native else recipe.moments[1:-1]
    shot = FilledShot(
        job,
        recipe,
        tuple(work.segments),
        tuple(work.decisions),
        tuple(recipe.moments[number].frame for number in judged.bad),
        tuple(moment.frame for moment in inner),
        judged.drifts,
    )
    page = {
        "recipe": asdict(recipe),
        "segments": [asdict(segment) for segment in shot.segments],
        "decisions": [asdict(decision) for decision in shot.decisions],
        "seams": list(shot.seams),
        "stitches": list(shot.stitches),
        "drifts": [asdict(drift) for drift in shot.drifts],
        "pictures": [
            {**asdict(picture), "path": shop.project.relative(Path(picture.path))}
            for picture in work.pictures
        ],
        "native": work.is_native,
        "job": job.id,
    }
    shop.project.documents.save(DOCUMENT, recipe.shot_id, json.dumps(page, sort_keys=True))
    return shot


def words_of_recipes(documents: Documents) -> dict[str, tuple[str, str]]:
    """Give the shot and the prompt of every shot made from keyframes, by the job whose file it is."""
    made = [page for page in documents.pages(DOCUMENT).values() if {"job", "recipe"} <= page.keys()]
    return {one["job"]: (one["recipe"]["shot_id"], one["recipe"]["prompt"]) for one in made}


def _file(job: Job, shop: Workshop, role: Role) -> InputFile:
    asset = shop.project.assets.get(job.asset_id)
    mime = "image/png" if asset.kind == "still" else "video/mp4"
    return InputFile(role, str(shop.project.locate(asset.path)), asset.sha256, mime)


def _video(job: Job, shop: Workshop) -> InputFile:
    return _file(job, shop, Role.SOURCE_VIDEO)
