"""What can be done about a scene that was asked for and failed: try again, or make it here for free."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from clappper.base.units import Money
from clappper.brief.route import Engine, engine_of, route
from clappper.flow.brief_files import find
from clappper.flow.generating.ad_orders import AdBook, AdRecord, Awaited
from clappper.flow.judging import Judge
from clappper.flow.keyframes.filling import Filler
from clappper.flow.project.session import Session
from clappper.flow.shots.generate import Frame, Scenes, input_files
from clappper.jobs.model import Job, JobState
from clappper.jobs.recipes import most
from clappper.providers.contract import Capabilities


@dataclass(frozen=True, slots=True)
class Unmade:
    """Why a scene does not come by itself, and what can be done.

    ``cost`` is the most that trying again may cost, None where nobody knows it. ``here`` names the embedded
    provider that can make it free of charge; it is empty where there is none.
    """

    reason: str
    cost: Money | None
    here: str


@dataclass(frozen=True, slots=True)
class _Halted:
    """A shot that waits for a person."""

    record: AdRecord
    shot_id: str
    jobs: tuple[Job, ...]
    reason: str


class SecondTry:
    """Knows which scenes of a project failed, and starts what a person has chosen; nothing starts itself."""

    def __init__(self, session: Session, judge: Judge, book: AdBook, filler: Filler) -> None:
        self._session, self._judge, self._book, self._filler = session, judge, book, filler

    def unmade(self, scene_id: str) -> Unmade | None:
        """Say what of a scene was asked for and does not come by itself; None where all is well."""
        halted = self._halted(scene_id)
        if not halted:
            return None
        requests = [job.request for one in halted for job in one.jobs]
        spares = [one.record.spares.get(one.shot_id, "") for one in halted]
        here = spares[0] if all(spares) else ""
        return Unmade(halted[0].reason, most(self._session.queue, requests), here)

    def retry(self, scene_id: str) -> None:
        """Ask again for what of a scene is not made; what is made already is used again.

        Raises:
            BudgetError: it may cost more than is left, or nobody knows its price. Nothing was sent.
        """
        for one in self._halted(scene_id):
            if one.shot_id in one.record.filling:
                self._filler.start(one.record.filling[one.shot_id], repeat=True)
            else:
                for job in one.jobs:
                    self._session.queue.retry(job.id)
        self._session.start_jobs()

    async def make_here(self, scene_id: str) -> None:
        """Let the embedded provider make what of a scene is not made, free of charge.

        Raises:
            ClappperError: it cannot make such a shot.
        """
        models = tuple(model for model in await self._judge.models() if engine_of(model) is Engine.EMBEDDED)
        for one in self._halted(scene_id):
            await self._ask_here(one, models)
        self._session.start_jobs()

    async def _ask_here(self, halted: _Halted, models: tuple[Capabilities, ...]) -> None:
        session, record, shot_id = self._session, halted.record, halted.shot_id
        brief, shot = record.read_brief(), record.shot(shot_id)
        files = await asyncio.to_thread(lambda: input_files(brief, find(brief, session.project.path)))
        chosen = route(shot, record.storyboard, brief, models)
        board = replace(record.storyboard, scenes=(shot,))
        scenes = Scenes(brief, board, files, Frame.covering((brief.project.aspect,)), record.seed)
        ((_, request),) = scenes.requests({shot_id: chosen}, session.registry)
        why = f"{record.reasons[shot_id]} {halted.reason} → {chosen.provider}."
        with session.project.db.writing():
            job = session.queue.enqueue(request, brief_id=record.brief_id, scene_id=shot_id).job
            rest = record.without(shot_id)
            changed = replace(
                rest,
                waiting=rest.waiting | {shot_id: Awaited(job.id, job.request_hash)},
                reasons=rest.reasons | {shot_id: why},
                spares=rest.spares | {shot_id: ""},
            )
            self._book.keep(changed)
        self._filler.forget(shot_id)

    def _halted(self, scene_id: str) -> list[_Halted]:
        found = (self._halt_of(record, name) for name, record in self._book.awaited(scene_id).items())
        return [one for one in found if one is not None]

    def _halt_of(self, record: AdRecord, shot_id: str) -> _Halted | None:
        queue = self._session.queue
        if shot_id in record.filling:
            news = self._filler.shots.get(shot_id)
            if news is None or not news.error or news.state is JobState.UNSURE:
                return None
            jobs = tuple(queue.job(name) for name in news.stopped)
            reasons = (_reason(job) for job in jobs if job.state is JobState.FAILED)
            return _Halted(record, shot_id, jobs, next(reasons, news.error))
        job = record.waiting[shot_id].newest(queue)
        if job.state is JobState.CANCELLED:
            return _Halted(record, shot_id, (job,), "It was cancelled.")
        has_failed = job.state is JobState.FAILED or (job.state is JobState.PAUSED and job.error)
        return _Halted(record, shot_id, (job,), _reason(job)) if has_failed else None


def _reason(job: Job) -> str:
    return f"{job.request.provider} failed: {job.error}"
