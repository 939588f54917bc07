"""Notices when files of the edit appear, vanish or change on the disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

MOST_FILES = 2000
"""An edit of more files is watched by its folders only: systems allow so many watches."""

PAUSE_MS = 400
"""A file that is being written changes many times; it is looked at when that has paused."""


class MediaWatch(QObject):
    """``changed`` comes once things have settled."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._watcher = QFileSystemWatcher(self)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.changed)
        self._watcher.fileChanged.connect(lambda _: self._pause.start())
        self._watcher.directoryChanged.connect(lambda _: self._pause.start())

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(self._watcher.files())

    def follow(self, files: Sequence[Path]) -> None:
        """Watch these files and their folders, and nothing else."""
        there = [path for path in files if path.is_file()]
        wanted = {str(path.parent) for path in files if path.parent.is_dir()}
        wanted |= {str(path) for path in there} if len(there) <= MOST_FILES else set()
        known = {*self._watcher.files(), *self._watcher.directories()}
        if known - wanted:
            self._watcher.removePaths(sorted(known - wanted))
        if wanted - known:
            self._watcher.addPaths(sorted(wanted - known))
