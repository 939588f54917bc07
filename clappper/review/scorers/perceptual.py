"""How unlike neighbouring pictures look: LPIPS 0.1 (Zhang et al., 2018), by AlexNet and its layer weights.

The layer weights ship with the program; AlexNet itself is fetched, and torch of the extra ``ml`` runs it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clappper.base.paths import resource
from clappper.media.models import ModelStore
from clappper.review.scorers.sample import Rgb, Sample
from clappper.review.scorers.score import Metric, Score, impossible, scores

VERSION = "4"
METRICS = (Metric("lpips", "LPIPS of neighbours", 0),)
MODEL = "alexnet"
HOW = f'install the extra with pip install "clappper[ml]", then run: clappper models get {MODEL}'
WIDEST = 256
SHIFT = np.array([-0.030, -0.088, -0.188], np.float32)
SCALE = np.array([0.458, 0.448, 0.450], np.float32)
"""Of LPIPS, for colours from -1 to 1."""
SMALLEST = 1e-10
LAYERS = ((0, 4, 2), (3, 1, 2), (6, 1, 1), (8, 1, 1), (10, 1, 1))
"""Of AlexNet: each convolution's number, stride and padding; pooled before the second and the third."""

Features = tuple[NDArray[np.float32], ...]
Network = Callable[[NDArray[np.float32]], Features]


def measure(sample: Sample, _: str, network: Network | None = None) -> tuple[Score, ...]:
    """Give the mean distance of each of up to eight pictures to the one before."""
    if len(sample.keys) < 2:
        return impossible(METRICS, "the clip has a single frame.")
    if network is None:
        if lacking := missing(sample.models):
            return impossible(METRICS, lacking)
        network = network_of(ModelStore.open(sample.models).get(MODEL).file())
    return scores(lpips=float(distances(network(prepared(sample.keys))).mean()))


def missing(models: Path) -> str:
    """Say what has to be installed or fetched; nothing where all is here."""
    if importlib.util.find_spec("torch") is None:
        return f"torch must be installed; {HOW}."
    here = ModelStore.open(models).has(MODEL)
    return "" if here else f"AlexNet's weights are not on this machine; {HOW}."


def prepared(pictures: tuple[Rgb, ...]) -> NDArray[np.float32]:
    """Give pictures as LPIPS takes them, shape (n, 3, h, w), at most 256 wide."""
    height, width = pictures[0].shape[:2]
    scale = min(1.0, WIDEST / max(height, width))
    size = (max(64, round(width * scale)), max(64, round(height * scale)))
    small = np.stack([cv2.resize(picture, size, interpolation=cv2.INTER_AREA) for picture in pictures])
    colours = (small.astype(np.float32) / 127.5 - 1 - SHIFT) / SCALE
    return np.ascontiguousarray(colours.transpose(0, 3, 1, 2), np.float32)


def distances(features: Features) -> NDArray[np.float64]:
    """Compare each picture with the one before; five layers, each of shape (n, channels, h, w)."""
    total: NDArray[np.float64] = np.zeros(len(features[0]) - 1)
    with np.load(resource("predictor", "lpips-alex.npz"), allow_pickle=False) as weights:
        for number, layer in enumerate(features):
            unit = layer / (np.sqrt(np.sum(layer**2, axis=1, keepdims=True)) + SMALLEST)
            apart = np.mean((unit[1:] - unit[:-1]) ** 2, axis=(2, 3), dtype=np.float64)
            total += apart @ weights[f"layer{number}"].astype(np.float64)
    return total


@lru_cache(maxsize=1)
def network_of(weights: Path) -> Network:
    import torch  # type: ignore[import-not-found, unused-ignore]

    state: Any = torch.load(weights, map_location="cpu", weights_only=True)
    work: Any = torch.nn.functional

    def features(pictures: NDArray[np.float32]) -> Features:
        found: list[NDArray[np.float32]] = []
        current: Any = torch.from_numpy(pictures).contiguous(memory_format=torch.channels_last)
        with torch.no_grad():
            for place, (number, stride, padding) in enumerate(LAYERS):
                if place in {1, 2}:
                    current = work.max_pool2d(current, 3, 2)
                weight, bias = state[f"features.{number}.weight"], state[f"features.{number}.bias"]
                current = work.relu(work.conv2d(current, weight, bias, stride=stride, padding=padding))
                found.append(current.numpy())
        return tuple(found)

    return features
