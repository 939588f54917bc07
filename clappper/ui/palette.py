"""The command palette: type a few letters of anything Clappper can do, and do it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QListWidget, QListWidgetItem, QWidget
from rapidfuzz import fuzz, process

from clappper.ui import controls, icons
from clappper.ui.actions import Action
from clappper.ui.shortcuts import KeyMap
from clappper.ui.tokens import Tokens

WIDTH, ROWS = 520, 9
LEAST_MATCH = 55


def ranked(query: str, actions: Sequence[Action], recent: Sequence[str]) -> list[Action]:
    """Give the actions that fit ``query``, the best first; without one, all of them, the recent first."""
    if not query.strip():
        last = {name: -place for place, name in enumerate(reversed(recent), start=1)}
        return sorted(actions, key=lambda action: last.get(action.id, 1))
    words = {place: f"{action.text} {action.menu} {action.tip}" for place, action in enumerate(actions)}
    found = process.extract(
        query.lower(), words, scorer=_likeness, processor=str.lower, limit=None, score_cutoff=LEAST_MATCH
    )
    return [actions[place] for _, _, place in found]


def _likeness(query: str, text: str, **_: object) -> float:
    start = 12.0 if any(word.startswith(query) for word in text.split()) else 0.0
    return fuzz.partial_ratio(query, text) * 0.7 + fuzz.token_set_ratio(query, text) * 0.3 + start


class Palette(QFrame):
    """Lies over the window's upper middle until an action is chosen or Escape is pressed."""

    def __init__(self, window: QWidget, tokens: Tokens, do: Callable[[str], None]) -> None:
        super().__init__(window)
        self._tokens = tokens
        self._do = do
        self._actions: tuple[Action, ...] = ()
        self._keymap = KeyMap()
        self._recent: list[str] = []
        self.query = QLineEdit()
        self.found = QListWidget()
        self._build()
        self.hide()

    def open(self, actions: Sequence[Action], keymap: KeyMap) -> None:
        """Show what can be done now."""
        self._actions, self._keymap = tuple(actions), keymap
        self.query.clear()
        self._refresh()
        self._place()
        self.show()
        self.raise_()
        self.query.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                self.found.setCurrentRow((self.found.currentRow() + step) % max(self.found.count(), 1))
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._choose(self.found.currentItem())
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.hide()
                return True
        if event.type() is QEvent.Type.FocusOut and not self.isAncestorOf(self.window().focusWidget()):
            self.hide()
        return super().eventFilter(watched, event)

    def _build(self) -> None:
        tokens = self._tokens
        self.setObjectName("palette")
        self.setAccessibleName("Command palette")
        self.setStyleSheet(
            f"#palette {{ background: {tokens.raised}; border: 1px solid {tokens.line};"
            " border-radius: 8px; }"
            "#palette QLineEdit { font-size: 15px; border: none; background: transparent;"
            " min-height: 34px; max-height: 34px; }"
            "#palette QListWidget { background: transparent; }"
        )
        layout = controls.column(self, gap=4, pad=tokens.gap)
        self.query.setPlaceholderText("Find an action")
        self.query.setAccessibleName("Find an action")
        self.query.textChanged.connect(self._refresh)
        self.query.installEventFilter(self)
        self.found.setAccessibleName("Actions found")
        self.found.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.found.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.found.itemClicked.connect(self._choose)
        layout.addWidget(self.query)
        layout.addWidget(self.found)

    def _refresh(self) -> None:
        self.found.clear()
        for action in ranked(self.query.text(), self._actions, self._recent):
            item = QListWidgetItem(self.found)
            item.setData(Qt.ItemDataRole.UserRole, action.id)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, action.text)
            self.found.setItemWidget(item, self._row(action))
        self.found.setCurrentRow(0)

    def _row(self, action: Action) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(6, 0, 6, 0)
        picture = QLabel()
        if action.icon:
            picture.setPixmap(icons.pixmap(action.icon, self._tokens.secondary, 16, self.devicePixelRatioF()))
        picture.setFixedWidth(22)
        layout.addWidget(picture)
        layout.addWidget(controls.label(action.text.removesuffix("…")))
        if action.menu:
            layout.addWidget(controls.label(action.menu, "dense"))
        layout.addStretch()
        layout.addWidget(controls.label("   ".join(self._keymap.keys(action)[:1]), "dense"))
        return row

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        name = str(item.data(Qt.ItemDataRole.UserRole))
        self._recent = [name, *(other for other in self._recent if other != name)][:20]
        self.hide()
        self._do(name)

    def _place(self) -> None:
        window = self.window()
        width = min(WIDTH, window.width() - 40)
        height = min(52 + ROWS * self._tokens.row, window.height() - 80)
        self.setGeometry((window.width() - width) // 2, 56, width, height)
