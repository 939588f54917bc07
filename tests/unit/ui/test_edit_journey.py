"""The Edit workspace by real key presses, in the real window: what an editor's hands know must work."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from clappper.brief.templates import template
from clappper.timeline.queries import track_of
from clappper.ui.bench import Bench
from clappper.ui.editing import Tool
from clappper.ui.main_window import MainWindow
from clappper.ui.timeline.dock import TimelineDock
from tests.unit.ui.conftest import Stage
from tests.unit.ui.timeline.conftest import small_ad

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def editor(window: MainWindow, stage: Stage) -> MainWindow:
    stage.live(window.start(template("product-offer")))
    assert window.session is not None
    window.session.edit("Make the ad", lambda _: small_ad())
    window.show_workspace("edit")
    window.activateWindow()
    panel(window, "timeline").setFocus()
    stage.rest()
    return window


def panel(window: MainWindow, name: str) -> QWidget:
    assert window.page is not None
    found = window.page.panel(name)
    assert found is not None
    return found


def bench_of(window: MainWindow) -> Bench:
    dock = panel(window, "timeline")
    assert isinstance(dock, TimelineDock)
    return dock._bench  # noqa: SLF001 - what all panels share


def press(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    dock = panel(window, "timeline")
    assert isinstance(dock, TimelineDock)
    QTest.keyClick(dock.canvas, key, modifiers)


def shots(window: MainWindow) -> list[tuple[int, int]]:
    assert window.session is not None
    clips = track_of(window.session.timeline, "v1").clips
    return [(clip.placed.start, clip.placed.end) for clip in clips]


def take_tools(editor: MainWindow) -> None:
    """Single letters take tools."""
    taken = []
    for letter in "CBNYUHZV":
        press(editor, getattr(Qt.Key, f"Key_{letter}"))
        taken.append(bench_of(editor).edit.tool)
    assert taken == [
        Tool.BLADE, Tool.RIPPLE, Tool.ROLL, Tool.SLIP, Tool.SLIDE, Tool.HAND, Tool.ZOOM, Tool.SELECT
    ]  # fmt: skip


def cut_by_keys(editor: MainWindow, stage: Stage) -> None:
    """Every step has its key, and undo its own."""
    session, state = editor.session, bench_of(editor).edit
    assert session is not None
    press(editor, Qt.Key.Key_Down)
    assert state.playhead == 60
    for _ in range(4):
        press(editor, Qt.Key.Key_Right, SHIFT)
    assert state.playhead == 80
    press(editor, Qt.Key.Key_K, CTRL)
    assert shots(editor) == [(0, 60), (60, 80), (80, 150), (150, 240)]
    press(editor, Qt.Key.Key_Right, SHIFT)
    press(editor, Qt.Key.Key_Q)
    assert shots(editor) == [(0, 60), (60, 80), (80, 145), (145, 235)]
    press(editor, Qt.Key.Key_Delete, SHIFT)
    assert shots(editor) == [(0, 60), (60, 80), (80, 170)]
    press(editor, Qt.Key.Key_I)
    press(editor, Qt.Key.Key_End)
    press(editor, Qt.Key.Key_O)
    press(editor, Qt.Key.Key_I, SHIFT)
    assert state.playhead == 80
    press(editor, Qt.Key.Key_X, ALT)
    assert state.marked(240) is None
    press(editor, Qt.Key.Key_M)
    press(editor, Qt.Key.Key_Home)
    press(editor, Qt.Key.Key_M, SHIFT)
    press(editor, Qt.Key.Key_M, SHIFT)
    assert state.playhead == 80
    press(editor, Qt.Key.Key_S)
    assert not state.snapping
    names = [name for name in session.history_names if name != "Make the ad"]
    assert names[-4:] == ["Split clip", "Trim start to playhead", "Ripple delete clip", "Add marker"]
    for _ in range(4):
        press(editor, Qt.Key.Key_Z, CTRL)
    stage.rest()
    assert shots(editor) == [(0, 60), (60, 150), (150, 240)]
    press(editor, Qt.Key.Key_Z, CTRL | SHIFT)
    assert shots(editor)[1] == (60, 80)


def play(editor: MainWindow, stage: Stage) -> None:
    """Space plays, L goes faster."""
    state = bench_of(editor).edit
    press(editor, Qt.Key.Key_Space)
    assert state.speed == 1.0
    press(editor, Qt.Key.Key_L)
    assert state.speed == 2.0
    press(editor, Qt.Key.Key_Space)
    assert not state.playing
    stage.rest()


def zoom_and_leave(editor: MainWindow) -> None:
    dock = panel(editor, "timeline")
    assert isinstance(dock, TimelineDock)
    before = dock.canvas.scale.pixels
    press(editor, Qt.Key.Key_Equal)
    assert dock.canvas.scale.pixels > before
    press(editor, Qt.Key.Key_Backslash)
    assert dock.canvas.scale.left == 0
    press(editor, Qt.Key.Key_4, CTRL)
    assert editor.page is not None
    assert editor.page.workspace.id == "deliver"


def test_an_ad_is_cut_and_played_by_keys_alone(editor: MainWindow, stage: Stage) -> None:
    take_tools(editor)
    cut_by_keys(editor, stage)
    play(editor, stage)
    zoom_and_leave(editor)
