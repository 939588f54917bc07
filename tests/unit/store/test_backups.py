from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from clappper.store.backups import STAMP, backups, take_backup, thin_out
from clappper.store.database import Database
from clappper.store.project import ProjectFolder

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_backup_is_a_whole_database_and_none_is_taken_twice(project: ProjectFolder) -> None:
    project.documents.save("brief", "a", "{}")
    taken = take_backup(project.db, project.backups, START)
    assert taken is not None
    assert taken.is_intact
    assert taken.taken == START
    assert take_backup(project.db, project.backups, START + timedelta(minutes=9)) is None
    copy = Database.open(taken.path, read_only=True)
    assert len(copy.rows("SELECT * FROM documents")) == 1
    copy.close()
    assert not list(project.backups.glob("*.part"))


def test_a_changed_copy_is_not_intact(project: ProjectFolder) -> None:
    taken = take_backup(project.db, project.backups, START)
    assert taken is not None
    with taken.path.open("r+b") as file:
        file.seek(200)
        file.write(b"x")
    assert not taken.is_intact


def test_the_ladder_keeps_many_of_the_last_hour_and_few_of_the_days_before(tmp_path: Path) -> None:
    last = START + timedelta(days=3)
    for minutes in range(0, 3 * 24 * 60, 5):
        stamp = (START + timedelta(minutes=minutes)).strftime(STAMP)
        (tmp_path / f"project-{stamp}-{minutes:012x}.db").touch()
        thin_out(tmp_path, START + timedelta(minutes=minutes))
    ages = [(last - backup.taken).total_seconds() / 3600 for backup in backups(tmp_path)]
    assert 11 <= sum(age <= 1 for age in ages) <= 13
    assert 22 <= sum(1 < age <= 24 for age in ages) <= 25
    assert 2 <= sum(age > 24 for age in ages) <= 4


def test_other_files_are_left_alone(project: ProjectFolder, tmp_path: Path) -> None:
    project.backups.mkdir()
    (project.backups / "project-mine.db").write_text("")
    take_backup(project.db, project.backups, START)
    assert (project.backups / "project-mine.db").exists()
    assert len(backups(project.backups)) == 1
    assert backups(tmp_path / "none") == ()
