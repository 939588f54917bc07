"""What the steps of one job share: its provider, its books, and the faults that it has met."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter

from clappper.base.units import Money
from clappper.jobs.backoff import PASSING, Action, Decision, Step, decide
from clappper.jobs.calls import Calls
from clappper.jobs.lanes import Lane
from clappper.jobs.logbook import Glance, Logbook
from clappper.jobs.model import Job, JobState
from clappper.jobs.queue import JobQueue
from clappper.jobs.workers import Workers
from clappper.providers.contract import FaultKind, Progress, ProviderFault

log = logging.getLogger(__name__)

LOOK_AGAIN = "It may be paid for: adopt it to look at it again, or give it up."


class Errand:
    """One job on its way. ``accepted_at`` is when the provider took it, None if that was in an earlier run;
    ``delivery`` is what the provider offers once it has succeeded.
    """

    def __init__(self, queue: JobQueue, workers: Workers, lane: Lane, job: Job) -> None:
        self.queue = queue
        self.workers = workers
        self.lane = lane
        self.clock = queue.clock
        self.project = queue.project
        self.records = queue.records
        self.money = queue.money
        self.job_id = job.id
        self.provider = queue.registry.get(job.request.provider)
        self.model = queue.registry.model(job.request.provider, job.request.model)
        self.is_free = self.model.volatile
        self.book = Logbook(queue, is_free=self.is_free)
        self.calls = Calls(queue.project, self.provider.name, job.id, is_free=self.is_free)
        self.accepted_at: float | None = None
        self.delivery: Progress | None = None
        self.is_refused = False
        self._faults: Counter[tuple[Step, FaultKind]] = Counter()
        self._nudged = asyncio.Event()

    def nudge(self) -> None:
        """Look at the job now instead of waiting on."""
        self._nudged.set()

    async def wait(self, seconds: float) -> None:
        """Let time pass, unless somebody wants the job to be looked at."""
        self._nudged.clear()
        pause = asyncio.ensure_future(self.clock.sleep(seconds))
        nudge = asyncio.ensure_future(self._nudged.wait())
        try:
            await asyncio.wait({pause, nudge}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            pause.cancel()
            nudge.cancel()

    def decide(self, fault: ProviderFault, step: Step) -> Decision:
        """Count a fault and choose what follows it."""
        self._faults[step, fault.kind] += 1
        tries = self._failures() if step is Step.REMOTE else self._faults[step, fault.kind]
        return decide(fault, step, tries, is_free=self.is_free)

    def forgive(self, step: Step) -> None:
        """A call went well: passing trouble with it counts from the start again."""
        for kind in PASSING:
            del self._faults[step, kind]

    def refused(self, job: Job, fault: ProviderFault) -> None:
        """The provider has our work and does not let us in: it rests until a person has put that right."""
        self.is_refused = True
        self.book.refuse(job, fault)
        self.queue.gates.refuse(self.provider.name, fault.message, fault.hint)

    async def after(self, job: Job, fault: ProviderFault, step: Step, cost: Money | None = None) -> None:
        """Do what the retry rules say about a fault."""
        decision = self.decide(fault, step)
        log.info("job %s met %s: %s", job.id, fault.kind, fault.message, extra={"job_id": job.id})
        match decision.action:
            case Action.WAIT:
                await self._rest(job, fault, decision)
            case Action.RESUBMIT:
                await self._rest(self.book.restart(job, fault.kind, fault.message, cost), fault, decision)
            case Action.REPOLL:
                await self._rest(job, fault, decision)
                self.book.move(job, JobState.RUNNING)
            case Action.PAUSE if step is Step.REMOTE:
                self.hold_back(job, fault, cost)
            case Action.PAUSE:
                self.refused(job, fault)
            case Action.DOUBT:
                self.book.doubt(job, fault.kind, fault.message, fault.hint or LOOK_AGAIN)
            case _:
                self.fail(job, fault, step, cost)

    def hold_back(self, job: Job, fault: ProviderFault, cost: Money | None) -> None:
        """The provider does not take the job: it waits, as all others do, until a person has helped."""
        self.book.restart(job, fault.kind, fault.message, cost, fault.hint)
        self.queue.gates.refuse(self.provider.name, fault.message, fault.hint)

    def fail(self, job: Job, fault: ProviderFault, step: Step, cost: Money | None) -> None:
        """End the job. What a provider has delivered is billed, even if we do not have it."""
        was_made = fault.kind is FaultKind.EXPIRED or step in {Step.FETCH, Step.INGEST}
        message, hint = fault.message, fault.hint
        if fault.kind is FaultKind.EXPIRED and not self.is_free:
            message = f"Paid, but expired before it was fetched: {fault.message}"
            hint = hint or "Generate it again; a provider keeps its outputs for a limited time only."
        billed = "yes" if was_made else "unknown"
        self.book.end(job, JobState.FAILED, fault.kind, message, cost, hint, billed)

    async def _rest(self, job: Job, fault: ProviderFault, decision: Decision) -> None:
        self.book.publish(job, Glance(stage=fault.message))
        await self.wait(decision.seconds)

    def _failures(self) -> int:
        """Count the attempts that failed at the provider, the present one and those of earlier runs too."""
        earlier = self.money.attempts(self.job_id)[:-1]
        return 1 + sum(bool(attempt.remote_id) and attempt.fault in PASSING for attempt in earlier)
