"""Markers at the sections of an edit's music, heard in a worker from a real file."""

from dataclasses import replace

import numpy as np
import pytest

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.flow.chat.read import read
from clappper.flow.chat.reply import Place
from clappper.flow.editing.song import MARK_COLOUR, mark_song, music_of, section_markers, with_song_markers
from clappper.flow.project.session import Session
from clappper.media.audio import RATE, write_wav
from clappper.media.sections import GUESSED_CHORUS, Section
from clappper.timeline.model import Marker, Timeline, TrackKind
from clappper.timeline.queries import clip_of
from clappper.timeline.tracks import add_marker

SONG = (Section(0.0, 4.0, "intro"), Section(4.0, 8.0, "B", "B"), Section(8.0, 15.0, "chorus", "C"))


def played() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Play 15 s at 120 a minute: quiet and low, but loud and high from 4 s to 8 s."""
    time = np.arange(RATE // 2) / RATE
    quiet, loud = (
        level * np.exp(-6 * time) * (np.sin(2 * np.pi * pitch * time) + np.sin(4 * np.pi * pitch * time))
        for pitch, level in ((110.0, 0.08), (440.0, 0.4))
    )
    mono = np.concatenate([np.tile(quiet, 8), np.tile(loud, 8), np.tile(quiet, 14)])
    return np.column_stack([mono, mono]).astype(np.float32)


async def test_the_song_is_marked_in_one_step_and_chat_finds_its_chorus(session: Session) -> None:
    path = session.project.path / "media/song.mp4"
    path.parent.mkdir(exist_ok=True)
    write_wav(path, played())
    session.edit("Mark by hand", lambda now: add_marker(now, Marker(10, "Look here")))
    steps = len(session.history_names)

    marked = await mark_song(session)

    rate = session.timeline.rate
    names = [(marker.name, rate.seconds_at(marker.frame)) for marker in marked.markers]
    assert names == [("Section A", 0.0), ("Chorus", 4.0), ("Section A", 8.0)]
    assert marked.note == GUESSED_CHORUS
    assert len(session.history_names) == steps + 1
    assert Marker(10, "Look here") in session.timeline.markers
    answer = read("more motion in the chorus", session.desk, Place())
    assert "The chorus" in answer.operations[0].words
    session.undo()
    assert session.timeline.markers == (Marker(10, "Look here"),)


async def test_without_music_nothing_is_marked(session: Session) -> None:
    def silent(now: Timeline) -> Timeline:
        tracks = (replace(track, muted=track.kind is TrackKind.MUSIC) for track in now.tracks)
        return replace(now, tracks=tuple(tracks))

    session.edit("Mute", silent)
    with pytest.raises(ClappperError, match="no music"):
        await mark_song(session)
    assert session.timeline.markers == ()


def test_markers_begin_with_the_music_and_end_with_it(session: Session) -> None:
    span = FrameRange(30, 30 + session.timeline.rate.frame_at(7.0))
    markers = section_markers(SONG, span, session.timeline.rate)
    assert [marker.name for marker in markers] == ["Intro", "Section B"]
    assert markers[0].frame == 30


def test_marking_again_replaces_the_songs_markers_and_no_others(session: Session) -> None:
    old, by_hand = Marker(5, "Chorus", MARK_COLOUR), Marker(7, "Chorus")
    timeline = replace(session.timeline, markers=(old, by_hand))
    new = (Marker(7, "Intro", MARK_COLOUR), Marker(9, "Outro", MARK_COLOUR))
    assert with_song_markers(timeline, new).markers == (by_hand, new[1])


def test_only_music_is_listened_to(session: Session) -> None:
    music = music_of(session.timeline)
    assert [track.kind for track in music.tracks] == [TrackKind.MUSIC]
    assert clip_of(music, "song") == clip_of(session.timeline, "song")
