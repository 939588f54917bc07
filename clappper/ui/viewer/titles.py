"""Titles on the picture: where they lie, and placing, scaling and rewriting them there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from clappper.base.errors import ClappperError
from clappper.flow.assembling.titles import with_text
from clappper.flow.editing.title_boxes import TitleBox, title_boxes
from clappper.flow.project.session import Session
from clappper.timeline.attributes import set_motion, set_title
from clappper.timeline.model import Timeline, Title, TitleRole, Track
from clappper.timeline.motion import scaled, shifted_by
from clappper.timeline.queries import clip_of
from clappper.ui import errors
from clappper.ui.bridge import run
from clappper.ui.brief.fields import title_of
from clappper.ui.editing import EditState
from clappper.ui.viewer.player import Player
from clappper.ui.viewer.screen import Handle, ViewerScreen


class TitleHandles(QObject):
    """Keeps the handles on a viewer's picture; what is let go becomes a step of the session."""

    def __init__(
        self, session: Session, state: EditState, surface: ViewerScreen, player: Player, owner: QWidget
    ) -> None:
        super().__init__(owner)
        self.boxes: tuple[TitleBox, ...] = ()
        self._boxes_of: tuple[object, str] | None = None
        self._session, self._state, self._owner = session, state, owner
        self._surface, self._player = surface, player
        surface.picked.connect(lambda name: state.select({name} if name else ()))
        surface.dragged.connect(self._on_dragged)
        surface.dropped.connect(self._on_dropped)
        surface.given_up.connect(player.refresh)
        surface.edit_asked.connect(self.write)
        state.selection_changed.connect(self.show)

    def lay(self) -> None:
        """Find out, away from here, where the titles lie."""
        timeline, aspect = self._session.timeline, self._state.aspect
        shown = (tuple(track for track in timeline.tracks if _has_titles(track)), aspect)
        if shown != self._boxes_of:
            self._boxes_of = shown
            run(self._owner, self._measure(timeline, aspect))

    def show(self) -> None:
        """Offer the titles at the playhead, none while it plays."""
        frame = self._state.playhead
        present = {clip.id for track in self._session.timeline.tracks for clip in track.clips}
        handles = tuple(
            Handle(box.clip.id, box.at(frame), box.clip.name or box.clip.id)
            for box in self.boxes
            if frame in box.clip.placed and box.clip.id in present
        )
        self._surface.show_handles(() if self._state.playing else handles, self._state.selection)

    def write(self, clip_id: str) -> None:
        """Let a title's words be edited in their place; words bound to the brief change in the brief."""
        title = clip_of(self._session.timeline, clip_id).content
        box = next((one for one in self.boxes if one.clip.id == clip_id), None)
        if not isinstance(title, Title) or title.role is TitleRole.LOGO or box is None:
            return
        field = QLineEdit(title.text, self._surface)
        field.setAccessibleName("Words of the title")
        field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        field.setToolTip(
            f"From the brief ({title_of(title.field)}): every version follows." if title.field else ""
        )
        rect = self._surface.frame.to_widget(box.at(self._state.playhead)).toRect()
        field.setGeometry(_roomy(rect))

        def done() -> None:
            field.blockSignals(True)  # noqa: FBT003 - Qt's own
            if field.text() != title.text:
                self._rewrite(clip_id, title, field.text())
            field.deleteLater()
            self._surface.setFocus()

        field.editingFinished.connect(done)
        field.show()
        field.selectAll()
        field.setFocus()

    async def _measure(self, timeline: Timeline, aspect: str) -> None:
        boxes = await asyncio.to_thread(title_boxes, timeline, self._session.project.path, aspect)
        if aspect == self._state.aspect:
            self.boxes = boxes
            self.show()

    def _rewrite(self, clip_id: str, title: Title, text: str) -> None:
        try:
            if title.field:
                brief = with_text(self._session.brief, title.field, text)
                self._session.edit_brief(f"Change {title.role.value}", brief)
            else:
                self._session.edit(
                    "Change title", lambda now: set_title(now, clip_id, replace(title, text=text))
                )
        except ClappperError as error:
            errors.show(self._owner, error)

    def _on_dragged(self, clip_id: str, x: float, y: float, scale: float) -> None:
        try:
            shown = self._session.preview(_moved(clip_id, x, y, scale))
        except ClappperError:
            return
        self._player.show_instead(shown)

    def _on_dropped(self, clip_id: str, x: float, y: float, scale: float) -> None:
        name = "Scale title" if scale != 1 else "Move title"
        try:
            self._session.edit(name, _moved(clip_id, x, y, scale))
        except ClappperError as error:
            errors.show(self._owner, error)
            self._player.refresh()


def _moved(clip_id: str, x: float, y: float, scale: float) -> Callable[[Timeline], Timeline]:
    def change(now: Timeline) -> Timeline:
        motion = clip_of(now, clip_id).motion
        return set_motion(now, clip_id, scaled(shifted_by(motion, x, y), scale))

    return change


def _roomy(rect: QRect) -> QRect:
    """Give a field for words room to grow, and a line's height at least."""
    return rect.adjusted(-24, 0, 24, 0).united(rect.adjusted(0, 0, 0, 28 - min(28, rect.height())))


def _has_titles(track: Track) -> bool:
    return any(isinstance(clip.content, Title) for clip in track.clips)
