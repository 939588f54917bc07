import sqlite3
from contextlib import closing
from pathlib import Path

from clappper.store.relocate import PROJECT, settle


def test_a_packed_projects_jobs_name_their_files_where_it_lies(tmp_path: Path) -> None:
    file = tmp_path / "project.db"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE jobs (request TEXT)")
        database.execute("INSERT INTO jobs VALUES (?)", (f'{{"path":"{PROJECT}/media/a.jpg"}}',))
    settle(file, Path("/a folder/of mine"))
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("SELECT request FROM jobs").fetchone() == (
            '{"path":"/a folder/of mine/media/a.jpg"}',
        )
