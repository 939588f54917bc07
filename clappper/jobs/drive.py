"""Takes one job from state to state. The state in the database is the only truth about what comes next.

A submit is sent once. Before it, the job is ``submitting``; after it, the remote id is saved at once. When
the answer is lost and the provider cannot be asked what became of it, a person decides.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from clappper.jobs.backoff import Step
from clappper.jobs.errand import Errand
from clappper.jobs.landing import Landing
from clappper.jobs.lanes import Lane
from clappper.jobs.model import ACTIVE, Job, JobState, StaleJobError
from clappper.jobs.queue import JobQueue
from clappper.jobs.submitting import Submitting
from clappper.jobs.watching import Watching
from clappper.jobs.workers import Workers
from clappper.providers.contract import ProviderError


class Drive:
    """One job under way. What it keeps in memory makes it faster; what matters is in the database."""

    def __init__(
        self, queue: JobQueue, workers: Workers, lane: Lane, job_id: str, *, may_submit: bool = True
    ) -> None:
        job = queue.job(job_id)
        self._errand = errand = Errand(queue, workers, lane, job)
        self._for = (job.request.provider, job.request.model)
        self._queue = queue
        self._job_id = job_id
        self._may_submit = may_submit
        self._submitting = Submitting(errand)
        self._watching = Watching(errand)
        self._landing = Landing(errand)
        self.provider_name = errand.provider.name
        self.nudge = errand.nudge

    @property
    def is_refused(self) -> bool:
        """Whether the last run ended because the provider does not let us in."""
        return self._errand.is_refused

    async def run(self) -> None:
        """Go on until the job is over or waits for a person, for its provider, or for a submit that is not
        ours to make.

        Cancelled, it stops free work at its provider and leaves it to be done again; paid work goes on
        there and is taken up by the next run. After an error it may be called again.

        Raises:
            ClappperError: the disk does not take what the job needs. The job can go on later.
        """
        self._errand.is_refused = False
        try:
            while (job := self._queue.job(self._job_id)).state in ACTIVE and not self.is_refused:
                if job.state is JobState.QUEUED and not self._may_start(job):
                    return
                with suppress(StaleJobError):
                    await self._step(job)
        except asyncio.CancelledError:
            await self._park()
            raise

    def _may_start(self, job: Job) -> bool:
        """A job that was changed in the meantime may need another provider, and with it another drive."""
        is_ours = (job.request.provider, job.request.model) == self._for
        return is_ours and self._may_submit and not self._queue.gates.is_shut(self.provider_name)

    async def _step(self, job: Job) -> None:
        match job.state:
            case JobState.QUEUED:
                await self._submitting.submit(job)
            case JobState.SUBMITTING:
                await self._submitting.settle(job)
            case JobState.RUNNING:
                await self._watching.look(job)
            case JobState.FETCHING:
                await self._landing.fetch(job)
            case _:
                await self._landing.take_in(job)

    async def _park(self) -> None:
        """Leave free work so that the next run does it again, and paid work so that it can be taken up."""
        errand, job = self._errand, self._queue.job(self._job_id)
        if not errand.is_free or job.state not in {JobState.RUNNING, JobState.FETCHING}:
            return
        with suppress(ProviderError):
            await errand.calls.ask(errand.provider.cancel(job.remote_id), Step.CANCEL)
        errand.book.restart(job, "interrupted", "The program was closed.")
