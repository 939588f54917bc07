"""What a project has cost so far, also while another program works in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clappper.base.events import EventHub
from clappper.base.units import Money
from clappper.jobs.ingest import facts_of
from clappper.jobs.model import Job, JobState
from clappper.jobs.money.report import Made, Spending, spendings
from clappper.jobs.queue import JobQueue
from clappper.providers.registry import Registry
from clappper.store.project import ProjectFolder


@dataclass(frozen=True, slots=True)
class MoneyBook:
    """Every job with its attempts, and their sums.

    ``committed`` is the most that waiting and running jobs may still cost, ``cap`` the project's limit, None
    for none. ``unpriced`` attempts may have cost something that is in no sum.
    """

    made: tuple[Made, ...]
    lines: tuple[Spending, ...]
    spent: Money
    committed: Money
    cap: Money | None
    unpriced: int


def money_of_project(project: Path) -> MoneyBook:
    """Add up a project's ledger.

    Raises:
        UnusableInputError: the folder holds no project.
    """
    with ProjectFolder.open(project, read_only=True) as folder:
        queue = JobQueue(folder, Registry(()), EventHub())
        return money_of_queue(queue)


def money_of_queue(queue: JobQueue) -> MoneyBook:
    """Add up the ledger of a project that is open."""
    made = tuple(_made(queue, job) for job in queue.list(with_removed=True))
    ledger = queue.ledger
    return MoneyBook(
        made, spendings(made), ledger.spent(), ledger.committed(), ledger.cap(), ledger.unpriced()
    )


def _made(queue: JobQueue, job: Job) -> Made:
    attempts = queue.ledger.attempts(job.id)
    if job.state is not JobState.DONE:
        return Made(job, attempts)
    facts = facts_of(queue.project.assets.get(job.asset_id))
    picture = facts.duration_seconds if facts.kind == "video" else 0.0
    sound = facts.duration_seconds if facts.kind == "audio" else 0.0
    return Made(job, attempts, picture, sound)
