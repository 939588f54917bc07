from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clappper.base.errors import UnusableInputError
from clappper.store.journal import Journal, digest_of
from clappper.store.project import ProjectFolder


def pieces(*texts: str) -> dict[str, str]:
    return {digest_of(text): text for text in texts}


def add(journal: Journal, name: str, *texts: str) -> None:
    journal.add(name, digest_of(texts[0]), pieces(*texts))


def test_a_new_journal_stands_nowhere(project: ProjectFolder) -> None:
    assert (project.journal.entries(), project.journal.place, project.journal.first) == ((), None, 0)


def test_steps_survive_closing(project: ProjectFolder) -> None:
    add(project.journal, "Open", "a")
    add(project.journal, "Trim", "b", "a")
    project.journal.go_to(0)
    path = project.path
    project.close()
    with ProjectFolder.open(path) as again:
        assert [(entry.number, entry.name) for entry in again.journal.entries()] == [(0, "Open"), (1, "Trim")]
        assert again.journal.place == 0
        assert again.journal.read([digest_of("b")]) == pieces("b")


def test_a_step_after_undo_drops_the_undone_ones(project: ProjectFolder) -> None:
    for name in ("Open", "Trim", "Roll"):
        add(project.journal, name, name)
    project.journal.go_to(0)
    add(project.journal, "Slip", "Slip")
    assert [entry.name for entry in project.journal.entries()] == ["Open", "Slip"]
    assert project.journal.place == 1


def test_damage_is_noticed(project: ProjectFolder) -> None:
    add(project.journal, "Open", "a")
    with project.db.writing() as connection:
        connection.execute("UPDATE pieces SET text = 'b'")
    with pytest.raises(UnusableInputError, match="damaged"):
        project.journal.read([digest_of("a")])
    with pytest.raises(UnusableInputError, match="damaged"):
        project.journal.read([digest_of("never kept")])


def test_pruning_keeps_what_the_newest_steps_lead_to(project: ProjectFolder) -> None:
    for number in range(6):
        leaf = f"leaf {number // 2}"
        add(project.journal, f"Step {number}", f'{{"n": {number}, "leaf": "{digest_of(leaf)}"}}', leaf)
    project.journal.prune(2)
    assert [entry.number for entry in project.journal.entries()] == [4, 5]
    assert project.journal.first == 4
    assert project.journal.read([digest_of("leaf 2")])
    assert len(project.db.rows("SELECT digest FROM pieces")) == 3


def test_pruning_keeps_the_step_that_is_stood_at(project: ProjectFolder) -> None:
    for number in range(6):
        add(project.journal, f"Step {number}", f"root {number}")
    project.journal.go_to(1)
    project.journal.prune(2)
    assert [entry.number for entry in project.journal.entries()] == [1, 2, 3, 4, 5]


def test_a_project_from_before_the_journal_is_looked_at_without_being_changed(tmp_path: Path) -> None:
    import sqlite3

    from clappper.store import migrations

    (tmp_path / "ad").mkdir()
    path = tmp_path / "ad" / "project.db"
    connection = sqlite3.connect(path, isolation_level=None)
    migrations.migrate(connection, to=1)
    connection.close()
    before = path.read_bytes()
    with ProjectFolder.open(tmp_path / "ad", read_only=True) as onlooker:
        assert onlooker.read_only
        assert onlooker.journal.entries() == ()
    assert path.read_bytes() == before


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.integers(0, 5), st.just("back")), max_size=25))
def test_any_walk_is_remembered(tmp_path: Path, walk: list[int | str]) -> None:
    import shutil

    folder = tmp_path / "walk"
    shutil.rmtree(folder, ignore_errors=True)
    names: list[str] = []
    place = -1
    with ProjectFolder.create(folder) as project:
        for stride in walk:
            if stride == "back":
                if place > 0:
                    place -= 1
                    project.journal.go_to(place)
            else:
                names = [*names[: place + 1], f"step {stride}"]
                place += 1
                add(project.journal, names[-1], names[-1])
    with ProjectFolder.open(folder) as again:
        assert [entry.name for entry in again.journal.entries()] == names
        assert again.journal.place == (place if names else None)
