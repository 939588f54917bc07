"""The laws of a timeline, in one place: what every edit must leave true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from clappper.timeline.keyframes import in_order
from clappper.timeline.model import Clip, Footage, MediaKind, Timeline, Track
from clappper.timeline.queries import all_clips, before, transition_range


def validate(timeline: Timeline) -> tuple[str, ...]:
    """Name everything that is wrong, one sentence each; nothing when the timeline is sound."""
    return tuple(_faults(timeline))


def _faults(timeline: Timeline) -> Iterator[str]:
    if timeline.length_frames < 0:
        yield "The timeline has a negative length."
    for kind, ids in (
        ("track", Counter(track.id for track in timeline.tracks)),
        ("clip", Counter(clip.id for _, clip in all_clips(timeline))),
    ):
        yield from (f"More than one {kind} is called {name}." for name, count in ids.items() if count > 1)
    for track in timeline.tracks:
        for clip in track.clips:
            yield from clip_faults(clip)
        yield from layout_faults(track)


def layout_faults(track: Track) -> Iterator[str]:
    """Name what is wrong between the clips of one track."""
    for left, right in pairwise(track.clips):
        if right.placed.start < left.placed.start:
            yield f"{_called(right)} stands before {_called(left)} but is listed after it."
        elif left.placed.overlaps(right.placed):
            yield f"{_called(left)} and {_called(right)} overlap on track {track.id}."
    yield from _transition_faults(track)


def clip_faults(clip: Clip) -> Iterator[str]:
    """Name what is wrong with one clip by itself."""
    if not len(clip.placed):
        yield f"{_called(clip)} has no length."
    if clip.placed.start < 0:
        yield f"{_called(clip)} would start before the timeline."
    if clip.speed < 0 or (clip.ramp_to is not None and clip.ramp_to < 0):
        yield f"{_called(clip)} has a negative speed."
    if clip.fade_in_frames < 0 or clip.fade_out_frames < 0:
        yield f"{_called(clip)} has a negative fade."
    curves = (
        clip.gain_db,
        *(getattr(clip.motion, name) for name in ("x", "y", "scale", "rotation", "opacity")),
    )
    if not all(in_order(curve) for curve in curves):
        yield f"{_called(clip)} has keyframes out of order."
    if isinstance(clip.content, Footage):
        yield from _footage_faults(clip, clip.content)


def _footage_faults(clip: Clip, footage: Footage) -> Iterator[str]:
    if not 0 <= footage.active < len(footage.takes):
        yield f"{_called(clip)} has no take {footage.active}."
        return
    take = footage.take
    if take.kind is MediaKind.STILL:
        return
    first, last = clip.source_start, clip.source_at(clip.placed.end - 1)
    if first not in take.available or last not in take.available:
        yield (
            f"{_called(clip)} needs frames {first} to {last} of its footage, "
            f"which has {take.available.start} to {take.available.end - 1}."
        )


def _transition_faults(track: Track) -> Iterator[str]:
    spans = []
    for index, clip in enumerate(track.clips):
        if clip.transition is None:
            continue
        span = transition_range(track, index)
        spans.append((clip, span))
        previous = before(track, index)
        if clip.transition.length_frames < 1:
            yield f"The transition into {_called(clip, middle=True)} has no length."
        elif span.end > clip.placed.end or (previous and span.start < previous.placed.start):
            yield f"The transition into {_called(clip, middle=True)} is longer than the clips at its sides."
    for (left, first), (right, second) in pairwise(spans):
        if first.overlaps(second):
            names = f"{_called(left, middle=True)} and {_called(right, middle=True)}"
            yield f"The transitions into {names} overlap."


def _called(clip: Clip, *, middle: bool = False) -> str:
    return f"{'clip' if middle else 'Clip'} {clip.id}"
