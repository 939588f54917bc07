"""Aspects: which part of a canvas stays visible on each platform, and which part of a picture to keep.

The zones are what each platform's interface leaves free, as seen in November 2026. They move with every
redesign of an app: whoever updates a row updates ``AS_OF``. Sources, per row:

- instagram 9:16 (Reels and Stories): Meta's advice for vertical ads, 14 % at the top, 35 % at the bottom and
  6 % at the sides without text or logos;
- tiktok 9:16: the in-feed template of TikTok's video ad specifications, 160, 440 and 80 of 720 x 1280 pixels
  at the top, bottom and left; the right leaves out the rail of buttons (120 of 720);
- youtube 9:16 (Shorts): Google's vertical template, 288, 672, 48 and 192 of 1080 x 1920 pixels at the top,
  bottom, left and right;
- youtube 16:9: the skip button, the advertiser's card and the progress bar take the lower 12 %;
- feeds in 1:1 and 4:5 show the whole picture; 6 % keeps text off rounded corners and badges;
- everything else: the title-safe area of SMPTE ST 2046-1, 5 % at each side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clappper.base.colours import LUMA
from clappper.media.picture import Yuv
from clappper.render.canvas import Canvas

AS_OF = "2026-11"
ANALYSIS_PIXELS = 96


@dataclass(frozen=True, slots=True)
class SafeZone:
    """Margins to keep free of text and logos, as fractions of the canvas's width and height."""

    left: float
    top: float
    right: float
    bottom: float

    def covered_by(self, other: SafeZone) -> SafeZone:
        """Give the margins that satisfy both."""
        return SafeZone(
            max(self.left, other.left),
            max(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def box(self, canvas: Canvas) -> tuple[int, int, int, int]:
        """Give what the margins leave, in pixels: left, top, right and bottom edge."""
        return (
            round(self.left * canvas.width),
            round(self.top * canvas.height),
            round((1.0 - self.right) * canvas.width),
            round((1.0 - self.bottom) * canvas.height),
        )


TITLE_SAFE = SafeZone(0.05, 0.05, 0.05, 0.05)
FEED = SafeZone(0.06, 0.06, 0.06, 0.06)

INTERFACES: dict[tuple[str, str], SafeZone] = {
    ("instagram", "9:16"): SafeZone(0.06, 0.14, 0.06, 0.35),
    ("tiktok", "9:16"): SafeZone(0.111, 0.125, 0.167, 0.344),
    ("youtube", "9:16"): SafeZone(0.0445, 0.15, 0.178, 0.35),
    ("youtube", "16:9"): SafeZone(0.0, 0.0, 0.0, 0.12),
    ("instagram", "4:5"): FEED,
    ("instagram", "1:1"): FEED,
    ("tiktok", "1:1"): FEED,
    ("youtube", "1:1"): FEED,
}


def safe_zone(platform: str, aspect: str) -> SafeZone:
    """Give the margins that are both title-safe and free of the platform's interface."""
    return TITLE_SAFE.covered_by(INTERFACES.get((platform, aspect), TITLE_SAFE))


def focus_of(picture: Yuv | NDArray[np.uint8]) -> tuple[float, float, str]:
    """Guess where the subject of a picture is: x and y as fractions, and the reason in words.

    ``picture`` is a ``Yuv`` or RGBA with shape (height, width, 4), straight alpha. A cut-out's subject is
    what is opaque; elsewhere it is the centre of what stands out, by the spectral residual of Hou and Zhang
    (2007) joined with detail and colour. Same picture, same answer.
    """
    if isinstance(picture, Yuv):
        return _standing_out(
            _small(picture.y), np.hypot(*(_small(c) - 128.0 for c in (picture.u, picture.v)))
        )
    alpha = _small(picture[..., 3])
    if float((alpha < 128.0).mean()) > 0.02 and float(alpha.max()) >= 128.0:
        x, y = _centre(alpha * (alpha >= 128.0))
        return x, y, "centre of the cut-out subject"
    red, green, blue = (_small(picture[..., channel]) for channel in range(3))
    luma = LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue
    return _standing_out(luma, np.hypot(red - luma, blue - luma))


def _small(plane: NDArray[np.uint8]) -> NDArray[np.float64]:
    import cv2

    size = (ANALYSIS_PIXELS, ANALYSIS_PIXELS)
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float64)


def _standing_out(luma: NDArray[np.float64], colour: NDArray[np.float64]) -> tuple[float, float, str]:
    """Weigh surprise, detail and colour, a little in favour of the middle, and take the strongest fifth."""
    if float(luma.std()) < 2.0 and float(colour.std()) < 2.0:
        return 0.5, 0.5, "an even picture: kept centred"
    steps = np.gradient(luma)
    marks = (
        _spectral_residual(luma),
        _smooth(np.hypot(*steps), 3.0),
        _smooth(np.abs(colour - np.median(colour)), 3.0),
    )
    interest = sum(weight * _unit(mark) for weight, mark in zip((0.5, 0.3, 0.2), marks, strict=True))
    away = (np.arange(ANALYSIS_PIXELS) + 0.5) / ANALYSIS_PIXELS - 0.5
    interest = interest * np.exp(-(away[:, None] ** 2 + away[None, :] ** 2) / (2 * 0.35**2))
    strongest = np.clip(interest - np.quantile(interest, 0.8), 0.0, None)
    x, y = _centre(strongest)
    if _spread(strongest, x, y) > 0.30:
        return 0.5, 0.5, "no single subject stands out: kept centred"
    return x, y, "centre of what stands out most"


def _spectral_residual(luma: NDArray[np.float64]) -> NDArray[np.float64]:
    spectrum = np.fft.fft2(luma)
    size = np.log(np.abs(spectrum) + 1e-6)
    surprise = np.exp(size - _smooth(size, 1.0) + 1j * np.angle(spectrum))
    return _smooth(np.abs(np.fft.ifft2(surprise)) ** 2, 4.0)


def _smooth(plane: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    import cv2

    return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_REFLECT), np.float64)


def _unit(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = np.quantile(plane, (0.05, 0.99))
    return np.asarray(np.clip((plane - low) / max(float(high - low), 1e-9), 0.0, 1.0), np.float64)


def _centre(weights: NDArray[np.float64]) -> tuple[float, float]:
    """Give the centre of mass as fractions, rounded to thousandths so that every platform agrees."""
    at = (np.arange(ANALYSIS_PIXELS) + 0.5) / ANALYSIS_PIXELS
    total = float(weights.sum()) or 1.0
    x = float((weights.sum(axis=0) * at).sum()) / total
    y = float((weights.sum(axis=1) * at).sum()) / total
    return round(x, 3), round(y, 3)


def _spread(weights: NDArray[np.float64], x: float, y: float) -> float:
    """Give the typical distance of the weights from their centre; an even picture has 0.41."""
    at = (np.arange(ANALYSIS_PIXELS) + 0.5) / ANALYSIS_PIXELS
    far = (at[None, :] - x) ** 2 + (at[:, None] - y) ** 2
    return float(np.sqrt((weights * far).sum() / (float(weights.sum()) or 1.0)))
