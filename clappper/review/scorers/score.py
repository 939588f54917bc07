"""What a scorer gives: a number, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Metric:
    """One thing that is measured. ``better`` is 1 where more is better, -1 where less is, 0 where neither.

    Whether people's ratings follow it is measured, not stated here: ``metrics.Reference`` reads the
    benchmark's figures, and a metric without signal is shown as a fact, not as quality.
    """

    name: str
    text: str
    better: int = 0
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """``value`` None: it could not be computed, and ``reason`` says why and what would help."""

    name: str
    value: float | None
    reason: str = ""


def scores(**values: float) -> tuple[Score, ...]:
    """Round to six digits, so that the same clip has the same score on every machine."""
    return tuple(Score(name, float(f"{value:.6g}")) for name, value in values.items())


def impossible(metrics: tuple[Metric, ...], reason: str) -> tuple[Score, ...]:
    return tuple(Score(metric.name, None, f"cannot compute: {reason}") for metric in metrics)
