"""The clip's picture: alone, wiped against another take, or side by side with it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from clappper.flow.reviewing.reels import Picture
from clappper.ui.tokens import Tokens


class ClipStage(QWidget):
    """Shows one or two pictures. ``wipe`` is where the right one begins, 0 to 1; None shows one only."""

    wiped = Signal(float)

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        self._left: QImage | None = None
        self._right: QImage | None = None
        self._buffers: tuple[Picture | None, Picture | None] = (None, None)
        self.wipe: float | None = None
        self.pair = False
        self.words = ""
        self.captions = ("", "")
        self.setMinimumSize(280, 240)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Clip")

    @property
    def has_picture(self) -> bool:
        return self._left is not None

    def show_pictures(self, left: Picture | None, right: Picture | None = None) -> None:
        """Show BGRA pictures; None keeps what is seen of the left one, and takes the right one away."""
        if left is not None:
            self._left = image_of(left)
        self._right = image_of(right) if right is not None else None
        self._buffers = (left if left is not None else self._buffers[0], right)
        self.update()

    def clear(self, words: str = "") -> None:
        self._left = self._right = None
        self.words = words
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self._tokens.well))
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            if self._left is None:
                self._say(painter, self.words)
            elif self.pair:
                self._draw_pair(painter)
            else:
                self._draw_one(painter)

    def _draw_one(self, painter: QPainter) -> None:
        assert self._left is not None
        area = QRectF(self.rect()).adjusted(8, 8, -8, -8)
        place = _fitted(self._left, area)
        painter.drawImage(place, self._left)
        if self._right is not None and self.wipe is not None:
            edge = place.left() + place.width() * self.wipe
            painter.save()
            painter.setClipRect(QRectF(edge, place.top(), place.right() - edge, place.height()))
            painter.drawImage(place, self._right)
            painter.restore()
            painter.setPen(QPen(QColor(self._tokens.accent), 2))
            painter.drawLine(QPointF(edge, place.top()), QPointF(edge, place.bottom()))

    def _draw_pair(self, painter: QPainter) -> None:
        area = QRectF(self.rect()).adjusted(8, 8, -8, -32)
        half = area.width() / 2 - 6
        for image, left, caption in (
            (self._left, area.left(), self.captions[0]),
            (self._right, area.right() - half, self.captions[1]),
        ):
            box = QRectF(left, area.top(), half, area.height())
            if image is not None:
                painter.drawImage(_fitted(image, box), image)
            painter.setPen(QColor(self._tokens.secondary))
            painter.drawText(QRectF(left, area.bottom() + 4, half, 22), Qt.AlignmentFlag.AlignCenter, caption)

    def _say(self, painter: QPainter, words: str) -> None:
        painter.setPen(QColor(self._tokens.secondary))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect().adjusted(24, 24, -24, -24), flags, words)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.wipe is not None and self._left is not None:
            place = _fitted(self._left, QRectF(self.rect()).adjusted(8, 8, -8, -8))
            self.wipe = min(max((event.position().x() - place.left()) / place.width(), 0.0), 1.0)
            self.wiped.emit(self.wipe)
            self.update()


def image_of(picture: Picture) -> QImage:
    """Look at BGRA pixels as an image; they are shared, so the picture must be kept as long."""
    height, width = picture.shape[:2]
    return QImage(picture.data, width, height, width * 4, QImage.Format.Format_RGB32)


def _fitted(image: QImage, area: QRectF) -> QRectF:
    scale = min(area.width() / image.width(), area.height() / image.height())
    width, height = image.width() * scale, image.height() * scale
    return QRectF(area.center().x() - width / 2, area.center().y() - height / 2, width, height)
