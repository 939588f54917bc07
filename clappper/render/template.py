"""How well a frame shows a title: the shape of its ink, its worst letter, its contrast.

The match is the normalised cross-correlation of what should be seen and what is, after what is coarser than
letters has been taken away, so that neither a scrim nor a bright sky decides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from clappper.base.colours import LUMA
from clappper.media.light import luminance
from clappper.media.picture import Yuv
from clappper.render.canvas import Canvas
from clappper.render.sought import Sought

GLYPH_WIDTH = 0.7
"""A digit's width in heights of its line, nearly."""

REACH = 24
"""Pixels: how far from its place a title may stand, where another version laid it out."""

INK, CLEAR = 0.9, 0.02
SURROUNDINGS = 12
ANALYSIS_SIDE = 320
COARSEST = 0.4
LUMA_CODES = np.array(LUMA, np.float32) * np.float32(219 / 255)
"""Limited-range luma of RGB codes, without its offset (ITU-R BT.709)."""

Mask = NDArray[np.bool_]
Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Template:
    """A title's picture with its surroundings, cut to the canvas.

    ``rows`` and ``columns`` are where it stands; ``luma`` is limited range; ``ink`` and ``ground`` are
    the pixels whose contrast decides whether it can be read.
    """

    rows: slice
    columns: slice
    luma: Values
    alpha: Values
    ink: Mask
    ground: Mask
    scale: float

    @classmethod
    def of(cls, sought: Sought, canvas: Canvas) -> Template | None:
        """Prepare a title; None when it stands wholly outside the canvas."""
        height, width = sought.rgba.shape[:2]
        top, bottom = _cut(sought.y, height, canvas.height)
        left, right = _cut(sought.x, width, canvas.width)
        if bottom - top < 4 or right - left < 4:
            return None
        room = SURROUNDINGS + 2
        whole = np.pad(sought.rgba.astype(np.float32), ((room, room), (room, room), (0, 0)))
        down, across = room - sought.y, room - sought.x
        part = whole[top + down : bottom + down, left + across : right + across]
        alpha = np.asarray(part[..., 3] / 255, np.float32)
        luma = np.asarray(16 + part[..., :3] @ LUMA_CODES, np.float32)
        ink, ground = _split(luma, alpha) if sought.has_ground else _ink_and_surroundings(alpha)
        scale = max(COARSEST, min(1.0, ANALYSIS_SIDE / max(alpha.shape)))
        template = cls(slice(top, bottom), slice(left, right), luma, alpha, ink, ground, scale)
        return template._cropped() if sought.has_ground and ink.any() else template

    def _cropped(self) -> Template:
        """Keep only the letters of a button or a plate: its outline says nothing about its words."""
        down, across = np.nonzero(self.ink)
        rows = _extent(np.sort(down), self.ink.shape[0])
        columns = _extent(np.sort(across), self.ink.shape[1])
        return replace(
            self,
            rows=_within(self.rows, rows),
            columns=_within(self.columns, columns),
            luma=self.luma[rows, columns],
            alpha=self.alpha[rows, columns],
            ink=self.ink[rows, columns],
            ground=self.ground[rows, columns],
        )

    def moved(self, down: int, across: int, canvas: Canvas) -> Template | None:
        """Stand elsewhere; None where that is outside the canvas."""
        rows = slice(self.rows.start + down, self.rows.stop + down)
        columns = slice(self.columns.start + across, self.columns.stop + across)
        is_inside = rows.start >= 0 and columns.start >= 0
        is_inside &= rows.stop <= canvas.height and columns.stop <= canvas.width
        return replace(self, rows=rows, columns=columns) if is_inside else None

    def offset(self, luma: NDArray[np.uint8]) -> tuple[int, int]:
        """Find how far down and across the picture stands from its place, within ``REACH``."""
        top, left = max(0, self.rows.start - REACH), max(0, self.columns.start - REACH)
        window = luma[top : self.rows.stop + REACH, left : self.columns.stop + REACH].astype(np.float32)
        expected = self._expected(float(np.median(window)))
        scores = cv2.matchTemplate(
            window - _coarse(window), expected - _coarse(expected), cv2.TM_CCOEFF_NORMED
        )
        _, _, _, (x, y) = cv2.minMaxLoc(np.abs(scores))
        return top + y - self.rows.start, left + x - self.columns.start

    def match(self, luma: NDArray[np.uint8]) -> float:
        """Say how well the frame shows this picture: 1 is exactly, 0 not at all."""
        shown = luma[self.rows, self.columns].astype(np.float32)
        around = self.alpha < CLEAR
        behind = float(np.median(shown[around])) if around.any() else float(shown.mean())
        return _correlation(_fine(shown, self.scale), _fine(self._expected(behind), self.scale))

    def _expected(self, behind: float) -> Values:
        """Draw the picture over a plain luma; its shape alone where both are alike."""
        expected = self.alpha * self.luma + (1 - self.alpha) * np.float32(behind)
        return expected if float(expected.std()) >= 2.0 else self.alpha * np.float32(255)

    def reading(self, luma: NDArray[np.uint8]) -> float:
        """Say how well the worst glyph of one line fits: the least correlation of any glyph-wide part."""
        shown = luma[self.rows, self.columns].astype(np.float32)
        one, other = _fine(shown, self.scale), _fine(self._expected(float(np.median(shown))), self.scale)
        lines = np.flatnonzero((self.alpha > 0.5).any(axis=1))
        width = max(4, round(GLYPH_WIDTH * len(lines) * self.scale))
        parts = [_running((a * b).sum(axis=0), width) for a, b in ((one, other), (one, one), (other, other))]
        inked = parts[2] > 0.25 * parts[2].max(initial=0.0)
        fits = np.abs(parts[0]) / np.sqrt(np.maximum(parts[1] * parts[2], 1e-6))
        return float(fits[inked].min(initial=1.0)) if inked.any() else 0.0

    def contrast(self, picture: Yuv) -> float:
        """Measure the contrast ratio (WCAG 2.2) of the ink and its ground as shown."""
        if not self.ink.any() or not self.ground.any():
            return 1.0
        light = _light(picture, self.rows, self.columns)
        one, other = float(np.median(light[self.ink])), float(np.median(light[self.ground]))
        return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def _extent(used: NDArray[np.intp], length: int, room: int = 4) -> slice:
    """Give the range of used places, with some room around them, from an even place on."""
    return slice(max(0, int(used[0]) - room) // 2 * 2, min(length, int(used[-1]) + 1 + room))


def _within(outer: slice, inner: slice) -> slice:
    return slice(outer.start + inner.start, outer.start + inner.stop)


def _cut(start: int, length: int, limit: int) -> tuple[int, int]:
    """Cut a title and its surroundings to the canvas, on even pixels so that chroma falls in place."""
    first = max(0, start - SURROUNDINGS) // 2 * 2
    last = min(limit, start + length + SURROUNDINGS) // 2 * 2
    return first, max(first, last)


def _split(luma: Values, alpha: Values) -> tuple[Mask, Mask]:
    """Tell the letters on a title's own ground from the ground, by Otsu's threshold; the ground is larger."""
    inside = alpha > INK
    levels = luma[inside].round().astype(np.uint8)
    if not levels.size:
        return inside, inside
    threshold, _ = cv2.threshold(levels.reshape(-1, 1), 0, 255, cv2.THRESH_OTSU)
    bright, dark = inside & (luma > threshold), inside & (luma <= threshold)
    ink, ground = (bright, dark) if bright.sum() < dark.sum() else (dark, bright)
    return _core(ink), _core(ground)


def _ink_and_surroundings(alpha: Values) -> tuple[Mask, Mask]:
    """Tell the letters from a narrow ring around them."""
    near = cv2.dilate((alpha > 0.5).astype(np.uint8), np.ones((15, 15), np.uint8)).astype(bool)
    return _core(alpha > INK), near & (alpha < CLEAR)


def _core(mask: Mask) -> Mask:
    """Leave out the edge, which encoding softens, where there is enough without it."""
    inner = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    return inner if inner.sum() >= 0.1 * mask.sum() else mask


def _fine(values: Values, scale: float) -> Values:
    """Reduce, and take away what is coarser than letters."""
    size = (max(4, round(values.shape[1] * scale)), max(4, round(values.shape[0] * scale)))
    small = np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.float32)
    return np.asarray(small - _coarse(small), np.float32)


def _running(values: Values, width: int) -> Values:
    """Sum ``width`` neighbours at every place where there are so many."""
    return np.asarray(np.convolve(values, np.ones(min(width, len(values)), np.float32), "valid"), np.float32)


def _coarse(values: Values) -> Values:
    window = max(9, round(0.4 * min(values.shape))) | 1
    return np.asarray(cv2.blur(values, (window, window), borderType=cv2.BORDER_REFLECT), np.float32)


def _correlation(one: Values, other: Values) -> float:
    lengths = float(np.linalg.norm(one)) * float(np.linalg.norm(other))
    return abs(float((one * other).sum())) / lengths if lengths > 1e-6 else 0.0


def _light(picture: Yuv, rows: slice, columns: slice) -> Values:
    """Give WCAG 2.2's relative luminance of a part of a picture (even edges), from BT.709 limited range."""
    luma = (picture.y[rows, columns].astype(np.float32) - 16) / 219
    half = (slice(rows.start // 2, rows.stop // 2), slice(columns.start // 2, columns.stop // 2))
    blue, red = (
        cv2.resize((plane[half].astype(np.float32) - 128) / 224, luma.shape[::-1])
        for plane in (picture.u, picture.v)
    )
    rgb = np.stack([luma + 1.5748 * red, luma - 0.1873 * blue - 0.4681 * red, luma + 1.8556 * blue], axis=2)
    rgb = np.clip(rgb, 0, 1)
    return luminance(rgb)
