"""Versioned JSON texts: briefs, storyboards, timelines. Every save is kept, so undo survives a restart."""

from __future__ import annotations

import json
import logging
import sqlite3
from dataclasses import dataclass
from typing import Any

from clappper.base.clock import Clock
from clappper.store.database import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Document:
    """One saved revision. ``saved_at`` is ISO 8601 in UTC."""

    kind: str
    id: str
    revision: int
    text: str
    saved_at: str


class Documents:
    """Keeps texts by kind and id."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def save(self, kind: str, id: str, text: str) -> int:  # noqa: A002 - a document's id is its id
        """Keep ``text`` as the newest revision and return its number, counted from 1.

        Saving what is already the newest makes no new revision.
        """
        with self._db.writing() as connection:
            newest = self.load(kind, id)
            if newest is not None and newest.text == text:
                return newest.revision
            revision = newest.revision + 1 if newest else 1
            connection.execute(
                "INSERT INTO documents (kind, id, revision, text, saved_at) VALUES (?, ?, ?, ?, ?)",
                (kind, id, revision, text, self._clock.now().isoformat()),
            )
            return revision

    def keep_one(self, kind: str, id: str, text: str) -> None:  # noqa: A002 - as above
        """Keep ``text`` as the only revision there is."""
        with self._db.writing() as connection:
            self.forget(kind, id)
            connection.execute(
                "INSERT INTO documents (kind, id, revision, text, saved_at) VALUES (?, ?, 1, ?, ?)",
                (kind, id, text, self._clock.now().isoformat()),
            )

    def forget(self, kind: str, id: str) -> None:  # noqa: A002 - as above
        """Drop every revision."""
        with self._db.writing() as connection:
            connection.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (kind, id))

    def load(self, kind: str, id: str, revision: int | None = None) -> Document | None:  # noqa: A002 - as above
        """Give one revision, the newest when none is named, or None when there is none."""
        row = self._db.row(
            "SELECT * FROM documents WHERE kind = ? AND id = ? AND revision = coalesce(?, revision) "
            "ORDER BY revision DESC LIMIT 1",
            (kind, id, revision),
        )
        return _document(row) if row else None

    def history(self, kind: str, id: str) -> tuple[Document, ...]:  # noqa: A002 - as above
        """Give every revision, the oldest first."""
        rows = self._db.rows(
            "SELECT * FROM documents WHERE kind = ? AND id = ? ORDER BY revision", (kind, id)
        )
        return tuple(_document(row) for row in rows)

    def pages(self, kind: str) -> dict[str, dict[str, Any]]:
        """Read the newest revision of each text of a kind as a JSON object; what is none is left out."""
        found = {}
        for name in self.ids(kind):
            document = self.load(kind, name)
            try:
                page = json.loads(document.text) if document is not None else None
            except ValueError:
                page = None
            if isinstance(page, dict):
                found[name] = page
            else:
                log.warning("the %s %s cannot be read", kind, name)
        return found

    def ids(self, kind: str) -> tuple[str, ...]:
        rows = self._db.rows("SELECT DISTINCT id FROM documents WHERE kind = ? ORDER BY id", (kind,))
        return tuple(row["id"] for row in rows)


def _document(row: sqlite3.Row) -> Document:
    return Document(**dict(row))
