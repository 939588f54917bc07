"""Every control has a name for those who cannot see it, and every action a handler."""

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QWidget,
)

from clappper.brief.templates import template
from clappper.ui.action_table import ACTIONS
from clappper.ui.main_window import MainWindow
from clappper.ui.workspaces import EXTRA
from tests.unit.ui.conftest import Stage

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
)
PARTS = (QAbstractSpinBox, QComboBox, QLineEdit)
"""What holds controls of Qt's own, which speak through it."""


def own(widget: QWidget) -> bool:
    """Tell a control of ours from what Qt puts inside one."""
    parent = widget.parentWidget()
    inside = any(isinstance(one, PARTS) for one in (parent, parent.parentWidget() if parent else None))
    return not (inside or isinstance(widget, QScrollBar) or widget.objectName().startswith("qt_"))


def nameless(root: QWidget) -> list[str]:
    widgets = [
        one
        for one in root.findChildren(QWidget)
        if isinstance(one, CONTROLS) and own(one) and not one.isHidden()
    ]
    assert len(widgets) > 5
    return [
        f"{type(one).__name__} in {type(one.parentWidget()).__name__}"
        for one in widgets
        if not one.accessibleName() and not (isinstance(one, QAbstractButton) and one.text())
    ]


def test_welcome(window: MainWindow) -> None:
    assert nameless(window) == []


@pytest.mark.parametrize("name", ["brief", "edit", "review", "deliver"])
def test_every_workspace(window: MainWindow, stage: Stage, name: str) -> None:
    stage.live(window.start(template("product-offer")))
    window.show_workspace(name)
    stage.rest()
    assert nameless(window) == []


@pytest.mark.parametrize("action", ["edit_settings", "edit_keys", "edit_shortcuts"])
def test_sheets(window: MainWindow, stage: Stage, action: str) -> None:
    window.do(action)
    stage.rest()
    sheet = next(one for one in QApplication.topLevelWidgets() if one is not window and one.isVisible())
    assert nameless(sheet) == []
    sheet.close()


def test_every_icon_button_says_what_it_does(window: MainWindow, stage: Stage) -> None:
    stage.live(window.start(template("product-offer")))
    silent = [
        button
        for button in window.findChildren(QAbstractButton)
        if own(button) and button.text() == "" and not button.toolTip() and not button.icon().isNull()
    ]
    assert silent == []


NEED_SOMETHING = {"retry_scene", "make_scene_here", "read_guidelines"}
"""What a new project has nothing for: a scene that failed, a document."""


def test_every_action_of_the_frame_has_a_handler(window: MainWindow, stage: Stage) -> None:
    stage.live(window.start(template("product-offer")))
    for extra in EXTRA:
        stage.live(window.show_panel(extra.id))
    stage.rest()
    wanted = {row.id for row in ACTIONS if row.scope in {"window", "brief", "jobs"}} - NEED_SOMETHING
    assert wanted - {row.id for row in window.possible()} == set()
