from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.store.files import StorageError
from clappper.store.project import FOLDERS, ProjectFolder
from tests.patience import PATIENCE_SECONDS


def test_a_project_is_made_opened_and_made_no_second_time(tmp_path: Path) -> None:
    path = tmp_path / "new" / "ad"
    with ProjectFolder.open_or_create(path) as project:
        assert all((path / name).is_dir() for name in FOLDERS)
        project.documents.save("brief", "b", "{}")
    with ProjectFolder.open_or_create(path) as project:
        assert project.documents.load("brief", "b")
    with pytest.raises(UnusableInputError, match="already holds"):
        ProjectFolder.create(path)


def test_what_is_no_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="no Clappper project"):
        ProjectFolder.open(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(UnusableInputError, match="not a folder"):
        ProjectFolder.create(tmp_path / "file")
    with pytest.raises(StorageError):
        ProjectFolder.create(tmp_path / "file" / "below")


@pytest.mark.parametrize(
    "relative", ["", "/etc/passwd", "../out", "media/../../out", "C:\\x", "\\x", "..\\out", "C:x", "a\0b"]
)
def test_no_path_leads_out(project: ProjectFolder, relative: str) -> None:
    with pytest.raises(UnusableInputError, match="not a path inside"):
        project.locate(relative)


def test_no_link_leads_out(project: ProjectFolder, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (project.media / "link").symlink_to(tmp_path)
    with pytest.raises(UnusableInputError):
        project.locate("media/link/secret")
    with pytest.raises(UnusableInputError, match="not inside"):
        project.relative(project.media / "link" / "secret")


def test_names_and_paths_go_both_ways(project: ProjectFolder) -> None:
    path = project.generated / "motion" / "clip ü.mp4"
    assert project.relative(path) == "generated/motion/clip ü.mp4"
    assert project.locate(project.relative(path)) == path
    with pytest.raises(UnusableInputError):
        project.relative(Path("/etc/passwd"))


@pytest.mark.parametrize("name", ["a b", "50% #1?", "ünï 日本", "it's; DROP", "&mode=ro"])
def test_any_folder_name_will_do(tmp_path: Path, name: str) -> None:
    for _ in range(2):
        with ProjectFolder.open_or_create(tmp_path / name) as project:
            project.documents.save("brief", "b", "{}")
    assert (tmp_path / name / "project.db").stat().st_size > 0


def test_a_project_may_be_reached_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with ProjectFolder.create(tmp_path / "link" / "ad") as project:
        assert project.relative(tmp_path / "link" / "ad" / "media" / "a.png") == "media/a.png"


def test_opening_removes_what_was_left_half_done(tmp_path: Path) -> None:
    with ProjectFolder.create(tmp_path / "ad") as project:
        (project.generated / "motion").mkdir()
        halves = [
            project.generated / "motion" / ".a.mp4.1f.part",
            project.exports / "ad.mp4.part",
            project.scratch / "job" / "frame.png",
        ]
        whole = [project.exports / "ad.mp4", project.incoming / "job.wav", project.path / "notes.part.txt"]
        (project.scratch / "job").mkdir()
        for file in [*halves, *whole]:
            file.touch()
    with ProjectFolder.open(tmp_path / "ad"):
        assert not any(file.exists() for file in halves)
        assert all(file.exists() for file in whole)


def test_a_second_program_is_kept_out_and_told_what_to_do(project: ProjectFolder) -> None:
    with pytest.raises(ClappperError, match="open in another Clappper") as caught:
        ProjectFolder.open(project.path)
    assert "Close it there" in caught.value.hint


def test_looking_on_is_allowed(project: ProjectFolder) -> None:
    project.documents.save("brief", "b", "{}")
    with ProjectFolder.open(project.path, read_only=True) as onlooker:
        assert onlooker.documents.ids("brief") == ("b",)
        assert onlooker.assets.list() == ()


HOLDER = """
import sys, time
from pathlib import Path
from clappper.store.project import ProjectFolder
project = ProjectFolder.open_or_create(Path(sys.argv[1]))
print("open", flush=True)
time.sleep(60)
"""


def test_a_dead_holder_does_not_lock_us_out(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "ad")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(ClappperError, match="another Clappper"):
            ProjectFolder.open(tmp_path / "ad")
        holder.kill()
    ProjectFolder.open(tmp_path / "ad").close()


OPENER = """
import os, sys
from pathlib import Path
from clappper.store.files import StorageError
from clappper.store.project import ProjectFolder
if hasattr(os, "setuid") and os.getuid() == 0:
    os.setuid(65534)
try:
    ProjectFolder.open_or_create(Path(sys.argv[1]))
except StorageError as error:
    print(error.message, "|", error.hint)
"""


@pytest.mark.skipif(os.name == "nt", reason="folders have no modes")
@pytest.mark.parametrize("has_project", [False, True])
def test_a_read_only_folder_is_a_sentence(*, has_project: bool) -> None:
    """Root may write everywhere, so the opener becomes nobody; hence a folder that nobody may enter."""
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if has_project:
            ProjectFolder.create(folder).close()
        folder.chmod(0o555)
        command = [sys.executable, "-c", OPENER, name]
        done = subprocess.run(
            command, capture_output=True, text=True, env=env, timeout=PATIENCE_SECONDS, check=False
        )
        folder.chmod(0o755)
    assert "read-only for you. | Choose another folder" in done.stdout, done.stderr


def test_a_folder_that_refuses_is_let_go_of(tmp_path: Path) -> None:
    (tmp_path / "project.db").write_bytes(b"no database" * 100)
    for _ in range(2):
        with pytest.raises(UnusableInputError, match="damaged"):
            ProjectFolder.open(tmp_path)
