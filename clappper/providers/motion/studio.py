"""A photographer's studio: a seamless backdrop in brand tones, a floor, a podium, and light on them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from clappper.providers.motion.arrays import Floats
from clappper.providers.motion.camera import Camera, Plane, nearest_floor
from clappper.providers.motion.colour import Palette, Rgb
from clappper.providers.motion.noise import clouds
from clappper.providers.motion.picture import Picture, Sprite
from clappper.providers.motion.textures import blend, radial

WALL_SIDE = 360


class Studio:
    """Backdrop and floor around a product that stands at the focus plane, its floor at ``foot``.

    ``middle`` is the height the light behind the product is centred on; both in pixels from the frame's
    middle. ``glow`` scales that light.
    """

    def __init__(
        self,
        palette: Palette,
        camera: Camera,
        rng: np.random.Generator,
        *,
        foot: float,
        middle: float,
        glow: float = 1.0,
    ) -> None:
        self._far = 0.75 * max(camera.width, camera.height)
        spread = (camera.focal + self._far) / camera.focal
        raised = -camera.eye[1]
        self._centre = raised * (spread - 1)
        self._size = (camera.width * spread * 1.7, camera.height * spread * 1.5)
        self._foot = foot
        at = 0.5 + middle * spread / self._size[1]
        self._wall = _wall(
            palette,
            rng,
            self._size[0] / self._size[1],
            at,
            glow,
            min(camera.width, camera.height) * spread / self._size[0],
        )
        self._floor = _floor(palette, rng)
        self._halo = _halo(palette.glow)

    @property
    def depth(self) -> float:
        """How far behind the product the backdrop stands, in pixels."""
        return self._far

    def paint(self, picture: Picture, camera: Camera, seconds: float) -> None:
        picture.begin()
        drift = 0.012 * self._size[0] * np.sin(seconds * 0.5)
        picture.lay(self._wall, Plane.upright(drift, self._centre, *self._size, self._far), camera)
        width = self._size[0] * 1.1
        near = nearest_floor(camera, self._foot)
        picture.lay(self._floor, Plane.ground(self._foot, width, near, self._far), camera)


def _wall(
    palette: Palette, rng: np.random.Generator, aspect: float, middle: float, glow: float, unit: float
) -> Floats:
    """Light a wall from its middle outwards; ``unit`` is the frame's shorter side as a share of the width."""
    rows, columns = WALL_SIDE, round(WALL_SIDE * aspect)
    reach = unit * aspect
    pool = radial(rows, columns, 0.5, middle, 0.62 * unit, 0.62 * reach)
    wide = radial(rows, columns, 0.5, middle, 1.25 * unit, 1.2 * reach)
    wall = blend(palette.deep, palette.wall, np.clip(0.35 * wide + 0.75 * pool, 0, 1))
    bright = (
        radial(rows, columns, 0.5, middle, 0.36 * unit, 0.4 * reach) * (0.42 if palette.dark else 0.3) * glow
    )
    wall = wall + (np.asarray(palette.glow, np.float32) - wall) * bright[..., None]
    haze = clouds(rows, columns, rng, cells=3, octaves=3)
    lit: Floats = wall * (0.965 + 0.07 * haze)[..., None]
    return lit.astype(np.float32)


def _floor(palette: Palette, rng: np.random.Generator) -> Floats:
    """Light a floor under the product, melting into the wall at its far end: premultiplied (h, w, 4)."""
    rows, columns = 320, 320
    pool = radial(rows, columns, 0.5, 0.52, 0.2, 0.26)
    shade = np.asarray(palette.deep, np.float32) * (0.8 if palette.dark else 0.97)
    near = blend(
        (float(shade[0]), float(shade[1]), float(shade[2])), palette.floor, np.clip(pool * 1.1, 0, 1)
    )
    near *= (0.97 + 0.06 * clouds(rows, columns, rng, cells=5, octaves=3))[..., None]
    cover = np.clip((np.linspace(0, 1, rows, dtype=np.float32) - 0.02) / 0.42, 0, 1)
    cover = (cover * cover * (3 - 2 * cover))[:, None] * np.ones((1, columns), np.float32)
    return np.dstack([near * cover[..., None], cover]).astype(np.float32)


def _halo(colour: Rgb) -> Floats:
    light: Floats = radial(128, 128, 0.5, 0.5, 0.24, 0.24)[..., None] * np.asarray(colour, np.float32)
    return light


def disc(colour: Rgb, edge: Rgb, *, ring: bool = False) -> Floats:
    """Paint a big soft-edged disc (or ring) as premultiplied (h, w, 4), lit from above."""
    side = 300
    axis = np.linspace(-1.04, 1.04, side, dtype=np.float32)
    distance = np.hypot(axis[:, None], axis[None])
    cover: Floats = np.clip((1 - distance) * 55 + 0.5, 0, 1)
    if ring:
        cover *= np.clip((distance - 0.9) * 55 + 0.5, 0, 1)
    tone = blend(edge, colour, np.clip(0.62 - 0.5 * axis[:, None] - 0.12 * distance, 0, 1))
    cover = cv2.GaussianBlur(cover, (0, 0), 1.1)
    return np.dstack([tone * cover[..., None], cover]).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Podium:
    """A round plinth whose top's middle is the product's foot; sizes in pixels."""

    sprite: Sprite
    width: float
    height: float
    rise: float

    @classmethod
    def of(
        cls, palette: Palette, radius: float, tall: float, slope: float, contact: tuple[float, float]
    ) -> Podium:
        """Draw it for an eye that looks down by ``slope``.

        ``contact`` is how far aside the product's foot stands, and half its width.
        """
        rise = max(2.0, radius * slope)
        width, height = 2 * radius + 8, tall + 2 * rise + 8
        rgb, alpha = _plinth(palette, radius, tall, rise, contact, (round(width), round(height)))
        return cls(Sprite.of(rgb, alpha), width, height, rise)

    def paint(self, picture: Picture, camera: Camera, foot: float) -> None:
        corner = (-self.width / 2, foot - self.rise - 4, 0.0)
        card = Plane(corner, (self.width, 0.0, 0.0), (0.0, self.height, 0.0))
        picture.place(self.sprite, card.leaned(-camera.yaw), camera)


def _plinth(
    palette: Palette,
    radius: float,
    tall: float,
    rise: float,
    contact: tuple[float, float],
    size: tuple[int, int],
) -> tuple[Floats, Floats]:
    x = (np.arange(size[0], dtype=np.float32) + 0.5 - size[0] / 2) / radius
    y = np.arange(size[1], dtype=np.float32) + 0.5 - 4 - rise
    bulge = rise * np.sqrt(np.clip(1 - x**2, 0, 1))
    inside = np.clip((1 - np.abs(x)) * radius + 0.5, 0, 1)
    top = np.clip(bulge[None] - np.abs(y[:, None]) + 0.5, 0, 1) * inside
    lower = np.clip(tall + bulge[None] - y[:, None] + 0.5, 0, 1) * np.clip(y[:, None] + 0.5, 0, 1) * inside
    alpha = np.maximum(top, lower)
    high, low = (palette.wall, palette.deep) if not palette.dark else (palette.floor, palette.deep)
    side_light = np.clip(0.72 - 0.5 * (x + 0.42) ** 2 + 0.25 * np.exp(-(((x - 0.93) / 0.06) ** 2)), 0.05, 1)
    side = blend(low, high, np.repeat(side_light[None], size[1], 0))
    side *= np.linspace(1.0, 0.72, size[1], dtype=np.float32)[:, None, None]
    spot = np.exp(-((x[None] + 0.1) ** 2) * 1.1) * (0.85 - 0.2 * y[:, None] / rise)
    lift = 1.35 if palette.dark else 1.06
    face = np.clip(blend(low, high, np.clip(spot, 0, 1)) * lift, 0, 1)
    reach, away = contact[1] / radius, np.abs(x[None] - contact[0] / radius)
    depth = y[:, None] / rise
    wide = np.exp(-((away / (reach * 1.25)) ** 4) - (depth / (1.3 * max(reach, 0.2))) ** 2)
    close = np.exp(-((away / (0.95 * reach)) ** 6) - ((depth + 0.02) / 0.09) ** 2)
    face *= (1 - np.clip(0.5 * wide + 0.55 * close, 0, 0.9))[..., None]
    rgb = side * (1 - top[..., None]) + face * top[..., None]
    edge = np.exp(-(((np.abs(y[:, None]) - bulge[None]) / 2.0) ** 2)) * (y[:, None] > -2) * top
    rgb += edge[..., None] * np.asarray(palette.light, np.float32) * (0.3 if palette.dark else 0.22)
    return np.clip(rgb, 0, 1).astype(np.float32), alpha.astype(np.float32)
