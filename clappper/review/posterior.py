"""What ratings say about providers for each kind of scene: a pass rate with its interval and its count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

PRIOR_PASSES, PRIOR_FAILS = 1.0, 1.0
"""Before any rating every pass rate is as likely as any other."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One rated clip of the project. ``cost_micros`` None is unknown."""

    scene_type: str
    provider: str
    passed: bool
    cost_micros: int | None


@dataclass(frozen=True, slots=True)
class Posterior:
    """``rate`` with its 90 % interval from ``count`` clips; ``usd_per_pass`` None if a price is unknown."""

    scene_type: str
    provider: str
    rate: float
    low: float
    high: float
    count: int
    usd_per_pass: float | None


def posteriors(outcomes: Iterable[Outcome]) -> tuple[Posterior, ...]:
    """Give a beta posterior for each (scene type, provider) that was rated; for ties between routes only."""
    groups: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for one in outcomes:
        groups[one.scene_type, one.provider].append(one)
    return tuple(_posterior(*key, found) for key, found in sorted(groups.items()))


def favour_of(found: Iterable[Posterior]) -> Callable[[str, str], float]:
    """Give how much people like a provider's scenes of a type: the interval's lower end, 0 where unknown.

    The lower end, so that one lucky clip does not beat many good ones.
    """
    known = {(one.scene_type, one.provider): one.low for one in found}
    return lambda scene_type, provider: known.get((scene_type, provider), 0.0)


def pass_interval(passes: int, count: int) -> tuple[float, float]:
    """Give the 90 % interval of a pass rate, by the beta distribution after ``count`` verdicts."""
    from scipy.special import betaincinv

    a, b = PRIOR_PASSES + passes, PRIOR_FAILS + count - passes
    low, high = (float(betaincinv(a, b, share)) for share in (0.05, 0.95))
    return low, high


def _posterior(scene_type: str, provider: str, found: list[Outcome]) -> Posterior:
    passes = sum(one.passed for one in found)
    a, b = PRIOR_PASSES + passes, PRIOR_FAILS + len(found) - passes
    low, high = pass_interval(passes, len(found))
    costs = [one.cost_micros for one in found if one.cost_micros is not None]
    known = len(costs) == len(found) and passes > 0
    return Posterior(
        scene_type,
        provider,
        a / (a + b),
        low,
        high,
        len(found),
        sum(costs) / passes / 1_000_000 if known else None,
    )
