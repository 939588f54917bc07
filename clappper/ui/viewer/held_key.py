"""Whether a key is held down, wherever in the window the keyboard is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget


class HeldKey(QObject):
    """Looks at the keys of the widget that has the focus, and at nothing else."""

    def __init__(self, key: Qt.Key, parent: QObject) -> None:
        super().__init__(parent)
        self.is_down = False
        self._key = key
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow)
        self._follow(None, application.focusWidget())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See a shortcut's key as an override when it goes down, and as itself when it is let go."""
        if isinstance(event, QKeyEvent) and event.key() == self._key and not event.isAutoRepeat():
            self.is_down = event.type() != QEvent.Type.KeyRelease and not event.modifiers()
        return super().eventFilter(watched, event)

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        self.is_down = False
        if before is not None:
            before.removeEventFilter(self)
        if now is not None:
            now.installEventFilter(self)
