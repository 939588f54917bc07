"""Editors for lists of small records: the titles of a scene, and what happens in it from beat to beat."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QLineEdit, QWidget

from clappper.ui import controls, icons
from clappper.ui.brief.editor import Editor

LONGEST_SECONDS = 60.0
BEAT_SECONDS = 1.5


class RecordsEditor(Editor):
    """One line for each record, and a button that adds one. ``_fields`` lays a record out."""

    _records: list[dict[str, Any]]

    def show_value(self, value: Any) -> None:
        records = [record.model_dump(mode="json", exclude_none=True) for record in value or ()]
        if records == self._records:
            return
        self._records = records
        self._lay_out()

    def _make(self) -> QWidget:
        self._records = []
        made = QWidget()
        column = controls.column(made, gap=4)
        self._lines = controls.column(gap=4)
        column.addLayout(self._lines)
        plus = icons.icon("plus", self.tokens)
        self._add = controls.button(self.row.hint, self._append, "quiet", icon=plus)
        row = controls.line()
        row.addWidget(self._add)
        row.addStretch()
        column.addLayout(row)
        made.setFocusProxy(self._add)
        return made

    def _lay_out(self) -> None:
        controls.clear(self._lines)
        for place in range(len(self._records)):
            line = controls.line(gap=4)
            self._fields(line, place)
            away = controls.icon_button(
                "x",
                self.tokens,
                f"{self.row.label} {place + 1}: take it away",
                lambda at=place: self._take(at),  # type: ignore[misc]
            )
            line.addWidget(away)
            self._lines.addLayout(line)

    @abstractmethod
    def _fields(self, line: QHBoxLayout, place: int) -> None:
        """Lay out the controls of the record at ``place``."""

    @abstractmethod
    def _fresh(self) -> dict[str, Any]:
        """Make the record that the button adds."""

    def _name(self, control: QWidget, what: str, place: int) -> None:
        control.setAccessibleName(f"{self.row.label} {place + 1}: {what}")
        control.setMinimumWidth(40)

    def _change(self, place: int, field: str, value: object) -> None:
        self._records[place] = {**self._records[place], field: value}
        self.edited.emit([dict(record) for record in self._records])

    def _append(self) -> None:
        self._records = [*self._records, self._fresh()]
        self._settle()

    def _take(self, place: int) -> None:
        self._records = [*self._records[:place], *self._records[place + 1 :]]
        self._settle()

    def _settle(self) -> None:
        self._lay_out()
        self.edited.emit([dict(record) for record in self._records])
        self.finished.emit()


class TitlesEditor(RecordsEditor):
    """The texts set over a scene, each with its place."""

    def _fields(self, line: QHBoxLayout, place: int) -> None:
        record = self._records[place]
        text, where = QLineEdit(record["text"]), QComboBox()
        for choice in self.row.choices:
            where.addItem(choice.replace("-", " ").capitalize(), choice)
        where.setCurrentIndex(where.findData(record["position"]))
        self._name(text, "text", place)
        self._name(where, "place", place)
        text.textEdited.connect(lambda words: self._change(place, "text", words.strip()))
        text.editingFinished.connect(self.finished)
        where.activated.connect(lambda: self._change(place, "position", where.currentData()))
        where.activated.connect(self.finished)
        line.addWidget(text, 2)
        line.addWidget(where, 1)

    def _fresh(self) -> dict[str, Any]:
        return {"text": "New title", "position": self.row.choices[-1]}


class BeatsEditor(RecordsEditor):
    """What happens in a scene, each with its start and end in seconds from the scene's own start."""

    def _fields(self, line: QHBoxLayout, place: int) -> None:
        record = self._records[place]
        for field in ("start", "end"):
            spin = controls.spaced(QDoubleSpinBox())
            spin.setRange(0, LONGEST_SECONDS)
            spin.setSingleStep(0.25)
            spin.setSuffix(" s")
            spin.setKeyboardTracking(False)
            spin.setValue(record[field])
            self._name(spin, field, place)
            spin.valueChanged.connect(lambda value, name=field: self._change(place, name, round(value, 2)))
            spin.editingFinished.connect(self.finished)
            line.addWidget(spin)
        action = QLineEdit(record["action"])
        self._name(action, "action", place)
        action.textEdited.connect(lambda words: self._change(place, "action", words.strip()))
        action.editingFinished.connect(self.finished)
        line.addWidget(action, 1)

    def _fresh(self) -> dict[str, Any]:
        start = self._records[-1]["end"] if self._records else 0.0
        return {"start": start, "end": round(start + BEAT_SECONDS, 2), "action": "What happens"}
