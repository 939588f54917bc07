"""Filling time from the pictures around it, by the cheapest way that looks right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.units import FrameRange
from clappper.flow.generating.offers import AT_ONCE, Offer, Picture
from clappper.flow.project.session import Session
from clappper.flow.shots.generate import Frame
from clappper.media.pick import Likeness, Spot, compare
from clappper.providers.contract import Capabilities, GenRequest, Kind, Role
from clappper.providers.fitting import made_seconds
from clappper.timeline.change import fresh_id
from clappper.timeline.model import Clip, Footage, MediaKind, Take, Timeline
from clappper.timeline.pieces import plays
from clappper.timeline.placing import fill, insert, motion_at
from clappper.timeline.queries import clip_of, gaps, locate, source_frame, track_of
from clappper.timeline.takes import TakeChange
from clappper.timeline.trims import Edge, ripple_trim, trim

ONWARD, BETWEEN = ("frames", "onward-1"), ("frames", "between-1")
ALIKE_PIXELS = 10.0
"""Of 256 a row: two pictures further apart than this look doubled between them, not moved."""

Model = tuple[str, str]
MOST_WAYS = 6
"""So many services are offered to go on from a picture, the cheapest first."""


def extend_tail(session: Session, clip_id: str, frames: int, model: Model | None = None) -> Offer:
    """Offer to let a clip play ``frames`` longer; what follows moves later.

    Footage that is there is used first. Else ``model`` (provider, model) goes on from the last picture, and
    without one that picture is held with a slow push in.

    Raises:
        ClappperError: the clip shows no footage, or the model cannot go on from a picture.
    """
    clip = clip_of(session.timeline, clip_id)
    take = _take(clip)
    if frames < 1:
        raise UnusableInputError("Say how many frames the clip is to gain.")
    if not plays(clip) or tail_frames(clip) >= frames:
        how = "Enough footage is left; it is shown longer."
        return Offer("Extend tail", how, AT_ONCE, clip_id, edit=lambda t: ripple_trim(t, clip_id, frames))
    last = source_frame(clip, clip.placed.end - 1)
    known = session.registry.model(*(model or ONWARD))
    request = bare_request(session, known, Kind.IMAGE_TO_VIDEO, frames + 1)
    request = replace(request, prompt=_words(session, clip) if known.generative else "")
    return Offer(
        "Extend tail",
        _onward(known, model),
        session.queue.estimate(request),
        clip_id,
        request,
        pictures=(Picture(Role.FIRST_FRAME, take, last),),
        place=lambda timeline, made: _continued(timeline, clip_id, made, frames),
        scene_id=clip.scene_id,
    )


def onward_models(ready: Sequence[Capabilities]) -> tuple[Model, ...]:
    """Choose, of the models that can be used now, some that generate on from a picture; cheapest first."""
    able = [model for model in ready if model.generative and Kind.IMAGE_TO_VIDEO in model.kinds]
    able.sort(key=lambda model: model.price.amount.micros if model.price else 1 << 62)
    return tuple((model.provider, model.model) for model in able[:MOST_WAYS])


async def fill_gap(session: Session, track_id: str, frame: int, model: Model | None = None) -> Offer:
    """Offer to fill the gap of a track around ``frame``.

    The cheapest way first: footage that the clips beside it still have; pictures drawn between both sides,
    where these are alike; ``model`` (provider, model), from one side or both; and without one the picture
    beside it, held with a slow push in.

    Raises:
        ClappperError: there is no gap, nothing stands beside it, or a clip cannot be read.
    """
    gap = _gap(session.timeline, track_id, frame)
    ends = _Ends.of(session.timeline, track_id, gap)
    if edit := ends.from_footage(len(gap)):
        how = "The clips beside it have enough footage left; they are shown longer."
        return Offer("Fill gap", how, AT_ONCE, ends.id, edit=edit)
    if ends.left and ends.right and model is None:
        likeness = await _likeness(session, ends)
        if not likeness.is_cut and likeness.speed <= ALIKE_PIXELS:
            how = "Both sides are alike: the pictures between them are drawn here."
            return _gap_offer(session, track_id, gap, ends, BETWEEN, how)
    if model is not None:
        return _gap_offer(session, track_id, gap, ends, model, f"{' '.join(model)} makes what lies between.")
    if ends.left is None:
        return _gap_offer(session, track_id, gap, ends, BETWEEN, "The picture after the gap is held.")
    how = "The picture before the gap is held with a slow push in."
    return _gap_offer(session, track_id, gap, ends, ONWARD, how)


@dataclass(frozen=True, slots=True)
class _Ends:
    """The clips that touch a gap."""

    left: Clip | None
    right: Clip | None

    @classmethod
    def of(cls, timeline: Timeline, track_id: str, gap: FrameRange) -> _Ends:
        clips = [clip for clip in track_of(timeline, track_id).clips if isinstance(clip.content, Footage)]
        left = next((clip for clip in clips if clip.placed.end == gap.start), None)
        right = next((clip for clip in clips if clip.placed.start == gap.end), None)
        if left is None and right is None:
            raise UnusableInputError("No shot stands beside this gap.", "Put a clip there instead.")
        return cls(left, right)

    @property
    def id(self) -> str:
        side = self.left or self.right
        assert side is not None
        return side.id

    def from_footage(self, frames: int) -> Callable[[Timeline], Timeline] | None:
        """Give the edit that closes a gap with what the clips still have; None where that is not enough."""
        before = min(tail_frames(self.left), frames) if self.left else 0
        after = frames - before
        if after > (head_frames(self.right) if self.right else 0):
            return None
        left, right = self.left, self.right

        def edit(timeline: Timeline) -> Timeline:
            if left and before:
                timeline = trim(timeline, left.id, before)
            return trim(timeline, right.id, -after, Edge.HEAD) if right and after else timeline

        return edit

    def pictures(self) -> tuple[Picture | None, Picture | None]:
        """Give the last picture before the gap and the first one after it."""
        left, right = self.left, self.right
        return (
            Picture(Role.FIRST_FRAME, _take(left), source_frame(left, left.placed.end - 1)) if left else None,
            Picture(Role.LAST_FRAME, _take(right), source_frame(right, right.placed.start))
            if right
            else None,
        )


def tail_frames(clip: Clip) -> int:
    """Say by how many frames the clip could play longer with what its take has."""
    speed = clip.speed_at(clip.placed.end)
    if not plays(clip) or not speed:
        return 10**6
    return max(0, int((_take(clip).available.end - clip.source_at(clip.placed.end)) / speed))


def head_frames(clip: Clip) -> int:
    """Say by how many frames the clip could start earlier with what its take has."""
    if not plays(clip) or not clip.speed:
        return 10**6
    return max(0, int((clip.source_start - _take(clip).available.start) / clip.speed))


def _gap_offer(
    session: Session, track_id: str, gap: FrameRange, ends: _Ends, model: Model, how: str
) -> Offer:
    """Offer to make what fills a gap from the pictures at its sides, as many as the model takes."""
    known = session.registry.model(*model)
    first, last = ends.pictures()
    both = known.last_frame or model == BETWEEN
    here = first or last
    assert here is not None
    pictures = [replace(here, role=Role.FIRST_FRAME)]
    if both:
        pictures.append(replace(last or here, role=Role.LAST_FRAME))
    kind = Kind.IMAGE_TO_VIDEO if Kind.IMAGE_TO_VIDEO in known.kinds else Kind.KEYFRAMES
    request = bare_request(session, known, kind, len(gap) + (2 if both else 1))
    words = _words(session, ends.left or ends.right)
    request = replace(request, prompt=words if known.generative else "")
    return Offer(
        "Fill gap",
        how,
        session.queue.estimate(request),
        ends.id,
        request,
        tuple(pictures),
        place=lambda timeline, take: _filled(timeline, track_id, gap, ends, take, spans=both),
    )


def _filled(
    timeline: Timeline, track_id: str, gap: FrameRange, ends: _Ends, take: Take, *, spans: bool
) -> TakeChange:
    """Put a take into a gap; one that goes from side to side is played so fast that it just does."""
    beside = ends.left or ends.right
    assert beside is not None
    frames = len(take.available)
    speed = Fraction(max(1, frames - 1), len(gap) + 1) if spans else Fraction(1)
    clip = _like(timeline, beside, take, gap)
    clip = replace(clip, speed=speed, source_start=min(round(speed), frames - 1))
    return TakeChange(fill(timeline, track_id, clip, gap.start))


def _continued(timeline: Timeline, clip_id: str, take: Take, frames: int) -> TakeChange:
    clip = clip_of(timeline, clip_id)
    track, _ = locate(timeline, clip_id)
    end = clip.placed.end
    tail = replace(_like(timeline, clip, take, FrameRange(end, end + frames)), source_start=1)
    missing = max(0, frames - (len(take.available) - 1))
    tail = replace(tail, placed=FrameRange(end, end + frames - missing))
    return TakeChange(insert(timeline, track.id, tail, end), missing_frames=missing)


def _like(timeline: Timeline, clip: Clip, take: Take, placed: FrameRange) -> Clip:
    """Make a clip of a new take that looks as ``clip`` does at its end."""
    return Clip(
        id=fresh_id(timeline, f"{clip.id}-tail"),
        content=Footage((take,)),
        placed=placed,
        name=f"{clip.name or clip.id} on",
        motion=motion_at(clip.motion, len(clip.placed) - 1),
        grade=clip.grade,
        scene_id=clip.scene_id,
    )


async def _likeness(session: Session, ends: _Ends) -> Likeness:
    first, last = ends.pictures()
    assert first is not None
    assert last is not None
    spots = [
        Spot(session.project.locate(side.take.path), side.frame, session.timeline.rate)
        for side in (first, last)
    ]
    return await session.workers.run(compare, *spots)


def bare_request(session: Session, known: Capabilities, kind: Kind, frames: int) -> GenRequest:
    """Ask a model for at least so many frames of the timeline, at the brief's size.

    Raises:
        UnusableInputError: it makes no such thing.
    """
    if kind not in known.kinds:
        raise UnusableInputError(
            f"{known.provider} {known.model} cannot make this ({kind}).", "Choose a model that can."
        )
    frame = Frame.covering([session.brief.project.aspect])
    rate = float(session.timeline.rate.fps)
    seconds = max(float(frames / session.timeline.rate.fps), known.seconds[0])
    return GenRequest(
        key="",
        kind=kind,
        provider=known.provider,
        model=known.model,
        prompt="",
        seconds=round(made_seconds(seconds, known), 4),
        aspect=frame.aspect,
        width=frame.width,
        height=frame.height,
        fps=min(known.fps or (rate,), key=lambda offered: abs(offered - rate)),
    )


def _words(session: Session, beside: Clip | None) -> str:
    scene = next((s for s in session.brief.scenes if beside and s.id == beside.scene_id), None)
    return (scene.t2v_prompt or scene.intent) if scene else session.brief.product.key_benefit


def _onward(known: Capabilities, model: Model | None) -> str:
    if model is None:
        return "No footage is left; the last picture is held with a slow push in."
    return f"{known.provider} {known.model} goes on from the last picture."


def _gap(timeline: Timeline, track_id: str, frame: int) -> FrameRange:
    found = gaps(track_of(timeline, track_id), timeline.length_frames)
    gap = next((gap for gap in found if frame in gap), None)
    if gap is None:
        raise ClappperError(f"There is no gap at frame {frame} of this track.", "Put the playhead into it.")
    return gap


def _take(clip: Clip) -> Take:
    if not isinstance(clip.content, Footage) or clip.content.take.kind is MediaKind.AUDIO:
        raise UnusableInputError(f"Clip {clip.name or clip.id} shows no footage.", "Choose a shot.")
    return clip.content.take
