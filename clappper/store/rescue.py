"""What can still be read of a damaged database, in a fresh one in memory.

Rows are taken one by one from both ends of each table; what lies in a broken page is lost, all else is not.
Pieces of the journal carry their own digests, so that rows which are readable but wrong are noticed there.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from clappper.store import migrations
from clappper.store.database import Database

log = logging.getLogger(__name__)


def rescued(path: Path) -> Database | None:
    """Read what is left of the file at ``path``, which is not changed; None where nothing of ours is.

    The database is in memory and takes no changes but those of ``Database.writing``.
    """
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as broken:
        broken.text_factory = lambda data: data.decode("utf-8", "replace")
        version = _version(broken)
        fresh = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        fresh.row_factory = sqlite3.Row
        migrations.migrate(fresh, to=version)
        saved = sum(_copied(broken, fresh, table) for table in _tables(fresh))
        if not saved:
            fresh.close()
            return None
        migrations.migrate(fresh)
        log.warning("rescued %d rows of %s", saved, path)
        return Database(path, fresh)


def _version(broken: sqlite3.Connection) -> int:
    try:
        version = migrations.version_of(broken)
    except sqlite3.Error:
        return migrations.NEWEST
    return version if 0 < version <= migrations.NEWEST else migrations.NEWEST


def _tables(fresh: sqlite3.Connection) -> tuple[str, ...]:
    return tuple(row["name"] for row in fresh.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))


def _copied(broken: sqlite3.Connection, fresh: sqlite3.Connection, table: str) -> int:
    """Copy the readable rows of one of our own tables; tell how many."""
    if not _is_plain_table(broken, table):
        return 0
    columns = [row["name"] for row in fresh.execute(f"PRAGMA table_info({table})")]
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    copied = 0
    for row in _rows(broken, table, names):
        try:
            sql = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - our own names
            copied += fresh.execute(sql, row).rowcount
        except sqlite3.Error:
            continue
    return copied


def _is_plain_table(broken: sqlite3.Connection, table: str) -> bool:
    """Tell a table from a view or a virtual table of the same name, which could run anything."""
    try:
        row = broken.execute("SELECT type, sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    except sqlite3.Error:
        return False
    return row is not None and row[0] == "table" and str(row[1]).lstrip().upper().startswith("CREATE TABLE")


def _rows(broken: sqlite3.Connection, table: str, names: str) -> Iterator[tuple[Any, ...]]:
    first = names.partition(",")[0]
    for direction in ("ASC", "DESC"):
        sql = f"SELECT {names} FROM {table} ORDER BY {first} {direction}"  # noqa: S608 - our own names
        try:
            yield from broken.execute(sql)
        except (sqlite3.Error, OverflowError):
            continue
        else:
            return
