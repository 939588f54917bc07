"""A project's folder: its database, its media, and the lock that keeps a second program out."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Self

from filelock import FileLock, Timeout

from clappper.base.clock import Clock
from clappper.base.errors import ClappperError, UnusableInputError
from clappper.store.assets import AssetLibrary
from clappper.store.database import Database
from clappper.store.documents import Documents
from clappper.store.files import copy_atomically, disk_errors, move_into_place
from clappper.store.journal import Journal

DATABASE = "project.db"
LOCK = "project.lock"
KEPT = ("generated", "incoming", "media", "proxies", "thumbs", "exports", "renders")
FOLDERS = (*KEPT, "scratch")


class ProjectInUseError(ClappperError):
    """Another program has the project open."""


class ProjectFolder:
    """An open project. Close it, or use it as a context manager.

    ``generated``, ``media``, ``proxies``, ``thumbs`` and ``exports`` hold finished files; ``renders`` pieces
    of exports that later ones may use; ``incoming`` whole files on their way in; ``scratch`` is emptied at
    every opening.
    """

    def __init__(self, path: Path, db: Database, lock: FileLock | None, clock: Clock) -> None:
        self.path = path
        self.db = db
        self.documents = Documents(db, clock)
        self.journal = Journal(db, clock)
        self.assets = AssetLibrary(db)
        self.generated, self.incoming, self.media = path / "generated", path / "incoming", path / "media"
        self.proxies, self.thumbs = path / "proxies", path / "thumbs"
        self.backups = path / "backups"
        self.exports, self.renders, self.scratch = path / "exports", path / "renders", path / "scratch"
        self._lock = lock

    @classmethod
    def create(cls, path: Path, *, clock: Clock | None = None) -> Self:
        """Make a project in ``path``, which may be a folder that exists already.

        Raises:
            UnusableInputError: there is a project already, or ``path`` is not a folder.
            StorageError: the folder cannot be written.
        """
        if (path / DATABASE).exists():
            raise UnusableInputError(f"{path} already holds a project.", "Open it, or choose another folder.")
        if path.exists() and not path.is_dir():
            raise UnusableInputError(f"{path} is not a folder.", "Choose another place for the project.")
        with disk_errors(path):
            path.mkdir(parents=True, exist_ok=True)
        return cls._open(path, clock or Clock())

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False, clock: Clock | None = None) -> Self:
        """Open the project in ``path``. ``read_only`` looks on while another program works in it.

        Raises:
            UnusableInputError: there is no project, or its database is damaged, too new or not ours.
            ProjectInUseError: another program has it open.
            StorageError: the folder cannot be written.
        """
        if not (path / DATABASE).is_file():
            raise UnusableInputError(f"{path} holds no Clappper project.", "Check the path of the folder.")
        if read_only:
            root = path.resolve()
            return cls(root, Database.open(root / DATABASE, read_only=True), None, clock or Clock())
        return cls._open(path, clock or Clock())

    @classmethod
    def looked_at(cls, path: Path, db: Database, *, clock: Clock | None = None) -> Self:
        """Look at the folder in ``path`` by another database than its own, as after damage."""
        return cls(path.resolve(), db, None, clock or Clock())

    @classmethod
    def open_or_create(cls, path: Path, *, clock: Clock | None = None) -> Self:
        if (path / DATABASE).is_file():
            return cls.open(path, clock=clock)
        return cls.create(path, clock=clock)

    @classmethod
    def _open(cls, path: Path, clock: Clock) -> Self:
        root = path.resolve()
        lock = _locked(root)
        try:
            with disk_errors(root):
                _tidy(root)
            db = Database.open(root / DATABASE)
        except BaseException:
            lock.release()
            raise
        return cls(root, db, lock, clock)

    def locate(self, relative: str) -> Path:
        """Find a file by its path inside the project, written with forward slashes.

        Raises:
            UnusableInputError: the path leads out of the project, by its words or by a link.
        """
        posix, windows = PurePosixPath(relative), PureWindowsPath(relative)
        outside = posix.is_absolute() or bool(windows.anchor) or ".." in windows.parts or "\0" in relative
        if not relative or outside or not (self.path / posix).resolve().is_relative_to(self.path):
            raise UnusableInputError(f"{relative!r} is not a path inside the project {self.path}.")
        return self.path / posix

    def relative(self, path: Path) -> str:
        """Give the project's own name for ``path``; ``locate`` takes it back.

        Raises:
            UnusableInputError: ``path`` is not inside the project.
        """
        real = path.resolve()
        if not real.is_relative_to(self.path):
            raise UnusableInputError(f"{path} is not inside the project {self.path}.")
        return real.relative_to(self.path).as_posix()

    @property
    def read_only(self) -> bool:
        """Whether this program only looks on."""
        return self._lock is None

    def close(self) -> None:
        self.db.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _locked(root: Path) -> FileLock:
    """Keep a second program out. The operating system lets go of a dead holder's lock."""
    lock = FileLock(root / LOCK, timeout=0, thread_local=False)
    with disk_errors(root):
        try:
            lock.acquire()
        except Timeout as error:
            raise ProjectInUseError(
                f"The project {root} is open in another Clappper.",
                "Close it there, wait until it has finished, or choose another project folder.",
            ) from error
    return lock


def _tidy(root: Path) -> None:
    """Make the folders, and remove what an interrupted run left half written."""
    shutil.rmtree(root / "scratch", ignore_errors=True)
    for name in FOLDERS:
        (root / name).mkdir(exist_ok=True)
    for name in KEPT:
        for part in (root / name).rglob("*.part"):
            part.unlink(missing_ok=True)


def mended(broken: ProjectFolder, steps: Iterable[int], place: int) -> Path:
    """Write what ``broken`` could read as the project's database; give the new home of the damaged one.

    Of the journal only ``steps`` stay, and the project stands at ``place``.

    Raises:
        ClappperError: the project is open elsewhere.
        StorageError: the disk does not take it; nothing has changed.
    """
    root = broken.path
    lock = _locked(root)
    part = root / f".{DATABASE}.part"
    try:
        with disk_errors(root):
            part.unlink(missing_ok=True)
            broken.db.copy_to(part)
            with closing(Database.open(part)) as whole:
                Journal(whole, Clock()).keep_only(steps, place)
            broken.backups.mkdir(exist_ok=True)
            stamp = Clock().now().strftime("%Y%m%dT%H%M%SZ")
            damaged = broken.backups / f"damaged-{stamp}.db"
            if (root / DATABASE).is_file():
                copy_atomically(root / DATABASE, damaged)
            (root / f"{DATABASE}-journal").unlink(missing_ok=True)
            move_into_place(part, root / DATABASE)
    finally:
        part.unlink(missing_ok=True)
        lock.release()
    return damaged
