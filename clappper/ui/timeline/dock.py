"""The timeline panel: tools, track headers, the painted surface and its scroll bars."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QMenu, QScrollBar, QToolButton, QVBoxLayout, QWidget

from clappper.base.errors import ClappperError
from clappper.flow.footage import known_take, take_of
from clappper.flow.interchange.exchange import Format
from clappper.flow.session import BriefChanged, TimelineChanged
from clappper.flow.stale import stale_clips
from clappper.jobs.ingest import AssetAdded, import_file
from clappper.timeline.model import Take, TrackKind, TransitionKind
from clappper.timeline.queries import clip_of
from clappper.ui import controls, errors
from clappper.ui.bench import Bench
from clappper.ui.bin.model import asset_ids
from clappper.ui.bridge import run, watch
from clappper.ui.editing import Tool
from clappper.ui.timeline.anew import Anew
from clappper.ui.timeline.canvas import TimelineCanvas
from clappper.ui.timeline.commands import NUDGE_FAR, Commands
from clappper.ui.timeline.exchange import bring_edit, send_edit
from clappper.ui.timeline.headers import Asked, TrackHeaders
from clappper.ui.timeline.layout import RULER, height_of
from clappper.ui.timeline.scene import Guide
from clappper.ui.timeline.speed import SpeedBox
from clappper.ui.timeline.strips import Strips
from clappper.ui.timeline.verbs import ROWS

_TOOLS = {
    Tool.SELECT: "cursor",
    Tool.BLADE: "scissors",
    Tool.RIPPLE: "arrow-line-right",
    Tool.ROLL: "arrows-in-line-horizontal",
    Tool.STRETCH: "gauge",
    Tool.SLIP: "arrows-left-right",
    Tool.SLIDE: "arrows-out-line-horizontal",
    Tool.HAND: "hand",
    Tool.ZOOM: "magnifying-glass-plus",
}
_SCROLL_STEPS = 10_000
_ON_CLIP = (
    "split", "lift", "ripple_delete", "lift_marked", "extract_marked", "",
    "clip_cut", "clip_copy", "clip_paste", "paste_attributes", "",
    "group", "ungroup", "link", "lock_clip", "rename_clip", "", "speed", "freeze", "",
    "transition_dissolve", "transition_dip", "transition_wipe", "transition_whip", "transition_push",
    "transition_none", "", "take_next", "take_previous", "clip_replace", "clip_vary_seed",
    "clip_extend_tail", "clip_style_swap", "clip_upscale", "clip_spread_look", "clip_save_picture",
    "match_frame",
)  # fmt: skip
_ON_TRACK = (
    "add_video_track", "add_overlay_track", "add_voice_track", "add_music_track", "",
    "mute_track", "lock_track", "remove_track",
)  # fmt: skip


class TimelineDock(QWidget):
    """The edit over time."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        state = bench.edit
        self._bench, self._session, self._state = bench, bench.session, state
        self.commands = Commands(bench.session, state)
        self.strips = Strips(bench.session.project, self._on_strip_ready)
        self.canvas = TimelineCanvas(bench.session, state, self.strips, bench.tokens, self)
        self.headers = TrackHeaders(
            bench.tokens,
            Asked(
                state.aim_at,
                self._guard(self.commands.toggle_mute),
                self._guard(self.commands.toggle_lock),
                self._on_track_menu,
            ),
            self,
        )
        self._tools: dict[Tool, QToolButton] = {}
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
        layout.addWidget(self._toolbar())
        layout.addLayout(grid, 1)

    def _bar(self, way: Qt.Orientation, name: str) -> QScrollBar:
        bar = QScrollBar(way, self)
        bar.setAccessibleName(name)
        return bar

    def _toolbar(self) -> QWidget:
        tokens = self._bench.tokens
        bar = controls.panel()
        row = controls.line(bar, gap=2)
        row.setContentsMargins(tokens.pad, 3, tokens.pad, 3)
        rows = {action.id: action for action in ROWS}
        for tool, icon in _TOOLS.items():
            action = rows[f"tool_{tool.value}"]
            key = action.keys_in("premiere")[0]
            button = controls.icon_button(
                icon, tokens, f"{action.text}  ({key})", partial(self._state.take_tool, tool)
            )
            button.setCheckable(True)
            self._tools[tool] = button
            row.addWidget(button)
        row.addSpacing(tokens.group)
        self._snapping = controls.icon_button("magnet", tokens, "Snapping  (S)", self._toggle_snapping)
        self._snapping.setCheckable(True)
        row.addWidget(self._snapping)
        for name, icon in (("link", "link-simple"), ("marker", "flag"), ("freeze", "pause")):
            row.addWidget(controls.icon_button(icon, tokens, rows[name].text, partial(self._bench.do, name)))
        row.addStretch()
        for name, icon in (
            ("timeline_zoom_out", "magnifying-glass-minus"),
            ("timeline_zoom_fit", "arrows-out-line-horizontal"),
            ("timeline_zoom_in", "magnifying-glass-plus"),
        ):
            action = rows[name]
            tip = f"{action.text}  ({action.keys_in('premiere')[0]})"
            row.addWidget(controls.icon_button(icon, tokens, tip, partial(self._bench.do, name)))
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
        canvas.drag_moved.connect(self._on_drag_moved)
        canvas.drag_dropped.connect(self._on_dropped)
        canvas.failed.connect(lambda error: errors.show(self, error))
        self._across.valueChanged.connect(self._on_scrolled_across)
        self._down.valueChanged.connect(canvas.scroll_rows)
        self.destroyed.connect(self.strips.close)
        self._handlers = self._table()

    def _table(self) -> dict[str, Callable[[], Any]]:
        do, state, canvas = self.commands, self._state, self.canvas
        anew = Anew(self._bench, self)
        table: dict[str, Callable[[], Any]] = {
            f"tool_{tool.value}": partial(state.take_tool, tool) for tool in Tool
        }
        for kind in TransitionKind:
            table[f"transition_{kind.value}"] = partial(do.enter_by, kind)
        for track in (TrackKind.VIDEO, TrackKind.OVERLAY, TrackKind.VOICE, TrackKind.MUSIC):
            table[f"add_{track.value}_track"] = partial(do.add_track, track)
        return table | {
            "split": do.split,
            "split_all": do.split_all,
            "trim_start": do.trim_start_here,
            "trim_end": do.trim_end_here,
            "lift": do.lift,
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
            "marker": do.mark,
            "marker_remove": do.unmark,
            "marker_next": partial(do.go_to_marker, 1),
            "marker_previous": partial(do.go_to_marker, -1),
            "snapping": self._toggle_snapping,
            "match_frame": self._match,
            "insert_source": partial(self._place_source, inserting=True),
            "overwrite_source": partial(self._place_source, inserting=False),
            "timeline_zoom_in": partial(canvas.zoom, 1.5),
            "timeline_zoom_out": partial(canvas.zoom, 1 / 1.5),
            "timeline_zoom_fit": canvas.fit,
            "tracks_taller": partial(canvas.stretch_rows, 1.25),
            "tracks_lower": partial(canvas.stretch_rows, 0.8),
            "remove_track": lambda: do.remove_track(self._target_id()),
            "mute_track": lambda: do.toggle_mute(self._target_id()),
            "lock_track": lambda: do.toggle_lock(self._target_id()),
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
        for tool, button in self._tools.items():
            button.setChecked(tool is self._state.tool)
        self._snapping.setChecked(self._state.snapping)
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
        if report := self.commands.flip_take(by):
            errors.tell(self, report, kind="warn")

    def _match(self) -> None:
        take, frame = self.commands.matched()
        self._state.match(take, frame)

    def _place_source(self, *, inserting: bool) -> None:
        if self._state.source is None:
            raise ClappperError("No footage is selected.", "Select a take or an import in the bin first.")
        self.commands.place(self._state.source, inserting=inserting)

    def _takes(self, data: QMimeData) -> list[Take]:
        session = self._session
        assets = [session.project.assets.get(one) for one in asset_ids(data)]
        now = session.timeline
        return [known_take(now, asset) or take_of(session.project, asset, now.rate) for asset in assets]

    def _on_drag_moved(self, data: QMimeData, frame: int, track_id: str, inserting: bool) -> None:
        """Show where what is dragged in would go."""
        shown, words = self._session.timeline, "Insert" if inserting else "Overwrite"
        with suppress(ClappperError):
            for take in self._takes(data)[:1]:
                change, _ = self.commands.placed(take, inserting=inserting, frame=frame, track_id=track_id)
                shown = self._session.preview(change)
        self.canvas.preview(shown, Guide(frame, words))

    def _on_dropped(self, data: QMimeData, frame: int, track_id: str, inserting: bool) -> None:
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if files:
            run(self, self._bring(files, frame, track_id, inserting=inserting))
        else:
            self._place_all(self._takes(data), frame, track_id, inserting=inserting)

    async def _bring(self, files: list[Path], frame: int, track_id: str, *, inserting: bool) -> None:
        session, takes = self._session, []
        for file in files:
            found = await import_file(session.project, file, session.workers, session.hub)
            takes.append(take_of(session.project, found.asset, session.timeline.rate))
        self._place_all(takes, frame, track_id, inserting=inserting)

    def _place_all(self, takes: list[Take], frame: int, track_id: str, *, inserting: bool) -> None:
        """Put several pieces of footage behind each other, as one step."""
        try:
            with self._session.group("Insert clips" if inserting else "Overwrite clips"):
                for take in takes:
                    self.commands.place(take, inserting=inserting, frame=frame, track_id=track_id)
                    frame = self._state.playhead
        except ClappperError as error:
            errors.show(self, error)

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

    def _on_menu(self, point: QPoint) -> None:
        self._menu(
            _ON_CLIP
            if self._state.selection
            else ("clip_paste", "ripple_delete", "clip_fill_gap", "", *_ON_TRACK)
        ).popup(point)

    def _on_track_menu(self, track_id: str, event: QContextMenuEvent) -> None:
        del track_id
        self._menu(_ON_TRACK).popup(event.globalPos())

    def _menu(self, names: tuple[str, ...]) -> QMenu:
        """Offer actions with the keys they have; those of other panels are asked of the window."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        rows = {action.id: action for action in ROWS}
        for name in names:
            if not name:
                menu.addSeparator()
            elif name in rows:
                item = menu.addAction(rows[name].text, partial(self._bench.do, name))
                item.setText(f"{rows[name].text}\t{', '.join(rows[name].keys_in('premiere')[:1])}")
        return menu

    def sizeHint(self) -> QSize:
        return QSize(900, 320)
