"""Shows how far a project's jobs are while something waits for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from clappper.flow.open_project import Workshop
from clappper.jobs.model import JobChanged, JobState

Report = Callable[[str, float, str], None]
"""Told the name of a piece of work, how much of it is done (0..1), and its stage in words."""


@contextmanager
def shown(shop: Workshop, report: Report) -> Iterator[None]:
    """Report every step of every job meanwhile."""

    def show(event: JobChanged) -> None:
        job = shop.queue.job(event.job_id)
        work = (
            job.scene_id if job.scene_id == job.request.provider else f"{job.request.provider} {job.scene_id}"
        )
        fraction = 1.0 if event.state is JobState.DONE else min(event.fraction or 0.0, 0.99)
        report(work, fraction, event.stage or event.state)

    leave = shop.hub.subscribe(JobChanged, show)
    try:
        yield
    finally:
        leave()
