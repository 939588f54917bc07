"""Which take is the better one, from choices between two: Bradley and Terry's model (1952)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clappper.review.ratings import Comparison

RESAMPLES = 200
RIDGE = 0.1
"""Regularisation towards equal strength, so that a clip that never lost stays finite."""


@dataclass(frozen=True, slots=True)
class Strength:
    """``score`` is in natural logits, 0 for the average clip, with a 95 % bootstrap interval."""

    asset_id: str
    score: float
    low: float
    high: float
    compared: int


def strengths(choices: Sequence[Comparison]) -> tuple[Strength, ...]:
    """Rank clips by what was chosen; the strongest first. A tie counts as half a win each way."""
    names = sorted({name for one in choices for name in (one.better, one.worse)})
    if len(names) < 2:
        return ()
    place = {name: number for number, name in enumerate(names)}
    found = _fitted(choices, place)
    chance = np.random.default_rng(0)
    drawn = np.array(
        [
            _fitted([choices[pick] for pick in chance.integers(0, len(choices), len(choices))], place)
            for _ in range(RESAMPLES)
        ]
    )
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    ranked = [
        Strength(
            name,
            float(found[at]),
            float(low[at]),
            float(high[at]),
            sum(name in {one.better, one.worse} for one in choices),
        )
        for name, at in place.items()
    ]
    return tuple(sorted(ranked, key=lambda one: -one.score))


def _fitted(choices: Sequence[Comparison], place: dict[str, int]) -> NDArray[np.float64]:
    import choix

    won = [(place[one.better], place[one.worse]) for one in choices for _ in range(1 if one.tie else 2)]
    won += [(place[one.worse], place[one.better]) for one in choices if one.tie]
    found = np.asarray(choix.opt_pairwise(len(place), won, alpha=RIDGE), dtype=np.float64)
    centred: NDArray[np.float64] = found - found.mean()
    return centred
