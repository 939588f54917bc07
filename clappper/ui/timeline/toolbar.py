"""The row of tools above the timeline."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QToolButton

from clappper.ui import controls
from clappper.ui.bench import Bench
from clappper.ui.editing import Tool
from clappper.ui.timeline.verbs import ROWS

_TOOLS = {
    Tool.SELECT: "cursor",
    Tool.FORWARD: "fast-forward",
    Tool.BLADE: "scissors",
    Tool.RIPPLE: "arrow-line-right",
    Tool.ROLL: "arrows-in-line-horizontal",
    Tool.STRETCH: "gauge",
    Tool.SLIP: "arrows-left-right",
    Tool.SLIDE: "arrows-out-line-horizontal",
    Tool.HAND: "hand",
    Tool.ZOOM: "magnifying-glass-plus",
}


class Toolbar:
    """The tools, snapping and the zoom; each button says its key."""

    def __init__(self, bench: Bench) -> None:
        self._bench, self._state = bench, bench.edit
        self._rows = {action.id: action for action in ROWS}
        self._tools: dict[Tool, QToolButton] = {}
        self.widget = controls.panel()
        tokens = bench.tokens
        row = controls.line(self.widget, gap=2)
        row.setContentsMargins(tokens.pad, 3, tokens.pad, 3)
        for tool, icon in _TOOLS.items():
            button = self._button(f"tool_{tool.value}", icon)
            button.setCheckable(True)
            self._tools[tool] = button
            row.addWidget(button)
        row.addSpacing(tokens.group)
        self._snapping = self._button("snapping", "magnet")
        self._snapping.setCheckable(True)
        row.addWidget(self._snapping)
        for name, icon in (("link", "link-simple"), ("marker", "flag"), ("freeze", "pause")):
            row.addWidget(self._button(name, icon))
        row.addStretch()
        for name, icon in (
            ("timeline_zoom_out", "magnifying-glass-minus"),
            ("timeline_zoom_fit", "arrows-out-line-horizontal"),
            ("timeline_zoom_in", "magnifying-glass-plus"),
        ):
            row.addWidget(self._button(name, icon))

    def _button(self, name: str, icon: str) -> QToolButton:
        action = self._rows[name]
        key = action.keys_in("premiere")[0]
        tip = f"{action.text}  ({key})"
        return controls.icon_button(icon, self._bench.tokens, tip, partial(self._bench.do, name))

    def show_state(self) -> None:
        """Show the tool in hand and whether edges snap."""
        for tool, button in self._tools.items():
            button.setChecked(tool is self._state.tool)
        self._snapping.setChecked(self._state.snapping)
