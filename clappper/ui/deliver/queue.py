"""The render queue: what was ordered, where each file stands, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QUrl
from PySide6.QtGui import QColor, QContextMenuEvent, QDesktopServices, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolButton,
    QWidget,
)

from clappper.flow.delivering.export_queue import (
    WAITING,
    Export,
    ExportChanged,
    ExportProgressed,
    ExportQueue,
    ExportState,
)
from clappper.ui import controls, icons
from clappper.ui.bench import Bench
from clappper.ui.bridge import watch
from clappper.ui.deliver.states import size_text, telling
from clappper.ui.deliver.verbs import ROWS
from clappper.ui.outputs import Cell
from clappper.ui.tokens import Tokens

COLUMNS = ("File", "State", "Progress", "Time left", "Size")
PROGRESS = 2
WIDEST_BAR = 320
BUTTONS = ("deliver_cancel", "deliver_again", "deliver_reveal", "deliver_remove")
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


class QueueModel(QAbstractTableModel):
    """The exports of a project, the newest first."""

    def __init__(self, queue: ExportQueue, tokens: Tokens) -> None:
        super().__init__()
        self._queue, self._tokens = queue, tokens
        self._rows: tuple[Export, ...] = ()
        self._progress: dict[str, ExportProgressed] = {}
        self.refresh()

    def refresh(self) -> None:
        """Read the queue again."""
        rows = tuple(reversed(self._queue.exports))
        if [row.id for row in rows] == [row.id for row in self._rows]:
            self._rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(COLUMNS) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def note(self, progress: ExportProgressed) -> None:
        """Show how far an export is."""
        self._progress[progress.export_id] = progress
        self.refresh()

    def export(self, row: int) -> Export | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, export_id: str) -> int:
        return next((at for at, export in enumerate(self._rows) if export.id == export_id), -1)

    def fraction(self, row: int) -> float | None:
        """Give how far a running export is, 0..1."""
        export = self._rows[row]
        progress = self._progress.get(export.id)
        return progress.fraction if progress and export.state is ExportState.RUNNING else None

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        export = self._rows[index.row()]
        told = telling(export)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(export, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{export.problem} {export.hint}".strip() or export.path
        if index.column() == 1 and role == Qt.ItemDataRole.DecorationRole:
            return icons.icon(told.icon, self._tokens, colour=told.colour(self._tokens))
        if index.column() == 1 and role == Qt.ItemDataRole.ForegroundRole:
            return QColor(told.colour(self._tokens))
        return None

    def _text(self, export: Export, column: int) -> str:
        progress = self._progress.get(export.id)
        running = progress if export.state is ExportState.RUNNING else None
        match column:
            case 0:
                return Path(export.path).name
            case 1:
                return telling(export).text
            case 2:
                return running.stage.capitalize() if running else export.problem
            case 3:
                left = running.seconds_left if running else None
                return f"{left:.0f} s" if left is not None else ""
            case _:
                return size_text(export.size_bytes)


class _ProgressBar(QStyledItemDelegate):
    """A thin bar under the stage's name."""

    def __init__(self, model: QueueModel, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self._model, self._tokens = model, tokens

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        fraction = self._model.fraction(index.row())
        if fraction is not None:
            track = option.rect.adjusted(6, option.rect.height() - 5, -6, -2)
            track.setWidth(min(track.width(), WIDEST_BAR))
            painter.fillRect(track, QColor(self._tokens.well))
            track.setWidth(round(track.width() * fraction))
            painter.fillRect(track, QColor(self._tokens.accent))


class QueuePanel(QWidget):
    """The table of exports. The chosen one is what the other panels show."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        controls.set_kind(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._bench, self._queue = bench, bench.session.exports
        self._model = QueueModel(self._queue, bench.tokens)
        self.table = QTableView()
        self.table.horizontalHeader().setAccessibleName("Columns of the queue")
        self._stack = QStackedWidget()
        self._buttons: dict[str, QToolButton] = {}
        self._build()
        self._bind()
        self._refresh()

    def verbs(self) -> dict[str, Callable[[], Any]]:
        """Give what can be done with the chosen exports, by the ids of ``verbs.ROWS``."""
        chosen = self.chosen
        found: dict[str, Callable[[], Any]] = {}
        if any(export.state in WAITING for export in chosen):
            found["deliver_cancel"] = self._cancel
        if any(export.state not in WAITING for export in chosen):
            found |= {"deliver_again": self._again, "deliver_remove": self._remove}
        if any(Path(export.path).is_file() for export in chosen):
            found["deliver_reveal"] = self._reveal
        return found

    @property
    def chosen(self) -> tuple[Export, ...]:
        rows = sorted({index.row() for index in self.table.selectionModel().selectedIndexes()})
        return tuple(export for row in rows if (export := self._model.export(row)))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        can, menu = self.verbs(), QMenu(self)
        for row in ROWS:
            if row.id in can:
                menu.addAction(icons.icon(row.icon, self._bench.tokens), row.text, can[row.id])
        if not menu.isEmpty():
            menu.popup(event.globalPos())

    def _build(self) -> None:
        self.setAccessibleName("Render queue")
        table = self.table
        table.setModel(self._model)
        table.setAccessibleName("Exports")
        table.setShowGrid(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(self._bench.tokens.row)
        table.setItemDelegateForColumn(PROGRESS, _ProgressBar(self._model, self._bench.tokens, table))
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        for column, width in enumerate((340, 190, 240, 80, 80)):
            table.setColumnWidth(column, width)
        header.setSectionResizeMode(PROGRESS, QHeaderView.ResizeMode.Stretch)
        self._empty = controls.EmptyState(
            self._bench.tokens, "export", "What you export is rendered here, while you go on editing."
        )
        self._stack.addWidget(self._empty)
        self._stack.addWidget(table)
        layout = controls.column(self, gap=4)
        layout.setContentsMargins(0, 0, 0, 4)
        layout.addLayout(self._bar())
        layout.addWidget(self._stack, 1)

    def _bar(self) -> QHBoxLayout:
        tokens, bar = self._bench.tokens, controls.line(gap=2)
        bar.setContentsMargins(tokens.gap, 0, tokens.pad, 0)
        rows = {row.id: row for row in ROWS}
        for name in BUTTONS:
            button = controls.icon_button(
                rows[name].icon, tokens, rows[name].text, partial(self._bench.do, name)
            )
            self._buttons[name] = button
            bar.addWidget(button)
        bar.addStretch()
        return bar

    def _bind(self) -> None:
        hub = self._bench.session.hub
        watch(self, hub, ExportChanged, lambda _: self._refresh())
        watch(self, hub, ExportProgressed, lambda events: self._model.note(events[-1]))
        self.table.selectionModel().currentChanged.connect(self._on_current_changed)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_choice())
        self.table.doubleClicked.connect(lambda _: self._bench.do("deliver_play"))

    def _refresh(self) -> None:
        self._model.refresh()
        self._stack.setCurrentIndex(1 if self._model.rowCount() else 0)
        if self._model.rowCount() and not self.table.selectionModel().hasSelection():
            self.table.selectRow(0)
        self._show_choice()

    def _show_choice(self) -> None:
        can = self.verbs()
        for name, button in self._buttons.items():
            button.setEnabled(name in can)

    def _on_current_changed(self, now: QModelIndex) -> None:
        export = self._model.export(now.row())
        if export is not None:
            self._bench.outputs.look_at(Cell(export.variant, export.preset.aspect))

    def _cancel(self) -> None:
        for export in self.chosen:
            self._queue.cancel(export.id)

    def _again(self) -> None:
        for export in self.chosen:
            version = self._bench.outputs.version(export.variant)
            self._queue.again(export.id, version.variant.desk if version else None)

    def _remove(self) -> None:
        for export in self.chosen:
            if export.state not in WAITING:
                self._queue.remove(export.id)

    def _reveal(self) -> None:
        folders = {Path(export.path).parent for export in self.chosen}
        for folder in folders:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
