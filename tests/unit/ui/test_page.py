"""One workspace's window."""

from __future__ import annotations

from PySide6.QtWidgets import QDockWidget

from clappper.ui.bench import Bench
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
    docks["Chat"].close()
    docks["Captions"].close()
    stage.until(lambda: headers()[0] == headers()[1] > 0)
