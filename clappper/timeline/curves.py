"""Edits of keyframe curves as they are drawn on a clip: the line up or down, keyframes in time and value.

Frames are counted from the clip's placed start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clappper.base.errors import ClappperError
from clappper.timeline.attributes import Channel, curve_of, set_curve
from clappper.timeline.keyframes import value_at, with_keyframe, without_keyframe
from clappper.timeline.model import Clip, Easing, Keyframe, Motion, Timeline
from clappper.timeline.queries import clip_of

NEUTRAL = {Channel.OPACITY: 1.0, Channel.SCALE: 1.0}
"""What a property is without keyframes; those not named are 0."""
LIMITS = {Channel.OPACITY: (0.0, 1.0), Channel.GAIN: (-60.0, 24.0)}
POSE = (Channel.X, Channel.Y, Channel.SCALE, Channel.ROTATION)
Curve = tuple[Keyframe, ...]


def is_moving(clip: Clip, channel: Channel) -> bool:
    """Tell whether a property is keyframed: one held value counts as none."""
    curve = curve_of(clip, channel)
    return len(curve) > 1 or (len(curve) == 1 and curve[0].easing is not Easing.HOLD)


def value_of(clip: Clip, channel: Channel, frame: int) -> float:
    return value_at(curve_of(clip, channel), frame, NEUTRAL.get(channel, 0.0))


def add_keyframe(timeline: Timeline, clip_id: str, channel: Channel, frame: int) -> Timeline:
    """Put a keyframe on the line as it is; a held value becomes the first keyframe."""
    clip = clip_of(timeline, clip_id)
    kept = curve_of(clip, channel) if is_moving(clip, channel) else ()
    easing = next((key.easing for key in reversed(kept) if key.frame <= frame), Easing.LINEAR)
    key = Keyframe(frame, value_of(clip, channel, frame), easing)
    return set_curve(timeline, clip_id, channel, with_keyframe(kept, key))


def raise_line(timeline: Timeline, clip_id: str, channel: Channel, frame: int, by: float) -> Timeline:
    """Move the line up at ``frame``: both keyframes beside it, or all of it where nothing is keyframed."""
    clip = clip_of(timeline, clip_id)
    curve = curve_of(clip, channel)
    if not is_moving(clip, channel):
        held = _limited(channel, value_of(clip, channel, frame) + by)
        is_neutral = held == NEUTRAL.get(channel, 0.0)
        still = () if is_neutral else (Keyframe(0, held, Easing.HOLD),)
        return set_curve(timeline, clip_id, channel, still)
    left = max((key.frame for key in curve if key.frame <= frame), default=None)
    right = min((key.frame for key in curve if key.frame > frame), default=None)
    moved = tuple(
        replace(key, value=_limited(channel, key.value + by)) if key.frame in (left, right) else key
        for key in curve
    )
    return set_curve(timeline, clip_id, channel, moved)


def raise_all(timeline: Timeline, clip_id: str, channel: Channel, by: float) -> Timeline:
    """Move all of the line up, with every keyframe on it."""
    clip = clip_of(timeline, clip_id)
    if not is_moving(clip, channel):
        return raise_line(timeline, clip_id, channel, 0, by)
    moved = tuple(replace(key, value=_limited(channel, key.value + by)) for key in curve_of(clip, channel))
    return set_curve(timeline, clip_id, channel, moved)


def move_keyframe(
    timeline: Timeline, clip_id: str, channel: Channel, frame: int, by_frames: int, by: float
) -> Timeline:
    """Move the keyframe at ``frame`` in time, as far as its neighbours and the clip go, and in value.

    Raises:
        ClappperError: there is none.
    """
    clip = clip_of(timeline, clip_id)
    curve = curve_of(clip, channel)
    key = _at(curve, frame, clip_id)
    landed = _room(clip, curve, frame, by_frames)
    new = replace(key, frame=landed, value=_limited(channel, key.value + by))
    return set_curve(timeline, clip_id, channel, with_keyframe(without_keyframe(curve, frame), new))


def move_pose(timeline: Timeline, clip_id: str, frame: int, by_frames: int) -> Timeline:
    """Move in time all keyframes of position, scale and rotation that stand at ``frame``.

    Raises:
        ClappperError: there is none.
    """
    clip = clip_of(timeline, clip_id)
    curves = [curve_of(clip, channel) for channel in POSE]
    stand = [curve for curve in curves if any(key.frame == frame for key in curve)]
    if not stand:
        raise ClappperError(f"Clip {clip_id} has no keyframe at frame {frame}.")
    landed = min((_room(clip, curve, frame, by_frames) for curve in stand), key=lambda to: abs(to - frame))
    return _posed(
        timeline,
        clip_id,
        lambda curve: tuple(replace(key, frame=landed) if key.frame == frame else key for key in curve),
    )


def remove_pose(timeline: Timeline, clip_id: str, frame: int) -> Timeline:
    """Take away the keyframes of position, scale and rotation that stand at ``frame``."""
    return _posed(timeline, clip_id, lambda curve: without_keyframe(curve, frame))


def pose_frames(clip: Clip) -> tuple[int, ...]:
    """Give the frames at which position, scale or rotation have keyframes, in order."""
    if clip.motion == Motion():
        return ()
    found = {key.frame for one in POSE if is_moving(clip, one) for key in curve_of(clip, one)}
    return tuple(sorted(found))


def ease_keyframe(timeline: Timeline, clip_id: str, channel: Channel, frame: int, easing: Easing) -> Timeline:
    """Choose how the line leads from the keyframe at ``frame`` to the next one.

    Raises:
        ClappperError: there is none.
    """
    curve = curve_of(clip_of(timeline, clip_id), channel)
    eased = replace(_at(curve, frame, clip_id), easing=easing)
    return set_curve(timeline, clip_id, channel, with_keyframe(curve, eased))


def _posed(timeline: Timeline, clip_id: str, change: Callable[[Curve], Curve]) -> Timeline:
    clip = clip_of(timeline, clip_id)
    for channel in POSE:
        if curve := curve_of(clip, channel):
            timeline = set_curve(timeline, clip_id, channel, change(curve))
    return timeline


def _room(clip: Clip, curve: Curve, frame: int, by_frames: int) -> int:
    """Give where the keyframe at ``frame`` lands: between its neighbours and inside the clip."""
    before = max((key.frame for key in curve if key.frame < frame), default=-1)
    after = min((key.frame for key in curve if key.frame > frame), default=len(clip.placed))
    first, last = max(before, -1) + 1, min(after, len(clip.placed)) - 1
    return min(max(frame + by_frames, first), last)


def _at(curve: Curve, frame: int, clip_id: str) -> Keyframe:
    for key in curve:
        if key.frame == frame:
            return key
    raise ClappperError(f"Clip {clip_id} has no keyframe at frame {frame}.")


def _limited(channel: Channel, value: float) -> float:
    low, high = LIMITS[channel]
    return min(max(value, low), high)
