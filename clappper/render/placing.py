"""Where a clip's picture sits on the canvas: keyframed position, scale, rotation and opacity."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from clappper.media.matte.key import Alpha
from clappper.media.matte.settle import contact_shadow, shaded
from clappper.media.picture import Plane, Yuv
from clappper.render.canvas import Canvas
from clappper.timeline.keyframes import value_at
from clappper.timeline.model import Clip

LUMA_SITE = (0.0, 0.0)
CHROMA_SITE = (0.0, 0.5)
"""Where a sample lies in its 2x2 block, in luma pixels; chroma: at the left, between both rows."""

Affine = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Placing:
    """``x``, ``y`` in fractions of the canvas; ``scale`` 1 fills it; ``rotation`` in degrees clockwise."""

    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0
    rotation: float = 0.0
    opacity: float = 1.0

    @property
    def is_still_full(self) -> bool:
        """Tell whether the picture exactly covers the canvas."""
        return (self.x, self.y, self.scale, self.rotation) == (0.0, 0.0, 1.0, 0.0)


def placing_at(clip: Clip, frame: int) -> Placing:
    """Evaluate a clip's motion and its fades at a timeline frame."""
    at, motion = frame - clip.placed.start, clip.motion
    opacity = value_at(motion.opacity, at, 1.0) * _fade(clip, frame)
    return Placing(
        value_at(motion.x, at, 0.0),
        value_at(motion.y, at, 0.0),
        max(value_at(motion.scale, at, 1.0), 0.001),
        value_at(motion.rotation, at, 0.0),
        min(max(opacity, 0.0), 1.0),
    )


def _fade(clip: Clip, frame: int) -> float:
    """Give the share of a clip's own fades; its transitions lie outside and are not faded twice."""
    share = 1.0
    if clip.fade_in_frames > 0 and frame >= clip.placed.start:
        share = min(share, (frame - clip.placed.start + 0.5) / clip.fade_in_frames)
    if clip.fade_out_frames > 0 and frame < clip.placed.end:
        share = min(share, (clip.placed.end - frame - 0.5) / clip.fade_out_frames)
    return share


def place(
    picture: Yuv,
    placing: Placing,
    canvas: Canvas,
    below: Yuv | None,
    alpha: Alpha | None = None,
    shadow: float = 0.0,
) -> Yuv:
    """Lay a picture over what is ``below`` (None: black). May give ``picture`` or ``below`` itself back.

    ``alpha``, of the picture's size, says what of it is seen; what is seen casts a ``shadow`` of this
    strength where it stands.
    """
    if placing.opacity > 0 and alpha is not None:
        small = _shrunk(picture, picture.width / canvas.width / placing.scale)
        ratios = small.width / canvas.width, small.height / canvas.height
        codes = np.rint(cv2.resize(alpha, small.y.shape[::-1], interpolation=cv2.INTER_AREA) * 255)
        mask = codes.astype(np.uint8)
        backward = _backward(placing, canvas, *ratios)
        return _inlaid(small, backward, placing.opacity, canvas, below, mask, shadow)
    if placing.opacity > 0:
        fits = (picture.width, picture.height) == (canvas.width, canvas.height)
        if fits and placing.is_still_full:
            return picture if placing.opacity == 1 else _faded(picture, placing.opacity, canvas, below)
        picture = _shrunk(picture, picture.width / canvas.width / placing.scale)
        backward = _backward(placing, canvas, picture.width / canvas.width, picture.height / canvas.height)
        if _covers(backward, canvas, picture):
            over = _warped(picture, backward, Yuv.empty(canvas.width, canvas.height))
            return over if placing.opacity == 1 else _faded(over, placing.opacity, canvas, below)
        whole = np.full((picture.height, picture.width), 255, np.uint8)
        return _inlaid(picture, backward, placing.opacity, canvas, below, whole)
    return _ground(canvas, below)


def _ground(canvas: Canvas, below: Yuv | None) -> Yuv:
    return below if below is not None else Yuv.blank(canvas.width, canvas.height)


def _faded(over: Yuv, opacity: float, canvas: Canvas, below: Yuv | None) -> Yuv:
    result = Yuv.empty(canvas.width, canvas.height)
    for under, upper, target in zip(_ground(canvas, below).planes, over.planes, result.planes, strict=True):
        cv2.addWeighted(under, 1 - opacity, upper, opacity, 0.0, dst=target)
    return result


def _inlaid(
    picture: Yuv,
    backward: Affine,
    opacity: float,
    canvas: Canvas,
    below: Yuv | None,
    seen: Plane,
    shadow: float = 0.0,
) -> Yuv:
    """Blend a picture that leaves part of the canvas free, working only inside the rectangle it reaches."""
    x, y, width, height = _reach(backward, canvas, picture)
    result = _ground(canvas, below).copy()
    if width <= 0 or height <= 0:
        return result
    shifted = np.hstack([backward[:, :2], (backward @ np.array([x, y, 1.0]))[:, None]])
    over = _warped(picture, shifted, Yuv.empty(width, height))
    mask = np.empty((height, width), np.uint8)
    _warp(seen, shifted, mask, cv2.BORDER_CONSTANT)
    weight = mask.astype(np.float32) * np.float32(opacity / 255)
    if shadow > 0:
        cast_shadow(result, weight, x, y, shadow)
    half = np.asarray(cv2.resize(weight, (width // 2, height // 2), interpolation=cv2.INTER_AREA))
    part = result.part(x, y, width, height)
    for target, upper, share in zip(part.planes, over.planes, (weight, half, half), strict=True):
        cv2.blendLinear(upper, target.copy(), share, 1 - share, dst=target)
    return result


def cast_shadow(ground: Yuv, weight: Alpha, x: int, y: int, strength: float) -> None:
    """Darken the ground where what is seen in the rectangle at (x, y) stands."""
    whole = np.zeros(ground.y.shape, np.float32)
    whole[y : y + weight.shape[0], x : x + weight.shape[1]] = weight
    ground.fill(shaded(ground, contact_shadow(whole), strength))


def _shrunk(picture: Yuv, ratio: float) -> Yuv:
    """Average down by a whole number where a picture is shown at less than half its size, against shimmer."""
    if ratio < 2:
        return picture
    width, height = (max(2, round(side / int(ratio) / 2) * 2) for side in (picture.width, picture.height))
    result = Yuv.empty(width, height)
    for source, target in zip(picture.planes, result.planes, strict=True):
        cv2.resize(source, target.shape[::-1], dst=target, interpolation=cv2.INTER_AREA)
    return result


def _warped(picture: Yuv, backward: Affine, result: Yuv) -> Yuv:
    sites = (LUMA_SITE, CHROMA_SITE, CHROMA_SITE)
    for source, target, site, step in zip(picture.planes, result.planes, sites, (1, 2, 2), strict=True):
        _warp(source, _sited(backward, site, step), target)
    return result


def _warp(source: Plane, backward: Affine, target: Plane, border: int = cv2.BORDER_REPLICATE) -> None:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    cv2.warpAffine(source, backward, target.shape[::-1], dst=target, flags=flags, borderMode=border)


def _backward(placing: Placing, canvas: Canvas, ratio_x: float, ratio_y: float) -> Affine:
    """Map canvas pixels to picture pixels, counted at their centres; ratios are picture by canvas size."""
    turn = radians(placing.rotation)
    c, s = cos(turn) / placing.scale, sin(turn) / placing.scale
    centre_x = canvas.width * (0.5 + placing.x) - 0.5
    centre_y = canvas.height * (0.5 + placing.y) - 0.5
    linear = np.array([[c * ratio_x, s * ratio_x], [-s * ratio_y, c * ratio_y]])
    middle = np.array([canvas.width * ratio_x / 2 - 0.5, canvas.height * ratio_y / 2 - 0.5])
    shift = middle - linear @ np.array([centre_x, centre_y])
    return np.hstack([linear, shift[:, None]])


def _sited(backward: Affine, site: tuple[float, float], step: int) -> Affine:
    """Express a map between luma pixels in the samples of a plane sited elsewhere."""
    linear, shift, offset = backward[:, :2], backward[:, 2], np.array(site)
    return np.hstack([linear, ((linear @ offset + shift - offset) / step)[:, None]])


def _covers(backward: Affine, canvas: Canvas, picture: Yuv) -> bool:
    """Tell whether every canvas pixel lands inside the picture, half a pixel of grace included."""
    corners = np.array(
        [[x, y, 1.0] for x in (0, canvas.width - 1) for y in (0, canvas.height - 1)], dtype=np.float64
    )
    landed = corners @ backward.T
    limit = np.array([picture.width, picture.height]) - 0.5
    return bool((landed >= -0.5).all() and (landed <= limit).all())


def _reach(backward: Affine, canvas: Canvas, picture: Yuv) -> tuple[int, int, int, int]:
    """Give the part of the canvas a picture can touch: x, y, width, height, all even."""
    forward = np.linalg.inv(backward[:, :2])
    corners = np.array([[x, y] for x in (-1, picture.width) for y in (-1, picture.height)], np.float64)
    landed = (corners - backward[:, 2]) @ forward.T
    limit = np.array([canvas.width, canvas.height])
    first = np.clip(np.floor(landed.min(axis=0) / 2) * 2, 0, limit).astype(int)
    last = np.clip(np.ceil((landed.max(axis=0) + 1) / 2) * 2, 0, limit).astype(int)
    return int(first[0]), int(first[1]), int(last[0] - first[0]), int(last[1] - first[1])
