"""Before a clip is made: how likely people are to pass it, how good they will find it, and why.

The prior comes with the program and knows public ratings only; a project of its own ratings has a
predictor of its own on top of it. Where the ratings say nothing about a prompt it abstains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from clappper.base.errors import UnusableInputError
from clappper.review.calibration import Curve
from clappper.review.features import FEATURES, count_features
from clappper.review.gaussian import WIDEST_COUNT, Foretold, GaussianProcess, Kernel, Matrix, Points
from clappper.review.model_file import load_model, save_model
from clappper.review.prediction import Answers, Asked, Prediction, Reason

DECIMALS = 3
Z_90 = 1.645
"""Of the normal distribution: 90 % lie within so many standard deviations."""
MOST_REASONS = 5
LEAST_EFFECT = 0.005


class Encoder(Protocol):
    """Turns texts into unit vectors, shape (n, 384)."""

    def encode(self, texts: list[str], /) -> Matrix: ...


@dataclass(frozen=True, slots=True)
class Scale:
    """What standardised numbers mean: means and spreads of the counts, and of the scores."""

    count_means: Matrix
    count_spreads: Matrix
    score_mean: float
    score_spread: float

    def counts(self, raw: Matrix) -> Matrix:
        scaled: Matrix = (raw - self.count_means) / self.count_spreads
        return np.clip(scaled, -WIDEST_COUNT, WIDEST_COUNT)

    def quality(self, standardised: float) -> float:
        return float(np.clip(self.score_mean + self.score_spread * standardised, 1.0, 5.0))


@dataclass(frozen=True)
class Predictor:
    """A learned model. ``least_known`` is where it begins to abstain; ``labels`` how many clips it saw.

    ``prior``, if any, is asked first, and its score is one more count.
    """

    process: GaussianProcess
    curve: Curve
    scale: Scale
    version: str
    labels: int
    least_known: float
    encoder: Encoder
    prior: Predictor | None = None

    def predict(self, prompt: str, provider: str = "") -> Prediction:
        """Foretell one clip of ``prompt``, made by ``provider``; an unknown provider counts as average."""
        points = self.points([prompt], [provider])
        found = self.process.foretell(points)
        known = round(float(found.known[0]), DECIMALS)
        if known < self.least_known:
            return Prediction(None, None, None, None, known, (), self.version, self._why_not(prompt))
        mean, sigma = float(found.mean[0]), float(np.sqrt(found.variance[0]))
        low, chance, high = self.chances(found, np.array([-Z_90, 0.0, Z_90]))
        return Prediction(
            round(float(chance), DECIMALS),
            round(float(low), DECIMALS),
            round(float(high), DECIMALS),
            round(self.scale.quality(mean), 2),
            known,
            self._reasons(points, prompt, mean, sigma),
            self.version,
        )

    def foretell(self, asked: Sequence[Asked]) -> Answers:
        """Answer each question by itself, so that it never matters what else was asked."""
        found = tuple(self.predict(prompt, provider) for prompt, provider in asked)
        return Answers(found, self.prior is None, self.labels if self.prior else 0)

    def moved(self, log_odds: float) -> Predictor:
        """Give the predictor with its chances moved: for people who are stricter, or kinder."""
        return replace(self, curve=self.curve.moved(log_odds)) if log_odds else self

    def chances(self, found: Foretold, shifts: Matrix | float = 0.0) -> Matrix:
        """Turn scores, moved by so many standard deviations, into chances."""
        whole = np.sqrt(found.variance + self.process.kernel.noise)
        return self.curve.chance((found.mean + shifts * np.sqrt(found.variance)) / whole)

    def points(self, prompts: list[str], providers: list[str]) -> Points:
        """Read prompts into the numbers this predictor works with."""
        embeddings = self.encoder.encode(prompts)
        raw = count_features(prompts)
        if self.prior is not None:
            raw = np.hstack([raw, self.prior.shared_scores(prompts)[:, None]])
        counts = self.scale.counts(raw)
        weighed = counts if self.prior is None else prior_weighed(counts)
        return Points(embeddings, weighed, np.array(providers), np.array(prompts))

    def shared_scores(self, prompts: list[str]) -> Matrix:
        """Give the prompts' standardised scores, whoever makes the clips."""
        points = self.points(prompts, [""] * len(prompts))
        return self.process.foretell(points).mean

    def _why_not(self, prompt: str) -> str:
        if not prompt.strip():
            return "There is no prompt to judge."
        return "No rated clip has a prompt like this one."

    def _reasons(self, points: Points, prompt: str, mean: float, sigma: float) -> tuple[Reason, ...]:
        """Say what each part adds: the exact terms of the mean, through the slope of the curve."""
        parts = self._line * points.counts[0]
        raw = count_features([prompt])[0]
        told = [feature.told(value) for feature, value in zip(FEATURES, raw, strict=True)]
        if self.prior is not None:
            told.append("what public ratings say of such prompts")
        told.append(f"clips of prompts like “{_short(self._nearest(points))}”")
        provider = str(points.providers[0])
        told.append(f"clips by {provider}" if provider else "")
        own = self.process.provider_part(provider)
        whole = np.sqrt(sigma**2 + self.process.kernel.noise)
        effects = [*parts, mean - parts.sum() - own, own]
        slope = self.curve.steepness(mean / whole) / whole
        found = (
            Reason(text, round(float(value * slope), DECIMALS))
            for text, value in zip(told, effects, strict=True)
        )
        strong = [reason for reason in found if abs(reason.effect) >= LEAST_EFFECT and reason.text]
        return tuple(sorted(strong, key=lambda reason: -abs(reason.effect))[:MOST_REASONS])

    @cached_property
    def _line(self) -> Matrix:
        return self.process.line()

    def _nearest(self, points: Points) -> str:
        return str(self.process.points.prompts[self.process.nearest(points.embeddings[0])])

    def save(self, path: Path) -> None:
        """Write the model; the prior it stands on is not part of it.

        Raises:
            StorageError: the disk does not take it.
        """
        points = self.process.points
        facts = {
            "version": self.version,
            "labels": self.labels,
            "least_known": self.least_known,
            "kernel": asdict(self.process.kernel),
            "curve": asdict(self.curve),
            "score": [self.scale.score_mean, self.scale.score_spread],
            "prior": self.prior.version if self.prior else "",
            "features": [feature.name for feature in FEATURES],
        }
        arrays: dict[str, NDArray[Any]] = {
            "embeddings": points.embeddings.astype(np.float16),
            "counts": points.counts.astype(np.float32),
            "providers": points.providers,
            "prompts": points.prompts,
            "scores": self.process.scores.astype(np.float32),
            "count_means": self.scale.count_means,
            "count_spreads": self.scale.count_spreads,
        }
        save_model(path, facts, arrays)


def load_predictor(path: Path, encoder: Encoder, prior: Predictor | None = None) -> Predictor:
    """Read what ``Predictor.save`` wrote.

    Raises:
        UnusableInputError: it is damaged, or was learned with other features or another prior.
    """
    facts, arrays = load_model(path)
    same_prior = facts.get("prior") == (prior.version if prior else "")
    if facts.get("features") != [feature.name for feature in FEATURES] or not same_prior:
        raise UnusableInputError(
            f"{path} was learned by another version.", "Delete it: it is learned again from the ratings."
        )
    return Predictor(
        process=GaussianProcess(
            _points(arrays), arrays["scores"].astype(np.float64), Kernel(**facts["kernel"])
        ),
        curve=_curve(facts["curve"]),
        scale=Scale(arrays["count_means"], arrays["count_spreads"], *facts["score"]),
        version=facts["version"],
        labels=facts["labels"],
        least_known=facts["least_known"],
        encoder=encoder,
        prior=prior,
    )


def prior_weighed(counts: Matrix) -> Matrix:
    """Scale the last column, the prior's score, to weigh as much as all the others together."""
    weighed = counts.copy()
    weighed[:, -1] *= np.sqrt(counts.shape[1] - 1)
    return weighed


def _points(arrays: dict[str, NDArray[Any]]) -> Points:
    return Points(
        arrays["embeddings"].astype(np.float64),
        arrays["counts"].astype(np.float64),
        arrays["providers"],
        arrays["prompts"],
    )


def _curve(facts: dict[str, Any]) -> Curve:
    knots = tuple((at, chance) for at, chance in facts["knots"])
    return Curve(facts["slope"], facts["shift"], knots)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57].rstrip()}…"
