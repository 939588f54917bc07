"""Captions as a table: start, end and words; what is typed becomes an undo step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange, FrameRate
from clappper.timeline.captions import Caption
from clappper.ui.viewer.transport import frame_of

HEADS = ("Start", "End", "Words")
Index = QModelIndex | QPersistentModelIndex
Keep = Callable[[str, tuple[Caption, ...]], bool]


class CaptionModel(QAbstractTableModel):
    """``keep`` stores other captions as a named step and tells whether it could."""

    def __init__(self, keep: Keep, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keep = keep
        self._rate = FrameRate(30)
        self.captions: tuple[Caption, ...] = ()

    def show(self, captions: tuple[Caption, ...], rate: FrameRate) -> None:
        if (captions, rate) != (self.captions, self._rate):
            self.beginResetModel()
            self.captions, self._rate = captions, rate
            self.endResetModel()

    def row_at(self, frame: int) -> int:
        """Find the caption that is seen at a frame; -1 for none."""
        rows = (row for row, caption in enumerate(self.captions) if frame in caption.frames)
        return next(rows, -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.captions)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(HEADS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return HEADS[section] if orientation is Qt.Orientation.Horizontal else str(section + 1)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        caption = self.captions[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{caption.text}\nIt has a look of its own." if caption.look else caption.text
        if role == Qt.ItemDataRole.FontRole and caption.look:
            slanted = QFont()
            slanted.setItalic(True)
            return slanted
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return None
        times = (caption.frames.start, caption.frames.end)
        return caption.text if index.column() == 2 else self._time(times[index.column()])

    def _time(self, frame: int) -> str:
        """Write a time, without hours while there are none: the words need the room."""
        return self._rate.timecode(frame).removeprefix("00:")

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        del role
        row, old = index.row(), self.captions[index.row()]
        try:
            new = self._changed(old, index.column(), str(value))
        except ClappperError:
            return False
        if new == old:
            return False
        others = self.captions[:row] + self.captions[row + 1 :]
        name = "Change caption" if index.column() == 2 else "Time caption"
        return self._keep(name, tuple(sorted((*others, new), key=lambda one: one.frames)))

    def _changed(self, old: Caption, column: int, text: str) -> Caption:
        if column == 2:
            return replace(old, text=text.strip() or old.text)
        frame = frame_of(text, self._rate, old.frames.start if column == 0 else old.frames.end)
        start, end = (frame, old.frames.end) if column == 0 else (old.frames.start, frame)
        if end <= start:
            raise ClappperError("A caption ends after it begins.")
        said = tuple(frame + old.frames.start - start for frame in old.said)
        return replace(old, frames=FrameRange(start, end), said=said)
