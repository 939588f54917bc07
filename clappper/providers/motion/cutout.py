"""A product lifted off its photograph.

A catalogue photo has a plain, softly lit background. That background is modelled as a smooth surface of
colour; what differs from it is the product, what is merely darker than it is its shadow.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from clappper.providers.motion.arrays import Bytes, Floats
from clappper.providers.motion.colour import lightness_of

VERSION = 2
"""Rises when the same picture would be cut differently."""
WORK_PIXELS = 512
PLAIN_RESIDUAL = 5.0
PLAIN_SHARE = 0.8
DARKEST_SHADOW = 0.34
PALE_SHARE = 0.4
STEEPEST_SHADOW = 3.0
DEEPEST_SHADOW = 0.6
PALE_SHADOW = 0.74
MOST_TEXTURE = 5.0
LEAST_TINT = 6.0
DITHER = 0.8
WIDEST_SCRAP = 24


@dataclass(frozen=True, slots=True)
class Cutout:
    """A product without its background, cropped to its bounds.

    ``rgb`` (h, w, 3) is straight colour 0..1, continued beyond the edge; ``alpha`` (h, w) is 0..1.
    ``standing`` tells that it would not fall over where it stands. ``lightness`` is OKLab, 0..1.
    """

    rgb: Floats
    alpha: Floats
    standing: bool
    lightness: float

    @classmethod
    def of(cls, rgba: Bytes) -> Cutout:
        """Take a cut-out from bytes (h, w, 4), straight alpha."""
        rgb, alpha = rgba[..., :3].astype(np.float32) / 255, rgba[..., 3].astype(np.float32) / 255
        return cls(rgb, alpha, _stands(alpha), lightness_of(rgb[::4, ::4], alpha[::4, ::4]))

    @property
    def rgba(self) -> Bytes:
        """The cut-out as bytes (h, w, 4), from which ``of`` makes it again exactly."""
        exact: Bytes = np.rint(np.dstack([self.rgb, self.alpha]) * 255).astype(np.uint8)
        return exact

    @property
    def foot(self) -> tuple[float, float]:
        """Where it touches the ground: how far aside of the middle, and half how wide; shares of width."""
        first, last = _foot(self.alpha > 0.5)
        columns = self.alpha.shape[1]
        return (first + last + 1) / 2 / columns - 0.5, (last - first + 1) / 2 / columns

    @property
    def aspect(self) -> float:
        """Width over height."""
        return float(self.alpha.shape[1] / self.alpha.shape[0])


def cut_out(rgba: Bytes) -> Cutout | None:
    """Lift the product off a picture (h, w, 4), or say that it has no plain background by giving None."""
    rgb = rgba[..., :3].astype(np.float32) / 255
    if (rgba[..., 3] < 250).mean() > 0.02:
        alpha = _without_shadow(rgba[..., 3].astype(np.float32) / 255)
    else:
        found = _matte(rgb)
        if found is None:
            return None
        rgb, alpha = found
    return _cropped(rgb, alpha)


def _without_shadow(alpha: Floats) -> Floats:
    """Drop what is nowhere solid: the drop shadow many packshots carry."""
    count, labels = cv2.connectedComponents((alpha > 0.02).astype(np.uint8))
    solid = [label for label in range(1, count) if (alpha[labels == label] > 0.9).mean() > 0.2]
    kept: Floats = np.where(np.isin(labels, solid), alpha, 0).astype(np.float32)
    return kept


def _cropped(rgb: Floats, alpha: Floats) -> Cutout | None:
    rows = np.flatnonzero((alpha > 0.1).any(axis=1))
    columns = np.flatnonzero((alpha > 0.1).any(axis=0))
    if rows.size < 16 or columns.size < 16:
        return None
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    alpha = np.ascontiguousarray(alpha[box])
    rgb = _continued(np.ascontiguousarray(rgb[box]), alpha)
    return Cutout.of(np.rint(np.clip(np.dstack([rgb, alpha]), 0, 1) * 255).astype(np.uint8))


def _foot(solid: Bytes) -> tuple[int, int]:
    """Give the first and the last column of what touches the ground."""
    height = solid.shape[0]
    rows = np.flatnonzero(solid.any(axis=1))
    touching = solid[max(0, rows[-1] - max(2, height // 20)) : rows[-1] + 1]
    columns = np.flatnonzero(touching.any(axis=0))
    return int(columns[0]), int(columns[-1])


def _stands(alpha: Floats) -> bool:
    """Ask whether the centre of mass lies over what touches the ground."""
    solid = alpha > 0.5
    first, last = _foot(solid)
    middle = float(np.average(np.arange(solid.shape[1]), weights=solid.sum(axis=0)))
    margin = 0.15 * (last - first)
    wide_enough = last - first > 0.22 * solid.shape[1]
    return bool(wide_enough and first + margin < middle < last - margin)


def _continued(rgb: Floats, alpha: Floats) -> Floats:
    """Carry inner colours outwards over the soft edge, so that no old background shines through."""
    solid = (alpha > 0.92).astype(np.float32)
    colour, weight = rgb * solid[..., None], solid.copy()
    result = rgb.copy()
    bare = solid < 0.5
    for size in (5, 11, 25, 61):
        near, share = cv2.blur(colour, (size, size)), cv2.blur(weight, (size, size))
        reach = bare & (share > 1e-3)
        result[reach] = near[reach] / share[reach][:, None]
        bare &= ~reach
    return result


def _surface(lab: Floats, trusted: Bytes) -> Floats:
    """Fit a quadratic surface per channel through the trusted pixels, and give it everywhere."""
    height, width = lab.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    terms = np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=-1)
    solution = np.linalg.lstsq(terms[trusted], lab[trusted], rcond=None)[0]
    surface: Floats = (terms @ solution).astype(np.float32)
    return surface


def _background(lab: Floats) -> Floats | None:
    """Model a plain background from the picture's border; None when the border is not plain."""
    height, width = lab.shape[:2]
    rim = max(3, min(height, width) // 40)
    border = np.ones((height, width), bool)
    border[rim:-rim, rim:-rim] = False
    border[-height // 6 :, width // 6 : -width // 6] = False
    middle = np.median(lab[border], axis=0)
    trusted = border & (np.linalg.norm(lab - middle, axis=-1) < 26)
    if trusted.sum() < 0.6 * border.sum():
        return None
    surface = _surface(lab, trusted)
    for _ in range(3):
        residual = np.linalg.norm(lab - surface, axis=-1)
        surface = _surface(lab, trusted & (residual < PLAIN_RESIDUAL * 1.5))
    residual = np.linalg.norm(lab - surface, axis=-1)
    return surface if (residual[border] < PLAIN_RESIDUAL).mean() > PLAIN_SHARE else None


def _seeds(lab: Floats, surface: Floats) -> Bytes:
    """Mark what is surely product, surely background, and what GrabCut must decide."""
    darker = surface[..., 0] - lab[..., 0]
    tinted = np.linalg.norm(lab[..., 1:] - surface[..., 1:], axis=-1)
    edges = np.hypot(cv2.Sobel(lab[..., 0], -1, 1, 0), cv2.Sobel(lab[..., 0], -1, 0, 1)) / 4
    busy = cv2.blur(edges, (7, 7))
    difference = np.hypot(np.abs(darker), tinted * 1.5)
    shadow = (darker > 0) & (darker < 38) & (tinted < 7) & (busy < 3.2)
    mask = np.full(lab.shape[:2], cv2.GC_PR_BGD, np.uint8)
    mask[(difference > 14) & ~shadow] = cv2.GC_PR_FGD
    mask[(tinted > 16) | (darker > 48) | ((busy > 7) & (difference > 10))] = cv2.GC_FGD
    mask[(difference < 4) & (busy < 1.5)] = cv2.GC_BGD
    return mask


def _matte(rgb: Floats) -> tuple[Floats, Floats] | None:
    """Find (rgb, alpha) of a product on a plain background at the picture's own size."""
    height, width = rgb.shape[:2]
    scale = min(1.0, WORK_PIXELS / max(height, width))
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB)
    surface = _background(lab)
    if surface is None:
        return None
    mask = _seeds(lab, surface)
    if not (mask == cv2.GC_FGD).any():
        return None
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(0)
    picture = np.ascontiguousarray((small * 255).astype(np.uint8))
    cv2.grabCut(picture, mask, (0, 0, 1, 1), models[0], models[1], 2, cv2.GC_INIT_WITH_MASK)
    found = ((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD)).astype(np.uint8)
    solid = _largest(found)
    share = solid.mean()
    if not 0.01 < share < 0.85 or _touches(solid) > 0.25:
        return None
    behind = cv2.cvtColor(surface, cv2.COLOR_LAB2RGB)
    return _shaded(*_refined(rgb, solid, behind), _shade_of(solid, lab, surface), behind)


def _shade_of(solid: Bytes, lab: Floats, surface: Floats) -> Floats:
    """Find the shadow, 0..1, that clings to a product: untinted, not black, and reached from outside.

    A product that is itself pale and untinted cannot be told from a shadow this way and keeps all.
    """
    tinted = np.linalg.norm(lab[..., 1:] - surface[..., 1:], axis=-1)
    share = lab[..., 0] / np.maximum(surface[..., 0], 1.0)
    is_grey = (tinted < 9) & (share > DEEPEST_SHADOW)
    like_shadow = is_grey.astype(np.uint8)
    inner = cv2.erode(solid, np.ones((9, 9), np.uint8)) > 0
    if like_shadow[inner].mean() > PALE_SHARE:
        return np.zeros(solid.shape, np.float32)
    smooth = cv2.GaussianBlur(lab[..., 0], (0, 0), 0.7)
    slope = np.hypot(cv2.Sobel(smooth, -1, 1, 0), cv2.Sobel(smooth, -1, 0, 1)) / 8
    busy = cv2.medianBlur(slope.astype(np.float32), 5)
    rows = np.flatnonzero(solid.any(axis=1))
    height = int(rows[-1] - rows[0])
    at_foot = like_shadow & (slope < STEEPEST_SHADOW).astype(np.uint8)
    at_foot[: rows[-1] - height // 5] = 0
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    pale = is_grey & (share > PALE_SHADOW) & (tinted < LEAST_TINT) & (busy < MOST_TEXTURE)
    outside = _descended(1 - solid, smooth, like_shadow, 5)
    outside = _descended(outside, smooth, pale.astype(np.uint8), WIDEST_SCRAP)
    edge = cv2.dilate(outside, cross)
    outside = _descended(outside, smooth, at_foot, height // 4)
    inside: Bytes = outside & solid
    shade = cv2.dilate(inside, np.ones((5, 5), np.uint8))
    below = (np.arange(len(solid), dtype=np.float32) - rows[-1] + height / 5) / (0.1 * height)
    ramp = np.where(edge > 0, 1.0, np.clip(below, 0, 1)[:, None])
    own: Floats = (shade & (outside | (1 - solid))) * ramp.astype(np.float32)
    return own


def _descended(outside: Bytes, lightness: Floats, allowed: Bytes, steps: int) -> Bytes:
    """Grow what is outside over what is allowed and not lighter: shadows deepen towards what throws them."""
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    for _ in range(steps):
        around = cv2.dilate(np.where(outside > 0, lightness, 0).astype(np.float32), cross)
        outside = outside | ((lightness < around + DITHER) & (around > 0) & (allowed > 0)).astype(np.uint8)
    return outside


def _shaded(rgb: Floats, alpha: Floats, shade: Floats, behind: Floats) -> tuple[Floats, Floats]:
    """Turn the clinging shadow into black that covers as much as it darkens."""
    size = (rgb.shape[1], rgb.shape[0])
    weight = cv2.resize(shade, size, interpolation=cv2.INTER_LINEAR)
    weight = np.clip(cv2.GaussianBlur(weight, (0, 0), 0.8) * 1.25, 0, 1)
    ground = cv2.resize(behind, size, interpolation=cv2.INTER_LINEAR).mean(-1)
    bright = cv2.GaussianBlur(rgb.mean(-1), (0, 0), 0.8) / np.maximum(ground, 0.2)
    cover = np.clip((0.93 - bright) / (0.93 - DARKEST_SHADOW), 0, 1)
    return rgb * (1 - weight)[..., None], alpha * (1 - weight + weight * cover)


def _largest(solid: Bytes) -> Bytes:
    count, labels, facts, _ = cv2.connectedComponentsWithStats(solid)
    areas = facts[1:, cv2.CC_STAT_AREA]
    if count < 2:
        return solid
    kept = [label + 1 for label in range(count - 1) if areas[label] > 0.04 * areas.max()]
    whole = np.isin(labels, kept).astype(np.uint8)
    count, labels, facts, _ = cv2.connectedComponentsWithStats(1 - whole)
    specks = [label for label in range(1, count) if facts[label, cv2.CC_STAT_AREA] < 0.0004 * whole.size]
    filled: Bytes = (whole | np.isin(labels, specks)).astype(np.uint8)
    return filled


def _touches(solid: Bytes) -> float:
    """Give the share of the picture's sides and top that the product runs into."""
    return float(np.concatenate([solid[0], solid[:, 0], solid[:, -1]]).mean())


def _refined(rgb: Floats, solid: Bytes, behind: Floats) -> tuple[Floats, Floats]:
    """Soften the edge by how far each pixel lies between the background's colour and the product's."""
    height, width = rgb.shape[:2]
    size = (width, height)
    hard = cv2.resize(solid.astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    hard = np.clip(cv2.GaussianBlur(hard, (0, 0), 0.8), 0, 1)
    behind = cv2.resize(np.clip(behind, 0, 1), size, interpolation=cv2.INTER_LINEAR)
    core = cv2.erode((hard > 0.5).astype(np.uint8), np.ones((5, 5), np.uint8)).astype(np.float32)
    own = _continued(rgb, core)
    span = own - behind
    mixed = ((rgb - behind) * span).sum(-1) / np.maximum((span * span).sum(-1), 0.02)
    band = cv2.dilate((hard > 0.5).astype(np.uint8), np.ones((5, 5), np.uint8)).astype(np.float32)
    trust = np.clip((span * span).sum(-1) / 0.06, 0, 1)
    alpha = np.clip(mixed * trust + hard * (1 - trust), 0, 1) * band
    alpha = np.maximum(np.clip((alpha - 0.08) / 0.86, 0, 1), core)
    alpha = np.minimum(alpha, np.clip(cv2.GaussianBlur(hard, (0, 0), 1.5) * 2.2, 0, 1))
    return rgb, alpha.astype(np.float32)
