"""A project's jobs and money from outside: looking on, deciding about one, and letting them all go on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from clappper.base.events import EventHub
from clappper.base.units import Money
from clappper.flow.open_project import workshop
from clappper.flow.progress import Report, shown
from clappper.jobs.model import ACTIVE, Job, JobState
from clappper.jobs.money.records import Attempt
from clappper.jobs.queue import JobQueue
from clappper.jobs.records import Pause
from clappper.jobs.runner import JobRunner
from clappper.providers.registry import Registry
from clappper.providers.workbench import Workbench
from clappper.store.project import ProjectFolder, ProjectInUseError

LOOK_SECONDS = 1.0


class Verb(StrEnum):
    """What a person can do about one job; the first three settle a job in doubt."""

    ADOPT = "adopt"
    RESEND = "resend"
    GIVE_UP = "give-up"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    RETRY = "retry"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job with every attempt the ledger has of it."""

    job: Job
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class JobBook:
    """All jobs of a project in the order they run, what they have cost, and which providers are paused."""

    lines: tuple[JobLine, ...]
    spent: Money
    pauses: tuple[Pause, ...] = ()

    @property
    def in_doubt(self) -> bool:
        """Whether a paid job waits for a person's decision."""
        return any(line.job.state is JobState.UNSURE for line in self.lines)


def list_jobs(project: Path) -> JobBook:
    """Read a project's jobs, also while another program works in it.

    Raises:
        UnusableInputError: the folder holds no project.
    """
    with ProjectFolder.open(project, read_only=True) as folder:
        return _book(JobQueue(folder, Registry(()), EventHub()))


async def change_job(
    project: Path,
    job_id: str,
    verb: Verb,
    bench: Workbench,
    *,
    remote_id: str = "",
    unknown_price: bool = False,
) -> Job:
    """Do to one job what a person has decided, and give it as it is then. Nothing is sent by this.

    ``remote_id`` is what its provider calls a job to adopt. ``unknown_price`` accepts one for a retry.

    Raises:
        UnusableInputError: there is no such project or job, or no id to adopt.
        ClappperError: the job's state does not allow it, or another program has the project open.
    """
    async with workshop(ProjectFolder.open(project), EventHub(), bench) as shop:
        queue = shop.queue
        actions: dict[Verb, Callable[[], object]] = {
            Verb.ADOPT: lambda: queue.adopt(job_id, remote_id),
            Verb.RESEND: lambda: queue.resend(job_id),
            Verb.GIVE_UP: lambda: queue.give_up(job_id),
            Verb.PAUSE: lambda: queue.pause(job_id),
            Verb.RESUME: lambda: queue.resume(job_id),
            Verb.CANCEL: lambda: queue.cancel(job_id),
            Verb.RETRY: lambda: queue.retry(job_id, accept_unknown_price=unknown_price),
            Verb.REMOVE: lambda: queue.remove(job_id),
        }
        actions[verb]()
        return queue.job(job_id)


async def watch_jobs(project: Path, hub: EventHub, report: Report, bench: Workbench) -> JobBook:
    """Let a project's jobs go on until none is left to do; where another program works on them, look on.

    Raises:
        UnusableInputError: the folder holds no project.
        ClappperError: the disk does not take what the jobs bring.
    """
    try:
        folder = ProjectFolder.open(project)
    except ProjectInUseError:
        return await _look_on(project, report)
    async with workshop(folder, hub, bench) as shop:
        with shown(shop, report):
            await JobRunner(shop.queue, shop.workers).run_until_idle()
        return _book(shop.queue)


async def _look_on(project: Path, report: Report) -> JobBook:
    seen: dict[str, JobState] = {}
    while True:
        book = list_jobs(project)
        for job in (line.job for line in book.lines):
            if seen.get(job.id) is not job.state and (job.id in seen or job.state in ACTIVE):
                done = 1.0 if job.state not in ACTIVE else 0.0
                report(f"{job.request.provider} {job.scene_id or job.id}", done, job.error or job.state)
            seen[job.id] = job.state
        if not ACTIVE.intersection(seen.values()):
            return book
        await asyncio.sleep(LOOK_SECONDS)


def _book(queue: JobQueue) -> JobBook:
    lines = tuple(JobLine(job, queue.ledger.attempts(job.id)) for job in queue.list())
    return JobBook(lines, queue.ledger.spent(), queue.gates.shut())
