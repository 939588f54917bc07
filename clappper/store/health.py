"""Which SQLite this is, for the diagnostics."""

from __future__ import annotations

import sqlite3

WAL_RESET_FIXED = (3, 51, 3)
"""Older versions can lose commits where several connections share a write-ahead log; we use none."""


def sqlite_state() -> str:
    """Name the version, and why its known fault does not matter here if it has it."""
    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info >= WAL_RESET_FIXED:
        return version
    return f"{version}; its write-ahead log has a fault that projects avoid with a rollback journal"
