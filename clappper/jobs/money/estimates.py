"""What a project has learned about a model's price and speed from its own takes.

Plain order statistics: with ten takes and more the range is the middle 80 %, with fewer it is all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from clappper.base.units import Money
from clappper.jobs.money.records import Experience
from clappper.providers.contract import Estimate, GenRequest

FEWEST_TAKES = 3
"""Fewer say nothing about a range."""
MANY_TAKES = 10
TELLING_FRACTION = 0.05
"""Before so much is done, the provider's own progress says little about how long the rest takes."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The lower and the upper end of what was measured, and every single value."""

    low: float
    high: float
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What similar takes say about one request: micro-dollars and seconds, each None where unknown."""

    cost: Spread | None
    latency: Spread | None


def lesson(request: GenRequest, experiences: Sequence[Experience]) -> Lesson:
    """Learn from takes of the same model: of the same length and size where there are enough of them,
    otherwise from those of the same size, in proportion to the length.
    """
    same_size = [one for one in experiences if (one.width, one.height) == (request.width, request.height)]
    same = [one for one in same_size if one.seconds == request.seconds]
    return Lesson(
        _spread([one.cost.micros for one in same if one.cost is not None])
        or _spread(
            [
                one.cost.micros * request.seconds / one.seconds
                for one in same_size
                if one.cost is not None and one.seconds > 0
            ]
        ),
        _spread([one.latency_seconds for one in same if one.latency_seconds is not None])
        or _spread([one.latency_seconds for one in same_size if one.latency_seconds is not None]),
    )


def learned(stated: Estimate, learnt: Lesson) -> Estimate:
    """Put what was measured over what the price list and the adapter state.

    The upper end of the price is never below the stated one, so that a budget holds after prices rise.
    """
    cost, latency = learnt.cost, learnt.latency
    low, high, basis = stated.low, stated.high, stated.basis
    if cost is not None and stated.high != Money():
        low, high = Money(round(cost.low)), max(Money(round(cost.high)), stated.high or Money())
        basis = f"{len(cost.values)} takes in this project; stated: {stated.basis}"
    seconds = (latency.low, latency.high) if latency is not None else stated.seconds
    return Estimate(low, high, seconds, basis)


def eta_seconds(latency: Spread | None, elapsed: float, fraction: float | None) -> float | None:
    """Say how much longer a generation takes that has run for ``elapsed`` seconds, None if nobody knows.

    Experience counts at the start and the provider's own progress at the end, each by how far it is.
    """
    by_experience = _rest(latency, elapsed) if latency is not None else None
    if fraction is None or fraction < TELLING_FRACTION:
        return by_experience
    by_progress = elapsed * (1.0 - fraction) / fraction
    if by_experience is None:
        return by_progress
    return fraction * by_progress + (1.0 - fraction) * by_experience


def _rest(latency: Spread, elapsed: float) -> float | None:
    """The usual rest of those takes that took longer than this one has; None if none ever did."""
    longer = [value for value in latency.values if value > elapsed]
    return median(longer) - elapsed if longer else None


def _spread(values: Sequence[float]) -> Spread | None:
    if len(values) < FEWEST_TAKES:
        return None
    if len(values) < MANY_TAKES:
        return Spread(min(values), max(values), tuple(values))
    tenths = quantiles(values, n=10, method="inclusive")
    return Spread(tenths[0], tenths[-1], tuple(values))
