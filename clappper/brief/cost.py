"""What an ad will cost and how long it takes, as ranges, before anything is spent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from clappper.base.units import Money, price_range
from clappper.brief.schema import AdBrief
from clappper.providers.contract import Estimate


class Verdict(StrEnum):
    """How a range stands to a cap."""

    WITHIN = "within"
    MAY_EXCEED = "may exceed"
    EXCEEDS = "exceeds"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CostRange:
    """Money and seconds, low to high, of one or many generations.

    ``low`` counts what is known. ``high`` is None as soon as one price is not known: unknown is never
    zero. ``seconds`` is None in the same way; ``unpriced`` names what has no price.
    """

    low: Money
    high: Money | None
    seconds: tuple[float, float] | None
    unpriced: tuple[str, ...] = ()

    def verdict(self, cap: Money) -> Verdict:
        if self.low > cap:
            return Verdict.EXCEEDS
        if self.high is None:
            return Verdict.UNKNOWN
        return Verdict.WITHIN if self.high <= cap else Verdict.MAY_EXCEED

    def __str__(self) -> str:
        """Show the range as people read it: ``$0.20 to $0.60``, ``at least $0.20, s2 has no price``."""
        if self.high is None:
            known = f"at least {self.low}, " if self.low.micros else ""
            verb = "has" if len(self.unpriced) == 1 else "have"
            return f"{known}{', '.join(self.unpriced)} {verb} no price"
        return str(self.low) if self.low == self.high else price_range(self.low, self.high)


def cost_of(name: str, estimate: Estimate) -> CostRange:
    """Turn one estimate into a range; a price known at one end only stays open at the other."""
    return CostRange(
        estimate.low or Money(),
        estimate.high,
        estimate.seconds,
        () if estimate.high is not None else (name,),
    )


def total(estimates: Mapping[str, Estimate], *, lanes: int = 1) -> CostRange:
    """Add up estimates by shot; ``lanes`` generations run at the same time.

    The time is at least that of the slowest one, at most all of them shared among the lanes.
    """
    ranges = [cost_of(name, estimate) for name, estimate in estimates.items()]
    highs = [cost.high for cost in ranges]
    unpriced = tuple(name for cost in ranges for name in cost.unpriced)
    return CostRange(
        _sum(cost.low for cost in ranges),
        None if unpriced else _sum(high for high in highs if high is not None),
        _seconds([cost.seconds for cost in ranges], lanes),
        unpriced,
    )


def budget(brief: AdBrief) -> Money:
    """Give what the brief lets the ad cost."""
    return Money.dollars(brief.compute.budget_usd_max)


def _sum(amounts: Iterable[Money]) -> Money:
    return Money(sum(amount.micros for amount in amounts))


def _seconds(spans: list[tuple[float, float] | None], lanes: int) -> tuple[float, float] | None:
    known = [span for span in spans if span is not None]
    if len(known) < len(spans):
        return None
    if not known:
        return 0.0, 0.0

    def shared(end: int) -> float:
        return max(*(span[end] for span in known), sum(span[end] for span in known) / lanes)

    return shared(0), shared(1)
