"""From a job that waits to one that its provider has: asked once, or found, or left to a person."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

from clappper.base.units import Money
from clappper.jobs.backoff import Action, Step
from clappper.jobs.delivery import demand_room_for
from clappper.jobs.errand import Errand
from clappper.jobs.logbook import Glance
from clappper.jobs.model import Job, JobState
from clappper.jobs.money.ledger import BudgetError
from clappper.jobs.money.records import Attempt
from clappper.providers.contract import FaultKind, ProviderError, ProviderFault

log = logging.getLogger(__name__)

SETTLE_SECONDS = 60.0
"""For so long after a lost answer a provider may still be about to list what it has accepted."""
LONGEST_CALL_SECONDS = 60.0
"""For so long a submit of an earlier run may have been on its way before its answer was lost."""
CLOCK_SKEW = timedelta(minutes=15)
LAST_ANSWER_SECONDS = 20.0
"""How long the program stays when it closes in the middle of a submit, to learn what became of it."""
LOOK_THERE = (
    "Look at the provider's own list. If the job is there, adopt its id; if it is not, send it again,"
    " which is billed twice should it be there after all; or give it up."
)


class Submitting:
    """The one place that asks a provider for work which may cost money."""

    def __init__(self, errand: Errand) -> None:
        self._errand = errand
        self._provider = errand.provider
        self._accepted = ""
        self._has_asked = False

    async def submit(self, job: Job) -> None:
        """Ask for the job's work, now or when it is its turn.

        Raises:
            StorageError: there is no room for what it would bring; nothing was sent.
        """
        errand = self._errand
        if job.cancel_requested:
            errand.book.move(job, JobState.CANCELLED)
            return
        if not errand.is_free:
            demand_room_for(job.request, errand.project)
            if pause := errand.lane.turn():
                errand.book.publish(job, Glance(stage=f"waits for its turn at {self._provider.name}"))
                await errand.wait(pause)
                return
        try:
            started, request = errand.book.begin(job)
        except BudgetError as error:
            errand.book.move(job, JobState.FAILED, error=error.message, hint=error.hint)
            return
        self._has_asked = True
        call = errand.calls.ask(self._provider.submit(request), Step.SUBMIT)
        try:
            self._accepted = await self._answer(asyncio.ensure_future(call), started)
        except ProviderError as error:
            await self._after(started, error.fault)
        else:
            errand.forgive(Step.SUBMIT)
            errand.accepted_at = errand.clock.monotonic()
            self._adopt(started)

    async def settle(self, job: Job) -> None:
        """Find out what became of a submit whose answer we do not have."""
        errand, name = self._errand, self._provider.name
        if self._accepted:
            self._adopt(job)
            return
        if errand.is_free:
            errand.book.restart(job, "interrupted", "It was interrupted and is made again.")
            return
        attempt = errand.money.attempts(job.id)[-1]
        for pause in self._looks(attempt) if errand.model.reconcile else ():
            await errand.clock.sleep(pause)
            remote_id = await self._reconciled(job, attempt)
            if errand.is_refused:
                return
            if remote_id:
                errand.book.adopt(job, remote_id)
                return
        listed = "does not list it a minute later either" if errand.model.reconcile else "cannot be asked"
        message = (
            f"Nobody knows whether {name} accepted this job before the answer was lost; {name} {listed}."
        )
        errand.book.doubt(job, FaultKind.AMBIGUOUS, message, LOOK_THERE)

    def _looks(self, attempt: Attempt) -> tuple[float, ...]:
        """Give the waits before each look at the provider's list: at once, and when it must have settled."""
        if self._has_asked:
            return 0.0, SETTLE_SECONDS
        age = (self._errand.clock.now() - attempt.started).total_seconds()
        longest = SETTLE_SECONDS + LONGEST_CALL_SECONDS
        rest = min(max(longest - age, 0.0), longest)
        return (0.0, rest) if rest else (0.0,)

    def _adopt(self, job: Job) -> None:
        """Keep the id; it stays in memory for another try where the disk does not take it."""
        self._errand.book.adopt(job, self._accepted)
        self._accepted = ""

    async def _answer(self, submission: asyncio.Future[str], job: Job) -> str:
        """Wait for the answer of a submit; being cancelled does not lose it, unless it takes too long."""
        try:
            return await asyncio.shield(submission)
        except asyncio.CancelledError:
            try:
                async with asyncio.timeout(LAST_ANSWER_SECONDS):
                    self._errand.book.adopt(job, await submission)
            except ProviderError as error:
                if self._errand.decide(error.fault, Step.SUBMIT).action is not Action.DOUBT:
                    self._errand.book.restart(job, error.fault.kind, error.fault.message, Money())
            except TimeoutError:
                log.warning("job %s was left in the middle of its submit", job.id, extra={"job_id": job.id})
            raise

    async def _after(self, job: Job, fault: ProviderFault) -> None:
        """What was certainly refused costs nothing and may be sent again; all else has to be settled."""
        errand = self._errand
        decision = errand.decide(fault, Step.SUBMIT)
        log.info("job %s met %s: %s", job.id, fault.kind, fault.message, extra={"job_id": job.id})
        match decision.action:
            case Action.DOUBT:
                await self.settle(job)
            case Action.PAUSE:
                errand.hold_back(job, fault, Money())
            case Action.FAIL:
                errand.fail(job, fault, Step.SUBMIT, Money())
            case _:
                queued = errand.book.restart(job, fault.kind, fault.message, Money())
                if fault.kind is FaultKind.RATE_LIMITED:
                    errand.lane.hold(decision.seconds)
                errand.book.publish(queued, Glance(stage=fault.message))
                await errand.wait(decision.seconds)

    async def _reconciled(self, job: Job, attempt: Attempt) -> str:
        """Ask the provider for our generation; the request goes with the key that it was sent with.

        A generation that belongs to another attempt of ours is not this one, although it looks like it.
        """
        errand = self._errand
        request = replace(job.request, key=attempt.key)
        known = errand.money.remote_ids(self._provider.name)
        while True:
            try:
                since = attempt.started - CLOCK_SKEW
                looking = self._provider.reconcile(request, since, frozenset(known))
                found = await errand.calls.ask(looking, Step.POLL)
            except ProviderError as error:
                decision = errand.decide(error.fault, Step.POLL)
                if decision.action is Action.PAUSE:
                    errand.refused(job, error.fault)
                if decision.action is not Action.WAIT:
                    return ""
                await errand.clock.sleep(decision.seconds)
            else:
                return found if found and found not in known else ""
