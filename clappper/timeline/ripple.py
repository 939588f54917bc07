"""Making and taking time: what follows an edit moves with it, so that nothing falls out of step.

Everything ripples but what is locked, which stays where it is, and music, whose beats the cuts were made
to meet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from clappper.base.units import FrameRange
from clappper.timeline.change import with_clips
from clappper.timeline.model import Clip, Timeline, TrackKind
from clappper.timeline.pieces import from_frame, moved, until_frame

Kept = Mapping[str, Clip | None]
"""Clips, by id, whose fate the edit itself decides; None is a clip it deletes."""


def open_time(timeline: Timeline, frame: int, length: int, kept: Kept, track_id: str = "") -> Timeline:
    """Move what starts at or after ``frame`` later by ``length``; what plays across it stays.

    The track ``track_id`` ripples in any case.

    Raises:
        ClappperError: something locked is in the way.
    """

    def later(clip: Clip) -> Clip:
        return moved(clip, length) if clip.placed.start >= frame else clip

    def marked(marked_frame: int) -> int:
        return marked_frame + length if marked_frame >= frame else marked_frame

    return _rippled(timeline, later, marked, kept, track_id)


def close_time(timeline: Timeline, span: FrameRange, kept: Kept, track_id: str = "") -> Timeline:
    """Take ``span`` out of time: what lies in it goes, what follows moves up.

    A clip that plays across the whole span ends earlier instead of being cut in the middle. The track
    ``track_id`` ripples in any case.

    Raises:
        ClappperError: something locked is in the way.
    """

    def marked(frame: int) -> int:
        return frame if frame < span.start else max(span.start, frame - len(span))

    return _rippled(timeline, lambda clip: _without(clip, span), marked, kept, track_id)


def _without(clip: Clip, span: FrameRange) -> Clip | None:
    placed = clip.placed
    if placed.end <= span.start:
        return clip
    if placed.start >= span.end:
        return moved(clip, -len(span))
    if placed.start < span.start:
        return until_frame(clip, max(span.start, placed.end - len(span)))
    return moved(from_frame(clip, span.end), -len(span)) if placed.end > span.end else None


def _rippled(
    timeline: Timeline,
    place: Callable[[Clip], Clip | None],
    marked: Callable[[int], int],
    kept: Kept,
    track_id: str,
) -> Timeline:
    def fate(clip: Clip) -> Clip | None:
        if clip.id in kept:
            return kept[clip.id]
        return clip if clip.locked else place(clip)

    tracks = {
        track.id: [new for clip in track.clips if (new := fate(clip))]
        for track in timeline.tracks
        if track.id == track_id
        or (not track.locked and track.kind is not TrackKind.MUSIC)
        or any(clip.id in kept for clip in track.clips)
    }
    markers = tuple(replace(marker, frame=marked(marker.frame)) for marker in timeline.markers)
    return replace(with_clips(timeline, tracks), markers=markers)
