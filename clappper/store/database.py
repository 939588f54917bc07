"""One project's database: a single SQLite file, one connection, one transaction per change.

The journal is a rollback journal (``TRUNCATE``) flushed fully: the project stays one copyable file, and a
committed change survives a power cut. A file from somebody else is compared with the shape we would have
made ourselves before anything in it is used, so no foreign view or trigger ever runs.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.store import migrations
from clappper.store.files import StorageError

BUSY_SECONDS = 5.0
Values = Sequence[Any] | Mapping[str, Any]


class DamagedError(UnusableInputError):
    """Something of ours is broken in a way that only a rescue can help: see ``store.rescue``."""


class Database:
    """The only connection to one ``project.db``. Threads take turns."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._turn = threading.RLock()
        self._waiting: list[Callable[[], None]] = []

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Database:
        """Open ``path``, making it when it is not there and bringing it to the newest version.

        ``read_only`` does neither, but still undoes a change that a killed program left half done; a file of
        an older version is looked at in a copy in memory.

        Raises:
            UnusableInputError: it is damaged, too new, or not one of ours. It is left as it is.
            StorageError: the disk or the folder does not allow it.
        """
        with _translated(path):
            connection = _connect(path, "rw" if read_only else "rwc")
            try:
                with _distrusted(path):
                    _inspect(path, connection)
                if read_only:
                    connection = _looked_at(connection)
                else:
                    _prepare(connection)
            except BaseException:
                connection.close()
                raise
        return cls(path, connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Make one change: all of the block, or nothing. Inside another ``writing`` it is part of that.

        Raises:
            StorageError: the change was not stored and the database is as it was.
        """
        with self._turn, _translated(self.path):
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
                stored = tuple(self._waiting)
            finally:
                self._waiting.clear()
                migrations.roll_back(self._connection)
        for tell in stored:
            tell()

    def when_stored(self, tell: Callable[[], None]) -> None:
        """Call ``tell`` once the change under way is stored: never if it is undone, now if there is none."""
        with self._turn:
            if self._connection.in_transaction:
                self._waiting.append(tell)
                return
        tell()

    def rows(self, sql: str, values: Values = ()) -> list[sqlite3.Row]:
        with self._turn, _translated(self.path):
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Values = ()) -> sqlite3.Row | None:
        """Give the first row, or None."""
        with self._turn, _translated(self.path):
            first: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
            return first

    def copy_to(self, path: Path) -> None:
        """Write all of it, as it is now, to a new file at ``path``, flushed.

        Raises:
            StorageError: the disk does not take it.
        """
        with self._turn, _translated(path):
            copy = sqlite3.connect(path, isolation_level=None)
            try:
                copy.execute("PRAGMA synchronous = FULL")
                self._connection.backup(copy)
            finally:
                copy.close()

    def close(self) -> None:
        with self._turn:
            self._connection.close()


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _inspect(path: Path, connection: sqlite3.Connection) -> None:
    """Refuse what this program did not make, before using anything in it."""
    version = migrations.version_of(connection)
    shape = migrations.shape_of(connection)
    if version > migrations.NEWEST:
        raise UnusableInputError(
            f"{path} was made by a newer Clappper (its format is {version}, this program knows up to "
            f"{migrations.NEWEST}).",
            "Update Clappper, then open the project again.",
        )
    if shape != migrations.expected_shape(version):
        raise UnusableInputError(
            f"{path} is not a Clappper project database, or somebody changed its tables.",
            "Choose another project folder, or restore this file from a copy.",
        )
    if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise _damaged(path)


def _looked_at(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Make sure that nothing is written; an older file is brought to the newest version in memory."""
    if migrations.version_of(connection) < migrations.NEWEST:
        copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        copy.row_factory = sqlite3.Row
        connection.backup(copy)
        connection.close()
        migrations.migrate(copy)
        connection = copy
    connection.execute("PRAGMA query_only = ON")
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = TRUNCATE").fetchone()
    connection.execute("PRAGMA synchronous = FULL")
    migrations.migrate(connection)


def _damaged(path: Path) -> DamagedError:
    return DamagedError(
        f"{path} is damaged and cannot be read.",
        "Restore it from a copy, or start a new project folder; the media files beside it are untouched.",
    )


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Turn SQLite's complaints about the file into sentences; anything else is a bug and passes."""
    try:
        yield
    except sqlite3.Error as error:
        meaning = _meaning(path, getattr(error, "sqlite_errorname", ""))
        if meaning is None:
            raise
        raise meaning from error


@contextmanager
def _distrusted(path: Path) -> Iterator[None]:
    """While a file is looked at for the first time, whatever SQLite stumbles over is damage."""
    try:
        yield
    except (sqlite3.OperationalError, UnicodeDecodeError) as error:
        raise _meaning(path, getattr(error, "sqlite_errorname", "")) or _damaged(path) from error


def _meaning(path: Path, name: str) -> ClappperError | None:
    if name in {"SQLITE_CORRUPT", "SQLITE_NOTADB"} or name.startswith("SQLITE_CORRUPT_"):
        return _damaged(path)
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        return StorageError(
            f"There is no room left on the disk, or it failed, while writing {path}.",
            "Free some space and run the same command again: finished work is kept.",
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return StorageError(
            f"{path} cannot be opened for writing.",
            "Check that the folder exists and that you may write in it.",
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return ClappperError(
            f"{path} is being written by another program.",
            "Wait until that program has finished, then try again.",
        )
    return None
