"""Edits of a stretch of time, as the in and out marks give it: lift and extract, as in Premiere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.timeline.change import with_clips
from clappper.timeline.model import Clip, Timeline, Track, TrackKind
from clappper.timeline.pieces import from_frame, plays, until_frame
from clappper.timeline.placing import cleared, split
from clappper.timeline.ripple import close_time


def lift_range(timeline: Timeline, span: FrameRange, track_ids: Iterable[str] = ()) -> Timeline:
    """Take ``span`` out of some tracks, or of all that are not locked, and leave a gap.

    Raises:
        ClappperError: there is nothing to lift, or a clip in the way is locked.
    """
    touched = _touched(timeline, span, track_ids)
    rest: dict[str, tuple[Clip, ...]] = {}
    for track in touched:
        taken = [clip.id for others in rest.values() for clip in others]
        rest[track.id] = cleared(timeline, track.clips, span, taken)
    return with_clips(timeline, rest)


def extract_range(timeline: Timeline, span: FrameRange) -> Timeline:
    """Take ``span`` out of time: what lies in it goes, what follows moves up on every track.

    Locked tracks and music stay as they are. A title that plays across ends earlier instead of being
    cut, which would make it enter twice.

    Raises:
        ClappperError: there is nothing to extract, or a clip in the way is locked.
    """
    touched = [track.id for track in _touched(timeline, span, ()) if track.kind is not TrackKind.MUSIC]
    if not touched:
        raise _nothing()
    for track_id in touched:
        for frame in (span.start, span.end):
            timeline = _parted(timeline, track_id, frame)
    return close_time(timeline, span, {})


def pieces_in(
    timeline: Timeline, span: FrameRange, track_ids: Iterable[str] = ()
) -> tuple[tuple[str, Clip], ...]:
    """Give what ``span`` holds, cut to it, each with the id of its track."""
    return tuple(
        (track.id, _within(clip, span))
        for track in _touched(timeline, span, track_ids)
        for clip in track.clips
        if clip.placed.overlaps(span)
    )


def _within(clip: Clip, span: FrameRange) -> Clip:
    if clip.placed.start < span.start:
        clip = replace(from_frame(clip, span.start), transition=None, fade_in_frames=0)
    return replace(until_frame(clip, span.end), fade_out_frames=0) if clip.placed.end > span.end else clip


def _touched(timeline: Timeline, span: FrameRange, track_ids: Iterable[str]) -> list[Track]:
    wanted = set(track_ids)
    touched = [
        track
        for track in timeline.tracks
        if (track.id in wanted if wanted else not track.locked)
        and any(clip.placed.overlaps(span) for clip in track.clips)
    ]
    if not touched:
        raise _nothing()
    return touched


def _nothing() -> ClappperError:
    return ClappperError("There is nothing between the marks.", "Mark a range with clips with I and O.")


def _parted(timeline: Timeline, track_id: str, frame: int) -> Timeline:
    track = next(track for track in timeline.tracks if track.id == track_id)
    across = (clip for clip in track.clips if clip.placed.start < frame < clip.placed.end)
    for clip in across:
        if plays(clip):
            return split(timeline, clip.id, frame)
    return timeline
