"""What work has cost, what is under way, and whether one more piece of it fits the caps."""

from __future__ import annotations

from clappper.base.errors import ClappperError
from clappper.base.units import Money
from clappper.jobs.money.records import PROJECT, Attempt, MoneyRecords


class BudgetError(ClappperError):
    """A job would cost more than is left, or nobody knows what it costs. Nothing was sent."""


class UnknownPriceError(BudgetError):
    """Nobody knows what a job costs: a person has to agree to that first."""


class Ledger:
    """The money side of the queue. ``brief_id`` narrows to one brief; empty means the whole project."""

    def __init__(self, records: MoneyRecords) -> None:
        self._records = records

    def spent(self, brief_id: str = "") -> Money:
        """Give what was paid, counting an unknown price at its highest estimate."""
        return self._records.spent(brief_id)

    def committed(self, brief_id: str = "") -> Money:
        """Give the most that waiting and running jobs may still cost."""
        return self._records.committed(brief_id)

    def unpriced(self, brief_id: str = "") -> int:
        """Count the attempts that may have cost something which neither ``spent`` nor anybody knows."""
        return self._records.unpriced(brief_id)

    def attempts(self, job_id: str = "") -> tuple[Attempt, ...]:
        return self._records.attempts(job_id)

    def cap(self, brief_id: str = "") -> Money | None:
        """Give the most that a brief, or the whole project, may cost; None is no limit."""
        return self._records.cap(brief_id)

    def set_cap(self, amount: Money | None, brief_id: str = "") -> None:
        """Limit what a brief, or the whole project, may cost from now on; None takes the limit away."""
        self._records.set_cap(brief_id, amount)

    def demand(self, brief_id: str, price: Money | None, *, accept_unknown: bool = False) -> None:
        """Check that work of ``price`` fits under the caps beside all that is spent and committed.

        Call it inside the transaction that commits the work, so that two cannot both take the last cent.

        Raises:
            UnknownPriceError: the price is unknown and that was not accepted.
            BudgetError: it does not fit.
        """
        if price is None and not accept_unknown:
            raise UnknownPriceError(
                "The price of this job is unknown, so no budget can be kept.",
                "Choose a model with a known price, or accept the unknown one (--yes-unknown-price).",
            )
        for scope in dict.fromkeys((brief_id, PROJECT)):
            self._demand_room(scope, price or Money())

    def _demand_room(self, scope: str, price: Money) -> None:
        cap = self.cap(scope)
        if cap is None:
            return
        left = cap - self.spent(scope) - self.committed(scope)
        if price > left:
            whose, left = "budget" if scope else "project's budget", max(left, Money())
            words = (price.exact, left.exact) if str(price) == str(left) else (str(price), str(left))
            raise BudgetError(
                f"This job may cost {words[0]}, but only {words[1]} of the {whose} of {cap} is left.",
                "Raise the budget, shorten the work, or choose a cheaper provider.",
            )
