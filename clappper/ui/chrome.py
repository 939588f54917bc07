"""What stands around the workspaces, whatever project is open; made anew for another theme."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QMainWindow, QWidget

from clappper.app import Studio
from clappper.brief.schema import AdBrief
from clappper.ui.commands import Commands
from clappper.ui.errors import Toasts
from clappper.ui.key_sheet import KeySheet
from clappper.ui.palette import Palette
from clappper.ui.safety import SafetyBar
from clappper.ui.sheets import Sheets
from clappper.ui.status_line import StatusLine
from clappper.ui.title_strip import TitleStrip
from clappper.ui.tokens import Tokens
from clappper.ui.welcome.welcome import Welcome
from clappper.ui.workspaces import WORKSPACES


class Chrome:
    """The title strip, the bars, what floats over the window, and the welcome page of one window."""

    def __init__(
        self,
        window: QMainWindow,
        studio: Studio,
        tokens: Tokens,
        commands: Commands,
        do: Callable[[str], None],
        open_project: Callable[[Path], Any],
        start: Callable[[AdBrief], Coroutine[Any, Any, None]],
    ) -> None:
        self.strip = TitleStrip(tokens, WORKSPACES, do)
        self.safety = SafetyBar(studio.hub, tokens, do, open_project)
        self.status = StatusLine(tokens)
        self.toasts = Toasts(window, tokens)
        self.palette = Palette(window, tokens, do)
        self.key_sheet = KeySheet(window, tokens)
        self.welcome = Welcome(studio, tokens, do, open_project, start)
        self.sheets = Sheets(window, studio, tokens, commands)
        commands.dress(tokens)
        commands.fill(self.strip.menus)

    def show_nothing(self) -> None:
        """Look as without a project."""
        self.strip.show_session(None)
        self.safety.hide()
        self.status.hide()

    def drop(self) -> None:
        """Let all of it go; the window lets go of the title strip by itself when it gets another one."""
        widgets: tuple[QWidget, ...] = (
            self.safety,
            self.status,
            self.toasts,
            self.palette,
            self.key_sheet,
            self.welcome,
        )
        for widget in widgets:
            widget.hide()
            widget.deleteLater()
