"""What went wrong or well, told where it does not stand in the way: toasts at the window's lower right.

News goes by itself; a failure stays until it is closed. Nothing here waits for an answer.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QWidget

from clappper.base.errors import ClappperError
from clappper.ui import controls, icons
from clappper.ui.tokens import DARK, Tokens

NEWS_MS = 6000
MOST = 4
WIDTH = 380
SIGNS = {"ok": "check-circle", "info": "info", "warn": "warning", "error": "warning-circle"}


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to do about what a toast says."""

    text: str
    do: Callable[[], object]


def show(widget: QWidget, error: ClappperError, offer: Offer | None = None) -> None:
    """Tell of something a person can act on; it stays until it is closed."""
    toasts_of(widget).add("error", error.message, error.hint, offer)


def show_fault(widget: QWidget, error: BaseException) -> None:
    """Tell of a fault in this program, with its details for a report."""
    details = "".join(traceback.format_exception(error))
    copy = Offer("Copy details", lambda: QGuiApplication.clipboard().setText(details))
    toasts_of(widget).add(
        "error", "Something went wrong in Clappper.", "Your work up to here is stored.", copy
    )


def tell(widget: QWidget, text: str, hint: str = "", *, kind: str = "ok", offer: Offer | None = None) -> None:
    """Give news that goes by itself; ``kind`` is ok, info or warn."""
    toasts_of(widget).add(kind, text, hint, offer)


def toasts_of(widget: QWidget) -> Toasts:
    """Give the toasts of the window that ``widget`` stands in."""
    window = widget.window()
    found = window.findChild(Toasts)
    return found if isinstance(found, Toasts) else Toasts(window, DARK)


class Toasts(QWidget):
    """The pile of toasts of one window."""

    def __init__(self, window: QWidget, tokens: Tokens) -> None:
        super().__init__(window)
        self._tokens = tokens
        self._layout = controls.column(self, gap=tokens.gap)
        window.installEventFilter(self)
        self.hide()

    @property
    def texts(self) -> tuple[str, ...]:
        """Give what the toasts say, the oldest first."""
        return tuple(toast.message for toast in self._shown())

    def add(self, kind: str, text: str, hint: str = "", offer: Offer | None = None) -> None:
        """Show a toast; the same once more takes the place of the first."""
        for old in self._shown():
            if old.message == text or len(self._shown()) >= MOST:
                self._take(old)
                break
        toast = _Toast(self._tokens, kind, text, hint, offer, self._take)
        self._layout.addWidget(toast)
        if kind != "error":
            QTimer.singleShot(NEWS_MS, toast, lambda: self._take(toast))
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _shown(self) -> list[_Toast]:
        items = (self._layout.itemAt(index) for index in range(self._layout.count()))
        return [found for item in items if item and isinstance(found := item.widget(), _Toast)]

    def _take(self, toast: _Toast) -> None:
        self._layout.removeWidget(toast)
        toast.hide()
        toast.deleteLater()
        self._place()

    def _place(self) -> None:
        if not self._shown():
            self.hide()
            return
        window = self.window()
        height = (
            self._layout.totalHeightForWidth(WIDTH)
            if self._layout.hasHeightForWidth()
            else self.sizeHint().height()
        )
        self.setGeometry(window.width() - WIDTH - 16, window.height() - height - 40, WIDTH, height)
        self.show()
        self.raise_()


class _Toast(QFrame):
    def __init__(
        self,
        tokens: Tokens,
        kind: str,
        text: str,
        hint: str,
        offer: Offer | None,
        close: Callable[[_Toast], None],
    ) -> None:
        super().__init__()
        self.message = text
        self.setAccessibleName(f"{text} {hint}".strip())
        colour = getattr(tokens, kind)
        self.setStyleSheet(
            f"_Toast {{ background: {tokens.raised}; border: 1px solid {tokens.line};"
            f" border-left: 3px solid {colour}; border-radius: {tokens.radius}px; }}"
        )
        layout = controls.line(self, pad=10)
        sign = controls.label("")
        sign.setPixmap(icons.pixmap(SIGNS[kind], colour, 16, self.devicePixelRatioF()))
        layout.addWidget(sign, alignment=Qt.AlignmentFlag.AlignTop)
        words = controls.column(gap=3)
        words.addWidget(controls.label(text, wrap=True))
        if hint:
            words.addWidget(controls.label(hint, "secondary", wrap=True))
        if offer is not None:
            act = controls.button(offer.text, lambda: self._accept(offer, close), "link")
            words.addWidget(act, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(words, 1)
        layout.addWidget(
            controls.icon_button("x", tokens, "Close this message", lambda: close(self)),
            alignment=Qt.AlignmentFlag.AlignTop,
        )

    def _accept(self, offer: Offer, close: Callable[[_Toast], None]) -> None:
        close(self)
        offer.do()
