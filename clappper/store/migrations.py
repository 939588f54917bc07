"""The shape of ``project.db``, as numbered steps that are only ever appended to.

Step *n* takes a database whose ``user_version`` is *n* to *n + 1*, in one transaction.
"""

from __future__ import annotations

import sqlite3

APPLICATION_ID = 0x434C5050  # "CLPP": tells our files from other SQLite files

FIRST = (
    """
    CREATE TABLE documents (
        kind TEXT NOT NULL,
        id TEXT NOT NULL,
        revision INTEGER NOT NULL,
        text TEXT NOT NULL,
        saved_at TEXT NOT NULL,
        PRIMARY KEY (kind, id, revision)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE assets (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        path TEXT NOT NULL UNIQUE,
        sha256 TEXT NOT NULL UNIQUE,
        size_bytes INTEGER NOT NULL,
        facts TEXT NOT NULL,
        origin TEXT NOT NULL,
        created TEXT NOT NULL,
        derived TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE jobs (
        id TEXT PRIMARY KEY,
        brief_id TEXT NOT NULL,
        scene_id TEXT NOT NULL,
        provider TEXT NOT NULL,
        request TEXT NOT NULL,
        request_hash TEXT NOT NULL,
        state TEXT NOT NULL,
        remote_id TEXT,
        attempts INTEGER NOT NULL,
        priority INTEGER NOT NULL,
        position INTEGER NOT NULL,
        error TEXT NOT NULL,
        hint TEXT NOT NULL,
        estimate_low INTEGER,
        estimate_high INTEGER,
        cap INTEGER,
        asset_id TEXT REFERENCES assets (id),
        cancel_requested INTEGER NOT NULL DEFAULT 0,
        created TEXT NOT NULL,
        updated TEXT NOT NULL
    )
    """,
    "CREATE INDEX jobs_by_state ON jobs (state, priority DESC, position)",
    "CREATE INDEX jobs_by_request ON jobs (request_hash)",
    """
    CREATE UNIQUE INDEX one_live_job_per_request ON jobs (request_hash)
    WHERE state NOT IN ('done', 'failed', 'cancelled')
    """,
    """
    CREATE TABLE attempts (
        job_id TEXT NOT NULL REFERENCES jobs (id),
        number INTEGER NOT NULL,
        key TEXT NOT NULL UNIQUE,
        remote_id TEXT,
        started TEXT NOT NULL,
        finished TEXT,
        estimated_low INTEGER,
        estimated_high INTEGER,
        actual INTEGER,
        billed TEXT NOT NULL DEFAULT 'unknown',
        fault TEXT NOT NULL DEFAULT '',
        message TEXT NOT NULL DEFAULT '',
        sent TEXT NOT NULL DEFAULT '{}',
        PRIMARY KEY (job_id, number)
    ) WITHOUT ROWID
    """,
)

JOURNAL = (
    """
    CREATE TABLE pieces (
        digest TEXT PRIMARY KEY,
        text TEXT NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE steps (
        number INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        root TEXT NOT NULL REFERENCES pieces (digest),
        saved_at TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE place (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        step INTEGER NOT NULL REFERENCES steps (number) DEFERRABLE INITIALLY DEFERRED
    )
    """,
)

CAPS_AND_PAUSES = (
    "CREATE TABLE caps (scope TEXT PRIMARY KEY, amount INTEGER NOT NULL) WITHOUT ROWID",
    """
    INSERT INTO caps SELECT brief_id, max(cap) FROM jobs WHERE cap IS NOT NULL AND brief_id != ''
    GROUP BY brief_id
    """,
    "ALTER TABLE jobs DROP COLUMN cap",
    "ALTER TABLE jobs ADD COLUMN removed INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE attempts ADD COLUMN latency_seconds REAL",
    """
    CREATE TABLE provider_pauses (
        provider TEXT PRIMARY KEY,
        by_person INTEGER NOT NULL,
        reason TEXT NOT NULL,
        hint TEXT NOT NULL,
        since TEXT NOT NULL
    ) WITHOUT ROWID
    """,
)

REVIEWS = (
    """
    CREATE TABLE ratings (
        id TEXT PRIMARY KEY,
        asset_id TEXT NOT NULL,
        reviewer TEXT NOT NULL,
        overall INTEGER,
        passed INTEGER,
        tags TEXT NOT NULL,
        notes TEXT NOT NULL,
        mode TEXT NOT NULL,
        created TEXT NOT NULL,
        withdrawn TEXT NOT NULL DEFAULT ''
    ) WITHOUT ROWID
    """,
    "CREATE INDEX ratings_by_asset ON ratings (asset_id)",
    """
    CREATE TABLE comparisons (
        id TEXT PRIMARY KEY,
        better TEXT NOT NULL,
        worse TEXT NOT NULL,
        tie INTEGER NOT NULL,
        reviewer TEXT NOT NULL,
        created TEXT NOT NULL,
        withdrawn TEXT NOT NULL DEFAULT ''
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE metrics (
        asset_id TEXT NOT NULL,
        name TEXT NOT NULL,
        version TEXT NOT NULL,
        value REAL,
        reason TEXT NOT NULL,
        created TEXT NOT NULL,
        PRIMARY KEY (asset_id, name)
    ) WITHOUT ROWID
    """,
)

STEPS: tuple[tuple[str, ...], ...] = (FIRST, JOURNAL, CAPS_AND_PAUSES, REVIEWS)
NEWEST = len(STEPS)


def version_of(connection: sqlite3.Connection) -> int:
    """Read which version of the tables a database has."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def migrate(connection: sqlite3.Connection, *, to: int = NEWEST) -> None:
    """Bring an autocommit connection's database to version ``to``, one transaction a step."""
    while (version := version_of(connection)) < to:
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in STEPS[version]:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("COMMIT")
        finally:
            roll_back(connection)


def roll_back(connection: sqlite3.Connection) -> None:
    """Undo a transaction that is still open; SQLite may have done so itself after a disk error."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def shape_of(connection: sqlite3.Connection) -> frozenset[tuple[bytes | None, ...]]:
    """List every table, index, view and trigger with the words that made it.

    Words are bytes, because in a damaged file they may be no text.
    """
    return frozenset(
        tuple(row)
        for row in connection.execute(
            "SELECT CAST(type AS BLOB), CAST(name AS BLOB), CAST(sql AS BLOB) FROM sqlite_master"
        )
    )


def expected_shape(version: int) -> frozenset[tuple[bytes | None, ...]]:
    """Build the shape that ``version`` must have, in memory."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrate(connection, to=version)
        return shape_of(connection)
    finally:
        connection.close()
