"""What a pointer does on the timeline: presses and drags become previews and named edits."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QToolTip

from clappper.base.errors import ClappperError
from clappper.flow.project.session import Session
from clappper.timeline.model import Timeline
from clappper.timeline.placing import split, split_all
from clappper.timeline.queries import locate
from clappper.timeline.snapping import Snap, Target, TargetKind, snap, targets
from clappper.ui.editing import EditState, Tool
from clappper.ui.timeline.bands import height_of
from clappper.ui.timeline.bending import key_gesture, line_gesture
from clappper.ui.timeline.choosing import Choosing
from clappper.ui.timeline.gestures import Gesture, Held, Pull, begin, furthest
from clappper.ui.timeline.layout import Hit, Pin, Zone, row_at
from clappper.ui.timeline.scale import Scale
from clappper.ui.timeline.scene import Guide
from clappper.ui.timeline.surface import Surface

SNAP_PIXELS = 8
_DRAG_PIXELS = 4
_FINE = 0.25
"""How much slower a line follows the pointer while Shift is held."""
_MARGIN = 24
_SCROLL_MS = 30
"""How often the surface scrolls on while a drag rests beyond its edge."""
_WORDS = {
    TargetKind.PLAYHEAD: "Playhead",
    TargetKind.MARKER: "Marker",
    TargetKind.EDGE: "Edge",
    TargetKind.BEAT: "Beat",
}
_MARKS = (Zone.RULER, Zone.MARK_IN, Zone.MARK_OUT)
_ON_RULER = (*_MARKS, Zone.MARKER)


@dataclass(slots=True)
class _Press:
    """A button that is held down, and what has come of it so far."""

    hit: Hit
    at: QPointF
    scale: Scale
    held: Held
    last: QPointF = field(default_factory=QPointF)
    was_chosen: bool = False
    gesture: Gesture | None = None
    among: tuple[Target, ...] = ()
    pull: Pull = field(default_factory=Pull)
    moving: bool = False


class Pointing:
    """The pointer over one surface. A drag under way is only shown; letting go makes it one undo step."""

    def __init__(self, surface: Surface, session: Session, state: EditState) -> None:
        self._surface, self._session, self._state = surface, session, state
        self._choosing = Choosing(surface, state)
        self._press: _Press | None = None
        self._edge = QTimer(surface)
        self._edge.setInterval(_SCROLL_MS)
        self._edge.timeout.connect(self._go_on)

    def press(self, event: QMouseEvent) -> None:
        self._surface.setFocus(Qt.FocusReason.MouseFocusReason)
        point, modifiers = event.position(), event.modifiers()
        pressed = self._surface.hit_at(point)
        held = _held(modifiers, alone=self._state.alone)
        pans = event.button() is Qt.MouseButton.MiddleButton or self._state.tool is Tool.HAND
        if event.button() is Qt.MouseButton.RightButton:
            self._choosing.press(pressed, adding=pressed.clip_id in self._state.selection)
            self._surface.pick(pressed.part)
            return
        was_chosen = pressed.clip_id in self._state.selection
        self._press = _Press(pressed, point, self._surface.scale, held, point, was_chosen)
        self._surface.pressed = True
        self._surface.pick(pressed.part)
        if pans or pressed.zone in _ON_RULER:
            if not pans and pressed.zone is Zone.RULER:
                self._scrub(point)
            return
        adding = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        match self._state.tool:
            case Tool.BLADE:
                self._cut(pressed, everywhere=adding)
            case Tool.ZOOM:
                self._surface.rescale(self._surface.scale.zoomed(0.5 if held.alt else 2.0, point.x()))
            case Tool.FORWARD:
                self._choosing.press_forward(pressed, one_track=adding)
            case _:
                self._choosing.press(pressed, adding=adding)

    def _cut(self, pressed: Hit, *, everywhere: bool) -> None:
        frame = self.snapped(pressed.frame)
        if everywhere:
            self._edit("Split all tracks", lambda now: split_all(now, frame))
        elif pressed.clip_id:
            self._edit("Split clip", lambda now: split(now, pressed.clip_id, frame))

    def move(self, event: QMouseEvent) -> None:
        press, point = self._press, event.position()
        if press is None:
            return
        press.last = point
        if not press.moving:
            if (point - press.at).manhattanLength() < _DRAG_PIXELS:
                return
            press.moving = True
            self._begin(press)
        if event.buttons() & Qt.MouseButton.MiddleButton or self._state.tool is Tool.HAND:
            self._surface.rescale(press.scale.scrolled(press.at.x() - point.x()))
            return
        self._follow(press)
        if not self._edge.isActive() and not _MARGIN <= point.x() <= self._surface.width() - _MARGIN:
            self._edge.start()

    def _go_on(self) -> None:
        """Scroll on while the pointer rests beyond an edge, and take along what is dragged."""
        press = self._press
        if press is None or _MARGIN <= press.last.x() <= self._surface.width() - _MARGIN:
            self._edge.stop()
            return
        self.scroll_at_edges(press.last)
        self._follow(press)

    def _follow(self, press: _Press) -> None:
        point, zone = press.last, press.hit.zone
        if zone is Zone.RULER:
            self._scrub(point)
        elif zone in (Zone.MARK_IN, Zone.MARK_OUT):
            self._drag_mark(zone, point)
        elif press.gesture is not None:
            self._drag(press, press.gesture, point)
        elif self._state.tool is Tool.SELECT and not press.hit.clip_id:
            start = self._surface.scale.x_of(press.scale.left + press.at.x() / press.scale.pixels)
            self._choosing.drag_box(QPointF(start, press.at.y()), point)

    def _drag_mark(self, zone: Zone, point: QPointF) -> None:
        """Move one mark, up to the other one."""
        frame = min(max(self.snapped(self._surface.scale.frame_at(point.x())), 0), self._last_frame() + 1)
        if zone is Zone.MARK_IN:
            out = self._state.mark_out
            self._state.mark(start=min(frame, out) if out >= 0 else frame)
        else:
            self._state.mark(end=max(frame - 1, self._state.mark_in, 0))

    def _begin(self, press: _Press) -> None:
        timeline = self._session.timeline
        if press.hit.zone in _MARKS or self._session.read_only:
            return
        press.gesture = self._gesture(timeline, press)
        self._surface.held = press.gesture is not None
        if press.gesture is not None and self._state.snapping:
            among = targets(timeline, playhead=self._state.playhead, without=press.gesture.without)
            dragged = press.hit.part
            press.among = tuple(
                one
                for one in among
                if not (
                    isinstance(dragged, Pin) and one.kind is TargetKind.MARKER and one.frame == dragged.frame
                )
            )

    def _gesture(self, timeline: Timeline, press: _Press) -> Gesture | None:
        hit = press.hit
        if hit.zone not in (Zone.LINE, Zone.KEY):
            return begin(timeline, hit, self._state.tool, self._state.selection, press.held)
        track, index = locate(timeline, hit.clip_id)
        clip = track.clips[index]
        if hit.key is not None:
            return key_gesture(clip, hit.key)
        return line_gesture(track, clip, hit, adding=press.held.ctrl or press.held.alt)

    def _drag(self, press: _Press, gesture: Gesture, point: QPointF) -> None:
        start = press.scale.left + press.at.x() / press.scale.pixels
        now = self._surface.scale.left + point.x() / self._surface.scale.pixels
        wanted = round(now - start)
        reach = max(1, round(self._surface.scale.frames_in(SNAP_PIXELS)))
        found = snap([edge + wanted for edge in gesture.edges], press.among, reach)
        if found is not None:
            wanted += found.by_frames
        row = row_at(self._surface.rows, point.y())
        track_id = row.track.id if row and press.hit.zone is Zone.BODY else ""
        rise = self._risen(press, point) if gesture.rises else 0.0
        press.pull, shown = self._reached(gesture, Pull(wanted, track_id, rise))
        self._surface.guide = _guide(found) if found and press.pull.by_frames == wanted else None
        self._surface.show_edit(shown)
        self._state.try_out(shown, gesture.shows(shown))
        self._tell(press, gesture, point)

    def _risen(self, press: _Press, point: QPointF) -> float:
        row = next(row for row in self._surface.rows if row.track.id == press.hit.track_id)
        is_fine = bool(QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier)
        return (press.at.y() - point.y()) / height_of(row) * (_FINE if is_fine else 1.0)

    def _reached(self, gesture: Gesture, wanted: Pull) -> tuple[Pull, Timeline]:
        """Try the track under the pointer; where the clip cannot go there, stay on its own."""
        for track_id in dict.fromkeys((wanted.track_id, "")):
            pull = replace(wanted, track_id=track_id)
            with suppress(ClappperError):
                return pull, self._session.preview(partial(_edited, gesture, pull))
        return furthest(self._session.timeline, gesture, replace(wanted, track_id=""))

    def _tell(self, press: _Press, gesture: Gesture, point: QPointF) -> None:
        rate = self._surface.timeline.rate
        by_frames = press.pull.by_frames
        moved = f"{'+' if by_frames >= 0 else '−'}{rate.timecode(abs(by_frames))}"
        if gesture.rises and not by_frames:
            moved = ""
        words = "  ".join(filter(None, (gesture.name, moved, gesture.tells(self._surface.timeline))))
        QToolTip.showText(self._surface.mapToGlobal(point.toPoint() + QPoint(14, -34)), words, self._surface)

    def release(self, event: QMouseEvent) -> None:
        press = self._press
        if press is None:
            return
        self._let_go()
        gesture = press.gesture
        if gesture is not None and press.moving and press.pull != Pull():
            self._edit(gesture.name, partial(_edited, gesture, press.pull))
            self._surface.pick(None)
        elif not press.moving and press.hit.zone is Zone.MARKER:
            self._state.go_to(press.hit.frame)
        elif not press.moving and press.hit.zone in (Zone.LINE, Zone.KEY):
            self._click_curve(press)
        elif self._is_click(press, event):
            clicked = press.hit.clip_id
            self._choosing.click(clicked, event.modifiers(), was_chosen=press.was_chosen)
        self._surface.show_edit(self._session.timeline)

    def _click_curve(self, press: _Press) -> None:
        """Add a keyframe where the line is clicked with Ctrl or Alt held, take one away, or pick it."""
        key, turned = press.hit.key, press.held.ctrl or press.held.alt
        if key is None and turned:
            gesture = self._gesture(self._session.timeline, press)
            if gesture is not None:
                self._edit(gesture.name, partial(_edited, gesture, Pull()))
        elif key is not None and turned:
            self._surface.key_removed.emit(key)
        else:
            self._surface.pick(key)

    def _is_click(self, press: _Press, event: QMouseEvent) -> bool:
        is_left = event.button() is Qt.MouseButton.LeftButton
        return is_left and bool(press.hit.clip_id) and not press.moving and self._state.tool is Tool.SELECT

    def cancel(self) -> bool:
        """Give a drag up; tell whether there was one."""
        if self._press is None:
            return False
        self._let_go()
        self._surface.show_edit(self._session.timeline)
        return True

    def _let_go(self) -> None:
        self._edge.stop()
        self._press, self._surface.guide, self._surface.box = None, None, None
        self._surface.pressed = self._surface.held = False
        QToolTip.hideText()
        self._state.try_out(None)

    def _edit(self, name: str, change: Callable[[Timeline], Timeline]) -> None:
        try:
            self._session.edit(name, change, by=self._surface)
        except ClappperError as error:
            self._surface.failed.emit(error)
        self._surface.refresh()

    def _scrub(self, point: QPointF) -> None:
        self._state.go_to(min(self._surface.scale.frame_under(point.x()), max(0, self._last_frame())))
        self._surface.scrubbed.emit()

    def _last_frame(self) -> int:
        return (
            max(
                self._surface.timeline.length_frames,
                *(row.track.clips[-1].placed.end for row in self._surface.rows if row.track.clips),
                1,
            )
            - 1
        )

    def snapped(self, frame: int) -> int:
        if not self._state.snapping:
            return frame
        reach = max(1, round(self._surface.scale.frames_in(SNAP_PIXELS)))
        among = targets(self._session.timeline, playhead=self._state.playhead)
        found = snap([frame], among, reach)
        return frame + found.by_frames if found else frame

    def scroll_at_edges(self, point: QPointF) -> None:
        surface, end = self._surface, self._surface.width() - _MARGIN
        if point.x() > end:
            surface.rescale(surface.scale.scrolled(min(point.x() - end, _MARGIN)))
        elif point.x() < _MARGIN and surface.scale.left > 0:
            surface.rescale(surface.scale.scrolled(max(point.x() - _MARGIN, -_MARGIN)))


def _held(modifiers: Qt.KeyboardModifier, *, alone: bool) -> Held:
    return Held(
        alone=alone,
        ctrl=bool(modifiers & Qt.KeyboardModifier.ControlModifier),
        alt=bool(modifiers & Qt.KeyboardModifier.AltModifier),
    )


def _edited(gesture: Gesture, pull: Pull, now: Timeline) -> Timeline:
    return gesture.edit(now, pull)


def _guide(found: Snap) -> Guide:
    words = found.target.name if found.target.kind is TargetKind.MARKER else _WORDS[found.target.kind]
    return Guide(found.target.frame, words or "Marker")
