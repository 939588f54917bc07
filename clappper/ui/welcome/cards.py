"""Cards of the welcome page: a picture with a name under it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from clappper.ui import icons
from clappper.ui.pictures import fill
from clappper.ui.tokens import Tokens

SIZE = QSize(196, 168)
PICTURE_HEIGHT = 118
ROUND = 6


def rounded_top(picture: QPixmap, width: int, height: int, ratio: float) -> QPixmap:
    """Fill an area with a picture, its upper corners as round as a card's."""
    made = QPixmap(round(width * ratio), round(height * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    path = QPainterPath()
    path.addRoundedRect(QRectF(0, 0, width, height + ROUND), ROUND, ROUND)
    painter.setClipPath(path)
    if not picture.isNull():
        fill(painter, QRectF(0, 0, width, height), picture)
    painter.end()
    return made


class Card(QAbstractButton):
    """A project to open. Without a picture it shows an icon."""

    def __init__(
        self,
        tokens: Tokens,
        title: str,
        detail: str,
        chosen: Callable[[], object],
        *,
        picture: QPixmap | None = None,
        icon: str = "film-slate",
    ) -> None:
        super().__init__()
        self._tokens, self._title, self._detail = tokens, title, detail
        self._picture, self._icon = picture, icon
        self.setAccessibleName(title)
        self.setAccessibleDescription(detail)
        self.setToolTip(f"{title}\n{detail}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(chosen)

    def sizeHint(self) -> QSize:
        return SIZE

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens, painter = self._tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        whole = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        path = QPainterPath()
        path.addRoundedRect(whole, ROUND, ROUND)
        painter.fillPath(path, QColor(tokens.raised if self.underMouse() else tokens.panel))
        painter.setClipPath(path)
        self._paint_picture(painter, QRectF(whole.x(), whole.y(), whole.width(), PICTURE_HEIGHT))
        painter.setClipping(False)
        self._paint_words(painter, whole)
        if self.hasFocus():
            painter.setPen(QColor(tokens.accent))
            painter.drawPath(path)

    def _paint_picture(self, painter: QPainter, area: QRectF) -> None:
        painter.fillRect(area, QColor(self._tokens.well))
        if self._picture is None or self._picture.isNull():
            mark = icons.pixmap(self._icon, self._tokens.disabled, 32, self.devicePixelRatioF())
            painter.drawPixmap(
                QRectF(0, 0, 32, 32).translated(area.center() - QPointF(16, 16)), mark, QRectF(mark.rect())
            )
            return
        fill(painter, area, self._picture)

    def _paint_words(self, painter: QPainter, whole: QRectF) -> None:
        font = self.font()
        font.setPixelSize(self._tokens.base_px)
        painter.setFont(font)
        metrics, width = painter.fontMetrics(), int(whole.width()) - 20
        painter.setPen(QColor(self._tokens.text))
        top = whole.y() + PICTURE_HEIGHT
        title = metrics.elidedText(self._title, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRectF(10, top + 6, width, 18), Qt.AlignmentFlag.AlignVCenter, title)
        font.setPixelSize(self._tokens.dense_px)
        painter.setFont(font)
        painter.setPen(QColor(self._tokens.secondary))
        detail = painter.fontMetrics().elidedText(self._detail, Qt.TextElideMode.ElideMiddle, width)
        painter.drawText(QRectF(10, top + 24, width, 16), Qt.AlignmentFlag.AlignVCenter, detail)
