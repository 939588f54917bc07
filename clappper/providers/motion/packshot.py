"""The packshot: the product alone on a set built from the brand's colours."""

from __future__ import annotations

import numpy as np

from clappper.providers.motion.air import Particles, Shafts
from clappper.providers.motion.camera import Camera, Plane, ease_out, eye_height, move
from clappper.providers.motion.cutout import Cutout
from clappper.providers.motion.hero import Hero
from clappper.providers.motion.picture import Picture
from clappper.providers.motion.shot import Shot
from clappper.providers.motion.stage import Paint, gleam_at, gobo_of, layout, light_of
from clappper.providers.motion.studio import Podium, Studio, disc
from clappper.providers.motion.textures import GOBOS

SUNK = 0.012
"""How far a foot goes below the middle of its plinth, in product heights: its front edge is nearer."""


class Packshot:
    """A dark set has a glossy floor and rays; a light one has a disc and a plinth."""

    def __init__(self, shot: Shot, cutout: Cutout) -> None:
        self._shot, self._light = shot, light_of(shot)
        place = layout(shot)
        self._hero = hero = Hero.of(cutout, place.width, place.height, self._light)
        self._floats = "floating" in shot.reading.traits or not hero.standing
        self._lift = 0.05 * hero.height if self._floats else 0.0
        self._foot = place.foot(hero) + self._lift
        self._middle = place.middle
        raised = eye_height(self._foot, shot.unit)
        camera = Camera.of(shot.width, shot.height, shot.focal_mm, raised)
        glow = 1.3 if shot.palette.dark else 1.0
        self._studio = Studio(
            shot.palette, camera, shot.rng(1), foot=self._ground, middle=place.middle, glow=glow
        )
        self._camera_at = move(
            shot.camera_move,
            camera,
            strength=shot.stride,
            handheld=float("handheld" in shot.reading.traits),
            seed=shot.seed,
        )
        self._disc = disc(shot.palette.accent, shot.palette.deep)
        self._radius = 0.52 * max(hero.width, 0.9 * hero.height)
        self._shafts = Shafts(shot.palette.glow, shot.rng(2))
        self._gobo = GOBOS[gobo_of(shot)](320, shot.rng(4))
        slope = (self._foot + raised) / camera.focal
        radius = max(0.56 * hero.width, 0.3 * shot.unit)
        self._aside, reach = (share * hero.width for share in cutout.foot)
        radius = max(radius, 0.5 * hero.width + abs(self._aside))
        contact = (self._aside, 1.12 * reach) if hero.standing else (0.0, 0.36 * hero.width)
        self._podium = Podium.of(shot.palette, radius, self._plinth, slope, contact)
        kind = "sparkle" if "sparkle" in shot.reading.traits else "dust"
        self._dust = Particles(kind, shot.palette.light, shot.unit, shot.height, shot.rng(3))

    @property
    def _has_podium(self) -> bool:
        return not self._shot.palette.dark or self._floats

    @property
    def _plinth(self) -> float:
        return 0.17 * self._shot.unit

    @property
    def _ground(self) -> float:
        return self._foot + (self._plinth if self._has_podium else 0.0)

    def paint(self, picture: Picture, t: float) -> None:
        shot, hero = self._shot, self._hero
        seconds, view = t * shot.seconds, self._camera_at(t)
        bob = self._lift * (1.3 + 0.35 * np.sin(seconds * 1.5)) if self._floats else 0.0
        sunk = SUNK * hero.height if hero.standing and not self._floats else 0.0
        stand = hero.plane(0, self._foot - bob + sunk)
        self._studio.paint(picture, view, seconds)
        self._paint_behind(picture, view, seconds)
        picture.settle()
        self._paint_floor(picture, view, stand)
        sway = 0.045 * np.sin(seconds * 0.8) if self._floats else 0.0
        stand = stand.leaned(-0.5 * view.yaw + sway)
        hero.paint(picture, view, stand, self._light, gleam_at(seconds, shot.seconds))
        self._dust.paint(picture, view, seconds, gain=1.0 if shot.palette.dark else 0.45)
        picture.bloom(0.5 if shot.palette.dark else 0.2)

    def _paint_behind(self, picture: Picture, view: Camera, seconds: float) -> None:
        shot = self._shot
        if not shot.palette.dark:
            side = 2 * self._radius * (0.8 + 0.2 * ease_out(seconds / 1.1))
            middle = self._middle - 0.04 * self._hero.height
            picture.lay(self._disc, Plane.upright(0, middle, side, side, 0.3 * shot.unit), view)
        if shot.palette.dark:
            beam = 1.6 if "beam" in shot.reading.lighting else 1.0
            self._shafts.paint(picture, view, seconds, gain=0.36 * beam)
        else:
            self._paint_gobo(picture, view, seconds)
        ground = self._hero.plane(0, self._ground)
        if self._has_podium:
            self._hero.cast(picture, view, ground, length=0.4, lean=0.4, amount=0.6)
        else:
            self._hero.cast(picture, view, ground, length=0.3, lean=0.35, amount=0.6)
            self._hero.touch(picture, ground, view)

    def _paint_gobo(self, picture: Picture, view: Camera, seconds: float) -> None:
        """Let the shadow of a window or of leaves wander over the wall."""
        side = 2.4 * max(picture.width, picture.height)
        aside, z = 0.03 * side * np.sin(0.5 * seconds), 0.5 * self._studio.depth
        turn = 0.03 * np.sin(0.8 * seconds)
        plane = Plane.upright(aside, -0.06 * side, side, side, z).leaned(0, turn)
        picture.shade(self._gobo, plane, view, amount=0.26)

    def _paint_floor(self, picture: Picture, view: Camera, stand: Plane) -> None:
        if self._has_podium:
            self._podium.paint(picture, view, self._foot)
        else:
            self._hero.mirror(picture, view, stand, 0.4)


def direct(shot: Shot, cutout: Cutout) -> Paint:
    return Packshot(shot, cutout).paint
