"""Edits that put clips onto the timeline, take them off, cut them in two and move them about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.timeline.change import fresh_id, fresh_link, with_changes, with_clips
from clappper.timeline.keyframes import value_at
from clappper.timeline.model import (
    Clip,
    Footage,
    Keyframe,
    MediaKind,
    Motion,
    Solid,
    Timeline,
    Title,
    Track,
    TrackKind,
)
from clappper.timeline.pieces import at, cut, from_frame, moved, plays, until_frame
from clappper.timeline.queries import all_clips, clip_of, companions, gaps, locate, track_of
from clappper.timeline.ripple import close_time, open_time

SOUND = frozenset({TrackKind.VOICE, TrackKind.MUSIC, TrackKind.EFFECTS})


def insert(timeline: Timeline, track_id: str, clip: Clip, frame: int) -> Timeline:
    """Put ``clip`` at ``frame`` and move what follows later; a clip under ``frame`` is cut in two.

    Raises:
        ClappperError: the track is locked, does not take such a clip, or the id is taken.
    """
    track = _ready(timeline, track_id, clip)
    under = next((old for old in track.clips if old.placed.start < frame < old.placed.end), None)
    parted = split(timeline, under.id, frame) if under else timeline
    opened = open_time(parted, frame, len(clip.placed), {}, track_id)
    is_taken = any(old.id == clip.id for _, old in all_clips(opened))
    named = replace(clip, id=fresh_id(opened, clip.id)) if is_taken else clip
    return with_clips(opened, {track_id: (*track_of(opened, track_id).clips, at(named, frame))})


def overwrite(timeline: Timeline, track_id: str, clip: Clip, frame: int) -> Timeline:
    """Put ``clip`` at ``frame`` over whatever is there; nothing else moves.

    Raises:
        ClappperError: as ``insert``.
    """
    track = _ready(timeline, track_id, clip)
    placed = at(clip, frame)
    rest = cleared(timeline, track.clips, placed.placed, (clip.id,))
    return with_clips(timeline, {track_id: (*rest, placed)})


def append(timeline: Timeline, track_id: str, clip: Clip) -> Timeline:
    """Put ``clip`` behind the last one of a track.

    Raises:
        ClappperError: as ``insert``.
    """
    track = _ready(timeline, track_id, clip)
    end = track.clips[-1].placed.end if track.clips else 0
    return with_clips(timeline, {track_id: (*track.clips, at(clip, end))})


def fill(timeline: Timeline, track_id: str, clip: Clip, frame: int) -> Timeline:
    """Put ``clip`` into the gap at ``frame``, as long as the gap.

    Raises:
        ClappperError: there is no gap, or the clip has not enough footage; otherwise as ``insert``.
    """
    track = _ready(timeline, track_id, clip)
    gap = next((gap for gap in gaps(track, timeline.length_frames) if frame in gap), None)
    if gap is None:
        raise ClappperError(f"Track {track_id} has no gap at frame {frame}.")
    return with_clips(timeline, {track_id: (*track.clips, replace(clip, placed=gap))})


def lift(timeline: Timeline, clip_id: str) -> Timeline:
    """Take a clip and those linked to it away and leave a gap.

    Raises:
        ClappperError: one of them is locked.
    """
    return with_changes(timeline, dict.fromkeys(clip.id for clip in companions(timeline, clip_id)))


def ripple_delete(timeline: Timeline, clip_id: str) -> Timeline:
    """Take a clip and those linked to it away and close the gap.

    What stands on other tracks over the deleted time goes with it.

    Raises:
        ClappperError: something locked is in the way.
    """
    track, index = locate(timeline, clip_id)
    gone = dict.fromkeys(clip.id for clip in companions(timeline, clip_id))
    return close_time(timeline, track.clips[index].placed, gone, track.id)


def move(
    timeline: Timeline, clip_id: str, by_frames: int, *, to_track: str = "", overwriting: bool = False
) -> Timeline:
    """Move a clip, with those linked to and grouped with it; a nudge moves by one or a few frames.

    Only the clip itself goes ``to_track``. What is in the way makes the move impossible, or makes
    room when ``overwriting``.

    Raises:
        ClappperError: there is no room, or something is locked or of the wrong kind.
    """
    goals = {clip_id: to_track} if to_track else {}
    return move_all(timeline, (clip_id,), by_frames, to_tracks=goals, overwriting=overwriting)


def move_all(
    timeline: Timeline,
    clip_ids: Iterable[str],
    by_frames: int,
    *,
    to_tracks: Mapping[str, str] | None = None,
    overwriting: bool = False,
) -> Timeline:
    """Move several clips, with those linked to and grouped with them, as ``move`` does.

    ``to_tracks`` names, by clip, the track it goes to; the others stay on theirs.

    Raises:
        ClappperError: as ``move``.
    """
    goals = to_tracks or {}
    ids = {member.id for one in clip_ids for member in companions(timeline, one, groups=True)}
    landing: dict[str, list[Clip]] = {}
    for track, clip in all_clips(timeline):
        if clip.id in ids:
            goal = track_of(timeline, goals[clip.id]) if clip.id in goals else track
            _refuse_unsuitable(goal, clip)
            landing.setdefault(goal.id, []).append(moved(clip, by_frames))
    changed: dict[str, Iterable[Clip]] = {}
    homes = {track.id for track, clip in all_clips(timeline) if clip.id in ids}
    taken: set[str] = set()
    for track_id in landing.keys() | homes:
        rest = tuple(clip for clip in track_of(timeline, track_id).clips if clip.id not in ids)
        for clip in landing.get(track_id, ()) if overwriting else ():
            rest = cleared(timeline, rest, clip.placed, taken)
        taken.update(clip.id for clip in rest)
        changed[track_id] = (*rest, *landing.get(track_id, ()))
    return with_clips(timeline, changed)


def split(timeline: Timeline, clip_id: str, frame: int) -> Timeline:
    """Cut a clip in two at ``frame``, and with it the clips linked to it that play there.

    The right halves are linked to each other.

    Raises:
        ClappperError: the frame is not inside the clip.
    """
    placed = clip_of(timeline, clip_id).placed
    if not placed.start < frame < placed.end:
        raise ClappperError(f"Frame {frame} is not inside clip {clip_id}.")
    return _split(timeline, companions(timeline, clip_id), frame)


def split_all(timeline: Timeline, frame: int) -> Timeline:
    """Cut everything that plays at ``frame`` in two, on all tracks that are not locked."""
    playing = [clip for track, clip in all_clips(timeline) if not track.locked and not clip.locked]
    return _split(timeline, playing, frame)


def freeze_frame(timeline: Timeline, clip_id: str, frame: int, hold_frames: int) -> Timeline:
    """Hold the picture shown at ``frame`` for ``hold_frames``, then go on; what follows moves later.

    Raises:
        ClappperError: the frame is not in the clip, or it shows no moving picture.
    """
    clip = clip_of(timeline, clip_id)
    if not plays(clip) or frame not in clip.placed or hold_frames < 1:
        raise ClappperError(f"Clip {clip_id} has no moving picture to hold at frame {frame}.")
    track, _ = locate(timeline, clip_id)
    at_start = frame == clip.placed.start
    held = replace(
        clip,
        id=fresh_id(timeline, f"{clip.id}-hold"),
        placed=FrameRange(frame, frame + hold_frames),
        source_start=clip.source_at(frame),
        speed=Fraction(0),
        ramp_to=None,
        transition=clip.transition if at_start else None,
        motion=motion_at(clip.motion, frame - clip.placed.start),
        link="",
        fade_in_frames=0,
        fade_out_frames=0,
    )
    if at_start:
        timeline = with_changes(timeline, {clip_id: replace(clip, transition=None)})
    return insert(timeline, track.id, held, frame)


def _split(timeline: Timeline, clips: Iterable[Clip], frame: int) -> Timeline:
    chosen = [clip for clip in clips if clip.placed.start < frame < clip.placed.end]
    links = {clip.link: fresh_link(timeline, clip.link) for clip in chosen if clip.link}
    parts: dict[str, tuple[Clip, Clip]] = {}
    taken: list[str] = []
    for clip in chosen:
        taken.append(fresh_id(timeline, clip.id, taken))
        left, right = cut(clip, frame, taken[-1])
        parts[clip.id] = left, replace(right, link=links.get(clip.link, ""))
    return with_clips(timeline, _parted(timeline, parts))


def _parted(timeline: Timeline, parts: Mapping[str, tuple[Clip, ...]]) -> dict[str, list[Clip]]:
    return {
        track.id: [piece for clip in track.clips for piece in parts.get(clip.id, (clip,))]
        for track in timeline.tracks
        if any(clip.id in parts for clip in track.clips)
    }


def cleared(
    timeline: Timeline, clips: Iterable[Clip], span: FrameRange, taken: Iterable[str] = ()
) -> tuple[Clip, ...]:
    """Cut ``span`` out of the clips of a track; no piece is called as one of ``taken``."""
    used = set(taken)
    rest: list[Clip] = []
    for clip in clips:
        placed = clip.placed
        if not placed.overlaps(span):
            rest.append(clip)
            continue
        if placed.start < span.start:
            rest.append(replace(until_frame(clip, span.start), fade_out_frames=0))
        if placed.end > span.end:
            right = replace(from_frame(clip, span.end), transition=None, fade_in_frames=0)
            is_second = placed.start < span.start
            used.update(other.id for other in rest)
            rest.append(replace(right, id=fresh_id(timeline, clip.id, used)) if is_second else right)
    return tuple(rest)


def _ready(timeline: Timeline, track_id: str, clip: Clip) -> Track:
    """Find the track for a new clip and refuse what cannot go there."""
    track = track_of(timeline, track_id)
    _refuse_unsuitable(track, clip)
    if any(old.id == clip.id for _, old in all_clips(timeline)):
        raise ClappperError(f"There is a clip {clip.id} already.", "Give the new one another id.")
    return track


def _refuse_unsuitable(track: Track, clip: Clip) -> None:
    match clip.content:
        case Title():
            suits, what = track.kind is TrackKind.OVERLAY, "A title"
        case Footage() as footage if footage.take.kind is MediaKind.AUDIO:
            suits, what = track.kind in SOUND, "Sound"
        case Footage() | Solid():
            suits, what = track.kind not in SOUND, "A picture"
    if not suits:
        raise ClappperError(f"{what} cannot go on the {track.kind} track {track.name or track.id}.")


def motion_at(motion: Motion, frame: int) -> Motion:
    """Freeze a motion at one frame."""

    def still(curve: tuple[Keyframe, ...]) -> tuple[Keyframe, ...]:
        return (Keyframe(0, value_at(curve, frame, 0.0)),) if curve else ()

    return Motion(
        still(motion.x), still(motion.y), still(motion.scale), still(motion.rotation), still(motion.opacity)
    )
