"""What the pointer looks like over the timeline: it says what a press there would take hold of."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from clappper.ui.editing import EditState, Tool
from clappper.ui.timeline.layout import Hit, Zone
from clappper.ui.timeline.surface import Surface

_OF_TOOL = {
    Tool.FORWARD: Qt.CursorShape.SizeAllCursor,
    Tool.BLADE: Qt.CursorShape.SplitVCursor,
    Tool.HAND: Qt.CursorShape.OpenHandCursor,
    Tool.ZOOM: Qt.CursorShape.CrossCursor,
    Tool.SLIP: Qt.CursorShape.SizeHorCursor,
    Tool.SLIDE: Qt.CursorShape.SizeHorCursor,
}
_OF_ZONE = {
    Zone.HEAD: Qt.CursorShape.SplitHCursor,
    Zone.TAIL: Qt.CursorShape.SplitHCursor,
    Zone.MARK_IN: Qt.CursorShape.SplitHCursor,
    Zone.MARK_OUT: Qt.CursorShape.SplitHCursor,
    Zone.MARKER: Qt.CursorShape.PointingHandCursor,
    Zone.FADE_IN: Qt.CursorShape.PointingHandCursor,
    Zone.FADE_OUT: Qt.CursorShape.PointingHandCursor,
    Zone.TRANSITION: Qt.CursorShape.SizeHorCursor,
    Zone.LINE: Qt.CursorShape.SizeVerCursor,
    Zone.KEY: Qt.CursorShape.PointingHandCursor,
}
_ON_RULER = (Zone.RULER, Zone.MARKER, Zone.MARK_IN, Zone.MARK_OUT)


class Hovering:
    """The pointer while no button is down: its shape, and the clip under it."""

    def __init__(self, surface: Surface, state: EditState) -> None:
        self._surface, self._state = surface, state
        state.tool_changed.connect(lambda: self._show(self._of_tool()))

    def move(self, point: QPointF) -> None:
        found = self._surface.hit_at(point)
        self._show(self._shape(found))
        self._point_at(found.clip_id)

    def leave(self) -> None:
        self._point_at("")

    def _shape(self, found: Hit) -> Qt.CursorShape:
        if found.zone in _ON_RULER:
            return _OF_ZONE.get(found.zone, Qt.CursorShape.ArrowCursor)
        if self._state.tool in _OF_TOOL:
            return self._of_tool()
        if self._state.tool is not Tool.SELECT and found.zone is Zone.BODY:
            return Qt.CursorShape.SplitHCursor
        return _OF_ZONE.get(found.zone, Qt.CursorShape.ArrowCursor)

    def _of_tool(self) -> Qt.CursorShape:
        return _OF_TOOL.get(self._state.tool, Qt.CursorShape.ArrowCursor)

    def _show(self, shape: Qt.CursorShape) -> None:
        if self._surface.cursor().shape() is not shape:
            self._surface.setCursor(shape)

    def _point_at(self, clip_id: str) -> None:
        if clip_id != self._surface.hovered:
            self._surface.hovered = clip_id
            self._surface.redraw()
