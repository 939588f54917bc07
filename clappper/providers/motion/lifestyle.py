"""The lifestyle shot: the product where it is used, or the reference picture itself brought to life."""

from __future__ import annotations

import cv2
import numpy as np

from clappper.media.light import weighed
from clappper.providers.motion.air import Particles, Shafts
from clappper.providers.motion.arrays import Floats
from clappper.providers.motion.camera import Camera, Plane, eye_height, move, nearest_floor
from clappper.providers.motion.colour import Lch, Rgb, from_hex
from clappper.providers.motion.cutout import Cutout
from clappper.providers.motion.environments import HORIZON, backdrop, bokeh
from clappper.providers.motion.hero import Hero
from clappper.providers.motion.picture import SOFT, Picture
from clappper.providers.motion.shot import Shot
from clappper.providers.motion.stage import Paint, environment_of, gleam_at, layout, light_of
from clappper.providers.motion.textures import GOBOS, SURFACES

SURFACE_SIDE = 900


class Place:
    """A backdrop out of focus with bokeh in front of it, nearer bokeh, and the air."""

    def __init__(self, shot: Shot, camera: Camera, horizon: float) -> None:
        place, rng = environment_of(shot), shot.rng(11)
        self._far = 1.1 * max(shot.width, shot.height)
        spread = (camera.focal + self._far) / camera.focal
        self._centre = -camera.eye[1] * (spread - 1)
        self._size = (shot.width * spread * 1.5, shot.height * spread * 1.5)
        self._drop = (horizon - (HORIZON - 0.5) * shot.height * 1.5) * spread
        columns = 300
        rows = round(columns * self._size[1] / self._size[0])
        self._wall = _graded(backdrop(place, rows, columns, rng), shot)
        lights = [from_hex(colour) for colour in place["bokeh"]["colours"]] + [shot.palette.accent]
        size = place["bokeh"]["size"] * shot.unit / shot.width / 1.5
        count = place["bokeh"]["count"] // 2
        bottom = HORIZON if place["dark"] else HORIZON + 0.1
        self._bokeh = [
            bokeh(lights, count, size * scale, rows * 2, columns * 2, rng, top=0.1, bottom=bottom)
            for scale in (1.0, 1.5)
        ]
        self._near = bokeh(lights, 9, size * 4.5, 300, 300, rng, top=-0.2, bottom=1.2)
        self._near = cv2.GaussianBlur(self._near, (0, 0), 5)
        self._brightness = 0.85 if place["dark"] else 0.42

    def paint(self, picture: Picture, camera: Camera, seconds: float) -> None:
        picture.begin()
        middle = self._centre + self._drop
        picture.lay(self._wall, Plane.upright(0, middle, *self._size, self._far), camera)
        for index, lights in enumerate(self._bokeh):
            twinkle = 0.8 + 0.2 * np.sin(seconds * (1.1 + 0.5 * index) + 2.4 * index)
            z = self._far * (0.92 - 0.3 * index)
            sway = 0.008 * self._size[0] * np.sin(seconds * 0.4 + index)
            plane = Plane.upright(sway, middle, *self._size, z)
            picture.shine(lights, plane, camera, gain=float(self._brightness * twinkle))

    def paint_near(self, picture: Picture, camera: Camera, seconds: float) -> None:
        """Drift a few very large discs through the foreground."""
        width, height = picture.width * 1.1, picture.height * 1.1
        plane = Plane.upright(
            0.03 * width * np.sin(0.5 * seconds),
            0.02 * height * np.cos(0.4 * seconds),
            width,
            height,
            -0.4 * camera.focal,
        )
        matrix = camera.homography(plane, self._near.shape[1], self._near.shape[0])
        size = picture.soft_size
        warped = cv2.warpPerspective(self._near, np.diag([0.25, 0.25, 1.0]) @ matrix, size)
        picture.air += warped * np.float32(0.16 * self._brightness / 255)


def _graded(wall: Floats, shot: Shot) -> Floats:
    """Lean a place towards the brand's accent, so that it belongs to the ad."""
    grey = weighed(wall)
    tint = np.asarray(Lch.of(shot.palette.accent).at(0.7, 0.1).rgb(), np.float32)
    toned = grey[..., None] * tint / float(weighed(tint))
    graded: Floats = wall * 0.84 + toned * 0.16
    return graded


class Tabletop:
    """The surface a product stands on, sharp beneath it and soft with distance."""

    def __init__(self, shot: Shot, foot: float, far: float) -> None:
        place, rng = environment_of(shot), shot.rng(12)
        painter, self.mirror = SURFACES[place["surface"]]
        self._foot, self._far = foot, far
        light = np.asarray(from_hex(place["light"]), np.float32)
        self._texture = _finished(painter(SURFACE_SIDE, rng), light, dark=bool(place["dark"]))
        gobo = place.get("gobo", "")
        self._gobo = GOBOS[gobo](320, rng) if gobo in GOBOS else None
        self._width = 2.6 * shot.unit

    def paint(self, picture: Picture, camera: Camera, seconds: float) -> None:
        near = nearest_floor(camera, self._foot)
        plane = Plane.ground(self._foot, self._width * 1.6, near, self._far)
        picture.lay(self._texture, plane, camera)
        if self.mirror > 0.3:
            self._reflect(picture, camera)
        if self._gobo is not None:
            sway = 0.03 * self._width * np.sin(0.7 * seconds)
            shadow = Plane.ground(self._foot, self._width * 1.5, near * 0.9, self._far)
            shadow = Plane((shadow.corner[0] + sway, *shadow.corner[1:]), shadow.across, shadow.down)
            picture.shade(self._gobo, shadow, camera, amount=0.5)

    def _reflect(self, picture: Picture, camera: Camera) -> None:
        """Mirror the view above the far edge in a wet or polished surface."""
        place, _ = camera.project(np.array([[0.0, self._foot, self._far]]))
        edge = int(np.clip(place[0, 1] / SOFT, 1, picture.ground.shape[0] - 1))
        rows = min(edge, picture.ground.shape[0] - edge)
        above = cv2.blur(picture.ground[edge - rows : edge][::-1], (5, 21))
        below = np.linspace(0, 1, rows, dtype=np.float32)
        fade = ((0.85 - 0.75 * below) * np.clip(below * 9, 0.35, 1))[:, None, None]
        picture.ground[edge : edge + rows] += above * fade * np.float32(self.mirror)


def _finished(texture: Floats, light: Floats, *, dark: bool) -> Floats:
    """Light a surface and blur it towards its far end: premultiplied (h, w, 4), the far edge melting away."""
    rows = texture.shape[0]
    soft = cv2.GaussianBlur(texture, (0, 0), rows / 60)
    along = np.linspace(0, 1, rows, dtype=np.float32)[:, None, None]
    sharp = np.clip((along - 0.25) / 0.3, 0, 1) * np.clip((1.02 - along) / 0.2, 0, 1)
    mixed = soft + (texture - soft) * sharp
    lit = mixed * (0.75 + 0.45 * light) * (1.12 - 0.5 * along)
    if dark:
        lit += light * np.exp(-(((along - 0.08) / 0.2) ** 2)) * 0.16
    cover = np.clip(along[..., 0] * 16, 0, 1) * np.ones(texture.shape[:2], np.float32)
    return np.dstack([np.clip(lit, 0, 1) * cover[..., None], cover]).astype(np.float32)


class Scene:
    """A product in its place: standing on the surface, or floating before the view."""

    def __init__(self, shot: Shot, cutout: Cutout) -> None:
        self._shot = shot
        place = layout(shot, lift=-0.01)
        entry = environment_of(shot)
        self._light = light_of(shot)
        self._tint: Rgb = from_hex(entry["light"])
        self._hero = hero = Hero.of(cutout, place.width, place.height, self._light)
        self._floats = not hero.standing or "floating" in shot.reading.traits
        self._foot = place.foot(hero) + (0.09 * shot.core_height if self._floats else 0.0)
        self._base = place.foot(hero)
        raised = max(eye_height(self._foot, shot.unit), 0.3 * shot.unit)
        camera = Camera.of(shot.width, shot.height, shot.focal_mm, raised)
        depth = 0.55 * max(shot.width, shot.height)
        spread = (camera.focal + depth) / camera.focal
        horizon = (self._foot + raised) / spread - raised
        self._place = Place(shot, camera, horizon)
        self._table = Tabletop(shot, self._foot, depth)
        name = shot.camera_move if shot.camera_move != "static" else "pan"
        strength = 1.0 if shot.camera_move != "static" else 0.3
        hand = 1.0 if "handheld" in shot.reading.traits else 0.0
        self._camera_at = move(name, camera, strength=strength * shot.stride, handheld=hand, seed=shot.seed)
        self._air = Particles(entry["air"], self._tint, shot.unit, shot.height, shot.rng(13))
        self._shafts = Shafts(self._tint, shot.rng(14), spread=0.8)
        self._is_dark = bool(entry["dark"])
        self._beam = 0.12 if self._is_dark else 0.16

    def paint(self, picture: Picture, t: float) -> None:
        shot, hero = self._shot, self._hero
        seconds, view = t * shot.seconds, self._camera_at(t)
        spin = "spin" in shot.reading.traits and not hero.standing
        bob = 0.012 * shot.unit * np.sin(seconds * 1.4) if self._floats else 0.0
        stand = hero.plane(0, self._base + bob)
        self._place.paint(picture, view, seconds)
        self._table.paint(picture, view, seconds)
        hero.cast(
            picture,
            view,
            hero.plane(0, self._foot),
            length=0.3,
            lean=0.45,
            amount=0.45 if self._floats else 0.6,
        )
        if not self._floats:
            hero.touch(picture, stand, view)
        self._shafts.paint(picture, view, seconds, gain=self._beam)
        picture.settle()
        if not self._floats and self._table.mirror:
            hero.mirror(picture, view, stand, self._table.mirror)
        turn = (t - 0.5) * 0.7 if spin else (0.04 * np.sin(seconds) if self._floats else 0.0)
        stand = stand.leaned(-0.5 * view.yaw, turn)
        hero.paint(picture, view, stand, self._light, gleam_at(seconds, shot.seconds))
        self._air.paint(picture, view, seconds, gain=0.9)
        self._place.paint_near(picture, view, seconds)
        picture.bloom(0.35 if self._is_dark else 0.14)


def direct(shot: Shot, cutout: Cutout) -> Paint:
    return Scene(shot, cutout).paint
