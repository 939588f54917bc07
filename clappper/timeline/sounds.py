"""The sound of footage on a track of its own, linked to its picture."""

from __future__ import annotations

from dataclasses import replace

from clappper.base.errors import ClappperError
from clappper.timeline.change import fresh_id, fresh_link, with_changes, with_clips
from clappper.timeline.model import Clip, Footage, Grade, MediaKind, Motion, Timeline, Track, TrackKind
from clappper.timeline.queries import clip_of, companions
from clappper.timeline.tracks import add_track

TRACK = "clip-sound"


def detach_sound(timeline: Timeline, clip_id: str) -> Timeline:
    """Put the sound of a video clip on a track below, linked to it; the picture itself is then silent.

    It goes to the first track of effects that is free there and not locked, else to a new one.

    Raises:
        ClappperError: the clip has no sound, or it is detached already.
    """
    clip = clip_of(timeline, clip_id)
    if not (isinstance(clip.content, Footage) and clip.content.take.has_audio):
        raise ClappperError("The clip has no sound.", "Choose footage that was recorded with sound.")
    if clip.content.take.kind is MediaKind.AUDIO or _is_detached(timeline, clip):
        raise ClappperError("The sound is on a track of its own already.")
    link = clip.link or fresh_link(timeline, f"{clip.id}-link")
    sound = _sound_of(clip, fresh_id(timeline, f"{clip.id}-sound"), link)
    home = next((track for track in timeline.tracks if _is_free(track, sound)), None)
    if home is None:
        known = {track.id for track in timeline.tracks}
        name = next(
            name for number in range(len(known) + 1) if (name := f"{TRACK}-{number + 1}") not in known
        )
        home = Track(name, TrackKind.EFFECTS, "Clip sound")
        timeline = add_track(timeline, home)
    linked = with_changes(timeline, {clip.id: replace(clip, link=link, gain_db=())})
    return with_clips(linked, {home.id: (*home.clips, sound)})


def is_heard(clip: Clip) -> bool:
    """Whether a clip has a sound of its own."""
    if not isinstance(clip.content, Footage):
        return False
    return clip.content.take.kind is MediaKind.AUDIO or clip.content.take.has_audio


def _sound_of(clip: Clip, name: str, link: str) -> Clip:
    assert isinstance(clip.content, Footage)
    takes = tuple(replace(take, kind=MediaKind.AUDIO) for take in clip.content.takes)
    return replace(
        clip,
        id=name,
        content=replace(clip.content, takes=takes),
        link=link,
        motion=Motion(),
        grade=Grade(),
        transition=None,
        speed=clip.mean_speed,
        ramp_to=None,
        smooth=False,
        cutout=None,
        badge="",
    )


def _is_detached(timeline: Timeline, clip: Clip) -> bool:
    assert isinstance(clip.content, Footage)
    path = clip.content.take.path
    return any(
        isinstance(one.content, Footage)
        and one.content.take.kind is MediaKind.AUDIO
        and one.content.take.path == path
        for one in companions(timeline, clip.id)
    )


def _is_free(track: Track, sound: Clip) -> bool:
    return (
        track.kind is TrackKind.EFFECTS
        and not track.locked
        and not any(clip.placed.overlaps(sound.placed) for clip in track.clips)
    )
