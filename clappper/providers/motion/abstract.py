"""Footage from nothing but colours and words: silk, fluid light, speed, networks, places without a product.

Fields are painted at a quarter of the size: they have no edges to lose.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from clappper.providers.motion.air import Particles, Shafts
from clappper.providers.motion.arrays import Floats
from clappper.providers.motion.camera import Camera, ease_out, move
from clappper.providers.motion.colour import Lch, Rgb
from clappper.providers.motion.environments import bokeh
from clappper.providers.motion.lifestyle import Place
from clappper.providers.motion.montage import cuts
from clappper.providers.motion.noise import clouds
from clappper.providers.motion.picture import SOFT, Picture
from clappper.providers.motion.shot import Shot
from clappper.providers.motion.stage import Paint, environment_of

Field = Callable[[Picture, float], None]


def _ramp(stops: list[Rgb]) -> Floats:
    """Spread colours evenly over 256 steps, (256, 3), eased so that no stop shows as a line."""
    at = np.linspace(0, len(stops) - 1, 256)
    whole = np.minimum(at.astype(int), len(stops) - 2)
    part = (at - whole)[:, None]
    part = part * part * (3 - 2 * part)
    colours = np.array(stops)
    ramp: Floats = (colours[whole] * (1 - part) + colours[whole + 1] * part).astype(np.float32)
    return ramp


def _tones(shot: Shot) -> list[Rgb]:
    """Order a shot's colours from its ground to its brightest light."""
    palette, accent = shot.palette, Lch.of(shot.palette.accent)
    if palette.dark:
        low, middle = accent.deepened(0.32, 0.09), accent.deepened(0.58, 0.13)
        return [palette.deep, low.rgb(), middle.rgb(), palette.accent, accent.at(0.88, 0.1).rgb()]
    return [accent.at(0.62, 0.14).rgb(), palette.accent, palette.wall, accent.at(0.97, 0.03).rgb()]


class Silk:
    """Folds of cloth, lit from the side, breathing."""

    def __init__(self, shot: Shot) -> None:
        rng = shot.rng(31)
        rows, columns = -(-shot.height // SOFT), -(-shot.width // SOFT)
        scale = min(rows, columns)
        self._y, self._x = (axis.astype(np.float32) / scale for axis in np.mgrid[0:rows, 0:columns])
        self._warp = clouds(rows, columns, rng, cells=1.3, octaves=2) * 1.15
        self._phase = rng.uniform(0, 6.3, 5)
        self._ramp = _ramp(_tones(shot))
        self._gloss = np.asarray(Lch.of(shot.palette.accent).at(0.95, 0.05).rgb(), np.float32)

    def __call__(self, picture: Picture, seconds: float) -> None:
        across = (
            2.1 * self._x + 1.25 * self._y + 0.42 * np.sin(1.9 * self._y + 0.5 * seconds + self._phase[0])
        )
        bent = across + self._warp * (0.55 + 0.08 * np.sin(0.6 * seconds))
        folds = np.sin(3.1 * bent + 0.8 * seconds + self._phase[1])
        folds += 0.55 * np.sin(5.3 * bent - 2.2 * self._y - 0.6 * seconds + self._phase[2])
        folds += 0.22 * np.sin(11.7 * bent + 1.5 * self._x + 0.9 * seconds + self._phase[3])
        slope = cv2.Sobel(folds.astype(np.float32), -1, 1, 0) + 0.6 * cv2.Sobel(
            folds.astype(np.float32), -1, 0, 1
        )
        lit = 0.5 + 0.5 * np.tanh(slope * 3.4)
        tone = np.clip(0.62 * lit + 0.19 * (folds / 1.77 + 1), 0, 1)
        picture.ground[:] = self._ramp[(tone * 255).astype(np.uint8)]
        sheen = np.clip(lit - 0.62, 0, 1) ** 2 * np.clip(folds, 0, 2)
        picture.ground += (sheen * 1.4)[..., None] * self._gloss


class Fluid:
    """Inks of light flowing into each other."""

    def __init__(self, shot: Shot) -> None:
        rng = shot.rng(32)
        rows, columns = -(-shot.height // SOFT), -(-shot.width // SOFT)
        self._size = (columns, rows)
        self._fields = [clouds(rows * 2, columns * 2, rng, cells=3.2, octaves=2) for _ in range(3)]
        self._y, self._x = np.mgrid[0:rows, 0:columns].astype(np.float32)
        self._first, self._second = _ramp(_tones(shot)), np.asarray(shot.palette.second, np.float32)

    def __call__(self, picture: Picture, seconds: float) -> None:
        columns, rows = self._size
        reach = 0.42 * min(columns, rows)
        shift = (0.5 + 0.35 * np.sin(0.23 * seconds)) * rows, (0.5 + 0.35 * np.cos(0.19 * seconds)) * columns
        warp = [
            self._fields[i][int(shift[0] * 0.9) :, int(shift[1] * 0.9) :][:rows, :columns] for i in range(2)
        ]
        turn = np.sin(seconds * 0.4), np.cos(seconds * 0.33)
        x = self._x + reach * ((warp[0] - 0.5) * (2 + turn[0]) + 0.5) + 0.25 * columns
        y = self._y + reach * ((warp[1] - 0.5) * (2 + turn[1]) + 0.5) + 0.03 * rows * seconds
        flow = cv2.remap(
            self._fields[2],
            x.astype(np.float32),
            y.astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REFLECT,
        )
        picture.ground[:] = self._first[np.clip(flow * 255, 0, 255).astype(np.uint8)]
        mix = np.clip((warp[0] - 0.55) * 2.4, 0, 0.75)[..., None]
        picture.ground += (self._second - picture.ground) * mix


class Streaks:
    """Speed: light rushing past towards the viewer."""

    def __init__(self, shot: Shot) -> None:
        rng = shot.rng(33)
        rows, columns = -(-shot.height // SOFT), -(-shot.width // SOFT)
        y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
        x, y = (x - 0.5 * columns) / min(rows, columns), (y - 0.44 * rows) / min(rows, columns)
        radius = np.sqrt(x * x + y * y) + 0.02
        self._lane = ((np.arctan2(y, x) / (2 * np.pi) + 0.5) * 1023).astype(np.float32)
        self._depth = (np.log(radius) * 150).astype(np.float32)
        self._fade = np.clip((radius - 0.04) * 2.1, 0, 1) ** 1.3
        self._core = np.exp(-((radius / 0.42) ** 1.4)).astype(np.float32)
        lanes = np.clip((rng.random((512, 1024), np.float32) - 0.965) * 28, 0, 1)
        lanes = np.tile(lanes, (2, 1))
        self._lanes = _streaked(lanes)
        tones = _tones(shot)
        accent = Lch.of(shot.palette.accent)
        self._ground = _ramp([accent.deepened(0.17, 0.06).rgb(), accent.deepened(0.36, 0.12).rgb(), tones[1]])
        self._hot = np.asarray(tones[-1], np.float32)
        self._second = np.asarray(shot.palette.second, np.float32)

    def __call__(self, picture: Picture, seconds: float) -> None:
        travel = self._depth - (seconds * 420)
        lines = cv2.remap(
            self._lanes,
            self._lane,
            np.mod(travel, 512).astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_WRAP,
        )
        slow = cv2.remap(
            self._lanes,
            np.mod(self._lane + 311, 1023).astype(np.float32),
            np.mod(self._depth - seconds * 210, 512).astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_WRAP,
        )
        pulse = 0.85 + 0.15 * np.sin(seconds * 6.3)
        picture.ground[:] = self._ground[np.clip(self._core * 255 * pulse, 0, 255).astype(np.uint8)]
        picture.ground += (lines * self._fade)[..., None] * self._hot + (slow * self._fade * 0.7)[
            ..., None
        ] * self._second
        picture.ground += (self._core**3 * 0.5 * pulse)[..., None] * self._hot


def _streaked(lanes: Floats) -> Floats:
    """Draw points out into streaks with a bright head."""
    long = cv2.blur(lanes, (1, 61)) * 5 + cv2.blur(lanes, (1, 17)) * 3
    return np.clip(cv2.GaussianBlur(long, (0, 0), 0.7), 0, 1).astype(np.float32)


class Network:
    """Points of light joined by fine lines, slowly turning."""

    def __init__(self, shot: Shot) -> None:
        rng = shot.rng(34)
        self._fluid = Fluid(shot)
        self._shot = shot
        self._points = rng.uniform(-1, 1, (120, 3)) * (0.95 * shot.width, 0.75 * shot.height, 0.8 * shot.unit)
        distance = np.linalg.norm(self._points[:, None] - self._points[None], axis=-1)
        near = (distance < 0.4 * shot.unit) & (distance > 0)
        self._pairs = [(i, j) for i, j in np.argwhere(near) if i < j][:330]
        self._camera = Camera.of(shot.width, shot.height, 35)
        self._phase = rng.uniform(0, 6.3, len(self._points))

    def __call__(self, picture: Picture, seconds: float) -> None:
        self._fluid(picture, seconds * 0.7)
        picture.ground *= 0.55 if self._shot.palette.dark else 1.0

    def draw(self, picture: Picture, seconds: float) -> None:
        angle = 0.16 * seconds - 0.3
        cos, sin = np.cos(angle), np.sin(angle)
        turned = self._points @ np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])
        places, scale = self._camera.project(turned)
        mask = np.zeros((picture.height, picture.width), np.uint8)
        fixed = np.rint(places * 16).astype(int)
        for i, j in self._pairs:
            tone = int(np.clip(150 * min(scale[i], scale[j]) ** 3, 12, 190))
            cv2.line(mask, tuple(map(int, fixed[i])), tuple(map(int, fixed[j])), (tone,), 1, cv2.LINE_AA, 4)
        for place, near, phase in zip(fixed, scale, self._phase, strict=True):
            tone = int(np.clip(230 * near**2 * (0.75 + 0.25 * np.sin(2 * seconds + phase)), 30, 255))
            cv2.circle(
                mask,
                tuple(map(int, place)),
                int(72 * near * self._shot.unit / 1080),
                (tone,),
                -1,
                cv2.LINE_AA,
                4,
            )
        picture.tint(mask, self._shot.palette.light if self._shot.palette.dark else self._shot.palette.deep)


class Somewhere:
    """A place without a product: backdrop, bokeh and rays, the camera drifting through."""

    def __init__(self, shot: Shot) -> None:
        entry = environment_of(shot)
        camera = Camera.of(shot.width, shot.height, shot.focal_mm)
        self._place = Place(shot, camera, 0.16 * shot.height)
        name = shot.camera_move if shot.camera_move != "static" else "pan"
        self._camera_at = move(name, camera, strength=0.8 * shot.stride, seed=shot.seed)
        self._length = shot.seconds
        self._shafts = Shafts(shot.palette.light, shot.rng(35), spread=0.8)
        self._gain = 0.2 if entry["dark"] else 0.4

    def __call__(self, picture: Picture, seconds: float) -> None:
        view = self._camera_at(min(1.0, seconds / self._length))
        self._place.paint(picture, view, seconds)
        self._shafts.paint(picture, view, seconds, self._gain)
        self._place.paint_near(picture, view, seconds)


FIELDS: dict[str, Callable[[Shot], Field]] = {
    "silk": Silk,
    "fluid": Fluid,
    "streaks": Streaks,
    "network": Network,
    "place": Somewhere,
}


def _choose(shot: Shot) -> str:
    traits, place = shot.reading.traits, shot.reading.environment
    if "silk" in traits or (shot.scene == "endcard" and "energetic" not in traits):
        return "silk"
    if "tech" in traits or place == "lab":
        return "network"
    if place and shot.scene in {"lifestyle", "packshot"} and "energetic" not in traits:
        return "place"
    return "streaks" if "energetic" in traits else "fluid"


class Footage:
    """One field for the clip, or several cut on the beat for a montage."""

    def __init__(self, shot: Shot) -> None:
        self._shot = shot
        chosen = _choose(shot)
        names = [chosen]
        if shot.scene == "montage":
            names += [name for name in ("fluid", "streaks", "silk") if name != chosen]
        self._fields = [FIELDS[name](shot) for name in names]
        self._starts = cuts(shot) if shot.scene == "montage" else (0.0,)
        self._camera = Camera.of(shot.width, shot.height, 50)
        kind = "sparkle" if {"sparkle", "energetic"} & shot.reading.traits or shot.palette.dark else "pollen"
        self._air = Particles(kind, shot.palette.light, shot.unit, shot.height, shot.rng(36))
        lights = [shot.palette.accent, shot.palette.second, shot.palette.glow]
        discs = bokeh(lights, 8, 0.8, 160, 160, shot.rng(37), top=-0.2, bottom=1.2)
        self._leak = cv2.GaussianBlur(discs, (0, 0), 14)

    def paint(self, picture: Picture, t: float) -> None:
        seconds = t * self._shot.seconds
        which = max(index for index, start in enumerate(self._starts) if start <= t + 1e-9)
        since = seconds - self._starts[which] * self._shot.seconds
        field = self._fields[which % len(self._fields)]
        picture.begin()
        field(picture, seconds + 0.35 * ease_out(since / 0.5) if which else seconds)
        self._vignette(picture)
        if self._shot.scene == "endcard":
            picture.ground *= 0.8 if self._shot.palette.dark else 1.0
        picture.settle()
        if isinstance(field, Network):
            field.draw(picture, seconds)
        self._air.paint(picture, self._camera, seconds, gain=0.8)
        leak = cv2.resize(self._leak, picture.soft_size)
        picture.air += leak * np.float32((0.09 + 0.05 * np.sin(0.8 * seconds)) / 255)
        picture.bloom(0.35)
        if which:
            picture.expose(1.0 + 0.2 * float(np.exp(-since * 16)))

    def _vignette(self, picture: Picture) -> None:
        rows, columns = picture.ground.shape[:2]
        y, x = (
            np.linspace(-1, 1, rows, dtype=np.float32)[:, None],
            np.linspace(-1, 1, columns, dtype=np.float32)[None],
        )
        picture.ground *= (1 - 0.22 * (0.6 * x * x + y * y))[..., None]


def direct(shot: Shot) -> Paint:
    return Footage(shot).paint
