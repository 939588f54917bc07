"""The window is never held: neither by typing, judging, undo, job news, nor by the palette."""

import time
from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from clappper.brief.templates import template
from clappper.jobs.model import JobChanged, JobState
from clappper.ui.main_window import MainWindow
from clappper.ui.warming import warm_up
from tests.unit.ui.conftest import Stage, held_job
from tests.unit.ui.watchdog import Watchdog, longest_ms


def test_a_long_turn_is_noticed(app: QApplication, stage: Stage) -> None:
    watchdog = Watchdog(app)

    def hold() -> None:
        start = time.thread_time()
        while time.thread_time() - start < 0.02:
            pass

    QTimer.singleShot(0, hold)
    stage.rest()
    assert watchdog.longest_ms >= 20
    watchdog.deleteLater()


@pytest.fixture
def opened(window: MainWindow, stage: Stage) -> MainWindow:
    """Open a project and visit what is built when it is first seen."""
    stage.live(window.start(template("brand-story")))
    window.do("palette")
    stage.live(window.show_panel("history"))
    assert window.session is not None
    for seed in range(20):
        held_job(window.session, f"shot.{seed}", seed)
    stage.rest()
    return window


def _type(window: MainWindow) -> None:
    window.bench.draft.write("cta.headline", "A little longer than before")


def _commit(window: MainWindow) -> None:
    _type(window)
    window.bench.draft.commit("Change headline")


def _news(window: MainWindow) -> None:
    assert window.session is not None
    for job in window.session.queue.list():
        window.session.hub.publish(JobChanged(job.id, JobState.QUEUED, 0.1, "waiting", 3))


def _commit_and_undo(window: MainWindow) -> None:
    _commit(window)
    window.do("undo")


DEEDS: dict[str, Callable[[MainWindow], object]] = {
    "typing": _type,
    "committing": _commit,
    "undo": _commit_and_undo,
    "choosing a scene": lambda window: window.bench.draft.select(2),
    "switching views": lambda window: window.do("show_table"),
    "palette": lambda window: window.do("palette"),
    "news of jobs": _news,
}


def test_no_deed_holds_the_window(opened: MainWindow, stage: Stage, app: QApplication) -> None:
    held = {}
    for name, deed in DEEDS.items():
        DEEDS["committing"](opened)
        opened.do("undo")
        stage.rest()
        watchdog = Watchdog(app)
        QTimer.singleShot(0, opened, partial(deed, opened))
        stage.rest()
        stage.rest()
        held[name] = watchdog.longest_ms
        watchdog.deleteLater()
    assert {name: took for name, took in held.items() if took > longest_ms()} == {}


def missing(window: MainWindow) -> bool:
    """Tell whether panels of the workspace in front are still to be made."""
    return window.page is not None and not window.page.is_whole


def test_a_workspace_is_made_without_holding_the_window(
    window: MainWindow, stage: Stage, app: QApplication
) -> None:
    warm_up()
    opening = Watchdog(app)
    stage.live(window.start(template("brand-story")))
    stage.rest()
    held, at_once = {"brief": opening.longest_ms}, []
    opening.deleteLater()

    def show(name: str) -> None:
        window.show_workspace(name)
        at_once.append(not missing(window))

    for name in ("edit", "review", "deliver"):
        watchdog = Watchdog(app)
        QTimer.singleShot(0, window, partial(show, name))
        stage.until(lambda: at_once)
        stage.rest()
        assert at_once.pop() is False
        assert not missing(window)
        held[name] = watchdog.longest_ms
        watchdog.deleteLater()
    assert {name: took for name, took in held.items() if took > longest_ms()} == {}


def test_what_is_asked_for_before_its_turn_is_made_at_once(window: MainWindow, stage: Stage) -> None:
    stage.live(window.start(template("brand-story")))
    window.show_workspace("edit")
    assert missing(window)
    assert window.page is not None
    assert window.page.panel("timeline") is not None
    window.do("inspect_grade")
    assert not missing(window)
    stage.rest()


def test_a_key_before_its_panel_is_made_is_not_lost(window: MainWindow, stage: Stage) -> None:
    stage.live(window.start(template("brand-story")))
    assert missing(window)
    assert window.session is not None
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert not missing(window)
    assert window.session.undo_name == "Duplicate scene"
    stage.rest()
