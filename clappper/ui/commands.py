"""One QAction for each row of the action table: its keys where they belong, and one way to start it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from clappper.ui import icons
from clappper.ui.actions import MENUS, Action, Scope
from clappper.ui.shortcuts import KeyMap
from clappper.ui.tokens import Tokens


class Commands(QObject):
    """The actions of one window.

    A panel's key goes before the window's: while a panel has the focus, the window's actions lay down the
    keys that the panel uses.
    """

    def __init__(self, window: QWidget, rows: Iterable[Action], start: Callable[[str], None]) -> None:
        super().__init__(window)
        self.rows = {row.id: row for row in rows}
        self.keymap = KeyMap()
        self._window = window
        self._actions = {row.id: self._made(row, start) for row in self.rows.values()}
        self._scope: Scope | None = None
        self._menus: dict[str, QMenu] = {}
        self.use(KeyMap())

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def use(self, keymap: KeyMap) -> None:
        """Put another key map in force."""
        self.keymap = keymap
        for row in self.rows.values():
            action, keys = self._actions[row.id], keymap.keys(row)
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.setToolTip(self.tip(row.id))
        self.focus(self._scope)

    def tip(self, name: str) -> str:
        """Say what an action does, with its key."""
        row = self.rows[name]
        keys = self.keymap.keys(row)
        first = row.text.removesuffix("…") + (f" ({keys[0]})" if keys else "")
        return f"{first}\n{row.tip}" if row.tip else first

    def focus(self, scope: Scope | None) -> None:
        """Tell which panel has the keyboard."""
        self._scope = scope
        taken = {key for row in self.rows.values() if scope in row.scopes for key in self.keymap.keys(row)}
        for row in self.rows.values():
            if row.scope == "window":
                free = [QKeySequence(key) for key in self.keymap.keys(row) if key not in taken]
                if self._actions[row.id].shortcuts() != free:
                    self._actions[row.id].setShortcuts(free)

    def attach(self, panel: QWidget, scope: Scope) -> None:
        """Let the keys of a scope work while ``panel`` has the focus."""
        for row in self.rows.values():
            if scope in row.scopes and row.scope != "window":
                panel.addAction(self._actions[row.id])

    def dress(self, tokens: Tokens) -> None:
        """Draw the icons in the colours of a theme."""
        for row in self.rows.values():
            if row.icon:
                self._actions[row.id].setIcon(icons.icon(row.icon, tokens))

    def fill(self, bar: QMenuBar) -> None:
        """Make the menus."""
        for name in MENUS:
            listed = [row for row in self.rows.values() if row.menu == name]
            if not listed:
                continue
            menu = QMenu(name, bar)
            menu.setToolTipsVisible(True)
            scope = listed[0].scope
            for row in listed:
                if row.scope != scope:
                    menu.addSeparator()
                    scope = row.scope
                menu.addAction(self._actions[row.id])
            bar.addMenu(menu)
            self._menus[name] = menu

    def enabled(self) -> frozenset[str]:
        """List what can be chosen."""
        return frozenset(name for name, action in self._actions.items() if action.isEnabled())

    def refresh(self, possible: Container[str]) -> None:
        """Let only that be chosen which is possible now; a menu without any such thing hides."""
        for name, action in self._actions.items():
            action.setEnabled(name in possible)
        for name, menu in self._menus.items():
            rows = (row for row in self.rows.values() if row.menu == name)
            menu.menuAction().setVisible(any(row.id in possible for row in rows))

    def _made(self, row: Action, start: Callable[[str], None]) -> QAction:
        action = QAction(row.text, self)
        action.setObjectName(row.id)
        action.setCheckable(row.checkable)
        whole = row.scope == "window"
        action.setShortcutContext(
            Qt.ShortcutContext.WindowShortcut if whole else Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        action.triggered.connect(lambda: start(row.id))
        if whole:
            self._window.addAction(action)
        return action
