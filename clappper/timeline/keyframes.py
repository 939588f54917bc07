"""Keyframe curves: the value of a keyframed property at a frame, with easing between keyframes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from clappper.timeline.model import Easing, Keyframe


def ease(easing: Easing, progress: float) -> float:
    """Bend ``progress``, 0..1 on the way to the next keyframe; also answers 0..1.

    In and out are the quadratic curves, both ends together the smoothstep 3p² - 2p³.
    """
    match easing:
        case Easing.HOLD:
            return 0.0
        case Easing.LINEAR:
            return progress
        case Easing.EASE_IN:
            return progress * progress
        case Easing.EASE_OUT:
            return progress * (2.0 - progress)
        case Easing.EASE_IN_OUT:
            return progress * progress * (3.0 - 2.0 * progress)


def value_at(keyframes: tuple[Keyframe, ...], frame: int, default: float) -> float:
    """Evaluate a curve at ``frame``, counted from the clip's placed start.

    ``keyframes`` are in order of their frames. Before the first and after the last one the curve is
    flat; without any it is ``default``.
    """
    if not keyframes:
        return default
    after = bisect_right(keyframes, frame, key=lambda keyframe: keyframe.frame)
    if after == 0:
        return keyframes[0].value
    left = keyframes[after - 1]
    if after == len(keyframes) or left.frame == frame:
        return left.value
    right = keyframes[after]
    progress = ease(left.easing, (frame - left.frame) / (right.frame - left.frame))
    return left.value + (right.value - left.value) * progress


def with_keyframe(keyframes: tuple[Keyframe, ...], new: Keyframe) -> tuple[Keyframe, ...]:
    """Add ``new``, in place of one at the same frame."""
    others = (old for old in keyframes if old.frame != new.frame)
    return tuple(sorted((*others, new), key=lambda keyframe: keyframe.frame))


def without_keyframe(keyframes: tuple[Keyframe, ...], frame: int) -> tuple[Keyframe, ...]:
    return tuple(keyframe for keyframe in keyframes if keyframe.frame != frame)


def shifted(keyframes: tuple[Keyframe, ...], by_frames: int) -> tuple[Keyframe, ...]:
    """Move a curve in time. Frames may become negative: a trimmed head keeps its curve for later."""
    if not by_frames:
        return keyframes
    return tuple(replace(keyframe, frame=keyframe.frame + by_frames) for keyframe in keyframes)


def stretched(keyframes: tuple[Keyframe, ...], factor: Fraction) -> tuple[Keyframe, ...]:
    """Scale a curve in time; of keyframes that fall on one frame the last one stays."""
    moved = {round(keyframe.frame * factor): keyframe for keyframe in keyframes}
    return tuple(replace(keyframe, frame=frame) for frame, keyframe in moved.items())


def in_order(keyframes: Iterable[Keyframe]) -> bool:
    """Tell whether frames strictly rise."""
    return all(left.frame < right.frame for left, right in pairwise(keyframes))
