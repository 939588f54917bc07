"""The product on set: sharp, lit, reflected and grounded."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from clappper.media.light import weighed
from clappper.providers.motion.arrays import Bytes, Floats
from clappper.providers.motion.camera import Camera, Plane
from clappper.providers.motion.colour import Rgb
from clappper.providers.motion.cutout import Cutout
from clappper.providers.motion.picture import Picture, Sprite

HEADROOM = 1.1
LIGHT_PIXELS = 420


@dataclass(frozen=True, slots=True)
class Light:
    """How a product is lit: key from above left, rims in a colour, a gleam that travels."""

    key: float = 0.16
    exposure: float = 1.0
    tint: Rgb = (1.0, 1.0, 1.0)
    rim: Rgb = (1.0, 1.0, 1.0)
    rim_left: float = 0.0
    rim_right: float = 0.0
    gleam: float = 0.5


@dataclass(frozen=True, slots=True)
class Hero:
    """A product made ready for one size on screen: ``width`` x ``height`` pixels at the focus plane."""

    width: float
    height: float
    sprite: Sprite
    mirrored: Sprite
    shadow: Floats
    contact: Floats
    under: tuple[Floats, Floats]
    gloss: Bytes
    ramp: Bytes
    rims: tuple[Bytes, Bytes]
    standing: bool

    @classmethod
    def of(
        cls, cutout: Cutout, width: float, height: float, light: Light, *, headroom: float = HEADROOM
    ) -> Hero:
        """Fit a cut-out into ``width`` x ``height`` pixels and light it."""
        rows, columns = cutout.alpha.shape
        scale = min(width / columns, height / rows)
        size = (max(8, round(columns * scale * headroom)), max(8, round(rows * scale * headroom)))
        rgb, alpha = _enlarged(cutout, size)
        normal_x, normal_y = _relief(alpha)
        lit = _lit(rgb, normal_x, normal_y, light)
        return cls(
            width=columns * scale,
            height=rows * scale,
            sprite=Sprite.of(lit, alpha),
            mirrored=_mirrored(lit, alpha),
            shadow=_shadow(alpha),
            contact=_contact(alpha),
            under=_under(alpha),
            gloss=_small(alpha * (0.12 + 0.88 * (weighed(lit)) ** 1.2)),
            ramp=_diagonal(alpha.shape),
            rims=(
                _small(alpha * np.clip(-normal_x, 0, 1) ** 1.6 * (0.35 + weighed(lit))),
                _small(alpha * np.clip(normal_x, 0, 1) ** 1.6 * (0.35 + weighed(lit))),
            ),
            standing=cutout.standing,
        )

    def plane(self, x: float, foot: float, *, z: float = 0.0) -> Plane:
        """Stand with the foot at height ``foot``, centred on ``x``."""
        return Plane.upright(x, foot - self.height / 2, self.width, self.height, z)

    def paint(self, picture: Picture, camera: Camera, plane: Plane, light: Light, gleam_at: float) -> None:
        """Place the product and its lights; the gleam crosses it while ``gleam_at`` goes from 0 to 1."""
        picture.place(self.sprite, plane, camera)
        mask = self._lights(light, gleam_at)
        if mask.any():
            picture.glow(mask, plane, camera, light.rim)

    def _lights(self, light: Light, gleam_at: float) -> Bytes:
        mask = cv2.addWeighted(self.rims[0], light.rim_left, self.rims[1], light.rim_right, 0)
        if light.gleam and -0.2 < gleam_at < 1.2:
            steps = np.arange(256, dtype=np.float32) / 255
            distance = steps - (gleam_at * 1.3 - 0.15)
            band = np.exp(-((distance / 0.055) ** 2)) + 0.35 * np.exp(-(((distance + 0.13) / 0.025) ** 2))
            table = np.clip(band * light.gleam * 255, 0, 255).astype(np.uint8)
            mask = cv2.add(mask, cv2.multiply(cv2.LUT(self.ramp, table), self.gloss, scale=1 / 255))
        return mask

    def mirror(self, picture: Picture, camera: Camera, plane: Plane, strength: float) -> None:
        """Place the reflection on a floor at the plane's foot."""
        rows = self.mirrored.tone.shape[0] / self.sprite.tone.shape[0]
        foot = plane.corner[1] + plane.down[1]
        reflected = Plane(
            (plane.corner[0], foot, plane.corner[2]), plane.across, (0.0, self.height * rows, 0.0)
        )
        picture.place(self.mirrored, reflected, camera, opacity=strength)

    def cast(
        self, picture: Picture, camera: Camera, plane: Plane, *, length: float, lean: float, amount: float
    ) -> None:
        """Lay the soft shadow on the floor, away from the camera and aside by ``lean``."""
        pad = self.width * _PAD
        foot = plane.corner[1] + plane.down[1]
        reach = self.height * length
        floor = Plane(
            (plane.corner[0] - pad + lean * reach, foot, plane.corner[2] + reach),
            (self.width + 2 * pad, 0.0, 0.0),
            (-lean * reach, 0.0, -reach - 0.12 * self.width),
        )
        picture.shade(self.shadow, floor, camera, amount=amount)

    def drop(self, picture: Picture, camera: Camera, plane: Plane, depth: float) -> None:
        """Lay the shadow of a product seen from above: light from upper left, ``depth`` pixels off."""
        x, y, z = plane.corner
        side, end = plane.across[0] * _PAD, plane.down[1] * _PAD
        for mask, away, amount in zip(self.under, (0.35, 1.5), (0.75, 0.6), strict=True):
            corner = (x - side + 0.8 * away * depth, y - end + away * depth, z)
            around = Plane(
                corner, (plane.across[0] + 2 * side, 0.0, 0.0), (0.0, plane.down[1] + 2 * end, 0.0)
            )
            picture.shade(mask, around, camera, amount=amount)

    def touch(self, picture: Picture, plane: Plane, camera: Camera, amount: float = 0.8) -> None:
        """Darken the ground right under each part that stands on it."""
        side, below = self.width * _PAD, self.height * _PAD
        x, y, z = plane.corner
        around = Plane((x - side, y, z), (self.width + 2 * side, 0.0, 0.0), (0.0, self.height + below, 0.0))
        picture.shade(self.contact, around, camera, amount=amount)


_PAD = 0.35


def _enlarged(cutout: Cutout, size: tuple[int, int]) -> tuple[Floats, Floats]:
    """Resize with Lanczos, keep the edge about a pixel and a half wide, and bring back some bite."""
    rows = cutout.alpha.shape[0]
    scale = size[1] / rows
    how = cv2.INTER_LANCZOS4 if scale > 1 else cv2.INTER_AREA
    rgb = np.clip(cv2.resize(cutout.rgb, size, interpolation=how), 0, 1)
    alpha = cv2.resize(cutout.alpha, size, interpolation=cv2.INTER_CUBIC if scale > 1 else how)
    if scale > 1:
        alpha = cv2.GaussianBlur(alpha, (0, 0), 0.45 * scale)
        alpha = np.clip((alpha - 0.5) * scale**0.85 + 0.46, 0, 1)
        soft = cv2.GaussianBlur(rgb, (0, 0), 0.75 * scale)
        rgb = np.clip(rgb + 0.65 * (rgb - soft), 0, 1)
    return rgb.astype(np.float32), np.clip(alpha, 0, 1).astype(np.float32)


def _relief(alpha: Floats) -> tuple[Floats, Floats]:
    """Inflate the silhouette and give the sideways parts of its surface normal, -1..1."""
    scale = min(1.0, LIGHT_PIXELS / max(alpha.shape))
    small = cv2.resize(alpha, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    inside = cv2.distanceTransform(np.pad((small > 0.5).astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    radius = max(3.0, min(0.11 * min(small.shape), 0.5 * float(inside.max())))
    depth = np.minimum(inside / radius, 1.0)
    dome = cv2.GaussianBlur(np.sqrt(1 - (1 - depth) ** 2), (0, 0), 1.6)
    slopes = [cv2.Sobel(dome, cv2.CV_32F, *axes, scale=radius / 8) for axes in ((1, 0), (0, 1))]
    steep = np.sqrt(1 + slopes[0] ** 2 + slopes[1] ** 2)
    size = (alpha.shape[1], alpha.shape[0])
    x, y = (cv2.resize(-slope / steep, size, interpolation=cv2.INTER_LINEAR) for slope in slopes)
    return x.astype(np.float32), y.astype(np.float32)


def _lit(rgb: Floats, normal_x: Floats, normal_y: Floats, light: Light) -> Floats:
    """Shade by a key from above left and a falloff towards the foot; add a little contrast."""
    height = rgb.shape[0]
    fall = np.linspace(0.06, -0.12, height, dtype=np.float32)[:, None]
    shade = light.exposure * (1 + fall - light.key * (0.55 * normal_x + 0.8 * normal_y))
    curved = rgb + 0.1 * np.sin((rgb - 0.5) * 2 * np.pi) / np.pi
    coloured = shade[..., None] * np.asarray(light.tint, np.float32)
    return np.clip(curved * coloured, 0, 1).astype(np.float32)


def _mirrored(rgb: Floats, alpha: Floats) -> Sprite:
    rows = alpha.shape[0] * 45 // 100
    colour, cover = rgb[::-1][:rows], alpha[::-1][:rows]
    fade = np.linspace(1, 0, rows, dtype=np.float32)[:, None] ** 1.7
    premultiplied = np.dstack([colour * cover[..., None], cover])
    near = cv2.GaussianBlur(premultiplied, (0, 0), 2.0)
    far = cv2.GaussianBlur(premultiplied, (0, 0), max(3.0, rows / 36))
    soft = (near * fade[..., None] + far * (1 - fade[..., None])) * fade[..., None]
    cover = np.ascontiguousarray(soft[..., 3])
    return Sprite.of(soft[..., :3] / np.maximum(cover, 1e-4)[..., None], cover)


def _shadow(alpha: Floats) -> Floats:
    """Make a floor mask, 1 where light passes: crisp and dark at the foot, wide and pale at the top."""
    scale = 200 / max(alpha.shape)
    small = cv2.resize(alpha, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    side, foot = int(small.shape[1] * _PAD), int(small.shape[1] * 0.12)
    padded = np.pad(small, ((0, foot), (side, side)))
    near, far = cv2.GaussianBlur(padded, (0, 0), 3.5), cv2.GaussianBlur(padded, (0, 0), 17)
    along = np.linspace(0, 1, padded.shape[0], dtype=np.float32)[:, None]
    dark = far * (1 - along) * 0.55 + near * along * 0.85
    dark *= np.minimum(1, along * 3)
    return (1 - np.clip(dark, 0, 0.9)).astype(np.float32)


def _contact(alpha: Floats) -> Floats:
    """Make an upright mask, 1 where light passes: dark along the lower edge of what is near the ground."""
    scale = 240 / max(alpha.shape)
    small = cv2.resize(alpha, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    rows, columns = small.shape
    solid = small > 0.5
    lowest = np.where(solid.any(axis=0), rows - 1 - solid[::-1].argmax(axis=0), 0)
    near = np.clip((lowest / rows - 0.78) / 0.16, 0, 1).astype(np.float32)
    band = solid & (np.arange(rows)[:, None] > lowest - 0.09 * rows)
    side, below = round(columns * _PAD), round(rows * _PAD)
    dark = np.pad(band * near, ((0, below), (side, side))).astype(np.float32)
    dark = np.roll(dark, max(1, rows // 90), axis=0)
    mixed = 0.75 * cv2.GaussianBlur(dark, (0, 0), 2.2) + 1.1 * cv2.GaussianBlur(dark, (0, 0), 9, sigmaY=4)
    return (1 - np.clip(mixed, 0, 0.95)).astype(np.float32)


def _under(alpha: Floats) -> tuple[Floats, Floats]:
    """Make the two shadows of a lying product, 1 where light passes: one close and dark, one wide."""
    scale = 280 / max(alpha.shape)
    small = cv2.resize(alpha, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    rows, columns = (round(side * _PAD) for side in small.shape)
    padded = np.pad(small, ((rows, rows), (columns, columns)))
    near = 1 - np.clip(cv2.GaussianBlur(padded, (0, 0), 2.4) * 1.15, 0, 0.92)
    far = 1 - np.clip(cv2.GaussianBlur(padded, (0, 0), 9) * 1.2, 0, 0.9)
    return near.astype(np.float32), far.astype(np.float32)


def _small(mask: Floats) -> Bytes:
    scale = min(1.0, LIGHT_PIXELS * 1.5 / max(mask.shape))
    small = cv2.resize(np.clip(mask, 0, 1), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return (small * 255).astype(np.uint8)


def _diagonal(shape: tuple[int, ...]) -> Bytes:
    """Count 0..255 along the gleam's way, from top left to bottom right."""
    scale = min(1.0, LIGHT_PIXELS * 1.5 / max(shape))
    rows, columns = (max(1, round(side * scale)) for side in shape[:2])
    y, x = np.linspace(0, 1, rows)[:, None], np.linspace(0, 1, columns)[None]
    return np.rint((0.72 * x + 0.28 * y) * 255).astype(np.uint8)
