"""One widget for each kind of field: shows a value, tells of every change, says what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFocusEvent, QKeyEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QSlider,
    QWidget,
)

from clappper.ui import controls
from clappper.ui.brief.editor import Editor
from clappper.ui.brief.fields import CHOICE_NAMES, FieldRow
from clappper.ui.brief.record_editors import BeatsEditor, TitlesEditor
from clappper.ui.tokens import Tokens

TEXT_LINES = 3
THUMB = 30
"""The side of a file's small picture."""


class LineEditor(Editor):
    """One line of text; empty is nothing where the field may be missing."""

    control: QLineEdit

    def show_value(self, value: Any) -> None:
        if not (self.control.hasFocus() and self._given() == value):
            self.control.setText(value or "")
            self.control.setCursorPosition(0)

    def _make(self) -> QLineEdit:
        made = QLineEdit()
        made.setPlaceholderText(self.row.hint)
        made.textEdited.connect(lambda _: self.edited.emit(self._given()))
        made.editingFinished.connect(self.finished)
        return made

    def _given(self) -> str | None:
        text = self.control.text().strip()
        return text or (None if self.row.optional else text)


class ListEditor(LineEditor):
    """Several words or phrases with commas between them."""

    def show_value(self, value: Any) -> None:
        if not (self.control.hasFocus() and self._parts() == list(value or ())):
            self.control.setText(", ".join(value or ()))
            self.control.setCursorPosition(0)

    def _make(self) -> QLineEdit:
        made = super()._make()
        made.textEdited.disconnect()
        made.textEdited.connect(lambda _: self.edited.emit(self._parts()))
        return made

    def _parts(self) -> list[str]:
        return [part.strip() for part in self.control.text().split(",") if part.strip()]


class TextEditor(Editor):
    """A few lines of text."""

    control: QPlainTextEdit

    def show_value(self, value: Any) -> None:
        if self.control.toPlainText().strip() != (value or ""):
            with QSignalBlocker(self.control):
                self.control.setPlainText(value or "")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.type() is QEvent.Type.FocusOut:
            self.finished.emit()
        return super().eventFilter(watched, event)

    def _make(self) -> QPlainTextEdit:
        made = QPlainTextEdit()
        made.setPlaceholderText(self.row.hint)
        made.setTabChangesFocus(True)
        made.setFixedHeight(TEXT_LINES * (self.tokens.base_px + 5) + 10)
        made.textChanged.connect(self._typed)
        made.installEventFilter(self)
        return made

    def _typed(self) -> None:
        text = self.control.toPlainText().strip()
        self.edited.emit(text or (None if self.row.optional else text))


class _Choices(QComboBox):
    """A combo box that leaves the wheel to the form until it is entered."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event) if self.hasFocus() else event.ignore()


class ChoiceEditor(Editor):
    """One of a few values."""

    control: QComboBox

    def show_value(self, value: Any) -> None:
        self.control.setCurrentIndex(max(0, self.control.findData(value)))

    def _make(self) -> QComboBox:
        made = _Choices()
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if self.row.optional:
            made.addItem(self.row.hint or "Any", None)
        for choice in self.row.choices:
            made.addItem(CHOICE_NAMES.get(choice, choice.replace("_", " ").capitalize()), choice)
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(6)
        made.activated.connect(self._chosen)
        return made

    def _chosen(self) -> None:
        self.edited.emit(self.control.currentData())
        self.finished.emit()


class _Figures(QDoubleSpinBox):
    """Shows no more places than its number has, where ``spare`` is set."""

    spare = False

    def textFromValue(self, value: float) -> str:
        text = super().textFromValue(value)
        return text.rstrip("0").rstrip(".,") if self.spare and self.decimals() else text

    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event) if self.hasFocus() else event.ignore()


class NumberEditor(Editor):
    """A number within its bounds; an optional one is empty one step below the lowest."""

    control: QDoubleSpinBox

    def show_value(self, value: Any) -> None:
        with QSignalBlocker(self.control):
            self.control.setValue(self.control.minimum() if value is None else float(value))

    def _make(self) -> QDoubleSpinBox:
        made, row = controls.spaced(_Figures()), self.row
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.setDecimals(0 if row.kind == "whole" else 2)
        made.setRange(row.low - (1 if row.optional else 0), row.high)
        made.setSingleStep(1 if row.kind == "whole" or row.high > 60 else 0.25)
        made.spare = row.high > 60
        (made.setPrefix if row.unit == "$" else made.setSuffix)(row.unit)
        made.setKeyboardTracking(False)
        if row.optional:
            made.setSpecialValueText(self.row.hint or "Any")
        made.valueChanged.connect(self._turned)
        made.editingFinished.connect(self.finished)
        return made

    def _turned(self, value: float) -> None:
        if self.row.optional and value < self.row.low:
            self.edited.emit(None)
        else:
            self.edited.emit(round(value) if self.row.kind == "whole" else round(value, 2))
        self.finished.emit()


class SliderEditor(Editor):
    """A whole number that is pulled; the label says it, with the mouse wheel left to the page."""

    control: QSlider

    def show_value(self, value: Any) -> None:
        with QSignalBlocker(self.control):
            self.control.setValue(int(value))
        self._tell(int(value))

    def _make(self) -> QSlider:
        made, row = QSlider(Qt.Orientation.Horizontal), self.row
        made.setRange(round(row.low), round(row.high))
        made.setPageStep(10)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.setToolTip(row.hint)
        made.installEventFilter(self)
        made.valueChanged.connect(self._pulled)
        made.sliderReleased.connect(self.finished)
        return made

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Wheel:
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _pulled(self, value: int) -> None:
        self._tell(value)
        self.edited.emit(value)
        if not self.control.isSliderDown():
            self.finished.emit()

    def _tell(self, value: int) -> None:
        self.label.setText(f"{self.row.label}: {value}{self.row.unit}")


class FlagEditor(Editor):
    """Yes or no."""

    control: QCheckBox

    def show_value(self, value: Any) -> None:
        self.control.setChecked(bool(value))

    def _make(self) -> QCheckBox:
        made = QCheckBox(self.row.label)
        made.clicked.connect(self._clicked)
        return made

    def _clicked(self) -> None:
        self.edited.emit(self.control.isChecked())
        self.finished.emit()


class FileEditor(Editor):
    """One file or several, dropped or chosen: ``wanted`` asks the form to bring files into the project."""

    wanted = Signal(object)
    asked = Signal()
    name_of: Callable[[str], str] = staticmethod(lambda path: Path(path).name)
    picture_of: Callable[[str], Path | None] = staticmethod(lambda _: None)

    def show_value(self, value: Any) -> None:
        paths = list(value or ()) if self.row.kind == "files" else ([value] if value else [])
        controls.clear(self._list)
        for path in paths:
            self._list.addLayout(self._line(path, paths))
        self._drop.setVisible(self.row.kind == "files" or not paths)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            controls.set_kind(self._drop, "drop_over")

    def dragLeaveEvent(self, event: QEvent) -> None:
        controls.set_kind(self._drop, "drop")
        super().dragLeaveEvent(event)  # type: ignore[arg-type]

    def dropEvent(self, event: QDropEvent) -> None:
        controls.set_kind(self._drop, "drop")
        self.wanted.emit(controls.dropped_files(event))

    def _make(self) -> QWidget:
        made = QWidget()
        self.setAcceptDrops(True)
        column = controls.column(made, gap=3)
        self._list = controls.column(gap=2)
        self._drop = controls.button(
            self.row.hint or "Drop a file here, or choose one…", self.asked.emit, "drop", tip="Choose a file…"
        )
        self._drop.setAccessibleName(f"Choose {self.row.label.lower()}")
        column.addLayout(self._list)
        column.addWidget(self._drop)
        made.setFocusProxy(self._drop)
        return made

    def _line(self, path: str, paths: list[str]) -> Any:
        line = controls.line(gap=6)
        if (picture := self.picture_of(path)) is not None:
            line.addWidget(_thumb(picture, self.devicePixelRatioF()))
        name = controls.label(self.name_of(path))
        name.setToolTip(path)
        name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        line.addWidget(name, 1)
        left = [other for other in paths if other != path]
        line.addWidget(
            controls.icon_button("x", self.tokens, f"Take {name.text()} away", lambda: self._take(left))
        )
        return line

    def _take(self, left: list[str]) -> None:
        self.edited.emit(left if self.row.kind == "files" else None)
        self.finished.emit()


def _thumb(picture: Path, ratio: float) -> QLabel:
    made = controls.label("")
    made.setFixedSize(THUMB, THUMB)
    side = round(THUMB * ratio)
    whole = QPixmap(str(picture)).scaled(
        side,
        side,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    square = whole.copy((whole.width() - side) // 2, (whole.height() - side) // 2, side, side)
    square.setDevicePixelRatio(ratio)
    made.setPixmap(square)
    return made


class ColourEditor(Editor):
    """Colours as chips, the main one first, or one alone: a click changes one, Delete takes it away."""

    wanted = Signal(object)

    def show_value(self, value: Any) -> None:
        single = self.row.kind == "colour"
        colours = list(value or ()) if not single else [value] if value else []
        controls.clear(self._chips)
        for place, colour in enumerate(colours):
            self._chips.addWidget(self._chip(colour, place, colours))
        if not (single and colours):
            tip = "Choose a colour" if single else "Add a brand colour"
            plus = controls.icon_button("plus", self.tokens, tip, lambda: self.wanted.emit((None, colours)))
            self._chips.addWidget(plus)
        self._chips.addStretch()

    def _make(self) -> QWidget:
        made = QWidget()
        self._chips = controls.line(made, gap=4)
        return made

    def _chip(self, colour: str, place: int, colours: list[str]) -> QWidget:
        chip = controls.button("", lambda: self.wanted.emit((place, colours)), "chip_colour")
        chip.setAccessibleName(f"{self.row.label}: {colour}")
        chip.setToolTip(f"{colour}\nClick to change it, Delete to take it away")
        chip.setStyleSheet(f"background: {colour};")
        chip.setFixedSize(34, 24)
        chip.installEventFilter(_OnDelete(chip, lambda: self._without(place, colours)))
        return chip

    def _without(self, place: int, colours: list[str]) -> None:
        if self.row.kind == "colour":
            self.edited.emit(None)
        elif len(colours) > 1:
            self.edited.emit(colours[:place] + colours[place + 1 :])
        self.finished.emit()


class _OnDelete(QObject):
    def __init__(self, parent: QWidget, do: Callable[[], None]) -> None:
        super().__init__(parent)
        self._do = do

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
            return False
        wanted = event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}
        if wanted:
            self._do()
        return wanted


EDITORS: dict[str, type[Editor]] = {
    "line": LineEditor,
    "text": TextEditor,
    "choice": ChoiceEditor,
    "whole": NumberEditor,
    "number": NumberEditor,
    "slider": SliderEditor,
    "flag": FlagEditor,
    "list": ListEditor,
    "colour": ColourEditor,
    "colours": ColourEditor,
    "file": FileEditor,
    "files": FileEditor,
    "titles": TitlesEditor,
    "beats": BeatsEditor,
}


def editor_for(row: FieldRow, tokens: Tokens) -> Editor:
    return EDITORS[row.kind](row, tokens)
