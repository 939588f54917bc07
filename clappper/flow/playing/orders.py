"""What the viewer and its projector tell each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from clappper.render.view import View
from clappper.timeline.model import Clip, Footage, Timeline

SLOTS = 3
SLOT_BYTES = 1920 * 1080 * 4
"""The largest delivery canvas, in BGRA."""

AHEAD = 12
"""Pictures painted ahead while playing."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What changed of a timeline since the last one sent: tracks that are None are as they were.

    Only the active take of each clip is sent: nothing else is ever seen. ``beside`` is the edit that a wipe
    lays beside the one that is shown.
    """

    bare: Timeline
    tracks: tuple[tuple[Clip, ...] | None, ...]
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Show:
    """Paint one frame of the newest edit; ``number`` names the request.

    ``rough`` allows a first answer that is not exact. Where the view has a wipe, the newest edit ``beside``
    takes the place of its timeline.
    """

    number: int
    frame: int
    view: View
    rough: bool = True


@dataclass(frozen=True, slots=True)
class Play:
    """Paint every ``step``-th frame from ``frame`` on, ahead of the position told."""

    number: int
    frame: int
    view: View
    step: int


@dataclass(frozen=True, slots=True)
class Position:
    """Playing has come this far: earlier frames are no longer wanted."""

    frame: int


@dataclass(frozen=True, slots=True)
class Stop:
    """Play no further."""


@dataclass(frozen=True, slots=True)
class Proxies:
    """The stand-ins there are, by file; all of them."""

    paths: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Painted:
    """A picture lies in ``slot``; ``took_ms`` counts from the request's arrival, or from the frame before."""

    number: int
    frame: int
    slot: int
    width: int
    height: int
    exact: bool
    took_ms: float
    problems: tuple[str, ...]
    playing: bool


class EditSender:
    """Says what changed between timelines, track by track."""

    def __init__(self, *, beside: bool = False) -> None:
        self._beside = beside
        self._sent: dict[str, object] = {}

    def changes(self, timeline: Timeline) -> Edit:
        tracks = tuple(
            None
            if self._sent.get(track.id) is track.clips
            else tuple(self._with_active_take(clip) for clip in track.clips)
            for track in timeline.tracks
        )
        self._sent = {track.id: track.clips for track in timeline.tracks}
        bare = replace(timeline, tracks=tuple(replace(track, clips=()) for track in timeline.tracks))
        return Edit(bare, tracks, self._beside)

    def _with_active_take(self, clip: Clip) -> Clip:
        if not isinstance(clip.content, Footage) or len(clip.content.takes) == 1:
            return clip
        return replace(clip, content=Footage((clip.content.take,)))


class EditReceiver:
    """Puts the edits of an ``EditSender`` together again; tracks that did not change are the same objects."""

    def __init__(self) -> None:
        self.timeline: Timeline | None = None

    def take(self, edit: Edit) -> None:
        known = {track.id: track.clips for track in self.timeline.tracks} if self.timeline else {}
        tracks = tuple(
            replace(track, clips=known[track.id] if clips is None else clips)
            for track, clips in zip(edit.bare.tracks, edit.tracks, strict=True)
        )
        self.timeline = replace(edit.bare, tracks=tracks)
