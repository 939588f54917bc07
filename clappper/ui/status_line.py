"""The line at the bottom of the window: how playback fares, proxies, this machine, and when all was saved."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from clappper.ui import controls
from clappper.ui.bench import StatusSlot
from clappper.ui.tokens import Tokens

PLACES: tuple[StatusSlot, ...] = ("playback", "proxies", "machine", "saved")


class StatusLine(QWidget):
    """Four places with one short text each; an empty one takes no room."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self.setProperty("kind", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(24)
        row = controls.line(self, gap=tokens.group)
        row.setContentsMargins(tokens.pad, 0, tokens.pad, 0)
        self._labels = {place: controls.label("", "dense") for place in PLACES}
        for place, shown in self._labels.items():
            if place == "machine":
                row.addStretch()
            row.addWidget(shown)

    def say(self, place: StatusSlot, text: str) -> None:
        shown = self._labels[place]
        shown.setText(text)
        shown.setAccessibleName(text)
        shown.setVisible(bool(text))
