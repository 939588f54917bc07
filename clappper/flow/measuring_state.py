"""How far the measuring of a project's clips has come, for whoever shows it, and a switch to pause it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from clappper.base.events import EventHub


@dataclass(frozen=True, slots=True)
class MeasuringChanged:
    """Measuring went on, ended, or was paused."""


class MeasuringState:
    """``done`` of ``total`` clips are measured; ``at_work`` is the asset id of the one under way."""

    def __init__(self, hub: EventHub) -> None:
        self.done = self.total = 0
        self.at_work = ""
        self._hub = hub
        self._may_run = asyncio.Event()
        self._may_run.set()

    @property
    def paused(self) -> bool:
        return not self._may_run.is_set()

    def pause(self) -> None:
        """Let no further clip be begun."""
        self._may_run.clear()
        self._hub.publish(MeasuringChanged())

    def go_on(self) -> None:
        """End the pause."""
        self._may_run.set()
        self._hub.publish(MeasuringChanged())

    def tell(self, done: int, total: int, at_work: str = "") -> None:
        """Say how far it has come."""
        self.done, self.total, self.at_work = done, total, at_work
        self._hub.publish(MeasuringChanged())

    async def turn(self) -> None:
        """Wait while it is paused."""
        await self._may_run.wait()
