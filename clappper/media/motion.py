"""How pictures move: dense flow on small grey pictures, and what it says about a clip.

Everything is measured on luma 256 pixels wide, where a clip of any size costs the same and noise is averaged
away. Speeds are pixels of that small picture from one frame to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from clappper.media.picture import Plane

WIDTH = 256
TOP_SHARE = 0.05
"""The fastest twentieth stands for what moves (VBench's dynamic degree)."""

STEADY_PIXELS = 0.25
"""Added to a speed before something is divided by it: a quarter of a pixel is the noise of the flow."""

CONSISTENT_SHARE, CONSISTENT_PIXELS = 0.01, 0.5
"""Forward and backward flow agree where |f + b|^2 < 0.01 (|f|^2 + |b|^2) + 0.5 (Sundaram et al., 2010)."""

Depth = TypeVar("Depth", np.uint8, np.float32)
Flow = NDArray[np.float32]
"""Shape (height, width, 2): where each pixel of one picture is in the other one, as x and y steps."""


@dataclass(frozen=True, slots=True)
class Motion:
    """What a clip's motion is like. All are means over its pairs of frames.

    ``speed`` and ``top_speed`` (its fastest 5 %) in small pixels a frame; ``occluded`` the share of pixels
    whose forward and backward flow disagree; ``flicker`` VBench's score, 1 for a still picture;
    ``warp_error`` and ``tremor`` (the second difference of luma) in codes of 255; ``jitter`` how far the flow
    changes along its own path, in small pixels, and ``relative_jitter`` that over speed.
    """

    frames: int
    speed: float
    top_speed: float
    occluded: float
    flicker: float
    warp_error: float
    jitter: float
    relative_jitter: float
    tremor: float


def small(luma: Plane, width: int = WIDTH) -> Plane:
    """Shrink a luma plane to ``width`` columns, its shape kept; a smaller one is left as it is."""
    if luma.shape[1] <= width:
        return np.ascontiguousarray(luma)
    height = max(16, round(luma.shape[0] * width / luma.shape[1]))
    return cv2.resize(luma, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


class FlowMeter:
    """Measures dense flow between grey pictures of one size with OpenCV's DIS (Kroeger et al., 2016)."""

    def __init__(self, preset: int = cv2.DISOPTICAL_FLOW_PRESET_MEDIUM) -> None:
        self._dis = cv2.DISOpticalFlow.create(preset)

    @classmethod
    def for_drawing(cls) -> FlowMeter:
        """Measure flow good enough to draw with, on pictures that are reduced already.

        Fewer steps than OpenCV's medium preset takes: half its cost, and no worse on any clip measured.
        """
        meter = cls()
        meter._dis.setFinestScale(0)
        meter._dis.setPatchStride(4)
        meter._dis.setGradientDescentIterations(12)
        meter._dis.setVariationalRefinementIterations(2)
        return meter

    def flow(self, one: Plane, other: Plane) -> Flow:
        """Say where each pixel of ``one`` is in ``other``."""
        return np.asarray(self._dis.calc(one, other, None), np.float32)  # type: ignore[call-overload]


def pulled(picture: NDArray[Depth], flow: Flow) -> NDArray[Depth]:
    """Fetch each pixel from where ``flow`` says it is; beyond the border the border goes on."""
    places = flow + grid(*flow.shape[:2])
    border = cv2.BORDER_REPLICATE
    fetched = cv2.remap(picture, places, None, cv2.INTER_LINEAR, borderMode=border)  # type: ignore[call-overload]
    return cast("NDArray[Depth]", fetched)


def occluded(there: Flow, back: Flow) -> NDArray[np.bool_]:
    """Mark the pixels whose two flows disagree: hidden in the other picture, or not to be trusted."""
    returned = pulled(back, there)
    size = _squared(there) + _squared(returned)
    return np.asarray(_squared(there + returned) > CONSISTENT_SHARE * size + CONSISTENT_PIXELS)


def speeds(flow: Flow) -> NDArray[np.float32]:
    """Give the length of each pixel's step, shape (h, w)."""
    return np.hypot(flow[..., 0], flow[..., 1])


def top_mean(values: NDArray[np.float32]) -> float:
    """Average the largest 5 %."""
    flat = values.ravel()
    count = max(1, int(flat.size * TOP_SHARE))
    return float(np.partition(flat, flat.size - count)[-count:].mean())


def measure(pictures: Iterable[Plane]) -> Motion:
    """Measure a clip given by luma planes of any one size; fewer than two show no motion.

    A clip should be measured without its cuts: motion across one has no meaning.
    """
    meter, marks = FlowMeter(), []
    before: _Step | None = None
    for one, other in pairwise(map(small, pictures)):
        step = _Step.measured(meter, one, other)
        marks.append((*step.marks(), *step.changes(before)))
        before = step
    if not marks:
        return Motion(0, 0, 0, 0, 1, 0, 0, 0, 0)
    steady = marks[1:] or marks
    alone = np.mean(marks, axis=0)[:5]
    return Motion(len(marks) + 1, *map(float, alone), *map(float, np.mean(steady, axis=0)[5:]))


def together(parts: Sequence[Motion]) -> Motion:
    """Join what was measured of parts of one clip, each as heavy as it has pairs of frames."""
    pairs = np.array([part.frames - 1 for part in parts], float)
    means = np.average([astuple(part)[1:] for part in parts], axis=0, weights=pairs)
    return Motion(sum(part.frames for part in parts), *map(float, means))


@dataclass(frozen=True, slots=True)
class _Step:
    """Two neighbouring pictures and the flow from the first to the second."""

    one: Plane
    other: Plane
    there: Flow
    seen: NDArray[np.bool_]

    @classmethod
    def measured(cls, meter: FlowMeter, one: Plane, other: Plane) -> _Step:
        there = meter.flow(one, other)
        return cls(one, other, there, ~occluded(there, meter.flow(other, one)))

    def marks(self) -> tuple[float, ...]:
        """Give speed, top speed, share hidden, flicker and warp error."""
        speed = speeds(self.there)
        missed = cv2.absdiff(self.one, pulled(self.other, self.there))
        return (
            float(speed.mean()),
            top_mean(speed),
            1 - float(self.seen.mean()),
            1 - float(cv2.absdiff(self.one, self.other).mean()) / 255,
            float(missed[self.seen].mean()) if self.seen.any() else 255.0,
        )

    def changes(self, before: _Step | None) -> tuple[float, float, float]:
        """Give jitter, jitter over speed, and tremor, against the step before."""
        if before is None:
            return 0.0, 0.0, 0.0
        change = speeds(pulled(self.there, before.there) - before.there)
        jitter = float(change[before.seen].mean()) if before.seen.any() else float(change.mean())
        relative = jitter / (float(speeds(before.there).mean()) + STEADY_PIXELS)
        bend = before.one.astype(np.int16) - 2 * self.one.astype(np.int16) + self.other
        return jitter, relative, float(np.abs(bend).mean())


@lru_cache(maxsize=4)
def grid(rows: int, columns: int) -> Flow:
    """Give each pixel's own place; shared, not to be written to."""
    places = np.empty((rows, columns, 2), np.float32)
    places[..., 0] = np.arange(columns, dtype=np.float32)
    places[..., 1] = np.arange(rows, dtype=np.float32)[:, None]
    return places


def _squared(flow: Flow) -> NDArray[np.float32]:
    x, y = flow[..., 0], flow[..., 1]
    return np.asarray(x * x + y * y, np.float32)
