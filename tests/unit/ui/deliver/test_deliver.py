"""The Deliver workspace over an edit of one second, with real exports at a tenth of the size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from clappper.base.units import FrameRange
from clappper.flow.delivering.export_queue import Export, ExportState
from clappper.flow.project.session import Session
from clappper.media.probe import probe
from clappper.render.presets import Preset, VideoCodec
from clappper.render.verdicts import CheckReport, Finding, Outcome
from clappper.timeline.change import with_clips
from clappper.timeline.model import Clip, Solid, Timeline, Title, TitleRole
from clappper.timeline.tracks import set_length
from clappper.ui.bench import Bench
from clappper.ui.deliver.checks import NAMES, ChecksPanel
from clappper.ui.deliver.matrix import MatrixPanel
from clappper.ui.deliver.output import OutputPanel
from clappper.ui.deliver.queue import QueuePanel
from clappper.ui.deliver.tile import Tile
from clappper.ui.deliver.writing import WritingPanel
from clappper.ui.outputs import Cell, Outputs, Writing, newest

FRAMES = 30
Make = Callable[[type[Any]], Any]


def filled(timeline: Timeline) -> Timeline:
    plate = Clip("plate", Solid("#aa2222"), FrameRange(0, FRAMES))
    button = Clip("button", Title(TitleRole.BUTTON, "Go", "cta.button_text"), FrameRange(4, FRAMES))
    return set_length(with_clips(timeline, {"shots": [plate], "titles": [button]}), FRAMES)


@pytest.fixture
def edited(session: Session) -> Session:
    session.edit("Fill", filled)
    return session


@pytest.fixture
def make(bench: Bench, stage: Any) -> Iterator[Make]:
    """Make panels, which go before the project is closed, as they do in the window."""
    made: list[QWidget] = []

    def one(kind: Any) -> Any:
        made.append(kind(bench))
        return made[-1]

    yield one
    for widget in made:
        widget.deleteLater()
    stage.rest()


def texts(widget: QWidget) -> str:
    labels = [label.text() for label in widget.findChildren(QLabel)]
    return "\n".join(labels + [button.text() for button in widget.findChildren(QPushButton)])


def tile(panel: MatrixPanel, cell: Cell) -> Tile:
    return next(one for one in panel.findChildren(Tile) if one.cell == cell)


def written(session: Session, **changes: Any) -> Export:
    """Put an export into the queue as if it had been carried out."""
    path = session.project.exports / "ad_9x16.mp4"
    export = Export("e1", 1, "", Preset("9:16"), str(path), "edit", ExportState.DONE, frames=FRAMES)
    export = replace(export, **changes)
    session.exports._put(export)  # noqa: SLF001 - what a finished process leaves behind
    return export


def test_settings_become_presets_that_files_can_be_told_apart_by() -> None:
    plain = Writing().preset("1:1")
    assert (plain.name, plain.canvas.width, plain.max_bytes) == ("1:1", 1080, 0)
    odd = Writing(VideoCodec.HEVC, 25, 540, 4.5).preset("9:16")
    assert odd.name == "9:16@25 hevc 540p"
    assert (odd.canvas.width, odd.max_bytes, odd.suffix) == (540, 4_500_000, ".mp4")
    assert Writing(VideoCodec.PRORES, limit_mb=3).preset("9:16").max_bytes == 0


def test_a_new_project_offers_its_own_aspect_and_exports_nothing(bench: Bench, make: Make) -> None:
    panel = make(MatrixPanel)
    assert bench.outputs.wanted == (Cell("", bench.session.brief.project.aspect),)
    button = next(one for one in panel.findChildren(QPushButton) if one.text().startswith("Export"))
    assert not button.isEnabled()
    assert "empty" in button.toolTip()


@pytest.mark.usefixtures("edited")
def test_a_tile_is_wanted_by_its_box_and_by_space_and_looked_at_by_a_click(bench: Bench, make: Make) -> None:
    panel = make(MatrixPanel)
    panel.resize(480, 400)
    panel.show()
    square = tile(panel, Cell("", "1:1"))
    QTest.mouseClick(square, Qt.MouseButton.LeftButton, pos=square.rect().center())
    assert bench.outputs.looked_at == Cell("", "1:1")
    assert Cell("", "1:1") not in bench.outputs.chosen
    QTest.keyClick(square, Qt.Key.Key_Space)
    assert Cell("", "1:1") in bench.outputs.chosen
    assert "will be exported" in square.accessibleDescription()
    box = square._box().center().toPoint()  # noqa: SLF001 - where the box is painted
    QTest.mouseClick(square, Qt.MouseButton.LeftButton, pos=box)
    assert Cell("", "1:1") not in bench.outputs.chosen


def test_test_versions_come_chosen_in_the_ads_aspects_and_leave_with_their_cells(
    edited: Session, bench: Bench, make: Make
) -> None:
    outputs = bench.outputs
    panel = make(MatrixPanel)
    outputs.vary(edited, 2)
    assert len(outputs.versions) == 3
    assert len(outputs.wanted) == 3
    assert outputs.versions[1].hypothesis in texts(panel)
    outputs.look_at(Cell(outputs.versions[2].name, "1:1"))
    outputs.vary(edited, 0)
    assert [cell.version for cell in outputs.wanted] == [""]
    assert outputs.looked_at == Cell("", "1:1")


@pytest.mark.usefixtures("edited")
def test_all_and_none(bench: Bench, make: Make) -> None:
    panel = make(MatrixPanel)
    panel.verbs()["deliver_all"]()
    assert len(bench.outputs.wanted) == 4
    assert "Export 4 files" in texts(panel)
    panel.verbs()["deliver_all"]()
    assert "Choose what to export" in texts(panel)


def test_a_chosen_file_is_rendered_checked_and_played(
    edited: Session, bench: Bench, stage: Any, make: Make
) -> None:
    panels = (make(MatrixPanel), make(OutputPanel), make(QueuePanel), make(ChecksPanel))
    matrix, output, queue, checks = panels
    assert "not exported" in texts(output).casefold()
    bench.outputs.write(lines=108)
    matrix.verbs()["deliver_export"]()
    (export,) = edited.exports.exports
    stage.live(edited.exports.idle())
    stage.rest()
    export = edited.exports.get(export.id)
    assert probe(Path(export.path)).width == 108
    assert newest(edited.exports, Cell("", "9:16")) == export
    assert "30 frames" in texts(checks)
    assert export.checks.findings
    for finding in export.checks.findings:
        assert finding.message or NAMES[finding.code] in texts(checks)
    assert queue.table.model().rowCount() == 1
    queue.table.selectRow(0)
    assert set(queue.verbs()) == {"deliver_again", "deliver_remove", "deliver_reveal"}
    assert Path(export.path).name in texts(output)
    assert "deliver_play" in output.verbs()
    queue.verbs()["deliver_remove"]()
    stage.rest()
    assert queue.table.model().rowCount() == 0
    assert Path(export.path).is_file()


def test_a_failed_check_leads_to_its_frame(
    edited: Session, bench: Bench, asked: list[str], make: Make
) -> None:
    make(MatrixPanel)
    seconds = edited.timeline.rate.seconds_at(12)
    black = Finding("black-frames", Outcome.FAILED, "0.2 s", "0.1 s", "Frame 12 is black.", seconds)
    loud = Finding("loudness", Outcome.PASSED, "-14.0 LUFS", "-14 ± 0.5 LUFS")
    written(edited, checks=CheckReport((black, loud)))
    checks = make(ChecksPanel)
    assert "1 check failed" in texts(checks)
    assert "Frame 12 is black." in texts(checks)
    assert "Loudness" in texts(checks)
    next(one for one in checks.findChildren(QPushButton) if "in the edit" in one.text()).click()
    assert (bench.edit.playhead, bench.edit.aspect, asked) == (12, "9:16", ["workspace_edit"])


def test_what_could_not_be_written_says_why(edited: Session, stage: Any, make: Make) -> None:
    make(MatrixPanel)
    checks, queue = make(ChecksPanel), make(QueuePanel)
    written(edited, state=ExportState.FAILED, problem="The disk is full.", hint="Free 20 MB.")
    stage.rest()
    assert "The disk is full." in texts(checks)
    assert queue.table.model().index(0, 1).data() == "Failed"
    assert "Free 20 MB." in queue.table.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_an_export_that_waits_can_be_taken_back(edited: Session, stage: Any, make: Make) -> None:
    make(MatrixPanel)
    queue = make(QueuePanel)
    written(edited, state=ExportState.QUEUED)
    stage.rest()
    queue.table.selectRow(0)
    assert set(queue.verbs()) == {"deliver_cancel"}
    queue.verbs()["deliver_cancel"]()
    stage.rest()
    assert queue.table.model().index(0, 1).data() == "Cancelled"
    assert newest(edited.exports, Cell("", "9:16")) is None


@pytest.mark.usefixtures("edited")
def test_the_names_of_the_files_follow_the_settings(bench: Bench, make: Make) -> None:
    make(MatrixPanel)
    panel = make(WritingPanel)
    bench.outputs.write(codec=VideoCodec.PRORES, rate=24, folder=Path("/nowhere/at/all"))
    assert "_9x16-24-prores.mov" in texts(panel)
    assert str(Path("/nowhere/at/all")) in texts(panel)


@pytest.mark.usefixtures("edited")
def test_pictures_come_to_the_tiles(bench: Bench, stage: Any, make: Make) -> None:
    panel = make(MatrixPanel)
    posters = panel._posters  # noqa: SLF001 - what the tiles paint from
    version = bench.outputs.versions[0]
    stage.until(lambda: posters.picture(version, "9:16", 112) is not None)
    picture = posters.picture(version, "9:16", 112)
    assert isinstance(picture, QImage)
    assert (picture.width(), picture.height()) == (64, 112)
    red = picture.pixelColor(32, 20)
    assert red.red() > 120 > red.green()


def test_cells_are_listed_in_the_order_of_the_matrix() -> None:
    outputs = Outputs()
    outputs.choose([Cell("", "16:9"), Cell("", "9:16")])
    assert outputs.wanted == ()
