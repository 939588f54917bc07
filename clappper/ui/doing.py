"""What can be done now, and doing it, wherever it was asked for: a key, a menu, the palette, a button."""

from __future__ import annotations

from collections.abc import Callable
from inspect import iscoroutine

from PySide6.QtWidgets import QWidget

from clappper.base.errors import ClappperError
from clappper.flow.project.session import Session
from clappper.ui import errors
from clappper.ui.action_table import ACTIONS
from clappper.ui.actions import Action
from clappper.ui.bridge import run
from clappper.ui.commands import Commands
from clappper.ui.pages import Pages

Handler = Callable[[], object]


class Doing:
    """Finds the handler of an action: the focused panel's first, then the workspace's, then the window's."""

    def __init__(
        self, window: QWidget, commands: Commands, pages: Pages, own: Callable[[], dict[str, Handler]]
    ) -> None:
        """``own`` gives what the window itself does now."""
        self._window, self._commands, self._pages, self._own = window, commands, pages, own

    def do(self, name: str) -> None:
        """Start an action by its id."""
        handler = self.handlers().get(name)
        page = self._pages.current
        if handler is None and page is not None and not page.is_whole:
            page.complete()
            handler = self.handlers().get(name)
        if handler is None:
            self._say_impossible(self._commands.rows[name])
            return
        try:
            answer = handler()
        except ClappperError as error:
            errors.show(self._window, error)
            return
        if iscoroutine(answer):
            run(self._window, answer)

    def possible(self) -> tuple[Action, ...]:
        """List what can be done now."""
        handlers = self.handlers()
        return tuple(row for row in ACTIONS if row.id in handlers)

    def handlers(self) -> dict[str, Handler]:
        """Join the verbs of all panels in front; those of the focused one win."""
        found, page = self._own(), self._pages.current
        if page is None:
            return found
        focused = page.focused()
        widgets = [widget for _, widget in page.panels] + ([focused[1]] if focused else [])
        for widget in widgets:
            verbs = getattr(widget, "verbs", None)
            if verbs is not None:
                found |= verbs()
        return found

    def refresh(self, session: Session | None) -> None:
        """Let menus and keys offer only that; what a panel to come may do stays as it is."""
        page = self._pages.current
        still = self._commands.enabled() if page is not None and not page.is_whole else frozenset()
        self._commands.refresh(self.handlers().keys() | still)
        for name in ("undo", "redo"):
            what = (session.undo_name if name == "undo" else session.redo_name) if session else ""
            self._commands[name].setEnabled(bool(what))
            self._commands[name].setText(f"{name.title()} {what}".strip())

    def follow_focus(self) -> None:
        """Put the keys of the focused panel before the window's."""
        page = self._pages.current
        focused = page.focused() if page else None
        self._commands.focus(focused[0].scope if focused else None)

    def groups(self) -> list[tuple[str, list[Action]]]:
        """Give what the key sheet shows: the focused panel's actions, then those that work everywhere."""
        page = self._pages.current
        focused = page.focused() if page else None
        groups: list[tuple[str, list[Action]]] = []
        if focused and (scope := focused[0].scope):
            groups.append((focused[0].title, [row for row in ACTIONS if scope in row.scopes]))
        groups.append(("Everywhere", [row for row in ACTIONS if row.scope == "window"]))
        return groups

    def _say_impossible(self, row: Action) -> None:
        why = "Open the panel that it belongs to." if self._pages.current else "Open a project first."
        errors.tell(self._window, f"{row.text.removesuffix('…')} is not possible here.", why, kind="info")
