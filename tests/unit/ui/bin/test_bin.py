"""The media bin with nothing, one and many files; what is chosen in it goes onto the timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from clappper.base.errors import ClappperError
from clappper.flow.project.session import Session
from clappper.store.assets import Asset
from clappper.timeline.model import Footage
from clappper.timeline.queries import clip_of, track_of
from clappper.ui.bench import Bench
from clappper.ui.bin.card import picture_of
from clappper.ui.bin.dock import BinDock
from clappper.ui.bin.model import Kind, asset_ids
from clappper.ui.errors import toasts_of
from clappper.ui.timeline.dock import TimelineDock
from tests.unit.ui.conftest import Stage

COPY, LEFT, NONE = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[str], Path]:
    def made(name: str) -> Path:
        shade = sum(name.encode()) % 200
        Image.new("RGB", (64, 36), (shade, 90, 40)).save(tmp_path / f"{name}.png")
        return tmp_path / f"{name}.png"

    return made


@pytest.fixture
def dock(bench: Bench, stage: Stage) -> Iterator[BinDock]:
    made = BinDock(bench)
    made.resize(300, 600)
    made.show()
    stage.rest()
    yield made
    made.close()
    made.deleteLater()
    stage.rest()


def choose(dock: BinDock, row: int) -> None:
    dock.choose(row)


def test_an_empty_bin_teaches(dock: BinDock) -> None:
    assert dock.model.rowCount() == 0
    assert dock._stack.currentWidget() is dock._empty  # noqa: SLF001 - what is seen


def test_files_come_in_once_and_the_rest_is_told(
    dock: BinDock, stage: Stage, picture: Callable[[str], Path], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film")
    stage.live(dock.bring([picture("one"), broken, picture("one"), picture("two")]))
    assert [str(dock.model.index(row, 0).data()) for row in range(dock.model.rowCount())] == ["two", "one"]
    assert any("broken.mp4" in text for text in toasts_of(dock).texts)
    assert any("already" in text for text in toasts_of(dock).texts)
    stage.live(dock.pictures.settled())
    dock.grab()


def test_words_and_kinds_narrow_the_list(dock: BinDock, stage: Stage, picture: Callable[[str], Path]) -> None:
    stage.live(dock.bring([picture("mug front"), picture("mug side"), picture("table")]))
    dock.search.words.setText("mug side")
    assert dock.model.rowCount() == 1
    dock.search.choose_kind(Kind.SOUND)
    assert dock._stack.currentWidget() is dock._none  # noqa: SLF001 - what is seen
    dock.reveal(dock.model._all[0].path)  # noqa: SLF001 - all there is
    assert dock.model.rowCount() == 3


def test_dropped_files_come_in(dock: BinDock, stage: Stage, picture: Callable[[str], Path]) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(picture("dropped")))])
    enter = QDragEnterEvent(dock.rect().center(), COPY, data, LEFT, NONE)
    QApplication.sendEvent(dock, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(dock, QDropEvent(QPointF(dock.rect().center()), COPY, data, LEFT, NONE))
    stage.until(lambda: dock.model.rowCount() == 1)


@pytest.fixture
def timeline_dock(bench: Bench, stage: Stage) -> Iterator[TimelineDock]:
    made = TimelineDock(bench)
    made.resize(900, 360)
    made.show()
    stage.rest()
    yield made
    made.close()
    made.deleteLater()
    stage.rest()


def test_chosen_footage_is_inserted_and_overwrites(
    dock: BinDock, timeline_dock: TimelineDock, session: Session, bench: Bench, stage: Stage,
    picture: Callable[[str], Path],
) -> None:  # fmt: skip
    stage.live(dock.bring([picture("one"), picture("two")]))
    bench.edit.load(None)
    with pytest.raises(ClappperError, match="No footage"):
        timeline_dock.verbs()["insert_source"]()
    choose(dock, 1)
    timeline_dock.verbs()["insert_source"]()
    choose(dock, 0)
    bench.edit.go_to(60)
    timeline_dock.verbs()["overwrite_source"]()
    shots = [
        (clip.name, clip.placed.start, clip.placed.end) for clip in track_of(session.timeline, "shots").clips
    ]
    assert shots == [("one", 0, 60), ("two", 60, 180)]
    assert session.undo_name == "Overwrite clip"


def test_footage_is_dragged_in_with_a_preview(
    dock: BinDock, timeline_dock: TimelineDock, session: Session, stage: Stage, picture: Callable[[str], Path]
) -> None:
    stage.live(dock.bring([picture("one")]))
    data = dock.model.mimeData([dock.model.index(0, 0)])
    assert len(asset_ids(data)) == 1
    canvas = timeline_dock.canvas
    row = next(row for row in canvas.rows if row.track.id == "shots")
    at = QPointF(canvas.scale.x_of(0), row.top + 20)
    QApplication.sendEvent(canvas, QDragEnterEvent(at.toPoint(), COPY, data, LEFT, NONE))
    QApplication.sendEvent(canvas, QDragMoveEvent(at.toPoint(), COPY, data, LEFT, NONE))
    assert track_of(canvas.timeline, "shots").clips
    assert not track_of(session.timeline, "shots").clips
    QApplication.sendEvent(canvas, QDropEvent(at, COPY, data, LEFT, NONE))
    assert [clip.name for clip in track_of(session.timeline, "shots").clips] == ["one"]
    assert session.undo_name == "Overwrite clips"


def test_a_press_on_a_take_shows_it(
    dock: BinDock, timeline_dock: TimelineDock, session: Session, bench: Bench, stage: Stage,
    picture: Callable[[str], Path],
) -> None:  # fmt: skip
    stage.live(dock.bring([picture("one"), picture("two")]))
    choose(dock, 1)
    timeline_dock.verbs()["insert_source"]()
    clip = track_of(session.timeline, "shots").clips[0]
    bench.edit.select([clip.id])
    choose(dock, 0)
    dock.verbs()["add_as_take"]()
    stage.rest()
    buttons = [button for button, _ in dock.takes._buttons]  # noqa: SLF001 - what is seen
    assert [button.isChecked() for button in buttons] == [True, False]
    QTest.mouseClick(buttons[1], LEFT)
    content = clip_of(session.timeline, clip.id).content
    assert isinstance(content, Footage)
    assert (content.active, content.take.label) == (1, "two")


def test_moving_over_a_card_looks_through_it_and_marks_it(
    dock: BinDock, bench: Bench, session: Session, stage: Stage
) -> None:
    Image.new("RGB", (12 * 40, 72), "#803020").save(session.project.path / "strip.jpg")
    facts = {"duration_seconds": 10.0, "width": 640, "height": 360, "fps": "30"}
    derived = {"filmstrip": "strip.jpg"}
    session.project.assets.add(
        Asset("a", "video", "media/a.mp4", "0" * 64, 1, facts, "import:a.mp4", "2026", derived)
    )
    dock._reload()  # noqa: SLF001 - as a landed asset does
    rest = picture_of(dock.view.visualRect(dock.model.index(0, 0)))
    with pytest.raises(ClappperError, match="on no footage"):
        dock.verbs()["source_in"]()
    for share, verb in ((0.25, "source_in"), (0.75, "source_out")):
        point = QPointF(rest.left() + rest.width() * share, rest.center().y())
        QTest.mouseMove(dock.view.viewport(), point.toPoint())
        dock.verbs()[verb]()
    take = bench.edit.source
    assert take is not None
    wanted, whole = bench.edit.wanted_of(take), len(take.available)
    assert wanted.start / whole == pytest.approx(0.25, abs=0.03)
    assert wanted.end / whole == pytest.approx(0.75, abs=0.03)
    dock.grab()
    stage.live(dock.pictures.settled())
    dock.grab()
    dock.verbs()["source_unmark"]()
    assert len(bench.edit.wanted_of(take)) == whole


def test_cards_share_the_width(dock: BinDock, stage: Stage) -> None:
    for width, columns in ((300, 2), (420, 3), (130, 1)):
        dock.resize(width, 600)
        stage.rest()
        grid = dock.view.gridSize().width()
        assert grid >= 116
        assert columns * grid <= max(width, 116) < (columns + 1) * grid + 40
