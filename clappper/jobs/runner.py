"""Works through the queue: as many jobs of each provider at a time as it allows, each in its own task."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable

from clappper.base.errors import UnusableInputError
from clappper.jobs.drive import Drive
from clappper.jobs.model import ACTIVE, CancelRequested, Job, JobChanged, JobState
from clappper.jobs.queue import JobQueue
from clappper.jobs.workers import Workers

log = logging.getLogger(__name__)


class JobRunner:
    """The only one that talks to providers. One per open project."""

    def __init__(self, queue: JobQueue, workers: Workers) -> None:
        self._queue = queue
        self._workers = workers
        self._wanted: frozenset[str] | None = None
        self._wake = asyncio.Event()
        self._drives: dict[str, Drive] = {}
        self._tasks: dict[asyncio.Task[None], str] = {}

    async def run_until_idle(self, only: Iterable[str] | None = None) -> None:
        """Work until nothing waits and nothing is under way, taking up what an earlier run left.

        With ``only``, no other job than these is sent to its provider; one that was sent before is still
        seen through, because it may be paid for.

        A job that fails, or that a person must decide about, is a state of the job and not an error here.

        Raises:
            ClappperError: the disk is full or read-only, in most cases a ``StorageError``. All jobs can go
                on later.
        """
        self._wanted = None if only is None else frozenset(only)
        await self._run(forever=False)

    async def run(self) -> None:
        """Work until cancelled.

        Raises:
            ClappperError: as ``run_until_idle``.
        """
        self._wanted = None
        await self._run(forever=True)

    async def _run(self, *, forever: bool) -> None:
        ends = (
            self._queue.hub.subscribe(JobChanged, self._on_job_changed),
            self._queue.hub.subscribe(CancelRequested, self._on_cancel_requested),
        )
        try:
            self._start_ready()
            while self._tasks or forever:
                await self._next_change()
                self._start_ready()
        finally:
            for end in ends:
                end()
            await self._stop()

    def _on_job_changed(self, event: JobChanged) -> None:
        if event.job_id not in self._drives:
            self._wake.set()

    def _on_cancel_requested(self, event: CancelRequested) -> None:
        if event.job_id in self._drives:
            self._drives[event.job_id].nudge()

    async def _next_change(self) -> None:
        """Wait until a job has changed or a task has ended; a task that failed ends the run."""
        waiting = asyncio.ensure_future(self._wake.wait())
        try:
            await asyncio.wait({waiting, *self._tasks}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        self._wake.clear()
        for task in [task for task in self._tasks if task.done()]:
            del self._drives[self._tasks.pop(task)]
            task.result()

    def _start_ready(self) -> None:
        """Take up what had begun first, then what waits, as far as each provider has room."""
        jobs = [job for job in self._queue.list(states=ACTIVE) if job.id not in self._drives]
        busy = Counter(drive.provider_name for drive in self._drives.values())
        for job in sorted(jobs, key=lambda job: job.state is JobState.QUEUED):
            provider = job.request.provider
            is_full = busy[provider] >= self._room(job)
            if job.state is JobState.QUEUED and (is_full or not self._is_wanted(job)):
                continue
            if self._start(job):
                busy[provider] += 1

    def _is_wanted(self, job: Job) -> bool:
        return self._wanted is None or job.id in self._wanted

    def _room(self, job: Job) -> int:
        try:
            return self._queue.registry.model(job.request.provider, job.request.model).max_concurrency
        except UnusableInputError:
            return 1

    def _start(self, job: Job) -> bool:
        try:
            drive = Drive(self._queue, self._workers, job.id, may_submit=self._is_wanted(job))
        except UnusableInputError as error:
            self._set_aside(job, error)
            return False
        self._drives[job.id] = drive
        self._tasks[asyncio.create_task(drive.run(), name=job.id)] = job.id
        return True

    def _set_aside(self, job: Job, error: UnusableInputError) -> None:
        """Keep a job whose provider is not there until it is; one in doubt stays in doubt."""
        log.warning("job %s cannot go on: %s", job.id, error, extra={"job_id": job.id})
        records, now = self._queue.records, self._queue.clock.now()
        to = JobState.UNSURE if job.state is JobState.SUBMITTING else JobState.PAUSED
        with self._queue.project.db.writing():
            if to is JobState.UNSURE:
                records.end_attempt(job, now, billed="unknown", message=error.message)
            moved = records.move(job, to, now, error=error.message, hint=error.hint)
        self._queue.hub.publish(JobChanged(moved.id, moved.state))

    async def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        self._drives.clear()
