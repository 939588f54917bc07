"""The sections of an edit's music as markers, so that “in the chorus” can be said and cut to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange, FrameRate
from clappper.flow.project.session import Session
from clappper.timeline.model import Marker, Timeline, Track, TrackKind
from clappper.timeline.tracks import add_marker

if TYPE_CHECKING:
    from clappper.media.sections import Section, Song

MARK_COLOUR = "#B48EE0"
"""Tells markers set here from those set by hand: marking again replaces only the former."""


@dataclass(frozen=True, slots=True)
class SongMarkers:
    """Where sections begin; ``note`` says what is unsure about them."""

    markers: tuple[Marker, ...]
    note: str


async def mark_song(session: Session) -> SongMarkers:
    """Listen to the music in a worker, and mark its sections: one undo step.

    Raises:
        ClappperError: there is no music, it has no sections to be heard, or it was changed meanwhile.
    """
    music = music_of(session.timeline)
    span = _span(music)
    song: Song = await session.workers.run(hear_song, music, session.project.path, span)
    if music_of(session.timeline) != music:
        raise ClappperError("The music was changed while it was listened to.", "Mark its sections again.")
    if len(song.sections) < 2:
        raise ClappperError(song.note, "Set markers yourself where its parts begin.")
    markers = section_markers(song.sections, span, music.rate)
    session.edit("Mark song sections", lambda now: with_song_markers(now, markers))
    return SongMarkers(markers, song.note)


def music_of(timeline: Timeline) -> Timeline:
    """Leave nothing of a timeline but the music that is heard."""
    tracks = tuple(
        Track(track.id, track.kind, "", track.clips)
        for track in timeline.tracks
        if track.kind is TrackKind.MUSIC and track.clips and not track.muted
    )
    return Timeline(timeline.id, "", timeline.rate, timeline.length_frames, tracks)


def _span(music: Timeline) -> FrameRange:
    placed = [clip.placed for track in music.tracks for clip in track.clips]
    if not placed:
        raise ClappperError("There is no music to be heard.", "Put a song on a music track, or unmute it.")
    first, last = min(one.start for one in placed), max(one.end for one in placed)
    return FrameRange(first, max(first, min(last, music.length_frames)))


def hear_song(music: Timeline, root: Path, span: FrameRange) -> Song:
    """Mix what the music tracks play over ``span``, and find its sections, in seconds from its start."""
    from clappper.media.audio import RATE
    from clappper.media.beats import track_beats
    from clappper.media.sections import find_sections
    from clappper.render.mix import mix_timeline

    start, end = (round(music.rate.seconds_at(frame) * RATE) for frame in (span.start, span.end))
    samples = mix_timeline(music, root)[start:end]
    return find_sections(samples, RATE, track_beats(samples, RATE))


def section_markers(sections: Iterable[Section], span: FrameRange, rate: FrameRate) -> tuple[Marker, ...]:
    """Give a marker for the start of each section that starts within ``span``."""
    at = [(span.start + rate.frame_at(section.start), section.label) for section in sections]
    return tuple(Marker(frame, _name(label), MARK_COLOUR) for frame, label in at if frame < span.end)


def _name(label: str) -> str:
    return f"Section {label}" if len(label) == 1 else label.capitalize()


def with_song_markers(timeline: Timeline, markers: Iterable[Marker]) -> Timeline:
    """Set the song's markers in place of those set before; a marker set by hand stays, at its frame too."""
    own = tuple(marker for marker in timeline.markers if marker.colour != MARK_COLOUR)
    taken = {marker.frame for marker in own}
    timeline = replace(timeline, markers=own)
    for marker in markers:
        if marker.frame not in taken:
            timeline = add_marker(timeline, marker)
    return timeline
