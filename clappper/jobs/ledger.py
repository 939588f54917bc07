"""What work has cost, what is under way, and whether one more piece of it fits the budget."""

from __future__ import annotations

from clappper.base.errors import ClappperError
from clappper.base.units import Money
from clappper.jobs.records import Attempt, JobRecords


class BudgetError(ClappperError):
    """A job would cost more than is left, or nobody knows what it costs. Nothing was sent."""


class Ledger:
    """The money side of the queue. ``brief_id`` narrows to one brief; empty means the whole project."""

    def __init__(self, records: JobRecords) -> None:
        self._records = records

    def spent(self, brief_id: str = "") -> Money:
        """Give what was paid, counting an unknown price at its highest estimate."""
        return self._records.spent(brief_id)

    def committed(self, brief_id: str = "") -> Money:
        """Give the most that waiting and running jobs may still cost."""
        return self._records.committed(brief_id)

    def attempts(self, job_id: str = "") -> tuple[Attempt, ...]:
        return self._records.attempts(job_id)

    def demand(self, brief_id: str, price: Money | None, cap: Money | None) -> None:
        """Check that work of ``price`` fits under ``cap`` beside all that is spent and committed.

        Call it inside the transaction that commits the work, so that two cannot both take the last cent.

        Raises:
            BudgetError: it does not fit, or its price is unknown.
        """
        if cap is None:
            return
        if price is None:
            raise BudgetError(
                "The price of this job is unknown, so the budget cannot be kept.",
                "Choose a model with a known price, or accept the unknown price explicitly.",
            )
        left = cap - self.spent(brief_id) - self.committed(brief_id)
        if price > left:
            raise BudgetError(
                f"This job may cost {price}, but only {max(left, Money())} of the budget of {cap} is left.",
                "Raise the budget, shorten the work, or choose a cheaper provider.",
            )
