"""What is heard: quieter, muted, faded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from clappper.flow.chat import amounts
from clappper.flow.chat.doing import with_timeline
from clappper.flow.chat.reply import Operation, Place
from clappper.flow.chat.targets import (
    sounds_meant,
)
from clappper.flow.desk import Desk
from clappper.timeline.attributes import set_fades, set_gain
from clappper.timeline.keyframes import value_at
from clappper.timeline.model import (
    Clip,
    Keyframe,
    Timeline,
    Track,
)
from clappper.timeline.queries import track_of
from clappper.timeline.tracks import mute_track

QUIETER_DB = 3.0
FADE_SECONDS = 1.0
_LOUD = re.compile(
    r"\b(louder|quieter|softer|lower|turn (?:it |the \w+ )?(?:up|down)|mute|unmute|fade (?:in|out))\b"
)


def sound(text: str, desk: Desk, place: Place) -> Iterator[Operation]:  # noqa: ARG001 - the shape of a verb
    """Music quieter, muted, faded out; the voice louder."""
    match = _LOUD.search(text)
    tracks = sounds_meant(text, desk.timeline) if match else ()
    if match is None or not tracks:
        return
    word = match[1]
    for track in tracks:
        if word in {"mute", "unmute"}:
            yield _muted(track, muted=word == "mute")
        elif word.startswith("fade"):
            yield _faded(text, track, desk, outwards=word.endswith("out"))
        else:
            step = amounts.decibels_in(text) or QUIETER_DB * amounts.emphasis(text)
            yield _louder(track, step if word == "louder" or word.endswith("up") else -step)


def _muted(track: Track, *, muted: bool) -> Operation:
    def change(desk: Desk) -> Desk:
        return with_timeline(desk, mute_track(desk.timeline, track.id, muted=muted))

    return Operation(
        "Mute" if muted else "Unmute", f"{track.name}: {'silent' if muted else 'heard again'}.", change
    )


def _louder(track: Track, by_db: float) -> Operation:
    def change(desk: Desk) -> Desk:
        timeline = desk.timeline
        for clip in track_of(timeline, track.id).clips:
            if len(clip.gain_db) > 1:
                curve = tuple(replace(key, value=key.value + by_db) for key in clip.gain_db)
                timeline = _curved(timeline, clip, curve)
            else:
                timeline = set_gain(timeline, clip.id, value_at(clip.gain_db, 0, 0.0) + by_db)
        return with_timeline(desk, timeline)

    return Operation("Change the volume", f"{track.name}: {by_db:+.2g} dB.", change)


def _curved(timeline: Timeline, clip: Clip, curve: tuple[Keyframe, ...]) -> Timeline:
    from clappper.timeline.change import with_changes

    return with_changes(timeline, {clip.id: replace(clip, gain_db=curve)})


def _faded(text: str, track: Track, desk: Desk, *, outwards: bool) -> Operation:
    frames = amounts.frames_in(text, desk.timeline.rate.fps) or desk.timeline.rate.frame_at(FADE_SECONDS)

    def change(desk: Desk) -> Desk:
        clip = track_of(desk.timeline, track.id).clips[-1 if outwards else 0]
        ends = (clip.fade_in_frames, frames) if outwards else (frames, clip.fade_out_frames)
        return with_timeline(desk, set_fades(desk.timeline, clip.id, *ends))

    way = "out" if outwards else "in"
    shown = f"{track.name}: fades {way} over {frames / float(desk.timeline.rate.fps):.2g} s."
    return Operation(f"Fade {way}", shown, change)
