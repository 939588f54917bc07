"""What all editors of a field have: a label, a control, and room for what is wrong."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clappper.ui import controls
from clappper.ui.brief.fields import FieldRow
from clappper.ui.tokens import Tokens


class Editor(QWidget):
    """A field's label, its control, and room for what is wrong.

    ``edited`` carries every new value, ``finished`` that a person is done with it, ``brought`` that files
    have come into the project for it.
    """

    edited = Signal(object)
    finished = Signal()
    brought = Signal()

    def __init__(self, row: FieldRow, tokens: Tokens) -> None:
        super().__init__()
        self.row = row
        self.tokens = tokens
        self.label = controls.label(row.label, "dense")
        self.wrong = controls.label("", "error", wrap=True)
        self.wrong.hide()
        self.layout_ = controls.column(self, gap=3)
        self.control = self._make()
        self.control.setMinimumWidth(40)
        self.setMinimumWidth(40)
        self.control.setAccessibleName(row.label)
        self.control.setAccessibleDescription(row.hint)
        self.label.setBuddy(self.control)
        if row.kind != "flag":
            self.layout_.addWidget(self.label)
        self.layout_.addWidget(self.control)
        self.layout_.addWidget(self.wrong)

    @abstractmethod
    def show_value(self, value: Any) -> None:
        """Show what the brief says, without telling of it as an edit."""

    def say(self, wrong: str) -> None:
        """Say what is wrong with what was typed; nothing when it is right."""
        self.wrong.setText(
            wrong.rpartition(self.row.path.rpartition(".")[2])[2].strip().capitalize() if wrong else ""
        )
        self.wrong.setVisible(bool(wrong))
        if self.control.property("invalid") != bool(wrong):
            self.control.setProperty("invalid", bool(wrong))
            self.control.style().unpolish(self.control)
            self.control.style().polish(self.control)

    @abstractmethod
    def _make(self) -> QWidget:
        """Make the control that the value is typed or chosen in."""
