"""From a generation that succeeded to an asset of the project."""

from __future__ import annotations

import asyncio

from clappper.base.errors import UnusableInputError
from clappper.base.units import Money
from clappper.jobs.backoff import Step
from clappper.jobs.delivery import is_media, receive, received
from clappper.jobs.errand import Errand
from clappper.jobs.ingest import ingest
from clappper.jobs.model import Job, JobState
from clappper.jobs.story import story_of
from clappper.providers.contract import FaultKind, ProviderError, ProviderFault


class Landing:
    """Fetches what one job has brought, and takes it in."""

    def __init__(self, errand: Errand) -> None:
        self._errand = errand
        self._provider = errand.provider

    async def fetch(self, job: Job) -> None:
        """Fetch the output into ``incoming``; after a restart its address has to be asked for first."""
        errand, delivery = self._errand, self._errand.delivery
        if delivery is None:
            errand.book.move(job, JobState.RUNNING)
            return
        output = delivery.outputs[0]
        if not is_media(output):
            fault = f"{self._provider.name} delivered {output.mime}, which is no media."
            errand.book.end(job, JobState.FAILED, FaultKind.MODEL, fault, delivery.cost, billed="yes")
            return
        try:
            await receive(
                errand.project,
                job,
                output,
                lambda part: errand.calls.ask(self._provider.fetch(job.remote_id, output, part), Step.FETCH),
            )
        except ProviderError as error:
            await errand.after(job, error.fault, Step.FETCH, delivery.cost)
        except UnusableInputError as error:
            await self._after_rubbish(job, error, delivery.cost)
        else:
            errand.book.move(job, JobState.INGESTING)

    async def take_in(self, job: Job) -> None:
        """Turn the file in ``incoming`` into an asset with companions and a sidecar."""
        errand = self._errand
        source = received(errand.project, job)
        if source is None:
            errand.book.move(job, JobState.RUNNING)
            return
        home = errand.project.generated / job.request.provider / source.name
        attempts = errand.money.attempts(job.id)
        now = errand.clock.now()
        try:
            asset = await ingest(
                errand.project,
                source,
                home,
                errand.workers,
                f"job:{job.id}",
                now,
                story_of(job, errand.model, attempts, now),
            )
        except UnusableInputError as error:
            if errand.is_free:
                await asyncio.to_thread(source.unlink, missing_ok=True)
            await self._after_rubbish(job, error, attempts[-1].actual)
        else:
            errand.book.finish(job, asset, attempts[-1])

    async def _after_rubbish(self, job: Job, error: UnusableInputError, cost: Money | None) -> None:
        """What was paid for is fetched again, because only the network may have spoilt it."""
        kind = FaultKind.MODEL if self._errand.is_free else FaultKind.TRANSIENT
        message = f"{self._provider.name} delivered a file that cannot be used: {error.message}"
        await self._errand.after(job, ProviderFault(kind, message), Step.INGEST, cost)
