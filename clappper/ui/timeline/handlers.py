"""What the timeline panel can do, by the ids of ``verbs.ROWS``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from clappper.base.errors import ClappperError
from clappper.flow.interchange.exchange import Format
from clappper.timeline.model import TrackKind, TransitionKind
from clappper.ui import errors
from clappper.ui.bench import Bench
from clappper.ui.editing import Tool
from clappper.ui.timeline.anew import Anew
from clappper.ui.timeline.canvas import TimelineCanvas
from clappper.ui.timeline.commands import NUDGE_FAR, Commands
from clappper.ui.timeline.exchange import bring_edit, send_edit
from clappper.ui.timeline.layout import Pin
from clappper.ui.timeline.menus import Guard
from clappper.ui.timeline.parts import PartCommands
from clappper.ui.timeline.renaming import Renaming
from clappper.ui.timeline.sequence import SequenceCommands
from clappper.ui.timeline.song import mark_sections
from clappper.ui.timeline.sources import SourceCommands
from clappper.ui.timeline.speed import SpeedBox

Table = dict[str, Callable[[], Any]]


@dataclass(frozen=True, slots=True)
class Handlers:
    """Joins the panel's keys with its commands; ``owner`` is where toasts and boxes appear."""

    bench: Bench
    owner: QWidget
    canvas: TimelineCanvas
    commands: Commands
    sequence: SequenceCommands
    sources: SourceCommands
    parts: PartCommands
    renaming: Renaming
    guard: Guard

    def table(self) -> Table:
        return self._on_clips() | self._on_sequence() | self._on_view() | self._elsewhere()

    def _on_clips(self) -> Table:
        do = self.commands
        transitions: Table = {
            f"transition_{kind.value}": partial(do.enter_by, kind) for kind in TransitionKind
        }
        return transitions | {
            "transition_none": partial(do.enter_by, None),
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
            "paste_insert": partial(do.paste, inserting=True),
            "paste_attributes": do.paste_attributes,
            "remove_attributes": do.remove_attributes,
            "select_all": do.select_all,
            "select_none": self._select_none,
            "select_here": do.select_here,
            "mark_clips": do.mark_clips,
            "nudge_left": partial(do.nudge, -1),
            "nudge_right": partial(do.nudge, 1),
            "nudge_left_far": partial(do.nudge, -NUDGE_FAR),
            "nudge_right_far": partial(do.nudge, NUDGE_FAR),
            "clip_up": partial(do.change_track, up=True),
            "clip_down": partial(do.change_track, up=False),
            "gain_up": partial(do.raise_gain, 1.0),
            "gain_down": partial(do.raise_gain, -1.0),
            "group": do.group,
            "ungroup": do.ungroup,
            "link": do.link,
            "detach_sound": do.detach_sound,
            "lock_clip": do.lock_clips,
            "rename_clip": self._rename,
            "freeze": do.freeze,
            "speed": self._ask_speed,
        }

    def _on_sequence(self) -> Table:
        do = self.sequence
        table: Table = {
            f"add_{kind.value}_track": partial(do.add_track, kind)
            for kind in (TrackKind.VIDEO, TrackKind.OVERLAY, TrackKind.VOICE, TrackKind.MUSIC)
        }
        return table | {
            "add_title": do.add_title,
            "add_disclosure": do.disclose,
            "marker": do.mark,
            "marker_remove": do.unmark,
            "marker_next": partial(do.go_to_marker, 1),
            "marker_previous": partial(do.go_to_marker, -1),
            "beat": do.toggle_beat,
            "beats_double": do.double_beats,
            "beats_halve": do.halve_beats,
            "cut_on_beats": do.cut_on_beats,
            "mark_sections": partial(mark_sections, self.bench.session, self.owner),
            "remove_track": lambda: do.remove_track(self._target_id()),
            "mute_track": lambda: do.toggle_mute(self._target_id()),
            "solo_track": lambda: do.solo(self._target_id()),
            "lock_track": lambda: do.toggle_lock(self._target_id()),
            "rename_track": lambda: self.renaming.track(self._target_id()),
            "track_up": lambda: do.move_track(self._target_id(), up=True),
            "track_down": lambda: do.move_track(self._target_id(), up=False),
        }

    def _on_view(self) -> Table:
        canvas, state = self.canvas, self.bench.edit
        tools: Table = {f"tool_{tool.value}": partial(state.take_tool, tool) for tool in Tool}
        return tools | {
            "snapping": lambda: state.snap(not state.snapping),
            "timeline_zoom_in": partial(canvas.zoom, 1.5),
            "timeline_zoom_out": partial(canvas.zoom, 1 / 1.5),
            "timeline_zoom_fit": canvas.fit,
            "tracks_taller": partial(canvas.stretch_rows, 1.25),
            "tracks_lower": partial(canvas.stretch_rows, 0.8),
        }

    def _elsewhere(self) -> Table:
        anew, bench = Anew(self.bench, self.owner), self.bench
        return {
            "match_frame": self._match,
            "insert_source": partial(self._place_source, inserting=True),
            "overwrite_source": partial(self._place_source, inserting=False),
            "import_edit": partial(bring_edit, bench, self.owner),
            "export_otio": partial(send_edit, bench, self.owner, Format.OTIO),
            "export_fcpxml": partial(send_edit, bench, self.owner, Format.FCPXML),
            "export_edl": partial(send_edit, bench, self.owner, Format.EDL),
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

    def _delete(self) -> None:
        """Take away what is picked on a clip or on the ruler, else the clips in hand."""
        if self.canvas.picked is not None:
            self.parts.remove(self.canvas.picked)
        else:
            self.commands.lift()

    def _select_none(self) -> None:
        if not self.canvas.cancel():
            self.canvas.pick(None)
            self.bench.edit.select(())

    def _target_id(self) -> str:
        target = self.bench.edit.target(self.bench.session.timeline)
        if target is None:
            raise ClappperError("There is no track.", "Add one first.")
        return target.id

    def _rename(self) -> None:
        chosen = self.bench.edit.chosen(self.bench.session.timeline)
        if isinstance(self.canvas.picked, Pin):
            self.renaming.marker(self.canvas.picked.frame)
        elif chosen:
            self.renaming.clip(chosen[0].id)

    def _flip(self, by: int) -> None:
        if report := self.sources.flip_take(by):
            errors.tell(self.owner, report, kind="warn")

    def _match(self) -> None:
        take, frame = self.sources.matched()
        self.bench.edit.match(take, frame)

    def _place_source(self, *, inserting: bool) -> None:
        source = self.bench.edit.source
        if source is None:
            raise ClappperError("No footage is selected.", "Select a take or an import in the bin first.")
        self.sources.place(source, inserting=inserting)

    def _ask_speed(self) -> None:
        chosen = self.bench.edit.chosen(self.bench.session.timeline)
        if not chosen:
            raise ClappperError("There is no clip to retime.", "Select one, or put the playhead on it.")
        box = SpeedBox(self.bench.tokens, chosen[0].mean_speed, self.owner)
        box.chosen.connect(lambda percent: self.guard(self.commands.set_speed)(Fraction(percent, 100)))
        place = self.canvas.place_of(chosen[0].id)
        box.move(self.canvas.mapToGlobal(QPoint(max(place.left(), 0), place.top())))
        box.show()
