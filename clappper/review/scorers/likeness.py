"""How like each frame is to the next: structural similarity (Wang et al., 2004)."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from clappper.media.motion import small
from clappper.media.picture import Plane
from clappper.review.scorers.sample import Sample, neighbours
from clappper.review.scorers.score import Metric, Score, impossible, scores

VERSION = "2"
METRICS = (Metric("ssim_mean", "SSIM of neighbours", 0), Metric("ssim_min", "Lowest SSIM", 0))
SIGMA, REACH = 1.5, 5
"""Of the Gaussian window: 11 pixels across, as in the paper."""
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2

Image = NDArray[np.float32]


def measure(sample: Sample, _: str) -> tuple[Score, ...]:
    pictures = tuple(tuple(small(plane) for plane in frames) for frames in sample.slower)
    found = [ssim(one, other) for one, other in neighbours(pictures)]
    if not found:
        return impossible(METRICS, "the clip has a single frame.")
    return scores(ssim_mean=float(np.mean(found)), ssim_min=min(found))


def ssim(one: Plane, other: Plane) -> float:
    """Give the mean over the picture, its border of five pixels left out; 1 for equal pictures."""
    x, y = one.astype(np.float32), other.astype(np.float32)
    mean_x, mean_y = _blurred(x), _blurred(y)
    square_x, square_y, both = mean_x * mean_x, mean_y * mean_y, mean_x * mean_y
    spread = _blurred(x * x) - square_x + _blurred(y * y) - square_y
    shared = _blurred(x * y) - both
    index = ((2 * both + C1) * (2 * shared + C2)) / ((square_x + square_y + C1) * (spread + C2))
    inner = index[REACH:-REACH, REACH:-REACH]
    return float((inner if inner.size else index).mean(dtype=np.float64))


def _blurred(image: Image) -> Image:
    size = (2 * REACH + 1, 2 * REACH + 1)
    return np.asarray(cv2.GaussianBlur(image, size, SIGMA, borderType=cv2.BORDER_REFLECT), np.float32)
