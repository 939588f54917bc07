"""The rows of ratings, comparisons and metrics. A rating is stored the moment it is given."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from clappper.review.ratings import Comparison, Rating
from clappper.store.database import Database


@dataclass(frozen=True, slots=True)
class StoredMetric:
    """One measured number; ``value`` None means that it could not be computed, and ``reason`` says why."""

    asset_id: str
    name: str
    version: str
    value: float | None
    reason: str
    created: str


class ReviewRecords:
    """What one project's database holds about judgements."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add_ratings(self, ratings: Iterable[Rating]) -> int:
        """Store ratings; those that are there already stay, and are withdrawn if one copy withdrew them.

        Gives how many were new.

        Raises:
            StorageError: nothing was stored.
        """
        new = 0
        with self._db.writing() as connection:
            for rating in ratings:
                row = (
                    rating.id,
                    rating.asset_id,
                    rating.reviewer,
                    rating.overall,
                    None if rating.passed is None else int(rating.passed),
                    json.dumps(rating.tags),
                    rating.notes,
                    rating.mode,
                    rating.created,
                    rating.withdrawn,
                )
                new += connection.execute(
                    "INSERT INTO ratings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", row
                ).rowcount
                if rating.withdrawn:
                    self.withdraw(rating.id, rating.withdrawn)
        return new

    def withdraw(self, rating_id: str, moment: str) -> None:
        """Take a rating back; doing it twice changes nothing."""
        with self._db.writing() as connection:
            connection.execute(
                "UPDATE ratings SET withdrawn = ? WHERE id = ? AND withdrawn = ''", (moment, rating_id)
            )

    def restore(self, rating_id: str) -> None:
        """Let a withdrawn rating count again."""
        with self._db.writing() as connection:
            connection.execute("UPDATE ratings SET withdrawn = '' WHERE id = ?", (rating_id,))

    def ratings(self, asset_id: str = "", *, withdrawn: bool = False) -> tuple[Rating, ...]:
        """Give the ratings of one clip or of all, the oldest first."""
        rows = self._db.rows(
            "SELECT * FROM ratings WHERE ? IN ('', asset_id) AND (? OR withdrawn = '') ORDER BY created, id",
            (asset_id, withdrawn),
        )
        return tuple(_rating(row) for row in rows)

    def add_comparison(self, found: Comparison) -> None:
        """Store a choice between two clips; one that is there already stays."""
        with self._db.writing() as connection:
            connection.execute(
                "INSERT INTO comparisons VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (
                    found.id,
                    found.better,
                    found.worse,
                    int(found.tie),
                    found.reviewer,
                    found.created,
                    found.withdrawn,
                ),
            )

    def withdraw_comparison(self, comparison_id: str, moment: str) -> None:
        with self._db.writing() as connection:
            connection.execute(
                "UPDATE comparisons SET withdrawn = ? WHERE id = ? AND withdrawn = ''",
                (moment, comparison_id),
            )

    def comparisons(self, *, withdrawn: bool = False) -> tuple[Comparison, ...]:
        rows = self._db.rows(
            "SELECT * FROM comparisons WHERE (? OR withdrawn = '') ORDER BY created, id", (withdrawn,)
        )
        return tuple(Comparison(**{**dict(row), "tie": bool(row["tie"])}) for row in rows)

    def keep_metrics(self, metrics: Iterable[StoredMetric]) -> None:
        """Store what was measured in place of what was there before."""
        with self._db.writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO metrics VALUES (?, ?, ?, ?, ?, ?)",
                [(m.asset_id, m.name, m.version, m.value, m.reason, m.created) for m in metrics],
            )

    def metrics(self, asset_id: str = "") -> tuple[StoredMetric, ...]:
        """Give the metrics of one clip or of all."""
        rows = self._db.rows(
            "SELECT * FROM metrics WHERE ? IN ('', asset_id) ORDER BY asset_id, name", (asset_id,)
        )
        return tuple(StoredMetric(**dict(row)) for row in rows)


def _rating(row: sqlite3.Row) -> Rating:
    fields = dict(row)
    fields["passed"] = None if row["passed"] is None else bool(row["passed"])
    fields["tags"] = tuple(json.loads(row["tags"]))
    return Rating(**fields)
