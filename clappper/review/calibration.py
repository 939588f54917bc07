"""From a score to a chance that holds what it says, and the figures that tell whether it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression, minimize
from scipy.special import expit, log_expit, logit
from scipy.stats import rankdata

Vector = NDArray[np.float64]
Labels = NDArray[np.bool_]

BINS = 10
HELD = 2.0
"""How many labels the pull towards slope 1 weighs, so that a handful cannot make the curve flat or a step."""
LEAST_SLOPE = 0.1
ISOTONIC_FROM = 1000
"""Labels from which steps of its own may serve better than a sigmoid; which, is tried on folds."""
FOLDS = 5
CERTAIN = 0.005
NEAR = 0.25


@dataclass(frozen=True, slots=True)
class Curve:
    """A rising curve from scores to chances.

    With ``knots``, points (score, chance) joined by straight lines: isotonic regression (Zadrozny and
    Elkan, 2002). Without, Platt's sigmoid (Platt, 1999): expit(slope x + shift).
    """

    slope: float = 1.0
    shift: float = 0.0
    knots: tuple[tuple[float, float], ...] = ()

    @classmethod
    def fitted(cls, scores: Vector, passed: Vector) -> Curve:
        """Fit to scores of clips that were not learned from, and the share of each that passed.

        Of many clips the form is chosen, too: the one with the smaller Brier score on folds of them.
        """
        if len(scores) < ISOTONIC_FROM:
            return _sigmoid(scores, passed)
        return min((_sigmoid, _isotonic), key=lambda fit: _missed(fit, scores, passed))(scores, passed)

    def moved(self, log_odds: float) -> Curve:
        """Give the curve with every chance raised, or lowered, by so much."""
        knots = tuple((at, round(float(expit(logit(chance) + log_odds)), 6)) for at, chance in self.knots)
        return Curve(self.slope, self.shift + log_odds, knots)

    def chance(self, scores: Vector) -> Vector:
        """Give chances from 0 to 1; never certain."""
        if not self.knots:
            chances: Vector = expit(self.slope * scores + self.shift)
            return chances
        at, chance = zip(*self.knots, strict=True)
        joined: Vector = np.interp(scores, at, chance)
        return joined

    def steepness(self, score: float) -> float:
        """Give how much chance one unit of score is worth around ``score``."""
        low, high = self.chance(np.array([score - NEAR, score + NEAR]))
        return float(high - low) / (2 * NEAR)


def level(chances: Vector, passed: Labels) -> float:
    """Give the log-odds by which ``chances`` miss the share that passed.

    Likeliest under a normal prior of spread 1, so that a few labels move it a little.
    """
    odds = logit(np.clip(chances, CERTAIN, 1 - CERTAIN))

    def cost(by: Vector) -> float:
        moved = odds + by[0]
        told = np.where(passed, log_expit(moved), log_expit(-moved)).sum()
        return float(by[0] ** 2 / 2 - told)

    return round(float(minimize(cost, np.zeros(1), method="BFGS").x[0]), 4)


def _missed(fit: Callable[[Vector, Vector], Curve], scores: Vector, passed: Vector) -> float:
    """Give the Brier score of curves fitted to four fifths on the last fifth, in turn."""
    fold = np.random.default_rng(0).permutation(len(scores)) % FOLDS
    told = np.zeros(len(scores))
    for number in range(FOLDS):
        out = fold == number
        told[out] = fit(scores[~out], passed[~out]).chance(scores[out])
    return float(((told - passed) ** 2).mean())


def _sigmoid(scores: Vector, passed: Vector) -> Curve:
    share = (passed.sum() + 1) / (len(passed) + 2)
    start = np.array([1.0, float(logit(share))])

    def cost(place: Vector) -> float:
        odds = place[0] * scores + place[1]
        loss = -(passed * log_expit(odds) + (1 - passed) * log_expit(-odds)).mean()
        return float(loss) + HELD / len(scores) * float(((place - start) ** 2).sum())

    slope, shift = minimize(cost, start, method="BFGS").x
    return Curve(round(float(max(slope, LEAST_SLOPE)), 6), round(float(shift), 6))


def _isotonic(scores: Vector, passed: Vector) -> Curve:
    """Pool adjacent violators, then join the middles of the steps, so that no two scores become one."""
    order = np.argsort(scores, kind="stable")
    steps = isotonic_regression(passed[order])
    edges = list(pairwise(steps.blocks))
    middles = [float(scores[order][begin:end].mean()) for begin, end in edges]
    chances = [float(np.clip(steps.x[begin], CERTAIN, 1 - CERTAIN)) for begin, _ in edges]
    return Curve(knots=tuple((round(at, 6), round(p, 6)) for at, p in zip(middles, chances, strict=True)))


def auc(chances: Vector, passed: Labels) -> float | None:
    """Area under the ROC curve, ties at half; None where one kind of label is missing."""
    positive = int(passed.sum())
    negative = len(passed) - positive
    if not positive or not negative:
        return None
    ranks = rankdata(chances)[passed].sum()
    return float((ranks - positive * (positive + 1) / 2) / (positive * negative))


def brier(chances: Vector, passed: Labels) -> float:
    """Mean squared error of the chances (Brier, 1950)."""
    return float(((chances - passed) ** 2).mean())


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a reliability plot: clips told ``told`` on average, of which ``came`` passed."""

    told: float
    came: float
    count: int


def reliability(chances: Vector, passed: Labels) -> tuple[Bin, ...]:
    """Put clips into ten bins of equal width by their chance; empty ones are left out."""
    places = np.minimum((chances * BINS).astype(int), BINS - 1)
    return tuple(
        Bin(float(chances[inside].mean()), float(passed[inside].mean()), int(inside.sum()))
        for number in range(BINS)
        if (inside := places == number).any()
    )


def calibration_error(chances: Vector, passed: Labels) -> float:
    """Expected calibration error: the gap of the bins, weighed by their clips."""
    return sum(bar.count * abs(bar.told - bar.came) for bar in reliability(chances, passed)) / len(passed)


def skipped_at_recall(chances: Vector, passed: Labels, recall: float) -> float:
    """Give the share of clips that need not be made when ``recall`` of the good ones are still made."""
    if not passed.any():
        return 0.0
    order = np.argsort(-chances, kind="stable")
    found = np.cumsum(passed[order]) / passed.sum()
    made = int(np.searchsorted(found, recall - 1e-12)) + 1
    return 1.0 - made / len(passed)
