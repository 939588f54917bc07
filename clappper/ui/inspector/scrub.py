"""A number that is dragged sideways to change it, or typed after a click."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from clappper.ui.tokens import Tokens

_DRAG_PIXELS = 3


@dataclass(frozen=True, slots=True)
class Measure:
    """What a number means: its limits, how much a pixel of dragging is, how it is written."""

    least: float
    most: float
    step: float
    digits: int = 2
    unit: str = ""
    scale: float = 1.0
    neutral: float = 0.0

    def shown(self, value: float) -> str:
        sign = "−" if value * self.scale < -0.5 * 10**-self.digits else ""
        return f"{sign}{abs(value * self.scale):.{self.digits}f}{self.unit}"

    def read(self, text: str) -> float:
        """Read what a person typed.

        Raises:
            ValueError: it is no number.
        """
        plain = text.replace("−", "-").replace(",", ".").replace(self.unit.strip() or " ", "").strip()
        return self.fitted(float(plain) / self.scale)

    def fitted(self, value: float) -> float:
        return min(max(value, self.least), self.most)


class ScrubField(QLineEdit):
    """``tried`` follows a drag, ``settled`` ends it or a typed value; Escape takes the drag back.

    Held Shift drags ten times as far, Ctrl a tenth. A double-click goes back to the neutral value.
    """

    tried = Signal(float)
    settled = Signal(float)
    given_up = Signal()

    def __init__(self, name: str, measure: Measure, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._measure = measure
        self._value = measure.neutral
        self._drag: tuple[QPointF, float] | None = None
        self._dragged = False
        self.setAccessibleName(name)
        self.setToolTip(
            f"{name}: drag to change, click to type, double-click for {measure.shown(measure.neutral)}"
        )
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setReadOnly(True)
        self.setFixedWidth(70)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setStyleSheet(
            f"font-family: '{tokens.mono}'; font-size: {tokens.dense_px}px; color: {tokens.accent};"
        )
        self.installEventFilter(self)
        self.returnPressed.connect(self._accept)
        self._write()

    @property
    def value(self) -> float:
        return self._value

    def show_value(self, value: float) -> None:
        """Show a value without telling of it; what is being typed or dragged stays."""
        if self._drag is None and self.isReadOnly():
            self._value = value
            self._write()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.isReadOnly() or event.button() is not Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._drag, self._dragged = (event.position(), self._value), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            super().mouseMoveEvent(event)
            return
        start, value = self._drag
        by = event.position().x() - start.x()
        if not self._dragged and abs(by) < _DRAG_PIXELS:
            return
        self._dragged = True
        keys = event.modifiers()
        pace = 10.0 if keys & Qt.KeyboardModifier.ShiftModifier else 1.0
        pace = 0.1 if keys & Qt.KeyboardModifier.ControlModifier else pace
        self._try(value + by * self._measure.step * pace)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        if drag is None:
            super().mouseReleaseEvent(event)
        elif self._dragged:
            self.settled.emit(self._value)
        else:
            self._start_typing()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        del event
        self._stop_typing()
        self._value = self._measure.neutral
        self._write()
        self.settled.emit(self._value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            sign = 1 if event.key() == Qt.Key.Key_Up else -1
            self._stop_typing()
            self._try(self._value + sign * self._measure.step * 5)
            self.settled.emit(self._value)
        elif event.key() == Qt.Key.Key_Escape:
            self._give_up()
        elif self.isReadOnly() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._start_typing()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusOut and not self.isReadOnly():
            self._accept()
        return super().eventFilter(watched, event)

    def _try(self, value: float) -> None:
        self._value = self._measure.fitted(value)
        self._write()
        self.tried.emit(self._value)

    def _give_up(self) -> None:
        if self._drag is not None:
            self._value = self._drag[1]
            self._drag = None
            self.given_up.emit()
        self._stop_typing()
        self._write()

    def _start_typing(self) -> None:
        self.setReadOnly(False)
        self.setFocus()
        self.selectAll()

    def _stop_typing(self) -> None:
        self.setReadOnly(True)
        self.deselect()

    def _accept(self) -> None:
        if self.isReadOnly():
            return
        self._stop_typing()
        try:
            value = self._measure.read(self.text())
        except ValueError:
            self._write()
            return
        changed = value != self._value
        self._value = value
        self._write()
        if changed:
            self.settled.emit(value)

    def _write(self) -> None:
        self.setText(self._measure.shown(self._value))
