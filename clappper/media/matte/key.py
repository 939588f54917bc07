"""Chroma key: what is as green as the screen goes, and the screen's colour is taken out of what stays.

For green and blue it is the colour difference of Vlahos: how much the screen's channel exceeds both others.
For a wall of any other strong colour it is how far a colour points the wall's way. The screen is measured
where it is seen, so an uneven one is divided by its own strength at each place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from clappper.media.colour import luma_of, rgb_picture, yuv_picture
from clappper.media.picture import Yuv

RED, GREEN, BLUE = 0, 1, 2
SHRINK = 8
SURE_SHARE = 0.6
"""A pixel with this much of the strongest difference is taken for screen."""

LEAST_DIFFERENCE, LEAST_SCREEN = 0.06, 0.05
"""Without so much difference in so much of the picture there is no green or blue screen."""

RIM_SHARE, LEAST_CHROMA, LARGEST_SPREAD = 0.06, 0.12, 0.35
"""A wall of another colour fills the rim of the picture: strongly coloured, and much the same all along."""

NARROW = 2.0
"""How much more it counts to point aside than to point the wall's way: skin is near to many walls."""

CLEAR, SOLID = 0.05, 0.95
"""Below and above, noise of the screen and of the subject is cleaned away."""

Alpha = NDArray[np.float32]
"""Shape (height, width), 0 for what goes, 1 for what stays."""

Rgb = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Cut:
    """A picture with its screen's colour taken out, and what of it stays."""

    picture: Yuv
    alpha: Alpha


class Screen(Protocol):
    """The colour of a screen, apart from its brightness."""

    def difference(self, rgb: Rgb) -> Alpha:
        """Say how much each pixel has of it; 0 or less for none."""
        ...

    def despilled(self, rgb: Rgb, amount: float) -> Rgb:
        """Take away what a pixel has of it."""
        ...


@dataclass(frozen=True, slots=True)
class ChannelScreen:
    """A green or a blue screen."""

    channel: int

    def difference(self, rgb: Rgb) -> Alpha:
        others = [rgb[..., other] for other in (RED, GREEN, BLUE) if other != self.channel]
        return np.asarray(rgb[..., self.channel] - np.maximum(*others), np.float32)

    def despilled(self, rgb: Rgb, amount: float) -> Rgb:
        result = rgb.copy()
        result[..., self.channel] -= np.maximum(self.difference(rgb), 0) * np.float32(amount)
        return result


@dataclass(frozen=True, slots=True)
class HueScreen:
    """A wall of any colour: ``way`` is the unit vector of R, G, B less luma that it points to."""

    way: tuple[float, float, float]

    def difference(self, rgb: Rgb) -> Alpha:
        chroma = rgb - luma_of(rgb)[..., None].astype(np.float32)
        way = np.array(self.way, np.float32)
        along = chroma @ way
        aside = np.linalg.norm(chroma - along[..., None] * way, axis=-1)
        return np.asarray(along - NARROW * aside, np.float32)

    def despilled(self, rgb: Rgb, amount: float) -> Rgb:
        excess = np.maximum(self.difference(rgb), 0) * np.float32(amount)
        return np.asarray(rgb - excess[..., None] * np.array(self.way, np.float32), np.float32)


@dataclass(frozen=True, slots=True)
class Key:
    """How to key. Without a ``screen`` it is looked for; ``despill`` is 0 to 1.

    ``clear`` and ``solid`` bound the soft edge: what is outside becomes 0 and 1.
    """

    screen: Screen | None = None
    despill: float = 1.0
    clear: float = CLEAR
    solid: float = SOLID

    @property
    def facts(self) -> dict[str, str]:
        return {"model": "colour difference"}

    def cut(self, picture: Yuv) -> Cut:
        """Key one picture; without a screen in it all of it stays."""
        rgb = rgb_picture(picture)
        screen = self.screen or screen_of(rgb)
        if screen is None:
            return Cut(picture, np.ones(picture.y.shape, np.float32))
        strength, colour = _plate(rgb, difference := screen.difference(rgb))
        raw = 1 - np.clip(difference / strength, 0, 1)
        alpha = np.clip((raw - self.clear) / (self.solid - self.clear), 0, 1).astype(np.float32)
        freed = _without_screen(rgb, raw, colour)
        return Cut(yuv_picture(screen.despilled(freed, self.despill)), alpha)


def screen_of(rgb: Rgb) -> Screen | None:
    """Find the screen in a picture: green or blue by its share, any other colour by the rim."""
    thumb = np.ascontiguousarray(rgb[::4, ::4])
    shares = {
        channel: float((ChannelScreen(channel).difference(thumb) > LEAST_DIFFERENCE).mean())
        for channel in (GREEN, BLUE)
    }
    channel = max(shares, key=lambda found: shares[found])
    if shares[channel] > LEAST_SCREEN:
        return ChannelScreen(channel)
    rows, columns = (max(1, round(side * RIM_SHARE)) for side in thumb.shape[:2])
    half = thumb.shape[0] // 2
    parts = thumb[:rows], thumb[:half, :columns], thumb[:half, -columns:]
    rim = np.concatenate([part.reshape(-1, 3) for part in parts])
    chroma = rim - luma_of(rim)[:, None]
    mean = np.median(chroma, axis=0)
    size = float(np.linalg.norm(mean))
    spread = float(np.median(np.linalg.norm(chroma - mean, axis=1)))
    return _hue(mean / size) if size > LEAST_CHROMA and spread < LARGEST_SPREAD * size else None


def screen_named(colour: str) -> Screen:
    """Give the screen of the colour ``#RRGGBB``."""
    rgb = np.frombuffer(bytes.fromhex(colour.removeprefix("#")), np.uint8).astype(np.float32) / np.float32(
        255
    )
    for channel in (GREEN, BLUE):
        if float(ChannelScreen(channel).difference(rgb)) > 2 * LEAST_DIFFERENCE:
            return ChannelScreen(channel)
    chroma = rgb - luma_of(rgb)
    return _hue(chroma / max(1e-3, float(np.linalg.norm(chroma))))


def _hue(way: NDArray[np.floating]) -> HueScreen:
    red, green, blue = (float(part) for part in way)
    return HueScreen((red, green, blue))


def _plate(rgb: Rgb, difference: Alpha) -> tuple[Alpha, Rgb]:
    """Give the screen's difference and colour at each place, spread from where it is seen."""
    strongest = float(np.percentile(difference, 99.5))
    seen = (difference > SURE_SHARE * strongest).astype(np.float32)
    height, width = seen.shape
    size = (max(1, width // SHRINK), max(1, height // SHRINK))
    known = np.dstack([difference, rgb]) * seen[..., None]
    small = [cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in (seen, known)]
    weight, values = (cv2.GaussianBlur(plane, (0, 0), max(1.0, max(size) / 24)) for plane in small)
    whole = known.reshape(-1, 4).sum(axis=0) / max(1.0, float(seen.sum()))
    spread = (values + whole * 1e-3) / (np.asarray(weight)[..., None] + 1e-3)
    plate = np.asarray(cv2.resize(spread, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    return np.maximum(plate[..., 0], np.float32(LEAST_DIFFERENCE)), plate[..., 1:]


def _without_screen(rgb: Rgb, alpha: Alpha, colour: Rgb) -> Rgb:
    """Take the screen out of what it shines through: the subject's own colour at soft edges."""
    share = alpha[..., None]
    freed = (rgb - (1 - share) * colour) / np.maximum(share, np.float32(0.15))
    return np.asarray(np.where(share < 1, np.clip(freed, 0, 1), rgb), np.float32)
