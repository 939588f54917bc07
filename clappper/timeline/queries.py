"""Questions to a timeline: what is on screen at a frame, where the cuts are, which clips belong together."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.timeline.model import Clip, Footage, MediaKind, Timeline, Track, TrackKind

PICTURE = frozenset({TrackKind.VIDEO, TrackKind.OVERLAY})


class Crossing(NamedTuple):
    """A transition under way: ``progress`` rises inside 0..1 from ``before`` to ``after``.

    ``before`` is None where no clip touches the transition's own: it then comes out of nothing. The
    kind, length and colour are ``after.transition``.
    """

    before: Clip | None
    after: Clip
    progress: float


def track_of(timeline: Timeline, track_id: str) -> Track:
    """Find a track.

    Raises:
        ClappperError: there is no such track.
    """
    for track in timeline.tracks:
        if track.id == track_id:
            return track
    names = ", ".join(track.id for track in timeline.tracks) or "none"
    raise ClappperError(f"The timeline has no track {track_id}.", f"Its tracks: {names}.")


def locate(timeline: Timeline, clip_id: str) -> tuple[Track, int]:
    """Find a clip: its track and its place in ``track.clips``.

    Raises:
        ClappperError: there is no such clip.
    """
    for track in timeline.tracks:
        for index, clip in enumerate(track.clips):
            if clip.id == clip_id:
                return track, index
    raise ClappperError(f"The timeline has no clip {clip_id}.", "It may have been deleted or renamed.")


def clip_of(timeline: Timeline, clip_id: str) -> Clip:
    """Find a clip by its id.

    Raises:
        ClappperError: there is no such clip.
    """
    track, index = locate(timeline, clip_id)
    return track.clips[index]


def all_clips(timeline: Timeline) -> Iterator[tuple[Track, Clip]]:
    return ((track, clip) for track in timeline.tracks for clip in track.clips)


def companions(timeline: Timeline, clip_id: str, *, groups: bool = False) -> tuple[Clip, ...]:
    """Give a clip and those linked to it, in track order; with ``groups`` also those of its group."""
    chosen = clip_of(timeline, clip_id)
    return tuple(
        clip
        for _, clip in all_clips(timeline)
        if clip.id == clip_id
        or (chosen.link and clip.link == chosen.link)
        or (groups and chosen.group and clip.group == chosen.group)
    )


def _index_at(track: Track, frame: int) -> int:
    return bisect_right(track.clips, frame, key=lambda clip: clip.placed.start) - 1


def clip_at(track: Track, frame: int) -> Clip | None:
    """Give the clip placed over ``frame``, or None in a gap; ignores transitions."""
    index = _index_at(track, frame)
    return track.clips[index] if index >= 0 and frame in track.clips[index].placed else None


def clips_at(timeline: Timeline, frame: int) -> tuple[Clip, ...]:
    """Give what is placed over ``frame`` on the picture tracks that are not muted, bottom to top."""
    shown = (clip_at(track, frame) for track in timeline.tracks if track.kind in PICTURE and not track.muted)
    return tuple(clip for clip in shown if clip)


def before(track: Track, index: int) -> Clip | None:
    """Give the clip that ends exactly where clip ``index`` starts."""
    previous = track.clips[index - 1] if index > 0 else None
    return previous if previous and previous.placed.end == track.clips[index].placed.start else None


def after(track: Track, index: int) -> Clip | None:
    """Give the clip that starts exactly where clip ``index`` ends."""
    following = track.clips[index + 1] if index + 1 < len(track.clips) else None
    return following if following and following.placed.start == track.clips[index].placed.end else None


def transition_range(track: Track, index: int) -> FrameRange:
    """Give the frames of the transition into clip ``index``; empty without one.

    It is centred on the clip's placed start, the odd frame after it. With no clip touching from
    before it begins at the start.
    """
    clip = track.clips[index]
    length = clip.transition.length_frames if clip.transition else 0
    start = clip.placed.start - (length // 2 if before(track, index) else 0)
    return FrameRange(start, start + length)


def transition_at(track: Track, frame: int) -> Crossing | None:
    """Give the transition under way at ``frame``, or None.

    Of a transition's n frames the first stands at progress 0.5 / n, the last at 1 - 0.5 / n.
    """
    index = _index_at(track, frame)
    for candidate in (index, index + 1):
        if not 0 <= candidate < len(track.clips):
            continue
        span = transition_range(track, candidate)
        if frame in span:
            progress = (frame - span.start + 0.5) / len(span)
            return Crossing(before(track, candidate), track.clips[candidate], progress)
    return None


def source_frame(clip: Clip, frame: int) -> int:
    """Give the source frame that ``clip`` shows at timeline ``frame``, also under its transitions.

    Where the available footage runs out its first or last frame is held; a still always shows 0.
    """
    wanted = clip.source_at(frame)
    if not isinstance(clip.content, Footage):
        return wanted
    take = clip.content.take
    if take.kind is MediaKind.STILL or not len(take.available):
        return 0
    return min(max(wanted, take.available.start), take.available.end - 1)


def cut_frames(track: Track) -> tuple[int, ...]:
    """Give the frames where one clip ends and the next begins, in order."""
    return tuple(clip.placed.start for index, clip in enumerate(track.clips) if before(track, index))


def gaps(track: Track, length_frames: int) -> tuple[FrameRange, ...]:
    """Give the empty ranges of a track inside 0..length_frames, in order."""
    edges = [0, *(edge for clip in track.clips for edge in (clip.placed.start, clip.placed.end))]
    pairs = zip(edges[::2], [*edges[1::2], length_frames], strict=True)
    return tuple(
        FrameRange(start, min(end, length_frames)) for start, end in pairs if start < min(end, length_frames)
    )


def end_frame(timeline: Timeline) -> int:
    """Give the frame after the last clip of any track; 0 when there is none."""
    return max((track.clips[-1].placed.end for track in timeline.tracks if track.clips), default=0)
