"""The overall score as a dial: an arc with the pass mark on it, and the number in its middle."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from clappper.brief.rubric import PASS_MARK
from clappper.ui.tokens import Tokens

SIDE = 132
START_DEGREES, SPAN_DEGREES = 225.0, -270.0
THICK = 9


class Dial(QWidget):
    """Shows a score from 0 to 100; ``shown`` is what the arc has turned to so far."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        self._score: int | None = None
        self._blocked = False
        self.shown = 0.0
        self._motion = QVariantAnimation(self)
        self._motion.setDuration(tokens.motion_ms * 2)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.valueChanged.connect(self._turn)
        self.setFixedSize(SIDE, SIDE)
        self.setAccessibleName("Score")

    def show_score(self, score: int, *, blocked: bool) -> None:
        first = self._score is None
        self._score, self._blocked = score, blocked
        self.setAccessibleName(f"Score {score} of 100, {'blocked' if blocked else 'passes'}")
        self._motion.stop()
        if first:
            self._turn(float(score))
            return
        self._motion.setStartValue(self.shown)
        self._motion.setEndValue(float(score))
        self._motion.start()

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens, painter = self._tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QRectF(self.rect()).adjusted(THICK, THICK, -THICK, -THICK)
        self._arc(painter, ring, QColor(tokens.line), 1.0)
        colour = tokens.error if self._blocked else tokens.ok
        if self._score is not None:
            self._arc(painter, ring, QColor(colour), self.shown / 100)
        self._mark(painter, ring)
        font = painter.font()
        font.setFamily(tokens.mono)
        font.setPixelSize(tokens.score_px + 8)
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text))
        words = "–" if self._score is None else str(round(self.shown))
        painter.drawText(QRectF(self.rect()).adjusted(0, -6, 0, -6), Qt.AlignmentFlag.AlignCenter, words)
        font.setFamily(tokens.sans)
        font.setPixelSize(tokens.dense_px)
        font.setWeight(font.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(tokens.secondary))
        painter.drawText(QRectF(0, SIDE - 44, SIDE, 16), Qt.AlignmentFlag.AlignCenter, "of 100")

    def _arc(self, painter: QPainter, ring: QRectF, colour: QColor, part: float) -> None:
        pen = QPen(colour, THICK)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(ring, int(START_DEGREES * 16), int(SPAN_DEGREES * part * 16))

    def _mark(self, painter: QPainter, ring: QRectF) -> None:
        """Cut the ring where a brief passes."""
        painter.save()
        painter.translate(ring.center())
        painter.rotate(-(START_DEGREES + SPAN_DEGREES * PASS_MARK / 100))
        painter.setPen(QPen(QColor(self._tokens.panel), 3))
        radius = ring.width() / 2
        painter.drawLine(round(radius - THICK), 0, round(radius + THICK), 0)
        painter.restore()

    def _turn(self, value: float) -> None:
        self.shown = value
        self.update()
