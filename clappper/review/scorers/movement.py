"""How a clip moves, after VBench (Huang et al., 2024), with dense flow in place of networks."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from clappper.media import motion
from clappper.media.picture import Plane
from clappper.review.scorers.sample import Sample
from clappper.review.scorers.score import Metric, Score, impossible, scores

VERSION = "2"
METRICS = (
    Metric("speed", "Speed", 0, "px"),
    Metric("dynamic_degree", "Dynamic degree", 0),
    Metric("relative_jitter", "Flow jitter", -1),
    Metric("occluded", "Inconsistent flow", -1),
    Metric("temporal_flicker", "Temporal flicker", 1),
    Metric("motion_smoothness", "Motion smoothness", 1),
    Metric("tremor", "Luma tremor", -1),
)
MOVES_FROM_PIXELS = 6.0
"""Of a picture 256 wide, the fastest 5 % between two frames an eighth of a second apart (VBench)."""


def measure(sample: Sample, _: str) -> tuple[Score, ...]:
    """Measure eight frames a second; a clip of fewer than three has no motion to speak of."""
    stretches = [[motion.small(plane) for plane in frames] for frames in sample.slower]
    stretches = [pictures for pictures in stretches if len(pictures) >= 3]
    if not stretches:
        return impossible(METRICS, "the clip has fewer than three frames to compare.")
    found = motion.together([motion.measure(pictures) for pictures in stretches])
    return scores(
        speed=found.speed,
        dynamic_degree=min(1.0, found.top_speed / MOVES_FROM_PIXELS),
        relative_jitter=found.relative_jitter,
        occluded=found.occluded,
        temporal_flicker=found.flicker,
        motion_smoothness=float(np.mean([smoothness(pictures) for pictures in stretches])),
        tremor=found.tremor,
    )


def smoothness(pictures: Sequence[Plane]) -> float:
    """Rebuild every second frame from its neighbours by flow; 1 where it comes out the same (VBench)."""
    meter = motion.FlowMeter(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    missed = [
        float(cv2.absdiff(middle, _between(meter, before, after)).mean())
        for before, middle, after in zip(pictures[0::2], pictures[1::2], pictures[2::2], strict=False)
    ]
    return (255 - float(np.mean(missed))) / 255 if missed else 1.0


def _between(meter: motion.FlowMeter, before: Plane, after: Plane) -> Plane:
    there, back = meter.flow(before, after), meter.flow(after, before)
    one, other = motion.pulled(before, back * 0.5), motion.pulled(after, there * 0.5)
    return cv2.addWeighted(one, 0.5, other, 0.5, 0).astype(np.uint8, copy=False)
