"""Takes one job from state to state. The state in the database is the only truth about what comes next.

A submit is sent once. Before it, the job is ``submitting``; after it, the remote id is saved at once. When
the answer is lost and the provider cannot be asked what became of it, a person decides.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.units import Money
from clappper.jobs import ingest
from clappper.jobs.backoff import Action, Decision, Step, decide
from clappper.jobs.ledger import BudgetError
from clappper.jobs.logbook import Logbook
from clappper.jobs.model import ACTIVE, Job, JobState, StaleJobError
from clappper.jobs.queue import JobQueue
from clappper.jobs.records import Attempt
from clappper.jobs.story import story_of
from clappper.jobs.workers import Workers
from clappper.providers.contract import (
    FaultKind,
    Progress,
    ProviderError,
    ProviderFault,
    RemoteState,
)
from clappper.store.files import StorageError, full_disk, move_into_place

T = TypeVar("T")
log = logging.getLogger(__name__)

SETTLE_SECONDS = 60.0
CLOCK_SKEW = timedelta(seconds=120)
SHORTEST_POLL_SECONDS = 0.05
PASSING = frozenset(
    {
        FaultKind.TRANSIENT,
        FaultKind.TRANSIENT_MODEL,
        FaultKind.AMBIGUOUS,
        FaultKind.RATE_LIMITED,
        FaultKind.OFFLINE,
    }
)
SUFFIXES = {
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/x-matroska": ".mkv",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "audio/mpeg": ".mp3",
    "audio/flac": ".flac",
    "audio/mp4": ".m4a",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
}


class Drive:
    """One job under way. Counts the faults that it has met; everything else is in the database."""

    def __init__(self, queue: JobQueue, workers: Workers, job_id: str, *, may_submit: bool = True) -> None:
        job = queue.job(job_id)
        self._queue = queue
        self._workers = workers
        self._clock = queue.clock
        self._records = queue.records
        self._project = queue.project
        self._job_id = job_id
        self._may_submit = may_submit
        self.provider_name = job.request.provider
        self._provider = queue.registry.get(job.request.provider)
        self._model = queue.registry.model(job.request.provider, job.request.model)
        self._is_free = self._model.volatile
        self._book = Logbook(queue, is_free=self._is_free)
        self._faults: Counter[tuple[Step, FaultKind]] = Counter()
        self._delivery: Progress | None = None
        self._nudged = asyncio.Event()

    def nudge(self) -> None:
        """Look at the job now instead of waiting on."""
        self._nudged.set()

    async def run(self) -> None:
        """Go on until the job is over or waits for a person, or for a submit that is not ours to make.

        Cancelled, it stops free work at its provider and leaves it to be done again; paid work goes on
        there and is taken up by the next run.

        Raises:
            ClappperError: the disk does not take what the job needs. The job can go on later.
        """
        try:
            while (job := self._queue.job(self._job_id)).state in ACTIVE:
                if job.state is JobState.QUEUED and not self._may_submit:
                    return
                with suppress(StaleJobError):
                    await self._step(job)
        except asyncio.CancelledError:
            await self._park()
            raise

    async def _step(self, job: Job) -> None:
        match job.state:
            case JobState.QUEUED:
                await self._submit(job)
            case JobState.SUBMITTING:
                await self._settle(job)
            case JobState.RUNNING:
                await self._look(job)
            case JobState.FETCHING:
                await self._fetch(job)
            case _:
                await self._ingest(job)

    async def _submit(self, job: Job) -> None:
        if job.cancel_requested:
            self._book.move(job, JobState.CANCELLED)
            return
        try:
            started, request = self._book.begin(job)
        except BudgetError as error:
            self._book.move(job, JobState.FAILED, error=error.message, hint=error.hint)
            return
        submission = asyncio.ensure_future(self._asked(self._provider.submit(request), Step.SUBMIT))
        try:
            remote_id = await self._finished(submission, started)
        except ProviderError as error:
            await self._after(started, error.fault, Step.SUBMIT)
        else:
            self._book.adopt(started, remote_id)

    async def _finished(self, submission: asyncio.Future[str], job: Job) -> str:
        """Wait for the answer of a submit; being cancelled does not lose it."""
        try:
            return await asyncio.shield(submission)
        except asyncio.CancelledError:
            try:
                self._book.adopt(job, await submission)
            except ProviderError as error:
                if self._decided(error.fault, Step.SUBMIT).action is not Action.DOUBT:
                    self._book.restart(job, error.fault.kind, error.fault.message, Money())
            raise

    async def _settle(self, job: Job) -> None:
        """Find out what became of a submit whose answer we do not have."""
        if self._is_free:
            self._book.restart(job, "interrupted", "It was interrupted and is made again.")
            return
        attempt = self._records.attempts(job.id)[-1]
        for pause in (0.0, SETTLE_SECONDS) if self._model.reconcile else ():
            await self._wait(pause)
            remote_id = await self._reconciled(job, attempt)
            if remote_id is not None:
                self._book.adopt(job, remote_id)
                return
        self._book.doubt(
            job, f"Nobody knows whether {self._provider.name} accepted this job before the answer was lost."
        )

    async def _reconciled(self, job: Job, attempt: Attempt) -> str | None:
        """Ask the provider for our generation; the request goes with the key that it was sent with."""
        request = replace(job.request, key=attempt.key)
        while True:
            try:
                since = attempt.started - CLOCK_SKEW
                return await self._asked(self._provider.reconcile(request, since), Step.POLL)
            except ProviderError as error:
                decision = self._decided(error.fault, Step.POLL)
                if decision.action is not Action.WAIT:
                    return None
                await self._wait(decision.seconds)

    async def _look(self, job: Job) -> None:
        if job.cancel_requested:
            await self._cancel(job)
            return
        try:
            progress = await self._asked(self._provider.poll(job.remote_id), Step.POLL)
        except ProviderError as error:
            await self._after(job, error.fault, Step.POLL)
            return
        for kind in PASSING:
            del self._faults[Step.POLL, kind]
        match progress.state:
            case RemoteState.SUCCEEDED:
                self._deliver(job, progress)
            case RemoteState.FAILED:
                unsaid = ProviderFault(FaultKind.MODEL, f"{self._provider.name} failed and did not say why.")
                await self._after(job, progress.error or unsaid, Step.REMOTE, progress.cost)
            case RemoteState.CANCELED:
                self._book.end(job, JobState.CANCELLED, "cancelled", "It was cancelled.", progress.cost)
            case _:
                self._book.publish(job, progress.fraction, progress.stage)
                await self._wait(max(progress.poll_after_seconds, SHORTEST_POLL_SECONDS))

    def _deliver(self, job: Job, progress: Progress) -> None:
        if not progress.outputs:
            fault = f"{self._provider.name} says it is done, but delivers nothing."
            self._book.end(job, JobState.FAILED, FaultKind.MODEL, fault, progress.cost)
            return
        self._delivery = progress
        self._book.deliver(job, progress)

    async def _cancel(self, job: Job) -> None:
        """Stop what runs. What cannot be stopped is paid for anyway, so its result is kept."""
        try:
            outcome = await self._asked(self._provider.cancel(job.remote_id), Step.POLL)
        except ProviderError as error:
            if error.fault.kind is FaultKind.LOST and self._is_free:
                self._book.end(job, JobState.CANCELLED, "cancelled", "It was cancelled.", None)
            else:
                await self._after(job, error.fault, Step.POLL)
            return
        if outcome.stopped:
            cost = Money() if outcome.still_billed is False else None
            self._book.end(job, JobState.CANCELLED, "cancelled", "It was cancelled.", cost)
        else:
            self._records.request_cancel(job.id, wanted=False)
            self._book.publish(job, None, "It cannot be stopped any more, so its result is kept.")

    async def _fetch(self, job: Job) -> None:
        if self._delivery is None:
            self._book.move(job, JobState.RUNNING)
            return
        output = self._delivery.outputs[0]
        suffix = SUFFIXES.get(output.mime.partition(";")[0].strip().lower(), "")
        if not suffix:
            fault = (
                f"{self._provider.name} delivered {output.mime or 'something unnamed'}, which is no media."
            )
            self._book.end(job, JobState.FAILED, FaultKind.MODEL, fault, self._delivery.cost, billed="yes")
            return
        whole = self._project.incoming / f"{job.id}{suffix}"
        part = whole.with_name(f".{whole.name}.part")
        try:
            part.unlink(missing_ok=True)
            await self._asked(self._provider.fetch(job.remote_id, output, part), Step.FETCH)
            await asyncio.to_thread(move_into_place, part, whole)
        except ProviderError as error:
            await self._after(job, error.fault, Step.FETCH)
        else:
            self._book.move(job, JobState.INGESTING)
        finally:
            part.unlink(missing_ok=True)

    async def _ingest(self, job: Job) -> None:
        source = self._delivered(job)
        if source is None:
            self._book.move(job, JobState.RUNNING)
            return
        home = self._project.generated / job.request.provider / source.name
        attempts = self._records.attempts(job.id)
        now = self._clock.now()
        try:
            asset = await ingest.ingest(
                self._project, source, home, self._workers, f"job:{job.id}", now, story_of(job, attempts, now)
            )
        except UnusableInputError as error:
            fault = f"{self._provider.name} delivered a file that cannot be used: {error.message}"
            if self._is_free:
                await asyncio.to_thread(source.unlink, missing_ok=True)
            self._book.end(job, JobState.FAILED, FaultKind.MODEL, fault, attempts[-1].actual, billed="yes")
            return
        self._book.finish(job, asset, attempts[-1])

    def _delivered(self, job: Job) -> Path | None:
        """Find the whole file of a job that was fetched, before or after it moved to its home."""
        folders = (self._project.incoming, self._project.generated / job.request.provider)
        found = (
            folder / f"{job.id}{suffix}" for folder in folders for suffix in sorted(set(SUFFIXES.values()))
        )
        return next((path for path in found if path.is_file()), None)

    async def _after(self, job: Job, fault: ProviderFault, step: Step, cost: Money | None = None) -> None:
        """Do what the retry rules say about a fault."""
        decision = self._decided(fault, step)
        log.info("job %s met %s: %s", job.id, fault.kind, fault.message, extra={"job_id": job.id})
        match decision.action:
            case Action.WAIT:
                await self._try_later(job, fault, step, decision.seconds)
            case Action.RESUBMIT:
                self._book.restart(job, fault.kind, fault.message, cost)
            case Action.REPOLL:
                self._book.move(job, JobState.RUNNING)
            case Action.PAUSE:
                self._book.refuse(job, fault, is_sent=step is not Step.SUBMIT)
            case Action.DOUBT if step is Step.SUBMIT:
                await self._settle(job)
            case Action.DOUBT:
                self._book.doubt(job, fault.message)
            case _:
                certain = Money() if step is Step.SUBMIT else cost
                billed = "yes" if fault.kind is FaultKind.EXPIRED or step is Step.FETCH else "unknown"
                self._book.end(job, JobState.FAILED, fault.kind, fault.message, certain, fault.hint, billed)

    def _decided(self, fault: ProviderFault, step: Step) -> Decision:
        self._faults[step, fault.kind] += 1
        return decide(fault, step, self._faults[step, fault.kind], is_free=self._is_free)

    async def _try_later(self, job: Job, fault: ProviderFault, step: Step, seconds: float) -> None:
        if step is Step.SUBMIT:
            job = self._book.restart(job, fault.kind, fault.message, Money())
        self._book.publish(job, None, fault.message)
        await self._wait(seconds)

    async def _park(self) -> None:
        """Leave free work so that the next run does it again, and paid work so that it can be taken up."""
        job = self._queue.job(self._job_id)
        if not self._is_free or job.state not in {JobState.RUNNING, JobState.FETCHING}:
            return
        with suppress(ProviderError):
            await self._asked(self._provider.cancel(job.remote_id), Step.POLL)
        self._book.restart(job, "interrupted", "The program was closed.")

    async def _asked(self, call: Awaitable[T], step: Step) -> T:
        """Await a call to the provider. Whatever it raises becomes a fault, but for trouble with the disk."""
        try:
            with full_disk(self._project.path):
                return await call
        except (ProviderError, StorageError):
            raise
        except ClappperError as error:
            raise ProviderError(ProviderFault(FaultKind.INVALID, error.message, error.hint)) from error
        except Exception as error:
            log.exception("%s failed in %s", self._provider.name, step, extra={"job_id": self._job_id})
            is_doubtful = step is Step.SUBMIT and not self._is_free
            kind = FaultKind.AMBIGUOUS if is_doubtful else FaultKind.MODEL
            raise ProviderError(ProviderFault(kind, f"{type(error).__name__}: {error}")) from error

    async def _wait(self, seconds: float) -> None:
        """Let time pass, unless somebody wants the job to be looked at."""
        self._nudged.clear()
        pause = asyncio.ensure_future(self._clock.sleep(seconds))
        nudge = asyncio.ensure_future(self._nudged.wait())
        try:
            await asyncio.wait({pause, nudge}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            pause.cancel()
            nudge.cancel()
