"""Work on the window's thread, a little in each turn of the loop, so that keys and the pointer are heard."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from clappper.ui.bridge import run

BREATH_SECONDS = 0.004
SLICE_SECONDS = 0.008
"""What a turn may take of the processor; dressing and laying out what was made takes about as much again."""


class Slices(QObject):
    """Carries ``steps`` out bit by bit; ``finished`` tells when all are done. It ends with its ``owner``."""

    finished = Signal()

    def __init__(self, owner: QWidget, steps: Iterator[None]) -> None:
        super().__init__(owner)
        self._steps: Iterator[None] | None = steps
        self._task = run(owner, self._go_on())

    @property
    def is_done(self) -> bool:
        return self._steps is None

    def finish(self) -> None:
        """Do all that is left now, for somebody who cannot wait."""
        self._do(float("inf"))

    async def ended(self) -> None:
        """Wait until all is done."""
        await asyncio.wait([self._task])

    async def _go_on(self) -> None:
        while not self.is_done:
            self._do(SLICE_SECONDS)
            await asyncio.sleep(BREATH_SECONDS)

    def _do(self, seconds: float) -> None:
        """Take one step, and more while there is time."""
        end = time.thread_time() + seconds
        while self._steps is not None:
            if next(self._steps, self) is self:
                self._steps = None
                self.finished.emit()
            elif time.thread_time() >= end:
                return
