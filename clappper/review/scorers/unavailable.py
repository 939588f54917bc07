"""What no network that ships can measure: named, so that nobody takes silence for a good sign."""

from __future__ import annotations

from clappper.review.scorers.sample import Sample
from clappper.review.scorers.score import Metric, Score

VERSION = "1"
METRICS = (
    Metric("lpips", "LPIPS", 0),
    Metric("unexpected_text", "Unexpected text", -1),
    Metric("faces", "Faces", 0),
)
REASONS = {
    "lpips": "its backbone comes with no package whose licence allows to ship it.",
    "unexpected_text": "no text reader is installed.",
    "faces": "no face detector is installed.",
}


def measure(_: Sample, __: str) -> tuple[Score, ...]:
    return tuple(Score(name, None, f"cannot compute: {reason}") for name, reason in REASONS.items())
