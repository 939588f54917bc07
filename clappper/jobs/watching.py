"""While a provider works: look at it as often as it asks to be, tell what is seen, stop it when wanted."""

from __future__ import annotations

from clappper.base.units import Money
from clappper.jobs.backoff import Action, Step
from clappper.jobs.errand import Errand
from clappper.jobs.logbook import Glance
from clappper.jobs.model import Job, JobState
from clappper.jobs.money.estimates import Lesson, eta_seconds
from clappper.providers.contract import (
    CancelOutcome,
    FaultKind,
    Progress,
    ProviderError,
    ProviderFault,
    RemoteState,
)

SHORTEST_POLL_SECONDS = 0.05
LONGEST_POLL_SECONDS = 60.0
SLOWEST_CADENCE_SECONDS = 5.0
SLOWDOWN = 1.25
"""Each look that shows nothing new makes the next wait longer by this, up to the slowest cadence."""


def cadence(asked: float, looks_alike: int, *, is_free: bool) -> float:
    """Say for how many seconds to wait after ``looks_alike`` looks in a row that showed the same.

    What the provider asks is the shortest wait. To look at what runs on this machine costs nobody anything,
    so that never slows down.
    """
    slowed = min(asked * SLOWDOWN ** min(looks_alike, 60), SLOWEST_CADENCE_SECONDS)
    pause = asked if is_free else max(asked, slowed)
    return min(max(pause, SHORTEST_POLL_SECONDS), LONGEST_POLL_SECONDS)


class Watching:
    """Polls one job that its provider has accepted."""

    def __init__(self, errand: Errand) -> None:
        self._errand = errand
        self._provider = errand.provider
        self._lesson: Lesson | None = None
        self._seen: tuple[object, ...] = ()
        self._looks_alike = 0

    async def look(self, job: Job) -> None:
        """Look once, do what follows, and wait until it is time for another look."""
        errand, name = self._errand, self._provider.name
        if job.cancel_requested:
            await self._cancel(job)
            return
        try:
            progress = await errand.calls.ask(self._provider.poll(job.remote_id), Step.POLL)
        except ProviderError as error:
            await errand.after(job, error.fault, Step.POLL)
            return
        errand.forgive(Step.POLL)
        if job.error:
            job = errand.records.note(job, "", "")
        match progress.state:
            case RemoteState.SUCCEEDED:
                self._deliver(job, progress)
            case RemoteState.FAILED:
                unsaid = ProviderFault(FaultKind.MODEL, f"{name} failed and did not say why.")
                await errand.after(job, progress.error or unsaid, Step.REMOTE, progress.cost)
            case RemoteState.CANCELED:
                why = progress.error.message if progress.error else f"It was cancelled at {name}."
                errand.book.end(job, JobState.CANCELLED, "cancelled", why, progress.cost)
            case _:
                errand.book.publish(job, self._glance(job, progress))
                await errand.wait(self._pause(progress))

    def _glance(self, job: Job, progress: Progress) -> Glance:
        if self._lesson is None:
            self._lesson = self._errand.queue.lesson(job.request)
        eta = eta_seconds(self._lesson.latency, self._elapsed(job), progress.fraction)
        return Glance(progress.fraction, progress.stage or self._waits(progress), eta, progress.preview)

    def _waits(self, progress: Progress) -> str:
        if progress.state is not RemoteState.QUEUED:
            return ""
        before = f", {progress.queue_position} before it" if progress.queue_position else ""
        return f"queued at {self._provider.name}{before}"

    def _pause(self, progress: Progress) -> float:
        seen = (progress.state, progress.fraction, progress.stage, progress.queue_position, progress.preview)
        self._looks_alike = self._looks_alike + 1 if seen == self._seen else 0
        self._seen = seen
        return cadence(progress.poll_after_seconds, self._looks_alike, is_free=self._errand.is_free)

    def _elapsed(self, job: Job) -> float:
        """For how many seconds the generation runs; after a restart by the clock on the wall."""
        errand = self._errand
        if errand.accepted_at is not None:
            return errand.clock.monotonic() - errand.accepted_at
        started = errand.money.attempts(job.id)[-1].started
        return max((errand.clock.now() - started).total_seconds(), 0.0)

    def _deliver(self, job: Job, progress: Progress) -> None:
        errand = self._errand
        if not progress.outputs:
            fault = f"{self._provider.name} says it is done, but delivers nothing."
            errand.book.end(job, JobState.FAILED, FaultKind.MODEL, fault, progress.cost)
            return
        errand.delivery = progress
        began = errand.accepted_at
        errand.book.deliver(job, progress, None if began is None else errand.clock.monotonic() - began)

    async def _cancel(self, job: Job) -> None:
        """Stop what runs. What cannot be stopped is paid for anyway, so its result is kept."""
        errand = self._errand
        try:
            outcome = await errand.calls.ask(self._provider.cancel(job.remote_id), Step.CANCEL)
        except ProviderError as error:
            await self._after_cancel(job, error.fault)
            return
        if outcome.stopped:
            cost = Money() if outcome.still_billed is False else None
            billed = "yes" if outcome.still_billed else "unknown"
            errand.book.end(job, JobState.CANCELLED, "cancelled", self._told(outcome), cost, billed=billed)
        else:
            self._keep(job, outcome.detail)

    async def _after_cancel(self, job: Job, fault: ProviderFault) -> None:
        errand = self._errand
        decision = errand.decide(fault, Step.CANCEL)
        if fault.kind is FaultKind.LOST and errand.is_free:
            errand.book.end(job, JobState.CANCELLED, "cancelled", "It was cancelled.", None)
        elif decision.action is Action.PAUSE:
            errand.refused(job, fault)
        elif decision.action is Action.WAIT:
            errand.book.publish(job, Glance(stage=fault.message))
            await errand.wait(decision.seconds)
        else:
            self._keep(job, fault.message)

    def _keep(self, job: Job, why: str) -> None:
        self._errand.records.request_cancel(job.id, wanted=False)
        stage = f"It cannot be stopped any more, so its result is kept. {why}".strip()
        self._errand.book.publish(job, Glance(stage=stage))

    def _told(self, outcome: CancelOutcome) -> str:
        """Say what became of a cancel, and whether it is paid for all the same."""
        if self._errand.is_free:
            return "It was cancelled."
        name = self._provider.name
        billed = {
            None: f"{name} does not say whether it bills what was done.",
            False: "It is not billed.",
            True: f"{name} still bills what was done.",
        }
        return f"It was cancelled. {billed[outcome.still_billed]} {outcome.detail}".strip()
