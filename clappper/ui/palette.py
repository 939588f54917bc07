"""The command palette: type a few letters of anything Clappper can do, and do it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from rapidfuzz import fuzz, process

from clappper.ui import controls, icons
from clappper.ui.actions import Action
from clappper.ui.shortcuts import KeyMap
from clappper.ui.tokens import Tokens

WIDTH, ROWS = 520, 9
LEAST_MATCH = 55
ACTION, KEYS = int(Qt.ItemDataRole.UserRole) + 1, int(Qt.ItemDataRole.UserRole) + 2


def ranked(query: str, actions: Sequence[Action], recent: Sequence[str]) -> list[Action]:
    """Give the actions that fit ``query``, the best first; without one, all of them, the recent first."""
    if not query.strip():
        last = {name: -place for place, name in enumerate(reversed(recent), start=1)}
        return sorted(actions, key=lambda action: last.get(action.id, 1))
    words = {
        place: f"{action.text.removesuffix('…')}\t{action.menu} {action.tip}"
        for place, action in enumerate(actions)
    }
    found = process.extract(
        query.lower(), words, scorer=_likeness, processor=str.lower, limit=None, score_cutoff=LEAST_MATCH
    )
    return [actions[place] for _, _, place in found]


def _likeness(query: str, text: str, **_: object) -> float:
    name = text.partition("\t")[0]
    start = 60.0 if name == query else 12.0 if any(word.startswith(query) for word in text.split()) else 0.0
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
        self.found.setItemDelegate(_RowPainter(tokens, self.found))
        self.found.setUniformItemSizes(True)
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
            item.setData(ACTION, action)
            item.setData(KEYS, "   ".join(self._keymap.keys(action)[:1]))
        self.found.setCurrentRow(0)

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


class _RowPainter(QStyledItemDelegate):
    """Draws an action's icon, name, menu and key; a widget for each row would take a tenth of a second."""

    def __init__(self, tokens: Tokens, parent: QListWidget) -> None:
        super().__init__(parent)
        self._tokens = tokens

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, self._tokens.row)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        tokens, action = self._tokens, index.data(ACTION)
        area = QRectF(option.rect).adjusted(8, 0, -8, 0)
        painter.save()
        if action.icon:
            mark = icons.pixmap(action.icon, tokens.secondary, 16, painter.device().devicePixelRatio())
            painter.drawPixmap(QPointF(area.x(), area.center().y() - 8), mark)
        area.setLeft(area.left() + 26)
        text = action.text.removesuffix("…")
        self._draw(painter, area, text, tokens.text, tokens.base_px, Qt.AlignmentFlag.AlignLeft)
        beside = area.adjusted(painter.fontMetrics().horizontalAdvance(text) + 8, 0, 0, 0)
        self._draw(
            painter, beside, action.menu, tokens.secondary, tokens.dense_px, Qt.AlignmentFlag.AlignLeft
        )
        keys = str(index.data(KEYS))
        self._draw(painter, area, keys, tokens.secondary, tokens.dense_px, Qt.AlignmentFlag.AlignRight)
        painter.restore()

    def _draw(
        self, painter: QPainter, area: QRectF, text: str, colour: str, pixels: int, side: Qt.AlignmentFlag
    ) -> None:
        font = painter.font()
        font.setPixelSize(pixels)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(area, int(side | Qt.AlignmentFlag.AlignVCenter), text)
