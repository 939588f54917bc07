"""Projects that ship inside the program: where they lie is filled in when they are unpacked."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

PROJECT = "{project}"
"""What stands for the project's own folder in a packed project's records of its jobs."""


def settle(database: Path, folder: Path) -> None:
    """Let a packed project's jobs name their files in ``folder``."""
    place = json.dumps(folder.as_posix())[1:-1]
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE jobs SET request = replace(request, ?, ?)", (PROJECT, place))
