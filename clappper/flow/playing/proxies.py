"""The small stand-ins that are scrubbed in: which there are, and the lost ones made anew.

Every import makes its own; a project that was copied without its ``proxies`` folder has lost them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping

from clappper.base.errors import ClappperError
from clappper.base.events import EventHub
from clappper.jobs.ingest import AssetAdded, make_companions
from clappper.jobs.workers import Workers
from clappper.store.project import ProjectFolder

log = logging.getLogger(__name__)


class Proxies:
    """The proxies of one project's films."""

    def __init__(self, project: ProjectFolder, workers: Workers, hub: EventHub) -> None:
        self._project, self._workers = project, workers
        self._paths: Mapping[str, str] | None = None
        self._mending: asyncio.Task[None] | None = None
        hub.subscribe(AssetAdded, lambda _: self._forget())

    def paths(self) -> Mapping[str, str]:
        """Give the proxies by the files they stand for; both are paths inside the project."""
        if self._paths is None:
            assets = self._project.assets.list("video")
            self._paths = {asset.path: asset.derived["proxy"] for asset in assets if "proxy" in asset.derived}
        return self._paths

    def mend(self, used: Iterable[str]) -> None:
        """Make the lost proxies of the ``used`` files anew, in the background, one after the other."""
        if self._mending is None and not self._project.read_only:
            wanted = {path: proxy for path, proxy in self.paths().items() if path in frozenset(used)}
            self._mending = asyncio.create_task(self._mend(wanted), name="lost proxies")

    async def aclose(self) -> None:
        if self._mending is not None:
            self._mending.cancel()
            await asyncio.gather(self._mending, return_exceptions=True)

    def _forget(self) -> None:
        self._paths = None

    async def _mend(self, wanted: Mapping[str, str]) -> None:
        for path, proxy in wanted.items():
            source, file = self._project.locate(path), self._project.locate(proxy)
            if file.is_file() or not source.is_file():
                continue
            try:
                await self._workers.run(make_companions, source, {"proxy": file})
            except ClappperError as error:
                log.warning("no proxy of %s: %s", path, error.message)
