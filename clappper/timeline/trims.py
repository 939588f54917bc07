"""Edits at the edges and inside of clips: trim, ripple, roll, slip, slide and speed.

``by_frames`` is timeline frames, later when positive. Linked clips are edited together.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from fractions import Fraction

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.timeline.change import with_changes
from clappper.timeline.model import Clip, Footage, MediaKind, Timeline
from clappper.timeline.pieces import at_speed, from_frame, moved, over, plays, until_frame
from clappper.timeline.queries import after, before, clip_of, companions, locate
from clappper.timeline.ripple import close_time, open_time

SLOWEST, FASTEST = Fraction(1, 100), Fraction(100)


class Edge(StrEnum):
    HEAD = "head"
    TAIL = "tail"


def trim(timeline: Timeline, clip_id: str, by_frames: int, edge: Edge = Edge.TAIL) -> Timeline:
    """Move one edge of a clip; the other stays, and a gap may open.

    Raises:
        ClappperError: there is no footage, no room or nothing left.
    """
    return with_changes(
        timeline, {clip.id: _trimmed(clip, by_frames, edge) for clip in companions(timeline, clip_id)}
    )


def ripple_trim(timeline: Timeline, clip_id: str, by_frames: int, edge: Edge = Edge.TAIL) -> Timeline:
    """Move one edge of a clip and everything after it, so that no gap opens and nothing is covered.

    A moved head stays where it is on the timeline: what is cut off or shown there moves the rest.

    Raises:
        ClappperError: there is no footage or nothing left, or something locked is in the way.
    """
    track, index = locate(timeline, clip_id)
    placed = track.clips[index].placed
    home = -by_frames if edge is Edge.HEAD else 0
    kept = {clip.id: moved(_trimmed(clip, by_frames, edge), home) for clip in companions(timeline, clip_id)}
    growth = by_frames if edge is Edge.TAIL else -by_frames
    point = placed.end if edge is Edge.TAIL else placed.start
    if growth >= 0:
        return open_time(timeline, point, growth, kept, track.id)
    start = point + growth if edge is Edge.TAIL else point
    return close_time(timeline, FrameRange(start, start - growth), kept, track.id)


def roll(timeline: Timeline, clip_id: str, by_frames: int) -> Timeline:
    """Move the cut at the start of a clip: the clip before gets longer as this one gets shorter.

    Linked clips that are cut at the same frame roll too.

    Raises:
        ClappperError: no clip touches this one's start, or there is no footage.
    """
    track, index = locate(timeline, clip_id)
    left = before(track, index)
    if left is None:
        raise ClappperError(f"No clip touches the start of clip {clip_id}.", "Trim it instead.")
    frame = left.placed.end
    tails = [clip for clip in companions(timeline, left.id) if clip.placed.end == frame]
    heads = [clip for clip in companions(timeline, clip_id) if clip.placed.start == frame]
    return with_changes(
        timeline,
        {clip.id: until_frame(clip, frame + by_frames) for clip in tails}
        | {clip.id: from_frame(clip, frame + by_frames) for clip in heads},
    )


def slip(timeline: Timeline, clip_id: str, by_frames: int) -> Timeline:
    """Show another part of the footage, ``by_frames`` source frames later, in the same place.

    Raises:
        ClappperError: the clip has no footage to slip, or not enough.
    """
    if not plays(clip_of(timeline, clip_id)):
        raise ClappperError(f"Clip {clip_id} shows the same all the time, there is nothing to slip.")
    return with_changes(
        timeline,
        {
            clip.id: replace(clip, source_start=clip.source_start + by_frames)
            for clip in companions(timeline, clip_id)
            if plays(clip)
        },
    )


def slide(timeline: Timeline, clip_id: str, by_frames: int) -> Timeline:
    """Move a clip between its neighbours: the one before gets longer as the one after gets shorter.

    Raises:
        ClappperError: a neighbour has no footage or nothing left, or there is no room.
    """
    changes: dict[str, Clip | None] = {}
    for clip in companions(timeline, clip_id):
        track, index = locate(timeline, clip.id)
        if left := before(track, index):
            changes[left.id] = until_frame(left, left.placed.end + by_frames)
        if right := after(track, index):
            changes[right.id] = from_frame(right, right.placed.start + by_frames)
        changes[clip.id] = moved(clip, by_frames)
    return with_changes(timeline, changes)


def set_speed(
    timeline: Timeline,
    clip_id: str,
    speed: Fraction,
    ramp_to: Fraction | None = None,
    *,
    ripple: bool = False,
) -> Timeline:
    """Play a clip at ``speed`` source frames per timeline frame. Its source stays, its length changes.

    With ``ramp_to`` the speed changes evenly up to that; linked sound then plays at the mean of both.

    Raises:
        ClappperError: a speed is not above 0, the clip has no footage, or there is no room.
    """
    clip = clip_of(timeline, clip_id)
    if speed <= 0 or (ramp_to is not None and ramp_to <= 0):
        raise ClappperError(
            f"A speed is above 0, not {min(speed, ramp_to or speed)}.", "Freeze a frame to hold it."
        )
    if not plays(clip) or not clip.mean_speed:
        raise ClappperError(f"Clip {clip_id} holds one picture, it has no speed to change.")
    changes = {
        member.id: _retimed(member, speed, ramp_to)
        for member in companions(timeline, clip_id)
        if plays(member) and member.mean_speed
    }
    growth = len(changes[clip_id].placed) - len(clip.placed)
    if not ripple or not growth:
        return with_changes(timeline, changes)
    track, _ = locate(timeline, clip_id)
    if growth > 0:
        return open_time(timeline, clip.placed.end, growth, changes, track.id)
    return close_time(timeline, FrameRange(clip.placed.end + growth, clip.placed.end), changes, track.id)


def rate_stretch(timeline: Timeline, clip_id: str, by_frames: int, edge: Edge = Edge.TAIL) -> Timeline:
    """Move one edge of a clip and play the same footage faster or slower, so that it fills the new length.

    In and out points stay. Linked clips are stretched by the same factor. What holds one picture is
    only made longer or shorter.

    Raises:
        ClappperError: there is no room, nothing left, or the speed would leave 1 % .. 10 000 %.
    """
    chosen = clip_of(timeline, clip_id)
    held = chosen.placed.end if edge is Edge.HEAD else chosen.placed.start
    pulled = chosen.placed.start if edge is Edge.HEAD else chosen.placed.end
    factor = Fraction(pulled + by_frames - held, pulled - held)
    return with_changes(
        timeline,
        {clip.id: _rate_stretched(clip, held, factor) for clip in companions(timeline, clip_id)},
    )


def _rate_stretched(clip: Clip, held: int, factor: Fraction) -> Clip:
    start, end = (held + round((edge - held) * factor) for edge in (clip.placed.start, clip.placed.end))
    if end <= start:
        raise ClappperError(f"Nothing would be left of clip {clip.id}.", "Delete it instead.")
    stretched = over(clip, FrameRange(start, end))
    speed = stretched.mean_speed
    if plays(clip) and speed and not SLOWEST <= speed <= FASTEST:
        raise ClappperError(f"Clip {clip.id} would play at {float(speed):.1%}.", "Trim it instead.")
    return stretched


def _retimed(clip: Clip, speed: Fraction, ramp_to: Fraction | None) -> Clip:
    is_sound = isinstance(clip.content, Footage) and clip.content.take.kind is MediaKind.AUDIO
    if is_sound and ramp_to is not None:
        return at_speed(clip, (speed + ramp_to) / 2)
    return at_speed(clip, speed, ramp_to)


def _trimmed(clip: Clip, by_frames: int, edge: Edge) -> Clip:
    if edge is Edge.HEAD:
        return from_frame(clip, clip.placed.start + by_frames)
    return until_frame(clip, clip.placed.end + by_frames)
