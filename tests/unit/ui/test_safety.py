"""A project that is not whole says so in a bar, and is mended from there, from the menu or by the palette."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from clappper.base.units import FrameRange
from clappper.brief.templates import template
from clappper.flow.footage import take_of
from clappper.flow.project.relink import Missing, Relinked
from clappper.flow.project.session import Session
from clappper.jobs.ingest import import_file
from clappper.media.audio import write_wav
from clappper.providers.contract import GenRequest, Kind
from clappper.providers.registry import Registry
from clappper.timeline.change import with_clips
from clappper.timeline.model import Clip, Footage, Marker
from clappper.timeline.tracks import add_marker
from clappper.ui.errors import toasts_of
from clappper.ui.main_window import MainWindow
from clappper.ui.safety import SafetyBar, lost_line, told
from tests.unit.jobs.conftest import ScriptedProvider
from tests.unit.ui.conftest import Stage


@pytest.fixture
def opened(window: MainWindow, stage: Stage) -> Session:
    stage.live(window.start(template("big-reveal")))
    assert window.session is not None
    return window.session


def bar_of(window: MainWindow) -> SafetyBar:
    return window.findChildren(SafetyBar)[0]


def text_of(window: MainWindow) -> str:
    return " ".join(label.text() for label in bar_of(window).findChildren(QLabel)).strip()


def offers(window: MainWindow) -> list[str]:
    return [one.text() for one in bar_of(window).findChildren(QPushButton) if not one.isHidden()]


async def lay_song(session: Session, source: Path) -> Path:
    """Import a second of sound, lay it under the edit, and give where the project keeps it."""
    source.parent.mkdir(exist_ok=True)
    write_wav(source, np.full((48_000, 2), 0.1, np.float32))
    asset = (await import_file(session.project, source, session.workers, session.hub)).asset
    clip = Clip("song", Footage((take_of(session.project, asset, session.timeline.rate),)), FrameRange(0, 20))
    session.edit("Lay", lambda now: with_clips(now, {"music": [clip]}))
    return session.project.locate(asset.path)


def test_a_whole_project_shows_no_bar(window: MainWindow, opened: Session, stage: Stage) -> None:
    assert opened.rescue is None
    stage.rest()
    assert bar_of(window).isHidden()
    window.do("mend_project")
    stage.until(lambda: "The project is whole." in toasts_of(window).texts)


def test_missing_media_is_found_in_a_folder(
    window: MainWindow, opened: Session, stage: Stage, tmp_path: Path
) -> None:
    source = tmp_path / "mine" / "one.wav"
    home = stage.live(lay_song(opened, source))
    home.unlink()
    bar_of(window).look()
    stage.until(bar_of(window).isVisible)
    assert text_of(window).startswith("one.wav is missing")
    assert offers(window) == ["Relink…"]
    (tmp_path / "empty").mkdir()
    stage.live(bar_of(window).relink_from(tmp_path / "empty"))
    assert "Nothing that is missing was found there." in toasts_of(window).texts
    stage.live(bar_of(window).relink_from(tmp_path / "mine"))
    assert "1 file found." in toasts_of(window).texts
    assert home.is_file()
    assert bar_of(window).isHidden()


def test_generated_media_that_is_not_missing_needs_no_getting_back(
    window: MainWindow, opened: Session, stage: Stage
) -> None:
    assert opened is window.session
    window.do("regain_media")
    stage.until(lambda: "No generated file is missing." in toasts_of(window).texts)


@pytest.mark.parametrize("alike", [True, False])
def test_generated_media_is_made_again(
    window: MainWindow, opened: Session, stage: Stage, tmp_path: Path, *, alike: bool
) -> None:
    provider = ScriptedProvider("free", is_free=True)
    opened.registry = opened.queue.registry = Registry([provider])
    request = GenRequest(
        key="", kind=Kind.MUSIC, provider="free", model="m1", prompt="calm", seconds=2.0, seed=3
    )
    job = opened.queue.enqueue(request).job
    stage.live(opened.queue.wait_for([job.id]))
    asset = opened.project.assets.get(opened.queue.job(job.id).asset_id)
    take = take_of(opened.project, asset, opened.timeline.rate)
    clip = Clip("song", Footage((take,)), FrameRange(0, 1))
    opened.edit("Lay", lambda now: with_clips(now, {"music": [clip]}))
    opened.project.locate(asset.path).unlink()
    stage.until(bar_of(window).isVisible)
    assert offers(window) == ["Get back", "Relink…"]
    if not alike:
        write_wav(tmp_path / "other.wav", np.full((24_000, 2), 0.3, np.float32))
        provider.fetches.append((tmp_path / "other.wav").read_bytes())
    window.do("regain_media")
    stage.until(bar_of(window).isHidden)
    assert opened.project.locate(asset.path).is_file() is alike
    assert opened.undo_name == ("Lay" if alike else f"Relink {Path(asset.path).name}")
    assert "1 file on the way." in toasts_of(window).texts


def test_a_damaged_project_is_mended_by_one_press(window: MainWindow, opened: Session, stage: Stage) -> None:
    for frame in range(20):
        opened.edit(f"Mark {frame}", lambda now, at=frame: add_marker(now, Marker(at, "m")))  # type: ignore[misc]
    folder = opened.project.path
    stage.live(window.show_session(None))
    with (folder / "project.db").open("r+b") as file:
        file.write(b"\xa5" * 4096)
    stage.live(window.open_project(folder))
    assert window.session is not None
    assert (window.session.rescue is not None, offers(window)) == (True, ["Mend"])
    assert "damaged" in text_of(window)
    seen = window.session.desk
    next(one for one in bar_of(window).findChildren(QPushButton) if one.text() == "Mend").click()
    stage.until(lambda: window.session is not None and window.session.rescue is None)
    assert (window.session.read_only, window.session.desk) == (False, seen)
    stage.until(bar_of(window).isHidden)
    assert list((folder / "backups").glob("damaged-*.db"))


def test_lines_count_what_they_speak_of() -> None:
    lost = [Missing(f"media/{name}", name, "", in_edit=True) for name in ("a", "b", "c")]
    assert lost_line(lost).startswith("a, b and 1 more are missing")
    assert lost_line(lost[:1]).startswith("a is missing")
    assert lost_line([]) == ""
    assert told(Relinked(("a", "b"), ("c",), tuple(lost[:1]))) == (
        "3 files found.",
        "1 file of the same name with another content. 1 file still missing.",
    )


def test_what_happens_on_the_disk_is_noticed(
    window: MainWindow, opened: Session, stage: Stage, tmp_path: Path
) -> None:
    song = stage.live(lay_song(opened, tmp_path / "in" / "song.wav"))
    bar = bar_of(window)
    stage.until(lambda: str(song) in bar.watched)
    whole = song.read_bytes()
    song.write_bytes(whole + b"more")
    stage.until(lambda: "has changed on the disk" in text_of(window))
    song.unlink()
    stage.until(lambda: "missing from the project's folder" in text_of(window))
    song.write_bytes(whole)
    stage.until(bar.isHidden)
