"""Frames between frames by RIFE HDv3 (Huang et al., ECCV 2022): learned, good at thin things, slow.

Its three networks are plain convolutions in ONNX files; what lies between them (scaling, warping, mixing)
is done here, so OpenCV runs it anywhere and ONNX Runtime runs it on a graphics card. A large picture is
worked on in overlapping tiles, whose flow and masks are joined before anything is warped.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from clappper.media.colour import rgb_picture
from clappper.media.interpolate.warp import Fields, Interpolator, drawn_together
from clappper.media.models import Model
from clappper.media.motion import pulled
from clappper.media.picture import Plane, Yuv

SCALES = (4, 2, 1)
"""Each network sees the pictures reduced by this much (``scale_list`` of HDv3)."""

MULTIPLE = 32
TILE, OVERLAP = 1088, 192
"""Pixels. A tile costs about 1.5 GB; motion larger than half the overlap is not seen across its edge."""

Planes = NDArray[np.float32]
"""Shape (channels, height, width)."""


class Network(Protocol):
    """One of the three: (2, 11, h, w) in, four channels of flow and one of mask out at the same size."""

    def __call__(self, batch: NDArray[np.float32]) -> NDArray[np.float32]: ...


class OpenCvNetwork:
    """Runs one file with OpenCV on the processor."""

    def __init__(self, path: Path) -> None:
        self._net = cv2.dnn.readNetFromONNX(str(path))

    def __call__(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        self._net.setInput(batch)
        return np.asarray(self._net.forward(), np.float32)


class RifeInterpolator:
    """Draws the middle by the networks, and eighths by halving again: 1/4 from 0 and 1/2, and so on.

    Any other moment goes to ``other_moments``. With ``twice`` each picture is the mean of what is drawn as
    it is and mirrored, whose errors differ: 0.25 dB better, at twice the time.
    """

    def __init__(
        self,
        networks: tuple[Network, Network, Network],
        facts: dict[str, str],
        other_moments: Interpolator,
        *,
        twice: bool = False,
    ) -> None:
        self._networks = networks
        self._facts = facts
        self._others = other_moments
        self._twice = twice
        self._pair: tuple[Yuv, Yuv] | None = None
        self._known: dict[float, Yuv] = {}

    @classmethod
    def on_processor(
        cls, model: Model, other_moments: Interpolator, *, twice: bool = False
    ) -> RifeInterpolator:
        networks = tuple(OpenCvNetwork(model.file(file.name)) for file in model.card.files)
        assert len(networks) == 3
        name = "rife-cpu, twice" if twice else "rife-cpu"
        facts = {"interpolator": name, "library": f"opencv {cv2.__version__}", **model.facts}
        return cls(networks, facts, other_moments, twice=twice)

    @property
    def facts(self) -> dict[str, str]:
        return self._facts

    def mid(self, one: Yuv, other: Yuv, t: float) -> Yuv:
        """Make the picture at ``t``, 0 < t < 1."""
        if self._pair is None or self._pair[0] is not one or self._pair[1] is not other:
            self._pair, self._known = (one, other), {0.0: one, 1.0: other}
        if (t * 8) % 1:
            return self._others.mid(one, other, t)
        return self._halved(t)

    def _halved(self, t: float) -> Yuv:
        if t not in self._known:
            step = next(step for step in (0.5, 0.25, 0.125) if (t / step) % 2 == 1)
            one, other = self._halved(t - step), self._halved(t + step)
            self._known[t] = self._drawn(one, other)
        return self._known[t]

    def _drawn(self, one: Yuv, other: Yuv) -> Yuv:
        drawn = drawn_together(one, other, self.fields(one, other))
        if not self._twice:
            return drawn
        ends = mirrored(one), mirrored(other)
        again = mirrored(drawn_together(*ends, self.fields(*ends)))
        pairs = zip(drawn.planes, again.planes, strict=True)
        return Yuv(*(cast("Plane", cv2.addWeighted(mine, 0.5, turned, 0.5, 0)) for mine, turned in pairs))

    def fields(self, one: Yuv, other: Yuv) -> Fields:
        """Find flow and mask for the middle between two pictures."""
        pictures = np.concatenate([planes_of(one), planes_of(other)])
        height, width = one.height, one.width
        found = np.zeros((6, height, width), np.float32)
        for top, left, weight in tiles(height, width):
            rows, columns = weight.shape
            part = np.ascontiguousarray(pictures[:, top : top + rows, left : left + columns])
            found[:5, top : top + rows, left : left + columns] += self._tile(part) * weight
            found[5, top : top + rows, left : left + columns] += weight
        found[:5] /= found[5]
        mask = 1 / (1 + np.exp(-found[4]))
        to_one, to_other = (np.ascontiguousarray(np.moveaxis(found[at : at + 2], 0, 2)) for at in (0, 2))
        return Fields(to_one, to_other, mask, 1 - mask)

    def _tile(self, pictures: Planes) -> Planes:
        """Give flow (4 channels) and mask, before the sigmoid, for two RGB pictures, (6, h, w)."""
        rows, columns = pictures.shape[1:]
        padding = ((0, 0), (0, -rows % MULTIPLE), (0, -columns % MULTIPLE))
        padded = np.pad(pictures, padding, mode="edge")
        flow = np.zeros((5, *padded.shape[1:]), np.float32)
        for network, scale in zip(self._networks, SCALES, strict=True):
            flow += _step(network, padded, flow, scale)
        return flow[:, :rows, :columns]


def _step(network: Network, pictures: Planes, found: Planes, scale: int) -> Planes:
    """Run one network both ways round and average: what it adds to flow and mask."""
    one, other = (_warped(pictures[at : at + 3], found[flow : flow + 2]) for at, flow in ((0, 0), (3, 2)))
    flow, mask = found[:4], found[4:]
    ways = (one, other, mask, flow), (other, one, -mask, flow[[2, 3, 0, 1]])
    batch = np.stack([_scaled(np.concatenate(way), 1 / scale) for way in ways])
    batch[:, 7:] /= scale
    there, back = (_scaled(added, scale) for added in network(batch))
    back = back[[2, 3, 0, 1, 4]]
    back[4] *= -1
    added = (there + back) * np.float32(0.5)
    added[:4] *= scale
    return added


def mirrored(picture: Yuv) -> Yuv:
    """Give a picture with left and right exchanged."""
    return Yuv(*(np.ascontiguousarray(plane[:, ::-1]) for plane in picture.planes))


def planes_of(picture: Yuv) -> Planes:
    """Give RGB, 0..1, as (3, height, width)."""
    return np.ascontiguousarray(np.moveaxis(rgb_picture(picture), 2, 0))


def tiles(height: int, width: int) -> Iterator[tuple[int, int, NDArray[np.float32]]]:
    """Cover a picture with tiles that overlap: top, left and a weight that falls off towards inner edges."""
    for top, rows in _spans(height):
        for left, columns in _spans(width):
            across = _ramp(columns, left > 0, left + columns < width)
            yield top, left, _ramp(rows, top > 0, top + rows < height)[:, None] * across


def _spans(length: int) -> list[tuple[int, int]]:
    if length <= TILE:
        return [(0, length)]
    count = -(-(length - OVERLAP) // (TILE - OVERLAP))
    return [(round(at * (length - TILE) / (count - 1)), TILE) for at in range(count)]


def _ramp(length: int, rises: bool, falls: bool) -> NDArray[np.float32]:
    ramp = np.ones(length, np.float32)
    slope = (np.arange(OVERLAP, dtype=np.float32) + 1) / (OVERLAP + 1)
    if rises:
        ramp[:OVERLAP] *= slope
    if falls:
        ramp[-OVERLAP:] *= slope[::-1]
    return ramp


def _warped(planes: Planes, flow: Planes) -> Planes:
    way = np.ascontiguousarray(np.moveaxis(flow, 0, 2))
    return np.stack([pulled(np.ascontiguousarray(plane), way) for plane in planes])


def _scaled(planes: Planes, factor: float) -> Planes:
    if factor == 1:
        return planes
    size = (round(planes.shape[2] * factor), round(planes.shape[1] * factor))
    return np.stack([cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR) for plane in planes])
