"""A panel whose controls name the keys in force, also after the keys were changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QActionEvent, QKeySequence
from PySide6.QtWidgets import QToolButton, QWidget

from clappper.ui import controls
from clappper.ui.bench import Bench
from clappper.ui.review.verbs import ROWS

TEXTS = {row.id: row.text for row in ROWS}


class KeyedPanel(QWidget):
    """Follows the actions that the window attaches to the panel."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self._printed: dict[str, list[Callable[[str], object]]] = {}
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def follow_key(self, name: str, show: Callable[[str], object]) -> None:
        """Let ``show`` have the first key of an action: now, and whenever it changes."""
        self._printed.setdefault(name, []).append(show)
        show("")

    def tool(self, name: str, icon: str, *, checkable: bool = False) -> QToolButton:
        """Make an icon button for an action, with its key in the tip."""
        made = controls.icon_button(icon, self._bench.tokens, TEXTS[name], partial(self._bench.do, name))
        made.setCheckable(checkable)
        self.follow_key(name, lambda key: made.setToolTip(with_key(TEXTS[name], key)))
        return made

    def actionEvent(self, event: QActionEvent) -> None:
        super().actionEvent(event)
        if event.type() != QEvent.Type.ActionRemoved:
            action = event.action()
            key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            for show in self._printed.get(action.objectName(), ()):
                show(key)


def with_key(text: str, key: str) -> str:
    """Give a tip with its key."""
    return f"{text} ({key})" if key else text
