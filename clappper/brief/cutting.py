"""Where the cuts of a storyboard fall: from the brief's seconds to frames, from frames to beats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise
from math import ceil
from statistics import median

from clappper.base.errors import ClappperError
from clappper.base.rhythm import REACH_SECONDS, SnappedCut, snap_cuts
from clappper.base.units import FrameRange, FrameRate
from clappper.brief.schema import AdBrief, Scene

SHORTEST_SCENE_SECONDS = 1.0
SHORTEST_SHOT_SECONDS = 0.6


@dataclass(frozen=True, slots=True)
class CutScene:
    """A scene of the brief on the frame grid; ``reason`` tells why it starts where it does."""

    scene: Scene
    frames: FrameRange
    reason: str


@dataclass(frozen=True, slots=True)
class Cuts:
    """Scenes with their cuts in whole frames, and what had to be said about them."""

    scenes: tuple[CutScene, ...]
    notes: tuple[str, ...]


def cut_scenes(brief: AdBrief, beats: Sequence[int]) -> Cuts:
    """Lay the brief's scenes end to end over the whole ad, their cuts on ``beats`` (frames) where near.

    Raises:
        ClappperError: there are more scenes than the ad has room for.
    """
    rate = FrameRate(brief.project.fps)
    length = brief.project.duration_s * brief.project.fps
    scenes = tuple(sorted(brief.scenes, key=lambda scene: (scene.start_s, scene.end_s)))
    wanted, notes = _wanted_cuts(scenes, brief.project.duration_s, rate)
    snapped = snap_cuts(
        wanted,
        beats,
        end=length,
        reach=int(REACH_SECONDS * rate.fps),
        shortest=rate.frame_at(SHORTEST_SCENE_SECONDS),
    )
    edges = [0, *(cut.frame for cut in snapped), length]
    reasons = ["The ad starts here.", *(_why(cut, rate, has_beats=bool(beats)) for cut in snapped)]
    return Cuts(
        tuple(
            CutScene(scene, FrameRange(start, end), reason)
            for scene, (start, end), reason in zip(scenes, pairwise(edges), reasons, strict=True)
        ),
        notes,
    )


def _wanted_cuts(
    scenes: Sequence[Scene], duration_s: int, rate: FrameRate
) -> tuple[list[int], tuple[str, ...]]:
    """Give the frames where scenes meet; gaps and overlaps are shared, times beyond the ad re-timed."""
    length = rate.frame_at(duration_s)
    if len(scenes) > length:
        raise ClappperError(
            f"{len(scenes)} scenes do not fit into {duration_s} s.", "Remove scenes or lengthen the ad."
        )
    notes = []
    meetings = []
    for left, right in pairwise(scenes):
        meetings.append((Fraction(left.end_s) + Fraction(right.start_s)) / 2)
        if apart := round(right.start_s - left.end_s, 2):
            fault = f"gap of {apart:.2f} s" if apart > 0 else f"overlap of {-apart:.2f} s"
            notes.append(f"Scenes {left.id} and {right.id} share the {fault} between them.")
    cuts = [rate.frame_at(meeting) for meeting in meetings]
    if all(left < right for left, right in pairwise((0, *cuts, length))):
        return cuts, tuple(notes)
    return _evenly(scenes, length), ("The scenes' times do not fit the ad; they were scaled to it.",)


def _evenly(scenes: Sequence[Scene], length: int) -> list[int]:
    """Share the ad among the scenes by their lengths, each at least a frame."""
    total = sum(Fraction(scene.seconds) for scene in scenes)
    spare = length - len(scenes)
    ends = accumulate(Fraction(scene.seconds) / total for scene in scenes)
    return [int(share * spare) + index for index, share in enumerate(ends, start=1)][:-1]


def _why(cut: SnappedCut, rate: FrameRate, *, has_beats: bool) -> str:
    at = f"{rate.seconds_at(cut.wanted):.2f} s"
    if not has_beats:
        return f"Kept at {at}: there are no beats to meet."
    if not cut.on_beat:
        return f"Kept at {at}: no free beat within {REACH_SECONDS:g} s."
    if not cut.moved_frames:
        return f"Kept at {at}: it is on a beat."
    return f"Moved by {rate.seconds_at(cut.moved_frames):+.2f} s from {at} onto the beat."


def cut_montage(
    frames: FrameRange, beats: Sequence[int], *, ideal: int, shortest: int
) -> tuple[FrameRange, ...]:
    """Cut a montage into shots of about ``ideal`` frames, each as many beats long where there are beats.

    No shot is shorter than ``shortest``; a montage shorter than two of them stays whole.
    """
    inside = [beat - frames.start for beat in beats if beat in frames]
    edges = _every_few_beats(len(frames), inside, ideal, shortest) if len(inside) > 1 else ()
    if not edges:
        count = max(1, min(round(len(frames) / ideal), len(frames) // shortest))
        edges = tuple(len(frames) * step // count for step in range(1, count))
    return tuple(
        FrameRange(frames.start + start, frames.start + end)
        for start, end in pairwise((0, *edges, len(frames)))
    )


def _every_few_beats(length: int, beats: Sequence[int], ideal: int, shortest: int) -> tuple[int, ...]:
    """Step from cut to cut by the number of beats nearest to ``ideal``, onto the beats there are."""
    period = median(right - left for left, right in pairwise(beats))
    step = max(round(ideal / period), ceil(shortest / period)) * period
    edges = [0]
    while length - edges[-1] >= step + max(shortest, 0.75 * step):
        goal = round(edges[-1] + step)
        allowed = [beat for beat in beats if edges[-1] + shortest <= beat <= length - shortest]
        nearest = min(allowed, key=lambda beat: abs(beat - goal), default=goal)
        edges.append(nearest if abs(nearest - goal) <= step / 2 else goal)
    return tuple(edges[1:])
