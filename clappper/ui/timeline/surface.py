"""The surface of the timeline: what lies where on it, and what of it is painted."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from clappper.flow.project.session import Session
from clappper.timeline.model import Timeline, TrackKind
from clappper.timeline.queries import clip_of
from clappper.ui.editing import EditState, Tool
from clappper.ui.timeline import clips, ruler
from clappper.ui.timeline.bands import on_band, still_there
from clappper.ui.timeline.layout import RULER, Hit, Part, Row, Zone, height_of, hit, rows
from clappper.ui.timeline.scale import Scale, fitting
from clappper.ui.timeline.scene import Guide, Scene, see_through
from clappper.ui.timeline.strips import Strips
from clappper.ui.tokens import Tokens

MARK_REACH = 4


class Surface(QWidget):
    """Shows ``session.timeline``, or what it would be after the drag under way.

    ``pressed`` while a button is down on it, ``held`` while that changes the edit.
    """

    scale_changed = Signal()
    rows_changed = Signal()
    menu_asked = Signal(QPoint)
    rename_asked = Signal(object)
    scrubbed = Signal()
    drag_moved = Signal(object, int, str, bool)
    drag_dropped = Signal(object, int, str, bool)
    failed = Signal(object)
    key_removed = Signal(object)

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
        self._fits = True
        self._opened = False
        self._scrolled = 0
        self._stretch = 1.0
        self._rows: tuple[Row, ...] = ()
        self._scene: Scene | None = None
        self.pressed = self.held = False
        self.guide: Guide | None = None
        self.box: QRectF | None = None
        self.hovered = ""
        self.picked: Part | None = None
        self._drawn_playhead = 0
        self.stale: frozenset[str] = frozenset()
        self._lay()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Timeline")
        self.setMinimumSize(240, 120)
        for changed in (state.marks_changed, state.selection_changed, state.target_changed):
            changed.connect(self.redraw)
        state.playhead_moved.connect(self._on_playhead_moved)

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
        if not self.held:
            self.picked = still_there(self.picked, self._session.timeline)
            self.show_edit(self._session.timeline)

    def redraw(self) -> None:
        self._scene = None
        self.update()

    def preview(self, timeline: Timeline | None, guide: Guide | None = None) -> None:
        """Show another timeline for now, as while something is dragged in; None shows the session's."""
        self.guide = guide
        self.show_edit(timeline or self._session.timeline)

    def rescale(self, scale: Scale) -> None:
        self._fits = False
        if scale != self._scale:
            self._scale = scale
            self.redraw()
            self.scale_changed.emit()

    def zoom(self, factor: float) -> None:
        """Zoom around the playhead where it shows, else around the middle."""
        x = self._scale.x_of(self._state.playhead)
        self.rescale(self._scale.zoomed(factor, x if 0 <= x <= self.width() else self.width() / 2))

    def fit(self) -> None:
        """Show the whole edit, also when the panel is made larger or smaller, until somebody zooms."""
        self.rescale(fitting(self._session.timeline.length_frames, self.width()))
        self._fits = True

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
        """Tell what a press there takes hold of; lines and keyframes are on selected clips."""
        found = hit(self._timeline, self._rows, self._scale, point.x(), point.y())
        if found.zone is Zone.RULER:
            return replace(found, zone=self._mark_at(point.x()))
        if self._state.tool is not Tool.SELECT or found.clip_id not in self._state.selection:
            return found
        row = next(row for row in self._rows if row.track.id == found.track_id)
        return on_band(found, row, clip_of(self._timeline, found.clip_id), self._scale, point.x(), point.y())

    def _mark_at(self, x: float) -> Zone:
        """Find the mark that can be taken hold of on the ruler, from outside as well as from inside."""
        state = self._state
        if state.mark_in >= 0 and abs(self._scale.x_of(state.mark_in) - x) <= MARK_REACH:
            return Zone.MARK_IN
        if state.mark_out >= 0 and abs(self._scale.x_of(state.mark_out + 1) - x) <= MARK_REACH:
            return Zone.MARK_OUT
        return Zone.RULER

    def pick(self, part: Part | None) -> None:
        """Choose the keyframe, transition or marker that Delete takes away."""
        if part != self.picked:
            self.picked = part
            self.redraw()

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
                picked=self.picked,
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
            if not any(track.clips for track in scene.timeline.tracks):
                clips.paint_invitation(painter, scene, self.rect())
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
        if self._fits and self.width() > 300:
            self.fit()
            if not self._opened:
                self._opened = True
                self.show_footage()
        self.scale_changed.emit()

    def _on_playhead_moved(self, frame: int) -> None:
        if not self.pressed:
            revealed = self._scale.revealing(frame, self.width())
            if revealed is not self._scale:
                self.rescale(revealed)
                return
        for one in (self._drawn_playhead, frame):
            x = int(self._scale.x_of(one))
            self.update(QRect(x - ruler.PLAYHEAD_HALF - 2, 0, 2 * ruler.PLAYHEAD_HALF + 5, self.height()))

    def place_of(self, clip_id: str) -> QRect:
        """Give where a clip is painted, in the surface's pixels."""
        clip = clip_of(self._timeline, clip_id)
        row = next(row for row in self._rows if any(one.id == clip_id for one in row.track.clips))
        left, right = self._scale.x_of(clip.placed.start), self._scale.x_of(clip.placed.end)
        return QRect(int(left), row.top, int(right - left), row.height)
