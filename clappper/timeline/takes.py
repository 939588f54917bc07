"""Takes: several files of one shot. Changing the take keeps trim, speed, grade, keyframes and links."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace

from clappper.base.errors import ClappperError
from clappper.timeline.change import with_changes
from clappper.timeline.model import Clip, Footage, MediaKind, Take, Timeline
from clappper.timeline.pieces import until_frame
from clappper.timeline.queries import clip_of, companions


@dataclass(frozen=True, slots=True)
class TakeChange:
    """A timeline after a change of take, and what the new footage could not give.

    ``slipped_frames``: how many source frames earlier the clip had to start; ``missing_frames``: by how
    many timeline frames it became shorter at its end.
    """

    timeline: Timeline
    slipped_frames: int = 0
    missing_frames: int = 0

    @property
    def report(self) -> str:
        """Say in a sentence what is different, or nothing."""
        if self.missing_frames:
            return f"The take is too short: the clip ends {self.missing_frames} frames earlier."
        if self.slipped_frames:
            return f"The take ends earlier: the clip shows it from {self.slipped_frames} frames before."
        return ""


def add_take(timeline: Timeline, clip_id: str, take: Take) -> Timeline:
    """Offer one more take; the active one stays. Its sound, where that is detached, is offered with it.

    Raises:
        ClappperError: the clip shows no footage, or has a take of this id.
    """
    footage = _footage(clip_of(timeline, clip_id))
    if any(old.id == take.id for old in footage.takes):
        raise ClappperError(f"Clip {clip_id} has a take {take.id} already.")
    timeline = _with_footage(timeline, clip_id, replace(footage, takes=(*footage.takes, take)))
    if take.has_audio:
        sound = replace(take, kind=MediaKind.AUDIO)
        for member, own in _detached(timeline, clip_id, footage):
            timeline = _with_footage(timeline, member, replace(own, takes=(*own.takes, sound)))
    return timeline


def _detached(timeline: Timeline, clip_id: str, footage: Footage) -> tuple[tuple[str, Footage], ...]:
    """Find the clips that play the sound of the same takes."""
    ids = [take.id for take in footage.takes]
    return tuple(
        (one.id, one.content)
        for one in companions(timeline, clip_id)
        if isinstance(one.content, Footage)
        and one.content.take.kind is MediaKind.AUDIO
        and [take.id for take in one.content.takes] == ids
    )


def set_take(timeline: Timeline, clip_id: str, take_id: str) -> TakeChange:
    """Show another take. Linked clips that have it, such as its sound, change with it.

    Raises:
        ClappperError: there is no such take, or it is empty.
    """
    clip = clip_of(timeline, clip_id)
    if not any(take.id == take_id for take in _footage(clip).takes):
        raise ClappperError(f"Clip {clip_id} has no take {take_id}.")
    changes: dict[str, Clip | None] = {}
    for member in companions(timeline, clip_id):
        if not isinstance(member.content, Footage):
            continue
        ids = [take.id for take in member.content.takes]
        if take_id in ids:
            footage = replace(member.content, active=ids.index(take_id))
            changes[member.id] = _fitted(replace(member, content=footage))
    return _change(timeline, changes, clip)


def show_take(timeline: Timeline, clip_id: str, take: Take) -> TakeChange:
    """Add a take, unless it is there already, and show it.

    Raises:
        ClappperError: the clip shows no footage, or the take is empty.
    """
    if all(known.id != take.id for known in _footage(clip_of(timeline, clip_id)).takes):
        timeline = add_take(timeline, clip_id, take)
    return set_take(timeline, clip_id, take.id)


def _change(timeline: Timeline, changes: dict[str, Clip | None], old: Clip) -> TakeChange:
    after = with_changes(timeline, changes)
    new = clip_of(after, old.id)
    return TakeChange(after, old.source_start - new.source_start, len(old.placed) - len(new.placed))


def _fitted(clip: Clip) -> Clip:
    """Keep to what the active take has: start earlier where that is enough, else end earlier."""
    take = _footage(clip).take
    if take.kind is MediaKind.STILL:
        return clip
    if not len(take.available):
        raise ClappperError(f"The take {take.id} is empty.", "Generate or import it again.")
    starts = clip.placed.start
    length = (
        bisect_left(
            range(1, len(clip.placed)),
            len(take.available),
            key=lambda n: clip.source_at(starts + n) - clip.source_start,
        )
        + 1
    )
    shown = clip.source_at(starts + length - 1) - clip.source_start
    latest = take.available.end - 1 - shown
    start = max(min(clip.source_start, latest), take.available.start)
    return until_frame(replace(clip, source_start=start), clip.placed.start + length)


def _footage(clip: Clip) -> Footage:
    if not isinstance(clip.content, Footage):
        raise ClappperError(f"Clip {clip.id} shows no footage, so it has no takes.")
    return clip.content


def _with_footage(timeline: Timeline, clip_id: str, footage: Footage) -> Timeline:
    return with_changes(timeline, {clip_id: replace(clip_of(timeline, clip_id), content=footage)})
