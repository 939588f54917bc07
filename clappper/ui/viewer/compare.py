"""What the right of a wiped picture shows: the edit without its colours, with other takes, or as it was."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from clappper.base.errors import ClappperError
from clappper.flow.project.session import Session
from clappper.render.view import Wipe
from clappper.timeline.model import Clip, Footage, Grade, Look, Timeline, TrackKind
from clappper.timeline.queries import clips_at
from clappper.ui.editing import EditState
from clappper.ui.viewer.player import Player
from clappper.ui.viewer.screen import ViewerScreen


class Against(StrEnum):
    """What an edit is compared with; the values are the ids of the actions."""

    COLOURS = "wipe"
    TAKES = "wipe_takes"
    BEFORE = "wipe_before"


class Comparison(QObject):
    """Lays another edit over the right of the picture. ``against`` is None while nothing is compared."""

    changed = Signal()

    def __init__(self, session: Session, state: EditState, surface: ViewerScreen, player: Player) -> None:
        super().__init__(player)
        self.against: Against | None = None
        self._session, self._state, self._surface, self._player = session, state, surface, player
        self._step = 0
        self._other: tuple[tuple[object, ...], Timeline] | None = None
        surface.wiped.connect(lambda _: self.follow())

    def toggle(self, against: Against) -> None:
        """Compare, or no longer; asked again for takes, with the next one while there is one.

        Raises:
            ClappperError: there is nothing to compare with.
        """
        try:
            if against is Against.TAKES:
                self._next_take()
            else:
                self._take(None if self.against is against else against)
        finally:
            self.changed.emit()

    def follow(self) -> None:
        """Keep to the edit and the playhead, which may have changed."""
        if self.against is Against.BEFORE and not self._session.place:
            self._take(None)
            self.changed.emit()
        if self.against is None or self._surface.wipe is None:
            return
        self._surface.sides = self._names(self.against)
        self._player.wipe(Wipe(self._rival(self.against), self._surface.wipe))
        self._surface.update()

    def _next_take(self) -> None:
        footage = takes_at(self._session.timeline, self._state.playhead)
        if footage is None:
            raise ClappperError(
                "The shot under the playhead has one take.", "Generate or add another one first."
            )
        self._step = self._step + 1 if self.against is Against.TAKES else 1
        self._take(Against.TAKES if self._step < len(footage.takes) else None)

    def _take(self, against: Against | None) -> None:
        if against is Against.BEFORE and not self._session.place:
            raise ClappperError("There is no earlier step to compare with.")
        self.against = against
        if against is None:
            self._surface.wipe, self._surface.sides = None, ("", "")
            self._player.wipe(None)
            self._surface.update()
        else:
            self._surface.wipe = 0.5 if self._surface.wipe is None else self._surface.wipe
            self.follow()

    def _rival(self, against: Against) -> Timeline:
        """Give the other edit, the same object as long as nothing changed."""
        ours = self._session.timeline
        decided_by = (against, ours, self._step, self._session.place)
        if self._other is None or self._other[0] != decided_by:
            if against is Against.TAKES:
                other = with_other_takes(ours, self._step)
            elif against is Against.BEFORE:
                other = self._session.desk_at(self._session.place - 1).timeline
            else:
                other = without_colours(ours)
            self._other = decided_by, other
        return self._other[1]

    def _names(self, against: Against) -> tuple[str, str]:
        """Say what is seen on either side."""
        if against is Against.BEFORE:
            return "Now", "Before"
        if against is Against.COLOURS:
            return "Graded", "Ungraded"
        footage = takes_at(self._session.timeline, self._state.playhead)
        if footage is None:
            return "One take", ""
        other = (footage.active + self._step) % len(footage.takes)
        return f"Take {footage.active + 1}", f"Take {other + 1} of {len(footage.takes)}"


def takes_at(timeline: Timeline, frame: int) -> Footage | None:
    """Give the uppermost footage on screen that has more than one take."""
    shown = (clip.content for clip in reversed(clips_at(timeline, frame)))
    return next((one for one in shown if isinstance(one, Footage) and len(one.takes) > 1), None)


def with_other_takes(timeline: Timeline, step: int) -> Timeline:
    """Show another take of every shot, so many places on: what plays on needs no new comparison."""
    tracks = tuple(
        replace(track, clips=tuple(_flipped(clip, step) for clip in track.clips))
        if track.kind is TrackKind.VIDEO
        else track
        for track in timeline.tracks
    )
    return replace(timeline, tracks=tracks)


def without_colours(timeline: Timeline) -> Timeline:
    """Take away all grades and the look."""
    tracks = tuple(
        replace(track, clips=tuple(replace(clip, grade=Grade()) for clip in track.clips))
        for track in timeline.tracks
    )
    return replace(timeline, tracks=tracks, look=Look())


def _flipped(clip: Clip, step: int) -> Clip:
    content = clip.content
    if not isinstance(content, Footage) or len(content.takes) == 1:
        return clip
    return replace(clip, content=replace(content, active=(content.active + step) % len(content.takes)))
