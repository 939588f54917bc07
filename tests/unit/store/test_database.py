from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.store import migrations
from clappper.store.database import Database
from clappper.store.files import StorageError
from tests.patience import PATIENCE_SECONDS

ADD = "INSERT INTO documents VALUES ('k', ?, 1, '{}', '')"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "project.db"
    Database.open(path).close()
    return path


def ids(path: Path) -> list[str]:
    db = Database.open(path)
    try:
        return [row["id"] for row in db.rows("SELECT id FROM documents ORDER BY id")]
    finally:
        db.close()


def meddle(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def stumble(db: Database, tell: Callable[[], None] = lambda: None) -> None:
    with db.writing() as connection:
        db.when_stored(tell)
        connection.execute(ADD, ("a",))
        raise ZeroDivisionError


def add_twice(db: Database) -> None:
    with db.writing() as connection:
        connection.execute(ADD, ("a",))
        with db.writing() as inner:
            inner.execute(ADD, ("a",))


def test_a_change_is_all_or_nothing(path: Path) -> None:
    db = Database.open(path)
    with pytest.raises(ZeroDivisionError):
        stumble(db)
    with db.writing() as connection:
        connection.execute(ADD, ("b",))
        with db.writing() as inner:
            inner.execute(ADD, ("c",))
    db.close()
    assert ids(path) == ["b", "c"]


def test_a_failed_inner_change_takes_the_outer_one_with_it(path: Path) -> None:
    db = Database.open(path)
    with pytest.raises(sqlite3.IntegrityError):
        add_twice(db)
    db.close()
    assert ids(path) == []


def test_threads_take_turns(path: Path) -> None:
    db = Database.open(path)

    def add(name: str) -> None:
        for n in range(5):
            with db.writing() as connection:
                connection.execute(ADD, (f"{name}{n}",))

    threads = [threading.Thread(target=add, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.close()
    assert len(ids(path)) == 15


def test_the_journal_and_the_flushing_are_as_promised(path: Path) -> None:
    db = Database.open(path)
    found = [db.row(f"PRAGMA {name}") for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert [row[0] for row in found if row] == ["truncate", 2, 1]
    assert db.row("SELECT id FROM documents") is None
    db.close()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER evil AFTER INSERT ON documents BEGIN DELETE FROM documents; END",
        "CREATE VIEW evil AS SELECT * FROM documents",
        "CREATE TABLE evil (a, b GENERATED ALWAYS AS (a + 1))",
        "ALTER TABLE documents ADD COLUMN evil TEXT DEFAULT 'x'",
        "DROP INDEX jobs_by_state",
    ],
)
def test_a_file_with_other_tables_than_ours_is_refused(path: Path, statement: str) -> None:
    meddle(path, statement)
    before = path.read_bytes()
    with pytest.raises(UnusableInputError, match="not a Clappper project"):
        Database.open(path)
    assert path.read_bytes() == before


def test_a_table_replaced_by_an_endless_view_is_refused_at_once(path: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n"
    meddle(path, "DROP TABLE documents", f"CREATE VIEW documents AS {endless}")
    with pytest.raises(UnusableInputError, match="not a Clappper project"):
        Database.open(path)


def test_a_newer_file_is_refused_and_left_alone(path: Path) -> None:
    meddle(path, f"PRAGMA user_version = {migrations.NEWEST + 1}", "CREATE TABLE tomorrow (a)")
    before = path.read_bytes()
    with pytest.raises(UnusableInputError, match="newer Clappper") as caught:
        Database.open(path)
    assert "Update" in caught.value.hint
    assert path.read_bytes() == before


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    (tmp_path / "project.db").touch()
    assert ids(tmp_path / "project.db") == []


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "project.db"
    path.write_bytes(b"This is a holiday letter. " * 400)
    with pytest.raises(UnusableInputError, match="damaged"):
        Database.open(path)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    places=st.lists(st.tuples(st.floats(0, 0.9999), st.integers(0, 255)), min_size=1, max_size=40),
    keep=st.floats(0.1, 1.0),
)
def test_a_damaged_file_is_a_sentence_and_never_a_crash(
    path: Path, tmp_path: Path, places: list[tuple[float, int]], keep: float
) -> None:
    data = bytearray(path.read_bytes())
    for place, value in places:
        data[int(place * len(data))] = value
    broken = tmp_path / "broken.db"
    shutil.rmtree(tmp_path / "broken.db-journal", ignore_errors=True)
    broken.write_bytes(data[: int(keep * len(data))])
    with suppress(ClappperError):
        Database.open(broken).close()


def test_a_missing_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be opened"):
        Database.open(tmp_path / "none" / "project.db")


def test_looking_on_changes_nothing(path: Path) -> None:
    db = Database.open(path, read_only=True)
    assert db.rows("SELECT * FROM documents") == []
    with pytest.raises(StorageError, match="cannot be opened for writing"), db.writing() as connection:
        connection.execute(ADD, ("a",))
    db.close()
    with pytest.raises(StorageError):
        Database.open(path.with_name("none.db"), read_only=True)


LEAVER = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode = TRUNCATE")
connection.execute("PRAGMA cache_size = 5")
connection.execute("BEGIN IMMEDIATE")
for n in range(40):
    connection.execute("INSERT INTO documents VALUES ('k', ?, 1, ?, '')", (str(n), "x" * 50_000))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name == "nt", reason="kills with POSIX signals")
@pytest.mark.parametrize("read_only", [True, False])
def test_a_change_that_was_killed_half_way_is_undone(path: Path, *, read_only: bool) -> None:
    subprocess.run([sys.executable, "-c", LEAVER, str(path)], check=False)
    assert path.with_name("project.db-journal").stat().st_size > 0
    db = Database.open(path, read_only=read_only)
    assert db.rows("SELECT id FROM documents") == []
    db.close()


def test_what_waits_for_a_change_hears_of_it_once_it_is_stored(path: Path) -> None:
    db = Database.open(path)
    told: list[str] = []
    with db.writing():
        db.when_stored(lambda: told.append("outer"))
        with db.writing():
            db.when_stored(lambda: told.append("inner"))
        assert told == []
    assert told == ["outer", "inner"]
    with pytest.raises(ZeroDivisionError):
        stumble(db, lambda: told.append("never"))
    db.when_stored(lambda: told.append("now"))
    db.close()
    assert told == ["outer", "inner", "now"]


FILLER = """
import resource, sys
from pathlib import Path
from clappper.store.database import Database
from clappper.store.files import StorageError
path = Path(sys.argv[1])
db = Database.open(path)
if sys.argv[2] == "limit":
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 200_000,) * 2)
stored = 0
try:
    while True:
        with db.writing() as connection:
            connection.execute("INSERT INTO documents VALUES ('k', ?, 1, ?, '')", (str(stored), "x" * 50_000))
        stored += 1
except StorageError as error:
    assert "no room" in error.message
    assert len(db.rows("SELECT id FROM documents")) == stored
    print(stored)
"""


def fill(path: Path, how: str) -> int:
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    command = [sys.executable, "-c", FILLER, str(path), how]
    done = subprocess.run(
        command, capture_output=True, text=True, env=env, timeout=PATIENCE_SECONDS, check=True
    )
    return int(done.stdout)


@pytest.mark.skipif(os.name == "nt", reason="file size limits are POSIX")
def test_a_change_that_does_not_fit_is_not_stored_and_harms_nothing(path: Path) -> None:
    stored = fill(path, "limit")
    assert stored > 0
    assert len(ids(path)) == stored


def test_a_full_disk_keeps_what_is_stored(tmp_path: Path) -> None:
    """The real thing: a two-megabyte disk in memory."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if (
        mount is None
        or subprocess.run(
            [mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("may not mount a small disk")
    try:
        stored = fill(disk / "project.db", "disk")
        assert stored > 0
        assert len(ids(disk / "project.db")) == stored
    finally:
        subprocess.run([shutil.which("umount") or "umount", str(disk)], check=True)


def test_each_version_is_reached_from_the_one_before() -> None:
    for version in range(migrations.NEWEST):
        connection = sqlite3.connect(":memory:", isolation_level=None)
        migrations.migrate(connection, to=version)
        migrations.migrate(connection)
        assert migrations.shape_of(connection) == migrations.expected_shape(migrations.NEWEST)
        connection.close()


def test_a_step_that_fails_leaves_the_version_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        migrations, "STEPS", (*migrations.STEPS, ("CREATE TABLE more (a)", "CREATE NONSENSE"))
    )
    connection = sqlite3.connect(":memory:", isolation_level=None)
    with pytest.raises(sqlite3.OperationalError):
        migrations.migrate(connection, to=migrations.NEWEST + 1)
    assert migrations.version_of(connection) == migrations.NEWEST
    assert migrations.shape_of(connection) == migrations.expected_shape(migrations.NEWEST)
    connection.close()
