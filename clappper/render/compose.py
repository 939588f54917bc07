"""The one painter: from a timeline and a frame number to a picture, for preview and export alike."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, radians, sin
from typing import NamedTuple

from clappper.media.matte.key import Cut
from clappper.media.picture import Yuv
from clappper.render.canvas import Canvas
from clappper.render.cutouts import STILL, Step, settled
from clappper.render.looks import LookPainter
from clappper.render.placing import Placing, place, placing_at
from clappper.render.sources import Painted, Sources
from clappper.render.transitions import transition
from clappper.timeline.model import Clip, Footage, Solid, Timeline, Title, Track, TrackKind
from clappper.timeline.queries import Crossing, clip_at, transition_at

PICTURE_TRACKS = (TrackKind.VIDEO, TrackKind.OVERLAY)


class Shot(NamedTuple):
    """One clip's contribution to a frame."""

    clip: Clip
    picture: Yuv
    placing: Placing
    cut: Cut | None = None
    step: Step = STILL

    @property
    def key(self) -> tuple[object, ...]:
        cutout = (self.clip.cutout, id(self.cut), self.step) if self.cut else None
        return self.clip.id, self.clip.grade, id(self.picture), self.placing, cutout


class Passage(NamedTuple):
    """What a track shows: one shot, or a transition between two; a missing shot is the track's gap."""

    before: Shot | None
    after: Shot | None
    crossing: Crossing | None

    @property
    def shots(self) -> tuple[Shot, ...]:
        return tuple(shot for shot in (self.before, self.after) if shot is not None)

    @property
    def key(self) -> tuple[object, ...]:
        progress = self.crossing.progress if self.crossing else None
        return (*(shot.key for shot in self.shots), progress)


def paint(timeline: Timeline, frame: int, canvas: Canvas, sources: Sources) -> Yuv:
    """Paint one frame; gaps are black. Deterministic, and not to be written to.

    A frame that equals the one painted before it comes back as the same object.

    Raises:
        UnusableInputError: a file of the timeline cannot be used.
    """
    look = sources.look(timeline.look, canvas)
    tracks = [track for track in timeline.tracks if track.kind in PICTURE_TRACKS and not track.muted]
    passages = [_passage(timeline, track, frame, canvas, sources) for track in tracks]
    sources.close_unused(frame)
    layers = sources.titles(timeline, canvas).layers(frame) if _has_titles(timeline) else ()
    key = (
        (timeline.look, canvas, frame if look.changes_every_frame else None),
        tuple(passage.key for passage in passages),
        tuple((layer.x, layer.y, id(layer.rgba), layer.opacity) for layer in layers),
    )
    if sources.last_painted is not None and sources.last_painted.key == key:
        return sources.last_painted.picture
    shots = [shot for passage in passages for shot in passage.shots]
    painted = _paint_passages(passages, frame, canvas, sources, look)
    if layers:
        if any(painted is shot.picture for shot in shots):
            painted = painted.copy()
        for layer in layers:
            sources.films.lay(painted, layer.rgba, layer.x, layer.y, layer.opacity)
    sources.last_painted = Painted(key, painted, (*shots, *layers))
    return painted


def _paint_passages(
    passages: list[Passage], frame: int, canvas: Canvas, sources: Sources, look: LookPainter
) -> Yuv:
    """Paint the tracks bottom to top, in the timeline's look.

    The look belongs to footage and leaves plain brand colours alone. Where all is footage it is applied once,
    to the finished picture.
    """
    contents = [shot.clip.content for passage in passages for shot in passage.shots]
    at_once = all(isinstance(content, Footage) for content in contents)

    def toned(shot: Shot) -> Yuv:
        picture = sources.colour(shot.clip.grade).apply(shot.picture)
        return picture if at_once or isinstance(shot.clip.content, Solid) else look.apply(picture, frame)

    painted: Yuv | None = None
    for passage in passages:
        painted = _paint_passage(passage, painted, canvas, toned, frame)
    if painted is None:
        return Yuv.blank(canvas.width, canvas.height)
    return look.apply(painted, frame) if at_once and contents else painted


def _paint_passage(
    passage: Passage,
    below: Yuv | None,
    canvas: Canvas,
    toned: Callable[[Shot], Yuv],
    frame: int,
) -> Yuv | None:
    def shown(shot: Shot | None) -> Yuv | None:
        if shot is None:
            return below
        cutout = shot.clip.cutout
        if cutout is None or shot.cut is None:
            return place(toned(shot), shot.placing, canvas, below)
        cut = settled(shot.cut, cutout, below, frame, shot.step)
        picture = toned(shot._replace(picture=cut.picture))
        return place(picture, shot.placing, canvas, below, cut.alpha, cutout.shadow)

    crossing = passage.crossing
    if crossing is None or crossing.after.transition is None:
        return shown(passage.after)
    black = Yuv.blank(canvas.width, canvas.height)
    before, after = shown(passage.before) or black, shown(passage.after) or black
    style = crossing.after.transition
    return transition(style.kind, before, after, crossing.progress, style.colour)


def _passage(timeline: Timeline, track: Track, frame: int, canvas: Canvas, sources: Sources) -> Passage:
    def shot(clip: Clip | None) -> Shot | None:
        if clip is None or isinstance(clip.content, Title):
            return None
        placing, cut = placing_at(clip, frame), sources.cut(timeline, clip, frame, canvas)
        if cut is None:
            return Shot(clip, sources.picture(timeline, clip, frame, canvas), placing)
        return Shot(clip, cut.picture, placing, cut, _step(clip, frame, cut.picture))

    crossing = transition_at(track, frame)
    if crossing is None:
        return Passage(None, shot(clip_at(track, frame)), None)
    return Passage(shot(crossing.before), shot(crossing.after), crossing)


def _step(clip: Clip, frame: int, picture: Yuv) -> Step:
    """Say how far a clip moves in this frame, in pixels of its own picture."""
    if clip.cutout is None or clip.cutout.blur <= 0:
        return STILL
    before, here, after = (placing_at(clip, at) for at in (frame - 1, frame, frame + 1))
    x = (after.x - before.x) / 2 * picture.width / here.scale
    y = (after.y - before.y) / 2 * picture.height / here.scale
    turn = radians(here.rotation)
    return x * cos(turn) + y * sin(turn), y * cos(turn) - x * sin(turn)


def _has_titles(timeline: Timeline) -> bool:
    return any(
        isinstance(clip.content, Title)
        for track in timeline.tracks
        if track.kind is TrackKind.OVERLAY
        for clip in track.clips
    )
