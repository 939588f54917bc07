"""One project, one window: a second Clappper that wants it rings, and the first comes to the front."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

PATIENCE_MS = 500


class Doorbell(QObject):
    """Listens for one open project; ``answer`` is called when somebody else wants it."""

    def __init__(self, parent: QObject, answer: Callable[[], object]) -> None:
        super().__init__(parent)
        self._answer = answer
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._rung)

    def listen(self, folder: Path | None) -> None:
        """Listen for the project in ``folder``, whose lock this program holds, or for none."""
        self._server.close()
        if folder is not None:
            name = _name(folder)
            QLocalServer.removeServer(name)
            self._server.listen(name)

    def _rung(self) -> None:
        while (caller := self._server.nextPendingConnection()) is not None:
            caller.disconnected.connect(caller.deleteLater)
            caller.disconnectFromServer()
            self._answer()


def ring(folder: Path) -> bool:
    """Ask whoever has the project in ``folder`` in a window to show it; tell whether there is one."""
    socket = QLocalSocket()
    socket.connectToServer(_name(folder))
    found = socket.waitForConnected(PATIENCE_MS)
    socket.abort()
    return found


def _name(folder: Path) -> str:
    digest = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()
    return f"clappper-{digest[:24]}"
