"""A damaged project: shown as far as it can be read, and mended when a person says so."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from clappper.base.errors import ClappperError
from clappper.flow.desk import Desk, DeskShelf
from clappper.store.backups import backups
from clappper.store.database import DamagedError, Database
from clappper.store.journal import Entry
from clappper.store.project import ProjectFolder, mended
from clappper.store.rescue import rescued
from clappper.timeline.history import History, Step

log = logging.getLogger(__name__)

TRIED_BACKUPS = 5


@dataclass(frozen=True, slots=True)
class Rescue:
    """The best that could be read: ``entry`` is the step it shows, ``project`` is for looking only."""

    project: ProjectFolder
    shelf: DeskShelf
    entries: tuple[Entry, ...]
    entry: Entry

    @property
    def history(self) -> History[Desk]:
        steps = [Step(entry.name, partial(self.shelf.take, entry.root)) for entry in self.entries]
        return History.restored(steps, self.entries.index(self.entry))

    @property
    def notice(self) -> str:
        when = self.entry.saved_at.replace("T", " ")[:16]
        return (
            f"The project's database is damaged. This is what could be saved: the state after "
            f"“{self.entry.name}” of {when} UTC. Mend the project to go on editing."
        )


def rescue(folder: Path, damage: DamagedError) -> Rescue:
    """Find the newest state that can be read in the project's database or in one of its backups.

    Raises:
        DamagedError: there is none; ``damage`` itself.
    """
    best: Rescue | None = None
    for database in _databases(folder):
        found = _read(ProjectFolder.looked_at(folder, database))
        if found is None or (best is not None and found.entry.saved_at <= best.entry.saved_at):
            database.close()
            continue
        if best is not None:
            best.project.db.close()
        best = found
        if found.entry.number == found.project.journal.place:
            break
    if best is None:
        raise damage
    log.warning("showing %s as of step %r", folder, best.entry.name)
    return best


def mend(found: Rescue) -> Path:
    """Put what was saved in the place of the damaged database; give where that is kept now.

    Raises:
        ClappperError: the project is open elsewhere, or the disk does not take it.
    """
    readable = [entry.number for entry in found.entries if _is_readable(found.shelf, entry)]
    return mended(found.project, readable, found.entry.number)


def _databases(folder: Path) -> Iterator[Database]:
    from clappper.store.project import DATABASE

    if (own := rescued(folder / DATABASE)) is not None:
        yield own
    intact = (backup for backup in backups(folder / "backups") if backup.is_intact)
    for _, backup in zip(range(TRIED_BACKUPS), intact, strict=False):
        try:
            yield Database.open(backup.path, read_only=True)
        except ClappperError:
            log.warning("the backup %s cannot be used", backup.path.name)


def _read(project: ProjectFolder) -> Rescue | None:
    """Find the newest readable step at or before the place the project stood at, else the first after it."""
    shelf = DeskShelf(project.journal)
    try:
        entries, place = project.journal.entries(), project.journal.place
    except ClappperError:
        return None
    before = [entry for entry in reversed(entries) if place is None or entry.number <= place]
    after = [entry for entry in entries if place is not None and entry.number > place]
    chosen = next((entry for entry in (*before, *after) if _is_readable(shelf, entry)), None)
    return Rescue(project, shelf, entries, chosen) if chosen else None


def _is_readable(shelf: DeskShelf, entry: Entry) -> bool:
    try:
        shelf.take(entry.root)
    except ClappperError:
        return False
    return True
