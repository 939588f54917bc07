"""The timeline under pointer, wheel and keys, and under what is dragged in from elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from clappper.flow.project.session import Session
from clappper.timeline.queries import locate
from clappper.ui.bin.model import asset_ids
from clappper.ui.editing import EditState
from clappper.ui.timeline import clips
from clappper.ui.timeline.hovering import Hovering
from clappper.ui.timeline.layout import Zone, row_at
from clappper.ui.timeline.pointing import Pointing
from clappper.ui.timeline.strips import Strips
from clappper.ui.timeline.surface import Surface
from clappper.ui.tokens import Tokens


class TimelineCanvas(Surface):
    """The surface with its pointer: presses and drags become previews and named edits."""

    def __init__(
        self,
        session: Session,
        state: EditState,
        strips: Strips,
        tokens: Tokens,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(session, state, strips, tokens, parent)
        self._pointing = Pointing(self, session, state)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._hovering = Hovering(self, state)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pointing.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.pressed:
            self._pointing.move(event)
        else:
            self._hovering.move(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pointing.release(event)

    def cancel(self) -> bool:
        """Give a drag up; tell whether there was one."""
        return self._pointing.cancel()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hovering.leave()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and not self.pressed:
            self._explain(self.mapFromGlobal(self.cursor().pos()))
            return True
        return super().event(event)

    def _explain(self, point: QPoint) -> None:
        found = self.hit_at(QPointF(point))
        words = ""
        if found.clip_id:
            track, index = locate(self._timeline, found.clip_id)
            stale = found.clip_id in self.stale
            words = clips.tip_of(track.clips[index], track.kind, stale=stale)
        elif found.zone is Zone.MARKER:
            words = next(one.name for one in self._timeline.markers if one.frame == found.frame)
        QToolTip.showText(self.mapToGlobal(point), words, self)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        found = self.hit_at(event.position())
        if found.zone is Zone.MARKER or (found.clip_id and found.zone is not Zone.TRANSITION):
            self.rename_asked.emit(found)

    # What is dragged in from elsewhere; held Ctrl inserts

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if not self._session.read_only and (event.mimeData().hasUrls() or asset_ids(event.mimeData())):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()
        self._pointing.scroll_at_edges(event.position())
        self.drag_moved.emit(event.mimeData(), *self._landing(event))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self.preview(None)

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.preview(None)
        self.setFocus()
        self.drag_dropped.emit(event.mimeData(), *self._landing(event))

    def _landing(self, event: QDropEvent) -> tuple[int, str, bool]:
        point = event.position()
        row = row_at(self._rows, point.y())
        frame = self._pointing.snapped(self._scale.frame_at(point.x()))
        inserting = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        return frame, row.track.id if row else "", inserting

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.cancel():
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta, fine = event.angleDelta(), event.pixelDelta()
        step = delta.y() or delta.x()
        modifiers = event.modifiers()
        if modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            self.rescale(self._scale.zoomed(1.0015**step, event.position().x()))
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.scroll_rows(self._scrolled - step // 2)
        elif not fine.isNull():
            self.rescale(self._scale.scrolled(-fine.x()))
            self.scroll_rows(self._scrolled - fine.y())
        else:
            self.rescale(self._scale.scrolled(-step))
        event.accept()
