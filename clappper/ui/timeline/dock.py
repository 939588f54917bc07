"""The timeline panel: tools, track headers, the painted surface and its scroll bars."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QScrollBar, QVBoxLayout, QWidget

from clappper.base.errors import ClappperError
from clappper.flow.briefing.stale import stale_clips
from clappper.flow.interchange.exchange import Format
from clappper.flow.project.session import BriefChanged, TimelineChanged
from clappper.jobs.ingest import AssetAdded
from clappper.timeline.model import TrackKind, TransitionKind
from clappper.timeline.queries import clip_of
from clappper.ui import errors
from clappper.ui.bench import Bench
from clappper.ui.bridge import watch
from clappper.ui.editing import Tool
from clappper.ui.timeline.anew import Anew
from clappper.ui.timeline.canvas import TimelineCanvas
from clappper.ui.timeline.commands import NUDGE_FAR, Commands
from clappper.ui.timeline.dropping import Dropping
from clappper.ui.timeline.exchange import bring_edit, send_edit
from clappper.ui.timeline.hand import Hand
from clappper.ui.timeline.headers import Asked, TrackHeaders
from clappper.ui.timeline.layout import RULER, height_of
from clappper.ui.timeline.menus import ON_CLIP, ON_GAP, ON_TRACK, keyframe_menu, menu_of
from clappper.ui.timeline.sequence import SequenceCommands
from clappper.ui.timeline.song import mark_sections
from clappper.ui.timeline.sources import SourceCommands
from clappper.ui.timeline.speed import SpeedBox
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
        self.sources = SourceCommands(hand)
        self.strips = Strips(bench.session.project, self._on_strip_ready)
        self.canvas = TimelineCanvas(bench.session, state, self.strips, bench.tokens, self)
        self.headers = TrackHeaders(
            bench.tokens,
            Asked(
                state.aim_at,
                self._guard(self.sequence.toggle_mute),
                self._guard(self.sequence.toggle_lock),
                self._on_track_menu,
            ),
            self,
        )
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
        canvas.rename_asked.connect(self.rename)
        self._dropping = Dropping(self._bench, canvas, self.sources, self)
        canvas.key_removed.connect(self._guard(self.commands.remove_keyframe))
        canvas.failed.connect(lambda error: errors.show(self, error))
        self._across.valueChanged.connect(self._on_scrolled_across)
        self._down.valueChanged.connect(canvas.scroll_rows)
        self.destroyed.connect(self.strips.close)
        self._handlers = self._table()

    def _table(self) -> dict[str, Callable[[], Any]]:
        do, state, canvas = self.commands, self._state, self.canvas
        sequence = self.sequence
        anew = Anew(self._bench, self)
        table: dict[str, Callable[[], Any]] = {
            f"tool_{tool.value}": partial(state.take_tool, tool) for tool in Tool
        }
        for kind in TransitionKind:
            table[f"transition_{kind.value}"] = partial(do.enter_by, kind)
        for track in (TrackKind.VIDEO, TrackKind.OVERLAY, TrackKind.VOICE, TrackKind.MUSIC):
            table[f"add_{track.value}_track"] = partial(sequence.add_track, track)
        return table | {
            "split": do.split,
            "split_all": do.split_all,
            "trim_start": do.trim_start_here,
            "trim_end": do.trim_end_here,
            "lift": self._delete,
            "ripple_delete": do.ripple_delete,
            "lift_marked": do.lift_marked,
            "extract_marked": do.extract_marked,
            "clip_cut": do.cut,
            "clip_copy": do.copy,
            "clip_paste": do.paste,
            "paste_attributes": do.paste_attributes,
            "select_all": do.select_all,
            "select_none": self._select_none,
            "nudge_left": partial(do.nudge, -1),
            "nudge_right": partial(do.nudge, 1),
            "nudge_left_far": partial(do.nudge, -NUDGE_FAR),
            "nudge_right_far": partial(do.nudge, NUDGE_FAR),
            "group": do.group,
            "ungroup": do.ungroup,
            "link": do.link,
            "lock_clip": do.lock_clips,
            "rename_clip": self._rename_chosen,
            "freeze": do.freeze,
            "speed": self._ask_speed,
            "transition_none": partial(do.enter_by, None),
            "marker": sequence.mark,
            "marker_remove": sequence.unmark,
            "marker_next": partial(sequence.go_to_marker, 1),
            "marker_previous": partial(sequence.go_to_marker, -1),
            "beat": sequence.toggle_beat,
            "beats_double": sequence.double_beats,
            "beats_halve": sequence.halve_beats,
            "cut_on_beats": sequence.cut_on_beats,
            "mark_sections": partial(mark_sections, self._session, self),
            "snapping": self._toggle_snapping,
            "match_frame": self._match,
            "insert_source": partial(self._place_source, inserting=True),
            "overwrite_source": partial(self._place_source, inserting=False),
            "timeline_zoom_in": partial(canvas.zoom, 1.5),
            "timeline_zoom_out": partial(canvas.zoom, 1 / 1.5),
            "timeline_zoom_fit": canvas.fit,
            "tracks_taller": partial(canvas.stretch_rows, 1.25),
            "tracks_lower": partial(canvas.stretch_rows, 0.8),
            "remove_track": lambda: sequence.remove_track(self._target_id()),
            "mute_track": lambda: sequence.toggle_mute(self._target_id()),
            "lock_track": lambda: sequence.toggle_lock(self._target_id()),
            "import_edit": partial(bring_edit, self._bench, self),
            "export_otio": partial(send_edit, self._bench, self, Format.OTIO),
            "export_fcpxml": partial(send_edit, self._bench, self, Format.FCPXML),
            "export_edl": partial(send_edit, self._bench, self, Format.EDL),
            "clip_replace": anew.replace,
            "clip_vary_seed": anew.vary_seed,
            "clip_extend_tail": anew.extend_tail,
            "clip_style_swap": anew.style_swap,
            "clip_upscale": anew.upscale,
            "clip_spread_look": anew.spread_look,
            "clip_save_picture": anew.save_picture,
            "clip_fill_gap": anew.fill_gap,
            "take_next": partial(self._flip, 1),
            "take_previous": partial(self._flip, -1),
        }

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

    def _target_id(self) -> str:
        target = self._state.target(self._session.timeline)
        if target is None:
            raise ClappperError("There is no track.", "Add one first.")
        return target.id

    def _toggle_snapping(self) -> None:
        self._state.snap(not self._state.snapping)
        self._show_tool()

    def _select_none(self) -> None:
        if not self.canvas.cancel():
            self._state.select(())

    def _flip(self, by: int) -> None:
        if report := self.sources.flip_take(by):
            errors.tell(self, report, kind="warn")

    def _match(self) -> None:
        take, frame = self.sources.matched()
        self._state.match(take, frame)

    def _place_source(self, *, inserting: bool) -> None:
        if self._state.source is None:
            raise ClappperError("No footage is selected.", "Select a take or an import in the bin first.")
        self.sources.place(self._state.source, inserting=inserting)

    def _rename_chosen(self) -> None:
        chosen = self._state.chosen(self._session.timeline)
        if chosen:
            self.rename(chosen[0].id)

    def rename(self, clip_id: str) -> None:
        """Let the name of a clip be edited in its place."""
        clip, place = clip_of(self._session.timeline, clip_id), self.canvas.place_of(clip_id)
        field = QLineEdit(clip.name, self.canvas)
        field.setAccessibleName("Name of the clip")
        left = max(place.left(), 0)
        field.setGeometry(left, place.top(), max(140, min(place.right() - left, 320)), 24)

        def done() -> None:
            field.blockSignals(True)  # noqa: FBT003 - Qt's own
            if field.text().strip() != clip.name:
                self._guard(self.commands.rename)(clip_id, field.text().strip())
            field.deleteLater()
            self.canvas.setFocus()

        field.editingFinished.connect(done)
        field.show()
        field.selectAll()
        field.setFocus()

    def _ask_speed(self) -> None:
        chosen = self._state.chosen(self._session.timeline)
        if not chosen:
            raise ClappperError("There is no clip to retime.", "Select one, or put the playhead on it.")
        box = SpeedBox(self._bench.tokens, chosen[0].mean_speed, self)
        box.chosen.connect(lambda percent: self._guard(self.commands.set_speed)(Fraction(percent, 100)))
        place = self.canvas.place_of(chosen[0].id)
        box.move(self.canvas.mapToGlobal(QPoint(max(place.left(), 0), place.top())))
        box.show()

    def _delete(self) -> None:
        """Take the picked keyframe away, else the clips in hand."""
        if self.canvas.picked is not None:
            self.commands.remove_keyframe(self.canvas.picked)
        else:
            self.commands.lift()

    def _on_menu(self, point: QPoint) -> None:
        if self.canvas.picked is not None:
            keyframe_menu(self.canvas.picked, self.commands, self._guard, self).popup(point)
            return
        menu_of(ON_CLIP if self._state.selection else ON_GAP, self._bench, self).popup(point)

    def _on_track_menu(self, track_id: str, event: QContextMenuEvent) -> None:
        del track_id
        menu_of(ON_TRACK, self._bench, self).popup(event.globalPos())

    def sizeHint(self) -> QSize:
        return QSize(900, 320)
