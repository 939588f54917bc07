"""Where the loop is: the scrub bar with its marks, and the strip of pictures under it. A press goes there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QToolTip, QWidget

from clappper.ui.tokens import Tokens

BAR_HEIGHT, STRIP_HEIGHT = 30, 64
EDGE, SIZE, NEAR = 8, 5, 6
MarkKind = Literal["keyframe", "stitch", "seam", "cut"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the bar: ``share`` of the clip's length, and what its tip says."""

    share: float
    kind: MarkKind
    text: str


class ScrubBar(QWidget):
    """Keyframes are diamonds, stitches triangles from above, those that show red, cuts are lines."""

    moved = Signal(float)

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        self.place = 0.0
        self.loaded = 0.0
        self.marks: tuple[Mark, ...] = ()
        self.setFixedHeight(BAR_HEIGHT)
        self.setAccessibleName("Position in the clip")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_place(self, place: float, loaded: float, marks: tuple[Mark, ...]) -> None:
        """Show how far the loop is and how much is decoded, 0 to 1, and what is marked."""
        if (place, loaded, marks) != (self.place, self.loaded, self.marks):
            self.place, self.loaded, self.marks = place, loaded, marks
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        tokens = self._tokens
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            middle, width = self.height() / 2, self.width() - 2 * EDGE
            for colour, share in (
                (tokens.well, 1.0),
                (tokens.line, self.loaded),
                (tokens.accent, self.place),
            ):
                painter.setBrush(QColor(colour))
                painter.drawRoundedRect(QRectF(EDGE, middle - 2, width * share, 4), 2, 2)
            for mark in self.marks:
                self._draw(painter, mark)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.text))
            painter.drawEllipse(QPointF(self._x(self.place), middle), 5, 5)

    def _draw(self, painter: QPainter, mark: Mark) -> None:
        x, middle, top = self._x(mark.share), self.height() / 2, 2.0
        if mark.kind == "cut":
            painter.setPen(QPen(QColor(self._tokens.secondary), 2))
            painter.drawLine(QPointF(x, middle - 7), QPointF(x, middle + 7))
            return
        painter.setPen(Qt.PenStyle.NoPen)
        if mark.kind in {"seam", "stitch"}:
            painter.setBrush(QColor(self._tokens.error if mark.kind == "seam" else self._tokens.secondary))
            shape = [QPointF(x - 6, top), QPointF(x + 6, top), QPointF(x, middle - 2)]
        else:
            painter.setBrush(QColor(self._tokens.info))
            shape = [
                QPointF(x, middle - SIZE),
                QPointF(x + SIZE, middle),
                QPointF(x, middle + SIZE),
                QPointF(x - SIZE, middle),
            ]
        painter.drawPolygon(QPolygonF(shape))

    def _x(self, share: float) -> float:
        return EDGE + (self.width() - 2 * EDGE) * share

    def event(self, event: QEvent) -> bool:
        """Say what a mark is, where the pointer rests."""
        if isinstance(event, QHelpEvent):
            near = [mark for mark in self.marks if abs(self._x(mark.share) - event.x()) <= NEAR]
            QToolTip.showText(event.globalPos(), "\n".join(mark.text for mark in near), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        share = (event.position().x() - EDGE) / max(1, self.width() - 2 * EDGE)
        self.moved.emit(min(max(share, 0.0), 1.0))


@dataclass(frozen=True, slots=True)
class Still:
    """One picture of the strip: the clip's ``frame``, its words; an empty image is to come."""

    frame: int
    text: str
    image: QImage


class PictureStrip(QWidget):
    """A clip's keyframes, or pictures at even distances; the one that the loop passed last is framed."""

    chosen = Signal(int)

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        self.stills: tuple[Still, ...] = ()
        self.current = -1
        self.setFixedHeight(STRIP_HEIGHT)
        self.setAccessibleName("Keyframes")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_stills(self, stills: Sequence[Still]) -> None:
        if tuple(stills) != self.stills:
            self.stills = tuple(stills)
            self.update()

    def show_frame(self, frame: int) -> None:
        """Frame the picture that the loop passed last."""
        passed = [number for number, still in enumerate(self.stills) if still.frame <= frame]
        current = passed[-1] if passed else -1
        if current != self.current:
            self.current = current
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        tokens = self._tokens
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            font = painter.font()
            font.setPixelSize(tokens.dense_px - 1)
            painter.setFont(font)
            usual = next((one.image.size() for one in self.stills if not one.image.isNull()), QSize(16, 9))
            for number, still in enumerate(self.stills):
                area = self._area(number)
                box = area.adjusted(2, 2, -2, -16)
                shape = usual if still.image.isNull() else still.image.size()
                size = shape.scaled(box.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
                place = QRectF(0, 0, size.width(), size.height())
                place.moveCenter(box.center())
                painter.fillRect(place, QColor(tokens.well))
                painter.drawImage(place, still.image)
                if number == self.current:
                    painter.setPen(QPen(QColor(tokens.accent), 2))
                    painter.drawRect(place.adjusted(-1, -1, 1, 1))
                painter.setPen(QColor(tokens.text if number == self.current else tokens.secondary))
                under = QRectF(area.left(), area.bottom() - 14, area.width(), 14)
                painter.drawText(under, Qt.AlignmentFlag.AlignCenter, still.text)

    def _area(self, number: int) -> QRectF:
        width = (self.width() - 2 * EDGE) / max(1, len(self.stills))
        return QRectF(EDGE + number * width, 0, width, self.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        pressed = [still for number, still in enumerate(self.stills) if self._area(number).contains(at)]
        if pressed:
            self.chosen.emit(pressed[0].frame)
