"""Colour decisions baked into one table from YUV to YUV, and the kernel that applies it.

A LUT is defined in RGB, pictures are planar YUV 4:2:0. Going there and back costs far more than the look-up,
so the whole chain (matrix, grade, LUT, matrix) is evaluated once per table entry: luma in 8 bits, chroma in
7. Applying it is one gather for each luma sample and one for each 2x2 block's chroma.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from clappper.media.cube import Colours, CubeLut
from clappper.media.picture import Plane, Yuv

U_STEPS, V_STEPS, Y_STEPS = 128, 121, 256
"""A chroma entry stands for two codes and is evaluated at the even one, so that 128, no colour, is exact.

121 of V keep a row below OpenCV's limit of 32767 columns; the largest legal V, 240, is the last one.
"""

BAND_ROWS = 64
"""Rows handled at a time, so that what is made on the way stays in the processor's cache."""

_NO_MAP = np.empty(0, np.int16)

KR, KB = 0.2126, 0.0722
RGB_TO_CODES = np.array(
    [
        [KR * 219, (1 - KR - KB) * 219, KB * 219, 16 * 255],
        [-KR / (1 - KB) * 112, -(1 - KR - KB) / (1 - KB) * 112, 112, 128 * 255],
        [112, -(1 - KR - KB) / (1 - KR) * 112, -KB / (1 - KR) * 112, 128 * 255],
    ],
    np.float32,
) / np.float32(255)
"""From 8-bit R, G, B, 1 to limited-range BT.709 codes Y, U, V."""

MID_GREY = 0.18 ** (1 / 2.4)
"""18 % grey as a BT.1886 signal: what contrast turns around."""


@dataclass(frozen=True, slots=True)
class GradeValues:
    """A colour correction: exposure in stops; contrast, saturation and temperature -1..1."""

    exposure: float = 0.0
    contrast: float = 0.0
    saturation: float = 0.0
    temperature: float = 0.0

    def apply(self, rgb: Colours) -> Colours:
        """Correct BT.1886 signals, shape (..., 3).

        Exposure multiplies light, which is a gain of 2^(stops / 2.4) on the signal. Temperature trades blue
        for red at constant luma.
        """
        warmth = np.array([1 + 0.2 * self.temperature, 1.0, 1 - 0.2 * self.temperature], np.float32)
        rgb = rgb * (warmth / luma_of(warmth)) * np.float32(2.0 ** (self.exposure / 2.4))
        rgb = (rgb - MID_GREY) * (1 + self.contrast) + MID_GREY
        grey = luma_of(rgb)[..., None]
        result: Colours = (grey + (rgb - grey) * (1 + self.saturation)).astype(np.float32)
        return result


class ColourTransform:
    """A grade and a LUT, baked. Hold on to it: baking costs as much as tens of frames."""

    def __init__(
        self, grade: GradeValues = GradeValues(), lut: CubeLut | None = None, strength: float = 1.0
    ) -> None:
        if lut is not None and (strength <= 0 or lut.is_identity):
            lut = None
        self.is_identity = lut is None and grade == GradeValues()
        self._luma: Plane | None = None
        if not self.is_identity:
            self._luma, self._chroma = _bake(grade, lut, min(strength, 1.0))

    def apply(self, picture: Yuv) -> Yuv:
        """Give the picture transformed; the very same object where nothing changes."""
        if self._luma is None:
            return picture
        result = Yuv.empty(picture.width, picture.height)
        gather = _Gather(self._luma, self._chroma, picture.width)
        for top in range(0, picture.height, BAND_ROWS):
            rows = min(BAND_ROWS, picture.height - top)
            band = (0, top, picture.width, rows)
            gather.look_up(picture.part(*band), result.part(*band))
        return result


class _Gather:
    """Looks up bands of one picture; owns the memory for it, since asking anew costs more than the work.

    Addresses are pairs of int16: column V * 256 + Y and row U, packed by bytes.
    """

    def __init__(self, luma: Plane, chroma: Plane, width: int) -> None:
        self._luma, self._chroma = luma, chroma
        half = (BAND_ROWS // 2, width // 2)
        self._addresses = np.empty((half[0], 2, width), np.int32)
        self._zero, self._mean = np.zeros(half, np.uint8), np.empty(half, np.uint8)
        self._packed = np.empty((*half, 4), np.uint8)
        self._twice = np.empty((*half, 2), np.int32)
        self._colours = np.empty((*half, 2), np.uint8)

    def look_up(self, source: Yuv, target: Yuv) -> None:
        rows, width = source.u.shape[0], source.width
        blocks = self._blocks(source)
        addresses = self._addresses[:rows]
        flat = addresses.reshape(2 * rows, width)
        flat[...] = source.y
        twice = self._twice[:rows]
        cv2.merge([blocks, blocks], dst=twice)
        addresses |= twice.reshape(rows, 1, width)
        cv2.remap(self._luma, _pairs(flat), _NO_MAP, cv2.INTER_NEAREST, dst=target.y)
        mean, colours = self._mean[:rows], self._colours[:rows]
        cv2.resize(source.y, (width // 2, rows), dst=mean, interpolation=cv2.INTER_AREA)
        blocks |= mean
        cv2.remap(self._chroma, _pairs(blocks), _NO_MAP, cv2.INTER_NEAREST, dst=colours)
        cv2.split(colours, [target.u, target.v])

    def _blocks(self, source: Yuv) -> NDArray[np.int32]:
        """Pack each block's U and V into the address they select."""
        rows = source.u.shape[0]
        zero, packed = self._zero[:rows], self._packed[:rows]
        cv2.merge([zero, np.minimum(source.v, 240) >> 1, source.u >> 1, zero], dst=packed)
        return packed.view(np.int32)[..., 0]


def _pairs(addresses: NDArray[np.int32]) -> NDArray[np.int16]:
    return addresses.view(np.int16).reshape(*addresses.shape, 2)


def _bake(grade: GradeValues, lut: CubeLut | None, strength: float) -> tuple[Plane, Plane]:
    """Fill the tables: luma (U, V * Y) and chroma (U, V * Y, 2).

    Every other entry of each axis is evaluated exactly, those between are their neighbours' mean.
    """
    y = np.arange(0, Y_STEPS + 1, 2, dtype=np.float32)
    v = np.arange(0, 2 * V_STEPS + 2, 4, dtype=np.float32)[:, None]
    luma = np.empty((U_STEPS, V_STEPS, Y_STEPS), np.uint8)
    chroma = np.empty((U_STEPS, V_STEPS, Y_STEPS, 2), np.uint8)
    before: NDArray[np.float32] | None = None
    for u in range(0, U_STEPS + 1, 2):
        rgb = np.clip(rgb_of(y, np.float32(u * 2), v), 0, 1)
        graded = np.clip(grade.apply(rgb), 0, 1)
        if lut is not None:
            graded = graded + (lut.apply(graded) - graded) * np.float32(strength)
        exact = _codes(np.clip(graded, 0, 1))
        codes = _refined(_refined(exact, 0), 1)[:V_STEPS, :Y_STEPS]
        if before is not None:
            for entry, between in ((u - 2, before), (u - 1, (before + codes) / 2)):
                rounded = (between + 0.5).astype(np.uint8)
                luma[entry], chroma[entry] = rounded[..., 0], rounded[..., 1:]
        before = codes
    return luma.reshape(U_STEPS, -1), chroma.reshape(U_STEPS, -1, 2)


def _refined(values: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """Double the points along an axis: n become 2 n - 1."""
    values = np.moveaxis(values, axis, 0)
    fine = np.empty((2 * len(values) - 1, *values.shape[1:]), np.float32)
    fine[::2] = values
    fine[1::2] = (values[:-1] + values[1:]) / 2
    return np.moveaxis(fine, 0, axis)


def luma_of(rgb: NDArray[np.floating]) -> NDArray[np.floating]:
    """Weigh R, G, B to BT.709 luma."""
    weights = np.array([KR, 1 - KR - KB, KB], rgb.dtype)
    return rgb @ weights


def rgb_of(
    y: NDArray[np.floating], u: NDArray[np.floating] | np.floating, v: NDArray[np.floating] | np.floating
) -> Colours:
    """Convert 8-bit limited-range BT.709 codes, of shapes that broadcast, to RGB signals, 0..1 and beyond."""
    luma = (y - 16) / 219
    blue, red = (u - 128) / 224, (v - 128) / 224
    r = luma + 2 * (1 - KR) * red
    b = luma + 2 * (1 - KB) * blue
    g = (luma - KR * r - KB * b) / (1 - KR - KB)
    return np.stack(np.broadcast_arrays(r, g, b), axis=-1).astype(np.float32)


def codes_of(rgb: Colours) -> NDArray[np.uint8]:
    """Convert RGB signals 0..1, shape (..., 3), to 8-bit limited-range BT.709 codes Y, U, V."""
    codes: NDArray[np.uint8] = np.rint(_codes(rgb)).astype(np.uint8)
    return codes


def _codes(rgb: Colours) -> NDArray[np.float32]:
    """Do what ``codes_of`` does, without rounding."""
    offset, matrix = RGB_TO_CODES[:, 3], RGB_TO_CODES[:, :3] * np.float32(255)
    codes: NDArray[np.float32] = rgb @ matrix.T + offset
    return codes


def rgb_picture(picture: Yuv) -> Colours:
    """Convert a picture to RGB signals 0..1, shape (height, width, 3)."""
    size = (picture.width, picture.height)
    u, v = (
        np.asarray(cv2.resize(plane.astype(np.float32), size, interpolation=cv2.INTER_LINEAR), np.float32)
        for plane in (picture.u, picture.v)
    )
    return np.clip(rgb_of(picture.y.astype(np.float32), u, v), 0, 1)


def yuv_picture(rgb: Colours) -> Yuv:
    """Convert RGB signals 0..1 of even height and width to a picture."""
    codes = _codes(np.clip(rgb, 0, 1))
    half = (rgb.shape[1] // 2, rgb.shape[0] // 2)
    chroma = np.rint(cv2.resize(codes[..., 1:], half, interpolation=cv2.INTER_AREA)).astype(np.uint8)
    y = np.rint(codes[..., 0]).astype(np.uint8)
    return Yuv(y, np.ascontiguousarray(chroma[..., 0]), np.ascontiguousarray(chroma[..., 1]))


def codes_of_hex(colour: str) -> tuple[int, int, int]:
    """Convert ``#RRGGBB`` to 8-bit limited-range BT.709 codes Y, U, V."""
    rgb = np.frombuffer(bytes.fromhex(colour.removeprefix("#")), np.uint8).astype(np.float32) / np.float32(
        255
    )
    y, u, v = (int(code) for code in codes_of(rgb))
    return y, u, v
