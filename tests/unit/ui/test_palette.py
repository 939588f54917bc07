"""The palette finds by a few letters."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from clappper.ui.action_table import ACTIONS
from clappper.ui.actions import PRESETS, Preset
from clappper.ui.commands import Commands
from clappper.ui.palette import Palette, ranked
from clappper.ui.shortcuts import KeyMap
from clappper.ui.tokens import DARK
from tests.unit.ui.conftest import Stage


@pytest.mark.parametrize(
    ("query", "first"),
    [("undo", "undo"), ("full", "full_screen"), ("sett", "edit_settings"), ("reset work", "reset_workspace")],
)
def test_the_best_match_comes_first(query: str, first: str) -> None:
    assert ranked(query, ACTIONS, [])[0].id == first


def test_without_words_the_recent_come_first() -> None:
    assert [row.id for row in ranked("", ACTIONS, ["redo", "quit"])[:2]] == ["redo", "quit"]


def test_nonsense_finds_nothing() -> None:
    assert ranked("xqzw", ACTIONS, []) == []


@pytest.mark.parametrize("preset", PRESETS)
def test_every_action_is_started_by_keys(stage: Stage, preset: Preset) -> None:
    """By its own, or by those of the palette: its name is typed, and Return starts it."""
    del stage
    window, started, keymap = QWidget(), list[str](), KeyMap(preset)
    commands = Commands(window, ACTIONS, started.append)
    commands.use(keymap)
    assert commands["palette"].shortcuts()
    palette = Palette(window, DARK, started.append)
    window.resize(900, 600)
    window.show()
    for row in ACTIONS:
        if keys := keymap.keys(row):
            assert [key.toString() for key in commands[row.id].shortcuts()], keys
            continue
        palette.open(ACTIONS, keymap)
        palette.query.setText(row.text.removesuffix("…"))
        QTest.keyClick(palette.query, Qt.Key.Key_Return)
        assert started[-1:] == [row.id]
    window.deleteLater()
