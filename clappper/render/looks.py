"""The style pack over all footage: LUT, grade, vignette and grain, prepared once and applied to pictures."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from clappper.media.colour import ColourTransform, GradeValues
from clappper.media.cube import read_cube
from clappper.media.picture import Plane, Yuv
from clappper.render.canvas import Canvas
from clappper.timeline.model import Grade, Look

GRAIN_MARGIN = 64
"""The grain plate is this much larger than the canvas, so that it can lie elsewhere for every frame."""

GRAIN_SIGMA = 10.0
"""Standard deviation of full grain, in luma codes at 1080 lines."""

VIGNETTE_FALL = 0.55
"""How much of the light a full vignette takes away in the corners."""


class _Shade(NamedTuple):
    """What share of a sample stays, 0..255, and what is added so that black stays black."""

    stays: Plane
    lift: Plane


def values_of(grade: Grade) -> GradeValues:
    """Give a grade as the numbers that the colour kernel takes."""
    return GradeValues(grade.exposure, grade.contrast, grade.saturation, grade.temperature)


def colour_of(look: Look, root: Path) -> ColourTransform:
    """Bake a look's grade and LUT.

    Raises:
        UnusableInputError: the LUT cannot be read.
    """
    lut = read_cube(root / look.lut) if look.lut and look.lut_strength > 0 else None
    return ColourTransform(values_of(look.grade), lut, look.lut_strength)


class LookPainter:
    """Applies one ``Look`` on one canvas.

    Raises:
        UnusableInputError: the LUT cannot be read.
    """

    def __init__(self, look: Look, root: Path, canvas: Canvas, colour: ColourTransform | None = None) -> None:
        """``colour`` is what ``colour_of`` gave for this look, so that it need not be baked again."""
        self._colour = colour or colour_of(look, root)
        self._light = _vignette(canvas, look.vignette) if look.vignette > 0 else None
        self._grain = _grain_plate(canvas, look.grain) if look.grain > 0 else None

    @property
    def changes_every_frame(self) -> bool:
        return self._grain is not None

    @property
    def is_neutral(self) -> bool:
        return self._colour.is_identity and self._light is None and self._grain is None

    def apply(self, picture: Yuv, frame: int) -> Yuv:
        """Give the picture in this look; the same object where the look changes nothing."""
        if self.is_neutral:
            return picture
        toned = self._colour.apply(picture)
        if toned is picture:
            toned = picture.copy()
        if self._light is not None:
            _dim(toned, self._light)
        if self._grain is not None:
            _strew(toned.y, self._grain, frame)
        return toned


def _vignette(canvas: Canvas, strength: float) -> tuple[_Shade, ...]:
    """Prepare each plane's shade: a smooth fall of light towards the corners."""
    y = np.linspace(-1, 1, canvas.height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, canvas.width, dtype=np.float32)
    radius = np.sqrt((x * x + y * y) / 2)
    fall = np.clip((radius - 0.35) / 0.65, 0, 1)
    stays = 1 - strength * VIGNETTE_FALL * fall * fall * (3 - 2 * fall)
    half = stays[::2, ::2]
    return tuple(_shade(plane, neutral) for plane, neutral in ((stays, 16), (half, 128), (half, 128)))


def _shade(stays: NDArray[np.floating], neutral: int) -> _Shade:
    kept = np.rint(stays * 255)
    return _Shade(kept.astype(np.uint8), np.rint((1 - kept / 255) * neutral).astype(np.uint8))


def _dim(picture: Yuv, light: tuple[_Shade, ...]) -> None:
    """Move every sample towards black by its shade."""
    for plane, shade in zip(picture.planes, light, strict=True):
        cv2.multiply(plane, shade.stays, dst=plane, scale=1 / 255)
        cv2.add(plane, shade.lift, dst=plane)


def _grain_plate(canvas: Canvas, strength: float) -> NDArray[np.int8]:
    """Make fine monochrome noise from a fixed seed, slightly softened as film grain is."""
    height, width = canvas.height + GRAIN_MARGIN, canvas.width + GRAIN_MARGIN
    noise = np.random.default_rng(709).standard_normal((height, width), np.float32)
    soft = np.asarray(cv2.GaussianBlur(noise, (0, 0), 0.7), np.float32)
    sigma = GRAIN_SIGMA * strength * min(canvas.width, canvas.height) / 1080
    plate: NDArray[np.int8] = np.clip(np.rint(soft / soft.std() * sigma), -127, 127).astype(np.int8)
    return plate


def _strew(luma: Plane, plate: NDArray[np.int8], frame: int) -> None:
    """Add the plate at a place that depends on the frame's number alone."""
    left, top = np.random.default_rng(frame).integers(0, GRAIN_MARGIN, 2)
    part = plate[top : top + luma.shape[0], left : left + luma.shape[1]]
    cv2.add(luma, part, dst=luma, dtype=cv2.CV_8U)
