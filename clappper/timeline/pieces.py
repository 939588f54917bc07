"""Parts of one clip: what remains when its edges move or it is cut in two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.timeline.keyframes import shifted, stretched
from clappper.timeline.model import Clip, Footage, MediaKind, Motion, Solid, Title

Content = Footage | Solid | Title


def plays(clip: Clip) -> bool:
    """Tell whether the clip uses up footage: titles, colours and stills do not."""
    return isinstance(clip.content, Footage) and clip.content.take.kind is not MediaKind.STILL


def moved(clip: Clip, by_frames: int) -> Clip:
    return at(clip, clip.placed.start + by_frames)


def at(clip: Clip, frame: int) -> Clip:
    """Place the whole clip at ``frame``."""
    return replace(clip, placed=FrameRange(frame, frame + len(clip.placed)))


def from_frame(clip: Clip, frame: int) -> Clip:
    """Let the clip start at timeline ``frame``, before or after its start, showing there what it did.

    Its curves stay where they are in time: their keyframes are counted anew.

    Raises:
        ClappperError: nothing of it would be left.
    """
    _refuse_empty(clip, frame < clip.placed.end)
    by_frames = clip.placed.start - frame
    return replace(
        clip,
        placed=FrameRange(frame, clip.placed.end),
        source_start=clip.source_at(frame) if plays(clip) else clip.source_start,
        speed=clip.speed_at(frame),
        motion=_shifted_motion(clip.motion, by_frames),
        gain_db=shifted(clip.gain_db, by_frames),
        content=_said_at(clip.content, lambda frame: frame + by_frames),
    )


def until_frame(clip: Clip, frame: int) -> Clip:
    """Let the clip end at timeline ``frame``.

    Raises:
        ClappperError: nothing of it would be left.
    """
    _refuse_empty(clip, frame > clip.placed.start)
    ramp_to = None if clip.ramp_to is None else clip.speed_at(frame)
    return replace(clip, placed=FrameRange(clip.placed.start, frame), ramp_to=ramp_to)


def cut(clip: Clip, frame: int, right_id: str) -> tuple[Clip, Clip]:
    """Cut a clip in two at ``frame`` inside it. Transition and fade-in stay left, fade-out goes right."""
    left = replace(until_frame(clip, frame), fade_out_frames=0)
    right = replace(from_frame(clip, frame), id=right_id, transition=None, fade_in_frames=0)
    return left, right


def at_speed(clip: Clip, speed: Fraction, ramp_to: Fraction | None = None) -> Clip:
    """Play what the clip plays of its source at another speed; its curves are stretched along."""
    mean = speed if ramp_to is None else (speed + ramp_to) / 2
    length = max(1, round(len(clip.placed) * clip.mean_speed / mean))
    placed = FrameRange(clip.placed.start, clip.placed.start + length)
    return replace(_stretched(clip, placed), speed=speed, ramp_to=ramp_to)


def over(clip: Clip, placed: FrameRange) -> Clip:
    """Play exactly what the clip plays of its source over ``placed``: faster when that is shorter.

    A ramp keeps its shape, curves and fades are stretched along. ``placed`` is not empty.
    """
    wider = replace(
        _stretched(clip, placed),
        fade_in_frames=clip.fade_in_frames * len(placed) // len(clip.placed),
        fade_out_frames=clip.fade_out_frames * len(placed) // len(clip.placed),
    )
    if not plays(clip) or not clip.mean_speed:
        return wider
    factor = _footage_left(clip) / (clip.mean_speed * len(placed))
    ramp_to = None if clip.ramp_to is None else clip.ramp_to * factor
    return replace(wider, speed=clip.speed * factor, ramp_to=ramp_to)


def _footage_left(clip: Clip) -> Fraction:
    """Give what a clip plays, in source frames; the part of a frame beyond the last one does not count."""
    assert isinstance(clip.content, Footage)
    left = Fraction(clip.content.take.available.end - clip.source_start)
    return min(clip.mean_speed * len(clip.placed), left)


def _stretched(clip: Clip, placed: FrameRange) -> Clip:
    factor = Fraction(len(placed), len(clip.placed))
    motion = clip.motion
    return replace(
        clip,
        placed=placed,
        gain_db=stretched(clip.gain_db, factor),
        content=_said_at(clip.content, lambda frame: round(frame * factor)),
        motion=Motion(
            x=stretched(motion.x, factor),
            y=stretched(motion.y, factor),
            scale=stretched(motion.scale, factor),
            rotation=stretched(motion.rotation, factor),
            opacity=stretched(motion.opacity, factor),
        ),
    )


def _said_at(content: Content, place: Callable[[int], int]) -> Content:
    """Let a caption's words keep to their sound."""
    if isinstance(content, Title) and content.said:
        return replace(content, said=tuple(place(frame) for frame in content.said))
    return content


def _refuse_empty(clip: Clip, something_left: bool) -> None:
    if not something_left:
        raise ClappperError(f"Nothing would be left of clip {clip.id}.", "Delete it instead.")


def _shifted_motion(motion: Motion, by_frames: int) -> Motion:
    if motion == Motion():
        return motion
    return Motion(
        x=shifted(motion.x, by_frames),
        y=shifted(motion.y, by_frames),
        scale=shifted(motion.scale, by_frames),
        rotation=shifted(motion.rotation, by_frames),
        opacity=shifted(motion.opacity, by_frames),
    )
