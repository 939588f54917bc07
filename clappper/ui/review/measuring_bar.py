"""How many clips are measured, as long as not all are, with a button that pauses it."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QWidget

from clappper.flow.measuring_state import MeasuringChanged
from clappper.ui import controls
from clappper.ui.bench import Bench
from clappper.ui.bridge import watch


class MeasuringBar(QWidget):
    """Hidden while there is nothing to measure."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.progress = bench.session.measuring
        tokens = bench.tokens
        self.words = controls.label("", "dense")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("How many clips are measured")
        self.button = controls.button("Pause", self._turn, "quiet")
        layout = controls.line(self, gap=tokens.gap)
        layout.setContentsMargins(tokens.pad, 0, tokens.pad, 0)
        layout.addWidget(self.words)
        layout.addWidget(self.bar, 1)
        layout.addWidget(self.button)
        watch(self, bench.session.hub, MeasuringChanged, lambda _: self._show())
        self._show()

    def _show(self) -> None:
        found = self.progress
        self.setVisible(found.done < found.total)
        ending = ", pausing after this one" if found.at_work else ", paused"
        self.words.setText(f"{found.done} of {found.total} measured{ending if found.paused else ''}")
        self.button.setText("Go on" if found.paused else "Pause")
        self.bar.setRange(0, max(1, found.total))
        self.bar.setValue(found.done)

    def _turn(self) -> None:
        (self.progress.go_on if self.progress.paused else self.progress.pause)()
