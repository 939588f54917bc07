"""Between the inspector's fields and the edit: what is tried is only shown, what is settled is one step."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from clappper.base.errors import ClappperError
from clappper.timeline.model import Clip, Timeline
from clappper.ui import errors
from clappper.ui.bench import Bench

Change = Callable[[Timeline], Timeline]


class Hand:
    """Edits for one panel. Refusals are shown as toasts; trying what is refused shows nothing."""

    def __init__(self, bench: Bench, owner: QWidget) -> None:
        self.bench = bench
        self._session, self._state, self._owner = bench.session, bench.edit, owner

    @property
    def timeline(self) -> Timeline:
        return self._session.timeline

    @property
    def clips(self) -> tuple[Clip, ...]:
        """Give the clips in hand."""
        return self._state.chosen(self._session.timeline)

    @property
    def playhead(self) -> int:
        return self._state.playhead

    def go_to(self, frame: int) -> None:
        self._state.go_to(frame)

    def try_out(self, change: Change) -> None:
        """Show what an edit would do."""
        try:
            self._state.try_out(self._session.preview(change))
        except ClappperError:
            self._state.try_out(None)

    def give_up(self) -> None:
        """Show the edit as it is."""
        self._state.try_out(None)

    def keep(self, name: str, change: Change) -> None:
        """Make an edit."""
        self._state.try_out(None)
        try:
            self._session.edit(name, change)
        except ClappperError as error:
            errors.show(self._owner, error)
