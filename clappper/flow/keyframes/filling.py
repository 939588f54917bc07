"""Shots from keyframes in an open project: each is made in a task of its own, and goes on after a restart.

Every part of a shot is a job, found again by its content. A task that is taken up again never repeats by
itself what failed or was stopped: that may cost money, so it waits until a person has asked for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from clappper.base.errors import ClappperError
from clappper.base.units import Money
from clappper.flow.keyframes.make import FilledShot, make_shot
from clappper.flow.open_project import demand_done
from clappper.flow.project.session import Session
from clappper.jobs.model import Job, JobChanged, JobState, content_hash
from clappper.jobs.queue import JobQueue
from clappper.jobs.recipes import JOIN, Recipe, image_request
from clappper.providers.contract import GenRequest, Kind

log = logging.getLogger(__name__)

STOPPED = (JobState.FAILED, JobState.CANCELLED, JobState.PAUSED)


@dataclass(frozen=True, slots=True)
class ShotFilling:
    """How far a shot from keyframes is; ``fraction`` is 0..1.

    ``error`` says why it does not go on, ``stopped`` which jobs keep it from that.
    """

    shot_id: str
    state: JobState
    stage: str = ""
    fraction: float = 0.0
    error: str = ""
    stopped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filling:
    """What has to be known to make one shot: ``fill`` is the most that filling it may cost."""

    shot_id: str
    brief_id: str
    recipe: Recipe
    fill: Money

    @property
    def parts(self) -> int:
        """How many jobs it takes if no stitch has to be mended."""
        return len(self.recipe.moments) + len(self.recipe.lengths) + 1


@dataclass(slots=True)
class _Batch:
    """The jobs that a shot waits for now, and how many parts were done before them."""

    filling: Filling
    stage: str
    ids: tuple[str, ...]
    before: int


class Filler:
    """Makes the shots from keyframes of one open project. Ends with the session.

    ``landed`` gets each shot when it is made; ``failed`` hears why one does not go on.
    """

    def __init__(
        self,
        session: Session,
        landed: Callable[[FilledShot], Awaitable[None]],
        failed: Callable[[ClappperError], object],
    ) -> None:
        self.shots: dict[str, ShotFilling] = {}
        self._session, self._landed, self._failed = session, landed, failed
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._waiting: dict[str, Filling] = {}
        self._batches: dict[str, _Batch] = {}
        session.closing.callback(session.hub.subscribe(JobChanged, self._note))
        session.closing.callback(self._stop)

    def start(self, filling: Filling, *, repeat: bool) -> None:
        """Make a shot, in place of what is being made for it. ``repeat`` asks for failed parts again."""
        self.forget(filling.shot_id)
        self._waiting[filling.shot_id] = filling
        name = f"fill {filling.shot_id}"
        self._tasks[filling.shot_id] = asyncio.create_task(self._fill(filling, repeat=repeat), name=name)

    def forget(self, shot_id: str, *, cancel: bool = True) -> None:
        """Ask for no further part of a shot; parts that were asked for go on."""
        self._waiting.pop(shot_id, None)
        self._batches.pop(shot_id, None)
        self.shots.pop(shot_id, None)
        task = self._tasks.pop(shot_id, None)
        if task is not None and cancel:
            task.cancel()

    def _stop(self) -> None:
        for task in self._tasks.values():
            task.cancel()

    async def _fill(self, filling: Filling, *, repeat: bool) -> None:
        session, done = self._session, 0

        async def run(requests: Sequence[GenRequest]) -> Sequence[Job]:
            nonlocal done
            if not repeat:
                self._demand_none_stopped(filling, requests)
            jobs = await self._made(filling, requests, done)
            done += len(jobs)
            return jobs

        try:
            shot = await make_shot(filling.recipe, session.shop, run, filling.fill)
        except ClappperError as error:
            self._halt(filling, error)
            return
        self.forget(filling.shot_id, cancel=False)
        await self._landed(shot)

    def _halt(self, filling: Filling, error: ClappperError) -> None:
        """Say why a shot does not go on, once; what a person has stopped is no failure."""
        log.warning("shot %s does not go on: %s", filling.shot_id, error)
        batch = self._batches.pop(filling.shot_id, None)
        jobs = [self._session.queue.job(name) for name in batch.ids] if batch else []
        stopped = tuple(job.id for job in jobs if job.state in (JobState.UNSURE, *STOPPED))
        states = {job.state for job in jobs}
        state = next((one for one in (JobState.UNSURE, *STOPPED) if one in states), JobState.FAILED)
        news = ShotFilling(filling.shot_id, state, error=error.message, stopped=stopped)
        if self._tell(news) and state in {JobState.FAILED, JobState.UNSURE}:
            self._failed(error)

    def _demand_none_stopped(self, filling: Filling, requests: Sequence[GenRequest]) -> None:
        records = self._session.queue.records
        known = [records.same_content(content_hash(request)) for request in requests]
        stopped = [jobs[0] for jobs in known if jobs and all(job.state in STOPPED for job in jobs)]
        if stopped:
            ids = tuple(job.id for job in stopped)
            self._batches[filling.shot_id] = _Batch(filling, _stage(requests[0]), ids, 0)
            demand_done(stopped[0])

    async def _made(self, filling: Filling, requests: Sequence[GenRequest], before: int) -> Sequence[Job]:
        """Ask for parts, all or none, and wait for them."""
        session, shot_id = self._session, filling.shot_id
        with session.project.db.writing():
            asked = [
                session.queue.enqueue(request, brief_id=filling.brief_id, scene_id=shot_id)
                for request in requests
            ]
        ids = tuple(one.job.id for one in asked)
        self._batches[shot_id] = _Batch(filling, _stage(requests[0]), ids, before)
        self._show(shot_id)
        session.start_jobs()
        jobs = await session.queue.wait_for(ids)
        for job in jobs:
            demand_done(job)
        return jobs

    def _note(self, event: JobChanged) -> None:
        """Show how far the parts are; go on with a shot whose failed part was made after all."""
        for shot_id, batch in tuple(self._batches.items()):
            if event.job_id in batch.ids:
                self._show(shot_id)
        if event.state is not JobState.DONE:
            return
        filling = self._waiting.get(self._session.queue.job(event.job_id).scene_id)
        if filling is not None and self._tasks[filling.shot_id].done():
            self.start(filling, repeat=False)

    def _show(self, shot_id: str) -> None:
        batch, queue = self._batches[shot_id], self._session.queue
        done = sum(queue.job(name).state is JobState.DONE for name in batch.ids)
        count = len(batch.ids)
        words = f"{batch.stage} {min(done + 1, count)} of {count}" if count > 1 else batch.stage
        fraction = min(0.99, (batch.before + done) / batch.filling.parts)
        self._tell(ShotFilling(shot_id, JobState.RUNNING, words, fraction))

    def _tell(self, news: ShotFilling) -> bool:
        """Publish what is new; False where it is not."""
        if self.shots.get(news.shot_id) == news:
            return False
        self.shots[news.shot_id] = news
        self._session.hub.publish(news)
        return True


def _stage(request: GenRequest) -> str:
    if request.kind is Kind.TEXT_TO_IMAGE:
        return "Keyframe"
    return "Joining" if (request.provider, request.model) == JOIN else "Segment"


def still_to_pay(queue: JobQueue, filling: Filling, high: Money | None) -> Money | None:
    """Give the most that a shot may still cost of ``high``: less what was paid since its first keyframe."""
    recipe = filling.recipe
    assert recipe.image is not None
    first = image_request(recipe, recipe.moments[0], queue.registry.model(*recipe.image), None)
    known = queue.records.same_content(content_hash(recipe.film or first))
    if high is None or not any(job.state is JobState.DONE for job in known):
        return high
    since = min(job.created for job in known)
    jobs = queue.list(brief_id=filling.brief_id, with_removed=True)
    own = {job.id for job in jobs if job.scene_id == filling.shot_id and job.created >= since}
    paid = [one.actual or Money() for one in queue.ledger.attempts() if one.job_id in own]
    return max(Money(), high - sum(paid, Money()))
