"""Keyframes, fades and speed ramps as FCPXML 1.10 has them: ``param``, ``keyframeAnimation``, ``timeMap``.

Times are on the clip's own clock. Final Cut takes no ``interp`` on position, scale and rotation, and only
whole curves, so a held value is written as a second keyframe one frame before the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from xml.etree.ElementTree import Element, SubElement

from clappper.base.units import FrameRate
from clappper.timeline.keyframes import value_at
from clappper.timeline.model import Clip, Easing, Footage, Keyframe, MediaKind, Motion

WORST_FRAMES = 0.25
"""How far straight pieces of a speed ramp may be off, in source frames."""
LEAVES_SLOWLY = (Easing.EASE_IN, Easing.EASE_IN_OUT)
ARRIVES_SLOWLY = (Easing.EASE_OUT, Easing.EASE_IN_OUT)
Curve = tuple[Keyframe, ...]


def seconds(value: Fraction) -> str:
    """Write a time as FCPXML does, as an exact fraction of seconds."""
    return f"{value.numerator}s" if value.denominator == 1 else f"{value.numerator}/{value.denominator}s"


def time_map(clip: Clip, start: int, rate: FrameRate) -> Element:
    """Map a clip's clock, which begins at ``start``, to its file's: by two points, or more along a ramp."""
    element = Element("timeMap")
    for played in _pieces(clip):
        value = clip.position_at(clip.placed.start + played)
        point = SubElement(element, "timept", time=seconds((start + played) / rate.fps))
        point.set("value", seconds(value / rate.fps))
        point.set("interp", "linear")
    return element


def _pieces(clip: Clip) -> list[int]:
    """Cut a clip where straight lines follow its ramp; a chord of length h is off by a h^2 / 8 at most."""
    length = len(clip.placed)
    if clip.ramp_to is None:
        return [0, length]
    pull = abs(float(clip.ramp_to - clip.speed)) / length
    step = max(1, int(sqrt(8 * WORST_FRAMES / pull))) if pull else length
    return [*range(0, length, step), length]


def adjustments(clip: Clip, start: int, rate: FrameRate, size: tuple[int, int]) -> list[Element]:
    """Give what places, fades and levels a clip, in the order the format has them in.

    ``size`` is the delivery's width and height: positions are per cent of the height, upwards.
    """

    def time(frame: int) -> str:
        return seconds((start + frame) / rate.fps)

    found = []
    if clip.motion != Motion():
        found.append(_transform(clip, time, size))
    fades = bool(clip.fade_in_frames or clip.fade_out_frames)
    is_sound = isinstance(clip.content, Footage) and clip.content.take.kind is MediaKind.AUDIO
    if not is_sound and (clip.motion.opacity or fades):
        found.append(_level(_OPACITY, clip, time, rate if fades else None))
    if isinstance(clip.content, Footage) and (clip.gain_db or (is_sound and fades)):
        found.append(_level(_VOLUME, clip, time, rate if is_sound and fades else None))
    return found


def _transform(clip: Clip, time: Callable[[int], str], size: tuple[int, int]) -> Element:
    motion, (width, height) = clip.motion, size

    def position(frame: int) -> str:
        x = value_at(motion.x, frame, 0.0) * width / height * 100
        return f"{x:g} {-value_at(motion.y, frame, 0.0) * 100:g}"

    def scale(frame: int) -> str:
        amount = value_at(motion.scale, frame, 1.0)
        return f"{amount:g} {amount:g}"

    def rotation(frame: int) -> str:
        return f"{-value_at(motion.rotation, frame, 0.0):g}"

    told = {"position": position(0), "scale": scale(0), "rotation": rotation(0)}
    element = Element("adjust-transform", told)
    for name, written, curves in (
        ("position", position, (motion.x, motion.y)),
        ("scale", scale, (motion.scale,)),
        ("rotation", rotation, (motion.rotation,)),
    ):
        frames = sorted({frame for curve in curves for frame in _frames(curve, len(clip.placed))})
        if len(frames) > 1:
            animation = SubElement(SubElement(element, "param", name=name), "keyframeAnimation")
            for frame in frames:
                SubElement(animation, "keyframe", time=time(frame), value=written(frame))
    return element


@dataclass(frozen=True, slots=True)
class _Level:
    """A level of a clip: its element, its curve, what it is without one, and how it is written."""

    tag: str
    curve: Callable[[Clip], Curve]
    neutral: float
    written: str


_OPACITY = _Level("adjust-blend", lambda clip: clip.motion.opacity, 1.0, "{:g}")
_VOLUME = _Level("adjust-volume", lambda clip: clip.gain_db, 0.0, "{:.1f}dB")


def _level(level: _Level, clip: Clip, time: Callable[[int], str], rate: FrameRate | None) -> Element:
    """Write a level with its keyframes, and with the clip's fades where a ``rate`` is given."""
    curve = level.curve(clip)

    def value(frame: int) -> str:
        return level.written.format(value_at(curve, frame, level.neutral))

    element = Element(level.tag, amount=value(0))
    frames = _frames(curve, len(clip.placed))
    if not frames and rate is None:
        return element
    param = SubElement(element, "param", name="amount")
    for tag, length in (("fadeIn", clip.fade_in_frames), ("fadeOut", clip.fade_out_frames)):
        if length and rate is not None:
            SubElement(param, tag, type="linear", duration=seconds(length / rate.fps))
    if frames:
        animation = SubElement(param, "keyframeAnimation")
        for frame in frames:
            bend = _interp(curve, frame)
            straight = {"curve": "linear"} if bend == "linear" else {}
            told = {"time": time(frame), "value": value(frame), "interp": bend, **straight}
            SubElement(animation, "keyframe", told)
    return element


def _frames(curve: Curve, length: int) -> list[int]:
    """Give the frames of a clip at which a curve needs a keyframe; what lies outside counts by its edge."""
    if len(curve) < 2:
        return []
    return sorted({min(max(frame, 0), length) for frame in _turns(curve)})


def _turns(curve: Curve) -> Iterator[int]:
    yield curve[0].frame
    for key, following in pairwise(curve):
        if key.easing is Easing.HOLD:
            yield max(key.frame, following.frame - 1)
        yield following.frame


def _interp(curve: Curve, frame: int) -> str:
    """Say how a value leaves and reaches a keyframe."""
    at = next((number for number, key in enumerate(curve) if key.frame == frame), None)
    if at is None:
        return "linear"
    leaves = curve[at].easing in LEAVES_SLOWLY and at + 1 < len(curve)
    arrives = at > 0 and curve[at - 1].easing in ARRIVES_SLOWLY
    if leaves and arrives:
        return "ease"
    return "easeOut" if leaves else "easeIn" if arrives else "linear"
