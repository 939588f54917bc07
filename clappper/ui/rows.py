"""A table over any records: columns are functions, so that each list says only what is its own."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from clappper.ui import icons, theme
from clappper.ui.tokens import Tokens

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex
FRACTION = int(Qt.ItemDataRole.UserRole) + 40
RECORD = int(Qt.ItemDataRole.UserRole) + 41


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column. ``sign`` gives an icon's name and a token's colour; ``fraction`` draws a bar of 0..1."""

    title: str
    text: Callable[[R], str]
    width: int = 100
    figures: bool = False
    stretch: bool = False
    sign: Callable[[R], tuple[str, str] | None] | None = None
    fraction: Callable[[R], float | None] | None = None


class RowsModel(QAbstractTableModel, Generic[R]):
    """Holds records; ``key`` tells two of them apart, so that a choice survives a refresh."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        tokens: Tokens,
        key: Callable[[R], Hashable],
        tip: Callable[[R], str] = str,
    ) -> None:
        super().__init__()
        self._columns, self._tokens = tuple(columns), tokens
        self._key, self._tip = key, tip
        self.records: tuple[R, ...] = ()

    def show_records(self, records: Sequence[R]) -> None:
        """Take other records; rows that stay are only told anew."""
        same = [self._key(one) for one in records] == [self._key(one) for one in self.records]
        if not same:
            self.beginResetModel()
        changed = tuple(records) != self.records
        self.records = tuple(records)
        if not same:
            self.endResetModel()
        elif changed and self.records:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.records) - 1, len(self._columns) - 1))

    def place_of(self, key: Hashable) -> int:
        """Find a record's row; -1 for none."""
        return next((row for row, one in enumerate(self.records) if self._key(one) == key), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own way to say none
        return 0 if parent.isValid() else len(self.records)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as above
        return 0 if parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole and self._columns[section].figures:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        if not index.isValid():
            return None
        record, column = self.records[index.row()], self._columns[index.column()]
        if role in {Qt.ItemDataRole.FontRole, Qt.ItemDataRole.TextAlignmentRole}:
            return self._setting(column, role)
        return self._said(column, record, role)

    def _setting(self, column: Column[R], role: int) -> Any:
        if not column.figures:
            return None
        if role == Qt.ItemDataRole.FontRole:
            return theme.mono(self._tokens, self._tokens.dense_px)
        return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _said(self, column: Column[R], record: R, role: int) -> Any:
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return column.text(record)
        if role == RECORD:
            return record
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(record)
        if role == Qt.ItemDataRole.DecorationRole:
            return self._icon(column, record)
        if role == FRACTION:
            return column.fraction(record) if column.fraction else None
        return None

    def _icon(self, column: Column[R], record: R) -> QIcon | None:
        sign = column.sign(record) if column.sign else None
        return icons.icon(sign[0], self._tokens, colour=getattr(self._tokens, sign[1])) if sign else None


class RowsTable(QTableView):
    """Shows a ``RowsModel``: whole rows are chosen, one at a time."""

    def __init__(
        self, model: RowsModel[Any], columns: Sequence[Column[Any]], tokens: Tokens, name: str
    ) -> None:
        super().__init__()
        self.setModel(model)
        self.rows = model
        self.setAccessibleName(name)
        self.setItemDelegate(_Bars(tokens, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(tokens.row)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setAccessibleName(f"Columns of {name}")
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for place, column in enumerate(columns):
            self.setColumnWidth(place, column.width)
            if column.stretch:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)

    def chosen(self) -> Any:
        """Give the chosen record; None when there is none."""
        index = self.currentIndex()
        return self.rows.records[index.row()] if index.isValid() else None

    def choose(self, key: Hashable) -> None:
        """Choose a record by its key."""
        place = self.rows.place_of(key)
        if place >= 0:
            self.selectRow(place)


class _Bars(QStyledItemDelegate):
    """Draws a fraction as a thin bar in the middle of its cell."""

    def __init__(self, tokens: Tokens, parent: RowsTable) -> None:
        super().__init__(parent)
        self._tokens = tokens

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        fraction = index.data(FRACTION)
        if fraction is None:
            return
        rect = QRectF(option.rect)
        area = QRectF(rect.x() + 6, rect.center().y() - 2, rect.width() - 12, 4)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._tokens.well))
        painter.drawRoundedRect(area, 2, 2)
        area.setWidth(area.width() * fraction)
        painter.setBrush(QColor(self._tokens.ok if fraction >= 1 else self._tokens.accent))
        painter.drawRoundedRect(area, 2, 2)
        painter.restore()
