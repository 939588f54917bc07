"""One file of the matrix: its picture in its own shape, whether it is wanted, and where its export stands."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from clappper.ui import icons
from clappper.ui.deliver.states import Telling
from clappper.ui.outputs import Cell
from clappper.ui.tokens import Tokens

PICTURE_HEIGHT = 112
WORDS_HEIGHT = 22
BOX = 16
TILE_PADDING = 12
WIDTHS = {"9:16": 72, "1:1": 96, "16:9": 132, "4:5": 92}


class Tile(QWidget):
    """Click looks at it; the box, Space or a double click wants it or not."""

    looked_at = Signal(object)
    toggled = Signal(object)

    def __init__(
        self, tokens: Tokens, cell: Cell, name: str, picture: Callable[[int], QImage | None]
    ) -> None:
        """``picture`` gives the tile's picture of a height in pixels, None while there is none."""
        super().__init__()
        self.cell = cell
        self._tokens, self._name, self._picture = tokens, name, picture
        self._wanted = self._shown = False
        self._telling: Telling | None = None
        self._fraction: float | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._describe()

    def sizeHint(self) -> QSize:
        return QSize(WIDTHS[self.cell.aspect] + TILE_PADDING, PICTURE_HEIGHT + WORDS_HEIGHT + TILE_PADDING)

    def show_state(
        self, *, wanted: bool, shown: bool, telling: Telling | None, fraction: float | None
    ) -> None:
        """``fraction`` is how far the export is while it runs."""
        self._wanted, self._shown, self._telling, self._fraction = wanted, shown, telling, fraction
        self._describe()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if self._box().adjusted(-4, -4, 4, 4).contains(event.position()):
            self.toggled.emit(self.cell)
        else:
            self.looked_at.emit(self.cell)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self._box().contains(event.position()):
            self.toggled.emit(self.cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.toggled.emit(self.cell)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.looked_at.emit(self.cell)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens, painter = self._tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._shown or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.selected if self._shown else tokens.raised))
            painter.drawRoundedRect(QRectF(self.rect()), tokens.radius, tokens.radius)
        self._paint_picture(painter)
        self._paint_box(painter)
        self._paint_words(painter)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            edge = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(edge, tokens.radius, tokens.radius)

    def _frame(self) -> QRectF:
        width, height = (int(part) for part in self.cell.aspect.split(":"))
        shape = width / height
        wide = WIDTHS[self.cell.aspect]
        high = min(PICTURE_HEIGHT, wide / shape)
        wide_now = high * shape
        return QRectF((self.width() - wide_now) / 2, 6 + (PICTURE_HEIGHT - high) / 2, wide_now, high)

    def _box(self) -> QRectF:
        frame = self._frame()
        return QRectF(frame.left() + 5, frame.top() + 5, BOX, BOX)

    def _paint_picture(self, painter: QPainter) -> None:
        frame = self._frame()
        ratio = self.devicePixelRatioF()
        picture = self._picture(round(frame.height() * ratio))
        painter.setOpacity(1.0 if self._wanted else 0.55)
        if picture is None:
            painter.fillRect(frame, QColor(self._tokens.well))
        else:
            painter.drawImage(frame, picture)
        painter.setOpacity(1.0)
        if self._fraction is not None:
            track = QRectF(frame.left(), frame.bottom() - 4, frame.width(), 4)
            painter.fillRect(track, QColor(self._tokens.well))
            track.setWidth(frame.width() * self._fraction)
            painter.fillRect(track, QColor(self._tokens.info))

    def _paint_box(self, painter: QPainter) -> None:
        tokens, box = self._tokens, self._box()
        painter.setPen(QPen(QColor(tokens.on_accent if self._wanted else tokens.text), 1.5))
        ground = QColor(tokens.accent if self._wanted else tokens.well)
        ground.setAlphaF(1.0 if self._wanted else 0.7)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 3, 3)
        if self._wanted:
            size = BOX - 4
            mark = icons.pixmap("check", tokens.on_accent, size, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(box.left() + 2, box.top() + 2), mark)

    def _paint_words(self, painter: QPainter) -> None:
        tokens = self._tokens
        row = QRectF(0, self.height() - WORDS_HEIGHT - 2, self.width(), WORDS_HEIGHT)
        font = self.font()
        font.setPixelSize(tokens.dense_px)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text if self._wanted else tokens.secondary))
        if self._telling is None:
            painter.drawText(row, Qt.AlignmentFlag.AlignCenter, self.cell.aspect)
            return
        width = painter.fontMetrics().horizontalAdvance(self.cell.aspect) + 18
        left = (self.width() - width) / 2
        sign = icons.pixmap(self._telling.icon, self._telling.colour(tokens), 14, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(left, row.top() + 4), sign)
        words = QRectF(left + 18, row.top(), width, row.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.cell.aspect)

    def _describe(self) -> None:
        wanted = "will be exported" if self._wanted else "will not be exported"
        told = f" {self._telling.text}." if self._telling else ""
        self.setAccessibleName(f"{self._name} in {self.cell.aspect}")
        self.setAccessibleDescription(f"It {wanted}.{told}")
        self.setToolTip(f"{self._name} in {self.cell.aspect}: {wanted}.{told}\nSpace changes whether it is.")
