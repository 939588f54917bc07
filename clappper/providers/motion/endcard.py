"""The end card: the product calm and high on a clean surface, one even tone below it for the words.

``PRODUCT_BOXES`` is the rectangle that titles leave free for the product. A wider core keeps to a
rectangle that also lies clear of the words in every taller aspect cut around it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clappper.providers.motion.air import Particles
from clappper.providers.motion.arrays import Floats
from clappper.providers.motion.camera import Camera, Plane, ease_out, glide
from clappper.providers.motion.colour import Rgb, card_tones
from clappper.providers.motion.cutout import Cutout
from clappper.providers.motion.hero import Hero
from clappper.providers.motion.picture import SOFT, Picture
from clappper.providers.motion.shot import Shot
from clappper.providers.motion.stage import Paint, gleam_at, light_of
from clappper.providers.motion.textures import radial

BIGGER = 1.12
HILLS = 3


@dataclass(frozen=True, slots=True)
class Box:
    """Where the product may stand, as shares of the core: its width around the middle, top and bottom."""

    width: float
    top: float
    bottom: float


PRODUCT_BOXES = (
    (0.7, Box(0.8, 0.19, 0.44)),
    (0.9, Box(0.72, 0.06, 0.415)),
    (1.2, Box(0.72, 0.05, 0.39)),
    (99.0, Box(0.5, 0.05, 0.39)),
)
"""By the core's width over its height, up to and including."""


def product_box(shot: Shot) -> Box:
    """Choose the rectangle for a shot's core."""
    aspect = shot.core_width / shot.core_height
    return next(box for widest, box in PRODUCT_BOXES if aspect <= widest)


class Card:
    """A lit wall over a wide, even ground with a curved edge, and low hills at the picture's foot."""

    def __init__(self, shot: Shot, box: Box) -> None:
        self._shot = shot
        self._tones = tones = card_tones(
            shot.brand, shot.palette, shot.cutout.lightness if shot.cutout else None
        )
        self._camera = Camera.of(shot.width, shot.height, 50)
        self._size = (shot.width * BIGGER, shot.height * BIGGER)
        self._y, self._x = _pixels(*self._size)
        core = shot.core_height
        self.edge = (box.bottom - 0.5 - 0.028) * core
        sag = 0.03 * core / (0.5 * shot.core_width) ** 2
        middle = ((box.top + box.bottom) / 2 - 0.5) * core
        self._wall = _wall(
            tones.wall, tones.glow, self._x, self._y - middle, shot.unit, dark=shot.palette.dark
        )
        self._ground = _dome(self._y - self.edge - sag * self._x**2, tones.ground, tones.rim, shot.unit)
        self._fall = _fall(self._y - self.edge - sag * self._x**2, shot.unit)
        self._hills = self._hilly(tones.ground, tones.hill)
        self._halo = radial(96, 96, 0.5, 0.5, 0.23, 0.23)[..., None] * np.asarray(tones.glow, np.float32)
        self._middle = middle

    def _hilly(self, ground: Rgb, hill: Rgb) -> list[Floats]:
        """Raise hills where no words stand: below the core's text, under the platform's buttons."""
        shot, low, high = self._shot, np.asarray(ground), np.asarray(hill)
        bend = 0.16 * shot.unit / (0.5 * shot.width) ** 2
        start = max(0.215 * shot.height, (0.2 if shot.is_tall else 0.46) * shot.core_height)
        hills = []
        for index in range(HILLS):
            red, green, blue = (float(v) for v in low + (high - low) * (index + 1) / HILLS)
            top = start + index * 0.095 * shot.height
            aside = self._x + (0.3, -0.34, 0.16)[index] * shot.width
            hills.append(_dome(self._y - top - bend * aside**2, (red, green, blue), hill, shot.unit))
        return hills

    def paint(self, picture: Picture, seconds: float, *, shadow: bool) -> None:
        """Let the ground rise and settle, the hills one after another, and the light breathe."""
        picture.begin()
        breath = 0.5 + 0.5 * np.sin(0.9 * seconds)
        picture.lay(self._wall, self._plane(0), self._camera)
        side = self._shot.unit * (1.25 + 0.08 * breath)
        picture.shine(
            self._halo,
            Plane.upright(0, self._middle, side, side),
            self._camera,
            gain=(0.3 if self._shot.palette.dark else 0.1) * (0.75 + 0.25 * float(breath)),
        )
        rise = 0.05 * self._shot.unit * (1 - ease_out(seconds / 0.7, 3))
        if shadow:
            picture.shade(self._fall, self._plane(rise), self._camera, amount=0.5)
        picture.lay(self._ground, self._plane(rise), self._camera)
        for index, hill in enumerate(self._hills):
            late = 1 - ease_out((seconds - 0.12 * (index + 1)) / 1.1, 3)
            sway = 0.012 * self._shot.unit * np.sin(0.6 * seconds + 2.1 * index)
            picture.lay(hill, self._plane(0.22 * self._shot.unit * late + sway), self._camera)

    def _plane(self, lower: float) -> Plane:
        return Plane.upright(0, lower, *self._size)


def _pixels(width: float, height: float) -> tuple[Floats, Floats]:
    """Give each soft pixel's place, in output pixels from the middle."""
    rows, columns = round(height / SOFT), round(width / SOFT)
    y = (np.arange(rows, dtype=np.float32) + 0.5) * np.float32(height / rows) - height / 2
    x = (np.arange(columns, dtype=np.float32) + 0.5) * np.float32(width / columns) - width / 2
    return y[:, None].astype(np.float32), x[None].astype(np.float32)


def _wall(tone: Rgb, glow: Rgb, x: Floats, y: Floats, unit: float, *, dark: bool) -> Floats:
    """Light a wall from behind the product, falling off evenly."""
    far = np.exp(-((x / (0.95 * unit)) ** 2) - (y / (0.85 * unit)) ** 2)
    near = np.exp(-((x / (0.46 * unit)) ** 2) - (y / (0.4 * unit)) ** 2)
    edge, middle = np.asarray(tone, np.float32), np.asarray(glow, np.float32)
    edge = edge * (0.55 if dark else 0.94)
    weight = np.clip((0.4 if dark else 0.35) * far + 0.3 * near, 0, 1)
    lit: Floats = edge + (middle - edge) * weight[..., None]
    return lit.astype(np.float32)


def _dome(depth: Floats, tone: Rgb, rim: Rgb, unit: float) -> Floats:
    """Fill what lies below an edge, premultiplied (h, w, 4); ``depth`` is pixels below it."""
    cover = np.clip(depth / SOFT + 0.5, 0, 1)
    lip = np.exp(-np.abs(depth) / (0.006 * unit)) * 0.5 + np.exp(-np.abs(depth) / (0.04 * unit)) * 0.22
    base = np.asarray(tone, np.float32)
    lit = base + (np.asarray(rim, np.float32) - base) * lip[..., None]
    return np.dstack([lit * cover[..., None], cover]).astype(np.float32)


def _fall(depth: Floats, unit: float) -> Floats:
    """Make the shadow a sheet throws on the sheet above it, 1 where light passes."""
    shade: Floats = 1 - np.exp(-((np.minimum(depth, 0) / (0.045 * unit)) ** 2)) * 0.6
    return shade.astype(np.float32)


class Endcard:
    """A standing product stands on the ground's edge; a lying one lies on the sheet above it."""

    def __init__(self, shot: Shot, cutout: Cutout) -> None:
        self._shot, self._light = shot, light_of(shot)
        self._box = box = product_box(shot)
        self._card = Card(shot, box)
        self._camera = Camera.of(shot.width, shot.height, max(shot.focal_mm, 50), 0.2 * shot.unit)
        tall = (box.bottom - box.top - 0.008) * shot.core_height
        if not cutout.standing:
            tall *= 0.84
        self._hero = Hero.of(cutout, box.width * shot.core_width, tall, self._light)
        lowest = (box.bottom - 0.5 - 0.008) * shot.core_height
        self._foot = lowest if cutout.standing else lowest - 0.12 * tall
        self._dust = Particles("dust", shot.palette.light, shot.unit, shot.height, shot.rng(3))

    def paint(self, picture: Picture, t: float) -> None:
        shot, hero = self._shot, self._hero
        seconds, view = t * shot.seconds, self._camera
        arrived = ease_out(seconds / 0.7)
        stand = _scaled(hero.plane(0, self._foot), (0.93 + 0.035 * arrived) + 0.035 * glide(t))
        if hero.standing:
            self._card.paint(picture, seconds, shadow=False)
            hero.touch(picture, stand, view, 0.85 * arrived)
        else:
            self._card.paint(picture, seconds, shadow=True)
            hero.drop(picture, view, stand, 0.028 * shot.unit * (1.6 - 0.6 * arrived))
        picture.settle()
        if hero.standing:
            hero.mirror(picture, view, stand, (0.2 if shot.palette.dark else 0.12) * arrived)
        hero.paint(picture, view, stand, self._light, gleam_at(seconds, shot.seconds, start=0.25))
        self._dust.paint(picture, view, seconds, gain=0.45 if shot.palette.dark else 0.2)
        picture.bloom(0.3 if shot.palette.dark else 0.12)


def _scaled(plane: Plane, scale: float) -> Plane:
    """Grow a card about the middle of its foot."""
    x, y, z = plane.corner
    width, height = plane.across[0], plane.down[1]
    return Plane(
        (x + width * (1 - scale) / 2, y + height * (1 - scale), z),
        (width * scale, 0.0, 0.0),
        (0.0, height * scale, 0.0),
    )


def direct(shot: Shot, cutout: Cutout) -> Paint:
    return Endcard(shot, cutout).paint
