"""The surface of the timeline: paints what shows, turns presses and drags into previews and named edits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

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

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.flow.session import Session
from clappper.timeline.model import Timeline, TrackKind
from clappper.timeline.placing import split, split_all
from clappper.timeline.queries import clip_of, locate
from clappper.timeline.snapping import Snap, Target, TargetKind, snap, targets
from clappper.ui.bin.model import asset_ids
from clappper.ui.editing import EditState, Tool
from clappper.ui.timeline import clips, ruler
from clappper.ui.timeline.gestures import Gesture, Held, begin, furthest, under
from clappper.ui.timeline.layout import RULER, Hit, Row, Zone, height_of, hit, in_box, row_at, rows
from clappper.ui.timeline.scale import Scale, fitting
from clappper.ui.timeline.scene import Guide, Scene, see_through
from clappper.ui.timeline.strips import Strips
from clappper.ui.tokens import Tokens

SNAP_PIXELS = 8
_DRAG_PIXELS = 4
_MARGIN = 24
_WORDS = {
    TargetKind.PLAYHEAD: "Playhead",
    TargetKind.MARKER: "Marker",
    TargetKind.EDGE: "Edge",
    TargetKind.BEAT: "Beat",
}
_CURSORS = {
    Tool.BLADE: Qt.CursorShape.SplitVCursor,
    Tool.HAND: Qt.CursorShape.OpenHandCursor,
    Tool.ZOOM: Qt.CursorShape.CrossCursor,
    Tool.SLIP: Qt.CursorShape.SizeHorCursor,
    Tool.SLIDE: Qt.CursorShape.SizeHorCursor,
}


@dataclass(slots=True)
class _Press:
    """A button that is held down, and what has come of it so far."""

    hit: Hit
    at: QPointF
    scale: Scale
    held: Held
    gesture: Gesture | None = None
    among: tuple[Target, ...] = ()
    by_frames: int = 0
    track_id: str = ""
    moving: bool = False


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
        self._press: _Press | None = None
        self._guide: Guide | None = None
        self._box: QRectF | None = None
        self._hovered = ""
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
        state.tool_changed.connect(self._on_tool_changed)

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

    def refresh(self) -> None:
        """Show the session's timeline as it is now; a drag under way goes on from there."""
        if self._press is None or self._press.gesture is None:
            self._show(self._session.timeline)

    def redraw(self) -> None:
        self._scene = None
        self.update()

    def preview(self, timeline: Timeline | None, guide: Guide | None = None) -> None:
        """Show another timeline for now, as while something is dragged in; None shows the session's."""
        self._guide = guide
        self._show(timeline or self._session.timeline)

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

    def _show(self, timeline: Timeline) -> None:
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
                hovered=self._hovered,
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
            if self._box is not None:
                painter.setPen(QPen(QColor(self._tokens.accent), 1))
                painter.setBrush(see_through(self._tokens.accent, 0.12))
                painter.drawRect(self._box)
            if self._guide is not None:
                ruler.paint_guide(painter, scene, self._guide, self.height())
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
        if self._press is None:
            revealed = self._scale.revealing(frame, self.width())
            if revealed is not self._scale:
                self.rescale(revealed)
                return
        for one in (self._drawn_playhead, frame):
            x = int(self._scale.x_of(one))
            self.update(QRect(x - ruler.PLAYHEAD_HALF - 2, 0, 2 * ruler.PLAYHEAD_HALF + 5, self.height()))

    def _on_tool_changed(self) -> None:
        self.setCursor(_CURSORS.get(self._state.tool, Qt.CursorShape.ArrowCursor))

    # Presses and drags

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        point, modifiers = event.position(), event.modifiers()
        pressed = self.hit_at(point)
        held = Held(
            ctrl=bool(modifiers & Qt.KeyboardModifier.ControlModifier),
            alt=bool(modifiers & Qt.KeyboardModifier.AltModifier),
        )
        pans = event.button() is Qt.MouseButton.MiddleButton or self._state.tool is Tool.HAND
        if event.button() is Qt.MouseButton.RightButton:
            self._choose(pressed, adding=pressed.clip_id in self._state.selection)
            return
        self._press = _Press(pressed, point, self._scale, held)
        if pans or pressed.zone in (Zone.RULER, Zone.MARKER):
            if not pans:
                self._scrub(point)
            return
        adding = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        match self._state.tool:
            case Tool.BLADE:
                self._cut(pressed, everywhere=adding)
            case Tool.ZOOM:
                self.rescale(self._scale.zoomed(0.5 if held.alt else 2.0, point.x()))
            case _:
                self._choose(pressed, adding=adding)

    def _choose(self, pressed: Hit, *, adding: bool) -> None:
        if pressed.track_id:
            self._state.aim_at(pressed.track_id)
        if not pressed.clip_id:
            if not adding:
                self._state.select(())
            return
        chosen = under(self._timeline, pressed.clip_id)
        if adding:
            self._state.select(self._state.selection | chosen)
        elif pressed.clip_id not in self._state.selection:
            self._state.select(chosen)

    def _cut(self, pressed: Hit, *, everywhere: bool) -> None:
        frame = self._snapped_frame(pressed.frame)
        if everywhere:
            self._edit("Split all tracks", lambda now: split_all(now, frame))
        elif pressed.clip_id:
            self._edit("Split clip", lambda now: split(now, pressed.clip_id, frame))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        press, point = self._press, event.position()
        if press is None:
            self._hover(point)
            return
        if not press.moving:
            if (point - press.at).manhattanLength() < _DRAG_PIXELS:
                return
            press.moving = True
            self._begin(press)
        if event.buttons() & Qt.MouseButton.MiddleButton or self._state.tool is Tool.HAND:
            self.rescale(press.scale.scrolled(press.at.x() - point.x()))
        elif press.hit.zone in (Zone.RULER, Zone.MARKER):
            self._scrub(point)
        elif press.gesture is not None:
            self._scroll_at_edges(point)
            self._drag(press, press.gesture, point)
        elif self._state.tool is Tool.SELECT and not press.hit.clip_id:
            self._draw_box(press, point)

    def _begin(self, press: _Press) -> None:
        timeline = self._session.timeline
        if press.hit.zone in (Zone.RULER, Zone.MARKER) or self._session.read_only:
            return
        press.gesture = begin(timeline, press.hit, self._state.tool, self._state.selection, press.held)
        if press.gesture is not None and self._state.snapping:
            press.among = targets(timeline, playhead=self._state.playhead, without=press.gesture.without)

    def _drag(self, press: _Press, gesture: Gesture, point: QPointF) -> None:
        start = press.scale.left + press.at.x() / press.scale.pixels
        now = self._scale.left + point.x() / self._scale.pixels
        wanted = round(now - start)
        reach = max(1, round(self._scale.frames_in(SNAP_PIXELS)))
        found = snap([edge + wanted for edge in gesture.edges], press.among, reach)
        if found is not None:
            wanted += found.by_frames
        row = row_at(self._rows, point.y())
        track_id = row.track.id if row and press.hit.zone is Zone.BODY else ""
        by_frames, shown = self._reached(press, gesture, wanted, track_id)
        self._guide = _guide(found) if found and by_frames == wanted else None
        self._show(shown)
        self._state.try_out(shown)
        self._tell(press, gesture, point)

    def _reached(self, press: _Press, gesture: Gesture, wanted: int, track_id: str) -> tuple[int, Timeline]:
        """Try the track under the pointer; where the clip cannot go there, stay on its own."""
        timeline = self._session.timeline
        for track in dict.fromkeys((track_id, "")):
            try:
                shown = self._session.preview(partial(_edited, gesture, wanted, track))
            except ClappperError:
                continue
            press.by_frames, press.track_id = wanted, track
            return wanted, shown
        press.by_frames, shown = furthest(timeline, gesture, wanted, "")
        press.track_id = ""
        return press.by_frames, shown

    def _tell(self, press: _Press, gesture: Gesture, point: QPointF) -> None:
        rate = self._timeline.rate
        sign = "+" if press.by_frames >= 0 else "−"
        moved = f"{sign}{rate.timecode(abs(press.by_frames))}"
        words = "  ".join(filter(None, (gesture.name, moved, gesture.tells(self._timeline))))
        QToolTip.showText(self.mapToGlobal(point.toPoint() + QPoint(14, -34)), words, self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        press = self._press
        self._press, self._guide, self._box = None, None, None
        QToolTip.hideText()
        if press is None:
            return
        self._state.try_out(None)
        gesture = press.gesture
        changes = gesture is not None and press.moving and (press.by_frames or press.track_id)
        if gesture is not None and changes:
            self._edit(gesture.name, partial(_edited, gesture, press.by_frames, press.track_id))
        elif self._is_click(press, event):
            self._state.select(under(self._session.timeline, press.hit.clip_id))
        self._show(self._session.timeline)

    def _is_click(self, press: _Press, event: QMouseEvent) -> bool:
        is_plain = event.button() is Qt.MouseButton.LeftButton and not event.modifiers()
        return is_plain and bool(press.hit.clip_id) and not press.moving and self._state.tool is Tool.SELECT

    def cancel(self) -> bool:
        """Give a drag up; tell whether there was one."""
        if self._press is None:
            return False
        self._press, self._guide, self._box = None, None, None
        QToolTip.hideText()
        self._state.try_out(None)
        self._show(self._session.timeline)
        return True

    def _edit(self, name: str, change: Callable[[Timeline], Timeline]) -> None:
        try:
            self._session.edit(name, change, by=self)
        except ClappperError as error:
            self.failed.emit(error)
        self.refresh()

    def _scrub(self, point: QPointF) -> None:
        self._scroll_at_edges(point)
        self._state.go_to(min(self._scale.frame_under(point.x()), max(0, self._last_frame())))
        self.scrubbed.emit()

    def _last_frame(self) -> int:
        return (
            max(
                self._timeline.length_frames,
                *(row.track.clips[-1].placed.end for row in self._rows if row.track.clips),
                1,
            )
            - 1
        )

    def _snapped_frame(self, frame: int) -> int:
        if not self._state.snapping:
            return frame
        reach = max(1, round(self._scale.frames_in(SNAP_PIXELS)))
        among = targets(self._session.timeline, playhead=self._state.playhead)
        found = snap([frame], among, reach)
        return frame + found.by_frames if found else frame

    def _scroll_at_edges(self, point: QPointF) -> None:
        if point.x() > self.width() - _MARGIN:
            self.rescale(self._scale.scrolled(min(point.x() - self.width() + _MARGIN, _MARGIN)))
        elif point.x() < _MARGIN and self._scale.left > 0:
            self.rescale(self._scale.scrolled(max(point.x() - _MARGIN, -_MARGIN)))

    def _draw_box(self, press: _Press, point: QPointF) -> None:
        start = QPointF(self._scale.x_of(press.scale.left + press.at.x() / press.scale.pixels), press.at.y())
        box = QRectF(start, point).normalized()
        box.setTop(max(box.top(), RULER))
        self._box = box
        span = self._scale.visible(box.left(), box.width())
        self._state.select(in_box(self._rows, FrameRange(span.start, span.end), box.top(), box.bottom()))
        self.redraw()

    # What is under the pointer

    def _hover(self, point: QPointF) -> None:
        found = self.hit_at(point)
        if self._state.tool in (Tool.SELECT, Tool.RIPPLE, Tool.ROLL, Tool.STRETCH):
            edge = found.zone in (Zone.HEAD, Zone.TAIL) or (
                self._state.tool is not Tool.SELECT and bool(found.clip_id)
            )
            pointing = found.zone in (Zone.FADE_IN, Zone.FADE_OUT)
            shape = Qt.CursorShape.SplitHCursor if edge else Qt.CursorShape.ArrowCursor
            shape = Qt.CursorShape.PointingHandCursor if pointing else shape
            shape = Qt.CursorShape.SizeHorCursor if found.zone is Zone.TRANSITION else shape
            if self.cursor().shape() is not shape:
                self.setCursor(shape)
        if found.clip_id != self._hovered:
            self._hovered = found.clip_id
            self.redraw()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self._hovered:
            self._hovered = ""
            self.redraw()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and self._press is None:
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
        self._scroll_at_edges(event.position())
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
        frame = self._snapped_frame(self._scale.frame_at(point.x()))
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


def _edited(gesture: Gesture, by_frames: int, track_id: str, now: Timeline) -> Timeline:
    return gesture.edit(now, by_frames, track_id)


def _guide(found: Snap) -> Guide:
    words = found.target.name if found.target.kind is TargetKind.MARKER else _WORDS[found.target.kind]
    return Guide(found.target.frame, words or "Marker")
