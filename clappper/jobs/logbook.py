"""What a running job writes down: each entry is one change in the database, then one event."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from clappper.base.units import Money
from clappper.jobs.ingest import AssetAdded, drop_copy
from clappper.jobs.inputs import at_home
from clappper.jobs.model import Job, JobChanged, JobState
from clappper.jobs.money.records import Attempt
from clappper.jobs.queue import JobQueue
from clappper.providers.contract import GenRequest, Progress, ProviderFault
from clappper.store.assets import Asset

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Glance:
    """How far a job is: what ``JobChanged`` says beside its state."""

    fraction: float | None = None
    stage: str = ""
    eta_seconds: float | None = None
    preview: str = ""


class Logbook:
    """Keeps job, ledger and listeners in step. Every entry that finds its job changed by somebody else
    raises ``StaleJobError`` and leaves everything as it was.
    """

    def __init__(self, queue: JobQueue, *, is_free: bool) -> None:
        """``is_free``: what this job's provider makes costs nothing, whatever happens to it."""
        self._queue = queue
        self._clock = queue.clock
        self._records = queue.records
        self._money = queue.money
        self._project = queue.project
        self._is_free = is_free

    def begin(self, job: Job) -> tuple[Job, GenRequest]:
        """Write down that we are about to ask, before we do. A further attempt must fit the budget too."""
        key = f"{job.id}-{job.attempts + 1}"
        with self._project.db.writing():
            if job.attempts:
                self._queue.ledger.demand(job.brief_id, Money())
            started = self._records.move(
                job, JobState.SUBMITTING, self._clock.now(), attempts=job.attempts + 1, error="", hint=""
            )
            self._money.begin(started, key, self._clock.now())
        self.publish(started)
        return started, at_home(replace(job.request, key=key), self._project.path)

    def adopt(self, job: Job, remote_id: str) -> Job:
        """The provider has accepted. The log has its id even if the disk then does not take it."""
        log.info("job %s is %s at its provider", job.id, remote_id, extra={"job_id": job.id})
        with self._project.db.writing():
            running = self._records.move(job, JobState.RUNNING, self._clock.now(), remote_id=remote_id)
            self._money.name(running, remote_id)
        self.publish(running)
        return running

    def deliver(self, job: Job, progress: Progress, latency_seconds: float | None) -> None:
        """The provider has succeeded: what it cost and was sent is known, and its output can be fetched."""
        with self._project.db.writing():
            fetching = self._records.move(job, JobState.FETCHING, self._clock.now())
            cost = Money() if self._is_free else progress.cost
            sent = self._queue.registry.get(job.request.provider).sent(job.request) | progress.sent
            self._money.note_answer(job, cost, sent, latency_seconds)
        self.publish(fetching)

    def finish(self, job: Job, asset: Asset, attempt: Attempt) -> None:
        with self._project.db.writing():
            kept = self._project.assets.add(asset)
            self._money.end(job, self._clock.now(), billed=self._billed(attempt.actual, "yes"))
            done = self._records.move(
                job, JobState.DONE, self._clock.now(), asset_id=kept.id, error="", hint=""
            )
        if kept.id != asset.id:
            drop_copy(self._project, asset, kept)
        elif kept.origin == f"job:{job.id}":
            self._queue.hub.publish(AssetAdded(kept.id))
        self.publish(done, Glance(1.0))

    def restart(self, job: Job, fault: str, message: str, cost: Money | None = None, hint: str = "") -> Job:
        """Close the attempt and put the job back in the queue for another one."""
        with self._project.db.writing():
            self._close(job, fault, message, cost, "unknown")
            queued = self._records.move(
                job, JobState.QUEUED, self._clock.now(), remote_id="", error=message, hint=hint
            )
        self.publish(queued)
        return queued

    def refuse(self, job: Job, fault: ProviderFault) -> None:
        """The provider does not let us look at a job that it has: it stays as it is until it does."""
        self.publish(self._records.note(job, fault.message, fault.hint))

    def doubt(self, job: Job, fault: str, message: str, hint: str) -> None:
        """Leave a job that may be paid for to a person."""
        with self._project.db.writing():
            self._close(job, fault, message, None, "unknown")
            unsure = self._records.move(job, JobState.UNSURE, self._clock.now(), error=message, hint=hint)
        self.publish(unsure)

    def end(
        self,
        job: Job,
        to: JobState,
        fault: str,
        message: str,
        cost: Money | None,
        hint: str = "",
        billed: str = "unknown",
    ) -> None:
        with self._project.db.writing():
            self._close(job, fault, message, cost, billed)
            ended = self._records.move(job, to, self._clock.now(), error=message, hint=hint)
        self.publish(ended)

    def _close(self, job: Job, fault: str, message: str, cost: Money | None, billed: str) -> None:
        actual = Money() if self._is_free else cost
        self._money.end(
            job,
            self._clock.now(),
            billed=self._billed(actual, billed),
            fault=fault,
            message=message,
            actual=actual,
        )

    def _billed(self, actual: Money | None, otherwise: str) -> str:
        if actual is None:
            return otherwise
        return "yes" if actual.micros else "no"

    def move(self, job: Job, to: JobState, **changes: str) -> None:
        self.publish(self._records.move(job, to, self._clock.now(), **changes))

    def publish(self, job: Job, glance: Glance | None = None) -> None:
        seen = glance or Glance()
        self._queue.hub.publish(
            JobChanged(job.id, job.state, seen.fraction, seen.stage, seen.eta_seconds, seen.preview)
        )
