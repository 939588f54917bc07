"""The picture itself, with what can be taken hold of on it: titles, safe zones, the wipe."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from clappper.flow.playing.playback import Picture
from clappper.render.canvas import ASPECTS
from clappper.ui.tokens import Tokens
from clappper.ui.viewer.frame import Box, Frame, fitted, magnified, snapped, zone_of

_DRAG_PIXELS = 3
_CORNER = 7


@dataclass(frozen=True, slots=True)
class Handle:
    """Something on the picture that can be dragged: a clip and where it lies."""

    clip_id: str
    box: Box
    name: str


@dataclass(slots=True)
class _Drag:
    handle: Handle
    at: QPointF
    by: tuple[float, float] = (0.0, 0.0)
    scale: float = 1.0
    scales: bool = False
    moving: bool = False


class ViewerScreen(QWidget):
    """Shows pictures as they come. Drags are told while they go on and once when they end."""

    resized = Signal(int)
    picked = Signal(str)
    dragged = Signal(str, float, float, float)
    dropped = Signal(str, float, float, float)
    given_up = Signal()
    edit_asked = Signal(str)
    wiped = Signal(float)
    escaped = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self._image: QImage | None = None
        self._aspect = "9:16"
        self._handles: tuple[Handle, ...] = ()
        self._selected: frozenset[str] = frozenset()
        self._drag: _Drag | None = None
        self._met = (False, False)
        self._hovered = ""
        self._zoom = 0.0
        self._pan = QPointF()
        self._panned_from: QPointF | None = None
        self.zone = ""
        self.wipe: float | None = None
        self.sides = ("", "")
        self.words = ""
        self.credit = ""
        self.setMinimumSize(160, 160)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Picture")

    @property
    def frame(self) -> Frame:
        fit = fitted(self._aspect, self.width(), self.height())
        if not self._zoom:
            return fit
        width = ASPECTS[self._aspect][0] * self._zoom / self.devicePixelRatioF()
        return magnified(fit, width, QRectF(self.rect()), self._pan)

    def magnify(self, zoom: float) -> None:
        """Show so many screen pixels for each of the canvas; 0 fits the picture into the widget."""
        self._zoom, self._pan = zoom, QPointF()
        self.resized.emit(self.pixel_height())
        self.update()

    def show_picture(self, picture: Picture) -> None:
        stride = picture.width * 4
        self._image = QImage(
            picture.pixels, picture.width, picture.height, stride, QImage.Format.Format_RGB32
        )
        self.update()

    def image(self) -> QImage | None:
        """Give the picture that is seen."""
        return self._image

    def show_aspect(self, aspect: str) -> None:
        if aspect != self._aspect:
            self._aspect = aspect
            self._image = None
            self.resized.emit(self.pixel_height())
            self.update()

    def show_handles(self, handles: tuple[Handle, ...], selected: frozenset[str]) -> None:
        """Offer what can be taken hold of at this frame; the last is on top."""
        if (handles, selected) != (self._handles, self._selected):
            self._handles, self._selected = handles, selected
            self.update()

    def pixel_height(self) -> int:
        """Give how many screen pixels high the picture is."""
        return max(64, round(self.frame.rect.height() * self.devicePixelRatioF()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit(self.pixel_height())

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        frame = self.frame
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self._tokens.well))
            if self._image is None:
                painter.fillRect(frame.rect, QColor("#000000"))
            else:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(frame.rect, self._image, QRectF(self._image.rect()))
            if self.zone:
                self._paint_zone(painter, frame)
            self._paint_handles(painter, frame)
            if self.wipe is not None:
                self._paint_wipe(painter, frame, self.wipe)
            if self.words:
                self._paint_words(painter, frame)
            if self.credit:
                self._paint_credit(painter, frame)

    def _paint_zone(self, painter: QPainter, frame: Frame) -> None:
        inner = frame.to_widget(zone_of(self.zone, self._aspect))
        mask = QPainterPath()
        mask.addRect(frame.rect)
        hole = QPainterPath()
        hole.addRect(inner)
        painter.fillPath(mask.subtracted(hole), QColor(229, 83, 75, 70))
        painter.setPen(QPen(QColor(255, 255, 255, 170), 1, Qt.PenStyle.DashLine))
        painter.drawRect(inner)
        self._paint_chip(painter, inner.topLeft() + QPointF(6, 6), f"{self.zone.capitalize()} safe zone")

    def _paint_handles(self, painter: QPainter, frame: Frame) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for handle in self._handles:
            chosen = handle.clip_id in self._selected
            if not chosen and handle.clip_id != self._hovered:
                continue
            rect = frame.to_widget(self._placed(handle)).adjusted(-3, -3, 3, 3)
            painter.setPen(QPen(QColor(self._tokens.accent), 1.5 if chosen else 1, Qt.PenStyle.SolidLine))
            painter.drawRect(rect)
            if chosen:
                for corner in (rect.topLeft(), rect.topRight(), rect.bottomLeft(), rect.bottomRight()):
                    painter.fillRect(
                        QRectF(corner.x() - 3, corner.y() - 3, 6, 6), QColor(self._tokens.accent)
                    )
        if self._drag is not None and self._drag.moving and not self._drag.scales:
            self._paint_guides(painter, frame)

    def _paint_guides(self, painter: QPainter, frame: Frame) -> None:
        assert self._drag is not None
        rect = frame.to_widget(self._placed(self._drag.handle))
        painter.setPen(QPen(QColor(self._tokens.info), 1, Qt.PenStyle.DashLine))
        if self._met[0]:
            painter.drawLine(
                QPointF(rect.center().x(), frame.rect.top()), QPointF(rect.center().x(), frame.rect.bottom())
            )
        if self._met[1]:
            painter.drawLine(
                QPointF(frame.rect.left(), rect.center().y()), QPointF(frame.rect.right(), rect.center().y())
            )

    def _paint_wipe(self, painter: QPainter, frame: Frame, position: float) -> None:
        x = frame.rect.left() + position * frame.rect.width()
        painter.setPen(QPen(QColor(self._tokens.accent), 2))
        painter.drawLine(QPointF(x, frame.rect.top()), QPointF(x, frame.rect.bottom()))
        painter.setBrush(QColor(self._tokens.accent))
        painter.drawEllipse(QPointF(x, frame.rect.center().y()), 7, 7)
        left = QRectF(frame.rect.left(), frame.rect.top(), x - frame.rect.left(), 32)
        right = QRectF(x, frame.rect.top(), frame.rect.right() - x, 32)
        self._paint_side(painter, left, Qt.AlignmentFlag.AlignRight, self.sides[0])
        self._paint_side(painter, right, Qt.AlignmentFlag.AlignLeft, self.sides[1])

    def _paint_side(self, painter: QPainter, room: QRectF, side: Qt.AlignmentFlag, name: str) -> None:
        """Say beside the line which edit is seen on this side, where there is room to."""
        width = _chip_width(painter, name)
        if not name or width + 8 > room.width():
            return
        left = room.left() + 8 if side is Qt.AlignmentFlag.AlignLeft else room.right() - width - 8
        self._paint_chip(painter, QPointF(left, room.top() + 8), name)

    def _paint_chip(self, painter: QPainter, corner: QPointF, text: str) -> None:
        """Write a few words on the picture, readable on any of them."""
        box = QRectF(corner.x(), corner.y(), _chip_width(painter, text), 22)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 170))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor("#ffffff"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_words(self, painter: QPainter, frame: Frame) -> None:
        box = QRectF(frame.rect.left() + 8, frame.rect.bottom() - 34, frame.rect.width() - 16, 26)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 190))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(self._tokens.warn))
        painter.drawText(
            box.adjusted(8, 0, -8, 0),
            Qt.AlignmentFlag.AlignVCenter,
            painter.fontMetrics().elidedText(self.words, Qt.TextElideMode.ElideRight, int(box.width()) - 16),
        )

    def _paint_credit(self, painter: QPainter, frame: Frame) -> None:
        """Say beside or under the picture, in it only where there is no room, whose service made it."""
        painter.setPen(QColor(self._tokens.secondary))
        side = frame.rect.left() - 12
        room = QRectF(0, 0, side if side > 90 else self.width() - 12, self.height() - 4)
        corner = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        painter.drawText(room, corner | Qt.TextFlag.TextWordWrap, self.credit)

    def _placed(self, handle: Handle) -> Box:
        """Give where a handle is shown while it is dragged."""
        drag = self._drag
        if drag is None or drag.handle.clip_id != handle.clip_id or not drag.moving:
            return handle.box
        left, top, right, bottom = drag.handle.box
        x, y = drag.by
        across, down = (right - left) / 2 * drag.scale, (bottom - top) / 2 * drag.scale
        middle, centre = (left + right) / 2 + x, (top + bottom) / 2 + y
        return middle - across, centre - down, middle + across, centre + down

    def _under(self, point: QPointF) -> Handle | None:
        found = [
            h for h in self._handles if self.frame.to_widget(h.box).adjusted(-4, -4, 4, 4).contains(point)
        ]
        chosen = [handle for handle in found if handle.clip_id in self._selected]
        return next(iter((*chosen, *reversed(found))), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        point = event.position()
        if event.button() is Qt.MouseButton.MiddleButton:
            self._panned_from = point - self._pan
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if self.wipe is not None and abs(self._wipe_x(self.wipe) - point.x()) < 10:
            self._drag = None
            self._pull_wipe(point)
            return
        handle = self._under(point)
        self.picked.emit(handle.clip_id if handle else "")
        if handle is not None:
            self._drag = _Drag(handle, point, scales=self._on_corner(handle, point))

    def _on_corner(self, handle: Handle, point: QPointF) -> bool:
        rect = self.frame.to_widget(handle.box).adjusted(-3, -3, 3, 3)
        corners = (rect.topLeft(), rect.topRight(), rect.bottomLeft(), rect.bottomRight())
        chosen = handle.clip_id in self._selected
        return chosen and any((corner - point).manhattanLength() < 2 * _CORNER for corner in corners)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point, drag = event.position(), self._drag
        if self._panned_from is not None:
            self._pan = point - self._panned_from
            self.update()
            return
        if event.buttons() & Qt.MouseButton.LeftButton and drag is None and self.wipe is not None:
            self._pull_wipe(point)
            return
        if drag is None:
            self._hover(point)
            return
        if not drag.moving and (point - drag.at).manhattanLength() < _DRAG_PIXELS:
            return
        drag.moving = True
        if drag.scales:
            centre = self.frame.to_widget(drag.handle.box).center()
            before = max(1.0, _length(drag.at - centre))
            drag.scale = min(max(_length(point - centre) / before, 0.2), 5.0)
        else:
            wanted = self.frame.shift(point - drag.at)
            zone = zone_of(self.zone or "other", self._aspect)
            drag.by, self._met = snapped(drag.handle.box, wanted, zone)
        self.dragged.emit(drag.handle.clip_id, *drag.by, drag.scale)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.MiddleButton:
            self._panned_from = None
            return
        drag, self._drag, self._met = self._drag, None, (False, False)
        if drag is not None and drag.moving:
            self.dropped.emit(drag.handle.clip_id, *drag.by, drag.scale)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        handle = self._under(event.position())
        if handle is not None:
            self.edit_asked.emit(handle.clip_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._drag is not None:
            self._drag = None
            self.given_up.emit()
            self.update()
            return
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        super().keyPressEvent(event)

    def _hover(self, point: QPointF) -> None:
        handle = self._under(point)
        name = handle.clip_id if handle else ""
        if name != self._hovered:
            self._hovered = name
            self.setToolTip(f"{handle.name}: drag to place it, double-click to write" if handle else "")
            self.setCursor(Qt.CursorShape.SizeAllCursor if handle else Qt.CursorShape.ArrowCursor)
            self.update()

    def _wipe_x(self, position: float) -> float:
        return self.frame.rect.left() + position * self.frame.rect.width()

    def _pull_wipe(self, point: QPointF) -> None:
        self.wipe = min(max(self.frame.fraction(point)[0], 0.0), 1.0)
        self.wiped.emit(self.wipe)
        self.update()


def _chip_width(painter: QPainter, text: str) -> int:
    return painter.fontMetrics().horizontalAdvance(text) + 16


def _length(by: QPointF) -> float:
    return float((by.x() ** 2 + by.y() ** 2) ** 0.5)
