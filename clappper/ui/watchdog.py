"""Watches that no turn of the GUI's loop takes long: what does belongs into a thread or a process.

It counts the thread's own processor time, so that a busy machine raises no alarm; what only waits is not
seen.
"""

from __future__ import annotations

import logging
import time

from PySide6.QtCore import QAbstractEventDispatcher, QObject

LONGEST_MS = 50.0

log = logging.getLogger(__name__)


class Watchdog(QObject):
    """Measures every turn between two waits of the loop, in milliseconds of processor time."""

    def __init__(self, parent: QObject | None = None, *, longest_ms: float = LONGEST_MS) -> None:
        super().__init__(parent)
        self._limit = longest_ms
        self._since = time.thread_time()
        self.longest_ms = 0.0
        QAbstractEventDispatcher.instance().aboutToBlock.connect(self._look)

    def forget(self) -> None:
        """Begin anew, as after something that may take its time."""
        self._since = time.thread_time()
        self.longest_ms = 0.0

    def _look(self) -> None:
        took = (time.thread_time() - self._since) * 1000
        self._since = time.thread_time()
        if took > self._limit:
            log.warning("the window was held for %.0f ms", took)
        self.longest_ms = max(self.longest_ms, took)
