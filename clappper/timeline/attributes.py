"""Edits of how a clip looks and sounds, and of what it belongs to; its place and source stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import StrEnum
from typing import Any

from clappper.base.errors import ClappperError
from clappper.timeline.change import with_changes
from clappper.timeline.keyframes import with_keyframe, without_keyframe
from clappper.timeline.model import (
    Clip,
    Cutout,
    CutoutKind,
    Easing,
    Grade,
    Keyframe,
    Motion,
    Timeline,
    Title,
    Transition,
)
from clappper.timeline.queries import clip_of


class Channel(StrEnum):
    """A property that keyframes move."""

    X = "x"
    Y = "y"
    SCALE = "scale"
    ROTATION = "rotation"
    OPACITY = "opacity"
    GAIN = "gain_db"


class Attribute(StrEnum):
    """What can be copied from one clip to others."""

    GRADE = "grade"
    MOTION = "motion"
    GAIN = "gain_db"
    FADES = "fades"
    TRANSITION = "transition"


def set_transition(timeline: Timeline, clip_id: str, transition: Transition | None) -> Timeline:
    """Choose how a clip is entered; None is a hard cut.

    Raises:
        ClappperError: the clips at its sides are too short for it.
    """
    if transition and transition.length_frames < 1:
        raise ClappperError("A transition lasts at least one frame.")
    changed = _changed(timeline, clip_id, transition=transition)
    fitted = clip_of(changed, clip_id).transition
    if transition and fitted != transition:
        room = fitted.length_frames if fitted else 0
        raise ClappperError(
            f"There is room for a transition of {room} frames into clip {clip_id}, "
            f"not {transition.length_frames}."
        )
    return changed


def set_motion(timeline: Timeline, clip_id: str, motion: Motion) -> Timeline:
    return _changed(timeline, clip_id, motion=motion)


def set_grade(timeline: Timeline, clip_id: str, grade: Grade) -> Timeline:
    return _changed(timeline, clip_id, grade=grade)


def set_cutout(timeline: Timeline, clip_id: str, cutout: Cutout | None) -> Timeline:
    """Show only the subject of a clip; None shows all of it.

    Raises:
        ClappperError: a matte is wanted, but no file is named.
    """
    if cutout is not None and cutout.kind is CutoutKind.MATTE and not cutout.matte:
        raise ClappperError("A matte needs a file.", "Choose a clip that is white where the subject is.")
    return _changed(timeline, clip_id, cutout=cutout)


def set_smooth(timeline: Timeline, clip_id: str, *, smooth: bool) -> Timeline:
    """Draw the pictures between the source's own where a clip plays slowly, or show the nearest one."""
    return _changed(timeline, clip_id, smooth=smooth)


def curve_of(clip: Clip, channel: Channel) -> tuple[Keyframe, ...]:
    holder: Clip | Motion = clip if channel is Channel.GAIN else clip.motion
    curve: tuple[Keyframe, ...] = getattr(holder, channel.value)
    return curve


def set_curve(timeline: Timeline, clip_id: str, channel: Channel, curve: tuple[Keyframe, ...]) -> Timeline:
    """Give a property other keyframes."""
    changed: dict[str, Any] = {channel.value: curve}
    if channel is Channel.GAIN:
        return _changed(timeline, clip_id, **changed)
    motion = replace(clip_of(timeline, clip_id).motion, **changed)
    return _changed(timeline, clip_id, motion=motion)


def set_keyframe(timeline: Timeline, clip_id: str, channel: Channel, keyframe: Keyframe) -> Timeline:
    """Add a keyframe, or put it in the place of the one at its frame (counted from the clip's start)."""
    return _curved(timeline, clip_id, channel, lambda curve: with_keyframe(curve, keyframe))


def remove_keyframe(timeline: Timeline, clip_id: str, channel: Channel, frame: int) -> Timeline:
    """Take a keyframe away.

    Raises:
        ClappperError: there is none at ``frame``.
    """
    if not any(keyframe.frame == frame for keyframe in curve_of(clip_of(timeline, clip_id), channel)):
        raise ClappperError(f"Clip {clip_id} has no {channel} keyframe at frame {frame}.")
    return _curved(timeline, clip_id, channel, lambda curve: without_keyframe(curve, frame))


def set_gain(timeline: Timeline, clip_id: str, gain_db: float) -> Timeline:
    """Play a clip louder or softer by ``gain_db`` all the time."""
    return _changed(timeline, clip_id, gain_db=(Keyframe(0, gain_db, Easing.HOLD),) if gain_db else ())


def set_fades(timeline: Timeline, clip_id: str, in_frames: int, out_frames: int) -> Timeline:
    """Fade a clip in and out.

    Raises:
        ClappperError: the fades are longer than the clip.
    """
    length = len(clip_of(timeline, clip_id).placed)
    if in_frames < 0 or out_frames < 0 or in_frames + out_frames > length:
        raise ClappperError(f"Clip {clip_id} has room for fades of {length} frames together.")
    return _changed(timeline, clip_id, fade_in_frames=in_frames, fade_out_frames=out_frames)


def set_title(timeline: Timeline, clip_id: str, title: Title) -> Timeline:
    """Change what a title says or where it sits.

    Raises:
        ClappperError: the clip is no title.
    """
    if not isinstance(clip_of(timeline, clip_id).content, Title):
        raise ClappperError(f"Clip {clip_id} is no title.")
    return _changed(timeline, clip_id, content=title)


def rename(timeline: Timeline, clip_id: str, name: str) -> Timeline:
    return _changed(timeline, clip_id, name=name)


def link(timeline: Timeline, clip_ids: Iterable[str]) -> Timeline:
    """Let clips move and be trimmed together.

    Raises:
        ClappperError: there are fewer than two.
    """
    return _tied(timeline, clip_ids, "link")


def group(timeline: Timeline, clip_ids: Iterable[str]) -> Timeline:
    """Let clips move together; their edges stay their own.

    Raises:
        ClappperError: there are fewer than two.
    """
    return _tied(timeline, clip_ids, "group")


def unlink(timeline: Timeline, clip_ids: Iterable[str]) -> Timeline:
    return with_changes(
        timeline, {clip_id: replace(clip_of(timeline, clip_id), link="") for clip_id in clip_ids}
    )


def ungroup(timeline: Timeline, clip_ids: Iterable[str]) -> Timeline:
    return with_changes(
        timeline, {clip_id: replace(clip_of(timeline, clip_id), group="") for clip_id in clip_ids}
    )


def copy_attributes(
    timeline: Timeline, source_id: str, target_ids: Iterable[str], attributes: Iterable[Attribute]
) -> Timeline:
    """Give some attributes of one clip to others.

    Raises:
        ClappperError: something is locked.
    """
    source = clip_of(timeline, source_id)
    values: dict[str, Any] = {}
    for attribute in attributes:
        names = ("fade_in_frames", "fade_out_frames") if attribute is Attribute.FADES else (attribute.value,)
        values |= {name: getattr(source, name) for name in names}
    return with_changes(
        timeline, {target: replace(clip_of(timeline, target), **values) for target in target_ids}
    )


def reset_attributes(timeline: Timeline, clip_ids: Iterable[str]) -> Timeline:
    """Take grade, motion, volume, fades and cut-out off clips.

    Raises:
        ClappperError: something is locked.
    """
    return with_changes(
        timeline,
        {
            one: replace(
                clip_of(timeline, one),
                grade=Grade(),
                motion=Motion(),
                gain_db=(),
                fade_in_frames=0,
                fade_out_frames=0,
                cutout=None,
            )
            for one in clip_ids
        },
    )


def _tied(timeline: Timeline, clip_ids: Iterable[str], tie: str) -> Timeline:
    ids = tuple(dict.fromkeys(clip_ids))
    if len(ids) < 2:
        raise ClappperError(f"It takes two clips to make a {tie}.")
    used = {getattr(clip, tie) for track in timeline.tracks for clip in track.clips}
    number = 1
    while f"{tie}-{number}" in used:
        number += 1
    changes: dict[str, Any] = {tie: f"{tie}-{number}"}
    return with_changes(
        timeline, {clip_id: replace(clip_of(timeline, clip_id), **changes) for clip_id in ids}
    )


def _changed(timeline: Timeline, clip_id: str, **changes: Any) -> Timeline:
    return with_changes(timeline, {clip_id: replace(clip_of(timeline, clip_id), **changes)})


def _curved(
    timeline: Timeline,
    clip_id: str,
    channel: Channel,
    change: Callable[[tuple[Keyframe, ...]], tuple[Keyframe, ...]],
) -> Timeline:
    return set_curve(timeline, clip_id, channel, change(curve_of(clip_of(timeline, clip_id), channel)))
