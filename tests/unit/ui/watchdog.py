"""Watches that no turn of the GUI's loop takes long: what does belongs into a thread or a process.

It counts the thread's own processor time, so that a busy machine raises no alarm; what only waits is not
seen.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QAbstractEventDispatcher, QObject

LONGEST_MS = 50.0
COUNTING_MS = 7.0
"""What ``_counting_ms`` gives on the machine on which the limit was set."""
DISTURBANCE = 2.0
"""How much longer the same work takes a processor whose caches other programs use too."""


class Watchdog(QObject):
    """Measures every turn between two waits of the loop, in milliseconds of processor time."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._since = time.thread_time()
        self.longest_ms = 0.0
        QAbstractEventDispatcher.instance().aboutToBlock.connect(self._look)

    def _look(self) -> None:
        now = time.thread_time()
        self.longest_ms = max(self.longest_ms, (now - self._since) * 1000)
        self._since = now


def longest_ms() -> float:
    """Say what is certainly too long here: no hiccup of a busy machine, nor a slower one's usual pace."""
    return LONGEST_MS * DISTURBANCE * max(1.0, _counting_ms() / COUNTING_MS)


def _counting_ms() -> float:
    since = time.thread_time()
    sum(number % 7 for number in range(200_000))
    return (time.thread_time() - since) * 1000
