"""The end card: the product calm and high, a quiet half below it for the words."""

from __future__ import annotations

import numpy as np

from clappper.providers.motion.air import Particles
from clappper.providers.motion.camera import Camera, Plane, ease_out, eye_height, move, smooth
from clappper.providers.motion.cutout import Cutout
from clappper.providers.motion.hero import Hero
from clappper.providers.motion.picture import Picture
from clappper.providers.motion.shot import Shot
from clappper.providers.motion.stage import Paint, gleam_at, layout, light_of
from clappper.providers.motion.studio import Studio, disc


class Endcard:
    def __init__(self, shot: Shot, cutout: Cutout) -> None:
        self._shot, self._light = shot, light_of(shot)
        place = layout(shot, scale=0.62, lift=0.09) if shot.is_tall else layout(shot, scale=0.74, lift=0.09)
        self._hero = hero = Hero.of(cutout, place.width, place.height, self._light)
        self._floats = not hero.standing
        self._middle = place.middle
        self._base = place.foot(hero)
        self._foot = self._base + (0.08 * hero.height if self._floats else 0.0)
        raised = eye_height(self._foot, shot.unit)
        camera = Camera.of(shot.width, shot.height, max(shot.focal_mm, 50), raised)
        self._studio = Studio(shot.palette, camera, shot.rng(1), foot=self._foot, middle=place.middle)
        gentle = shot.camera_move if shot.camera_move != "static" else "dolly_in"
        self._camera_at = move(gentle, camera, strength=0.3 * shot.stride)
        self._radius = 0.56 * max(hero.width, hero.height)
        self._disc = disc(shot.palette.accent, shot.palette.deep)
        self._ring = disc(shot.palette.second, shot.palette.accent, ring=True)
        self._dust = Particles("dust", shot.palette.light, shot.unit, shot.height, shot.rng(3))

    def paint(self, picture: Picture, t: float) -> None:
        shot, hero = self._shot, self._hero
        seconds, view = t * shot.seconds, self._camera_at(t)
        arrived = ease_out(seconds / 0.8)
        bob = 0.008 * shot.unit * np.sin(1.5 * seconds) if self._floats else 0.0
        stand = hero.plane(0, self._base + bob)
        self._studio.paint(picture, view, seconds)
        self._paint_shapes(picture, view, seconds, arrived)
        hero.cast(picture, view, hero.plane(0, self._foot), length=0.28, lean=0.3, amount=0.5 * arrived)
        if not self._floats:
            hero.touch(picture, stand, view, 0.7 * arrived)
        self._quieten(picture)
        picture.settle()
        if not self._floats:
            hero.mirror(picture, view, stand, (0.34 if shot.palette.dark else 0.16) * arrived)
        grown = _scaled(stand, 0.94 + 0.06 * arrived)
        hero.paint(
            picture,
            view,
            grown.leaned(-0.5 * view.yaw),
            self._light,
            gleam_at(seconds, shot.seconds, start=0.3),
        )
        self._dust.paint(picture, view, seconds, gain=0.7 if shot.palette.dark else 0.3)
        picture.bloom(0.35 if shot.palette.dark else 0.18)

    def _paint_shapes(self, picture: Picture, view: Camera, seconds: float, arrived: float) -> None:
        shot = self._shot
        side = 2 * self._radius * (0.7 + 0.3 * arrived)
        if not shot.palette.dark:
            picture.lay(self._disc, Plane.upright(0, self._middle, side, side, 0.25 * shot.unit), view)
        for index in range(2):
            spread = ease_out((seconds - 0.12 * index) / 1.2, 3)
            wide = side * (1.06 + 0.24 * index) * (0.8 + 0.2 * spread) * (1 + 0.012 * np.sin(seconds + index))
            gain = smooth(seconds / 0.6) * (0.5 if shot.palette.dark else 0.4) * (1 - 0.45 * index)
            picture.lay(
                self._ring,
                Plane.upright(0, self._middle, wide, wide, 0.3 * shot.unit),
                view,
                gain=float(gain),
            )

    def _quieten(self, picture: Picture) -> None:
        """Calm the lower part, so that words read on it."""
        rows = picture.ground.shape[0]
        fall = np.clip((np.linspace(0, 1, rows, dtype=np.float32) - 0.58) / 0.3, 0, 1)
        depth = np.asarray(self._shot.palette.deep, np.float32)
        weight = (fall * fall * (3 - 2 * fall) * 0.55)[:, None, None]
        picture.ground += (depth - picture.ground) * weight


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
