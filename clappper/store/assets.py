"""The media a project owns: one row per distinct content."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from clappper.base.errors import UnusableInputError
from clappper.store.database import Database


@dataclass(frozen=True, slots=True)
class Asset:
    """One media file of the project.

    ``kind`` is video, still or audio. ``path`` and the values of ``derived`` (by proxy, thumbnail,
    filmstrip, waveform) are relative to the project. ``facts`` is what probing found, as plain JSON values.
    ``origin`` says where it came from: ``job:<id>`` or ``import:<file name>``. ``created`` is ISO 8601, UTC.
    """

    id: str
    kind: str
    path: str
    sha256: str
    size_bytes: int
    facts: dict[str, Any]
    origin: str
    created: str
    derived: dict[str, str] = field(default_factory=dict)


class AssetLibrary:
    """Finds assets by id and by content."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, asset: Asset) -> Asset:
        """Keep ``asset``, or return the one already kept with the same content."""
        with self._db.writing() as connection:
            known = self.by_hash(asset.sha256)
            if known is not None:
                return known
            connection.execute(
                "INSERT INTO assets (id, kind, path, sha256, size_bytes, facts, origin, created, derived) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    asset.id,
                    asset.kind,
                    asset.path,
                    asset.sha256,
                    asset.size_bytes,
                    json.dumps(asset.facts, sort_keys=True),
                    asset.origin,
                    asset.created,
                    json.dumps(asset.derived, sort_keys=True),
                ),
            )
        return asset

    def get(self, id: str) -> Asset:  # noqa: A002 - an asset's id is its id
        """Give one asset.

        Raises:
            UnusableInputError: there is none with this id.
        """
        row = self._db.row("SELECT * FROM assets WHERE id = ?", (id,))
        if row is None:
            raise UnusableInputError(f"The project has no asset {id}.", "List them to see which there are.")
        return _asset(row)

    def by_hash(self, sha256: str) -> Asset | None:
        row = self._db.row("SELECT * FROM assets WHERE sha256 = ?", (sha256,))
        return _asset(row) if row else None

    def by_path(self, path: str) -> Asset | None:
        """Give the asset whose file lies at ``path``, relative to the project."""
        row = self._db.row("SELECT * FROM assets WHERE path = ?", (path,))
        return _asset(row) if row else None

    def list(self, kind: str = "") -> tuple[Asset, ...]:
        """Give all assets, or those of one kind, the oldest first."""
        rows = self._db.rows("SELECT * FROM assets WHERE ? IN ('', kind) ORDER BY created, id", (kind,))
        return tuple(_asset(row) for row in rows)


def _asset(row: sqlite3.Row) -> Asset:
    return Asset(**{**dict(row), "facts": json.loads(row["facts"]), "derived": json.loads(row["derived"])})
