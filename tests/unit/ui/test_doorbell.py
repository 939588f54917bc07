"""A project that is open in a window is shown by that window to whoever else wants it."""

from pathlib import Path

from clappper.brief.templates import template
from clappper.ui.doorbell import ring
from clappper.ui.errors import toasts_of
from clappper.ui.main_window import MainWindow
from clappper.ui.tokens import DARK
from tests.unit.ui.conftest import Stage


def test_nobody_answers_for_a_project_that_is_not_open(window: MainWindow, tmp_path: Path) -> None:
    assert window.isVisible()
    assert not ring(tmp_path)


def test_a_second_window_brings_the_first_one_to_the_front(window: MainWindow, stage: Stage) -> None:
    stage.live(window.start(template("product-offer")))
    assert window.session is not None
    folder = window.session.project.path
    window.showMinimized()
    other = MainWindow(window.studio, DARK)
    other.show()
    stage.live(other.open_project(folder))
    stage.until(lambda: not window.isMinimized())
    assert other.session is None
    assert any("open in another window" in text for text in toasts_of(other).texts)
    stage.live(window.open_project(folder))
    assert window.session is not None
    other.close()

    stage.live(window.show_session(None))
    assert not ring(folder)
