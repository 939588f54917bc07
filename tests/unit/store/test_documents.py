from __future__ import annotations

from pathlib import Path

from clappper.store.project import ProjectFolder


def test_every_save_is_kept_and_the_newest_comes_first(project: ProjectFolder) -> None:
    documents = project.documents
    assert documents.load("brief", "b") is None
    assert [documents.save("brief", "b", text) for text in ("{}", '{"a":1}', "{}")] == [1, 2, 3]
    newest = documents.load("brief", "b")
    second = documents.load("brief", "b", 2)
    assert newest
    assert second
    assert (newest.revision, newest.text) == (3, "{}")
    assert second.text == '{"a":1}'
    assert [document.revision for document in documents.history("brief", "b")] == [1, 2, 3]
    assert documents.load("brief", "b", 4) is None


def test_saving_the_same_again_makes_no_revision(project: ProjectFolder) -> None:
    assert [project.documents.save("brief", "b", "{}") for _ in range(3)] == [1, 1, 1]


def test_kinds_and_ids_do_not_mix(project: ProjectFolder) -> None:
    project.documents.save("brief", "b", "1")
    project.documents.save("timeline", "b", "2")
    project.documents.save("brief", "a", "3")
    assert project.documents.ids("brief") == ("a", "b")
    assert project.documents.ids("nothing") == ()
    timeline = project.documents.load("timeline", "b")
    assert timeline
    assert timeline.text == "2"


def test_history_survives_a_restart(tmp_path: Path) -> None:
    with ProjectFolder.create(tmp_path / "ad") as project:
        for n in range(200):
            project.documents.save("timeline", "t", str(n))
    with ProjectFolder.open(tmp_path / "ad") as project:
        assert [document.text for document in project.documents.history("timeline", "t")] == [
            str(n) for n in range(200)
        ]
