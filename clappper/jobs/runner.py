"""Works through the queue: as many jobs of each provider at a time as it allows, each in its own task."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable
from typing import Any

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.jobs.drive import Drive
from clappper.jobs.lanes import Lane, per_minute
from clappper.jobs.model import (
    ACTIVE,
    CancelRequested,
    JobChanged,
    JobsHalted,
    JobState,
    ProviderResumed,
    WorkReported,
)
from clappper.jobs.queue import JobQueue
from clappper.jobs.records import Waiting
from clappper.jobs.workers import Workers

log = logging.getLogger(__name__)

HELD_SECONDS = 15.0
"""How long a runner that goes on for ever rests when the disk does not take what it brings."""


class JobRunner:
    """The only one that talks to providers. One per open project."""

    def __init__(self, queue: JobQueue, workers: Workers) -> None:
        self._queue = queue
        self._workers = workers
        self._wanted: frozenset[str] | None = None
        self._is_held = False
        self._wake = asyncio.Event()
        self._lanes: dict[str, Lane] = {}
        self._drives: dict[str, Drive] = {}
        self._stranded: dict[str, Drive] = {}
        self._refused: dict[str, str] = {}
        self._broken: set[str] = set()
        self._tasks: dict[asyncio.Task[None], str] = {}

    async def run_until_idle(self, only: Iterable[str] | None = None) -> None:
        """Work until nothing waits and nothing is under way, taking up what an earlier run left.

        With ``only``, no other job than these is sent to its provider; one that was sent before is still
        seen through, because it may be paid for. Jobs of a provider that refuses us stay as they are.

        A job that fails, or that a person must decide about, is a state of the job and not an error here.

        Raises:
            ClappperError: the disk is full or read-only, in most cases a ``StorageError``. All jobs can go
                on later.
        """
        self._wanted = None if only is None else frozenset(only)
        await self._run(forever=False)

    async def run(self) -> None:
        """Work until cancelled. While the disk is full or read-only all jobs rest, and then go on."""
        self._wanted = None
        await self._run(forever=True)

    async def _run(self, *, forever: bool) -> None:
        hub = self._queue.hub
        ends = (
            hub.subscribe(JobChanged, self._on_job_changed),
            hub.subscribe(CancelRequested, self._on_cancel_requested),
            hub.subscribe(ProviderResumed, self._on_provider_resumed),
            hub.subscribe(WorkReported, self._on_work_reported),
        )
        try:
            self._queue.gates.try_again()
            self._start_ready(forever=forever)
            while self._tasks or forever:
                for task in await self._next_change():
                    self._end(task, forever=forever)
                self._start_ready(forever=forever)
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

    def _on_provider_resumed(self, event: ProviderResumed) -> None:
        self._refused = {job: name for job, name in self._refused.items() if name != event.name}
        self._wake.set()

    def _on_work_reported(self, event: WorkReported) -> None:
        job_id = self._queue.records.with_remote_id(event.provider, event.remote_id)
        if job_id in self._drives:
            self._drives[job_id].nudge()

    async def _next_change(self) -> list[asyncio.Task[None]]:
        """Wait until a job has changed, a rest is over, or tasks have ended; give those."""
        waiting: list[asyncio.Future[Any]] = [asyncio.ensure_future(self._wake.wait())]
        if self._is_held:
            waiting.append(asyncio.ensure_future(self._rest()))
        try:
            await asyncio.wait({*waiting, *self._tasks}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()
        self._wake.clear()
        return [task for task in self._tasks if task.done()]

    async def _rest(self) -> None:
        await self._queue.clock.sleep(HELD_SECONDS)
        self._is_held = False

    def _end(self, task: asyncio.Task[None], *, forever: bool) -> None:
        """Take note of a task that has ended; one that failed ends the run, unless that is for ever."""
        job_id = self._tasks.pop(task)
        drive = self._drives.pop(job_id)
        if drive.is_refused:
            self._refused[job_id] = drive.provider_name
        try:
            task.result()
        except ClappperError as error:
            if not forever:
                raise
            self._stranded[job_id] = drive
            self._hold(error)
        except Exception:
            if not forever:
                raise
            log.exception("job %s met a fault in this program", job_id, extra={"job_id": job_id})
            self._broken.add(job_id)

    def _hold(self, error: ClappperError) -> None:
        log.warning("all jobs rest: %s", error)
        if not self._is_held:
            self._is_held = True
            self._queue.hub.publish(JobsHalted(error.message, error.hint))

    def _start_ready(self, *, forever: bool) -> None:
        if self._is_held:
            return
        try:
            self._take_up()
        except ClappperError as error:
            if not forever:
                raise
            self._hold(error)

    def _take_up(self) -> None:
        """Take up what had begun first, then what waits, as far as each provider has room."""
        jobs = [job for job in self._queue.records.waiting(ACTIVE) if not self._is_left_alone(job)]
        shut = {pause.provider for pause in self._queue.gates.shut()}
        busy = Counter(drive.provider_name for drive in self._drives.values())
        rooms: dict[tuple[str, str], int] = {}
        for job in sorted(jobs, key=lambda job: job.state is JobState.QUEUED):
            model = job.provider, job.model
            if model not in rooms:
                rooms[model] = self._room(job)
            is_back = job.provider in shut or busy[job.provider] >= rooms[model]
            if job.state is JobState.QUEUED and (is_back or not self._is_wanted(job)):
                continue
            if self._start(job):
                busy[job.provider] += 1

    def _is_left_alone(self, job: Waiting) -> bool:
        return any(job.job_id in group for group in (self._drives, self._refused, self._broken))

    def _is_wanted(self, job: Waiting) -> bool:
        return self._wanted is None or job.job_id in self._wanted

    def _room(self, job: Waiting) -> int:
        try:
            return self._queue.registry.model(job.provider, job.model).max_concurrency
        except UnusableInputError:
            return 1

    def _start(self, job: Waiting) -> bool:
        try:
            drive = self._stranded.pop(job.job_id, None) or self._new_drive(job)
        except UnusableInputError as error:
            self._set_aside(job, error)
            return False
        self._drives[job.job_id] = drive
        self._tasks[asyncio.create_task(drive.run(), name=job.job_id)] = job.job_id
        return True

    def _new_drive(self, job: Waiting) -> Drive:
        if job.provider not in self._lanes:
            rate = per_minute(self._queue.registry.get(job.provider).models())
            self._lanes[job.provider] = Lane(self._queue.clock, rate)
        lane = self._lanes[job.provider]
        return Drive(self._queue, self._workers, lane, job.job_id, may_submit=self._is_wanted(job))

    def _set_aside(self, waiting: Waiting, error: UnusableInputError) -> None:
        """Keep a job whose provider is not there until it is; one in doubt stays in doubt."""
        log.warning("job %s cannot go on: %s", waiting.job_id, error, extra={"job_id": waiting.job_id})
        queue, now = self._queue, self._queue.clock.now()
        job = queue.job(waiting.job_id)
        to = JobState.UNSURE if job.state is JobState.SUBMITTING else JobState.PAUSED
        with queue.project.db.writing():
            if to is JobState.UNSURE:
                queue.money.end(job, now, billed="unknown", message=error.message)
            moved = queue.records.move(job, to, now, error=error.message, hint=error.hint)
        queue.hub.publish(JobChanged(moved.id, moved.state))

    async def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        self._drives.clear()
        self._stranded.clear()
        self._refused.clear()
