"""How much of a clip was measured: all of a short one, stretches of a long one."""

from __future__ import annotations

from clappper.review.scorers.sample import Sample
from clappper.review.scorers.score import Metric, Score

VERSION = "1"
METRICS = (Metric("measured_seconds", "Measured", 0, "s"),)


def measure(sample: Sample, _: str) -> tuple[Score, ...]:
    """Give the seconds whose frames were looked at, and of a longer clip where they lie."""
    value = float(f"{sample.seconds:.6g}")
    if len(sample.stretches) == 1:
        return (Score("measured_seconds", value),)
    count, whole = len(sample.stretches), sample.facts.duration_seconds
    said = f"{count} stretches of {value / count:.3g} s, spread over {whole:.3g} s"
    return (Score("measured_seconds", value, said),)
