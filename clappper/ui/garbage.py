"""Python's cyclic garbage is collected on the GUI thread only.

Widgets and the functions they are connected to refer to each other. If a worker thread's allocation started
the collector, Qt objects would be destroyed there, which ends the program.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 500


class GuiGarbage(QObject):
    """Takes over from the automatic collector until it is destroyed or ``stop`` is called."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect the oldest generation that is due by Python's own thresholds."""
        counts, limits = gc.get_count(), gc.get_threshold()
        due = [number for number in (2, 1, 0) if counts[number] > limits[number] > 0]
        if due:
            gc.collect(due[0])

    def stop(self) -> None:
        """Leave the collector to itself again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
