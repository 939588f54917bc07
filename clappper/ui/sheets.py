"""What opens beside the window and belongs to no project: settings, keys, shortcuts, machine check."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from clappper.app import Studio
from clappper.ui import dialogs
from clappper.ui.action_table import ACTIONS
from clappper.ui.commands import Commands
from clappper.ui.shortcuts import ShortcutFile
from clappper.ui.tokens import Tokens


class Sheets:
    """Opens the sheets of one window; nothing waits for them."""

    def __init__(self, window: QWidget, studio: Studio, tokens: Tokens, commands: Commands) -> None:
        self._window, self._studio, self._tokens, self._commands = window, studio, tokens, commands

    def verbs(self) -> dict[str, Callable[[], object]]:
        return {
            "edit_settings": self._settings,
            "edit_keys": self._keys,
            "edit_shortcuts": self._shortcuts,
            "show_doctor": self._doctor,
        }

    def _settings(self) -> None:
        from clappper.ui.settings.sheet import SettingsSheet

        self._open("Settings", SettingsSheet(self._studio, self._tokens))

    def _keys(self) -> None:
        from clappper.ui.keys.sheet import KeysSheet

        self._open("Keys of services", KeysSheet(self._studio, self._tokens))

    def _shortcuts(self) -> None:
        from clappper.ui.settings.shortcuts_sheet import ShortcutsSheet

        file = ShortcutFile(self._studio.paths.config)
        commands = self._commands
        sheet = ShortcutsSheet(self._tokens, ACTIONS, file, commands.keymap, commands.use)
        self._open("Keyboard shortcuts", sheet)

    def _doctor(self) -> None:
        from clappper.ui.doctor.sheet import DoctorSheet

        self._open("Check this machine", DoctorSheet(self._studio, self._tokens))

    def _open(self, title: str, content: QWidget) -> None:
        dialogs.open_sheet(self._window, title, content)
