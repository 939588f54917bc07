"""Every step of the project; a click goes there, and forward again."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from clappper.base.errors import ClappperError
from clappper.flow.project.session import HistoryChanged
from clappper.ui import controls, errors, icons
from clappper.ui.bench import Bench
from clappper.ui.bridge import watch


class HistoryPanel(QWidget):
    """Steps from the first to the last; those that are undone are dimmed."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self.list = QListWidget()
        self.list.setAccessibleName("History")
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        controls.column(self).addWidget(self.list)
        self.list.itemClicked.connect(self._go)
        self.list.itemActivated.connect(self._go)
        watch(self, bench.session.hub, HistoryChanged, lambda _: self._refresh())
        self._refresh()

    def _refresh(self) -> None:
        session, tokens = self._bench.session, self._bench.tokens
        self.list.clear()
        for place, name in enumerate(session.history_names):
            item = QListWidgetItem(name)
            here, undone = place == session.place, place > session.place
            item.setIcon(
                icons.icon(
                    "caret-right" if here else "dot-outline",
                    tokens,
                    colour=tokens.accent if here else tokens.disabled,
                )
            )
            item.setForeground(QColor(tokens.disabled if undone else tokens.accent if here else tokens.text))
            state = "current" if here else "undone" if undone else "done"
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}, {state}")
            self.list.addItem(item)
        self.list.setCurrentRow(session.place)
        self.list.scrollToItem(self.list.item(session.place))

    def _go(self, item: QListWidgetItem) -> None:
        place = self.list.row(item)
        if place == self._bench.session.place:
            return
        try:
            self._bench.session.go_to(place)
        except ClappperError as error:
            errors.show(self, error)
