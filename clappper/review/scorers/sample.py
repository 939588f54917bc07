"""The pictures of one clip that are measured: every frame small, and a few a second larger."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clappper.media.decode import FrameReader
from clappper.media.picture import Plane
from clappper.media.probe import MediaFacts, probe

WIDEST = 512
EACH_SECOND = 8
"""VBench samples at 8 frames a second."""
MOST_SECONDS = 20
MOST_KEY_PICTURES = 8

Rgb = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Sample:
    """``all`` is the luma of every frame of the first 20 s, ``some`` of eight frames a second of them.

    ``keys`` are up to eight colour pictures (h, w, 3), evenly spaced. Planes are at most 512 wide. Networks
    that were fetched lie in ``models``.
    """

    path: Path
    models: Path
    facts: MediaFacts
    fps: float
    all: tuple[Plane, ...]
    some: tuple[Plane, ...]
    keys: tuple[Rgb, ...]


def take_sample(path: Path, models: Path) -> Sample:
    """Read a clip once.

    Raises:
        UnusableInputError: it has no picture that can be decoded.
    """
    facts = probe(path)
    rate = facts.rate
    width, height = _size(facts.width, facts.height)
    count = max(1, round(min(facts.duration_seconds or 1.0, MOST_SECONDS) * float(rate.fps)))
    step = max(1.0, float(rate.fps) / EACH_SECOND)
    key_places = set(np.linspace(0, count - 1, min(MOST_KEY_PICTURES, count)).round().astype(int))
    every, keys = [], []
    with FrameReader(path, rate=rate, width=width, height=height) as reader:
        for number in range(count):
            picture = reader.at(number)
            every.append(np.ascontiguousarray(picture.y))
            if number in key_places:
                keys.append(_colour(picture.y, picture.u, picture.v))
    places = np.arange(0, count, step).round().astype(int)
    some = tuple(every[place] for place in places if place < count)
    return Sample(path, models, facts, float(rate.fps), tuple(every), some, tuple(keys))


def _size(width: int, height: int) -> tuple[int, int]:
    scale = min(1.0, WIDEST / max(width, 1))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def _colour(luma: Plane, blue: Plane, red: Plane) -> Rgb:
    """Turn BT.709 limited-range planes into RGB."""
    import cv2

    height, width = luma.shape
    y = (luma.astype(np.float32) - 16) * (255 / 219)
    u, v = (
        (cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32) - 128)
        * (255 / 224)
        for plane in (blue, red)
    )
    rgb = np.stack([y + 1.5748 * v, y - 0.1873 * u - 0.4681 * v, y + 1.8556 * u], axis=-1)
    return np.clip(np.round(rgb), 0, 255).astype(np.uint8)
