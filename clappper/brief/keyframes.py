"""Where a shot gets keyframes when only these are generated with care and the rest is filled: pure planning.

Compute units say how a shot's money is shared: 100 are worth ``CEILING`` of what generating all of it would
cost. At most half of them go to keyframes, and motion moves that share, because what moves much is filled at
a price; what keyframes leave goes to fill.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from clappper.base.units import FrameRate, Money
from clappper.brief.schema import Density
from clappper.brief.storyboard import PlannedScene

UNITS = 100
CEILING = 0.5
"""From keyframes a shot costs at most this share of what generating all of it costs."""

KEYFRAME_SHARE = 0.5
SHARE_MOVED = 0.3
"""How far motion from none to all moves the share of keyframes."""

SPACING_SECONDS = {"low": 3.0, "medium": 1.5, "high": 0.5}
"""At most this far apart; at least a third of it, and never nearer than ``NEAREST_FRAMES``."""

NEAREST_FRAMES = 6
MOTION = {"static": 0.2, "dolly_in": 0.4, "dolly_out": 0.4, "tilt": 0.5, "pan": 0.6, "orbit": 0.9}
"""How much is expected to move, 0 to 1, by the camera's move; beats of action add to it."""

BEAT_MOTION = 0.1


class Reason(StrEnum):
    """Why there is a keyframe. Where two are too near, the one named first here stays."""

    START = "the shot starts"
    END = "the shot ends"
    BEAT = "an action begins"
    CAMERA = "the camera is half way"
    MOTION = "the motion peaks"
    CLIP = "a generated clip starts or ends"
    EVEN = "none is near"


@dataclass(frozen=True, slots=True)
class Keyframe:
    """``frame`` counts from the start of the shot's footage, handles included."""

    frame: int
    reason: Reason
    prompt: str


@dataclass(frozen=True, slots=True)
class Units:
    """A shot's compute units: how many may go to keyframes and how many are left at least for fill.

    ``worth`` is what all of them are worth, ``affordable`` how many keyframes their share pays for (None:
    nobody knows what one costs).
    """

    keyframes: int
    fill: int
    worth: Money
    affordable: int | None

    def spent(self, money: Money) -> int:
        """Say how many units so much money is, rounded up."""
        return -(-money.micros * (self.keyframes + self.fill) // max(1, self.worth.micros))


def expected_motion(shot: PlannedScene) -> float:
    """Guess how much moves, 0 to 1, from the camera's move and the beats of action."""
    return min(1.0, MOTION[shot.move] + BEAT_MOTION * len(shot.beats))


def share_units(
    full: Money, image: Money | None, motion: float, *, units: int = UNITS, share: float = KEYFRAME_SHARE
) -> Units:
    """Share a shot's units between keyframes and fill.

    ``full`` is what generating all of the shot costs, ``image`` one keyframe (None: not known); ``motion``
    is 0 to 1. ``units`` below 100 spend less.
    """
    moved = min(0.9, max(0.1, share + SHARE_MOVED * (0.5 - motion)))
    for_keyframes = round(units * moved)
    worth = Money(int(full.micros * CEILING) * units // UNITS)
    money = int(full.micros * CEILING) * for_keyframes // UNITS
    affordable = None if image is None else (money // image.micros if image.micros else 10**6)
    return Units(for_keyframes, units - for_keyframes, worth, affordable)


def plan_keyframes(
    shot: PlannedScene,
    rate: FrameRate,
    density: Density,
    *,
    peaks: Sequence[int] = (),
    affordable: int | None = None,
) -> tuple[Keyframe, ...]:
    """Choose a shot's keyframes, at least its first and last picture.

    ``peaks`` are frames where measured motion is largest, as of an earlier take. ``affordable`` is the most
    there may be; what matters least is left out first. ``auto`` is low for calm shots, high for lively ones.
    """
    last = shot.footage_frames - 1
    if density == "auto":
        motion = expected_motion(shot)
        density = "low" if motion < 0.35 else "medium" if motion < 0.75 else "high"
    spacing = rate.frame_at(SPACING_SECONDS[density])
    nearest = max(NEAREST_FRAMES, spacing // 3)
    most = max(2, affordable) if affordable is not None else last + 1
    chosen: dict[int, Reason] = {}
    for frame, reason in _wanted(shot, rate, last, peaks):
        if reason in {Reason.START, Reason.END} or all(abs(frame - known) >= nearest for known in chosen):
            chosen.setdefault(frame, reason)
    for frame in _between(sorted(chosen), spacing):
        chosen[frame] = Reason.EVEN
    ranked = sorted(chosen, key=lambda frame: (list(Reason).index(chosen[frame]), frame))[:most]
    return tuple(Keyframe(frame, chosen[frame], moment_words(shot, rate, frame)) for frame in sorted(ranked))


def _wanted(
    shot: PlannedScene, rate: FrameRate, last: int, peaks: Sequence[int]
) -> Iterator[tuple[int, Reason]]:
    """List the moments that call for a keyframe, the most pressing first."""
    yield 0, Reason.START
    yield last, Reason.END
    for beat in shot.beats:
        frame = shot.handle_before + rate.frame_at(beat.start)
        if 0 < frame < last:
            yield frame, Reason.BEAT
    if shot.move != "static":
        yield last // 2, Reason.CAMERA
    for frame in peaks:
        if 0 < frame < last:
            yield frame, Reason.MOTION


def _between(frames: Sequence[int], spacing: int) -> Iterator[int]:
    """Divide what is longer than ``spacing`` into equal parts."""
    for start, end in pairwise(frames):
        parts = -(-(end - start) // max(1, spacing))
        yield from (start + round(part * (end - start) / parts) for part in range(1, parts))


def moment_words(shot: PlannedScene, rate: FrameRate, frame: int) -> str:
    """Describe one moment: the shot's words, and what happens then."""
    seconds = rate.seconds_at(frame - shot.handle_before)
    acts = [beat.action for beat in shot.beats if beat.start <= seconds < beat.end]
    moment = f" At this moment: {acts[-1]}." if acts else ""
    return f"{shot.prompt.rstrip()}{moment} A single still frame."
