"""One frame in the making: soft things at a quarter of the size, colour at half, sharpness at full.

Eyes and H.264 4:2:0 agree that colour needs half the resolution of brightness, and what is out of focus
needs less. So the backdrop and everything that glows is painted small and enlarged, colour is kept at
half size, and only the brightness of sharp things is painted at full size.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from clappper.base.colours import LUMA
from clappper.media.light import weighed
from clappper.media.picture import Yuv
from clappper.providers.motion.arrays import Bytes, Floats, Matrix
from clappper.providers.motion.camera import Camera, Plane
from clappper.providers.motion.colour import Rgb
from clappper.providers.motion.noise import grain

LUMA_ROW = np.array([LUMA], np.float32)
_CHROMA = np.array([[-0.114572, -0.385428, 0.5, 0.0], [0.5, -0.454153, -0.045847, 0.0]], np.float32)
_TO_CHROMA = np.vstack([_CHROMA[0] * 224, _CHROMA[1] * 224]).astype(np.float32) + np.array(
    [[0, 0, 0, 128], [0, 0, 0, 128]], np.float32
)
SOFT = 4
SHIFTS = 64
Box = tuple[slice, slice]
NOWHERE: Box = (slice(0, 0), slice(0, 0))


@dataclass(frozen=True, slots=True)
class Sprite:
    """Something sharp: premultiplied brightness and cover for full size, premultiplied colour for half.

    ``tone`` is (h, w, 2) bytes, ``colour`` (h/2, w/2, 4) bytes.
    """

    tone: Bytes
    colour: Bytes

    @classmethod
    def of(cls, rgb: Floats, alpha: Floats) -> Sprite:
        """Prepare straight colour (h, w, 3) and cover (h, w), both 0..1."""
        premultiplied = rgb * alpha[..., None]
        tone = np.dstack([weighed(premultiplied), alpha])
        colour = np.dstack([premultiplied, alpha])
        half = (max(1, alpha.shape[1] // 2), max(1, alpha.shape[0] // 2))
        colour = cv2.resize(colour, half, interpolation=cv2.INTER_AREA)
        return cls(_bytes(tone), _bytes(colour))


def _bytes(values: Floats) -> Bytes:
    return np.ascontiguousarray(np.clip(np.rint(values * 255), 0, 255).astype(np.uint8))


class Picture:
    """Reusable buffers for the frames of one clip; colours are display RGB, 0..1."""

    def __init__(self, width: int, height: int, *, grain_levels: float, rng: np.random.Generator) -> None:
        self.width, self.height = width, height
        self.soft_size = (-(-width // SOFT), -(-height // SOFT))
        self.half_size = (width // 2, height // 2)
        self.ground: Floats = np.zeros((*self.soft_size[::-1], 3), np.float32)
        self.air: Floats = np.zeros_like(self.ground)
        self.colour: Floats = np.zeros((*self.half_size[::-1], 3), np.float32)
        self.tone: Floats = np.zeros((height, width), np.float32)
        self._grain = grain(height + SHIFTS, width + SHIFTS, rng, grain_levels)
        self._grain += 16
        self._speckle = grain(height // 2 + SHIFTS, width // 2 + SHIFTS, rng, 0.45)
        self._offsets = rng.integers(0, SHIFTS, (997, 2))

    def begin(self, colour: Rgb = (0.0, 0.0, 0.0)) -> None:
        """Start a frame on a plain ground with clear air."""
        self.ground[:] = colour if any(colour) else 0
        self.air[:] = 0

    def lay(self, texture: Floats, plane: Plane, camera: Camera, *, gain: float = 1.0) -> None:
        """Cover the ground with a soft picture: (h, w, 3) replaces, (h, w, 4) premultiplied lies over."""
        warped, box = _warp(texture, camera, plane, self.soft_size, 1 / SOFT)
        if warped is None:
            return
        target = self.ground[box]
        if texture.shape[2] == 3:
            target[:] = warped if gain == 1.0 else warped * gain
        else:
            target *= 1 - warped[..., 3:] * gain
            target += warped[..., :3] * gain

    def shine(self, texture: Floats | Bytes, plane: Plane, camera: Camera, *, gain: float = 1.0) -> None:
        """Add soft light (h, w, 3) to the ground."""
        warped, box = _warp(texture, camera, plane, self.soft_size, 1 / SOFT)
        if warped is not None:
            step = gain / 255 if texture.dtype == np.uint8 else gain
            target = self.ground[box]
            target += warped * np.float32(step)

    def shade(self, texture: Floats, plane: Plane, camera: Camera, *, amount: float = 1.0) -> None:
        """Darken the ground by a soft mask (h, w), 1 where light passes."""
        warped, box = _warp(texture, camera, plane, self.soft_size, 1 / SOFT, outside=1.0)
        if warped is not None:
            target = self.ground[box]
            target *= (1 - amount + amount * warped)[..., None]

    def settle(self) -> None:
        """Enlarge the ground; sharp things follow."""
        cv2.resize(self.ground, self.half_size, dst=self.colour, interpolation=cv2.INTER_LINEAR)
        brightness = cv2.transform(self.ground, LUMA_ROW)
        cv2.resize(brightness, (self.width, self.height), dst=self.tone, interpolation=cv2.INTER_LINEAR)

    def place(
        self,
        sprite: Sprite,
        plane: Plane,
        camera: Camera,
        *,
        opacity: float = 1.0,
        within: Bytes | None = None,
    ) -> None:
        """Put a sharp sprite over what is there; ``within`` is a mask of the frame's size."""
        half_mask = None if within is None else within[::2, ::2]
        size = (self.width, self.height)
        warped, box = _warp(sprite.tone, camera, plane, size, 1.0, limit=_bounds(within))
        if warped is not None:
            warped = _masked(warped, within, box)
            _over(self.tone[box], warped[..., 0], warped[..., 1], opacity)
        warped, box = _warp(sprite.colour, camera, plane, self.half_size, 0.5, limit=_bounds(half_mask))
        if warped is not None:
            warped = _masked(warped, half_mask, box)
            target = self.colour[box]
            cover = warped[..., 3].astype(np.float32) * np.float32(-opacity / 255) + 1
            target *= cover[..., None]
            target += warped[..., :3] * np.float32(opacity / 255)

    def emboss(self, relief: Bytes, plane: Plane, camera: Camera, amount: float) -> None:
        """Lighten and darken what is there by a sharp relief (h, w), 128 where it is level."""
        size = (self.width, self.height)
        warped, box = _warp(relief, camera, plane, size, 1.0, outside=128.0)
        if warped is not None:
            gain = warped.astype(np.float32)
            gain *= np.float32(amount / 128)
            gain += np.float32(1 - amount)
            target = self.tone[box]
            target *= gain

    def haze(self, light: Floats, plane: Plane, camera: Camera) -> None:
        """Add soft light (h, w, 3) to the air, in front of everything."""
        warped, box = _warp(light, camera, plane, self.soft_size, 1 / SOFT)
        if warped is not None:
            self.air[box] += warped

    def tint(self, mask: Bytes, colour: Rgb) -> None:
        """Fill a mask of the frame's size with flat colour."""
        left, top, width, height = cv2.boundingRect(mask)
        if not width:
            return
        box = np.s_[top : top + height, left : left + width]
        weight = float(np.dot(LUMA, colour))
        _over(self.tone[box], cv2.convertScaleAbs(mask[box], alpha=weight), mask[box], 1.0)
        half = mask[::2, ::2].astype(np.float32)[..., None] / 255
        self.colour += (np.asarray(colour, np.float32) - self.colour) * half

    def glow(self, mask: Bytes, plane: Plane, camera: Camera, colour: Rgb) -> None:
        """Add light of ``colour`` through a sharp mask (h, w)."""
        weight = float(np.dot(LUMA, colour))
        warped, box = _warp(mask, camera, plane, (self.width, self.height), 1.0)
        if warped is not None:
            cv2.scaleAdd(warped.astype(np.float32), weight / 255, self.tone[box], dst=self.tone[box])
        warped, box = _warp(mask, camera, plane, self.half_size, 0.5)
        if warped is not None:
            target = self.colour[box]
            target += warped[..., None] * np.asarray(colour, np.float32) / 255

    def bloom(self, strength: float, threshold: float = 0.72) -> None:
        """Let what is bright glow into the air."""
        small = cv2.resize(self.colour, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
        small = np.maximum(small - threshold, 0) * strength
        wide = cv2.GaussianBlur(small, (0, 0), self.width / 130)
        wide += cv2.GaussianBlur(small, (0, 0), self.width / 500)
        self.air += cv2.resize(wide, self.soft_size, interpolation=cv2.INTER_LINEAR)

    def expose(self, gain: float) -> None:
        """Dim or lift the whole picture."""
        self.colour *= gain
        self.tone *= gain

    def finish(self, frame: int) -> Yuv:
        """Screen the air over the picture, add grain, and give BT.709 limited-range planes."""
        self._screen()
        down, right = (int(offset) for offset in self._offsets[frame % len(self._offsets)])
        grain_here = self._grain[down : down + self.height, right : right + self.width]
        luma = cv2.addWeighted(self.tone, 219.0, grain_here, 1.0, 0.0, dtype=cv2.CV_8U)
        chroma = cv2.transform(self.colour, _TO_CHROMA)
        high, wide = chroma.shape[:2]
        speckle = self._speckle[down : down + high, right : right + wide]
        planes: list[Bytes] = [cv2.add(plane, speckle, dtype=cv2.CV_8U) for plane in cv2.split(chroma)]
        return Yuv(np.clip(luma, 16, 235), planes[0], planes[1])

    def _screen(self) -> None:
        """Add the air where the picture leaves it room: light over light does not burn out."""
        below = cv2.resize(self.colour, self.soft_size, interpolation=cv2.INTER_LINEAR)
        self.air *= 1 - np.minimum(below, 1)
        cv2.add(
            self.colour, cv2.resize(self.air, self.half_size, interpolation=cv2.INTER_LINEAR), dst=self.colour
        )
        brightness = cv2.transform(self.air, LUMA_ROW)
        full = cv2.resize(brightness, (self.width, self.height), interpolation=cv2.INTER_LINEAR)
        cv2.add(self.tone, full, dst=self.tone)


def _masked(warped: Bytes, mask: Bytes | None, box: Box) -> Bytes:
    if mask is None:
        return warped
    masked: Bytes = cv2.multiply(warped, cv2.merge([mask[box]] * warped.shape[2]), scale=1 / 255)
    return masked


def _bounds(mask: Bytes | None) -> tuple[int, int, int, int] | None:
    """Give the left, top, right and bottom of what a mask lets through."""
    if mask is None:
        return None
    left, top, width, height = cv2.boundingRect(np.ascontiguousarray(mask))
    return left, top, left + width, top + height


def _over(tone: Floats, brightness: Bytes, cover: Bytes, opacity: float) -> None:
    clear = cover.astype(np.float32)
    cv2.multiply(clear, tone, dst=clear, scale=-opacity / 255)
    cv2.add(tone, clear, dst=tone)
    cv2.scaleAdd(brightness.astype(np.float32), opacity / 255, tone, dst=tone)


def _warp(
    texture: Floats | Bytes,
    camera: Camera,
    plane: Plane,
    size: tuple[int, int],
    scale: float,
    *,
    outside: float = 0.0,
    limit: tuple[int, int, int, int] | None = None,
) -> tuple[Floats | Bytes | None, Box]:
    """Show a plane's picture as the camera sees it, only within the rectangle it covers."""
    rows, columns = texture.shape[:2]
    matrix = np.diag([scale, scale, 1.0]) @ camera.homography(plane, columns, rows)
    corners = matrix @ np.array([[0, columns, columns, 0], [0, 0, rows, rows], [1, 1, 1, 1]])
    if (corners[2] <= 1e-3).any():
        left, top, right, bottom = 0, 0, size[0], size[1]
    else:
        points = corners[:2] / corners[2]
        left, top = (max(0, int(np.floor(low))) for low in points.min(axis=1))
        right = min(size[0], int(np.ceil(points[0].max())) + 1)
        bottom = min(size[1], int(np.ceil(points[1].max())) + 1)
    if limit:
        left, top = max(left, limit[0]), max(top, limit[1])
        right, bottom = min(right, limit[2]), min(bottom, limit[3])
    if right - left < 1 or bottom - top < 1:
        return None, NOWHERE
    centres = _centred(matrix, left, top)
    warped = cv2.warpPerspective(
        texture,
        centres,
        (right - left, bottom - top),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(outside,) * 4,
    )
    return warped, (slice(top, bottom), slice(left, right))


def _centred(matrix: Matrix, left: int, top: int) -> Matrix:
    """Adapt edge coordinates to OpenCV's, whose integers lie in the middle of pixels."""
    to_pixels = np.array([[1, 0, -left - 0.5], [0, 1, -top - 0.5], [0, 0, 1.0]])
    from_pixels = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])
    centred: Matrix = to_pixels @ matrix @ from_pixels
    return centred
