"""Scores of clips as a Gaussian process over prompts and providers.

After Rasmussen and Williams, "Gaussian Processes for Machine Learning", 2006, chapters 2 and 5.

The covariance of two clips is that of their prompts, shared by all providers and once more within one,
plus what a provider, a prompt and a single clip have for themselves. Prompts are alike by their embedding
(squared exponential) and by their counted words (linear, so that each count has a weight to show).
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve, cholesky, solve_triangular
from scipy.optimize import minimize

Matrix = NDArray[np.float64]

SAMPLE = 800
"""Rows that the marginal likelihood is maximised on: a Cholesky factor costs the cube."""
WIDEST_COUNT = 3.0
"""Counts are standardised and cut here, so that one odd prompt cannot carry a line away."""


@dataclass(frozen=True, slots=True)
class Kernel:
    """``length`` of the embedding; ``linear`` weight of the counts against it; variances of the rest.

    ``shared`` and ``own``: prompt effects over all providers and within one; ``provider``, ``prompt``,
    ``noise``: of each for itself. Scores are standardised, so all are shares of one.
    """

    length: float = 0.75
    linear: float = 0.2
    shared: float = 0.25
    own: float = 0.1
    provider: float = 0.3
    prompt: float = 0.1
    noise: float = 0.3


@dataclass(frozen=True, slots=True)
class Points:
    """Clips as rows: embeddings (n, 384), standardised counts (n, c), provider and prompt names (n,)."""

    embeddings: Matrix
    counts: Matrix
    providers: NDArray[np.str_]
    prompts: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.providers)

    def at(self, places: NDArray[np.int_]) -> Points:
        """Give some of the rows."""
        return Points(
            self.embeddings[places], self.counts[places], self.providers[places], self.prompts[places]
        )


@dataclass(frozen=True, slots=True)
class _Likeness:
    """What the covariance of two sets of points is made of, whatever the kernel."""

    distances: Matrix
    products: Matrix
    same_provider: Matrix
    same_prompt: Matrix

    @classmethod
    def of(cls, one: Points, other: Points) -> _Likeness:
        distances = 2 - 2 * one.embeddings @ other.embeddings.T
        return cls(
            np.maximum(distances, 0),
            one.counts @ other.counts.T / max(1, one.counts.shape[1]),
            (one.providers[:, None] == other.providers[None, :]).astype(np.float64),
            (one.prompts[:, None] == other.prompts[None, :]).astype(np.float64),
        )

    def prompts_alike(self, kernel: Kernel) -> Matrix:
        alike: Matrix = np.exp(-self.distances / (2 * kernel.length**2)) + kernel.linear * self.products
        return alike

    def covariance(self, kernel: Kernel) -> Matrix:
        """Give the covariance without the single clip's noise."""
        alike = self.prompts_alike(kernel)
        same: Matrix = self.same_provider * (kernel.own * alike + kernel.provider)
        return kernel.shared * alike + same + kernel.prompt * self.same_prompt


@dataclass(frozen=True, slots=True)
class Foretold:
    """``mean`` and ``variance`` of scores still unknown, without noise; ``known`` is the share explained.

    ``known`` is 0 where the rated clips say nothing about the prompt's part of the score.
    """

    mean: Matrix
    variance: Matrix
    known: Matrix


class GaussianProcess:
    """The scores of ``points``, remembered. ``scores`` are standardised: about 0, spread about 1."""

    def __init__(self, points: Points, scores: Matrix, kernel: Kernel) -> None:
        self.points, self.scores, self.kernel = points, scores, kernel
        covariance = _Likeness.of(points, points).covariance(kernel)
        covariance[np.diag_indices(len(points))] += kernel.noise
        self._factor = cholesky(covariance, lower=True)
        self._weights: Matrix = cho_solve((self._factor, True), scores)

    def foretell(self, points: Points) -> Foretold:
        """Give the posterior of clips that nobody has seen."""
        likeness = _Likeness.of(points, self.points)
        cross = likeness.covariance(self.kernel)
        before = self._prior_variance(points)
        solved = solve_triangular(self._factor, cross.T, lower=True)
        alike = self.kernel.shared * likeness.prompts_alike(self.kernel)
        prompt_solved = solve_triangular(self._factor, alike.T, lower=True)
        prompt_before = self.kernel.shared * self._likeness_to_itself(points)
        return Foretold(
            cross @ self._weights,
            np.maximum(before - (solved**2).sum(axis=0), 1e-9),
            np.clip((prompt_solved**2).sum(axis=0) / prompt_before, 0.0, 1.0),
        )

    def line(self) -> Matrix:
        """Give the weight (c,) of each standardised count in the prompt's shared part of the score."""
        scale = self.kernel.shared * self.kernel.linear / max(1, self.points.counts.shape[1])
        weights: Matrix = scale * (self._weights @ self.points.counts)
        return weights

    def provider_part(self, provider: str) -> float:
        """Give what being made by ``provider`` adds to a score; 0 for one that nobody has rated."""
        same = self.points.providers == provider
        return float(self.kernel.provider * self._weights[same].sum())

    def nearest(self, embedding: Matrix) -> int:
        """Find the row whose prompt means most nearly the same."""
        return int(np.argmax(self.points.embeddings @ embedding))

    def _likeness_to_itself(self, points: Points) -> Matrix:
        squares = (points.counts**2).sum(axis=1) / max(1, points.counts.shape[1])
        itself: Matrix = 1.0 + self.kernel.linear * squares
        return itself

    def _prior_variance(self, points: Points) -> Matrix:
        kernel = self.kernel
        itself = self._likeness_to_itself(points)
        return (kernel.shared + kernel.own) * itself + kernel.provider + kernel.prompt


def likeliest_kernel(points: Points, scores: Matrix, start: Kernel | None = None) -> Kernel:
    """Choose the kernel under which the scores are likeliest (type-II maximum likelihood).

    Weakly held to ``start``: a normal prior of spread 1 on the logarithms. Large sets are thinned to
    whole prompts, always the same ones.
    """
    start = start or Kernel()
    places = _thinned(points)
    part, wanted = points.at(places), scores[places]
    likeness, begin = _Likeness.of(part, part), np.log(astuple(start))

    def cost(logarithms: Matrix) -> float:
        kernel = Kernel(*np.exp(logarithms))
        covariance = likeness.covariance(kernel)
        covariance[np.diag_indices(len(part))] += kernel.noise
        factor = cholesky(covariance, lower=True, check_finite=False, overwrite_a=True)
        solved = solve_triangular(factor, wanted, lower=True, check_finite=False)
        held = 0.5 * float(((logarithms - begin) ** 2).sum())
        return 0.5 * float(solved @ solved) + float(np.log(np.diag(factor)).sum()) + held

    bounds = [(value - 4, value + 4) for value in begin]
    found = minimize(cost, begin, method="L-BFGS-B", bounds=bounds, options={"maxiter": 15})
    return Kernel(*(float(value) for value in np.round(np.exp(found.x), 4)))


def _thinned(points: Points) -> NDArray[np.int_]:
    names = np.unique(points.prompts)
    share = min(1.0, SAMPLE / len(points))
    chosen = np.random.default_rng(0).permutation(names)[: max(2, int(len(names) * share))]
    return np.flatnonzero(np.isin(points.prompts, chosen))
