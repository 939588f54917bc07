"""The look of edited pictures spread over a clip: paint one, and the frames around it follow.

What an edit does to colour as a whole is fitted once (an affine map of Y, U, V by least squares) and holds
for every frame. What it does locally is carried along the motion, frame by frame, and fades where the motion
cannot be trusted, so that a wrong flow costs detail and never smears it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from clappper.media.motion import Flow, FlowMeter, occluded, pulled, small
from clappper.media.picture import Plane, Yuv

Planes = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]
TRUST_LOST = 0.04
"""How much trust a carried edit loses with each frame it is carried, where all goes well."""


class Pictures(Protocol):
    """Gives a clip's pictures by number."""

    def at(self, frame: int) -> Yuv: ...


@dataclass(frozen=True, slots=True)
class EditedFrame:
    """How the picture of ``frame`` shall look."""

    frame: int
    picture: Yuv


@dataclass(frozen=True, slots=True)
class _Look:
    """What one edited frame says: the colour map for all, and what is left over at each place."""

    frame: int
    colour: NDArray[np.float64]
    rest: Planes


@dataclass(frozen=True, slots=True)
class _Way:
    """Where each small pixel of a frame is in an edited one, and how sure that is, 0 to 1."""

    flow: Flow
    trust: NDArray[np.float32]


def spread(pictures: Pictures, length: int, edited: Sequence[EditedFrame]) -> Iterator[Yuv]:
    """Give all ``length`` pictures of a clip in the look of the edited ones, at least one, in order.

    An edited frame comes back as it was edited. Between two, both looks are mixed by distance.
    """
    looks = [_look(pictures.at(one.frame), one) for one in sorted(edited, key=lambda one: one.frame)]
    ways = [_ways(pictures, length, look.frame) for look in looks]
    exact = {one.frame: one.picture for one in edited}
    for frame in range(length):
        if frame in exact:
            yield exact[frame]
            continue
        shares = _shares([look.frame for look in looks], frame)
        yield _drawn(pictures.at(frame), [(looks[n], ways[n][frame], share) for n, share in shares])


def _look(before: Yuv, edited: EditedFrame) -> _Look:
    """Fit the colour map from a picture to its edited version, and keep what it does not explain."""
    old, new = _floats(before), _floats(edited.picture)
    half = (before.width // 2, before.height // 2)
    thumbs = [np.dstack([_sized(planes[0], half), planes[1], planes[2]])[::2, ::2] for planes in (old, new)]
    source = np.concatenate([thumbs[0].reshape(-1, 3), np.ones((thumbs[0].size // 3, 1))], axis=1)
    colour = np.linalg.lstsq(source, thumbs[1].reshape(-1, 3), rcond=None)[0]
    mapped = _mapped(old, colour)
    y, u, v = (wanted - made for wanted, made in zip(new, mapped, strict=True))
    return _Look(edited.frame, colour, (y, u, v))


def _mapped(planes: Planes, colour: NDArray[np.float64]) -> Planes:
    """Apply a colour map; each plane sees the others at its own size."""
    y, u, v = planes
    full, half = (y.shape[1], y.shape[0]), (u.shape[1], u.shape[0])
    c = colour.astype(np.float32)
    y_half = _sized(y, half)
    return (
        y * c[0, 0] + _sized(u, full) * c[1, 0] + _sized(v, full) * c[2, 0] + c[3, 0],
        y_half * c[0, 1] + u * c[1, 1] + v * c[2, 1] + c[3, 1],
        y_half * c[0, 2] + u * c[1, 2] + v * c[2, 2] + c[3, 2],
    )


def _ways(pictures: Pictures, length: int, key: int) -> dict[int, _Way]:
    """Follow every frame to the edited one, step by step, outwards from it."""
    meter, ways = FlowMeter(), {}
    for frames in (range(key + 1, length), range(key - 1, -1, -1)):
        nearer = small(pictures.at(key).y)
        way = _Way(np.zeros((*nearer.shape, 2), np.float32), np.ones(nearer.shape, np.float32))
        for frame in frames:
            here = small(pictures.at(frame).y)
            step, back = meter.flow(here, nearer), meter.flow(nearer, here)
            sure = np.where(occluded(step, back), np.float32(0), pulled(way.trust, step))
            way = _Way(step + pulled(way.flow, step), np.maximum(sure - np.float32(TRUST_LOST), 0))
            ways[frame] = way
            nearer = here
    return ways


def _shares(keys: Sequence[int], frame: int) -> list[tuple[int, float]]:
    """Say which edited frames a frame follows, by number, and how much."""
    after = next((number for number, key in enumerate(keys) if key > frame), None)
    if after is None:
        return [(len(keys) - 1, 1.0)]
    if after == 0:
        return [(0, 1.0)]
    span = keys[after] - keys[after - 1]
    share = (frame - keys[after - 1]) / span
    return [(after - 1, 1 - share), (after, share)]


def _drawn(picture: Yuv, looks: Sequence[tuple[_Look, _Way, float]]) -> Yuv:
    planes = _floats(picture)
    colour = sum((look.colour * share for look, _, share in looks), np.zeros((4, 3)))
    made = _mapped(planes, colour)
    for look, way, share in looks:
        made = _added(made, look.rest, way, np.float32(share))
    y, u, v = (cast("Plane", np.rint(np.clip(plane, 0, 255)).astype(np.uint8)) for plane in made)
    return Yuv(y, u, v)


def _added(made: Planes, rest: Planes, way: _Way, share: np.float32) -> Planes:
    """Add what an edited frame has locally, fetched along the way, where it is trusted."""
    y, u, v = (
        plane + pulled(left, _flow(way.flow, plane.shape)) * _sized(way.trust, plane.shape[::-1]) * share
        for plane, left in zip(made, rest, strict=True)
    )
    return y, u, v


def _flow(flow: Flow, shape: tuple[int, ...]) -> Flow:
    scale = np.array([shape[1] / flow.shape[1], shape[0] / flow.shape[0]], np.float32)
    return np.asarray(_sized(flow, (shape[1], shape[0])) * scale, np.float32)


def _floats(picture: Yuv) -> Planes:
    y, u, v = (plane.astype(np.float32) for plane in picture.planes)
    return y, u, v


def _sized(plane: NDArray[np.float32], size: tuple[int, ...]) -> NDArray[np.float32]:
    return np.asarray(cv2.resize(plane, (size[0], size[1]), interpolation=cv2.INTER_LINEAR), np.float32)
