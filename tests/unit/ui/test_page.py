"""One workspace's window."""

from __future__ import annotations

import threading

from PySide6.QtWidgets import QDockWidget, QLabel, QWidget

from clappper.ui.bench import Bench, Maker, Panel, Workspace
from clappper.ui.page import Page
from clappper.ui.workspaces import WORKSPACES
from tests.unit.ui.conftest import Stage


def test_a_page_is_deleted_without_the_interpreter_in_hand() -> None:
    """Overriding ``event`` holds it while the players inside wait for their threads: all stands still."""
    assert "event" not in vars(Page)


def test_a_header_goes_while_a_tab_says_its_name(bench: Bench, stage: Stage) -> None:
    page = Page(next(one for one in WORKSPACES if one.id == "edit"), bench)
    page.resize(1366, 700)
    page.show()
    docks = {dock.windowTitle(): dock for dock in page.findChildren(QDockWidget)}

    def headers() -> list[int]:
        return [docks[name].widget().y() for name in ("Media", "Inspector")]

    stage.until(lambda: headers()[0] == 0 < headers()[1])
    for other in page.tabifiedDockWidgets(docks["Media"]):
        other.close()
    stage.until(lambda: headers()[0] == headers()[1] > 0)


class Noted:
    """A panel's loading, which notes the thread that did it first."""

    def __init__(self) -> None:
        self.first: threading.Thread | None = None
        self.made = 0

    def __call__(self) -> Maker:
        self.first = self.first or threading.current_thread()
        return self._make

    def _make(self, _: Bench) -> QWidget:
        self.made += 1
        return QLabel("made")


def test_panels_are_loaded_in_a_thread(bench: Bench, stage: Stage) -> None:
    centre, side = Noted(), Noted()
    page = Page(
        Workspace("one", "One", "star", Panel("c", "Centre", centre), left=(Panel("s", "Side", side),)), bench
    )
    assert not page.is_whole
    stage.until(lambda: page.is_settled)
    assert (centre.made, side.made) == (1, 1)
    assert centre.first is not None is not side.first
    assert threading.main_thread() not in {centre.first, side.first}
    page.deleteLater()


def test_a_panel_that_is_asked_for_is_made_at_once_and_once(bench: Bench, stage: Stage) -> None:
    centre = Noted()
    page = Page(Workspace("one", "One", "star", Panel("c", "Centre", centre)), bench)
    assert isinstance(page.panel("c"), QLabel)
    stage.until(lambda: page.is_settled)
    assert centre.made == 1
    page.deleteLater()


def test_a_page_that_is_stopped_makes_no_more(bench: Bench, stage: Stage) -> None:
    centre = Noted()
    page = Page(Workspace("one", "One", "star", Panel("c", "Centre", centre)), bench)
    page.stop()
    stage.rest()
    assert centre.made == 0
    page.deleteLater()
