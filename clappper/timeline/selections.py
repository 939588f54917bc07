"""Edits of several clips at once, and at the playhead: what an editor's keys ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.timeline.change import fresh_group, fresh_id, fresh_link, with_clips
from clappper.timeline.model import Clip, Timeline, Track, Transition
from clappper.timeline.pieces import at
from clappper.timeline.placing import insert, lift, overwrite, ripple_delete, split
from clappper.timeline.queries import PICTURE, all_clips, before, locate, track_of
from clappper.timeline.ripple import close_time, open_time
from clappper.timeline.trims import Edge, ripple_trim


def lift_all(timeline: Timeline, clip_ids: Iterable[str]) -> Timeline:
    """Take clips, and those linked to them, away and leave gaps.

    Raises:
        ClappperError: one of them is locked.
    """
    return _each(timeline, clip_ids, lift)


def ripple_delete_all(timeline: Timeline, clip_ids: Iterable[str]) -> Timeline:
    """Take clips, and those linked to them, away and close the gaps.

    Raises:
        ClappperError: something locked is in the way.
    """
    return _each(timeline, clip_ids, ripple_delete)


def close_gap(timeline: Timeline, track_id: str, frame: int) -> Timeline:
    """Close the gap of a track at ``frame``: what follows moves up.

    Raises:
        ClappperError: there is a clip at ``frame``, or none behind it.
    """
    track = track_of(timeline, track_id)
    start = max((clip.placed.end for clip in track.clips if clip.placed.start <= frame), default=0)
    end = min((clip.placed.start for clip in track.clips if clip.placed.start > frame), default=0)
    if start > frame or end <= frame:
        raise ClappperError("There is no gap to close here.")
    return close_time(timeline, FrameRange(start, end), {}, track_id)


def trim_to(timeline: Timeline, clip_id: str, frame: int, edge: Edge) -> Timeline:
    """Cut off what a clip plays before (its head) or after (its tail) ``frame``, and close up.

    Raises:
        ClappperError: the frame is not inside the clip, or something locked is in the way.
    """
    placed = _clip(timeline, clip_id).placed
    if not placed.start < frame < placed.end:
        raise ClappperError(
            "The playhead is not inside the clip.", "Move it to where the clip should start or end."
        )
    by_frames = frame - (placed.start if edge is Edge.HEAD else placed.end)
    return ripple_trim(timeline, clip_id, by_frames, edge)


def split_chosen(timeline: Timeline, clip_ids: Iterable[str], frame: int) -> Timeline:
    """Cut those of some clips in two that play at ``frame``.

    Raises:
        ClappperError: none of them does.
    """
    inside = {
        clip.id
        for _, clip in all_clips(timeline)
        if clip.id in set(clip_ids) and clip.placed.start < frame < clip.placed.end
    }
    if not inside:
        raise ClappperError("The playhead is not inside a clip.", "Move it to where the cut should be.")
    return _each(timeline, sorted(inside), lambda now, one: _split_once(now, one, frame))


def put(timeline: Timeline, track_id: str, clip: Clip, frame: int, *, inserting: bool) -> Timeline:
    """Insert or overwrite; a clip whose id is taken gets a fresh one.

    Raises:
        ClappperError: as ``insert``.
    """
    known = {old.id for _, old in all_clips(timeline)}
    one = replace(clip, id=fresh_id(timeline, clip.id)) if clip.id in known else clip
    return (insert if inserting else overwrite)(timeline, track_id, one, frame)


def paste(
    timeline: Timeline, clips: Sequence[tuple[str, Clip]], frame: int, *, inserting: bool = False
) -> Timeline:
    """Put copies of clips, each with the id of its track, over what is at ``frame``; the first starts there.

    ``inserting`` makes room for them first. Links and groups hold among the copies.

    Raises:
        ClappperError: a track is gone, locked or does not take such a clip.
    """
    if not clips:
        raise ClappperError("There is nothing to paste.", "Copy a clip first.")
    by_frames = frame - min(clip.placed.start for _, clip in clips)
    if inserting:
        length = max(clip.placed.end for _, clip in clips) + by_frames - frame
        timeline = make_room(timeline, clips[0][0], frame, length)
    links = {clip.link: fresh_link(timeline, clip.link) for _, clip in clips if clip.link}
    groups = {clip.group: fresh_group(timeline, clip.group) for _, clip in clips if clip.group}
    for track_id, clip in clips:
        copy = replace(clip, link=links.get(clip.link, ""), group=groups.get(clip.group, ""), locked=False)
        timeline = put(timeline, track_id, copy, clip.placed.start + by_frames, inserting=False)
    return timeline


def make_room(timeline: Timeline, track_id: str, frame: int, length: int) -> Timeline:
    """Move what follows ``frame`` later by ``length`` frames; a clip under it is cut in two.

    Raises:
        ClappperError: something locked is in the way.
    """
    inside = (
        clip for clip in track_of(timeline, track_id).clips if clip.placed.start < frame < clip.placed.end
    )
    for clip in inside:
        timeline = split(timeline, clip.id, frame)
    return open_time(timeline, frame, length, {}, track_id)


def aimed(
    timeline: Timeline, clips: Sequence[tuple[str, Clip]], track_id: str
) -> tuple[tuple[str, Clip], ...]:
    """Send copies that come from one track to another one of its kind; all others stay with theirs."""
    homes = {home for home, _ in clips}
    kinds = {track.id: track.kind for track in timeline.tracks}
    if len(homes) == 1 and track_id and kinds.get(track_id) is kinds.get(next(iter(homes))):
        return tuple((track_id, clip) for _, clip in clips)
    return tuple(clips)


def next_tracks(timeline: Timeline, clip_ids: Iterable[str], *, up: bool) -> dict[str, str]:
    """Name for each clip the next track of its kind, as they are stacked on screen.

    Raises:
        ClappperError: there is none for one of them.
    """
    goals = {}
    for one in clip_ids:
        track, _ = locate(timeline, one)
        peers = [peer.id for peer in timeline.tracks if peer.kind is track.kind]
        place = peers.index(track.id) + (1 if up == (track.kind in PICTURE) else -1)
        if not 0 <= place < len(peers):
            raise ClappperError(
                f"There is no {track.kind.value} track {'above' if up else 'below'}.", "Add one first."
            )
        goals[one] = peers[place]
    return goals


def edges(timeline: Timeline, tracks: Iterable[Track] = ()) -> tuple[int, ...]:
    """Give the frames at which clips start or end, in order; on some tracks, or on all."""
    chosen = tuple(tracks) or timeline.tracks
    found = {
        edge for track in chosen for clip in track.clips for edge in (clip.placed.start, clip.placed.end)
    }
    return tuple(sorted(found | {0}))


def set_transitions(timeline: Timeline, clip_ids: Iterable[str], transition: Transition | None) -> Timeline:
    """Enter some clips through a transition, each as long as there is room for; None makes hard cuts.

    Raises:
        ClappperError: something is locked, or none of them has room.
    """
    ids = set(clip_ids)
    changed = with_clips(
        timeline,
        {
            track.id: [replace(one, transition=transition) if one.id in ids else one for one in track.clips]
            for track in timeline.tracks
            if any(one.id in ids for one in track.clips)
        },
    )
    if transition and not any(clip.transition for _, clip in all_clips(changed) if clip.id in ids):
        raise ClappperError(
            "There is no room for a transition here.", "Trim the clips apart, or choose a cut."
        )
    return changed


def shuffle(timeline: Timeline, clip_id: str, frame: int, *, to_track: str = "") -> Timeline:
    """Take a clip out, close the gap, and insert it at ``frame``: the other clips keep their lengths.

    ``frame`` is counted before anything is taken out.

    Raises:
        ClappperError: the clip is linked to others, or something locked is in the way.
    """
    track, index = locate(timeline, clip_id)
    clip = track.clips[index]
    goal = to_track or track.id
    if clip.link:
        raise ClappperError("A linked clip cannot be inserted elsewhere.", "Unlink it, or drag without Ctrl.")
    if frame in clip.placed and goal == track.id:
        return timeline
    closed = ripple_delete(timeline, clip_id)
    landing = frame - len(clip.placed) if frame >= clip.placed.end else frame
    return insert(closed, goal, replace(at(clip, landing), transition=None), landing)


def from_frame_on(timeline: Timeline, frame: int, track_id: str = "") -> frozenset[str]:
    """Name what plays at a frame or later, on one track or on all that are not locked."""
    return frozenset(
        clip.id
        for track, clip in all_clips(timeline)
        if clip.placed.end > frame and not track.locked and not clip.locked and track_id in ("", track.id)
    )


def cut_near(track: Track, frame: int) -> Clip | None:
    """Give the clip of ``track`` that is cut to nearest to ``frame``."""
    entered = [clip for index, clip in enumerate(track.clips) if before(track, index)]
    return min(entered, key=lambda clip: abs(clip.placed.start - frame), default=None)


def _each(timeline: Timeline, clip_ids: Iterable[str], edit: Callable[[Timeline, str], Timeline]) -> Timeline:
    """Edit clip after clip, the last one first; those an edit took along are done already."""
    starts = {clip.id: clip.placed.start for _, clip in all_clips(timeline)}
    for one in sorted(set(clip_ids) & starts.keys(), key=lambda one: starts[one], reverse=True):
        if any(clip.id == one for _, clip in all_clips(timeline)):
            timeline = edit(timeline, one)
    return timeline


def _split_once(timeline: Timeline, clip_id: str, frame: int) -> Timeline:
    """A clip that was cut along with one linked to it no longer plays across ``frame``."""
    placed = _clip(timeline, clip_id).placed
    return split(timeline, clip_id, frame) if placed.start < frame < placed.end else timeline


def _clip(timeline: Timeline, clip_id: str) -> Clip:
    track, index = locate(timeline, clip_id)
    return track.clips[index]
