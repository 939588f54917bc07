"""The viewer as it is used: pictures at the playhead, transport, titles placed and rewritten on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from clappper.base.units import FrameRange
from clappper.brief.schema import AdBrief
from clappper.flow.project.session import Session
from clappper.timeline.change import with_clips
from clappper.timeline.keyframes import value_at
from clappper.timeline.model import Clip, Solid, Timeline, Title, TitleRole
from clappper.timeline.queries import clip_of
from clappper.ui.bench import Bench
from clappper.ui.viewer.dock import ViewerDock
from tests.unit.ui.conftest import Stage

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def colours(empty: Timeline) -> Timeline:
    shots = (
        Clip("red", Solid("#C03020"), FrameRange(0, 30)),
        Clip("blue", Solid("#2030C0"), FrameRange(30, 60)),
    )
    price = Clip("price", Title(TitleRole.PRICE, "$49", "product.price_text", enter="cut"), FrameRange(0, 60))
    free = Clip("free", Title(TitleRole.TEXT, "Hello", enter="cut"), FrameRange(0, 60))
    filled = with_clips(empty, {"shots": shots, "titles": [price]})
    top = replace(filled.tracks[1], id="more", name="More", clips=(free,))
    return replace(filled, tracks=(*filled.tracks, top), length_frames=60)


@pytest.fixture
def dock(bench: Bench, stage: Stage) -> Iterator[ViewerDock]:
    bench.session.edit("Make the ad", colours)
    made = ViewerDock(bench)
    made.resize(420, 720)
    made.show()
    bench.edit.look(quality=4)
    stage.until(lambda: made.surface.image() is not None and made.titles.boxes)
    yield made
    made.player.close()
    made.close()
    made.deleteLater()
    stage.rest()


def do(dock: ViewerDock, name: str) -> None:
    dock.verbs()[name]()


def colour(dock: ViewerDock) -> str:
    image = dock.surface.image()
    assert image is not None
    seen = image.pixelColor(4, image.height() - 4)
    return "red" if seen.red() > seen.blue() else "blue"


def test_the_picture_follows_the_playhead(dock: ViewerDock, bench: Bench, stage: Stage) -> None:
    assert colour(dock) == "red"
    bench.edit.go_to(40)
    stage.until(lambda: colour(dock) == "blue")


def test_a_picture_that_stands_is_painted_in_full(dock: ViewerDock, bench: Bench, stage: Stage) -> None:
    heights: list[int] = []
    dock.player.pictured.connect(lambda picture: heights.append(picture.height))
    bench.edit.go_to(20)
    full = dock.player.view.canvas.height * 4
    stage.until(lambda: heights and abs(heights[-1] - full) <= 8)
    assert heights[0] < heights[-1]


def test_an_edit_is_seen_at_once(dock: ViewerDock, session: Session, stage: Stage) -> None:
    session.edit(
        "Cut", lambda now: with_clips(now, {"shots": [replace(_clip(now, "blue"), placed=FrameRange(0, 60))]})
    )
    stage.until(lambda: colour(dock) == "blue")
    session.undo()
    stage.until(lambda: colour(dock) == "red")


def _clip(timeline: Timeline, name: str) -> Clip:
    return clip_of(timeline, name)


def test_it_plays_to_the_end_and_stops(dock: ViewerDock, bench: Bench, stage: Stage) -> None:
    bench.edit.go_to(50)
    do(dock, "play")
    assert bench.edit.playing
    stage.until(lambda: not bench.edit.playing)
    assert bench.edit.playhead == 59


def test_meters_show_the_mix_at_the_playhead(dock: ViewerDock, stage: Stage) -> None:
    assert dock.player.levels is None
    do(dock, "play")
    stage.until(lambda: dock.player.levels is not None)
    do(dock, "shuttle_stop")
    assert dock.meters.accessibleDescription().startswith("Left below -60")


def test_j_k_and_l_shuttle_and_step(dock: ViewerDock, bench: Bench, stage: Stage) -> None:
    do(dock, "shuttle_on")
    do(dock, "shuttle_on")
    assert bench.edit.speed == 2.0
    do(dock, "shuttle_back")
    assert bench.edit.speed == -1.0
    do(dock, "shuttle_stop")
    stage.rest()
    bench.edit.go_to(10)
    dock.activateWindow()
    dock.surface.setFocus()
    QTest.keyPress(dock.surface, Qt.Key.Key_K)
    do(dock, "shuttle_on")
    QTest.keyRelease(dock.surface, Qt.Key.Key_K)
    assert (bench.edit.playhead, bench.edit.speed) == (11, 0.0)
    do(dock, "shuttle_on")
    assert bench.edit.speed == 1.0


def test_marks_edits_and_frames(dock: ViewerDock, bench: Bench) -> None:
    seen = []
    for name in (
        "frames_on",
        "mark_in",
        "edit_next",
        "mark_out",
        "frame_back",
        "go_in",
        "go_out",
        "go_end",
        "edit_previous",
    ):
        do(dock, name)
        seen.append(bench.edit.playhead)
    assert seen == [5, 5, 30, 30, 29, 5, 30, 59, 30]
    assert bench.edit.marked(60) == FrameRange(5, 31)


def test_a_typed_timecode_is_gone_to(dock: ViewerDock, bench: Bench) -> None:
    field = next(one for one in dock.findChildren(QLineEdit) if one.accessibleName() == "Timecode")
    field.selectAll()
    QTest.keyClicks(field, "1:15")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert bench.edit.playhead == 45


def centre(dock: ViewerDock, clip_id: str) -> QPoint:
    box = next(box for box in dock.titles.boxes if box.clip.id == clip_id)
    return dock.surface.frame.to_widget(box.at(0)).center().toPoint()


def test_a_title_is_dragged_on_the_picture_in_one_step(
    dock: ViewerDock, session: Session, bench: Bench, stage: Stage
) -> None:
    start = centre(dock, "price")
    QTest.mousePress(dock.surface, LEFT, NONE, start)
    for step in (10, 30, 60):
        QTest.mouseMove(dock.surface, start + QPoint(0, -step))
    assert session.undo_name == "Make the ad"
    QTest.mouseRelease(dock.surface, LEFT, NONE, start + QPoint(0, -60))
    moved = value_at(clip_of(session.timeline, "price").motion.y, 0, 0.0)
    assert moved == pytest.approx(-60 / dock.surface.frame.rect.height(), abs=0.02)
    assert session.undo_name == "Move title"
    assert bench.edit.selection == {"price"}
    stage.rest()


def type_over(dock: ViewerDock, clip_id: str, words: str) -> None:
    dock.titles.write(clip_id)
    field = next(one for one in dock.findChildren(QLineEdit) if one.accessibleName() == "Words of the title")
    QTest.keyClicks(field, words)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_bound_words_change_in_the_brief_and_free_ones_on_the_title(
    dock: ViewerDock, session: Session, stage: Stage
) -> None:
    session.edit_brief("Set the price", _priced(session))
    stage.rest()
    type_over(dock, "price", "$19")
    assert session.brief.product.price_text == "$19"
    assert session.undo_name == "Change price"
    stage.rest()
    type_over(dock, "free", "Bye")
    assert clip_of(session.timeline, "free").content.text == "Bye"  # type: ignore[union-attr]
    assert session.undo_name == "Change title"


def _priced(session: Session) -> AdBrief:
    brief = session.brief
    return brief.model_copy(update={"product": brief.product.model_copy(update={"price_text": "$49"})})


def test_aspects_zones_and_the_wipe_go_round(dock: ViewerDock, bench: Bench, stage: Stage) -> None:
    do(dock, "aspect_next")
    assert bench.edit.aspect == "1:1"
    do(dock, "safe_zone")
    assert dock.surface.zone
    do(dock, "wipe")
    assert dock.surface.wipe == 0.5
    stage.rest()
    dock.grab()
    do(dock, "wipe")
    assert dock.surface.wipe is None


def test_escape_leaves_the_full_screen(dock: ViewerDock) -> None:
    do(dock, "viewer_full_screen")
    screen = dock.surface.window()
    assert screen is not dock
    assert screen.isFullScreen()
    QTest.keyClick(dock.surface, Qt.Key.Key_Escape)
    assert dock.surface.window() is dock
    assert dock.surface.isVisible()
    QTest.keyClick(dock.surface, Qt.Key.Key_Escape)
    assert dock.surface.window() is dock


def test_the_picture_at_100_percent_is_painted_and_moved_as_such(dock: ViewerDock) -> None:
    fit = dock.surface.frame.rect.height()
    do(dock, "viewer_actual")
    assert dock.surface.frame.rect.height() == pytest.approx(1920, rel=0.01)
    assert dock.player.height == pytest.approx(1920, rel=0.01)
    top = dock.surface.frame.rect.top()
    QTest.mousePress(dock.surface, Qt.MouseButton.MiddleButton, NONE, QPoint(100, 100))
    QTest.mouseMove(dock.surface, QPoint(100, 160))
    QTest.mouseRelease(dock.surface, Qt.MouseButton.MiddleButton, NONE, QPoint(100, 160))
    assert dock.surface.frame.rect.top() == pytest.approx(top + 60, abs=1)
    do(dock, "viewer_fit")
    assert dock.surface.frame.rect.height() == fit
