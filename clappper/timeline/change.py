"""The gate that every edit of clips goes through: order, fitted transitions, locks and laws.

An edit says which clips a track shall hold; what comes out is a sound timeline, or a refusal in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from clappper.base.errors import ClappperError
from clappper.timeline.model import Clip, Timeline, Track
from clappper.timeline.queries import all_clips
from clappper.timeline.validate import clip_faults, layout_faults


def with_clips(timeline: Timeline, clips: Mapping[str, Iterable[Clip]]) -> Timeline:
    """Give tracks, by id, other clips, in any order. Transitions without room are shortened or go.

    Raises:
        ClappperError: something changed is locked, or the result would break a law of the timeline.
    """
    tracks = (_checked(track, clips[track.id]) if track.id in clips else track for track in timeline.tracks)
    return replace(timeline, tracks=tuple(tracks))


def with_changes(timeline: Timeline, changes: Mapping[str, Clip | None]) -> Timeline:
    """Put other clips, by id, in the place of some; None takes a clip away.

    Raises:
        ClappperError: as ``with_clips``.
    """
    return with_clips(
        timeline,
        {
            track.id: [new for clip in track.clips if (new := changes.get(clip.id, clip))]
            for track in timeline.tracks
            if any(clip.id in changes for clip in track.clips)
        },
    )


def fresh_id(timeline: Timeline, like: str, taken: Iterable[str] = ()) -> str:
    """Make an id after ``like``: ``shot`` becomes ``shot-2``, that ``shot-3``; never one in use."""
    return _next(like, {clip.id for _, clip in all_clips(timeline)}.union(taken))


def fresh_link(timeline: Timeline, like: str) -> str:
    """Make the name of a link that no clip has yet."""
    return _next(like, {clip.link for _, clip in all_clips(timeline)})


def fresh_group(timeline: Timeline, like: str) -> str:
    """Make the name of a group that no clip is in yet."""
    return _next(like, {clip.group for _, clip in all_clips(timeline)})


def _next(like: str, used: set[str]) -> str:
    stem = re.sub(r"-\d+$", "", like)
    number = 2
    while f"{stem}-{number}" in used:
        number += 1
    return f"{stem}-{number}"


def _checked(track: Track, clips: Iterable[Clip]) -> Track:
    ordered = tuple(_fitted(sorted(clips, key=lambda clip: clip.placed)))
    if len(ordered) == len(track.clips) and all(map(_same, ordered, track.clips)):
        return track
    old = {clip.id: clip for clip in track.clips}
    fresh = [clip for clip in ordered if clip is not old.get(clip.id)]
    _refuse_locked(track, {clip.id for clip in fresh} | (old.keys() - {clip.id for clip in ordered}))
    changed = replace(track, clips=ordered)
    faults = [fault for clip in fresh for fault in clip_faults(clip)] or list(layout_faults(changed))
    if faults:
        raise ClappperError(faults[0], "Trim, move or split the clips first.")
    return changed


def _same(left: Clip, right: Clip) -> bool:
    return left is right


def _refuse_locked(track: Track, touched: set[str]) -> None:
    if track.locked:
        raise ClappperError(f"The track {track.name or track.id} is locked.", "Unlock it first.")
    for clip in track.clips:
        if clip.locked and clip.id in touched:
            raise ClappperError(f"Clip {clip.id} is locked.", "Unlock it first.")


def _fitted(clips: Iterable[Clip]) -> Iterable[Clip]:
    """Shorten transitions that reach beyond the clips at their sides or into the one before."""
    previous: Clip | None = None
    taken_until = 0
    for clip in clips:
        if clip.transition:
            start = clip.placed.start
            touches = previous is not None and previous.placed.end == start
            room = start - max(previous.placed.start, taken_until) if previous and touches else 0
            longest = min(2 * room + 1, 2 * len(clip.placed)) if touches else len(clip.placed)
            length = min(clip.transition.length_frames, longest)
            fitting = replace(clip.transition, length_frames=length) if length > 0 else None
            clip = clip if fitting == clip.transition else replace(clip, transition=fitting)  # noqa: PLW2901
            taken_until = start + length - (length // 2 if touches else 0)
        previous = clip
        yield clip
