"""The pictures of one clip that are measured: all of a short one, stretches spread over a long one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
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
STRETCHES = 5
"""Into which what is measured of a longer clip is cut, spread from its first to its last frame."""
MOST_KEY_PICTURES = 8

Rgb = NDArray[np.uint8]


@dataclass(frozen=True)
class Sample:
    """``stretches`` hold the luma of every frame of one part each, which begins at that second of ``starts``.

    A clip of up to 20 s is one stretch. ``keys`` are up to eight colour pictures (h, w, 3), evenly spaced.
    Planes are at most 512 wide. Networks that were fetched lie in ``models``.
    """

    path: Path
    models: Path
    facts: MediaFacts
    fps: float
    stretches: tuple[tuple[Plane, ...], ...]
    starts: tuple[float, ...]
    keys: tuple[Rgb, ...]

    @property
    def all(self) -> tuple[Plane, ...]:
        """Give every frame."""
        return tuple(chain.from_iterable(self.stretches))

    @cached_property
    def slower(self) -> tuple[tuple[Plane, ...], ...]:
        """Give eight frames a second of each stretch."""
        step = max(1.0, self.fps / EACH_SECOND)
        return tuple(
            tuple(
                frames[place]
                for place in np.arange(0, len(frames), step).round().astype(int)
                if place < len(frames)
            )
            for frames in self.stretches
        )

    @property
    def some(self) -> tuple[Plane, ...]:
        """Give eight frames a second."""
        return tuple(chain.from_iterable(self.slower))

    @property
    def seconds(self) -> float:
        """Tell how much is measured."""
        return len(self.all) / self.fps


def neighbours(stretches: tuple[tuple[Plane, ...], ...]) -> Iterator[tuple[Plane, Plane]]:
    """Give each picture with the next one, never across a gap."""
    return chain.from_iterable(pairwise(frames) for frames in stretches)


def take_sample(path: Path, models: Path) -> Sample:
    """Read a clip once.

    Raises:
        UnusableInputError: it has no picture that can be decoded.
    """
    facts = probe(path)
    rate = facts.rate
    width, height = fitted(facts.width, facts.height)
    wanted = spread(facts.duration_seconds or 1.0, float(rate.fps))
    count = sum(map(len, wanted))
    key_places = set(np.linspace(0, count - 1, min(MOST_KEY_PICTURES, count)).round().astype(int))
    stretches: list[tuple[Plane, ...]] = []
    keys: list[Rgb] = []
    seen = 0
    with FrameReader(path, rate=rate, width=width, height=height) as reader:
        for numbers in wanted:
            frames: list[Plane] = []
            for number in numbers:
                picture = reader.at(number)
                if seen in key_places:
                    keys.append(colour(picture.y, picture.u, picture.v))
                frames.append(np.ascontiguousarray(picture.y))
                seen += 1
            stretches.append(tuple(frames))
    starts = tuple(numbers.start / float(rate.fps) for numbers in wanted)
    return Sample(path, models, facts, float(rate.fps), tuple(stretches), starts, tuple(keys))


def spread(seconds: float, fps: float) -> tuple[range, ...]:
    """Give the numbers of the frames that are measured: all of up to 20 s, else five stretches of 4 s."""
    count = max(1, round(seconds * fps))
    if seconds <= MOST_SECONDS:
        return (range(count),)
    length = round(MOST_SECONDS / STRETCHES * fps)
    starts = np.linspace(0, count - length, STRETCHES).round().astype(int).tolist()
    return tuple(range(start, start + length) for start in starts)


def fitted(width: int, height: int) -> tuple[int, int]:
    """Give the size at which a clip's pictures are measured."""
    scale = min(1.0, WIDEST / max(width, 1))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def colour(luma: Plane, blue: Plane, red: Plane) -> Rgb:
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
