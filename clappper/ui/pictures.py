"""Small pictures of the project, read once in the background; whoever shows them never waits."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QPixmap

from clappper.store.project import ProjectFolder

KEPT = 600


class Pictures:
    """Gives a picture by its path in the project, None until it is read; then calls ``on_ready``."""

    def __init__(self, project: ProjectFolder, on_ready: Callable[[], None]) -> None:
        self._project = project
        self._on_ready = on_ready
        self._known: OrderedDict[str, QPixmap | None] = OrderedDict()
        self._reading: set[asyncio.Task[None]] = set()

    def of(self, path: str) -> QPixmap | None:
        if not path:
            return None
        if path not in self._known:
            self._known[path] = None
            task = asyncio.ensure_future(self._read(path))
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)
        self._known.move_to_end(path)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return self._known[path]

    def forget(self, path: str) -> None:
        """Read a picture again when it is next wanted."""
        self._known.pop(path, None)

    async def settled(self) -> None:
        """Wait until everything that was asked for is read."""
        while self._reading:
            await asyncio.gather(*self._reading)

    def close(self) -> None:
        for task in self._reading:
            task.cancel()

    async def _read(self, path: str) -> None:
        image = await asyncio.to_thread(_load, self._project.locate(path))
        if not image.isNull():
            self._known[path] = QPixmap.fromImage(image)
            self._on_ready()


def _load(path: Path) -> QImage:
    return QImage(str(path))


def fill(painter: QPainter, area: QRectF, picture: QPixmap) -> None:
    """Paint the middle of a picture, as much of it as fills ``area``."""
    scale = max(area.width() / picture.width(), area.height() / picture.height())
    shown = QRectF(0, 0, area.width() / scale, area.height() / scale)
    shown.moveCenter(QRectF(picture.rect()).center())
    painter.drawPixmap(area, picture, shown)
