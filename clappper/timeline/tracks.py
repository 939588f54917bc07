"""Edits of the timeline itself: tracks, locks, markers and length."""

from __future__ import annotations

from dataclasses import replace

from clappper.base.errors import ClappperError
from clappper.timeline.model import Look, Marker, Timeline, Track
from clappper.timeline.queries import locate, track_of


def add_track(timeline: Timeline, track: Track, above: str = "") -> Timeline:
    """Add a track on top, or right above another one.

    Raises:
        ClappperError: there is such a track already, or no track ``above``.
    """
    if any(old.id == track.id for old in timeline.tracks):
        raise ClappperError(f"There is a track {track.id} already.", "Give the new one another id.")
    place = timeline.tracks.index(track_of(timeline, above)) + 1 if above else len(timeline.tracks)
    return replace(timeline, tracks=(*timeline.tracks[:place], track, *timeline.tracks[place:]))


def remove_track(timeline: Timeline, track_id: str) -> Timeline:
    """Take a track and its clips away.

    Raises:
        ClappperError: there is no such track, or it or one of its clips is locked.
    """
    track = track_of(timeline, track_id)
    if track.locked or any(clip.locked for clip in track.clips):
        raise ClappperError(f"The track {track.name or track.id} is locked.", "Unlock it first.")
    return replace(timeline, tracks=tuple(old for old in timeline.tracks if old is not track))


def mute_track(timeline: Timeline, track_id: str, *, muted: bool = True) -> Timeline:
    return _with_track(timeline, replace(track_of(timeline, track_id), muted=muted))


def lock_track(timeline: Timeline, track_id: str, *, locked: bool = True) -> Timeline:
    return _with_track(timeline, replace(track_of(timeline, track_id), locked=locked))


def lock_clip(timeline: Timeline, clip_id: str, *, locked: bool = True) -> Timeline:
    """Protect a clip from every edit, as the layers of an end card; also on a locked track."""
    track, index = locate(timeline, clip_id)
    clip = replace(track.clips[index], locked=locked)
    return _with_track(
        timeline, replace(track, clips=(*track.clips[:index], clip, *track.clips[index + 1 :]))
    )


def add_marker(timeline: Timeline, marker: Marker) -> Timeline:
    """Set a marker, in place of one at its frame."""
    others = (old for old in timeline.markers if old.frame != marker.frame)
    return replace(timeline, markers=tuple(sorted((*others, marker), key=lambda marker: marker.frame)))


def remove_marker(timeline: Timeline, frame: int) -> Timeline:
    """Take the marker at ``frame`` away.

    Raises:
        ClappperError: there is none.
    """
    rest = tuple(marker for marker in timeline.markers if marker.frame != frame)
    if len(rest) == len(timeline.markers):
        raise ClappperError(f"There is no marker at frame {frame}.")
    return replace(timeline, markers=rest)


def set_length(timeline: Timeline, length_frames: int) -> Timeline:
    """Choose how many frames are exported; clips beyond them stay.

    Raises:
        ClappperError: the length is not above 0.
    """
    if length_frames < 1:
        raise ClappperError(f"A timeline has at least one frame, not {length_frames}.")
    return replace(timeline, length_frames=length_frames)


def set_look(timeline: Timeline, look: Look) -> Timeline:
    """Dress all footage in another style pack."""
    return replace(timeline, look=look)


def _with_track(timeline: Timeline, track: Track) -> Timeline:
    return replace(timeline, tracks=tuple(track if old.id == track.id else old for old in timeline.tracks))
