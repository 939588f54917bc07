"""The surface under a real pointer: drags are shown live, one undo step when let go, or none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from clappper.flow.project.session import Session
from clappper.timeline.model import Timeline
from clappper.timeline.queries import clip_of
from clappper.ui.bench import Bench
from clappper.ui.editing import Tool
from clappper.ui.timeline.canvas import TimelineCanvas
from clappper.ui.timeline.dock import TimelineDock
from clappper.ui.timeline.layout import Joint
from clappper.ui.timeline.scale import Scale
from tests.unit.ui.conftest import Stage

NOT_INVERTED = False
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def dock(bench: Bench, stage: Stage, timeline: Timeline) -> Iterator[TimelineDock]:
    bench.session.edit("Make the ad", lambda _: timeline)
    made = TimelineDock(bench)
    made.resize(1200, 420)
    made.show()
    stage.rest()
    made.canvas.rescale(Scale(4.0))
    yield made
    made.close()
    made.deleteLater()
    stage.rest()


@pytest.fixture
def canvas(dock: TimelineDock) -> TimelineCanvas:
    return dock.canvas


def point(canvas: TimelineCanvas, frame: float, track: str = "v1", down: float = 0.5) -> QPoint:
    row = next(row for row in canvas.rows if row.track.id == track)
    return QPoint(round(canvas.scale.x_of(frame)), round(row.top + row.height * down))


def pull(canvas: TimelineCanvas, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
    """Press at ``start``, go to ``end`` in steps, and stay pressed."""
    QTest.mousePress(canvas, LEFT, keys, start)
    for part in (0.3, 0.7, 1.0):
        QTest.mouseMove(canvas, start + (end - start) * part)
    QApplication.processEvents()


def drag(canvas: TimelineCanvas, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
    pull(canvas, start, end, keys)
    QTest.mouseRelease(canvas, LEFT, keys, end)


def span(session: Session, clip_id: str) -> tuple[int, int]:
    placed = clip_of(session.timeline, clip_id).placed
    return placed.start, placed.end


def test_a_drag_is_shown_before_it_is_kept(canvas: TimelineCanvas, session: Session) -> None:
    pull(canvas, point(canvas, 200), point(canvas, 231))
    assert clip_of(canvas.timeline, "c").placed.start == 181
    assert span(session, "c") == (150, 240)
    QTest.mouseRelease(canvas, LEFT, NONE, point(canvas, 231))
    assert span(session, "c") == (181, 271)
    assert session.undo_name == "Move clip"
    session.undo()
    assert span(session, "c") == (150, 240)


def test_escape_gives_a_drag_up(canvas: TimelineCanvas, session: Session) -> None:
    before = session.timeline
    pull(canvas, point(canvas, 200), point(canvas, 231))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, LEFT, NONE, point(canvas, 231))
    assert session.timeline is canvas.timeline is before


def test_an_edge_snaps_to_the_playhead_and_not_without_snapping(
    canvas: TimelineCanvas, session: Session, bench: Bench
) -> None:
    bench.edit.go_to(200)
    drag(canvas, point(canvas, 239.5), point(canvas, 201))
    assert span(session, "c") == (150, 200)
    session.undo()
    QApplication.processEvents()
    bench.edit.snap(on=False)
    drag(canvas, point(canvas, 239.5, down=0.3), point(canvas, 201.5))
    assert span(session, "c") == (150, 202)


def test_a_trim_stops_at_its_footage(canvas: TimelineCanvas, session: Session) -> None:
    canvas.rescale(Scale(2.0))
    drag(canvas, point(canvas, 239.2), point(canvas, 520))
    assert span(session, "c") == (150, 430)
    assert clip_of(session.timeline, "c").source.end == 300


def test_a_click_selects_what_is_linked_and_aims_at_the_track(canvas: TimelineCanvas, bench: Bench) -> None:
    QTest.mouseClick(canvas, LEFT, NONE, point(canvas, 100))
    assert bench.edit.selection == {"b", "voice"}
    assert bench.edit.target_track == "v1"
    QTest.mouseClick(canvas, LEFT, Qt.KeyboardModifier.ShiftModifier, point(canvas, 20))
    assert bench.edit.selection == {"a", "b", "voice"}
    QTest.mouseClick(canvas, LEFT, NONE, point(canvas, 270))
    assert bench.edit.selection == set()


def test_shift_takes_out_and_alt_takes_one_alone(canvas: TimelineCanvas, bench: Bench) -> None:
    shift, alt = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
    QTest.mouseClick(canvas, LEFT, NONE, point(canvas, 20))
    QTest.mouseClick(canvas, LEFT, shift, point(canvas, 100))
    QTest.mouseClick(canvas, LEFT, shift, point(canvas, 20))
    assert bench.edit.selection == {"b", "voice"}
    assert not bench.edit.alone
    QTest.mouseClick(canvas, LEFT, alt, point(canvas, 100, "vo", 0.2))
    assert bench.edit.selection == {"voice"}
    assert bench.edit.alone


def test_alt_at_a_cut_rolls_the_picture_alone(canvas: TimelineCanvas, session: Session, bench: Bench) -> None:
    bench.edit.take_tool(Tool.ROLL)
    bench.edit.snap(on=False)
    start = point(canvas, 150.2, down=0.4)
    drag(canvas, start, start + QPoint(40, 0), Qt.KeyboardModifier.AltModifier)
    assert (span(session, "b"), span(session, "c"), span(session, "voice")) == (
        (60, 160),
        (160, 240),
        (60, 150),
    )


def test_the_edge_that_is_trimmed_is_shown(canvas: TimelineCanvas, session: Session, bench: Bench) -> None:
    shown: list[int] = []
    bench.edit.tried.connect(lambda timeline, frame: shown.append(frame) if timeline else None)
    drag(canvas, point(canvas, 239.5), point(canvas, 220.2))
    assert shown[-1] == span(session, "c")[1] - 1


def test_a_pressed_transition_goes_and_its_clip_stays(
    dock: TimelineDock, canvas: TimelineCanvas, session: Session
) -> None:
    for frame in (55, 60, 65):
        canvas.pick(None)
        QTest.mouseClick(canvas, LEFT, NONE, point(canvas, frame, down=0.8))
        assert canvas.picked == Joint("b")
    dock.verbs()["lift"]()
    assert clip_of(session.timeline, "b").transition is None
    assert session.undo_name == "Remove transition"


def test_a_marker_is_dragged_renamed_and_deleted(
    dock: TimelineDock, canvas: TimelineCanvas, session: Session, bench: Bench
) -> None:
    bench.edit.snap(on=False)
    drag(canvas, QPoint(120, 6), QPoint(200, 6))
    assert [(one.frame, one.name) for one in session.timeline.markers] == [(50, "hook")]
    QTest.mouseDClick(canvas, LEFT, NONE, QPoint(200, 6))
    field = canvas.findChild(QLineEdit)
    assert field is not None
    field.setText("turn")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert [one.name for one in session.timeline.markers] == ["turn"]
    QTest.mouseClick(canvas, LEFT, NONE, QPoint(200, 6))
    assert bench.edit.playhead == 50
    dock.verbs()["lift"]()
    assert session.timeline.markers == ()


def test_marks_are_dragged_on_the_ruler(canvas: TimelineCanvas, bench: Bench) -> None:
    bench.edit.snap(on=False)
    bench.edit.mark(50, 99)
    drag(canvas, QPoint(401, 20), QPoint(480, 20))
    drag(canvas, QPoint(199, 20), QPoint(240, 20))
    assert (bench.edit.mark_in, bench.edit.mark_out) == (60, 119)
    drag(canvas, QPoint(240, 20), QPoint(700, 20))
    assert (bench.edit.mark_in, bench.edit.mark_out) == (119, 119)


def test_the_forward_tool_takes_all_that_follows(canvas: TimelineCanvas, bench: Bench) -> None:
    bench.edit.take_tool(Tool.FORWARD)
    QTest.mouseClick(canvas, LEFT, Qt.KeyboardModifier.ShiftModifier, point(canvas, 100))
    assert bench.edit.selection == {"b", "c"}
    QTest.mouseClick(canvas, LEFT, NONE, point(canvas, 200))
    assert bench.edit.selection == {"c", "song"}


def test_a_drag_that_rests_beyond_the_edge_scrolls_on(
    canvas: TimelineCanvas, stage: Stage, session: Session
) -> None:
    start, beyond = point(canvas, 200), QPoint(canvas.width() + 30, point(canvas, 200).y())
    pull(canvas, start, beyond)
    stage.until(lambda: canvas.scale.left > 40)
    reached = clip_of(canvas.timeline, "c").placed.start
    assert reached > 150 + (beyond.x() - start.x()) // 4
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert span(session, "c") == (150, 240)


def test_a_track_is_renamed_in_its_header(dock: TimelineDock, session: Session, bench: Bench) -> None:
    bench.edit.aim_at("vo")
    dock.verbs()["rename_track"]()
    field = dock.headers.findChild(QLineEdit)
    assert field is not None
    field.setText("Narrator")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert next(track.name for track in session.timeline.tracks if track.id == "vo") == "Narrator"


def test_a_box_selects_what_it_touches(canvas: TimelineCanvas, bench: Bench) -> None:
    drag(canvas, point(canvas, 265, "o1"), point(canvas, 130, "v1"))
    assert bench.edit.selection == {"b", "c", "price"}


def test_the_blade_cuts_where_it_is_pressed(canvas: TimelineCanvas, session: Session, bench: Bench) -> None:
    bench.edit.take_tool(Tool.BLADE)
    QTest.mouseClick(canvas, LEFT, NONE, point(canvas, 110))
    assert (span(session, "b"), span(session, "b-2")) == ((60, 110), (110, 150))
    assert session.undo_name == "Split clip"


def test_the_ruler_scrubs(canvas: TimelineCanvas, bench: Bench) -> None:
    QTest.mousePress(canvas, LEFT, NONE, QPoint(200, 20))
    assert bench.edit.playhead == 50
    QTest.mouseMove(canvas, QPoint(404, 20))
    QTest.mouseRelease(canvas, LEFT, NONE, QPoint(404, 20))
    assert bench.edit.playhead == 101


def test_a_locked_track_refuses_in_words(dock: TimelineDock, session: Session) -> None:
    from clappper.ui.errors import toasts_of

    dock.sequence.toggle_lock("v1")
    before = session.timeline
    dock.canvas.refresh()
    drag(dock.canvas, point(dock.canvas, 200), point(dock.canvas, 231))
    assert session.timeline is before
    dock.canvas.failed.emit(_refusal())
    assert toasts_of(dock).texts == ("The track Shots is locked.",)


def _refusal() -> Exception:
    from clappper.base.errors import ClappperError

    return ClappperError("The track Shots is locked.", "Unlock it first.")


def test_the_wheel_zooms_under_the_pointer_and_scrolls(canvas: TimelineCanvas) -> None:
    at = QPointF(480, 100)

    def turn(steps: int, keys: Qt.KeyboardModifier = NONE) -> None:
        event = QWheelEvent(
            at, canvas.mapToGlobal(at), QPoint(), QPoint(0, steps), Qt.MouseButton.NoButton, keys,
            Qt.ScrollPhase.NoScrollPhase, NOT_INVERTED,
        )  # fmt: skip
        QApplication.sendEvent(canvas, event)

    under = canvas.scale.frame_at(480)
    turn(120, Qt.KeyboardModifier.ControlModifier)
    assert canvas.scale.pixels > 4
    assert abs(canvas.scale.frame_at(480) - under) <= 1
    turn(-240)
    assert canvas.scale.left > 0


def test_a_clip_is_renamed_in_its_place(dock: TimelineDock, session: Session) -> None:
    QTest.mouseDClick(dock.canvas, LEFT, NONE, point(dock.canvas, 200))
    field = dock.canvas.findChild(QLineEdit)
    assert field is not None
    QTest.keyClicks(field, "Close-up")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert clip_of(session.timeline, "c").name == "Close-up"
    assert session.undo_name == "Rename clip"


def test_it_paints_what_it_shows_and_nothing_breaks_without_media(dock: TimelineDock, stage: Stage) -> None:
    stage.live(dock.strips.settled())
    stage.rest()
    picture = dock.grab().toImage()
    assert len({picture.pixel(x, y) for x in range(0, 1200, 7) for y in range(40, 380, 7)}) > 10


def test_what_was_fitted_stays_fitted_until_somebody_zooms(
    canvas: TimelineCanvas, dock: TimelineDock, stage: Stage
) -> None:
    canvas.fit()
    dock.resize(800, 420)
    stage.rest()
    assert 0.9 * canvas.width() < canvas.scale.x_of(240) <= canvas.width()
    canvas.zoom(2.0)
    zoomed = canvas.scale.pixels
    dock.resize(1200, 420)
    stage.rest()
    assert canvas.scale.pixels == zoomed
