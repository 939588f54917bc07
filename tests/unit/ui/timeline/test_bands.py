"""Volume and opacity on the timeline itself: the line and the keyframes of a selected clip, by pointer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from clappper.flow.project.session import Session
from clappper.timeline.attributes import Channel, curve_of, set_curve
from clappper.timeline.model import Easing, Keyframe, Timeline
from clappper.timeline.queries import clip_of
from clappper.ui.bench import Bench
from clappper.ui.timeline import bands
from clappper.ui.timeline.canvas import TimelineCanvas
from clappper.ui.timeline.dock import TimelineDock
from clappper.ui.timeline.layout import Key, Zone
from clappper.ui.timeline.scale import Scale
from tests.unit.ui.conftest import Stage

LEFT, NONE, CTRL = (
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
)


@pytest.fixture
def dock(bench: Bench, stage: Stage, timeline: Timeline) -> Iterator[TimelineDock]:
    bench.session.edit("Make the ad", lambda _: timeline)
    made = TimelineDock(bench)
    made.resize(1200, 460)
    made.show()
    stage.rest()
    made.canvas.rescale(Scale(4.0))
    yield made
    made.close()
    made.deleteLater()
    stage.rest()


def at(canvas: TimelineCanvas, frame: int, value: float, track: str) -> QPoint:
    row = next(row for row in canvas.rows if row.track.id == track)
    return QPoint(
        round(canvas.scale.x_of(frame)), round(bands.y_of(row, bands.channel_of(row.track.kind), value))
    )


def drag(canvas: TimelineCanvas, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(canvas, LEFT, NONE, start)
    for part in (0.5, 1.0):
        QTest.mouseMove(canvas, start + (end - start) * part)
    QApplication.processEvents()
    QTest.mouseRelease(canvas, LEFT, NONE, end)
    QApplication.processEvents()


def gain(session: Session) -> list[tuple[int, float]]:
    return [(key.frame, round(key.value / 3) * 3) for key in clip_of(session.timeline, "song").gain_db]


def test_the_line_is_dragged_on_a_selected_clip_only(
    dock: TimelineDock, session: Session, bench: Bench
) -> None:
    canvas = dock.canvas
    start = at(canvas, 100, 0.0, "music")
    assert canvas.hit_at(start.toPointF()).zone is Zone.BODY
    bench.edit.select({"song"})
    assert canvas.hit_at(start.toPointF()).zone is Zone.LINE
    drag(canvas, start, at(canvas, 100, -24.0, "music"))
    assert (gain(session), session.undo_name) == ([(0, -24)], "Set volume")
    assert clip_of(session.timeline, "song").placed.start == 0


def test_control_click_adds_a_keyframe_and_takes_it_away(
    dock: TimelineDock, session: Session, bench: Bench
) -> None:
    canvas = dock.canvas
    bench.edit.select({"song"})
    for frame in (50, 150):
        QTest.mouseClick(canvas, LEFT, CTRL, at(canvas, frame, 0.0, "music"))
    assert (gain(session), session.undo_name) == ([(50, 0), (150, 0)], "Add volume keyframe")
    QTest.mouseClick(canvas, LEFT, CTRL, at(canvas, 150, 0.0, "music"))
    assert (gain(session), session.undo_name) == ([(50, 0)], "Remove keyframe")


def test_a_keyframe_is_dragged_in_time_and_value_and_snaps_to_the_playhead(
    dock: TimelineDock, session: Session, bench: Bench
) -> None:
    keys = (Keyframe(50, 0.0, Easing.LINEAR), Keyframe(150, 0.0, Easing.LINEAR))
    session.edit("Key", lambda now: set_curve(now, "song", Channel.GAIN, keys))
    canvas = dock.canvas
    canvas.refresh()
    bench.edit.select({"song"})
    bench.edit.go_to(120)
    drag(canvas, at(canvas, 150, 0.0, "music"), at(canvas, 121, -24.0, "music"))
    assert (gain(session), session.undo_name) == ([(50, 0), (120, -24)], "Move volume keyframe")


def test_delete_takes_the_picked_keyframe_and_not_the_clip(
    dock: TimelineDock, session: Session, bench: Bench
) -> None:
    keys = (Keyframe(10, 1.0), Keyframe(40, 0.5, Easing.HOLD), Keyframe(50, 0.2))
    session.edit("Key", lambda now: set_curve(now, "a", Channel.OPACITY, keys))
    canvas = dock.canvas
    canvas.refresh()
    bench.edit.select({"a"})
    QTest.mouseClick(canvas, LEFT, NONE, at(canvas, 40, 0.5, "v1"))
    assert canvas.picked == Key("a", Channel.OPACITY, 40)
    dock.parts.ease(canvas.picked, Easing.LINEAR)
    dock.verbs()["lift"]()
    canvas.refresh()
    left = curve_of(clip_of(session.timeline, "a"), Channel.OPACITY)
    assert [key.frame for key in left] == [10, 50]
    assert canvas.picked != Key("a", Channel.OPACITY, 40)


def test_pose_keyframes_move_in_time_at_the_foot_of_the_clip(
    dock: TimelineDock, session: Session, bench: Bench
) -> None:
    keys = (Keyframe(10, 1.0), Keyframe(40, 1.2))
    session.edit("Key", lambda now: set_curve(now, "a", Channel.SCALE, keys))
    canvas = dock.canvas
    canvas.refresh()
    bench.edit.select({"a"})
    foot = next(row for row in canvas.rows if row.track.id == "v1").bottom - 8
    drag(canvas, QPoint(160, foot), QPoint(200, foot))
    scale = clip_of(session.timeline, "a").motion.scale
    assert ([key.frame for key in scale], session.undo_name) == ([10, 50], "Move keyframes")
    assert not canvas.grab().isNull()
