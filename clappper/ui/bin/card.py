"""How the bin paints one file: its picture, its name, how long it is, who made it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from clappper.flow.footage import title_of
from clappper.store.assets import Asset
from clappper.ui.bin.model import ASSET, details
from clappper.ui.tints import provider_tint
from clappper.ui.tokens import Tokens

SIZE = QSize(116, 112)
TILES = 12
"""Pictures in a filmstrip."""
_PICTURE = 74


def picture_of(rect: QRect) -> QRectF:
    """Give the place of the picture on a card."""
    return QRectF(rect.left() + 8, rect.top() + 8, rect.width() - 16, _PICTURE)


class Card(QStyledItemDelegate):
    """Paints from what is known; ``picture`` gives a thumbnail, or None while it is read.

    ``marks`` gives, by a file's path, the part of it that is marked, ``looked_at`` the place in it that the
    pointer is on; both are 0..1.
    """

    def __init__(
        self, tokens: Tokens, picture: Callable[[str], QPixmap | None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._tokens, self._picture = tokens, picture
        self.width = SIZE.width()
        self.used: frozenset[str] = frozenset()
        self.marks: Callable[[str], tuple[float, float] | None] = lambda _: None
        self.looked_at: Callable[[str], float | None] = lambda _: None
        self._small = QFont(tokens.sans)
        self._small.setPixelSize(tokens.dense_px)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        del option, index
        return QSize(self.width, SIZE.height())

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        asset: Asset = index.data(ASSET)
        tokens = self._tokens
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        box = QRectF(rect).adjusted(4, 4, -4, -4)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.selected if selected else tokens.hover))
            painter.drawRoundedRect(box, tokens.radius, tokens.radius)
        frame = picture_of(rect)
        self._paint_picture(painter, asset, frame)
        if selected:
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), tokens.radius, tokens.radius)
        words = QRectF(frame.left(), frame.bottom() + 3, frame.width(), 16)
        painter.setFont(self._small)
        painter.setPen(QColor(tokens.text))
        painter.drawText(
            words, Qt.AlignmentFlag.AlignVCenter, self._elided(painter, str(index.data()), words)
        )
        painter.restore()

    def _paint_picture(self, painter: QPainter, asset: Asset, frame: QRectF) -> None:
        tokens = self._tokens
        painter.fillRect(frame, QColor(tokens.well))
        share = self.looked_at(asset.path)
        strip = self._picture(asset.derived.get("filmstrip", "")) if share is not None else None
        picture = strip or self._picture(asset.derived.get("thumbnail", ""))
        if picture is not None:
            part = QRectF(picture.rect())
            if strip is not None and share is not None:
                width = strip.width() / TILES
                part = QRectF(int(share * TILES) * width, 0, width, strip.height())
            fitted = part.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRectF(frame.topLeft(), fitted)
            place.moveCenter(frame.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(place, picture, part)
        self._paint_marks(painter, asset, frame, share)
        length = details(asset).split("  ")[0] if asset.kind != "still" else "still"
        chip = QRectF(frame.right() - 46, frame.bottom() - 17, 43, 14)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 160))
        painter.drawRoundedRect(chip, 3, 3)
        painter.setFont(self._small)
        painter.setPen(QColor("#ffffff"))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, length)
        if asset.path in self.used:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent))
            painter.drawEllipse(QRectF(frame.left() + 5, frame.top() + 5, 7, 7))
        if asset.origin.startswith("job:"):
            tint = provider_tint(title_of(asset))
            painter.fillRect(QRectF(frame.left(), frame.bottom() - 2, frame.width(), 2), tint)

    def _paint_marks(self, painter: QPainter, asset: Asset, frame: QRectF, share: float | None) -> None:
        accent = QColor(self._tokens.accent)
        if marks := self.marks(asset.path):
            left, right = (frame.left() + mark * frame.width() for mark in marks)
            painter.fillRect(QRectF(left, frame.bottom() - 5, max(2.0, right - left), 3), accent)
        if share is not None:
            x = frame.left() + share * frame.width()
            painter.fillRect(QRectF(x, frame.top(), 1, frame.height()), accent)

    def _elided(self, painter: QPainter, words: str, room: QRectF) -> str:
        return painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, int(room.width()))
