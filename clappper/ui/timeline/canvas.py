"""The surface of the timeline: what lies where, and what is painted; the pointer is in ``pointing``."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from clappper.flow.session import Session
from clappper.timeline.model import Timeline, TrackKind
from clappper.timeline.queries import clip_of, locate
from clappper.ui.bin.model import asset_ids
from clappper.ui.editing import EditState
from clappper.ui.timeline import clips, ruler
from clappper.ui.timeline.layout import RULER, Hit, Row, Zone, height_of, hit, row_at, rows
from clappper.ui.timeline.pointing import Pointing
from clappper.ui.timeline.scale import Scale, fitting
from clappper.ui.timeline.scene import Guide, Scene, see_through
from clappper.ui.timeline.strips import Strips
from clappper.ui.tokens import Tokens


class TimelineCanvas(QWidget):
    """Shows ``session.timeline``, or what it would be after the drag under way."""

    scale_changed = Signal()
    rows_changed = Signal()
    menu_asked = Signal(QPoint)
    rename_asked = Signal(str)
    scrubbed = Signal()
    drag_moved = Signal(object, int, str, bool)
    drag_dropped = Signal(object, int, str, bool)
    failed = Signal(object)

    def __init__(
        self,
        session: Session,
        state: EditState,
        strips: Strips,
        tokens: Tokens,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._state, self._strips, self._tokens = session, state, strips, tokens
        self._timeline = session.timeline
        self._scale = fitting(self._timeline.length_frames, 800)
        self._fitted = False
        self._scrolled = 0
        self._stretch = 1.0
        self._rows: tuple[Row, ...] = ()
        self._scene: Scene | None = None
        self._pointing = Pointing(self, session, state)
        self.guide: Guide | None = None
        self.box: QRectF | None = None
        self.hovered = ""
        self._drawn_playhead = 0
        self.stale: frozenset[str] = frozenset()
        self._lay()
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Timeline")
        self.setMinimumSize(240, 120)
        for changed in (state.marks_changed, state.selection_changed, state.target_changed):
            changed.connect(self.redraw)
        state.playhead_moved.connect(self._on_playhead_moved)
        state.tool_changed.connect(self._pointing.take_tool)

    @property
    def scale(self) -> Scale:
        return self._scale

    @property
    def rows(self) -> tuple[Row, ...]:
        return self._rows

    @property
    def timeline(self) -> Timeline:
        """What is shown: during a drag, what it would lead to."""
        return self._timeline

    @property
    def is_dragging(self) -> bool:
        return self._pointing.is_dragging

    def refresh(self) -> None:
        """Show the session's timeline as it is now; a drag under way goes on from there."""
        if not self._pointing.is_editing:
            self.show_edit(self._session.timeline)

    def redraw(self) -> None:
        self._scene = None
        self.update()

    def preview(self, timeline: Timeline | None, guide: Guide | None = None) -> None:
        """Show another timeline for now, as while something is dragged in; None shows the session's."""
        self.guide = guide
        self.show_edit(timeline or self._session.timeline)

    def rescale(self, scale: Scale) -> None:
        if scale != self._scale:
            self._scale = scale
            self.redraw()
            self.scale_changed.emit()

    def zoom(self, factor: float) -> None:
        """Zoom around the playhead where it shows, else around the middle."""
        x = self._scale.x_of(self._state.playhead)
        self.rescale(self._scale.zoomed(factor, x if 0 <= x <= self.width() else self.width() / 2))

    def fit(self) -> None:
        self.rescale(fitting(self._session.timeline.length_frames, self.width()))

    def scroll_rows(self, to_pixels: int) -> None:
        limit = max(0, height_of(self._rows) - (self.height() - RULER) + 8)
        scrolled = min(max(0, to_pixels), limit)
        if scrolled != self._scrolled:
            self._scrolled = scrolled
            self._lay()
            self.redraw()

    def show_footage(self) -> None:
        """Scroll so that the footage is seen, where all tracks have no room."""
        shots = [row for row in self._rows if row.track.kind is TrackKind.VIDEO]
        if shots and height_of(self._rows) > self.height() - RULER:
            middle = (shots[0].top + shots[-1].bottom) // 2 + self._scrolled
            self.scroll_rows(middle - (self.height() + RULER) // 2)

    def stretch_rows(self, factor: float) -> None:
        """Make the tracks higher or lower."""
        self._stretch = min(max(self._stretch * factor, 0.6), 3.0)
        self._lay()
        self.redraw()

    def hit_at(self, point: QPointF) -> Hit:
        return hit(self._timeline, self._rows, self._scale, point.x(), point.y())

    def show_edit(self, timeline: Timeline) -> None:
        """Show another timeline, as while something is dragged."""
        self._timeline = timeline
        self._lay()
        self.redraw()

    def _lay(self) -> None:
        self._rows = rows(self._timeline, scrolled=self._scrolled, stretch=self._stretch)
        self.rows_changed.emit()

    def _painted(self) -> Scene:
        if self._scene is None:
            state = self._state
            target = state.target(self._timeline)
            self._scene = Scene(
                self._timeline,
                self._rows,
                self._scale,
                self._tokens,
                self._strips,
                selection=state.selection,
                stale=self.stale,
                marked=state.marked(self._timeline.length_frames),
                hovered=self.hovered,
                target_track=target.id if target else "",
            )
        return self._scene

    def paintEvent(self, event: QPaintEvent) -> None:
        scene, rect = self._painted(), event.rect()
        span = self._scale.visible(rect.left() - 2, rect.width() + 4)
        with QPainter(self) as painter:
            clips.paint_tracks(painter, scene, rect, span)
            if rect.top() < RULER:
                ruler.paint_ruler(painter, scene, rect, span)
            if self.box is not None:
                painter.setPen(QPen(QColor(self._tokens.accent), 1))
                painter.setBrush(see_through(self._tokens.accent, 0.12))
                painter.drawRect(self.box)
            if self.guide is not None:
                ruler.paint_guide(painter, scene, self.guide, self.height())
            ruler.paint_playhead(painter, scene, self._state.playhead, self.height())
            if self.hasFocus():
                painter.fillRect(QRect(0, 0, self.width(), 1), QColor(self._tokens.accent))
        self._drawn_playhead = self._state.playhead

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._fitted and self.width() > 300:
            self._fitted = True
            self.fit()
            self.show_footage()
        self.scale_changed.emit()

    def _on_playhead_moved(self, frame: int) -> None:
        if not self._pointing.is_dragging:
            revealed = self._scale.revealing(frame, self.width())
            if revealed is not self._scale:
                self.rescale(revealed)
                return
        for one in (self._drawn_playhead, frame):
            x = int(self._scale.x_of(one))
            self.update(QRect(x - ruler.PLAYHEAD_HALF - 2, 0, 2 * ruler.PLAYHEAD_HALF + 5, self.height()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pointing.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointing.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pointing.release(event)

    def cancel(self) -> bool:
        """Give a drag up; tell whether there was one."""
        return self._pointing.cancel()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self.hovered:
            self.hovered = ""
            self.redraw()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and not self._pointing.is_dragging:
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
        if found.clip_id:
            self.rename_asked.emit(found.clip_id)

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

    def place_of(self, clip_id: str) -> QRect:
        """Give where a clip is painted, in the surface's pixels."""
        clip = clip_of(self._timeline, clip_id)
        row = next(row for row in self._rows if any(one.id == clip_id for one in row.track.clips))
        left, right = self._scale.x_of(clip.placed.start), self._scale.x_of(clip.placed.end)
        return QRect(int(left), row.top, int(right - left), row.height)
