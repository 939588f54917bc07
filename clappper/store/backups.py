"""Copies of the project's database on a ladder: many of the last hour, fewer of the days before.

A copy's name holds the time it was taken and the beginning of its SHA-256, so that a damaged copy is never
taken for a good one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clappper.store.database import Database
from clappper.store.files import disk_errors, move_into_place, sha256_of

STAMP = "%Y%m%dT%H%M%SZ"
DIGITS = 12
RUNGS = (
    (timedelta(hours=1), timedelta(minutes=5)),
    (timedelta(days=1), timedelta(hours=1)),
    (timedelta(days=14), timedelta(days=1)),
    (timedelta(days=180), timedelta(days=7)),
)
"""Up to this age, one copy is kept in each such span."""

_NAME = re.compile(rf"project-(\d{{8}}T\d{{6}}Z)-([0-9a-f]{{{DIGITS}}})\.db")


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy and when it was taken (UTC)."""

    path: Path
    taken: datetime

    @property
    def is_intact(self) -> bool:
        named = _NAME.fullmatch(self.path.name)
        try:
            return named is not None and sha256_of(self.path).startswith(named[2])
        except OSError:
            return False


def take_backup(db: Database, folder: Path, now: datetime) -> Backup | None:
    """Copy the database into ``folder``; None when nothing has changed since the newest copy.

    Raises:
        StorageError: the disk does not take it.
    """
    part = folder / ".backup.part"
    with disk_errors(folder):
        folder.mkdir(exist_ok=True)
        part.unlink(missing_ok=True)
        try:
            db.copy_to(part)
            digest = sha256_of(part)[:DIGITS]
            newest = next(iter(backups(folder)), None)
            if newest is not None and newest.path.stem.endswith(digest):
                return None
            moment = now.astimezone(UTC)
            home = folder / f"project-{moment.strftime(STAMP)}-{digest}.db"
            move_into_place(part, home)
        finally:
            part.unlink(missing_ok=True)
    thin_out(folder, now)
    return Backup(home, moment)


def backups(folder: Path) -> tuple[Backup, ...]:
    """List the copies, the newest first."""
    return tuple(sorted(_found(folder), key=lambda backup: backup.path.name, reverse=True))


def thin_out(folder: Path, now: datetime) -> None:
    """Remove the copies that the ladder has no rung for; the newest always stays."""
    taken: set[tuple[int, int]] = set()
    for backup in backups(folder)[1:]:
        age = now - backup.taken
        rung = next((number for number, (until, _) in enumerate(RUNGS) if age <= until), None)
        place = (
            None if rung is None else (rung, int(backup.taken.timestamp() // RUNGS[rung][1].total_seconds()))
        )
        if place is None or place in taken:
            backup.path.unlink(missing_ok=True)
        else:
            taken.add(place)


def _found(folder: Path) -> Iterator[Backup]:
    for path in folder.glob("project-*.db") if folder.is_dir() else ():
        if named := _NAME.fullmatch(path.name):
            yield Backup(path, datetime.strptime(named[1], STAMP).replace(tzinfo=UTC))
