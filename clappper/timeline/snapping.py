"""What an edge snaps to while it is dragged: other edges, the playhead, markers and beats."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from clappper.timeline.model import Timeline
from clappper.timeline.queries import all_clips


class TargetKind(StrEnum):
    """Kinds of targets, the strongest first: of equally near ones the first wins."""

    PLAYHEAD = "playhead"
    MARKER = "marker"
    EDGE = "edge"
    BEAT = "beat"


@dataclass(frozen=True, slots=True)
class Target:
    frame: int
    kind: TargetKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class Snap:
    """A target found, and by how much to move to meet it."""

    target: Target
    by_frames: int


def targets(
    timeline: Timeline, *, playhead: int | None = None, without: Collection[str] = ()
) -> tuple[Target, ...]:
    """List what can be snapped to, except the clips ``without``: those that are being dragged."""
    return tuple(_targets(timeline, playhead, without))


def snap(frames: Sequence[int], among: Sequence[Target], reach: int) -> Snap | None:
    """Find the target nearest to any of ``frames``, such as a dragged clip's both edges.

    None when all are further away than ``reach``.
    """
    strength = list(TargetKind)
    found = [
        (abs(target.frame - frame), strength.index(target.kind), target.frame, place)
        for frame in frames
        for place, target in enumerate(among)
        if abs(target.frame - frame) <= reach
    ]
    if not found:
        return None
    distance, *_, place = min(found)
    target = among[place]
    frame = next(frame for frame in frames if abs(target.frame - frame) == distance)
    return Snap(target, target.frame - frame)


def _targets(timeline: Timeline, playhead: int | None, without: Collection[str]) -> Iterator[Target]:
    if playhead is not None:
        yield Target(playhead, TargetKind.PLAYHEAD)
    yield from (Target(marker.frame, TargetKind.MARKER, marker.name) for marker in timeline.markers)
    yield Target(0, TargetKind.EDGE)
    yield Target(timeline.length_frames, TargetKind.EDGE)
    for _, clip in all_clips(timeline):
        if clip.id not in without:
            yield Target(clip.placed.start, TargetKind.EDGE, clip.id)
            yield Target(clip.placed.end, TargetKind.EDGE, clip.id)
    yield from (Target(beat, TargetKind.BEAT) for beat in timeline.beats)
