"""What a press, a click or a dragged box on the timeline selects."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt

from clappper.timeline.selections import from_frame_on
from clappper.ui.editing import EditState
from clappper.ui.timeline.gestures import under
from clappper.ui.timeline.layout import RULER, Hit, in_box
from clappper.ui.timeline.surface import Surface


class Choosing:
    """Selects on one surface; a clip comes with what is linked to it and grouped with it."""

    def __init__(self, surface: Surface, state: EditState) -> None:
        self._surface, self._state = surface, state

    def press(self, pressed: Hit, *, adding: bool) -> None:
        """Take in hand what is pressed, unless it is already; its track becomes the target."""
        if pressed.track_id:
            self._state.aim_at(pressed.track_id)
        if not pressed.clip_id:
            if not adding:
                self._state.select(())
            return
        chosen = under(self._surface.timeline, pressed.clip_id)
        if adding:
            self._state.select(self._state.selection | chosen)
        elif pressed.clip_id not in self._state.selection:
            self._state.select(chosen)

    def press_forward(self, pressed: Hit, *, one_track: bool) -> None:
        """Choose what is pressed and all that follows."""
        track_id = pressed.track_id if one_track else ""
        self._state.select(from_frame_on(self._surface.timeline, pressed.frame, track_id))

    def click(self, clip_id: str, modifiers: Qt.KeyboardModifier, *, was_chosen: bool) -> None:
        """Choose the clip and what belongs to it; with Alt held it alone, with Shift in or out."""
        state = self._state
        adding = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        if modifiers & Qt.KeyboardModifier.AltModifier:
            state.select(state.selection ^ {clip_id} if adding else {clip_id}, alone=True)
        elif adding:
            if was_chosen:
                state.select(state.selection - under(self._surface.timeline, clip_id))
        elif not modifiers:
            state.select(under(self._surface.timeline, clip_id))

    def drag_box(self, pressed_at: QPointF, point: QPointF) -> None:
        """Choose what a box touches that was begun at ``pressed_at``, as the surface is scrolled now."""
        surface = self._surface
        box = QRectF(pressed_at, point).normalized()
        box.setTop(max(box.top(), RULER))
        surface.box = box
        span = surface.scale.visible(box.left(), box.width())
        self._state.select(in_box(surface.rows, span, box.top(), box.bottom()))
        surface.redraw()
