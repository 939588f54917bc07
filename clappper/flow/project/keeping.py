"""Backups while somebody edits: at the opening, every few minutes in which something changed, at the end."""

from __future__ import annotations

import asyncio
import logging
import threading

from clappper.base.clock import Clock
from clappper.base.errors import ClappperError
from clappper.store.backups import take_backup
from clappper.store.project import ProjectFolder

log = logging.getLogger(__name__)

EVERY_SECONDS = 300.0


class Keeping:
    """Takes the backups of one open project; trouble with them is logged and never stops the work."""

    def __init__(self, project: ProjectFolder, clock: Clock) -> None:
        self._project, self._clock = project, clock
        self._turn = threading.Lock()
        self._task = asyncio.create_task(self._keep_on(), name="backups")

    async def aclose(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._take()

    async def _keep_on(self) -> None:
        while True:
            await self._take()
            await self._clock.sleep(EVERY_SECONDS)

    async def _take(self) -> None:
        try:
            await asyncio.to_thread(self._take_in_turn)
        except ClappperError as error:
            log.warning("no backup was taken: %s", error)

    def _take_in_turn(self) -> None:
        """A thread goes on when the task that waits for it is cancelled, so the next one waits for it."""
        with self._turn:
            take_backup(self._project.db, self._project.backups, self._clock.now())
