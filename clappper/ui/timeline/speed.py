"""A small box that asks for a speed, where the clip is."""

from __future__ import annotations

from fractions import Fraction

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QSpinBox, QWidget

from clappper.ui import controls
from clappper.ui.tokens import Tokens


class SpeedBox(QFrame):
    """Goes away when it is answered or left."""

    chosen = Signal(int)

    def __init__(self, tokens: Tokens, speed: Fraction, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("kind", "raised")
        self._field = controls.spaced(QSpinBox())
        self._field.setRange(5, 1000)
        self._field.setSuffix(" %")
        self._field.setValue(round(speed * 100) or 100)
        self._field.setAccessibleName("Speed in percent")
        self._field.selectAll()
        row = controls.line(self, pad=tokens.gap)
        row.addWidget(controls.label("Speed"))
        row.addWidget(self._field)
        row.addWidget(controls.button("Set speed", self._accept, "primary"))
        self._field.lineEdit().returnPressed.connect(self._accept)
        self._field.setFocus()

    def _accept(self) -> None:
        self.chosen.emit(self._field.value())
        self.close()
