"""The rows of the inspector: a name, a field, and what else belongs to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from clappper.ui import controls
from clappper.ui.inspector.scrub import Measure, ScrubField
from clappper.ui.tokens import Tokens

NAME_WIDTH = 78


def section(title: str, tokens: Tokens) -> tuple[QWidget, QVBoxLayout]:
    """Make a group of rows under a title."""
    holder = QWidget()
    column = controls.column(holder, gap=4)
    column.setContentsMargins(tokens.pad, tokens.gap, tokens.pad, tokens.gap)
    if title:
        column.addWidget(controls.label(title, "title"))
        column.addSpacing(2)
    return holder, column


def named(name: str, *widgets: QWidget) -> QHBoxLayout:
    """Lay a name and its fields in a row."""
    row = controls.line(gap=4)
    label = controls.label(name, "secondary")
    label.setFixedWidth(NAME_WIDTH)
    row.addWidget(label)
    for widget in widgets:
        row.addWidget(widget, 1 if _grows(widget) else 0)
    if not any(_grows(widget) for widget in widgets):
        row.addStretch()
    return row


def _grows(widget: QWidget) -> bool:
    return isinstance(widget, QComboBox) or (
        isinstance(widget, QLineEdit) and not isinstance(widget, ScrubField)
    )


def number(
    name: str,
    measure: Measure,
    tokens: Tokens,
    tried: Callable[[float], object],
    settled: Callable[[float], object],
    given_up: Callable[[], object],
) -> ScrubField:
    """Make a number that is tried while it is dragged."""
    field = ScrubField(name, measure, tokens)
    field.tried.connect(tried)
    field.settled.connect(settled)
    field.given_up.connect(given_up)
    return field


def choice(name: str, texts: Sequence[str], chosen: Callable[[str], object]) -> QComboBox:
    """Make a choice among words."""
    box = QComboBox()
    box.setAccessibleName(name)
    box.addItems(list(texts))
    box.textActivated.connect(chosen)
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return box


def fact(name: str, text: str) -> QHBoxLayout:
    """Show something that is only read; it can be copied."""
    value: QLabel = controls.label(text, wrap=True)
    value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    value.setAccessibleName(f"{name}: {text}")
    row = controls.line(gap=4)
    label = controls.label(name, "secondary")
    label.setFixedWidth(NAME_WIDTH)
    row.addWidget(label, alignment=Qt.AlignmentFlag.AlignTop)
    row.addWidget(value, 1)
    return row
