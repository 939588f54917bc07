"""Looking through footage by moving the pointer over its card, and marking what of it is wanted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, QRect
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QListView

from clappper.store.assets import Asset
from clappper.ui.bin.card import picture_of
from clappper.ui.bin.model import ASSET


class HoverScrub(QObject):
    """Knows over which file of a list the pointer is, and how far into it, 0..1."""

    def __init__(self, view: QListView, on_moved: Callable[[], None]) -> None:
        super().__init__(view)
        self._view, self._on_moved = view, on_moved
        self.asset: Asset | None = None
        self.share = 0.0
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.MouseMove and isinstance(event, QMouseEvent) and not event.buttons():
            self._look(event.position())
        elif event.type() is QEvent.Type.Leave:
            self._leave()
        return super().eventFilter(watched, event)

    def _look(self, point: QPointF) -> None:
        index = self._view.indexAt(point.toPoint())
        rect: QRect = self._view.visualRect(index)
        frame = picture_of(rect)
        if not index.isValid() or not frame.contains(point):
            self._leave()
            return
        self.asset = index.data(ASSET)
        self.share = min(max((point.x() - frame.left()) / frame.width(), 0.0), 0.999)
        self._on_moved()

    def _leave(self) -> None:
        if self.asset is not None:
            self.asset = None
            self._on_moved()
