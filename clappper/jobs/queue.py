"""The queue as a person sees it: ask for work, order it, stop it, decide about it.

Asking for what is already made, or already on its way, costs nothing and makes nothing new.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from clappper.base.clock import Clock
from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.events import EventHub
from clappper.base.ids import new_id
from clappper.base.units import Money
from clappper.jobs.gates import Gates
from clappper.jobs.inputs import at_home
from clappper.jobs.model import (
    ACTIVE,
    STARTED,
    TERMINAL,
    WAITING,
    CancelRequested,
    Job,
    JobChanged,
    JobState,
    content_hash,
)
from clappper.jobs.money.estimates import Lesson, learned, lesson
from clappper.jobs.money.ledger import Ledger
from clappper.jobs.money.records import MoneyRecords
from clappper.jobs.records import JobRecords
from clappper.providers.contract import Estimate, GenRequest
from clappper.providers.registry import Registry, demand_possible
from clappper.store.project import ProjectFolder

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Enqueued:
    """What became of asking. ``waiting``: the same was already on its way; ``reused``: it was already made.

    ``saved`` is what making it again would have cost, as far as that is known.
    """

    job: Job
    outcome: Literal["new", "waiting", "reused"]
    saved: Money


class JobQueue:
    """One project's jobs. Whoever changes one publishes ``JobChanged``."""

    def __init__(
        self, project: ProjectFolder, registry: Registry, hub: EventHub, *, clock: Clock | None = None
    ) -> None:
        self.project = project
        self.registry = registry
        self.hub = hub
        self.clock = clock or Clock()
        self.records = JobRecords(project.db)
        self.money = MoneyRecords(project.db)
        self.ledger = Ledger(self.money)
        self.gates = Gates(self.records, hub, self.clock)

    def estimate(self, request: GenRequest) -> Estimate:
        """Say what a request will cost and how long it takes: as stated, corrected by what was learned."""
        return learned(self.registry.get(request.provider).estimate(request), self.lesson(request))

    def lesson(self, request: GenRequest) -> Lesson:
        """Give what this project's own takes say about a request."""
        return lesson(request, self.money.experiences(request.provider, request.model, request.kind))

    def enqueue(
        self,
        request: GenRequest,
        *,
        brief_id: str = "",
        scene_id: str = "",
        priority: int = 0,
        cap: Money | None = None,
        accept_unknown_price: bool = False,
    ) -> Enqueued:
        """Ask for one generation.

        ``cap`` is from now on the most that all jobs of ``brief_id`` may cost together, or all of the
        project's where it is empty. Several calls inside one ``project.db.writing()`` are asked for all or
        none.

        Raises:
            UnusableInputError: there is no such provider or model, or it cannot do what is asked.
            BudgetError: it may cost more than is left under a cap, or nobody knows its price.
        """
        request = at_home(request, self.project.path)
        demand_possible(self.registry, request)
        identity = content_hash(request)
        with self.project.db.writing():
            known = self._known(identity)
            if known is None:
                if cap is not None:
                    self.ledger.set_cap(cap, brief_id)
                estimate = self.estimate(request)
                self.ledger.demand(brief_id, estimate.high, accept_unknown=accept_unknown_price)
                now = self.clock.now().isoformat()
                job = Job(
                    id=new_id("job"),
                    brief_id=brief_id,
                    scene_id=scene_id,
                    request=request,
                    request_hash=identity,
                    state=JobState.QUEUED,
                    created=now,
                    updated=now,
                    priority=priority,
                    estimate_low=estimate.low,
                    estimate_high=estimate.high,
                )
                known = Enqueued(self.records.add(job), "new", Money())
        if known.job.state is JobState.PAUSED:
            known = replace(known, job=self.resume(known.job.id))
        self._publish(known.job)
        return known

    def job(self, job_id: str) -> Job:
        return self.records.job(job_id)

    def list(
        self, *, brief_id: str = "", states: Iterable[JobState] = (), with_removed: bool = False
    ) -> tuple[Job, ...]:
        """Give the jobs in the order in which they run."""
        return self.records.jobs(brief_id=brief_id, states=states, with_removed=with_removed)

    def sent(self, job_id: str) -> dict[str, Any]:
        """Give what the provider was sent, and said about its work, in the newest attempt."""
        attempts = self.money.attempts(job_id)
        return attempts[-1].sent if attempts else {}

    def edit(self, job_id: str, request: GenRequest, *, accept_unknown_price: bool = False) -> Job:
        """Let a job that waits ask for something else.

        Raises:
            ClappperError: it does not wait any more, or another job asks for the same already.
            BudgetError: the change may cost more than is left.
        """
        request = at_home(request, self.project.path)
        demand_possible(self.registry, request)
        identity = content_hash(request)
        with self.project.db.writing():
            job = self._waiting(job_id, "changed")
            twins = [twin.id for twin in self.records.same_content(identity) if twin.state not in TERMINAL]
            if twins not in ([], [job_id]):
                raise ClappperError(
                    f"The job {twins[0]} asks for the same already.", "Remove this one instead."
                )
            estimate = self.estimate(request)
            asked = replace(
                job,
                request=request,
                request_hash=identity,
                estimate_low=estimate.low,
                estimate_high=estimate.high,
                error="",
                hint="",
            )
            changed = self.records.ask_anew(asked, self.clock.now())
            price = None if estimate.high is None else Money()
            self.ledger.demand(job.brief_id, price, accept_unknown=accept_unknown_price)
        self._publish(changed)
        return changed

    def pause(self, job_id: str) -> Job:
        """Hold back a job that waits. One that already runs cannot be held, only cancelled.

        Raises:
            ClappperError: it does not wait any more.
        """
        job = self.job(job_id)
        if job.state is not JobState.QUEUED:
            raise ClappperError(
                f"The job {job_id} is {job.state} and cannot be paused.", "Cancel it instead."
            )
        return self._move(job, JobState.PAUSED)

    def resume(self, job_id: str) -> Job:
        """Let a paused job go on where it was; any other is left as it is."""
        job = self.job(job_id)
        if job.state is not JobState.PAUSED:
            return job
        return self._move(job, JobState.RUNNING if job.remote_id else JobState.QUEUED, error="", hint="")

    def cancel(self, job_id: str) -> Job:
        """Stop a job: at once when nothing was sent, through its provider when it runs.

        A job in doubt is given up. One that is over stays as it is.
        """
        job = self.job(job_id)
        if job.state is JobState.PAUSED and job.remote_id:
            job = self.resume(job_id)
        if job.state in STARTED:
            self.records.request_cancel(job_id, wanted=True)
        elif job.state is JobState.UNSURE:
            return self.give_up(job_id)
        elif job.state not in TERMINAL:
            job = self._move(job, JobState.CANCELLED)
        self.hub.publish(CancelRequested(job_id))
        return job

    def remove(self, job_id: str) -> None:
        """Take a job that is over, or that waits, out of the list. Its row and what it cost stay.

        Raises:
            ClappperError: it is under way, or in doubt.
        """
        job = self.job(job_id)
        if job.state in WAITING and not job.remote_id:
            job = self.cancel(job_id)
        if job.state not in TERMINAL:
            raise ClappperError(f"The job {job_id} is {job.state} and cannot be removed.", "Cancel it first.")
        self.records.remove(job_id)
        self._publish(job)

    def withdraw(self, brief_id: str, *, keep: Iterable[str]) -> tuple[Job, ...]:
        """Cancel all waiting jobs of a brief but those to ``keep``, and give them.

        What was sent already goes on, because its result may be paid for.
        """
        kept = frozenset(keep)
        waiting = self.list(brief_id=brief_id, states=WAITING)
        return tuple(self.cancel(job.id) for job in waiting if job.id not in kept and not job.remote_id)

    def prioritise(self, job_id: str, priority: int) -> None:
        """Let a job run before all of lower priority."""
        self.records.prioritise(job_id, priority)
        self._publish(self.job(job_id))

    def reorder(self, job_id: str, before: str | None = None) -> None:
        """Move a waiting job in front of another one, whose priority it takes, or to the end of its own.

        Raises:
            ClappperError: one of them does not wait any more.
        """
        with self.project.db.writing():
            self._waiting(job_id, "moved")
            if before is not None:
                self.records.prioritise(job_id, self._waiting(before, "overtaken").priority)
            ids = [job.id for job in self.list(states=WAITING) if job.id != job_id]
            ids.insert(len(ids) if before is None else ids.index(before), job_id)
            self.records.order(ids)
        self._publish(self.job(job_id))

    def retry(self, job_id: str, *, accept_unknown_price: bool = False) -> Job:
        """Try again what failed or was cancelled. What is over stays over: the request becomes a new job.

        A job in doubt is sent again, which may pay twice.

        Raises:
            BudgetError: it may cost more than is left, or nobody knows its price.
        """
        job = self.job(job_id)
        if job.state is JobState.UNSURE:
            return self.resend(job_id)
        if job.state not in {JobState.FAILED, JobState.CANCELLED}:
            return self.resume(job_id)
        return self.enqueue(
            job.request,
            brief_id=job.brief_id,
            scene_id=job.scene_id,
            priority=job.priority,
            accept_unknown_price=accept_unknown_price,
        ).job

    def adopt(self, job_id: str, remote_id: str = "") -> Job:
        """Settle a job in doubt: its provider has it, under ``remote_id`` or the id that is known.

        Raises:
            ClappperError: it is not in doubt.
            UnusableInputError: there is no id, or another job has it.
        """
        job = self._in_doubt(job_id)
        named = remote_id.strip() or job.remote_id
        if not named:
            raise UnusableInputError(
                f"The id that {job.request.provider} gave the job {job_id} is not known.",
                "Copy it from the provider's own list.",
            )
        with self.project.db.writing():
            if named != job.remote_id and named in self.money.remote_ids(job.request.provider):
                raise UnusableInputError(f"{named} belongs to another job.", "Look for the id of this one.")
            self.records.request_cancel(job_id, wanted=False)
            running = self.records.move(
                job, JobState.RUNNING, self.clock.now(), remote_id=named, error="", hint=""
            )
            self.money.name(running, named)
        self._publish(running)
        return running

    def resend(self, job_id: str) -> Job:
        """Settle a job in doubt by sending it once more. If the provider has it after all, this pays twice.

        Raises:
            ClappperError: it is not in doubt.
            BudgetError: it may cost more than is left.
        """
        job = self._in_doubt(job_id)
        with self.project.db.writing():
            self.ledger.demand(job.brief_id, job.estimate_high, accept_unknown=True)
            self.records.request_cancel(job_id, wanted=False)
            return self._move(job, JobState.QUEUED, error="", hint="", remote_id="")

    def give_up(self, job_id: str) -> Job:
        """Settle a job in doubt as failed; its cost stays counted, because it may have been billed."""
        return self._move(self._in_doubt(job_id), JobState.FAILED)

    async def wait_for(self, job_ids: Iterable[str]) -> tuple[Job, ...]:
        """Wait until none of the jobs is waiting or under way, while a runner works on them."""
        ids = tuple(job_ids)
        changed = asyncio.Event()
        unsubscribe = self.hub.subscribe(JobChanged, lambda _: changed.set())
        try:
            while any(self.job(job_id).state in ACTIVE for job_id in ids):
                changed.clear()
                await changed.wait()
        finally:
            unsubscribe()
        return tuple(self.job(job_id) for job_id in ids)

    def _waiting(self, job_id: str, verb: str) -> Job:
        job = self.job(job_id)
        if job.state not in WAITING or job.remote_id:
            raise ClappperError(f"The job {job_id} is {job.state} and cannot be {verb} any more.")
        return job

    def _in_doubt(self, job_id: str) -> Job:
        job = self.job(job_id)
        if job.state is not JobState.UNSURE:
            raise ClappperError(f"The job {job_id} is {job.state}, not in doubt.", "Cancel it instead.")
        return job

    def _known(self, identity: str) -> Enqueued | None:
        """Find the same work, on its way or done with its file still there."""
        for job in self.records.same_content(identity):
            if job.state not in TERMINAL:
                return Enqueued(job, "waiting", job.estimate_high or Money())
            if job.state is JobState.DONE and self._is_there(job):
                return Enqueued(job, "reused", self._cost(job))
        return None

    def _is_there(self, job: Job) -> bool:
        asset = self.project.assets.get(job.asset_id)
        path = self.project.locate(asset.path)
        return path.is_file() and path.stat().st_size == asset.size_bytes

    def _cost(self, job: Job) -> Money:
        last = self.money.attempts(job.id)[-1]
        return last.actual if last.actual is not None else job.estimate_high or Money()

    def _move(self, job: Job, to: JobState, **changes: Any) -> Job:
        moved = self.records.move(job, to, self.clock.now(), **changes)
        self._publish(moved)
        return moved

    def _publish(self, job: Job) -> None:
        log.info("job %s is %s", job.id, job.state, extra={"job_id": job.id})
        self.project.db.when_stored(lambda: self.hub.publish(JobChanged(job.id, job.state)))
