"""Rendered pictures as films: the clip itself, and the controls that a transfer model reads."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clappper.base.units import FrameRate
from clappper.media.colour import codes_of
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.picture import Yuv

_IS_X86 = platform.machine() in {"x86_64", "AMD64"}
X264 = {"preset": "medium", "crf": "16", "g": "30"} | ({"x264-params": "asm=SSE4.2"} if _IS_X86 else {})
"""x264's AVX-512 paths read memory they never wrote, so their bytes differ between runs."""


def yuv_of(rgb: NDArray[np.uint8]) -> Yuv:
    """Convert sRGB (h, w, 3) of even sizes; chroma is the mean of four pixels."""
    height, width, _ = rgb.shape
    codes = codes_of(rgb.astype(np.float32) / np.float32(255))
    small = codes[..., 1:].reshape(height // 2, 2, width // 2, 2, 2).astype(np.float32).mean(axis=(1, 3))
    chroma = np.rint(small).astype(np.uint8)
    return Yuv(*(np.ascontiguousarray(plane) for plane in (codes[..., 0], chroma[..., 0], chroma[..., 1])))


def write_film(path: Path, pictures: Iterable[Yuv], width: int, height: int, fps: float) -> None:
    """Encode pictures as H.264 with one thread, so that the bytes are always the same.

    Raises:
        ClappperError: the file cannot be written.
    """
    rate = Fraction(fps).limit_denominator(1001)
    encoding = Encoding(width, height, FrameRate(rate.numerator, rate.denominator), options=X264, threads=1)
    with FrameWriter(path, encoding) as writer:
        for picture in pictures:
            writer.write(picture)


def read_picture(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))
