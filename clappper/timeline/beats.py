"""The beats of an edit's music: correcting them, and moving cuts onto them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from clappper.base.errors import ClappperError
from clappper.base.rhythm import REACH_SECONDS, SnappedCut, snap_cuts
from clappper.timeline.model import Timeline
from clappper.timeline.queries import before, cut_frames, track_of
from clappper.timeline.trims import roll

SHORTEST_SECONDS = 0.5
HOW_TO_GET = "Generate the ad with music, or add beats at the playhead."


@dataclass(frozen=True, slots=True)
class CutMove:
    """What became of the cut into one clip; ``problem`` says why it could not go to its beat."""

    clip_id: str
    cut: SnappedCut
    problem: str = ""


def set_beats(timeline: Timeline, beats: Iterable[int]) -> Timeline:
    return replace(timeline, beats=tuple(sorted(set(beats))))


def toggle_beat(timeline: Timeline, frame: int) -> Timeline:
    """Take the beat at ``frame`` away, or put one there."""
    return set_beats(timeline, {frame} ^ set(timeline.beats))


def double_beats(timeline: Timeline) -> Timeline:
    """Count twice as fast: one beat more half way between each two.

    Raises:
        ClappperError: the timeline knows no beats.
    """
    beats = _known(timeline)
    return set_beats(timeline, (*beats, *((one + other) // 2 for one, other in pairwise(beats))))


def halve_beats(timeline: Timeline) -> Timeline:
    """Count half as fast: every other beat goes, the first one stays.

    Raises:
        ClappperError: the timeline knows no beats.
    """
    return set_beats(timeline, _known(timeline)[::2])


def cuts_to_beats(
    timeline: Timeline, track_id: str, *, reach_seconds: float = REACH_SECONDS
) -> tuple[Timeline, tuple[CutMove, ...]]:
    """Roll every cut of a track to the best beat near it; a cut without the footage for it stays.

    Raises:
        ClappperError: there is no such track, or the timeline knows no beats.
    """
    beats = _known(timeline)
    track = track_of(timeline, track_id)
    rate = timeline.rate
    snapped = snap_cuts(
        cut_frames(track),
        beats,
        end=track.clips[-1].placed.end if track.clips else 0,
        reach=int(reach_seconds * rate.fps),
        shortest=rate.frame_at(SHORTEST_SECONDS),
    )
    entered = [clip.id for index, clip in enumerate(track.clips) if before(track, index)]
    moves = []
    for clip_id, cut in zip(entered, snapped, strict=True):
        problem = ""
        try:
            timeline = roll(timeline, clip_id, cut.moved_frames) if cut.moved_frames else timeline
        except ClappperError as error:
            problem = error.message
        moves.append(CutMove(clip_id, cut, problem))
    return timeline, tuple(moves)


def _known(timeline: Timeline) -> tuple[int, ...]:
    if not timeline.beats:
        raise ClappperError("The timeline has no beats.", HOW_TO_GET)
    return timeline.beats
