"""Which stretches of a shot are generated when the rest is drawn between keyframes: pure planning.

A service sells clips of certain lengths. A stretch that is generated is therefore as long as the clip that is
paid for, not as long as keyframes happen to stand apart, and together with the keyframes all stretches cost
no more than the shot's units are worth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clappper.base.units import Money
from clappper.brief.keyframes import NEAREST_FRAMES, Keyframe, Reason

MOST_WINDOWS = 6
MOVING = (Reason.BEAT, Reason.MOTION, Reason.CAMERA)
"""Around these a shot is generated rather than drawn, the first named first."""


@dataclass(frozen=True, slots=True)
class Clip:
    """What a service sells: how many frames lie at most between the keyframes of one clip, and its price."""

    frames: int
    cost: Money


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch that is generated in one clip, from keyframe to keyframe."""

    start: int
    end: int
    cost: Money


def choose_windows(
    keyframes: Sequence[Keyframe], clips: Sequence[Clip], budget: Money, *, two_sided: bool
) -> tuple[Window, ...]:
    """Choose the stretches to generate: as much of the shot as ``budget`` pays for, in few clips.

    Stretches lie where most is expected to move. A model that is not ``two_sided`` does not arrive at a
    keyframe, so its one stretch runs to the end of the shot. None where the budget pays for no clip.
    """
    last = keyframes[-1].frame
    best = _best(last, clips, budget, MOST_WINDOWS if two_sided else 1)
    if best is None:
        return ()
    clip, count = best
    length = min(clip.frames, last)
    if not two_sided:
        return (Window(last - length, last, clip.cost),)
    gaps, placed = [(0, last)], list[Window]()
    for wish in (*_wishes(keyframes, length), *[None] * count):
        gap = _gap(gaps, wish, length)
        if gap is None or len(placed) == count:
            continue
        start, end = _snapped(gap, wish, length)
        placed.append(Window(start, end, clip.cost))
        gaps.remove(gap)
        gaps += [(gap[0], start), (end, gap[1])]
    return tuple(sorted(placed, key=lambda window: window.start))


def _gap(gaps: Sequence[tuple[int, int]], wish: int | None, length: int) -> tuple[int, int] | None:
    """Find where nothing is planned yet: around ``wish`` all of the length, else the longest, if worth it."""
    if wish is not None:
        return next((gap for gap in gaps if gap[0] <= wish and wish + length <= gap[1]), None)
    longest = max(gaps, key=lambda gap: gap[1] - gap[0])
    return longest if longest[1] - longest[0] >= max(2, length // 2) else None


def _snapped(gap: tuple[int, int], wish: int | None, length: int) -> tuple[int, int]:
    """Place a stretch into a gap, without leaving a few frames beside it."""
    length = min(length, gap[1] - gap[0])
    start = (gap[0] + gap[1] - length) // 2 if wish is None else wish
    if start - gap[0] < NEAREST_FRAMES:
        start = gap[0]
    elif gap[1] - start - length < NEAREST_FRAMES:
        start = gap[1] - length
    return start, start + length


def _best(last: int, clips: Sequence[Clip], budget: Money, most: int) -> tuple[Clip, int] | None:
    """Find the clip, and how many of it, that cover most for the money; few before many, cheap first."""
    able = [
        (clip, count)
        for clip in clips
        for count in range(1, most + 1)
        if clip.frames > 1 and clip.cost.micros * count <= budget.micros and clip.frames * (count - 1) < last
    ]
    return max(
        able,
        key=lambda choice: (
            min(last, choice[0].frames * choice[1]),
            -choice[1],
            -choice[0].cost.micros,
        ),
        default=None,
    )


def _wishes(keyframes: Sequence[Keyframe], length: int) -> Iterator[int]:
    """Say where stretches of ``length`` had best start: with an action, around a peak."""
    last = keyframes[-1].frame
    for reason in MOVING:
        for keyframe in keyframes:
            if keyframe.reason is reason:
                ahead = 0 if reason is Reason.BEAT else length // 2
                yield min(max(0, keyframe.frame - ahead), last - length)


def spaced_by(keyframes: Sequence[Keyframe], windows: Sequence[Window]) -> tuple[tuple[int, Reason], ...]:
    """Give the moments of keyframes once ``windows`` are generated: their ends, and what lies outside."""
    if not windows:
        return tuple((keyframe.frame, keyframe.reason) for keyframe in keyframes)
    ends = {frame for window in windows for frame in (window.start, window.end)}
    kept = dict.fromkeys(ends, Reason.CLIP)
    for keyframe in keyframes:
        inside = any(window.start < keyframe.frame < window.end for window in windows)
        beside = any(abs(keyframe.frame - frame) < NEAREST_FRAMES for frame in ends)
        if keyframe.reason in {Reason.START, Reason.END} or not (inside or beside) or keyframe.frame in ends:
            kept[keyframe.frame] = keyframe.reason
    return tuple(sorted(kept.items()))
