"""From one picture to the next: dissolve, dip, wipe, whip, push.

Each takes two full pictures and how far it is, 0..1, and makes a new one; nothing is remembered.
"""

from __future__ import annotations

import cv2
import numpy as np

from clappper.media.colour import codes_of_hex
from clappper.media.picture import Plane, Yuv
from clappper.timeline.model import TransitionKind

WIPE_SOFTNESS = 0.08
"""Width of a wipe's soft edge, as a fraction of the canvas's width."""

WHIP_BLUR = 0.22
"""Length of a whip's motion blur at its fastest, as a fraction of the canvas's width."""


def transition(
    kind: TransitionKind, before: Yuv, after: Yuv, progress: float, colour: str = "#000000"
) -> Yuv:
    """Paint ``progress`` of the way from ``before`` to ``after``; ``colour`` is what a dip goes through."""
    match kind:
        case TransitionKind.DISSOLVE:
            return dissolve(before, after, progress)
        case TransitionKind.DIP:
            return dip(before, after, progress, colour)
        case TransitionKind.WIPE:
            return wipe(before, after, progress)
        case TransitionKind.WHIP:
            return whip(before, after, progress)
        case TransitionKind.PUSH:
            return push(before, after, _smooth(progress))


def dissolve(before: Yuv, after: Yuv, progress: float) -> Yuv:
    """Cross-fade: ``before`` times 1 - progress plus ``after`` times progress."""
    result = Yuv.empty(before.width, before.height)
    for one, other, target in zip(before.planes, after.planes, result.planes, strict=True):
        cv2.addWeighted(one, 1.0 - progress, other, progress, 0.0, dst=target)
    return result


def dip(before: Yuv, after: Yuv, progress: float, colour: str) -> Yuv:
    """Fade to a plain colour in the first half and out of it in the second."""
    source, strength = (before, 2 * progress) if progress < 0.5 else (after, 2 * (1 - progress))
    return toward(source, colour, strength)


def toward(picture: Yuv, colour: str, strength: float) -> Yuv:
    """Fade a picture towards ``#RRGGBB``; ``strength`` 1 is all colour."""
    result = Yuv.empty(picture.width, picture.height)
    levels = np.arange(256, dtype=np.float32)
    for source, target, code in zip(picture.planes, result.planes, codes_of_hex(colour), strict=True):
        table = np.rint(levels + (code - levels) * np.float32(strength)).astype(np.uint8)
        cv2.LUT(source, table, dst=target)
    return result


def push(before: Yuv, after: Yuv, progress: float) -> Yuv:
    """Let ``after`` come in from the right and push ``before`` out to the left."""
    result = Yuv.empty(before.width, before.height)
    offset = round(progress * before.width / 2) * 2
    for one, other, target in zip(before.planes, after.planes, result.planes, strict=True):
        width = target.shape[1]
        cut = offset * width // before.width
        target[:, : width - cut] = one[:, cut:]
        target[:, width - cut :] = other[:, :cut]
    return result


def whip(before: Yuv, after: Yuv, progress: float) -> Yuv:
    """Push with the acceleration and the motion blur of a camera that is whipped round."""
    moved = push(before, after, _whipped(progress))
    speed = min(1.0, (_whipped(progress + 0.01) - _whipped(progress - 0.01)) / 0.02 / 2.5)
    length = speed * WHIP_BLUR * before.width
    for plane in moved.planes:
        size = round(length * plane.shape[1] / before.width) | 1
        if size > 1:
            cv2.blur(plane, (size, 1), dst=plane, borderType=cv2.BORDER_REPLICATE)
    return moved


def wipe(before: Yuv, after: Yuv, progress: float) -> Yuv:
    """Uncover ``after`` from the left behind a soft edge; outside the edge pixels are copied."""
    result = Yuv.empty(before.width, before.height)
    edge = WIPE_SOFTNESS * before.width
    head = progress * (before.width + edge)
    first, last = (min(max(round(x / 2) * 2, 0), before.width) for x in (head - edge, head))
    for one, other, target in zip(before.planes, after.planes, result.planes, strict=True):
        scale = target.shape[1] / before.width
        left, right = round(first * scale), round(last * scale)
        target[:, :left] = other[:, :left]
        target[:, right:] = one[:, right:]
        if right > left:
            columns = np.arange(left, right, dtype=np.float32) / scale
            weight = np.clip((head - columns) / max(edge, 1.0), 0, 1)
            target[:, left:right] = _mixed(one[:, left:right], other[:, left:right], weight)
    return result


def _mixed(one: Plane, other: Plane, weight: np.ndarray[tuple[int], np.dtype[np.float32]]) -> Plane:
    start = one.astype(np.float32)
    mixed: Plane = np.rint(start + (other - start) * weight).astype(np.uint8)
    return mixed


def _smooth(progress: float) -> float:
    """Smoothstep 3p² - 2p³."""
    return progress * progress * (3 - 2 * progress)


def _whipped(progress: float) -> float:
    """Ease in and out along a quartic, flat at both ends and steep in the middle."""
    p = min(max(progress, 0.0), 1.0)
    return 8 * p**4 if p < 0.5 else 1 - 8 * (1 - p) ** 4
