"""Names that are changed where they stand: a clip's, a marker's, a track's."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QLineEdit, QWidget

from clappper.timeline.queries import clip_of, track_of
from clappper.timeline.tracks import marker_at
from clappper.ui.timeline.canvas import TimelineCanvas
from clappper.ui.timeline.commands import Commands
from clappper.ui.timeline.headers import TrackHeaders
from clappper.ui.timeline.layout import RULER, Hit, Pin, Zone
from clappper.ui.timeline.menus import Guard
from clappper.ui.timeline.parts import PartCommands
from clappper.ui.timeline.sequence import SequenceCommands

_NARROWEST, _WIDEST, _HEIGHT = 140, 320, 24


class Renaming:
    """Lays a field over the name; Enter or leaving it keeps what is written."""

    def __init__(
        self,
        canvas: TimelineCanvas,
        headers: TrackHeaders,
        commands: tuple[Commands, SequenceCommands, PartCommands],
        guard: Guard,
    ) -> None:
        self._canvas, self._headers, self._guard = canvas, headers, guard
        self._clips, self._sequence, self._parts = commands

    def at(self, hit: Hit) -> None:
        """Rename what was hit."""
        if hit.zone is Zone.MARKER:
            self.marker(hit.frame)
        elif hit.clip_id:
            self.clip(hit.clip_id)

    def clip(self, clip_id: str) -> None:
        clip, place = clip_of(self._canvas.timeline, clip_id), self._canvas.place_of(clip_id)
        left = max(place.left(), 0)
        width = max(_NARROWEST, min(place.right() - left, _WIDEST))
        where = QRect(left, place.top(), width, _HEIGHT)
        self._ask(
            self._canvas,
            where,
            (clip.name, "Name of the clip"),
            lambda name: self._clips.rename(clip_id, name),
        )

    def marker(self, frame: int) -> None:
        marker = marker_at(self._canvas.timeline, frame)
        left = min(round(self._canvas.scale.x_of(frame)), self._canvas.width() - _NARROWEST)
        where = QRect(max(left, 0), (RULER - _HEIGHT) // 2, _NARROWEST, _HEIGHT)
        self._ask(
            self._canvas,
            where,
            (marker.name, "Name of the marker"),
            lambda name: self._parts.name(Pin(frame), name),
        )

    def track(self, track_id: str) -> None:
        track = track_of(self._canvas.timeline, track_id)
        place = self._headers.place_of(track_id)
        where = QRect(8, place.center().y() - _HEIGHT // 2, place.width() - 14, _HEIGHT)
        self._ask(
            self._headers,
            where,
            (track.name, "Name of the track"),
            lambda name: self._sequence.rename_track(track_id, name),
        )

    def _ask(
        self, over: QWidget, where: QRect, shown: tuple[str, str], keep: Callable[[str], object]
    ) -> None:
        before, label = shown
        field = QLineEdit(before, over)
        field.setAccessibleName(label)
        field.setGeometry(where)

        def done() -> None:
            field.blockSignals(True)  # noqa: FBT003 - Qt's own
            words = field.text().strip()
            if words != before:
                self._guard(keep)(words)
            field.deleteLater()
            self._canvas.setFocus()

        field.editingFinished.connect(done)
        field.show()
        field.raise_()
        field.selectAll()
        field.setFocus()
