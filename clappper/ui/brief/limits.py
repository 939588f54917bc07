"""What the models that will make the shots can do, told at the fields it bounds."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox

from clappper.providers.contract import Capabilities
from clappper.ui.brief.editor import Editor

SHORT_SECONDS, LONG_SECONDS = 1.0, 60.0
"""A shot is neither shorter nor longer than these anyway, so that wider bounds need not be said."""


def possible_aspects(models: Iterable[Capabilities]) -> frozenset[str] | None:
    """Give the aspects that every model makes; None where none of them cares."""
    stated = [frozenset(model.aspects) for model in models if model.aspects]
    return frozenset.intersection(*stated) if stated else None


def possible_rates(models: Iterable[Capabilities]) -> tuple[float, ...]:
    """Give the frame rates that every model makes, in order; nothing where none of them cares."""
    stated = [frozenset(model.fps) for model in models if model.fps]
    return tuple(sorted(frozenset.intersection(*stated))) if stated else ()


def shot_lengths(models: Iterable[Capabilities]) -> str:
    """Say how long one shot can be, by the shortest and longest of every model."""
    spans = [model.seconds for model in models]
    if not spans:
        return ""
    low, high = max(low for low, _ in spans), min(high for _, high in spans)
    if low > high:
        return ""
    if low > SHORT_SECONDS:
        return f"shots {low:g}–{high:g} s"
    return f"shots to {high:g} s" if high < LONG_SECONDS else ""


def show_aspects(editor: Editor, aspects: frozenset[str] | None) -> None:
    """Let only those aspects be chosen that can be made."""
    box = editor.control
    assert isinstance(box, QComboBox)
    rows = box.model()
    assert isinstance(rows, QStandardItemModel)
    for place in range(box.count()):
        able = aspects is None or box.itemData(place) in aspects
        rows.item(place).setEnabled(able)
        rows.item(place).setToolTip("" if able else "What makes the shots cannot make this aspect.")


def show_note(editor: Editor, note: str) -> None:
    """Say something short beside a field's label."""
    editor.label.setText(f"{editor.row.label} ({note})" if note else editor.row.label)
