"""The timeline panel: tools, track headers, the painted surface and its scroll bars."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QGridLayout, QScrollBar, QVBoxLayout, QWidget

from clappper.base.errors import ClappperError
from clappper.flow.briefing.stale import stale_clips
from clappper.flow.project.session import BriefChanged, TimelineChanged
from clappper.jobs.ingest import AssetAdded
from clappper.ui import errors
from clappper.ui.bench import Bench
from clappper.ui.bridge import watch
from clappper.ui.timeline.canvas import TimelineCanvas
from clappper.ui.timeline.commands import Commands
from clappper.ui.timeline.dropping import Dropping
from clappper.ui.timeline.hand import Hand
from clappper.ui.timeline.handlers import Handlers
from clappper.ui.timeline.headers import Asked, TrackHeaders
from clappper.ui.timeline.layout import RULER, height_of
from clappper.ui.timeline.menus import ON_CLIP, ON_GAP, ON_TRACK, PartDoing, menu_of, part_menu
from clappper.ui.timeline.parts import PartCommands
from clappper.ui.timeline.renaming import Renaming
from clappper.ui.timeline.sequence import SequenceCommands
from clappper.ui.timeline.sources import SourceCommands
from clappper.ui.timeline.strips import Strips
from clappper.ui.timeline.toolbar import Toolbar


class TimelineDock(QWidget):
    """The edit over time."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        state = bench.edit
        self._bench, self._session, self._state = bench, bench.session, state
        hand = Hand(bench.session, state)
        self.commands, self.sequence = Commands(hand), SequenceCommands(hand)
        self.sources, self.parts = SourceCommands(hand), PartCommands(hand)
        self.strips = Strips(bench.session.project, self._on_strip_ready)
        self.canvas = TimelineCanvas(bench.session, state, self.strips, bench.tokens, self)
        self.headers = TrackHeaders(
            bench.tokens,
            Asked(
                state.aim_at,
                self._guard(self.sequence.toggle_mute),
                self._guard(self.sequence.toggle_lock),
                self._on_track_menu,
                self._on_rename_track,
            ),
            self,
        )
        commands = (self.commands, self.sequence, self.parts)
        self.renaming = Renaming(self.canvas, self.headers, commands, self._guard)
        self.toolbar = Toolbar(bench)
        self._handlers: dict[str, Callable[[], Any]] = {}
        self._build()
        self._bind()
        self._refresh()

    def verbs(self) -> dict[str, Callable[[], Any]]:
        """Give what this panel can do, by the ids of ``verbs.ROWS``."""
        return self._handlers

    def _build(self) -> None:
        self.setAccessibleName("Timeline panel")
        self.setFocusProxy(self.canvas)
        self._across = self._bar(Qt.Orientation.Horizontal, "Scroll through time")
        self._down = self._bar(Qt.Orientation.Vertical, "Scroll through tracks")
        grid = QGridLayout()
        grid.setSpacing(0)
        grid.addWidget(self.headers, 0, 0)
        grid.addWidget(self.canvas, 0, 1)
        grid.addWidget(self._down, 0, 2)
        grid.addWidget(self._across, 1, 1)
        grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.toolbar.widget)
        layout.addLayout(grid, 1)

    def _bar(self, way: Qt.Orientation, name: str) -> QScrollBar:
        bar = QScrollBar(way, self)
        bar.setAccessibleName(name)
        return bar

    def _bind(self) -> None:
        state, canvas, hub = self._state, self.canvas, self._session.hub
        watch(self, hub, TimelineChanged, lambda _: self._on_timeline_changed())
        watch(self, hub, AssetAdded, lambda _: self._on_assets_changed())
        watch(self, hub, BriefChanged, lambda _: self._mark_stale())
        state.tool_changed.connect(self._show_tool)
        state.snapping_changed.connect(lambda _: self._show_tool())
        state.playhead_moved.connect(
            lambda frame: self.headers.show_time(self._session.timeline.rate.timecode(frame))
        )
        state.target_changed.connect(self._show_rows)
        canvas.scale_changed.connect(self._show_scroll)
        canvas.rows_changed.connect(self._show_rows)
        canvas.menu_asked.connect(self._on_menu)
        canvas.rename_asked.connect(self.renaming.at)
        self._dropping = Dropping(self._bench, canvas, self.sources, self)
        canvas.key_removed.connect(self._guard(self.parts.remove))
        canvas.failed.connect(lambda error: errors.show(self, error))
        self._across.valueChanged.connect(self._on_scrolled_across)
        self._down.valueChanged.connect(canvas.scroll_rows)
        self.destroyed.connect(self.strips.close)
        self._handlers = Handlers(
            self._bench,
            self,
            canvas,
            self.commands,
            self.sequence,
            self.sources,
            self.parts,
            self.renaming,
            self._guard,
        ).table()

    def _guard(self, do: Callable[..., Any]) -> Callable[..., Any]:
        """Show what a person can mend instead of raising it."""

        def guarded(*given: Any) -> Any:
            try:
                return do(*given)
            except ClappperError as error:
                errors.show(self, error)
                return None

        return guarded

    def _refresh(self) -> None:
        self._mark_stale()
        self._show_tool()
        self._show_rows()
        self._show_scroll()
        self.headers.show_time(self._session.timeline.rate.timecode(self._state.playhead))

    def _show_tool(self) -> None:
        self.toolbar.show_state()
        self._bench.check("snapping", self._state.snapping)

    def _show_rows(self) -> None:
        target = self._state.target(self.canvas.timeline)
        self.headers.show_rows(self.canvas.rows, target.id if target else "")
        self._show_scroll()

    def _show_scroll(self) -> None:
        canvas = self.canvas
        shown = canvas.scale.frames_in(canvas.width())
        whole = max(self._session.timeline.length_frames * 1.1, canvas.scale.left + shown)
        for bar, page, total, at in (
            (self._across, shown, whole, canvas.scale.left),
            (self._down, canvas.height() - RULER - 8, height_of(canvas.rows), None),
        ):
            bar.blockSignals(True)  # noqa: FBT003 - Qt's own
            bar.setRange(0, max(0, round(total - page)))
            bar.setPageStep(max(1, round(page)))
            bar.setSingleStep(max(1, round(page / 12)))
            if at is not None:
                bar.setValue(round(at))
            bar.blockSignals(False)  # noqa: FBT003 - Qt's own
        self._down.setVisible(self._down.maximum() > 0)

    def _on_scrolled_across(self, frame: int) -> None:
        scale = self.canvas.scale
        self.canvas.rescale(type(scale)(scale.pixels, float(frame)))

    def _on_strip_ready(self) -> None:
        self.canvas.redraw()

    def _on_timeline_changed(self) -> None:
        self._state.follow(self._session.timeline)
        self.canvas.refresh()

    def _mark_stale(self) -> None:
        """Mark the clips that show a scene as it was before the brief was changed."""
        self.canvas.stale = stale_clips(self._session)
        self.canvas.redraw()

    def _on_assets_changed(self) -> None:
        self._mark_stale()
        self.strips.reload()
        self.canvas.redraw()

    def _on_menu(self, point: QPoint) -> None:
        if self.canvas.picked is not None:
            doing = PartDoing(self._guard, self.renaming.marker)
            part_menu(self.canvas.picked, self.parts, doing, self).popup(point)
            return
        menu_of(ON_CLIP if self._state.selection else ON_GAP, self._bench, self).popup(point)

    def _on_rename_track(self, track_id: str) -> None:
        self.renaming.track(track_id)

    def _on_track_menu(self, track_id: str, event: QContextMenuEvent) -> None:
        del track_id
        menu_of(ON_TRACK, self._bench, self).popup(event.globalPos())

    def sizeHint(self) -> QSize:
        return QSize(900, 320)
