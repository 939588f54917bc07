"""Edits of the timeline itself: tracks, locks, markers and length."""

from __future__ import annotations

from dataclasses import replace

from clappper.base.errors import ClappperError
from clappper.timeline.model import Look, Marker, Timeline, Track
from clappper.timeline.queries import PICTURE, locate, track_of


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


def rename_track(timeline: Timeline, track_id: str, name: str) -> Timeline:
    return _with_track(timeline, replace(track_of(timeline, track_id), name=name))


def move_track(timeline: Timeline, track_id: str, *, up: bool) -> Timeline:
    """Change places with the next track of pictures, or of sounds, as they are stacked on screen.

    Raises:
        ClappperError: there is none on that side.
    """
    track = track_of(timeline, track_id)
    peers = [one for one in timeline.tracks if (one.kind in PICTURE) == (track.kind in PICTURE)]
    later = up == (track.kind in PICTURE)
    place = peers.index(track) + (1 if later else -1)
    if not 0 <= place < len(peers):
        raise ClappperError(f"{track.name or track.id} is the {'top' if up else 'bottom'} track of its kind.")
    other = peers[place]
    swapped = {track.id: other, other.id: track}
    return replace(timeline, tracks=tuple(swapped.get(one.id, one) for one in timeline.tracks))


def solo_track(timeline: Timeline, track_id: str) -> Timeline:
    """Mute all other tracks of pictures, or of sounds; where that is so already, none is muted."""
    track = track_of(timeline, track_id)
    peers = {one.id for one in timeline.tracks if (one.kind in PICTURE) == (track.kind in PICTURE)}
    is_solo = not track.muted and all(
        one.muted for one in timeline.tracks if one.id in peers and one is not track
    )
    tracks = (
        replace(one, muted=not is_solo and one is not track) if one.id in peers else one
        for one in timeline.tracks
    )
    return replace(timeline, tracks=tuple(tracks))


def add_marker(timeline: Timeline, marker: Marker) -> Timeline:
    """Set a marker, in place of one at its frame."""
    others = (old for old in timeline.markers if old.frame != marker.frame)
    return replace(timeline, markers=tuple(sorted((*others, marker), key=lambda marker: marker.frame)))


def remove_marker(timeline: Timeline, frame: int) -> Timeline:
    """Take the marker at ``frame`` away.

    Raises:
        ClappperError: there is none.
    """
    return replace(timeline, markers=_without(timeline, marker_at(timeline, frame)))


def marker_at(timeline: Timeline, frame: int) -> Marker:
    """Find the marker at ``frame``.

    Raises:
        ClappperError: there is none.
    """
    for marker in timeline.markers:
        if marker.frame == frame:
            return marker
    raise ClappperError(f"There is no marker at frame {frame}.")


def move_marker(timeline: Timeline, frame: int, by_frames: int) -> Timeline:
    """Set the marker at ``frame`` earlier or later.

    Raises:
        ClappperError: there is none, another one stands there, or the ad begins later.
    """
    marker = marker_at(timeline, frame)
    goal = frame + by_frames
    rest = _without(timeline, marker)
    if goal < 0 or any(other.frame == goal for other in rest):
        raise ClappperError("A marker cannot go there.", "Choose a frame of the ad without a marker.")
    return add_marker(replace(timeline, markers=rest), replace(marker, frame=goal))


def change_marker(
    timeline: Timeline, frame: int, *, name: str | None = None, colour: str | None = None
) -> Timeline:
    """Give the marker at ``frame`` another name or colour.

    Raises:
        ClappperError: there is none.
    """
    marker = marker_at(timeline, frame)
    changed = replace(
        marker,
        name=marker.name if name is None else name,
        colour=marker.colour if colour is None else colour,
    )
    return add_marker(timeline, changed)


def _without(timeline: Timeline, marker: Marker) -> tuple[Marker, ...]:
    return tuple(one for one in timeline.markers if one is not marker)


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
