"""Pictures that cannot be cut out, or that are the scene themselves: full frames brought to life."""

from __future__ import annotations

import cv2
import numpy as np

from clappper.providers.motion.air import Particles
from clappper.providers.motion.arrays import Bytes, Floats
from clappper.providers.motion.camera import Camera, Plane, ease_out, move
from clappper.providers.motion.environments import bokeh
from clappper.providers.motion.montage import cuts
from clappper.providers.motion.picture import Picture, Sprite
from clappper.providers.motion.shot import Shot
from clappper.providers.motion.stage import Paint

MARGIN = 1.2
"""How much larger than the frame a plate is drawn, so that the camera can move."""
MOST_CROPPED = 1.9
CLOSE_UPS = ((1.0, 0.0, 0.0), (1.55, -0.13, -0.1), (1.25, 0.1, 0.05), (1.8, 0.12, -0.12))
"""How a montage looks at a plate: enlarged, and moved by shares of the frame."""


class Plates:
    """A slow move over each picture in turn; a montage cuts between closer looks, an end card is quiet."""

    def __init__(self, shot: Shot) -> None:
        self._shot = shot
        is_montage = shot.scene == "montage"
        count = max(1, min(len(shot.plates), int(shot.seconds / (0.5 if is_montage else 1.5))))
        self._sprites = [_plate(shot, plate) for plate in shot.plates[:count]]
        share = shot.seconds / count
        self._starts = cuts(shot) if is_montage else tuple(i * share / shot.seconds for i in range(count))
        self._camera = Camera.of(shot.width, shot.height, shot.focal_mm)
        self._air = Particles("dust", shot.palette.light, shot.unit, shot.height, shot.rng(21))
        lights = [shot.palette.accent, shot.palette.glow]
        discs = bokeh(lights, 7, 0.7, 200, 200, shot.rng(22), top=-0.1, bottom=1.1)
        self._leak = cv2.GaussianBlur(discs, (0, 0), 16)

    def paint(self, picture: Picture, t: float) -> None:
        shot = self._shot
        which = max(index for index, start in enumerate(self._starts) if start <= t + 1e-9)
        end = (*self._starts, 1.0)[which + 1]
        since, length = t - self._starts[which], end - self._starts[which]
        view = self._view(which, since / length)
        picture.begin()
        picture.settle()
        sprite = self._sprites[which % len(self._sprites)]
        picture.place(sprite, self._plane(which, since * shot.seconds), view)
        seconds = t * shot.seconds
        leak = cv2.resize(self._leak, picture.soft_size)
        picture.air += leak * np.float32((0.1 + 0.05 * np.sin(seconds * 0.6)) / 255)
        self._air.paint(picture, view, seconds, gain=0.6)
        picture.bloom(0.25)
        if shot.scene == "montage":
            picture.expose(1.0 + 0.22 * float(np.exp(-16 * since * shot.seconds)))

    def _view(self, which: int, part: float) -> Camera:
        shot = self._shot
        still = shot.camera_move == "static"
        name = ("dolly_in", "dolly_out")[which % 2] if still else shot.camera_move
        hand = float("handheld" in shot.reading.traits)
        return move(name, self._camera, strength=0.45 * shot.stride, handheld=hand, seed=shot.seed)(part)

    def _plane(self, which: int, seconds: float) -> Plane:
        zoom, x, y = CLOSE_UPS[which % len(CLOSE_UPS)] if self._shot.scene == "montage" else CLOSE_UPS[0]
        if zoom > 1:
            zoom *= 1.1 - 0.1 * ease_out(seconds / 0.4)
        width, height = self._shot.width * MARGIN * zoom, self._shot.height * MARGIN * zoom
        return Plane.upright(x * width, y * height, width, height)


def _plate(shot: Shot, plate: Bytes) -> Sprite:
    """Fit a picture over the frame; one of a far other shape lies sharp on its own blur."""
    size = (round(shot.width * MARGIN), round(shot.height * MARGIN))
    rows, columns = plate.shape[:2]
    ratios = size[0] / columns, size[1] / rows
    rgb = _filled(plate[..., :3], size, max(ratios))
    if max(ratios) > MOST_CROPPED * min(ratios):
        rgb = _framed(rgb, plate[..., :3], 1.25 * min(ratios))
    if shot.scene == "endcard":
        rgb = cv2.GaussianBlur(rgb, (0, 0), shot.unit / 45) * np.float32(0.8)
    curved = rgb + 0.08 * np.sin((rgb - 0.5) * 2 * np.pi) / np.pi
    return Sprite.of(np.clip(curved, 0, 1), np.ones(rgb.shape[:2], np.float32))


def _filled(rgb: Bytes, size: tuple[int, int], scale: float) -> Floats:
    """Scale and crop to fill a size, keeping the upper middle, where faces and products are."""
    columns, rows = (max(1, round(side / scale)) for side in size)
    top, left = round((rgb.shape[0] - rows) * 0.4), (rgb.shape[1] - columns) // 2
    part = rgb[max(0, top) : max(0, top) + rows, max(0, left) : max(0, left) + columns]
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(part, size, interpolation=how).astype(np.float32) / 255


def _framed(ground: Floats, rgb: Bytes, scale: float) -> Floats:
    """Lay the picture, cropped a little, with a soft shadow over its own blur."""
    rows, columns = ground.shape[:2]
    size = min(columns, round(rgb.shape[1] * scale)), min(rows, round(rgb.shape[0] * scale))
    sharp = _filled(rgb, size, scale)
    small = cv2.resize(ground, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), columns / 200) * np.float32(0.75)
    soft = cv2.resize(small, (columns, rows), interpolation=cv2.INTER_CUBIC)
    top, left = (rows - size[1]) // 2, (columns - size[0]) // 2
    shadow = np.zeros((rows // 8, columns // 8), np.float32)
    shadow[top // 8 : (top + size[1]) // 8, left // 8 : (left + size[0]) // 8] = 0.55
    shadow = cv2.GaussianBlur(shadow, (0, 0), columns / 250)
    light: Floats = 1 - cv2.resize(shadow, (columns, rows), interpolation=cv2.INTER_LINEAR)
    soft = soft * light[..., None]
    soft[top : top + size[1], left : left + size[0]] = sharp
    return soft


def direct(shot: Shot) -> Paint:
    return Plates(shot).paint
