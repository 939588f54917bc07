"""What no network that ships can measure: named, so that nobody takes silence for a good sign."""

from __future__ import annotations

from clappper.review.scorers.sample import Sample
from clappper.review.scorers.score import Metric, Score, impossible

VERSION = "1"
METRICS = (Metric("lpips", "LPIPS", 0),)


def measure(_: Sample, __: str) -> tuple[Score, ...]:
    return impossible(METRICS, "its backbone comes with no package whose licence allows to ship it.")
