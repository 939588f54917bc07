"""The brief while it is being written: what the form shows, before it becomes an undo step."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from clappper.base.errors import ClappperError
from clappper.brief.fields import value_at, with_value
from clappper.brief.schema import AdBrief, BriefError
from clappper.flow.project.session import BriefChanged, Session
from clappper.ui.bridge import watch


class BriefDraft(QObject):
    """One for each open project, shared by all panels of the workspace.

    ``changed`` tells of every letter, so that the score follows the typing; ``settled`` of every undo step
    and of undo itself. ``selected`` is the place of the chosen scene; ``pointed`` carries a field to show,
    ``judged`` what preflight says, ``dropped`` files that were let go anywhere over the workspace.
    """

    changed = Signal()
    settled = Signal()
    selected = Signal(int)
    pointed = Signal(str)
    judged = Signal(object)
    dropped = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.brief = session.brief
        self.scene = 0
        watch(self, session.hub, BriefChanged, lambda _: self._follow())

    def value(self, path: str) -> object:
        return value_at(self.brief, path)

    def write(self, path: str, value: object) -> str:
        """Take a field's value as it is typed; say what is wrong with it, or nothing."""
        try:
            brief = with_value(self.brief, path, value)
        except BriefError as error:
            return error.message
        if brief != self.brief:
            self.brief = brief
            self.changed.emit()
        return ""

    def commit(self, name: str) -> None:
        """Make one undo step of what was typed.

        Raises:
            ClappperError: it could not be stored; the draft is taken back.
        """
        if self.brief == self.session.brief:
            return
        try:
            self.session.edit_brief(name, self.brief)
        except ClappperError:
            self._take()
            raise
        self.settled.emit()

    def change(self, name: str, change: Callable[[AdBrief], AdBrief]) -> None:
        """Change the brief as one undo step.

        Raises:
            ClappperError: ``change`` refused, or it could not be stored.
        """
        self.session.edit_brief(name, change(self.brief))
        self._take()

    def select(self, place: int) -> None:
        """Choose a scene."""
        place = max(0, min(place, len(self.brief.scenes) - 1))
        if place != self.scene:
            self.scene = place
            self.selected.emit(place)

    def _follow(self) -> None:
        if self.brief is not self.session.brief:
            self._take()

    def _take(self) -> None:
        self.brief = self.session.brief
        if self.scene >= len(self.brief.scenes):
            self.scene = len(self.brief.scenes) - 1
            self.selected.emit(self.scene)
        self.settled.emit()
        self.changed.emit()
