"""Faces, found by YuNet (Wu, Peng and Yu, 2023) through OpenCV. Whether they may be seen, the brief says."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from clappper.media.models import ModelStore
from clappper.review.scorers.sample import Rgb, Sample
from clappper.review.scorers.score import Metric, Score, impossible, scores

VERSION = "3"
METRICS = (Metric("faces", "Faces", 0),)
MODEL = "yunet"
HOW = f"run: clappper models get {MODEL}"
SUREST, OVERLAP = 0.8, 0.3

Detector = Callable[[Rgb], int]


def measure(sample: Sample, _: str, detector: Detector | None = None) -> tuple[Score, ...]:
    """Give the most faces that are seen at once in up to eight pictures."""
    if detector is None:
        if lacking := missing(sample.models):
            return impossible(METRICS, lacking)
        detector = _loaded(ModelStore.open(sample.models).get(MODEL).file())
    return scores(faces=max(detector(picture) for picture in sample.keys))


def missing(models: Path) -> str:
    """Say what has to be fetched; nothing where it is here."""
    here = ModelStore.open(models).has(MODEL)
    return "" if here else f"the face detector is not on this machine; {HOW}."


@lru_cache(maxsize=1)
def _loaded(weights: Path) -> Detector:
    network = cv2.FaceDetectorYN.create(str(weights), "", (320, 320), SUREST, OVERLAP)

    def count(picture: Rgb) -> int:
        height, width = picture.shape[:2]
        network.setInputSize((width, height))
        _, found = network.detect(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
        return len(np.atleast_1d(found)) if np.any(found) else 0

    return count
