"""Settings and shortcuts: every change is kept at once, and what does not fit is said."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit

from clappper.app import Studio
from clappper.base.settings import Settings
from clappper.ui.action_table import ACTIONS
from clappper.ui.settings.sheet import SettingsSheet, grouped
from clappper.ui.settings.shortcuts_sheet import ShortcutsSheet
from clappper.ui.shortcuts import KeyMap, ShortcutFile
from clappper.ui.tokens import DARK
from tests.unit.ui.conftest import Stage


@pytest.fixture
def sheet(stage: Stage, studio: Studio) -> SettingsSheet:
    del stage
    made = SettingsSheet(studio, DARK)
    made.show()
    return made


def test_every_setting_has_a_field_with_its_sentence(sheet: SettingsSheet) -> None:
    assert set(sheet.fields) == set(Settings.model_fields)
    assert all(field.toolTip() for field in sheet.fields.values())


def test_every_setting_stands_under_one_heading() -> None:
    names = [name for group in grouped(list(Settings.model_fields)).values() for name in group]
    assert sorted(names) == sorted(Settings.model_fields)


def test_a_change_is_kept(sheet: SettingsSheet, studio: Studio) -> None:
    line, theme = sheet.fields["comfyui_url"], sheet.fields["theme"]
    assert isinstance(line, QLineEdit)
    assert isinstance(theme, QComboBox)
    line.setText("http://127.0.0.1:8188")
    line.editingFinished.emit()
    theme.setCurrentText("Light")
    theme.activated.emit(1)
    assert (studio.settings().comfyui_url, studio.settings().theme) == ("http://127.0.0.1:8188", "light")


def test_a_list_is_written_with_commas(sheet: SettingsSheet, studio: Studio) -> None:
    line = sheet.fields["metric_plugins"]
    assert isinstance(line, QLineEdit)
    line.setText("bleu, perplexity")
    line.editingFinished.emit()
    assert studio.settings().metric_plugins == ("bleu", "perplexity")
    line.setText("rouge")
    line.editingFinished.emit()
    assert studio.settings().metric_plugins == ("bleu", "perplexity")
    assert "rouge" in sheet._notes["metric_plugins"][0].text()  # noqa: SLF001


def test_what_does_not_fit_is_said_and_not_kept(sheet: SettingsSheet, studio: Studio) -> None:
    line = sheet.fields["replicate_base_url"]
    assert isinstance(line, QLineEdit)
    line.setText("http://elsewhere.example")
    line.editingFinished.emit()
    assert studio.settings().replicate_base_url == Settings().replicate_base_url
    note, _ = sheet._notes["replicate_base_url"]  # noqa: SLF001
    assert "https://" in note.text()


@pytest.fixture
def used() -> list[KeyMap]:
    return []


@pytest.fixture
def shortcuts(stage: Stage, tmp_path: Path, used: list[KeyMap]) -> ShortcutsSheet:
    del stage
    return ShortcutsSheet(DARK, ACTIONS, ShortcutFile(tmp_path), KeyMap(), used.append)


def test_a_preset_is_in_force_and_kept(shortcuts: ShortcutsSheet, used: list[KeyMap], tmp_path: Path) -> None:
    shortcuts.preset.setCurrentIndex(shortcuts.preset.findData("resolve"))
    shortcuts.preset.activated.emit(1)
    assert used[-1].preset == ShortcutFile(tmp_path).load().preset == "resolve"


def test_a_clash_is_warned_of_with_both_names(shortcuts: ShortcutsSheet, used: list[KeyMap]) -> None:
    undo = next(row for row in ACTIONS if row.id == "undo")
    shortcuts.set_keys(undo, ("Ctrl+N",))
    assert used[-1].keys(undo) == ("Ctrl+N",)
    assert not shortcuts.warning.isHidden()
    shortcuts.words.setText("undo")
    (row,) = [one for one in shortcuts.model.records if one.action.id == "undo"]
    assert row.clash == "Ctrl+N is New ad…"


def test_search_finds_actions_by_their_keys(shortcuts: ShortcutsSheet) -> None:
    shortcuts.words.setText("ctrl+alt+h")
    assert [row.action.id for row in shortcuts.model.records] == ["show_history"]
