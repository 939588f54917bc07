"""What the predictor expected of each clip when it was asked for, kept beside what people say later."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from clappper.base.errors import ClappperError
from clappper.flow.project.session import Session
from clappper.jobs.model import TERMINAL, Job, JobChanged
from clappper.providers.contract import Kind
from clappper.store.project import ProjectFolder

log = logging.getLogger(__name__)

KIND = "foretold"
FROM_WORDS = frozenset({Kind.TEXT_TO_VIDEO, Kind.IMAGE_TO_VIDEO})


@dataclass(frozen=True, slots=True)
class Foretold:
    """A prediction as it was given at ``moment``; ``chance`` None: the predictor abstained."""

    chance: float | None
    quality: float | None
    version: str
    moment: str


def foretold(project: ProjectFolder) -> Mapping[str, Foretold]:
    """Give what was foretold of a project's jobs, by job id; what another version wrote is left out."""
    names = {field.name for field in fields(Foretold)}
    pages = project.documents.pages(KIND)
    return {name: Foretold(**page) for name, page in pages.items() if page.keys() == names}


class Foretelling:
    """Keeps one prediction a job, the first."""

    def __init__(self, session: Session, models: Path) -> None:
        self._session, self._models = session, models
        self._known = set(session.project.documents.ids(KIND))
        self._wanted: dict[str, Job] = {}
        self.task: asyncio.Task[None] | None = None
        self._leave = session.hub.subscribe(JobChanged, self._on_job)

    def start(self) -> None:
        """Foretell the jobs that are waiting; of clips that are there it would be hindsight."""
        for job in self._session.queue.list():
            if job.state not in TERMINAL:
                self._want(job)

    def stop(self) -> None:
        self._leave()
        if self.task is not None:
            self.task.cancel()

    def _on_job(self, event: JobChanged) -> None:
        if event.job_id not in self._known:
            self._want(self._session.queue.job(event.job_id))

    def _want(self, job: Job) -> None:
        if job.id in self._known:
            return
        self._known.add(job.id)
        if job.request.prompt and self._is_imagined(job):
            self._wanted[job.id] = job
            if self.task is None or self.task.done():
                self.task = asyncio.create_task(self._run(), name="foretelling")

    def _is_imagined(self, job: Job) -> bool:
        """Tell whether a model makes the clip from its words; what is drawn here always comes out alike."""
        try:
            model = self._session.registry.model(job.request.provider, job.request.model)
        except ClappperError:
            return False
        return model.generative and job.request.kind in FROM_WORDS

    async def _run(self) -> None:
        while self._wanted:
            jobs, self._wanted = self._wanted, {}
            asked = [(job.request.prompt, job.request.provider) for job in jobs.values()]
            try:
                answers = await self._session.predictor.foretell(self._models, asked)
            except ClappperError as error:
                log.warning("foretelling stopped: %s", error.message)
                return
            moment = self._session.queue.clock.now().isoformat()
            for name, one in zip(jobs, answers.predictions, strict=True):
                page = asdict(Foretold(one.chance, one.quality, one.version, moment))
                self._session.project.documents.keep_one(KIND, name, json.dumps(page))
