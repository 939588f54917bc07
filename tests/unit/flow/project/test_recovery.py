from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.events import EventHub
from clappper.flow.project.recovery import mend
from clappper.flow.project.session import Session, open_session
from clappper.store.backups import backups, take_backup
from clappper.store.project import ProjectFolder
from clappper.timeline.model import Marker
from clappper.timeline.tracks import add_marker

STEPS = 60


async def edited(folder: Path) -> None:
    session = await open_session(folder, EventHub())
    for frame in range(STEPS):
        session.edit(f"Mark {frame}", lambda timeline, at=frame: add_marker(timeline, Marker(at, "m")))  # type: ignore[misc]
    await session.aclose()


def spoil(path: Path, *, start: float, length: int) -> None:
    """Overwrite ``length`` bytes from a share of the file on."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(int(size * start) // 4096 * 4096)
        file.write(b"\xa5" * length)


async def opened(folder: Path) -> Session:
    return await open_session(folder, EventHub())


@pytest.mark.parametrize("start", [0.1, 0.3, 0.5, 0.7, 0.9])
async def test_a_damaged_project_shows_what_can_be_saved_and_is_mended_on_request(
    folder: Path, start: float
) -> None:
    await edited(folder)
    spoil(folder / "project.db", start=start, length=6000)
    session = await opened(folder)
    try:
        if session.rescue is None:
            assert len(session.timeline.markers) == STEPS
            return
        assert session.read_only
        assert "damaged" in session.notice
        assert len(session.timeline.markers) > STEPS // 2
        with pytest.raises(ClappperError, match="reading only"):
            session.edit("Mark", lambda timeline: add_marker(timeline, Marker(99, "m")))
        found, seen = session.rescue, session.desk
        kept = mend(found)
    finally:
        await session.aclose()
    assert kept.is_file()
    session = await opened(folder)
    assert (session.rescue, session.read_only, session.desk) == (None, False, seen)
    session.edit("Mark", lambda timeline: add_marker(timeline, Marker(999, "m")))
    session.undo()
    await session.aclose()


async def test_a_lost_header_is_replaced_by_the_newest_backup(folder: Path) -> None:
    await edited(folder)
    assert backups(folder / "backups")
    spoil(folder / "project.db", start=0.0, length=4096)
    session = await opened(folder)
    assert len(session.timeline.markers) == STEPS
    assert session.read_only
    assert session.rescue is not None
    mend(session.rescue)
    await session.aclose()
    session = await opened(folder)
    assert (session.read_only, len(session.timeline.markers)) == (False, STEPS)
    await session.aclose()


async def test_without_anything_to_save_the_project_stays_closed(folder: Path) -> None:
    (folder / "project.db").write_bytes(b"\xa5" * 50_000)
    with pytest.raises(UnusableInputError, match="damaged"):
        await opened(folder)


async def test_a_newer_state_is_preferred_over_an_older_backup(folder: Path) -> None:
    with ProjectFolder.open(folder) as project:
        take_backup(project.db, project.backups, datetime(2026, 1, 1, tzinfo=UTC))
    session = await opened(folder)
    session.edit("Mark", lambda timeline: add_marker(timeline, Marker(1, "m")))
    digest = session.project.journal.entries()[-1].root
    with session.project.db.writing() as connection:
        connection.execute("UPDATE pieces SET text = 'x' WHERE digest = ?", (digest,))
    await session.aclose()
    session = await opened(folder)
    assert "Make the ad" in session.notice
    assert session.history_names == ("Make the ad", "Mark")
    with pytest.raises(ClappperError):
        session.redo()
    await session.aclose()
