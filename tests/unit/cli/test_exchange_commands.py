from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from clappper.base.units import FrameRange
from clappper.brief.templates import template
from clappper.cli.commands import cli
from clappper.flow.desk import Desk, empty_timeline, keep_desk, newest_desk
from clappper.render.presets import Preset
from clappper.store.project import ProjectFolder
from clappper.timeline.change import with_clips
from clappper.timeline.model import Clip, Solid
from clappper.timeline.tracks import set_length


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def test_an_edit_goes_out_and_comes_back(tmp_path: Path) -> None:
    brief = template("product-offer")
    empty = empty_timeline(brief)
    plate = Clip("plate", Solid("#aa0000"), FrameRange(0, 90))
    with ProjectFolder.create(tmp_path / "p") as project:
        keep_desk(project, "Make", Desk(brief, with_clips(empty, {"shots": [plate]})))
    out = run("export-timeline", tmp_path / "p", "--to", "otio", "--out", tmp_path / "e.otio")
    assert (out.exit_code, out.stdout.strip()) == (0, str(tmp_path / "e.otio"))
    assert Path(run("export-timeline", tmp_path / "p", "--to", "fcpxml").stdout.strip()).is_file()
    with ProjectFolder.open(tmp_path / "p") as project:
        keep_desk(project, "Clear", Desk(brief, empty))
    assert run("import-timeline", tmp_path / "p", tmp_path / "e.otio").exit_code == 0
    with ProjectFolder.open(tmp_path / "p") as project:
        desk = newest_desk(project)
    assert desk is not None
    assert desk.timeline.tracks[0].clips == (plate,)
    assert run("import-timeline", tmp_path / "p", tmp_path / "none.otio").exit_code == 2
    assert run("export-timeline", tmp_path / "p", "--to", "srt").exit_code == 2


def test_an_edit_becomes_files_that_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = {"tiny": Preset("tiny", "9:16", scale=0.1)}
    monkeypatch.setattr("clappper.render.presets.PRESETS", small)
    brief = template("product-offer")
    plate = Clip("plate", Solid("#aa0000"), FrameRange(0, 20))
    with ProjectFolder.create(tmp_path / "p") as project:
        edit = set_length(with_clips(empty_timeline(brief), {"shots": [plate]}), 20)
        keep_desk(project, "Make", Desk(brief, edit))
    made = run("export", tmp_path / "p", "--preset", "tiny", "--out", tmp_path / "out")
    assert made.exit_code == 1, "a red plate is not the ad that was ordered"
    assert [Path(line).is_file() for line in made.stdout.split()] == [True]
    assert f"Nothing in the timeline shows {brief.cta.headline!r}." in made.stderr
    assert run("export", tmp_path / "p", "--preset", "3:7").exit_code == 2
