"""Opening a project: its folder, its queue, its providers and its workers, closed together at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from clappper.base.errors import ClappperError, InDoubtError
from clappper.base.events import EventHub
from clappper.base.settings import Settings
from clappper.base.units import Money
from clappper.jobs.model import ACTIVE, Job, JobState
from clappper.jobs.queue import JobQueue
from clappper.jobs.runner import JobRunner
from clappper.jobs.workers import Workers
from clappper.providers import registry as providers
from clappper.providers.contract import GenRequest
from clappper.providers.registry import Registry
from clappper.providers.workbench import EMBEDDED, Workbench
from clappper.store.project import ProjectFolder


@dataclass(frozen=True, slots=True)
class Workshop:
    """An open project with everything that works on it.

    ``attended``: somebody works on its queue all the time, so that its jobs need only be waited for.
    ``settings`` are the user's when it was opened.
    """

    project: ProjectFolder
    hub: EventHub
    registry: Registry
    queue: JobQueue
    workers: Workers
    attended: bool = False
    settings: Settings = field(default_factory=Settings)


@asynccontextmanager
async def open_project(folder: Path, hub: EventHub, bench: Workbench = EMBEDDED) -> AsyncIterator[Workshop]:
    """Open the project in ``folder``, or make one there; ``bench`` has the keys and settings.

    Raises:
        ClappperError: it is open elsewhere, damaged, or cannot be written.
    """
    async with workshop(ProjectFolder.open_or_create(folder), hub, bench) as shop:
        yield shop


@asynccontextmanager
async def workshop(
    folder: ProjectFolder, hub: EventHub, bench: Workbench = EMBEDDED
) -> AsyncIterator[Workshop]:
    """Gather what works on a project; the folder is closed at the end."""
    with folder as project:
        registry = await asyncio.to_thread(providers.load, replace(bench, scratch=project.scratch))
        queue = JobQueue(project, registry, hub, clock=bench.clock)
        try:
            async with Workers() as workers:
                yield Workshop(project, hub, registry, queue, workers, settings=bench.settings)
        finally:
            await registry.aclose()


@asynccontextmanager
async def open_providers(bench: Workbench = EMBEDDED) -> AsyncIterator[Registry]:
    """Load the providers without a project, to ask what they can do."""
    with TemporaryDirectory(prefix="clappper-") as scratch:
        registry = await asyncio.to_thread(providers.load, replace(bench, scratch=Path(scratch)))
        try:
            yield registry
        finally:
            await registry.aclose()


async def run_jobs(
    shop: Workshop, requests: Sequence[tuple[str, GenRequest]], *, brief_id: str, cap: Money
) -> tuple[Job, ...]:
    """Work off requests as ``work_off`` does, and demand that all of them are made.

    Raises:
        InDoubtError: a paid job's fate is not known.
        ClappperError: one failed, or the budget does not allow them.
    """
    jobs = await work_off(shop, requests, brief_id=brief_id, cap=cap)
    for job in jobs:
        demand_done(job)
    return jobs


async def work_off(
    shop: Workshop,
    requests: Sequence[tuple[str, GenRequest]],
    *,
    brief_id: str,
    cap: Money,
    unknown_price: bool = False,
) -> tuple[Job, ...]:
    """Enqueue one request for each scene id, all or none, and work until none of them can go on.

    What was made before, in this run or an earlier one, is used again. ``unknown_price`` accepts one.

    Raises:
        ClappperError: the budget does not allow them, or the disk does not take what they bring.
    """
    with shop.project.db.writing():
        asked = [
            shop.queue.enqueue(
                request, brief_id=brief_id, scene_id=scene_id, cap=cap, accept_unknown_price=unknown_price
            )
            for scene_id, request in requests
        ]
    ids = [one.job.id for one in asked]
    if shop.attended:
        return await shop.queue.wait_for(ids)
    await JobRunner(shop.queue, shop.workers).run_until_idle(only=ids)
    return tuple(map(shop.queue.job, ids))


def demand_done(job: Job) -> None:
    """Raise what keeps a job from being done, as ``run_jobs`` does."""
    if job.state is JobState.DONE:
        return
    what = f"{job.request.provider} for {job.scene_id}"
    if job.state is JobState.UNSURE:
        raise InDoubtError(
            f"It is not known whether {what} was accepted: {job.error}",
            f"{job.hint} Decide with: clappper jobs PROJECT --resolve-unsure {job.id} adopt|resend|give-up",
        )
    if job.state in ACTIVE:
        why = job.error or f"{job.request.provider} is paused."
        raise ClappperError(f"{what.capitalize()} is still {job.state}: {why}", job.hint)
    raise ClappperError(f"{what.capitalize()} {job.state}: {job.error}", job.hint)
