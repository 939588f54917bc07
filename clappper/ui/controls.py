"""The building stones of every panel: labels, buttons and empty states, each with its accessible name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QDropEvent, QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from clappper.ui import icons
from clappper.ui.tokens import Tokens

L = TypeVar("L", bound=QBoxLayout)
S = TypeVar("S", bound=QAbstractSpinBox)


def set_kind(widget: QWidget, kind: str) -> None:
    """Give a widget another variant of the style sheet."""
    if widget.property("kind") != kind:
        widget.setProperty("kind", kind)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def label(text: str, kind: str = "", *, wrap: bool = False) -> QLabel:
    """Make a text; ``kind`` is title, heading, secondary, dense, mono, ok, warn, error or info."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if kind:
        made.setProperty("kind", kind)
    return made


def button(
    text: str, clicked: Callable[[], object], kind: str = "", *, icon: QIcon | None = None, tip: str = ""
) -> QPushButton:
    """Make a button; ``kind`` is empty, primary, danger, quiet, link, chip, tile or switch."""
    made = QPushButton(text)
    made.setAccessibleName(text)
    made.setToolTip(tip)
    if icon is not None:
        put_icon(made, icon)
    if kind:
        made.setProperty("kind", kind)
    _on_click(made, clicked)
    return made


def put_icon(button: QPushButton, icon: QIcon) -> None:
    """Set an icon before a button's words."""
    button.setIcon(icons.before_text(icon))
    button.setIconSize(QSize(round(16 * icons.TEXT_ROOM), 16))


def icon_button(
    name: str, tokens: Tokens, tip: str, clicked: Callable[[], object] | None = None
) -> QToolButton:
    """Make a button that shows only an icon: ``tip`` says what it does, to eyes and to screen readers."""
    made = QToolButton()
    made.setIcon(icons.icon(name, tokens))
    made.setIconSize(QSize(16, 16))
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if clicked is not None:
        _on_click(made, clicked)
    return made


def _on_click(made: QAbstractButton, clicked: Callable[[], object]) -> None:
    def press() -> None:
        clicked()

    made.clicked.connect(press)


def column(parent: QWidget | None = None, *, gap: int = 8, pad: int = 0) -> QVBoxLayout:
    made = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    return _spaced(made, gap, pad)


def line(parent: QWidget | None = None, *, gap: int = 8, pad: int = 0) -> QHBoxLayout:
    made = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    return _spaced(made, gap, pad)


def dropped_files(event: QDropEvent) -> list[Path]:
    """Give the files of this machine that are being dropped."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def spaced(spin: S) -> S:
    """Give a number field the same room before its text as a line has; a style sheet cannot."""
    inner = spin.findChild(QLineEdit)
    if inner is not None:
        inner.setTextMargins(6, 0, 0, 0)
    return spin


def clear(layout: QBoxLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif isinstance(inner, QBoxLayout):
            clear(inner)


def panel(kind: str = "panel") -> QWidget:
    """Make a plain surface; ``kind`` is panel, well, raised or window."""
    made = QWidget()
    made.setProperty("kind", kind)
    made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return made


class Elided(QLabel):
    """A text that gives way: what does not fit ends in dots."""

    def __init__(self, kind: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("kind", kind)
        self.setMinimumWidth(40)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        fits = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), int(self.alignment()), fits)


class EmptyState(QWidget):
    """What an empty panel says: one line about what goes there, and the one action that brings it."""

    def __init__(
        self, tokens: Tokens, icon: str, text: str, action: QPushButton | None = None, *, hint: str = ""
    ) -> None:
        super().__init__()
        layout = column(self, gap=tokens.gap, pad=tokens.group)
        picture = QLabel()
        picture.setPixmap(icons.pixmap(icon, tokens.disabled, 32, self.devicePixelRatioF()))
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text = _centred(text, "")
        self.hint = _centred(hint, "secondary")
        if not hint:
            self.hint.hide()
        layout.addStretch()
        for part in (picture, self.text, self.hint):
            layout.addWidget(part)
        if action is not None:
            layout.addSpacing(tokens.gap)
            layout.addWidget(action, alignment=Qt.AlignmentFlag.AlignCenter)
        layout.addStretch()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def say(self, text: str, hint: str = "") -> None:
        self.text.setText(text)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))


def _centred(text: str, kind: str) -> QLabel:
    made = label(text, kind, wrap=True)
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return made


def _spaced(layout: L, gap: int, pad: int) -> L:
    layout.setSpacing(gap)
    layout.setContentsMargins(pad, pad, pad, pad)
    return layout
