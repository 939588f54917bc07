"""Placing a picture by hand: its whole motion moves, grows or turns along."""

from __future__ import annotations

from dataclasses import replace

from clappper.timeline.model import Easing, Keyframe, Motion

Curve = tuple[Keyframe, ...]
LEAST_SCALE = 0.05


def shifted_by(motion: Motion, x: float, y: float) -> Motion:
    """Move a motion by fractions of the canvas; its keyframes keep their distances."""
    return replace(motion, x=_added(motion.x, x), y=_added(motion.y, y))


def scaled(motion: Motion, factor: float) -> Motion:
    """Make a picture larger by ``factor``, at every keyframe alike."""
    if factor == 1:
        return motion
    curve = motion.scale or (Keyframe(0, 1.0, Easing.HOLD),)
    return replace(
        motion, scale=tuple(replace(key, value=max(LEAST_SCALE, key.value * factor)) for key in curve)
    )


def _added(curve: Curve, value: float) -> Curve:
    if not value:
        return curve
    return tuple(replace(key, value=key.value + value) for key in curve or (Keyframe(0, 0.0, Easing.HOLD),))
