"""A request's files in a project that was moved."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from clappper.jobs.inputs import at_home
from clappper.providers.contract import GenRequest, InputFile, Kind, Role

PICTURE = b"a mug"


def asking(path: str, content: bytes = PICTURE) -> GenRequest:
    file = InputFile(Role.PRODUCT, path, sha256(content).hexdigest(), "image/png")
    return GenRequest("", Kind.TEXT_TO_VIDEO, "motion", "studio-1", "A mug", 4.0, files=(file,))


def project(folder: Path) -> Path:
    (folder / "media").mkdir(parents=True)
    (folder / "media/mug.png").write_bytes(PICTURE)
    return folder


def test_files_are_found_where_the_project_lies_now(tmp_path: Path) -> None:
    root = project(tmp_path / "here.clappper")
    moved = at_home(asking("/nowhere/there.clappper/media/mug.png"), root)
    assert moved.files[0].path == str(root / "media/mug.png")


def test_what_is_where_it_was_or_has_another_content_is_left(tmp_path: Path) -> None:
    root = project(tmp_path / "here.clappper")
    there = project(tmp_path / "there.clappper") / "media/mug.png"
    for request in (asking(str(there)), asking("/nowhere/media/mug.png", b"a jug"), asking("/no/../mug.png")):
        assert at_home(request, root) is request
