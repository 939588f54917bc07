"""What a pointer does on the timeline: presses and drags become previews and named edits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QToolTip

from clappper.base.errors import ClappperError
from clappper.flow.session import Session
from clappper.timeline.model import Timeline
from clappper.timeline.placing import split, split_all
from clappper.timeline.snapping import Snap, Target, TargetKind, snap, targets
from clappper.ui.editing import EditState, Tool
from clappper.ui.timeline.gestures import Gesture, Held, begin, furthest, under
from clappper.ui.timeline.layout import RULER, Hit, Zone, in_box, row_at
from clappper.ui.timeline.scale import Scale
from clappper.ui.timeline.scene import Guide

if TYPE_CHECKING:
    from clappper.ui.timeline.canvas import TimelineCanvas

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
_BY_EDGE = (Tool.SELECT, Tool.RIPPLE, Tool.ROLL, Tool.STRETCH)


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


class Pointing:
    """The pointer over one canvas. A drag under way is only shown; letting go makes it one undo step."""

    def __init__(self, canvas: TimelineCanvas, session: Session, state: EditState) -> None:
        self._canvas, self._session, self._state = canvas, session, state
        self._press: _Press | None = None

    @property
    def is_dragging(self) -> bool:
        return self._press is not None

    @property
    def is_editing(self) -> bool:
        """Tell whether a drag is under way that changes the edit."""
        return self._press is not None and self._press.gesture is not None

    def take_tool(self) -> None:
        self._canvas.setCursor(_CURSORS.get(self._state.tool, Qt.CursorShape.ArrowCursor))

    def press(self, event: QMouseEvent) -> None:
        self._canvas.setFocus(Qt.FocusReason.MouseFocusReason)
        point, modifiers = event.position(), event.modifiers()
        pressed = self._canvas.hit_at(point)
        held = Held(
            ctrl=bool(modifiers & Qt.KeyboardModifier.ControlModifier),
            alt=bool(modifiers & Qt.KeyboardModifier.AltModifier),
        )
        pans = event.button() is Qt.MouseButton.MiddleButton or self._state.tool is Tool.HAND
        if event.button() is Qt.MouseButton.RightButton:
            self._choose(pressed, adding=pressed.clip_id in self._state.selection)
            return
        self._press = _Press(pressed, point, self._canvas.scale, held)
        if pans or pressed.zone in (Zone.RULER, Zone.MARKER):
            if not pans:
                self._scrub(point)
            return
        adding = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        match self._state.tool:
            case Tool.BLADE:
                self._cut(pressed, everywhere=adding)
            case Tool.ZOOM:
                self._canvas.rescale(self._canvas.scale.zoomed(0.5 if held.alt else 2.0, point.x()))
            case _:
                self._choose(pressed, adding=adding)

    def _choose(self, pressed: Hit, *, adding: bool) -> None:
        if pressed.track_id:
            self._state.aim_at(pressed.track_id)
        if not pressed.clip_id:
            if not adding:
                self._state.select(())
            return
        chosen = under(self._canvas.timeline, pressed.clip_id)
        if adding:
            self._state.select(self._state.selection | chosen)
        elif pressed.clip_id not in self._state.selection:
            self._state.select(chosen)

    def _cut(self, pressed: Hit, *, everywhere: bool) -> None:
        frame = self.snapped(pressed.frame)
        if everywhere:
            self._edit("Split all tracks", lambda now: split_all(now, frame))
        elif pressed.clip_id:
            self._edit("Split clip", lambda now: split(now, pressed.clip_id, frame))

    def move(self, event: QMouseEvent) -> None:
        press, point = self._press, event.position()
        if press is None:
            self.hover(point)
            return
        if not press.moving:
            if (point - press.at).manhattanLength() < _DRAG_PIXELS:
                return
            press.moving = True
            self._begin(press)
        if event.buttons() & Qt.MouseButton.MiddleButton or self._state.tool is Tool.HAND:
            self._canvas.rescale(press.scale.scrolled(press.at.x() - point.x()))
        elif press.hit.zone in (Zone.RULER, Zone.MARKER):
            self._scrub(point)
        elif press.gesture is not None:
            self.scroll_at_edges(point)
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
        now = self._canvas.scale.left + point.x() / self._canvas.scale.pixels
        wanted = round(now - start)
        reach = max(1, round(self._canvas.scale.frames_in(SNAP_PIXELS)))
        found = snap([edge + wanted for edge in gesture.edges], press.among, reach)
        if found is not None:
            wanted += found.by_frames
        row = row_at(self._canvas.rows, point.y())
        track_id = row.track.id if row and press.hit.zone is Zone.BODY else ""
        by_frames, shown = self._reached(press, gesture, wanted, track_id)
        self._canvas.guide = _guide(found) if found and by_frames == wanted else None
        self._canvas.show_edit(shown)
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
        rate = self._canvas.timeline.rate
        sign = "+" if press.by_frames >= 0 else "−"
        moved = f"{sign}{rate.timecode(abs(press.by_frames))}"
        words = "  ".join(filter(None, (gesture.name, moved, gesture.tells(self._canvas.timeline))))
        QToolTip.showText(self._canvas.mapToGlobal(point.toPoint() + QPoint(14, -34)), words, self._canvas)

    def release(self, event: QMouseEvent) -> None:
        press = self._press
        self._press, self._canvas.guide, self._canvas.box = None, None, None
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
        self._canvas.show_edit(self._session.timeline)

    def _is_click(self, press: _Press, event: QMouseEvent) -> bool:
        is_plain = event.button() is Qt.MouseButton.LeftButton and not event.modifiers()
        return is_plain and bool(press.hit.clip_id) and not press.moving and self._state.tool is Tool.SELECT

    def cancel(self) -> bool:
        """Give a drag up; tell whether there was one."""
        if self._press is None:
            return False
        self._press, self._canvas.guide, self._canvas.box = None, None, None
        QToolTip.hideText()
        self._state.try_out(None)
        self._canvas.show_edit(self._session.timeline)
        return True

    def _edit(self, name: str, change: Callable[[Timeline], Timeline]) -> None:
        try:
            self._session.edit(name, change, by=self._canvas)
        except ClappperError as error:
            self._canvas.failed.emit(error)
        self._canvas.refresh()

    def _scrub(self, point: QPointF) -> None:
        self.scroll_at_edges(point)
        self._state.go_to(min(self._canvas.scale.frame_under(point.x()), max(0, self._last_frame())))
        self._canvas.scrubbed.emit()

    def _last_frame(self) -> int:
        return (
            max(
                self._canvas.timeline.length_frames,
                *(row.track.clips[-1].placed.end for row in self._canvas.rows if row.track.clips),
                1,
            )
            - 1
        )

    def snapped(self, frame: int) -> int:
        if not self._state.snapping:
            return frame
        reach = max(1, round(self._canvas.scale.frames_in(SNAP_PIXELS)))
        among = targets(self._session.timeline, playhead=self._state.playhead)
        found = snap([frame], among, reach)
        return frame + found.by_frames if found else frame

    def scroll_at_edges(self, point: QPointF) -> None:
        canvas, end = self._canvas, self._canvas.width() - _MARGIN
        if point.x() > end:
            canvas.rescale(canvas.scale.scrolled(min(point.x() - end, _MARGIN)))
        elif point.x() < _MARGIN and canvas.scale.left > 0:
            canvas.rescale(canvas.scale.scrolled(max(point.x() - _MARGIN, -_MARGIN)))

    def _draw_box(self, press: _Press, point: QPointF) -> None:
        canvas = self._canvas
        start = QPointF(canvas.scale.x_of(press.scale.left + press.at.x() / press.scale.pixels), press.at.y())
        box = QRectF(start, point).normalized()
        box.setTop(max(box.top(), RULER))
        canvas.box = box
        span = canvas.scale.visible(box.left(), box.width())
        self._state.select(in_box(canvas.rows, span, box.top(), box.bottom()))
        canvas.redraw()

    def hover(self, point: QPointF) -> None:
        found = self._canvas.hit_at(point)
        if self._state.tool in _BY_EDGE:
            edge = found.zone in (Zone.HEAD, Zone.TAIL) or (
                self._state.tool is not Tool.SELECT and bool(found.clip_id)
            )
            pointing = found.zone in (Zone.FADE_IN, Zone.FADE_OUT)
            shape = Qt.CursorShape.SplitHCursor if edge else Qt.CursorShape.ArrowCursor
            shape = Qt.CursorShape.PointingHandCursor if pointing else shape
            shape = Qt.CursorShape.SizeHorCursor if found.zone is Zone.TRANSITION else shape
            if self._canvas.cursor().shape() is not shape:
                self._canvas.setCursor(shape)
        if found.clip_id != self._canvas.hovered:
            self._canvas.hovered = found.clip_id
            self._canvas.redraw()


def _edited(gesture: Gesture, by_frames: int, track_id: str, now: Timeline) -> Timeline:
    return gesture.edit(now, by_frames, track_id)


def _guide(found: Snap) -> Guide:
    words = found.target.name if found.target.kind is TargetKind.MARKER else _WORDS[found.target.kind]
    return Guide(found.target.frame, words or "Marker")
