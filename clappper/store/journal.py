"""The journal of edits: each step is stored as it is taken, so that undo survives a restart and a crash.

A value is kept in pieces, each once, under the digest of its text. A step costs what it changed, any step
can be read without those before it, and damage is noticed piece by piece.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clappper.base.clock import Clock
from clappper.store.database import DamagedError, Database

KEPT_STEPS = 1000
DIGEST_BYTES = 12
_DIGEST = re.compile(rf'(?<=")[0-9a-f]{{{2 * DIGEST_BYTES}}}(?=")')


@dataclass(frozen=True, slots=True)
class Entry:
    """One step: ``root`` is the digest of the piece that its value begins with. ``saved_at`` is ISO, UTC."""

    number: int
    name: str
    root: str
    saved_at: str


def digest_of(text: str) -> str:
    """Give the name under which a piece is kept: 96 bits of BLAKE2b, in hex."""
    return hashlib.blake2b(text.encode(), digest_size=DIGEST_BYTES).hexdigest()


class Journal:
    """Steps in order and a place among them.

    Of a piece it knows only that it names others by their digests, as JSON strings.
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def entries(self) -> tuple[Entry, ...]:
        """Give all steps in order, undone ones included; their numbers rise by one."""
        rows = self._db.rows("SELECT number, name, root, saved_at FROM steps ORDER BY number")
        return tuple(Entry(**dict(row)) for row in rows)

    @property
    def place(self) -> int | None:
        """Give the number of the step that the project stands at, None before the first one."""
        row = self._db.row("SELECT step FROM place")
        return row["step"] if row else None

    @property
    def first(self) -> int:
        """Give the number of the oldest step; 0 when there is none."""
        row = self._db.row("SELECT min(number) AS first FROM steps")
        return (row["first"] or 0) if row else 0

    def add(self, name: str, root: str, pieces: Mapping[str, str]) -> Entry:
        """Take a step from where the project stands; undone steps behind it are dropped.

        ``pieces`` are texts by their digests; those kept already need not be among them.

        Raises:
            StorageError: the step was not taken.
        """
        saved_at = self._clock.now().isoformat()
        with self._db.writing() as connection:
            here = self.place
            number = 0 if here is None else here + 1
            connection.execute("DELETE FROM steps WHERE number >= ?", (number,))
            connection.executemany(
                "INSERT OR IGNORE INTO pieces (digest, text) VALUES (?, ?)", pieces.items()
            )
            connection.execute(
                "INSERT INTO steps (number, name, root, saved_at) VALUES (?, ?, ?, ?)",
                (number, name, root, saved_at),
            )
            self._stand_at(number)
        return Entry(number, name, root, saved_at)

    def go_to(self, number: int) -> None:
        """Stand at another step.

        Raises:
            StorageError: the project stands where it stood.
        """
        with self._db.writing():
            self._stand_at(number)

    def read(self, digests: Iterable[str]) -> dict[str, str]:
        """Give pieces by their digests.

        Raises:
            DamagedError: one is missing or damaged.
        """
        found: dict[str, str] = {}
        for digest in digests:
            if digest not in found:
                row = self._db.row("SELECT text FROM pieces WHERE digest = ?", (digest,))
                if row is None or digest_of(row["text"]) != digest:
                    raise DamagedError("A step of the project's history is damaged.")
                found[digest] = row["text"]
        return found

    def keep_only(self, numbers: Iterable[int], place: int) -> None:
        """Forget all other steps and stand at ``place``; for what was rescued from a damaged project."""
        kept = [(number,) for number in numbers]
        with self._db.writing() as connection:
            connection.execute("DELETE FROM place")
            connection.execute("CREATE TEMP TABLE kept (number INTEGER PRIMARY KEY)")
            connection.executemany("INSERT INTO kept VALUES (?)", kept)
            connection.execute("DELETE FROM steps WHERE number NOT IN (SELECT number FROM kept)")
            connection.execute("DROP TABLE kept")
            rows = connection.execute("SELECT number FROM steps ORDER BY number").fetchall()
            first = rows[0]["number"] if rows else 0
            for shift, row in enumerate(rows):
                connection.execute(
                    "UPDATE steps SET number = ? WHERE number = ?", (first + shift, row["number"])
                )
                if row["number"] == place:
                    self._stand_at(first + shift)

    def prune(self, steps: int = KEPT_STEPS) -> None:
        """Forget all but the newest ``steps``, and every piece that none of them leads to."""
        roots = [entry.root for entry in self.entries()]
        if len(roots) <= steps or (here := self.place) is None:
            return
        first = min(self.entries()[-steps].number, here)
        reached = self._reached(entry.root for entry in self.entries() if entry.number >= first)
        with self._db.writing() as connection:
            connection.execute("DELETE FROM steps WHERE number < ?", (first,))
            digests = [row["digest"] for row in connection.execute("SELECT digest FROM pieces")]
            lost = [(digest,) for digest in digests if digest not in reached]
            connection.executemany("DELETE FROM pieces WHERE digest = ?", lost)

    def _reached(self, roots: Iterable[str]) -> set[str]:
        """Follow from piece to piece the digests that stand in their texts."""
        reached: set[str] = set()
        ahead = list(roots)
        while ahead:
            digest = ahead.pop()
            row = self._db.row("SELECT text FROM pieces WHERE digest = ?", (digest,))
            if row is not None and digest not in reached:
                reached.add(digest)
                ahead += _DIGEST.findall(row["text"])
        return reached

    def _stand_at(self, number: int) -> None:
        with self._db.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO place (only, step) VALUES (1, ?)", (number,))
