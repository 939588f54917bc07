"""What the commands of the timeline work on: the edit as it is, and the clips in hand."""

from __future__ import annotations

from collections.abc import Callable

from clappper.base.errors import ClappperError
from clappper.flow.project.session import Session
from clappper.timeline.alone import alone
from clappper.timeline.model import Clip, Timeline
from clappper.ui.editing import EditState


class Hand:
    """The session's edit and what ``state`` has in hand of it."""

    def __init__(self, session: Session, state: EditState) -> None:
        self._session, self.state = session, state

    @property
    def now(self) -> Timeline:
        return self._session.timeline

    def edit(self, name: str, change: Callable[[Timeline], Timeline]) -> None:
        self._session.edit(name, change)

    @property
    def is_apart(self) -> bool:
        """Whether one side of what is linked was selected without the other."""
        return self.state.alone and bool(self.state.selection)

    def edit_chosen(self, name: str, change: Callable[[Timeline], Timeline]) -> None:
        """Edit what is selected: what is linked to it goes along, unless it was left out on purpose."""
        if self.is_apart:
            self.edit(f"{name} alone", lambda now: alone(now, change))
        else:
            self.edit(name, change)

    def picked(self, what: str) -> tuple[str, ...]:
        """Give the ids in hand.

        Raises:
            ClappperError: there are none.
        """
        clips = self.state.chosen(self.now)
        if not clips:
            raise ClappperError(f"There is no clip to {what}.", "Select one, or put the playhead on it.")
        return tuple(clip.id for clip in clips)

    def under_playhead(self) -> Clip:
        """Give the clip at the playhead: a selected one, else that of the target track.

        Raises:
            ClappperError: there is none.
        """
        frame = self.state.playhead
        picked = [clip for clip in self.state.chosen(self.now) if frame in clip.placed]
        target = self.state.target(self.now)
        under = [clip for clip in target.clips if frame in clip.placed] if target else []
        if not (picked or under):
            raise ClappperError("There is no clip under the playhead.", "Move the playhead onto one.")
        return (picked or under)[0]
