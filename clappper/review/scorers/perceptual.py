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
from clappper.review.scorers.convolution import Convolution, pooled
from clappper.review.scorers.sample import Rgb, Sample
from clappper.review.scorers.score import Metric, Score, impossible, scores

VERSION = "5"
METRICS = (Metric("lpips", "LPIPS of neighbours", 0),)
MODEL = "alexnet"
HOW = f'install the extra with pip install "clappper[ml]", then run: clappper models get {MODEL}'
WIDEST = 256
SHIFT = np.array([-0.030, -0.088, -0.188], np.float32)
SCALE = np.array([0.458, 0.448, 0.450], np.float32)
"""Of LPIPS, for colours from -1 to 1."""
SMALLEST = 1e-10
LAYERS = (0, 3, 6, 8, 10)
"""AlexNet's convolutions by their numbers there; the first steps by four, two are pooled before."""

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
    """Compare each picture with the one before; five layers, each of shape (n, h, w, channels)."""
    total: NDArray[np.float64] = np.zeros(len(features[0]) - 1)
    with np.load(resource("predictor", "lpips-alex.npz"), allow_pickle=False) as weights:
        for number, layer in enumerate(features):
            length = np.sqrt(np.einsum("nhwc,nhwc->nhw", layer, layer)) + SMALLEST
            unit = layer / length[..., None]
            apart = unit[1:] - unit[:-1]
            apart *= apart
            total += apart.mean(axis=(1, 2), dtype=np.float64) @ weights[f"layer{number}"].astype(np.float64)
    return total


@lru_cache(maxsize=1)
def network_of(weights: Path) -> Network:
    """Read AlexNet's convolutions; torch reads the file and runs the first, with its long steps."""
    import torch  # type: ignore[import-not-found, unused-ignore]

    state: Any = torch.load(weights, map_location="cpu", weights_only=True)
    layers = [(state[f"features.{number}.weight"], state[f"features.{number}.bias"]) for number in LAYERS]
    later = [Convolution(weight.numpy(), bias.numpy()) for weight, bias in layers[1:]]

    def features(pictures: NDArray[np.float32]) -> Features:
        given: Any = torch.from_numpy(pictures).contiguous(memory_format=torch.channels_last)
        with torch.no_grad():
            first: Any = torch.nn.functional.conv2d(given, *layers[0], stride=4, padding=2)
        found = [np.maximum(first.permute(0, 2, 3, 1).numpy(), 0)]
        for place, layer in enumerate(later):
            found.append(np.maximum(layer(pooled(found[-1]) if place < 2 else found[-1]), 0))
        return tuple(found)

    return features
