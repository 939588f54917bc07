from pathlib import Path

import pytest

from clappper.base.errors import UnusableInputError
from clappper.flow.assembling.looks import keep_look, name_of, shipped_looks
from clappper.store.project import ProjectFolder


def test_a_shipped_look_is_copied_once_and_known_by_its_name(tmp_path: Path) -> None:
    with ProjectFolder.create(tmp_path / "ad") as project:
        kept = keep_look(project, shipped_looks()["warm"])
        assert keep_look(project, shipped_looks()["warm"]) == kept
        assert project.locate(kept).is_file()
    assert (name_of(kept), name_of(""), name_of("looks/other.cube")) == ("warm", "", "own LUT")


def test_what_is_no_lut_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.cube").write_text("not a table")
    with ProjectFolder.create(tmp_path / "ad") as project, pytest.raises(UnusableInputError):
        keep_look(project, tmp_path / "bad.cube")
