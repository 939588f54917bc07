"""Looking at a project's jobs and money from outside, also while another program works in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clappper.base.events import EventHub
from clappper.base.units import Money
from clappper.jobs.model import Job, JobState
from clappper.jobs.money.records import Attempt
from clappper.jobs.queue import JobQueue
from clappper.providers.registry import Registry
from clappper.store.project import ProjectFolder


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job with every attempt the ledger has of it."""

    job: Job
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class JobBook:
    """All jobs of a project in the order they run, and what they have cost."""

    lines: tuple[JobLine, ...]
    spent: Money

    @property
    def in_doubt(self) -> bool:
        """Whether a paid job waits for a person's decision."""
        return any(line.job.state is JobState.UNSURE for line in self.lines)


def list_jobs(project: Path) -> JobBook:
    """Read a project's jobs.

    Raises:
        UnusableInputError: the folder holds no project.
    """
    with ProjectFolder.open(project, read_only=True) as folder:
        queue = JobQueue(folder, Registry(()), EventHub())
        lines = tuple(JobLine(job, queue.ledger.attempts(job.id)) for job in queue.list())
        return JobBook(lines, queue.ledger.spent())
