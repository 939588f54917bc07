"""The sound of footage on a track of its own."""

from dataclasses import replace

import pytest

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.timeline.model import Footage, MediaKind, Take, Timeline, TrackKind
from clappper.timeline.queries import all_clips, clip_of
from clappper.timeline.sounds import detach_sound
from clappper.timeline.takes import show_take
from clappper.timeline.trims import Edge, trim
from clappper.timeline.validate import validate


def with_sound(timeline: Timeline, name: str) -> Timeline:
    tracks = []
    for track in timeline.tracks:
        clips = tuple(
            replace(clip, content=Footage((replace(clip.content.take, has_audio=True),)))
            if clip.id == name and isinstance(clip.content, Footage)
            else clip
            for clip in track.clips
        )
        tracks.append(replace(track, clips=clips))
    return replace(timeline, tracks=tuple(tracks))


def test_it_lies_under_its_picture_and_is_trimmed_with_it(timeline: Timeline) -> None:
    detached = detach_sound(with_sound(timeline, "c"), "c")
    assert validate(detached) == ()
    (sound,) = (clip for track, clip in all_clips(detached) if track.kind is TrackKind.EFFECTS)
    assert isinstance(sound.content, Footage)
    assert sound.content.take.kind is MediaKind.AUDIO
    assert (sound.placed, sound.source_start) == (clip_of(timeline, "c").placed, 20)
    shorter = trim(detached, "c", -30, Edge.TAIL)
    assert clip_of(shorter, sound.id).placed.end == clip_of(shorter, "c").placed.end == 210


def test_two_sounds_share_a_track_where_there_is_room(timeline: Timeline) -> None:
    both = with_sound(with_sound(timeline, "a"), "c")
    detached = detach_sound(detach_sound(both, "a"), "c")
    assert [len(track.clips) for track in detached.tracks if track.kind is TrackKind.EFFECTS] == [2]


def test_footage_without_sound_and_sound_detached_already_are_refused(timeline: Timeline) -> None:
    with pytest.raises(ClappperError, match="no sound"):
        detach_sound(timeline, "c")
    detached = detach_sound(with_sound(timeline, "c"), "c")
    with pytest.raises(ClappperError, match="already"):
        detach_sound(detached, "c")


def test_a_new_take_brings_its_own_sound(timeline: Timeline) -> None:
    detached = detach_sound(with_sound(timeline, "c"), "c")
    take = Take("take-2", "c2.mp4", MediaKind.VIDEO, FrameRange(0, 300), has_audio=True)
    shown = show_take(detached, "c", take).timeline
    (sound,) = (clip for track, clip in all_clips(shown) if track.kind is TrackKind.EFFECTS)
    assert isinstance(sound.content, Footage)
    assert (sound.content.take.path, sound.content.take.kind) == ("c2.mp4", MediaKind.AUDIO)
