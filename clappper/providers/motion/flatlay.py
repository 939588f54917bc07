"""The flat lay: a product that cannot stand, lying on a surface seen from above.

The camera hangs over it; light falls from the upper left, so the shadow lies to the lower right.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from clappper.providers.motion.air import Particles
from clappper.providers.motion.arrays import Bytes, Floats
from clappper.providers.motion.camera import Camera, Plane, ease_out, glide, move, smooth
from clappper.providers.motion.colour import Lch, Rgb, from_hex
from clappper.providers.motion.cutout import Cutout
from clappper.providers.motion.environments import bokeh
from clappper.providers.motion.hero import Hero
from clappper.providers.motion.noise import clouds
from clappper.providers.motion.picture import Picture
from clappper.providers.motion.shot import Shot
from clappper.providers.motion.stage import Paint, environment_of, gleam_at, gobo_of, layout, light_of
from clappper.providers.motion.textures import GOBOS, SURFACES, blend, linen, radial, slate

SIDE = 640
RELIEF_SIDE = 1024
SPREAD = 1.5
"""How much larger than the frame the surface is, so that the camera can move and turn."""


class FlatLay:
    """A surface of the brand's tone for a packshot, of the place's own material for a lifestyle scene."""

    def __init__(self, shot: Shot, cutout: Cutout) -> None:
        self._shot, self._light = shot, light_of(shot)
        self._in_place = shot.scene == "lifestyle"
        place = layout(shot, scale=0.96, lift=0.012)
        self._hero = Hero.of(cutout, place.width, place.height, self._light)
        self._foot = place.middle + self._hero.height / 2
        self._middle = place.middle
        self._side = SPREAD * max(shot.width, shot.height)
        rng = shot.rng(41)
        entry = environment_of(shot)
        self._is_dark = bool(entry["dark"]) if self._in_place else shot.palette.dark
        self._surface, self._relief = self._materials(rng)
        gobo = str(entry.get("gobo", "")) if self._in_place else ("" if self._is_dark else gobo_of(shot))
        self._gobo = GOBOS[gobo](320, rng) if gobo in GOBOS else None
        self._beam = _beam(from_hex(entry["light"]) if self._in_place else shot.palette.light)
        self._lights = self._near_lights(rng) if self._in_place else None
        self._sheets = () if self._in_place else _sheets(shot)
        camera = Camera.of(shot.width, shot.height, max(shot.focal_mm, 50))
        name = shot.camera_move if shot.camera_move != "static" else "dolly_in"
        hand = float("handheld" in shot.reading.traits)
        strength = (0.8 if shot.camera_move != "static" else 0.5) * shot.stride
        self._camera_at = move(name, camera, strength=strength, handheld=hand, seed=shot.seed)
        self._turn = (0.5 if "spin" in shot.reading.traits else 0.07) * shot.stride
        kind = "sparkle" if "sparkle" in shot.reading.traits else "dust"
        self._dust = Particles(kind, shot.palette.light, shot.unit, shot.height, shot.rng(3))

    def _materials(self, rng: np.random.Generator) -> tuple[Floats, Bytes]:
        """Paint the surface's colour, soft, and its fine relief, sharp."""
        shot, middle = self._shot, 0.5 + self._middle / self._side
        reach = 0.62 * shot.unit / self._side
        pool = radial(SIDE, SIDE, 0.47, middle - 0.02, 1.6 * reach, 1.6 * reach)
        if self._in_place:
            painter, _ = SURFACES[environment_of(shot)["surface"]]
            light = np.asarray(from_hex(environment_of(shot)["light"]), np.float32)
            ground = painter(SIDE, rng) * (0.55 + 0.5 * light) * (0.5 + 0.55 * pool[..., None])
            if self._is_dark:
                glow = np.asarray(Lch.of(shot.palette.accent).deepened(0.45, 0.09).rgb(), np.float32)
                ground += pool[..., None] ** 2 * glow * 0.6
        else:
            low, high = _ground_tones(shot)
            ground = blend(low, high, np.clip(pool * 1.05, 0, 1))
            ground *= 0.94 + 0.12 * clouds(SIDE, SIDE, rng, cells=4, octaves=5)[..., None]
        weave = slate if self._is_dark or self._in_place else linen
        return np.clip(ground, 0, 1).astype(np.float32), weave(RELIEF_SIDE, rng)

    def _near_lights(self, rng: np.random.Generator) -> Floats:
        """Scatter large discs of light out of focus, close to the lens, around the product."""
        shot, entry = self._shot, environment_of(self._shot)
        colours = [from_hex(colour) for colour in entry["bokeh"]["colours"]] + [shot.palette.accent]
        rows, columns = (
            round(320 * side / max(shot.width, shot.height)) for side in (shot.height, shot.width)
        )
        size = 0.17 * shot.unit / shot.width
        discs = bokeh(colours, 16, size, rows, columns, rng, top=-0.1, bottom=1.1)
        clear = 1 - radial(rows, columns, 0.5, 0.5 + self._middle / shot.height / 1.15, 0.42, 0.3)
        near: Floats = cv2.GaussianBlur(discs, (0, 0), 3).astype(np.float32) * clear[..., None]
        return near * np.float32((0.65 if self._is_dark else 0.2) / 255)

    def paint(self, picture: Picture, t: float) -> None:
        shot, hero = self._shot, self._hero
        seconds = t * shot.seconds
        view = replace(self._camera_at(t), roll=self._turn * (glide(t) - 0.5))
        around = Plane.upright(0, 0, self._side, self._side, 0.02 * shot.unit)
        picture.begin()
        picture.lay(self._surface, around, view)
        self._paint_sheets(picture, view, seconds)
        if self._gobo is not None:
            sway = 0.02 * self._side * np.sin(0.6 * seconds)
            leaf = Plane.upright(sway, 0, self._side, self._side).leaned(0, 0.03 * np.sin(0.8 * seconds))
            picture.shade(self._gobo, leaf, view, amount=0.3)
        self._sweep(picture, view, t)
        stand = hero.plane(0, self._foot)
        hero.drop(picture, view, stand, 0.03 * shot.unit)
        picture.settle()
        picture.emboss(self._relief, around, view, 0.16 if self._is_dark else 0.09)
        hero.paint(picture, view, stand, self._light, gleam_at(seconds, shot.seconds))
        self._dust.paint(picture, view, seconds, gain=0.7 if self._is_dark else 0.3)
        if self._lights is not None:
            drift = 0.04 * shot.width * np.sin(0.5 * seconds)
            size = 1.15 * shot.width, 1.15 * shot.height
            picture.haze(self._lights, Plane.upright(drift, 0, *size, -0.2 * view.focal), view)
        picture.bloom(0.4 if self._is_dark else 0.16)

    def _paint_sheets(self, picture: Picture, view: Camera, seconds: float) -> None:
        """Lay paper discs under the product, each with its own shadow."""
        shot = self._shot
        for index, (sheet, share, x, y) in enumerate(self._sheets):
            grown = 0.86 + 0.14 * ease_out((seconds - 0.1 * index) / 0.9)
            side = share * 2 * shot.unit * grown
            where = x * shot.unit, self._middle + y * shot.unit
            under = Plane.upright(where[0] + 0.014 * side, where[1] + 0.02 * side, side * 1.08, side * 1.08)
            picture.shade(_SHEET_SHADOW, under, view, amount=0.42)
            picture.lay(sheet, Plane.upright(*where, side, side), view)

    def _sweep(self, picture: Picture, view: Camera, t: float) -> None:
        """Let a broad band of light wander over the surface."""
        across = (smooth(t) - 0.5) * 0.5 * self._side
        plane = Plane.upright(across, self._middle, self._side, self._side).leaned(0, 0.5)
        picture.shine(self._beam, plane, view, gain=0.16 if self._is_dark else 0.1)


def _ground_tones(shot: Shot) -> tuple[Rgb, Rgb]:
    """Choose a surface's edge and lit middle: near black touched by the accent, or the set's own."""
    if not shot.palette.dark:
        return shot.palette.deep, shot.palette.wall
    accent = Lch.of(shot.palette.accent)
    return accent.deepened(0.13, 0.012).rgb(), accent.deepened(0.31, 0.03).rgb()


def _beam(light: Rgb) -> Floats:
    x = np.linspace(-1, 1, 128, dtype=np.float32)
    band = np.exp(-((x / 0.16) ** 2))[None] * np.exp(-((x / 0.7) ** 2))[:, None]
    beam: Floats = band[..., None] * np.asarray(light, np.float32)
    return beam.astype(np.float32)


def _round(side: int, blur: float) -> Floats:
    axis = np.linspace(-1.04, 1.04, side, dtype=np.float32)
    cover = np.clip((1 - np.hypot(axis[:, None], axis[None])) * side / 2.2 + 0.5, 0, 1)
    soft: Floats = cv2.GaussianBlur(cover, (0, 0), blur)
    return soft


_SHEET_SHADOW: Floats = 1 - np.pad(_round(120, 3.0), 6)


def _sheets(shot: Shot) -> tuple[tuple[Floats, float, float, float], ...]:
    """Cut two discs: one of the brand's accent, one that leads from it to the ground."""
    accent = Lch.of(shot.palette.accent)
    product = shot.cutout.lightness if shot.cutout else 0.5
    if shot.palette.dark:
        tones = (accent.deepened(0.2, 0.02), accent.deepened(0.36 if product > 0.5 else 0.5, 0.085))
    else:
        light = accent.at(0.82 if product < 0.6 else 0.45)
        tones = (accent.at(0.93, 0.04), light if abs(accent.lightness - product) < 0.2 else accent)
    cover = _round(420, 0.8)
    slope = np.linspace(1.05, 0.95, 420, dtype=np.float32)[:, None, None]
    discs = [
        np.dstack([np.clip(np.asarray(tone.rgb(), np.float32) * slope, 0, 1) * cover[..., None], cover])
        for tone in tones
    ]
    return ((discs[0], 0.47, 0.1, -0.06), (discs[1], 0.37, -0.03, 0.0))


def direct(shot: Shot, cutout: Cutout) -> Paint:
    return FlatLay(shot, cutout).paint
