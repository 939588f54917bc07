"""Moving the cuts of an edit onto the beats of its music."""

from __future__ import annotations

from dataclasses import dataclass

from clappper.base.errors import ClappperError
from clappper.base.rhythm import REACH_SECONDS, SnappedCut, snap_cuts
from clappper.timeline.model import Timeline
from clappper.timeline.queries import before, cut_frames, track_of
from clappper.timeline.trims import roll

SHORTEST_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class CutMove:
    """What became of the cut into one clip; ``problem`` says why it could not go to its beat."""

    clip_id: str
    cut: SnappedCut
    problem: str = ""


def cuts_to_beats(
    timeline: Timeline, track_id: str, *, reach_seconds: float = REACH_SECONDS
) -> tuple[Timeline, tuple[CutMove, ...]]:
    """Roll every cut of a track to the best beat near it; a cut without the footage for it stays.

    Raises:
        ClappperError: there is no such track, or the timeline knows no beats.
    """
    if not timeline.beats:
        raise ClappperError("The timeline has no beats.", "Add music, or tap its tempo.")
    track = track_of(timeline, track_id)
    rate = timeline.rate
    snapped = snap_cuts(
        cut_frames(track),
        timeline.beats,
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
