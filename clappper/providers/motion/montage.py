"""The montage: short looks at details, one per beat, each entering fast and settling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from clappper.providers.motion.air import Particles
from clappper.providers.motion.arrays import Bytes, Floats
from clappper.providers.motion.camera import Camera, Plane, ease_out, smooth
from clappper.providers.motion.colour import Lch, Rgb
from clappper.providers.motion.cutout import Cutout
from clappper.providers.motion.hero import Hero
from clappper.providers.motion.picture import Picture, Sprite
from clappper.providers.motion.shot import Shot
from clappper.providers.motion.stage import Paint, layout, light_of
from clappper.providers.motion.textures import blend, radial

SHORTEST_SECONDS = 0.42
DEFAULT_BEAT_SECONDS = 0.6
MOST_MAGNIFIED = 2.5
"""How far a photograph bears to be enlarged before it looks it."""
Look = Callable[[Picture, float, int], None]


def cuts(shot: Shot) -> tuple[float, ...]:
    """Give the start of each look as a share of the clip: on beats, never too close to be read."""
    beats = shot.beats or tuple(np.arange(0, shot.seconds, DEFAULT_BEAT_SECONDS))
    starts = [0.0]
    for beat in sorted(beats):
        if beat - starts[-1] >= SHORTEST_SECONDS and shot.seconds - beat >= SHORTEST_SECONDS * 0.9:
            starts.append(float(beat))
    return tuple(start / shot.seconds for start in starts)


def details(cutout: Cutout, count: int) -> list[tuple[float, float]]:
    """Find where a product has most to look at: places (x, y) as shares of its box, far apart."""
    grey = cv2.cvtColor(cutout.rgb, cv2.COLOR_RGB2GRAY)
    scale = 160 / max(grey.shape)
    grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    cover = cv2.resize(cutout.alpha, grey.shape[::-1], interpolation=cv2.INTER_AREA)
    inner = cv2.GaussianBlur(cover, (0, 0), 11) ** 2
    busy = cv2.GaussianBlur(np.abs(grey - cv2.GaussianBlur(grey, (0, 0), 4)), (0, 0), 9) * inner * cover
    busy *= np.clip((0.9 - np.linspace(0, 1, len(busy))) / 0.15, 0, 1)[:, None]
    found: list[tuple[float, float]] = []
    rows, columns = busy.shape
    y, x = np.mgrid[0:rows, 0:columns]
    enough = 0.4 * float(busy.max())
    for _ in range(count):
        row, column = np.unravel_index(int(busy.argmax()), busy.shape)
        if found and busy[row, column] < enough:
            break
        found.append((float((column + 0.5) / columns), float((row + 0.5) / rows)))
        near = np.exp(-((y - row) ** 2 + (x - column) ** 2) / (2 * 30.0**2))
        busy = busy * (1 - 0.97 * near)
    return found


@dataclass(frozen=True, slots=True)
class Inks:
    """Flat colours that go together: two grounds and a line."""

    first: Rgb
    second: Rgb
    line: Rgb


class Montage:
    """Each look makes what it needs when it is first shown: a clip of one second shows two of them."""

    def __init__(self, shot: Shot, cutout: Cutout) -> None:
        self._shot, self._cutout = shot, cutout
        self._starts = cuts(shot)
        self._light = light_of(shot)
        self._points = details(cutout, 4)
        self._camera = Camera.of(shot.width, shot.height, 50)
        self._inks = _inks(shot)
        self._ground = _spotlit(shot)
        self._dust = Particles("dust", shot.palette.light, shot.unit, shot.height, shot.rng(3))
        first = int(shot.rng(5).integers(5))
        looks = (self._macro, self._poster, self._macro, self._split, self._pattern)
        self._looks: tuple[Look, ...] = looks[first:] + looks[:first]

    @cached_property
    def _hero(self) -> Hero:
        place = layout(self._shot, scale=1.2)
        return Hero.of(self._cutout, place.width, place.height, self._light)

    @cached_property
    def _giant(self) -> Hero:
        shot, rows, columns = self._shot, *self._cutout.alpha.shape
        big = 1.35 * shot.core_height if shot.is_tall else 1.5 * shot.core_width
        scale = min(big / max(rows, columns), MOST_MAGNIFIED)
        return Hero.of(self._cutout, columns * scale, rows * scale, self._light, headroom=0.62)

    @cached_property
    def _soft(self) -> Sprite:
        return _softened(self._giant.sprite, 0.02 * self._shot.unit)

    @cached_property
    def _tile(self) -> Hero:
        place = layout(self._shot, scale=0.4)
        return Hero.of(self._cutout, place.width, place.height, self._light)

    @cached_property
    def _bands(self) -> tuple[Bytes, ...]:
        return _bands(self._shot)

    def paint(self, picture: Picture, t: float) -> None:
        which = max(index for index, start in enumerate(self._starts) if start <= t + 1e-9)
        seconds = (t - self._starts[which]) * self._shot.seconds
        picture.begin()
        self._looks[which % len(self._looks)](picture, seconds, which)
        picture.expose(1.0 + 0.22 * float(np.exp(-seconds * 16)))

    def _macro(self, picture: Picture, seconds: float, which: int) -> None:
        """Close on a detail; focus is found in the first third of a second."""
        giant, side = self._giant, 1 if which % 2 else -1
        # Larger than the frame: at its own edge a coarse ground fades out.
        ground = Plane.upright(0, 0, picture.width * 1.05, picture.height * 1.05)
        picture.lay(self._ground, ground, self._camera)
        picture.settle()
        x, y = self._points[which % len(self._points)]
        zoom = (1.0, 1.12, 1.06)[which % 3] * (1.12 - 0.1 * ease_out(seconds / 0.5) + 0.05 * seconds)
        drift = side * 0.06 * self._shot.unit * (1 - ease_out(seconds / 0.6, 3) - 0.25 * seconds)
        width, height = giant.width * zoom, giant.height * zoom
        plane = Plane.upright(
            (0.5 - x) * width + drift, (0.5 - y) * height - 0.03 * picture.height, width, height
        )
        plane = plane.leaned(0, side * 0.06)
        focus = smooth((seconds + 0.08) / 0.26)
        if focus < 1:
            picture.place(self._soft, plane, self._camera)
        if focus > 0.02:
            picture.place(giant.sprite, plane, self._camera, opacity=focus)
        self._dust.paint(picture, self._camera, seconds + which, gain=0.7)
        picture.bloom(0.4)

    def _split(self, picture: Picture, seconds: float, _which: int) -> None:
        """Slanted bands, each with its own detail, sliding against one another."""
        picture.begin(self._inks.first)
        picture.settle()
        for index, band in enumerate(self._bands):
            ink = (self._inks.first, self._inks.second, self._inks.line)[index % 3]
            picture.tint(band, ink)
            x, y = self._points[(1, 0, 2)[index] % len(self._points)]
            way = 1 if index % 2 else -1
            slide = way * self._shot.unit * (1.1 * (1 - ease_out(seconds / 0.42)) - 0.07 * seconds)
            width, height = self._giant.width * 0.86, self._giant.height * 0.86
            middle = (index - 1) * picture.height / 3 if self._shot.is_tall else 0.0
            aside = 0.0 if self._shot.is_tall else (index - 1) * picture.width / 3
            plane = Plane.upright((0.5 - x) * width + aside, (0.5 - y) * height + middle, width, height)
            plane = _moved(plane, slide, 0) if self._shot.is_tall else _moved(plane, 0, slide)
            picture.place(self._giant.sprite, plane, self._camera, within=band)

    def _poster(self, picture: Picture, seconds: float, which: int) -> None:
        """The whole product on flat colour before a growing circle, with a ring thrown outwards."""
        picture.begin(self._inks.second)
        picture.settle()
        way = 1 if which % 2 else -1
        radius = (
            0.43 * self._shot.unit * (0.55 + 0.45 * ease_out(seconds / 0.4))
            + 0.02 * self._shot.unit * seconds
        )
        picture.tint(_circle(picture, radius), self._inks.first)
        thrown = ease_out(seconds / 0.7, 3)
        ring = _circle(
            picture, self._shot.unit * (0.43 + 0.5 * thrown), ring=0.02 * self._shot.unit * (1 - thrown)
        )
        picture.tint(ring, self._inks.line)
        hero, scale = self._hero, 0.8 + 0.2 * ease_out(seconds / 0.35) + 0.05 * seconds
        width, height = hero.width * scale, hero.height * scale
        turn = way * (0.2 * (1 - ease_out(seconds / 0.5)) + 0.05 * seconds)
        hero.paint(
            picture, self._camera, Plane.upright(0, 0, width, height).leaned(0, turn), self._light, 2.0
        )

    def _pattern(self, picture: Picture, seconds: float, _which: int) -> None:
        """Rows of the product marching past each other."""
        picture.begin(self._inks.first)
        picture.settle()
        tile = self._tile
        step_x, step_y = tile.width * 1.28, tile.height * 1.22
        rows, columns = int(picture.height / step_y) + 3, int(picture.width / step_x) + 4
        travel = 0.9 * ease_out(seconds / 0.5) + 0.35 * seconds
        for row in range(rows):
            way = 1 if row % 2 else -1
            for column in range(columns):
                x = (column - (columns - 1) / 2 + way * travel * 0.6) * step_x
                y = (row - (rows - 1) / 2) * step_y
                turn = 0.12 * way * (1 - ease_out(seconds / 0.5))
                plane = Plane.upright(x, y, tile.width, tile.height).leaned(0, -0.16 + turn)
                picture.place(tile.sprite, plane, self._camera)


def _moved(plane: Plane, x: float, y: float) -> Plane:
    return Plane((plane.corner[0] + x, plane.corner[1] + y, plane.corner[2]), plane.across, plane.down)


def _inks(shot: Shot) -> Inks:
    """Choose two grounds the product stands out from, and a line colour that stands out from both."""
    accent, second = Lch.of(shot.palette.accent), Lch.of(shot.palette.second)
    product = shot.cutout.lightness if shot.cutout else 0.5
    tones = sorted(
        (accent, accent.at(0.9, 0.05), accent.deepened(0.24, 0.05), second),
        key=lambda tone: -abs(tone.lightness - product),
    )
    line = max(
        (accent.at(0.95, 0.03), accent.deepened(0.2, 0.05)),
        key=lambda tone: abs(tone.lightness - tones[0].lightness),
    )
    return Inks(tones[0].rgb(), tones[1].rgb(), line.rgb())


def _spotlit(shot: Shot) -> Floats:
    rows, columns = shot.height // 8, shot.width // 8
    pool = radial(rows, columns, 0.62, 0.36, 0.6, 0.5)
    return blend(shot.palette.deep, shot.palette.wall, pool)


def _softened(sprite: Sprite, sigma: float) -> Sprite:
    scale = 0.25
    tone = cv2.resize(sprite.tone, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    colour = cv2.resize(sprite.colour, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    edge = cv2.BORDER_CONSTANT
    return Sprite(
        cv2.GaussianBlur(tone, (0, 0), sigma * scale, borderType=edge),
        cv2.GaussianBlur(colour, (0, 0), max(0.5, sigma * scale / 2), borderType=edge),
    )


def _bands(shot: Shot) -> tuple[Bytes, ...]:
    """Mask three slanted bands across the longer side."""
    masks = []
    for index in range(3):
        mask = np.zeros((shot.height, shot.width), np.uint8)
        along, across = (shot.height, shot.width) if shot.is_tall else (shot.width, shot.height)
        slant = 0.09 * shot.unit
        low = -2 * slant if index == 0 else along * index / 3
        high = along + 2 * slant if index == 2 else along * (index + 1) / 3
        corners = np.array(
            [(0, low + slant), (across, low - slant), (across, high - slant), (0, high + slant)]
        )
        corners = corners if shot.is_tall else corners[:, ::-1]
        cv2.fillConvexPoly(mask, np.ascontiguousarray(corners, np.int32), (255,), cv2.LINE_AA)
        masks.append(mask)
    return tuple(masks)


def _circle(picture: Picture, radius: float, *, ring: float = 0.0) -> Bytes:
    mask = np.zeros((picture.height, picture.width), np.uint8)
    if ring and ring < 0.8:
        return mask
    middle = (picture.width * 8, picture.height * 8)
    cv2.circle(mask, middle, round(radius * 16), (255,), max(1, round(ring)) if ring else -1, cv2.LINE_AA, 4)
    return mask


def direct(shot: Shot, cutout: Cutout) -> Paint:
    return Montage(shot, cutout).paint
