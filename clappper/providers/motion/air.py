"""What floats between the camera and the product: dust, sparkle, bubbles, snow, and shafts of light."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from clappper.providers.motion.arrays import Floats, Matrix
from clappper.providers.motion.camera import Camera, Plane
from clappper.providers.motion.colour import Rgb
from clappper.providers.motion.noise import clouds
from clappper.providers.motion.picture import SOFT, Picture


@dataclass(frozen=True, slots=True)
class Kind:
    """How many, how large (shares of the shorter side), how bright, and which way they drift a second."""

    count: int
    size: tuple[float, float]
    brightness: float
    drift: tuple[float, float]
    twinkle: float


KINDS = {
    "dust": Kind(46, (0.0022, 0.006), 0.42, (0.012, -0.014), 0.7),
    "pollen": Kind(38, (0.003, 0.009), 0.42, (0.025, -0.012), 0.5),
    "sparkle": Kind(64, (0.0022, 0.007), 0.75, (0.006, 0.02), 1.0),
    "bubbles": Kind(34, (0.004, 0.013), 0.4, (0.004, -0.075), 0.25),
    "snow": Kind(60, (0.003, 0.011), 0.6, (0.03, 0.085), 0.15),
}


class Particles:
    """A cloud of points around the product, drawn out of focus by their distance from it."""

    def __init__(self, kind: str, colour: Rgb, unit: int, height: int, rng: np.random.Generator) -> None:
        self._kind = KINDS[kind]
        self._colour = np.asarray(colour, np.float32)
        self._unit = unit
        count = self._kind.count
        spread = np.array([1.5 * unit, 1.25 * height, 1.6 * unit])
        self._spread = spread
        self._start = rng.uniform(-0.5, 0.5, (count, 3)) * spread + (0, 0, 0.05 * unit)
        self._size = rng.uniform(*self._kind.size, count) * unit
        self._phase = rng.uniform(0, 2 * np.pi, (count, 3))
        self._pace = rng.uniform(0.6, 1.4, (count, 1))

    def paint(self, picture: Picture, camera: Camera, seconds: float, gain: float = 1.0) -> None:
        """Draw the cloud as it stands after ``seconds``."""
        drift = np.array([*self._kind.drift, 0.0]) * self._unit
        moved = self._start + drift * self._pace * seconds
        moved += np.sin(self._phase + seconds * self._pace * 0.9) * 0.018 * self._unit
        half = self._spread / 2
        wrapped = (moved + half) % self._spread - half
        fade = np.prod(np.clip((1 - np.abs(wrapped) / half) * 6, 0, 1), axis=1)
        places, scale = camera.project(wrapped)
        shine = 1 - self._kind.twinkle * (
            0.5 + 0.5 * np.sin(self._phase[:, 0] + 2.3 * seconds * self._pace[:, 0])
        )
        for place, size, near, light in zip(places, self._size, scale, shine * fade, strict=True):
            blur = abs(near - 1.0) * 0.022 * self._unit
            radius = np.hypot(size * near, blur) / SOFT
            energy = min(1.0, (size * near / SOFT / max(radius, 1e-3)) ** 1.2)
            _dot(
                picture.air,
                place / SOFT,
                radius,
                self._colour * float(light * energy * self._kind.brightness * gain),
            )


def _dot(air: Floats, place: Matrix, radius: float, colour: Floats) -> None:
    """Add a soft disc at a fractional place."""
    reach = int(radius) + 2
    column, row = int(np.floor(place[0])), int(np.floor(place[1]))
    top, bottom = max(0, row - reach), min(air.shape[0], row + reach + 1)
    left, right = max(0, column - reach), min(air.shape[1], column + reach + 1)
    if bottom <= top or right <= left:
        return
    rows = np.arange(top, bottom, dtype=np.float32) + np.float32(0.5 - place[1])
    columns = np.arange(left, right, dtype=np.float32) + np.float32(0.5 - place[0])
    distance = np.sqrt(rows[:, None] ** 2 + columns[None] ** 2)
    disc = np.clip((radius - distance) * 0.8 + 0.6, 0, 1)
    air[top:bottom, left:right] += disc[..., None] * colour


class Shafts:
    """Slow rays from above, broken by haze."""

    def __init__(self, colour: Rgb, rng: np.random.Generator, *, spread: float = 0.5) -> None:
        self._textures = [_shaft_texture(colour, rng, spread) for _ in range(2)]

    def paint(self, picture: Picture, camera: Camera, seconds: float, gain: float) -> None:
        width, height = picture.width * 1.7, picture.height * 1.3
        for index, texture in enumerate(self._textures):
            sway = np.sin(seconds * 0.45 + index * 2.1)
            strength = 0.62 + 0.38 * np.sin(seconds * 0.7 + index * 1.9)
            plane = Plane.upright(sway * 0.05 * width, -0.08 * height, width, height, 0.25 * picture.width)
            picture.shine(texture, plane.leaned(0, 0.05 * sway), camera, gain=float(gain * strength))


def _shaft_texture(colour: Rgb, rng: np.random.Generator, spread: float) -> Floats:
    rows, columns = 360, 300
    y = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, columns, dtype=np.float32)[None]
    angle = x / (0.28 + spread * (y + 0.15))
    ray = cv2.resize(
        clouds(2, 256, rng, cells=9, octaves=3)[:1] ** 1.6, (1024, 1), interpolation=cv2.INTER_CUBIC
    )
    across = np.clip((angle + 1) * 512, 0, 1023).astype(np.int32)
    light = ray[0][across] * np.exp(-(angle**4)) * np.exp(-2.2 * y)
    light *= np.clip(y * 9, 0, 1) * (0.75 + 0.25 * clouds(rows, columns, rng, cells=4, octaves=3))
    soft = cv2.GaussianBlur(light.astype(np.float32), (0, 0), 3)
    shaft: Floats = soft[..., None] * np.asarray(colour, np.float32)
    return shaft
