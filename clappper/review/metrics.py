"""Measuring a clip with every scorer, and saying where a number stands among others."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from clappper.base.paths import resource
from clappper.review.plugins import NAMES, bertscore, bleu, fvd, perplexity
from clappper.review.plugins.material import Material
from clappper.review.scorers import (
    deep,
    extent,
    faces,
    faults,
    language,
    likeness,
    movement,
    perceptual,
    text,
)
from clappper.review.scorers.sample import take_sample
from clappper.review.scorers.score import Metric

SCORERS: tuple[ModuleType, ...] = (
    language,
    movement,
    likeness,
    deep,
    faults,
    text,
    faces,
    perceptual,
    extent,
)
PLUGINS: dict[str, ModuleType] = dict(zip(NAMES, (bleu, perplexity, bertscore, fvd), strict=True))
"""Measured only when asked for."""
EVERY = (*SCORERS, *PLUGINS.values())
METRICS: dict[str, Metric] = {metric.name: metric for scorer in EVERY for metric in scorer.METRICS}
SIGNAL_FROM, WITHIN_FROM = 0.2, 0.15
"""Spearman with human ratings over all clips and inside a model, from which a metric is shown as quality."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One number of a clip. ``percentile`` is its place, 0 to 100, among the shipped reference clips.

    ``value`` None: it could not be computed, and ``reason`` says why. ``is_quality``: people's ratings
    follow it.
    """

    name: str
    text: str
    value: float | None
    unit: str
    version: str
    better: int
    percentile: int | None
    is_quality: bool
    reason: str = ""


def versions(plugins: Sequence[str] = ()) -> dict[str, str]:
    """Give the version of what measures each metric, with those of the ``plugins`` switched on."""
    scorers = (*SCORERS, *(PLUGINS[name] for name in plugins))
    return {metric.name: scorer.VERSION for scorer in scorers for metric in scorer.METRICS}


def now_possible(refused: AbstractSet[tuple[str, str]], models: Path) -> frozenset[tuple[str, str]]:
    """Choose from (metric, reason) of what was refused that whose program or network has come since.

    Reads whole networks to check them, so nothing is looked at that was not refused for its lack.
    """
    return frozenset(
        pair
        for scorer in EVERY
        if hasattr(scorer, "missing")
        and (lacked := [one for one in refused if METRICS[one[0]] in scorer.METRICS and scorer.HOW in one[1]])
        and not scorer.missing(models)
        for pair in lacked
    )


def measure(path: Path, prompt: str, models: Path, plugins: Sequence[str] = ()) -> tuple[Measured, ...]:
    """Measure a clip; takes seconds, so it is done in a process of its own.

    ``models`` is where networks that were fetched lie. ``plugins`` are told the prompt and nothing more.

    Raises:
        UnusableInputError: it has no picture that can be decoded.
    """
    sample = take_sample(path, models)
    return tuple(
        described(score.name, score.value, scorer.VERSION, score.reason)
        for scorer in SCORERS
        for score in scorer.measure(sample, prompt)
    ) + measure_plugins(plugins, Material(models, prompt))


def measure_plugins(names: Sequence[str], given: Material) -> tuple[Measured, ...]:
    """Measure what was switched on; what lacks a package, a network or material says so."""
    return tuple(
        described(score.name, score.value, PLUGINS[name].VERSION, score.reason)
        for name in dict.fromkeys(names)
        for score in PLUGINS[name].measure(given)
    )


def described(name: str, value: float | None, version: str, reason: str = "") -> Measured:
    """Put a stored number in its place."""
    metric = METRICS[name]
    known = reference().get(name, Reference((), None, None))
    percentile = known.place(value) if value is not None else None
    return Measured(
        name, metric.text, value, metric.unit, version, metric.better, percentile, known.is_quality, reason
    )


@dataclass(frozen=True, slots=True)
class Reference:
    """How a metric is spread over the reference clips: its quantiles in steps of 5 %.

    ``signal`` is Spearman's correlation with people's ratings, ``within`` the same inside one model.
    """

    quantiles: tuple[float, ...]
    signal: float | None
    within: float | None

    @property
    def is_quality(self) -> bool:
        """Whether people's ratings follow it, also among clips of one model."""
        return abs(self.signal or 0) >= SIGNAL_FROM and abs(self.within or 0) >= WITHIN_FROM

    def place(self, value: float) -> int | None:
        if not self.quantiles or value == self.quantiles[0] == self.quantiles[-1]:
            return None
        low, high = bisect_left(self.quantiles, value), bisect_right(self.quantiles, value)
        middle = (low + high) / 2
        if low == high and 0 < low < len(self.quantiles):
            before, after = self.quantiles[low - 1], self.quantiles[low]
            middle = low - 0.5 + (value - before) / (after - before)
        return round(min(max((middle - 0.5) / (len(self.quantiles) - 1), 0.0), 1.0) * 100)


@cache
def reference() -> Mapping[str, Reference]:
    """Read the shipped distribution: FETV's example clips, see resources/predictor."""
    stored = json.loads(resource("predictor", "reference.json").read_text("utf-8"))
    return {
        name: Reference(tuple(row["quantiles"]), row["signal"], row.get("within"))
        for name, row in stored.items()
    }


def place_among(value: float, others: Sequence[float]) -> int | None:
    """Give the percentile of a value among a project's own clips; None among fewer than five."""
    if len(others) < 5:
        return None
    ordered = sorted(others)
    return round(100 * (bisect_left(ordered, value) + bisect_right(ordered, value)) / 2 / len(ordered))
