"""How far a clip stays itself, by the features of EfficientNet-Lite0, a small network that learned ImageNet.

Subject consistency is by VBench's formula. VBench takes DINO's features, so its numbers are other ones.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from clappper.media.models import MissingModelError, ModelStore
from clappper.review.scorers.sample import Rgb, Sample
from clappper.review.scorers.score import Metric, Score, impossible, scores

VERSION = "2"
METRICS = (
    Metric("deep_consistency", "Likeness of neighbours (EfficientNet-Lite0)", 1),
    Metric("subject_consistency", "Subject consistency (EfficientNet-Lite0)", 1),
)
MODEL = "efficientnet-lite0"
SIDE, MEAN, SCALE = 224, 127.0, 1 / 128
"""What the network was trained on."""

Features = NDArray[np.float32]
Network = Callable[[tuple[Rgb, ...]], Features]


def measure(sample: Sample, _: str, network: Network | None = None) -> tuple[Score, ...]:
    """Compare up to eight pictures with the one before, and with the first as well."""
    if len(sample.keys) < 2:
        return impossible(METRICS, "the clip has a single frame.")
    if network is None:
        try:
            network = network_of(sample.models)
        except MissingModelError as error:
            return impossible(METRICS, f"{error.message} {error.hint}")
    found = np.asarray(network(sample.keys), np.float64)
    unit = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
    before = np.sum(unit[1:] * unit[:-1], axis=1)
    first = unit[1:] @ unit[0]
    both = (np.maximum(before, 0) + np.maximum(first, 0)) / 2
    return scores(deep_consistency=float(before.mean()), subject_consistency=float(both.mean()))


def network_of(models: Path) -> Network:
    """Load the network.

    Raises:
        MissingModelError: it is not here.
    """
    return _loaded(ModelStore.open(models).get(MODEL).file())


@lru_cache(maxsize=1)
def _loaded(weights: Path) -> Network:
    network = cv2.dnn.readNetFromONNX(str(weights))

    def features(pictures: tuple[Rgb, ...]) -> Features:
        small = [cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA) for picture in pictures]
        planes = (np.stack(small).astype(np.float32).transpose(0, 3, 1, 2) - MEAN) * SCALE
        network.setInput(np.ascontiguousarray(planes))
        return np.asarray(network.forward(), np.float32)

    return features
