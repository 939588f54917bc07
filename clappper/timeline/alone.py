"""Edits of one side of what is linked: cuts of picture and sound come apart, as J and L cuts want it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from clappper.timeline.model import Timeline, Track
from clappper.timeline.queries import all_clips


def alone(timeline: Timeline, edit: Callable[[Timeline], Timeline]) -> Timeline:
    """Edit as if no clip were linked to another; afterwards those that are left are linked as before.

    Raises:
        ClappperError: as ``edit``.
    """
    links = {clip.id: clip.link for _, clip in all_clips(timeline) if clip.link}
    return _linked(edit(_linked(timeline, dict.fromkeys(links, ""))), links)


def _linked(timeline: Timeline, links: Mapping[str, str]) -> Timeline:
    return replace(timeline, tracks=tuple(_relinked(track, links) for track in timeline.tracks))


def _relinked(track: Track, links: Mapping[str, str]) -> Track:
    if not any(clip.id in links for clip in track.clips):
        return track
    clips = (replace(one, link=links[one.id]) if one.id in links else one for one in track.clips)
    return replace(track, clips=tuple(clips))
