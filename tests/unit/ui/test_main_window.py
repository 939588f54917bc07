"""The window as a person meets it: welcome, a new ad, four workspaces, undo, palette, and an orderly end."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from shiboken6 import isValid

from clappper.app import Studio
from clappper.brief.fields import with_value
from clappper.brief.templates import template
from clappper.timeline.tracks import set_length
from clappper.ui import theme
from clappper.ui.errors import toasts_of
from clappper.ui.main_window import MainWindow
from clappper.ui.tokens import DARK, LIGHT
from clappper.ui.welcome.cards import Card
from tests.unit.ui.conftest import Stage


def button(parent: QWidget, name: str) -> QPushButton:
    return next(one for one in parent.findChildren(QPushButton) if one.accessibleName() == name)


def test_a_template_becomes_an_open_project(window: MainWindow, stage: Stage) -> None:
    button(window, "Start from Product offer").click()
    stage.until(lambda: window.session is not None)
    assert window.page is not None
    assert window.page.workspace.id == "brief"
    assert "Clappper" in window.windowTitle()
    assert [recent.is_there for recent in window.studio.recents()] == [True]


def test_a_wish_becomes_a_brief(window: MainWindow, stage: Stage) -> None:
    window.do("new_ad")
    QTest.keyClicks(window.focusWidget(), "a 20 second youtube ad for running shoes")
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    stage.until(lambda: window.session is not None)
    assert window.session is not None
    assert window.session.brief.project.duration_s == 20


@pytest.fixture
def opened(window: MainWindow, stage: Stage) -> MainWindow:
    stage.live(window.start(template("big-reveal")))
    return window


@pytest.mark.parametrize(("key", "name"), [("2", "edit"), ("3", "review"), ("4", "deliver"), ("1", "brief")])
def test_keys_switch_workspaces(opened: MainWindow, key: str, name: str) -> None:
    QTest.keyClick(opened, getattr(Qt.Key, f"Key_{key}"), Qt.KeyboardModifier.ControlModifier)
    assert opened.page is not None
    assert opened.page.workspace.id == name


def test_undo_is_named_and_works(opened: MainWindow, stage: Stage) -> None:
    session = opened.session
    assert session is not None
    before = session.brief
    changed = before.model_copy(update={"cta": before.cta.model_copy(update={"headline": "Now or never"})})
    session.edit_brief("Change headline", changed)
    stage.rest()
    action = next(one for one in opened.actions() if one.objectName() == "undo")
    assert (action.text(), action.isEnabled()) == ("Undo Change headline", True)
    action.trigger()
    assert session.brief == before


def test_the_strip_shows_name_money_and_jobs(opened: MainWindow, stage: Stage) -> None:
    stage.rest()
    names = {label.text() or label.accessibleName() for label in opened.findChildren(QLabel)}
    assert {"Big reveal", "Every change is saved"} <= names
    assert button(opened, "Spent $0.00 of $5.00. Open the ledger").text() == "$0.00 / $5.00"


def test_the_palette_starts_what_was_found(opened: MainWindow, stage: Stage) -> None:
    QTest.keyClick(opened, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(opened.focusWidget(), "deliver")
    QTest.keyClick(opened.focusWidget(), Qt.Key.Key_Return)
    stage.rest()
    assert opened.page is not None
    assert opened.page.workspace.id == "deliver"


def test_what_is_not_possible_is_said(window: MainWindow) -> None:
    window.do("reset_workspace")
    assert toasts_of(window).texts == ("Reset workspace is not possible here.",)


def test_a_folder_without_project_is_refused_in_a_sentence(
    window: MainWindow, stage: Stage, tmp_path: Path
) -> None:
    from clappper.ui.bridge import run

    async def fail() -> None:
        await run(window, window.open_project(tmp_path))

    stage.live(fail())
    assert window.session is None
    assert "holds no Clappper project" in toasts_of(window).texts[0]


def test_closing_the_window_closes_the_project(opened: MainWindow, stage: Stage, studio: Studio) -> None:
    session = opened.session
    assert session is not None
    folder = session.project.path
    closed: list[bool] = []
    opened.closed.connect(lambda: closed.append(True))
    opened.close()
    assert not opened.isVisible()
    stage.until(lambda: closed)
    again = stage.live(studio.open(folder))
    stage.live(studio.close(again))


def test_a_recent_project_that_is_gone_is_offered_for_removal(window: MainWindow, stage: Stage) -> None:
    import shutil

    stage.live(window.start(template("real-life")))
    assert window.session is not None
    folder = window.session.project.path
    stage.live(window.show_session(None))
    shutil.rmtree(folder)
    window.do("new_ad")
    card = next(one for one in window.findChildren(Card) if one.toolTip() == str(folder))
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    assert "is not in" in toasts_of(window).texts[0]


@pytest.fixture
def dark_again(app: QApplication) -> Iterator[None]:
    yield
    theme.apply(app, DARK)


def pixel_of(window: MainWindow, name: str) -> str:
    """Give the colour in the corner of a panel of the workspace in front."""
    assert window.page is not None
    panel = window.page.panel(name)
    assert panel is not None
    return panel.grab().toImage().pixelColor(3, panel.height() - 4).name()


@pytest.mark.usefixtures("dark_again")
def test_a_theme_takes_effect_at_once_and_what_is_in_hand_stays(opened: MainWindow, stage: Stage) -> None:
    session = opened.session
    assert session is not None
    opened.show_workspace("edit")
    opened.bench.edit.go_to(48)
    opened.bench.draft.select(1)
    opened.show_workspace("deliver")
    opened.show_workspace("brief")
    stage.rest()
    hands = opened.bench.draft, opened.bench.edit
    assert pixel_of(opened, "form") == DARK.panel
    opened.studio.save_settings(theme="light")
    stage.until(lambda: opened.bench.tokens is LIGHT and opened.page is not None)
    assert opened.page is not None
    assert opened.page.workspace.id == "brief"
    assert pixel_of(opened, "form") == LIGHT.panel
    assert opened.session is session
    assert (opened.bench.edit.playhead, opened.bench.draft.scene) == (48, 1)

    opened.show_workspace("edit")
    stage.rest()
    session.edit_brief("Rename", with_value(session.brief, "project.name", "Another"))
    session.edit("Lengthen", lambda old: set_length(old, old.length_frames + 24))
    stage.rest()
    assert opened.bench.draft.brief.project.name == "Another"
    assert not any(isValid(hand) for hand in hands)
    action = next(one for one in opened.actions() if one.objectName() == "undo")
    ink = action.icon().pixmap(16).toImage()
    colours = (ink.pixelColor(x, y) for x in range(16) for y in range(16))
    assert max(colour.lightness() for colour in colours if colour.alpha() > 200) < 128
    opened.studio.save_settings(theme="dark")
    stage.until(lambda: opened.bench.tokens is DARK)
    assert opened.page.workspace.id == "edit"


@pytest.mark.usefixtures("dark_again")
def test_a_theme_changes_the_welcome_page_too(window: MainWindow, stage: Stage) -> None:
    window.studio.save_settings(theme="light")
    stage.until(lambda: QApplication.palette().window().color().name() == LIGHT.window)
    stage.rest()
    assert button(window, "Start from Product offer").isVisible()
