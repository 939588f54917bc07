"""The verbs on a clip that make something new: another take of it, a larger one, one in another style.

Each gives an ``Offer``, which ``offers.accept`` carries out. The new file becomes a take of the clip, so
that trim, speed, grade, keyframes and links stay, and the old take is one click away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from pathlib import Path

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.units import FrameRange, FrameRate
from clappper.flow.generating.fill import bare_request, extend_tail, fill_gap
from clappper.flow.generating.keyframe_takes import in_style, in_words, with_other_seeds
from clappper.flow.generating.offers import Offer, Placed, accept
from clappper.flow.keyframes.records import record_of
from clappper.flow.project.session import Session
from clappper.flow.shots.generate import SEED_BITS
from clappper.jobs.ingest import facts_of, import_file
from clappper.jobs.model import Job
from clappper.providers.contract import GenRequest, InputFile, Kind, Role
from clappper.store.files import sha256_of
from clappper.timeline.model import Clip, Footage, MediaKind, Take
from clappper.timeline.queries import clip_of, source_frame
from clappper.timeline.takes import show_take

__all__ = [
    "Offer",
    "Placed",
    "accept",
    "extend_tail",
    "fill_gap",
    "replace_shot",
    "replace_with_file",
    "spread_look",
    "style_swap",
    "upscale",
    "vary_seed",
]

SEED_STEP = 0x9E3779B1
"""Added to a seed for the next take: the golden ratio of 2^32, so that seeds never repeat soon."""

SHOTS = frozenset(
    {Kind.TEXT_TO_VIDEO, Kind.IMAGE_TO_VIDEO, Kind.KEYFRAMES, Kind.TRANSFER, Kind.VIDEO_TO_VIDEO}
)
STUDIO = ("motion", "studio-1")
RESAMPLER, RESTYLER = ("frames", "upscale-1"), ("frames", "restyle-1")


def vary_seed(session: Session, clip_id: str, seed: int | None = None) -> Offer:
    """Offer another take of the same shot, from the same words with another seed.

    Raises:
        ClappperError: the clip shows no footage, or nothing is known of how it was made.
    """
    clip = clip_of(session.timeline, clip_id)
    takes = len(_footage(clip).takes)
    record = record_of(session.project, _footage(clip).take.id)
    if record is not None:
        step = SEED_STEP * takes if seed is None else seed - record.recipe.moments[0].seed
        return with_other_seeds(session, clip_id, record, step)
    request = origin(session, clip).request
    chosen = (request.seed + SEED_STEP * takes) % 2**SEED_BITS if seed is None else seed
    how = f"The same request goes to {request.provider} again, with seed {chosen}."
    if not session.registry.model(request.provider, request.model).seed:
        how = (
            f"{request.provider} knows no seeds; the same request goes there again and comes out differently."
        )
    return take_offer(session, clip, "Vary seed", how, replace(request, seed=chosen))


def style_swap(session: Session, clip_id: str, style: str) -> Offer:
    """Offer another take of the same shot in another style, in words such as ``watercolour``.

    Raises:
        ClappperError: as ``vary_seed``, or the style is empty.
    """
    if not style.strip():
        raise UnusableInputError("Say which style.", 'For example "film noir" or "watercolour".')
    clip = clip_of(session.timeline, clip_id)
    record = record_of(session.project, _footage(clip).take.id)
    if record is not None:
        return in_style(session, clip_id, record, style.strip())
    request = origin(session, clip).request
    model = session.registry.model(request.provider, request.model)
    words = in_words(request.prompt, style.strip())
    extra = request.extra | ({"styles": [style.strip()]} if "styles" in model.extra_fields else {})
    how = f"The same shot is asked of {request.provider}, in the style {style.strip()}."
    return take_offer(session, clip, "Style swap", how, replace(request, prompt=words, extra=extra))


def replace_shot(session: Session, clip_id: str, prompt: str, model: tuple[str, str] | None = None) -> Offer:
    """Offer a new take from new words, made by ``model`` (provider, model), or by what made the shot before.

    Raises:
        ClappperError: the clip shows no footage, the words are empty, or there is no such model.
    """
    if not prompt.strip():
        raise UnusableInputError("Say what the new shot shows.")
    clip = clip_of(session.timeline, clip_id)
    origin = _job(session, _footage(clip))
    if model is None and origin is not None:
        request = replace(origin.request, prompt=prompt.strip())
    else:
        request = _fresh(session, clip, prompt.strip(), *(model or STUDIO))
    how = f"{request.provider} makes the shot from the new words; trim, speed, grade and motion stay."
    return take_offer(session, clip, "Replace shot", how, request)


async def replace_with_file(session: Session, clip_id: str, path: Path) -> Placed:
    """Import a file and show it in the clip's place, with all its edits, as one step.

    Raises:
        ClappperError: the clip shows no footage, or the file cannot be used.
    """
    _footage(clip_of(session.timeline, clip_id))
    imported = await import_file(session.project, path, session.workers, session.hub)
    facts = facts_of(imported.asset)
    if facts.kind == "audio":
        raise UnusableInputError(f"{path.name} is a sound and shows nothing.", "Choose a clip or a picture.")
    frames = session.timeline.rate.frame_at(facts.duration_seconds)
    take = Take(
        id=imported.asset.id,
        path=imported.asset.path,
        kind=MediaKind(facts.kind),
        available=FrameRange(0, frames),
        width=facts.width,
        height=facts.height,
        has_audio=facts.has_audio,
        asset_id=imported.asset.id,
        label=path.name,
    )
    changed = show_take(session.timeline, clip_id, take)
    session.edit("Replace clip", lambda timeline: show_take(timeline, clip_id, take).timeline)
    return Placed(clip_id, changed.report)


def upscale(session: Session, clip_id: str, factor: int = 2, model: tuple[str, str] = RESAMPLER) -> Offer:
    """Offer the clip's take ``factor`` times as wide and high, by ``model`` or resampled on this machine.

    Raises:
        ClappperError: the clip shows no clip, or the model cannot upscale.
    """
    clip = clip_of(session.timeline, clip_id)
    take = _footage(clip).take
    if take.kind is not MediaKind.VIDEO:
        raise UnusableInputError(f"Clip {clip_id} shows a still, which is drawn at any size anyway.")
    known = session.registry.model(*model)
    if Kind.UPSCALE not in known.kinds:
        raise UnusableInputError(f"{known.provider} {known.model} does not upscale.", "Choose one that does.")
    extra = {"factor": factor} if "factor" in known.extra_fields else {}
    rate = session.timeline.rate
    request = replace(
        bare_request(session, known, Kind.UPSCALE, len(take.available)),
        width=take.width * factor,
        height=take.height * factor,
        fps=float(rate.fps),
        extra=extra,
    )
    how = f"{known.provider} makes it {factor} times as large."
    if model == RESAMPLER:
        how = f"It is resampled to {factor} times the size here: more pixels, but no new detail."
    return replace(take_offer(session, clip, "Upscale", how, request), sources=(take,))


def spread_look(session: Session, clip_id: str, edited: Sequence[tuple[int, Path]]) -> Offer:
    """Offer the clip's take in the look of pictures of it that were edited elsewhere.

    ``edited`` are timeline frames inside the clip with the picture files that show how these shall look.

    Raises:
        ClappperError: the clip shows no clip, a frame is not in it, or a picture is missing.
    """
    clip = clip_of(session.timeline, clip_id)
    take, rate = _footage(clip).take, session.timeline.rate
    if take.kind is not MediaKind.VIDEO or not edited:
        raise UnusableInputError("Spreading a look needs a clip and an edited picture of it.")
    known = session.registry.model(*RESTYLER)
    request = bare_request(session, known, Kind.VIDEO_TO_VIDEO, len(take.available))
    files = tuple(_edited_file(clip, frame, path, rate) for frame, path in edited)
    request = replace(request, width=take.width, height=take.height, files=files)
    how = f"The look of {len(edited)} edited pictures is carried along the motion to the whole take."
    return replace(take_offer(session, clip, "Spread look", how, request), sources=(take,))


def _edited_file(clip: Clip, frame: int, path: Path, rate: FrameRate) -> InputFile:
    if frame not in clip.placed:
        raise UnusableInputError(f"Frame {frame} is not in the clip.", "Choose one that it shows.")
    if not path.is_file():
        raise UnusableInputError(f"There is no picture {path}.", "Check its name.")
    seconds = rate.seconds_at(source_frame(clip, frame))
    return InputFile(Role.KEYFRAME, str(path), sha256_of(path), "image/png", round(seconds, 4))


def take_offer(session: Session, clip: Clip, name: str, how: str, request: GenRequest) -> Offer:
    return Offer(
        name,
        how,
        session.queue.estimate(request),
        clip.id,
        request,
        place=lambda timeline, take: show_take(timeline, clip.id, take),
        scene_id=clip.scene_id,
    )


def _footage(clip: Clip) -> Footage:
    if not isinstance(clip.content, Footage):
        raise UnusableInputError(f"Clip {clip.name or clip.id} shows no footage.", "Choose a shot.")
    return clip.content


def origin(session: Session, clip: Clip) -> Job:
    """Find the job that made a clip's shot.

    Raises:
        ClappperError: the clip shows no footage, or nothing is known of how it was made.
    """
    job = _job(session, _footage(clip))
    if job is None:
        raise ClappperError(
            f"Nothing is known of how clip {clip.name or clip.id} was made.",
            "Replace the shot with new words instead.",
        )
    return job


def _job(session: Session, footage: Footage) -> Job | None:
    """Find the job that made the shot: that of the take shown, else of another one."""
    takes = (footage.take, *reversed(footage.takes))
    return next((job for take in takes if (job := _made_by(session, take)) is not None), None)


def _made_by(session: Session, take: Take) -> Job | None:
    try:
        job = session.queue.job(take.id)
    except UnusableInputError:
        return None
    return job if job.request.kind in SHOTS and job.request.prompt else None


def _fresh(session: Session, clip: Clip, prompt: str, provider: str, name: str) -> GenRequest:
    known = session.registry.model(provider, name)
    kinds = [kind for kind in (Kind.TEXT_TO_VIDEO, Kind.IMAGE_TO_VIDEO) if kind in known.kinds]
    if not kinds or known.needs_picture:
        raise UnusableInputError(
            f"{provider} {name} does not make a shot from words.", "Choose one that does."
        )
    length = len(clip.placed) * clip.mean_speed
    return replace(bare_request(session, known, kinds[0], ceil(length)), prompt=prompt)
