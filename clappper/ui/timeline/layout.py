"""Where the tracks lie on the surface, and what lies under a point."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from clappper.base.units import FrameRange
from clappper.timeline.attributes import Channel
from clappper.timeline.model import Clip, Timeline, Track, TrackKind
from clappper.timeline.queries import transition_range
from clappper.ui.timeline.scale import Scale

RULER = 34
CLIP_HEAD = 17
"""How high the line is that a clip's name stands on."""
EDGE = 6
FADE_GRIP = 7
BAR_FROM = 0.62
"""From which part of a track's height on a transition's bar lies."""
WIDEST_BAR = 60
_GRABBED = 12
_HEIGHTS = {TrackKind.VIDEO: 68, TrackKind.OVERLAY: 26}
_SOUND_HEIGHT = 54
_BREAK = 6
SOUND = frozenset({TrackKind.VOICE, TrackKind.MUSIC, TrackKind.EFFECTS})


@dataclass(frozen=True, slots=True)
class Row:
    """A track's place: ``top`` in pixels from the surface's top, scrolled, and its height."""

    track: Track
    top: int
    height: int

    @property
    def bottom(self) -> int:
        return self.top + self.height


def rows(timeline: Timeline, *, scrolled: int = 0, stretch: float = 1.0) -> tuple[Row, ...]:
    """Lay the tracks out as they are stacked: the top picture first, sound below the pictures."""
    pictures = [track for track in reversed(timeline.tracks) if track.kind not in SOUND]
    sounds = [track for track in timeline.tracks if track.kind in SOUND]
    laid: list[Row] = []
    top = RULER - scrolled
    for track in (*pictures, *sounds):
        if sounds and track is sounds[0] and laid:
            top += _BREAK
        height = round(_HEIGHTS.get(track.kind, _SOUND_HEIGHT) * stretch)
        laid.append(Row(track, top, height))
        top += height
    return tuple(laid)


def height_of(laid: tuple[Row, ...]) -> int:
    """Give how high all rows are together, without the ruler."""
    return laid[-1].bottom - laid[0].top if laid else 0


def row_at(laid: tuple[Row, ...], y: float) -> Row | None:
    return next((row for row in laid if row.top <= y < row.bottom), None) if y >= RULER else None


def clips_in(track: Track, span: FrameRange) -> Iterator[Clip]:
    """Give the clips of a track that show in ``span``; takes as long as there are such clips."""
    first = bisect_right(track.clips, span.start, key=lambda clip: clip.placed.start) - 1
    for index in range(max(first, 0), len(track.clips)):
        clip = track.clips[index]
        if clip.placed.start >= span.end:
            return
        if clip.placed.end > span.start:
            yield clip


@dataclass(frozen=True, slots=True)
class Key:
    """A keyframe on a clip; ``channel`` is None for those of position, scale and rotation together."""

    clip_id: str
    channel: Channel | None
    frame: int


@dataclass(frozen=True, slots=True)
class Joint:
    """The transition into a clip."""

    clip_id: str


@dataclass(frozen=True, slots=True)
class Pin:
    """A marker on the ruler."""

    frame: int


Part = Key | Joint | Pin
"""What can be picked besides clips."""


class Zone(StrEnum):
    """What a point lies on."""

    RULER = "ruler"
    MARK_IN = "mark_in"
    MARK_OUT = "mark_out"
    MARKER = "marker"
    EMPTY = "empty"
    BODY = "body"
    HEAD = "head"
    TAIL = "tail"
    FADE_IN = "fade_in"
    FADE_OUT = "fade_out"
    TRANSITION = "transition"
    LINE = "line"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Hit:
    """A point of the surface in the words of the edit. ``frame`` is what a press there means.

    ``key`` is the keyframe there, where it is one.
    """

    zone: Zone
    frame: int
    track_id: str = ""
    clip_id: str = ""
    key: Key | None = None

    @property
    def part(self) -> Part | None:
        """What a press there picks besides a clip."""
        if self.zone is Zone.MARKER:
            return Pin(self.frame)
        return Joint(self.clip_id) if self.zone is Zone.TRANSITION else self.key


def hit(timeline: Timeline, laid: tuple[Row, ...], scale: Scale, x: float, y: float) -> Hit:
    """Tell what lies under a point."""
    if y < RULER:
        frame = scale.frame_at(x)
        near = [marker.frame for marker in timeline.markers if abs(scale.x_of(marker.frame) - x) <= 5]
        return Hit(Zone.MARKER, near[-1]) if near and y < RULER / 2 else Hit(Zone.RULER, frame)
    frame = scale.frame_under(x)
    row = row_at(laid, y)
    if row is None:
        return Hit(Zone.EMPTY, frame)
    if joint := _joint_at(row, frame, scale, x, y):
        return Hit(Zone.TRANSITION, frame, row.track.id, joint.id)
    reach = round(scale.frames_in(EDGE)) + 1
    near_clips = tuple(clips_in(row.track, FrameRange(max(0, frame - reach), frame + reach + 1)))
    clip = _nearest(near_clips, scale, x)
    if clip is None:
        return Hit(Zone.EMPTY, frame, row.track.id)
    return Hit(_zone(row, clip, scale, x, y), frame, row.track.id, clip.id)


def _nearest(clips: tuple[Clip, ...], scale: Scale, x: float) -> Clip | None:
    """Choose the clip under ``x``, else one whose edge is in reach."""
    inside = [c for c in clips if scale.x_of(c.placed.start) <= x < scale.x_of(c.placed.end)]
    outside = [
        c for c in clips if min(abs(scale.x_of(edge) - x) for edge in (c.placed.start, c.placed.end)) <= EDGE
    ]
    return next(iter((*inside, *outside)), None)


def _zone(row: Row, clip: Clip, scale: Scale, x: float, y: float) -> Zone:
    left, right = scale.x_of(clip.placed.start), scale.x_of(clip.placed.end)
    if right - left >= 4 * FADE_GRIP and y - row.top <= 2 * FADE_GRIP:
        for zone, grip in (
            (Zone.FADE_IN, scale.x_of(clip.placed.start + clip.fade_in_frames) + FADE_GRIP),
            (Zone.FADE_OUT, scale.x_of(clip.placed.end - clip.fade_out_frames) - FADE_GRIP),
        ):
            if abs(x - grip) <= FADE_GRIP / 2 + 1:
                return zone
    edge = min(EDGE, (right - left) / 4)
    if x < left + edge:
        return Zone.HEAD
    return Zone.TAIL if x >= right - edge else Zone.BODY


def _joint_at(row: Row, frame: int, scale: Scale, x: float, y: float) -> Clip | None:
    """Find the clip whose transition lies there: a bar along the foot of its cut, on both sides of it."""
    if y - row.top < row.height * BAR_FROM:
        return None
    for clip in clips_in(row.track, FrameRange(max(0, frame - WIDEST_BAR), frame + WIDEST_BAR)):
        if clip.transition is None:
            continue
        span = transition_range(row.track, row.track.clips.index(clip))
        left, right = scale.x_of(span.start), scale.x_of(span.end)
        if right - left > _GRABBED and left <= x < right:
            return clip
    return None


def in_box(laid: tuple[Row, ...], span: FrameRange, top: float, bottom: float) -> frozenset[str]:
    """Give the clips that a dragged box touches."""
    return frozenset(
        clip.id for row in laid if row.top < bottom and row.bottom > top for clip in clips_in(row.track, span)
    )
