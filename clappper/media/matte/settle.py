"""What makes a cut-out sit in another picture: colours, grain, motion blur, and a shadow at its feet."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from clappper.media.matte.key import Alpha
from clappper.media.picture import Plane, Yuv

SOLID = 0.9
LARGEST_GAIN = 1.35
LARGEST_SHIFT = 20.0
FOOT_SHARE, SHADOW_SHARE = 0.12, 0.022
"""Of the cut-out's height: how much counts as foot, and how far the shadow reaches."""


def coloured_like(picture: Yuv, alpha: Alpha, ground: Yuv, amount: float) -> Yuv:
    """Move a cut-out's colours towards those behind it (Reinhard et al., 2001, in YUV), within bounds."""
    inside = alpha > SOLID
    if amount <= 0 or inside.sum() < 100:
        return picture
    y = _toned(picture.y, picture.y[inside], ground.y, amount)
    half = _half(alpha) > SOLID
    u, v = (
        _shifted(mine, mine[half], theirs, amount)
        for mine, theirs in ((picture.u, ground.u), (picture.v, ground.v))
    )
    return Yuv(y, u, v)


def _toned(plane: Plane, own: Plane, ground: Plane, amount: float) -> Plane:
    gain = float(np.clip((ground.std() + 4) / (own.std() + 4), 1 / LARGEST_GAIN, LARGEST_GAIN))
    gain = 1 + (gain - 1) * amount
    shift = float(np.clip(ground.mean() - own.mean(), -LARGEST_SHIFT, LARGEST_SHIFT)) * amount
    mean = float(own.mean())
    return cast("Plane", cv2.convertScaleAbs(plane, alpha=gain, beta=mean * (1 - gain) + shift))


def _shifted(plane: Plane, own: Plane, ground: Plane, amount: float) -> Plane:
    if not own.size:
        return plane
    shift = float(np.clip(ground.mean() - own.mean(), -LARGEST_SHIFT, LARGEST_SHIFT)) * amount / 2
    return cast("Plane", cv2.convertScaleAbs(plane, alpha=1, beta=shift))


def grain_of(luma: Plane) -> float:
    """Estimate the noise of a picture, in codes (Immerkaer, 1996, by the median)."""
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    response = np.abs(cv2.filter2D(luma, cv2.CV_32F, kernel))
    return float(np.median(response)) / 0.6745 / 6


def grained_like(picture: Yuv, ground: Yuv, seed: int) -> Yuv:
    """Give a cut-out as much grain as what is behind it, where it has less."""
    missing = max(0.0, grain_of(ground.y) ** 2 - grain_of(picture.y) ** 2) ** 0.5
    if missing < 0.3:
        return picture
    noise = np.random.default_rng(seed).normal(0, missing, picture.y.shape).astype(np.float32)
    y = np.clip(picture.y + noise, 0, 255)
    return Yuv(np.rint(y).astype(np.uint8), picture.u, picture.v)


def contact_shadow(alpha: Alpha) -> Alpha:
    """Give the shadow where a cut-out stands: darkest under its feet, gone a little above and below."""
    rows = np.flatnonzero((alpha > 0.5).any(axis=1))
    if not len(rows):
        return np.zeros_like(alpha)
    top, bottom = int(rows[0]), int(rows[-1])
    height = bottom - top + 1
    if bottom >= alpha.shape[0] - 2:
        return np.zeros_like(alpha)
    feet = alpha[max(0, bottom - round(FOOT_SHARE * height)) : bottom + 1].max(axis=0)
    reach = max(1.0, SHADOW_SHARE * height)
    across = np.asarray(cv2.GaussianBlur(feet[None], (0, 0), 2 * reach)).ravel()
    down = np.exp(-(((np.arange(alpha.shape[0]) - bottom) / reach) ** 2) / 2)
    return np.asarray(down[:, None] * across, np.float32)


def shaded(ground: Yuv, shadow: Alpha, strength: float) -> Yuv:
    """Darken a picture where the shadow lies."""
    light = 1 - np.float32(strength) * shadow
    y = (ground.y.astype(np.float32) - 16) * light + 16
    return Yuv(np.rint(y).astype(np.uint8), ground.u, ground.v)


def blurred_by_motion(
    picture: Yuv, alpha: Alpha, step: NDArray[np.float64], shutter: float
) -> tuple[Yuv, Alpha]:
    """Smear a cut-out along ``step`` (x, y pixels a frame) over the share ``shutter`` of a frame.

    What is not seen of the picture counts for nothing, so that no screen bleeds into the smear.
    """
    length = float(np.hypot(*step)) * shutter
    if length < 1:
        return picture, alpha
    kernel = _line(step * shutter)
    half = _line(step * shutter / 2)
    small = _half(alpha)
    planes = [
        _smeared(plane, seen, line)
        for plane, seen, line in zip(picture.planes, (alpha, small, small), (kernel, half, half), strict=True)
    ]
    return Yuv(*planes), np.asarray(cv2.filter2D(alpha, -1, kernel), np.float32)


def _smeared(plane: Plane, seen: Alpha, line: NDArray[np.float32]) -> Plane:
    share = seen + np.float32(1e-3)
    smeared = cv2.filter2D(plane * share, -1, line) / cv2.filter2D(share, -1, line)
    return cast("Plane", np.clip(np.rint(smeared), 0, 255).astype(np.uint8))


def _line(step: NDArray[np.float64]) -> NDArray[np.float32]:
    """Draw a line of the step's length through the middle of a kernel that adds up to one."""
    reach = int(np.ceil(np.abs(step).max() / 2))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    for share in np.linspace(-0.5, 0.5, 4 * reach + 1):
        x, y = np.rint(step * share).astype(int) + reach
        kernel[y, x] += 1
    return np.asarray(kernel / kernel.sum(), np.float32)


def over(picture: Yuv, alpha: Alpha, ground: Yuv) -> Yuv:
    """Lay a cut-out over a picture of the same size."""
    half = _half(alpha)
    planes = [
        cast("Plane", np.rint(under + (upper.astype(np.float32) - under) * share).astype(np.uint8))
        for upper, under, share in zip(picture.planes, ground.planes, (alpha, half, half), strict=True)
    ]
    return Yuv(*planes)


def _half(alpha: Alpha) -> Alpha:
    size = (alpha.shape[1] // 2, alpha.shape[0] // 2)
    return np.asarray(cv2.resize(alpha, size, interpolation=cv2.INTER_AREA), np.float32)
