"""What drags on a clip's line of volume or opacity and on its keyframes mean."""

from __future__ import annotations

from collections.abc import Callable

from clappper.timeline.attributes import Channel, curve_of
from clappper.timeline.curves import add_keyframe, move_keyframe, move_pose, raise_line, value_of
from clappper.timeline.model import Clip, Timeline, Track
from clappper.timeline.queries import clip_of
from clappper.ui.timeline.bands import channel_of, rise_of
from clappper.ui.timeline.gestures import Gesture, Pull
from clappper.ui.timeline.layout import Hit, Key

_NAMES = {Channel.GAIN: "volume", Channel.OPACITY: "opacity"}
_NOTCH = {Channel.GAIN: 0.75, Channel.OPACITY: 0.02}
"""How near to no change a dragged value falls into it."""


def line_gesture(track: Track, clip: Clip, hit: Hit, *, adding: bool) -> Gesture:
    """Drag the line up or down; with ``adding`` put a keyframe on it first and drag that."""
    channel = channel_of(track.kind)
    frame = min(max(hit.frame - clip.placed.start, 0), len(clip.placed) - 1)
    if adding:
        return _added(clip, channel, frame)

    def edit(now: Timeline, pull: Pull) -> Timeline:
        return raise_line(now, clip.id, channel, frame, _by(clip, channel, frame, pull.rise))

    return Gesture(f"Set {_NAMES[channel]}", edit, (), tells=_telling(clip.id, channel, frame), rises=True)


def _added(clip: Clip, channel: Channel, frame: int) -> Gesture:
    def edit(now: Timeline, pull: Pull) -> Timeline:
        now = add_keyframe(now, clip.id, channel, frame)
        by = _by(clip, channel, frame, pull.rise)
        return move_keyframe(now, clip.id, channel, frame, pull.by_frames, by)

    return Gesture(f"Add {_NAMES[channel]} keyframe", edit, (clip.placed.start + frame,), rises=True)


def key_gesture(clip: Clip, key: Key) -> Gesture:
    """Drag a keyframe in time and value, or those of a pose in time."""
    edges = (clip.placed.start + key.frame,)
    channel = key.channel
    if channel is None:
        return Gesture(
            "Move keyframes", lambda now, pull: move_pose(now, clip.id, key.frame, pull.by_frames), edges
        )

    def edit(now: Timeline, pull: Pull) -> Timeline:
        by = _by(clip, channel, key.frame, pull.rise)
        return move_keyframe(now, clip.id, channel, key.frame, pull.by_frames, by)

    index = [one.frame for one in curve_of(clip, channel)].index(key.frame)

    def tells(now: Timeline) -> str:
        return said(channel, curve_of(clip_of(now, clip.id), channel)[index].value)

    return Gesture(f"Move {_NAMES[channel]} keyframe", edit, edges, tells=tells, rises=True)


def _by(clip: Clip, channel: Channel, frame: int, rise: float) -> float:
    """Turn a rise into a difference of values that catches at the neutral value."""
    if not rise:
        return 0.0
    old, neutral = value_of(clip, channel, frame), 1.0 if channel is Channel.OPACITY else 0.0
    new = old + rise_of(channel, rise)
    return neutral - old if abs(new - neutral) < _NOTCH[channel] else round(new - old, 3)


def _telling(clip_id: str, channel: Channel, frame: int) -> Callable[[Timeline], str]:
    return lambda now: said(channel, value_of(clip_of(now, clip_id), channel, frame))


def said(channel: Channel, value: float) -> str:
    return f"{value:+.1f} dB" if channel is Channel.GAIN else f"{value:.0%}"
