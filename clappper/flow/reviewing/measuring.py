"""Measuring clips in the background: each one as soon as it lands, and again when a scorer is a newer one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from pathlib import Path

from clappper.base.errors import ClappperError
from clappper.flow.project.session import Session
from clappper.jobs.model import JobChanged, JobState
from clappper.review import metrics
from clappper.review.metrics import Measured
from clappper.review.ratings import MetricsReady
from clappper.review.records import ReviewRecords, StoredMetric
from clappper.store import sidecar
from clappper.store.assets import Asset

log = logging.getLogger(__name__)


class Measuring:
    """Works through the clips that lack a number of the current versions; resumes where it was stopped."""

    def __init__(self, session: Session, models: Path) -> None:
        self._session, self._models = session, models
        self._plugins = session.shop.settings.metric_plugins
        self._records = ReviewRecords(session.project.db)
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._leave = session.hub.subscribe(JobChanged, self._on_job)

    def start(self) -> None:
        self._wanted.set()
        self._task = asyncio.create_task(self._run(), name="measuring")

    def stop(self) -> None:
        """Stop where it stands; nothing half measured is kept."""
        self._leave()
        if self._task is not None:
            self._task.cancel()

    def outstanding(self) -> tuple[Asset, ...]:
        """Give the clips that have to be measured, also since what a metric lacked has come."""
        current = metrics.versions(self._plugins)
        known: dict[str, set[tuple[str, str]]] = {}
        stored = self._records.metrics()
        refused = {(one.name, one.reason) for one in stored if one.value is None and one.name in current}
        possible = metrics.now_possible(refused, self._models)
        for one in stored:
            if (one.name, one.reason) in possible:
                continue
            known.setdefault(one.asset_id, set()).add((one.name, one.version))
        wanted = set(current.items())
        videos = self._session.project.assets.list("video")
        return tuple(asset for asset in videos if not wanted <= known.get(asset.id, set()))

    async def measure(self, asset: Asset) -> None:
        """Measure one clip in a worker, and store the numbers beside it and in the project."""
        path = self._session.project.path / asset.path
        prompt = _prompt_of(path)
        try:
            found = await self._session.workers.run(
                metrics.measure, path, prompt, self._models, self._plugins
            )
        except ClappperError as error:
            found = unmeasured(error, self._plugins)
        moment = self._session.queue.clock.now().isoformat()
        self._records.keep_metrics(
            StoredMetric(asset.id, one.name, one.version, one.value, one.reason, moment) for one in found
        )
        await asyncio.to_thread(_note_beside, path, found)
        self._session.hub.publish(MetricsReady(asset.id))

    def _on_job(self, event: JobChanged) -> None:
        if event.state is JobState.DONE:
            self._wanted.set()

    async def _run(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            await self._measure_all(self.outstanding())

    async def _measure_all(self, outstanding: Sequence[Asset]) -> None:
        told = self._session.measuring
        total = len(self._session.project.assets.list("video"))
        done = total - len(outstanding)
        for asset in outstanding:
            told.tell(done, total)
            await told.turn()
            told.tell(done, total, asset.id)
            try:
                await self.measure(asset)
            except ClappperError as error:
                log.warning("measuring %s stopped: %s", asset.id, error.message)
                break
            done += 1
        told.tell(done, total)


def unmeasured(error: ClappperError, plugins: Sequence[str] = ()) -> tuple[Measured, ...]:
    """Say of every metric why there is none."""
    reason = f"cannot compute: {error.message}"
    return tuple(
        metrics.described(name, None, version, reason) for name, version in metrics.versions(plugins).items()
    )


def _prompt_of(path: Path) -> str:
    try:
        pack = sidecar.read(path).prompt_pack
    except ClappperError:
        return ""
    return pack.prompt if pack else ""


def _note_beside(path: Path, found: Iterable[Measured]) -> None:
    """Put the numbers into the clip's sidecar; a clip without one stays without."""
    try:
        page = sidecar.read(path)
        values = {one.name: one.value for one in found if one.value is not None}
        sidecar.write(path, page.model_copy(update={"metrics": values}))
    except ClappperError as error:
        log.info("no sidecar for the metrics of %s: %s", path.name, error.message)
