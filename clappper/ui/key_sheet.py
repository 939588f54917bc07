"""The key sheet: what the keys of the focused panel do, and those that work everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from clappper.ui import controls
from clappper.ui.actions import Action
from clappper.ui.shortcuts import KeyMap
from clappper.ui.tokens import Tokens

COLUMNS = 2


class KeySheet(QFrame):
    """Lies over the window until any key is pressed or it is clicked."""

    def __init__(self, window: QWidget, tokens: Tokens) -> None:
        super().__init__(window)
        self._tokens = tokens
        self.setObjectName("key_sheet")
        self.setAccessibleName("Key sheet")
        self.setStyleSheet(
            f"#key_sheet {{ background: {tokens.raised}; border: 1px solid {tokens.line};"
            " border-radius: 8px; }"
        )
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._scroll.setAccessibleName("Keys")
        self._scroll.installEventFilter(self)
        controls.column(self, pad=tokens.group).addWidget(self._scroll)
        self.hide()

    def open(self, groups: Sequence[tuple[str, Sequence[Action]]], keymap: KeyMap) -> None:
        """Show the keys of the actions, by group; what has no key is left out."""
        page = QWidget()
        layout = controls.column(page, gap=self._tokens.group)
        for title, actions in groups:
            keyed = [(action, keys) for action in actions if (keys := keymap.keys(action))]
            if keyed:
                layout.addWidget(controls.label(title, "title"))
                self._add(layout, keyed)
        layout.addStretch()
        self._scroll.setWidget(page)
        self._place(page.sizeHint().height())
        self.show()
        self.raise_()
        self._scroll.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        moves = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and event.key() not in moves:
            self.hide()
            return True
        if event.type() is QEvent.Type.FocusOut:
            self.hide()
        return super().eventFilter(watched, event)

    def _add(self, layout: QVBoxLayout, keyed: list[tuple[Action, tuple[str, ...]]]) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(self._tokens.group)
        grid.setVerticalSpacing(5)
        rows = -(-len(keyed) // COLUMNS)
        for place, (action, keys) in enumerate(keyed):
            row, side = place % rows, place // rows * 2
            name = controls.label("  ".join(keys), "mono")
            name.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(name, row, side)
            grid.addWidget(controls.label(action.text.removesuffix("…"), "secondary"), row, side + 1)
        for side in range(COLUMNS):
            grid.setColumnStretch(side * 2 + 1, 1)
        layout.addLayout(grid)

    def _place(self, page_height: int) -> None:
        window = self.window()
        width = min(880, window.width() - 80)
        height = min(page_height + 2 * self._tokens.group + 8, window.height() - 120)
        self.setGeometry((window.width() - width) // 2, (window.height() - height) // 2, width, height)
