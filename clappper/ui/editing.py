"""What an editor has in hand: playhead, marks, selection, tool. None of it is undone, all of it is shown.

What undo covers is in the session; the docks that need to agree on the rest watch the one ``EditState``.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from PySide6.QtCore import QObject, Signal, SignalInstance

from clappper.base.units import FrameRange
from clappper.timeline.model import Clip, Take, Timeline, Track, TrackKind
from clappper.timeline.queries import all_clips, clip_at

ASPECTS = ("9:16", "1:1", "16:9", "4:5")
QUALITIES = (1, 2, 4)


def hand_over(old: QObject, new: QObject) -> None:
    """Let one holder of plain values have what another has, before anybody listens to it."""
    values = {name: value for name, value in vars(old).items() if not isinstance(value, SignalInstance)}
    vars(new).update(values)


class Tool(StrEnum):
    """What a press on a clip does."""

    SELECT = "select"
    FORWARD = "forward"
    BLADE = "blade"
    RIPPLE = "ripple"
    ROLL = "roll"
    STRETCH = "stretch"
    SLIP = "slip"
    SLIDE = "slide"
    HAND = "hand"
    ZOOM = "zoom"


class EditState(QObject):
    """The hand of the editor; one for each open project.

    ``mark_in`` and ``mark_out`` are frames, -1 while not set; the range they mark includes ``mark_out``.
    ``source_marks`` are first and last frame of what is wanted of a file, by its path, -1 while not set.
    ``alone`` says that clips were selected without what is linked to them, and shall stay without it.
    ``quality`` divides the size of the viewer's pictures. ``speed`` is 0 while nothing plays.
    """

    playhead_moved = Signal(int)
    marks_changed = Signal()
    selection_changed = Signal()
    tool_changed = Signal()
    target_changed = Signal()
    view_changed = Signal()
    snapping_changed = Signal(bool)
    speed_changed = Signal(float)
    source_changed = Signal()
    match_asked = Signal(object, int)
    tried = Signal(object, int)
    pictured = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.playhead = 0
        self.mark_in = -1
        self.mark_out = -1
        self.selection: frozenset[str] = frozenset()
        self.alone = False
        self.tool = Tool.SELECT
        self.target_track = ""
        self.aspect = ASPECTS[0]
        self.quality = 2
        self.proxies = True
        self.snapping = True
        self.speed = 0.0
        self.source: Take | None = None
        self.source_marks: dict[str, tuple[int, int]] = {}

    @property
    def playing(self) -> bool:
        return self.speed != 0

    def go_to(self, frame: int) -> None:
        """Put the playhead on ``frame``, or on 0 when that lies before the start."""
        frame = max(0, frame)
        if frame != self.playhead:
            self.playhead = frame
            self.playhead_moved.emit(frame)

    def select(self, clip_ids: Iterable[str], *, alone: bool = False) -> None:
        chosen = frozenset(clip_ids)
        self.alone = alone
        if chosen != self.selection:
            self.selection = chosen
            self.selection_changed.emit()

    def toggle(self, clip_id: str) -> None:
        """Add a clip to the selection, or take it out."""
        self.select(self.selection ^ {clip_id})

    def mark(self, start: int | None = None, end: int | None = None) -> None:
        """Set one or both marks; a mark beyond the other takes that one away."""
        before = (self.mark_in, self.mark_out)
        if start is not None:
            self.mark_in = start
            if 0 <= self.mark_out < start:
                self.mark_out = -1
        if end is not None:
            self.mark_out = end
            if self.mark_in > end:
                self.mark_in = -1
        if before != (self.mark_in, self.mark_out):
            self.marks_changed.emit()

    def clear_marks(self) -> None:
        if (self.mark_in, self.mark_out) != (-1, -1):
            self.mark_in = self.mark_out = -1
            self.marks_changed.emit()

    def marked(self, length_frames: int) -> FrameRange | None:
        """Give the marked range; a missing mark stands for the start or the end. None without marks."""
        if self.mark_in < 0 and self.mark_out < 0:
            return None
        start = max(self.mark_in, 0)
        end = self.mark_out + 1 if self.mark_out >= 0 else length_frames
        return FrameRange(start, max(start, end))

    def take_tool(self, tool: Tool) -> None:
        if tool is not self.tool:
            self.tool = tool
            self.tool_changed.emit()

    def aim_at(self, track_id: str) -> None:
        """Choose the track that new clips go to."""
        if track_id != self.target_track:
            self.target_track = track_id
            self.target_changed.emit()

    def snap(self, on: bool) -> None:
        if on != self.snapping:
            self.snapping = on
            self.snapping_changed.emit(on)

    def look(
        self, *, aspect: str | None = None, quality: int | None = None, proxies: bool | None = None
    ) -> None:
        """Choose how the viewer shows the edit."""
        before = (self.aspect, self.quality, self.proxies)
        self.aspect = self.aspect if aspect is None else aspect
        self.quality = self.quality if quality is None else quality
        self.proxies = self.proxies if proxies is None else proxies
        if before != (self.aspect, self.quality, self.proxies):
            self.view_changed.emit()

    def run_at(self, speed: float) -> None:
        """Say at which speed the edit plays; 0 stops, negative plays backwards."""
        if speed != self.speed:
            self.speed = speed
            self.speed_changed.emit(speed)

    def load(self, source: Take | None) -> None:
        """Take footage in hand, to be inserted or to overwrite with."""
        if source != self.source:
            self.source = source
            self.source_changed.emit()

    def mark_source(self, take: Take, start: int | None = None, end: int | None = None) -> None:
        """Mark what is wanted of footage; a mark beyond the other takes that one away."""
        first, last = self.source_marks.get(take.path, (-1, -1))
        first, last = (first if start is None else start), (last if end is None else end)
        if 0 <= last < first:
            first, last = (first, -1) if end is None else (-1, last)
        self.source_marks[take.path] = (first, last)
        self.source_changed.emit()

    def unmark_source(self, take: Take) -> None:
        if self.source_marks.pop(take.path, None):
            self.source_changed.emit()

    def wanted_of(self, take: Take) -> FrameRange:
        """Give what of footage goes onto the timeline: what is marked, else all of it."""
        first, last = self.source_marks.get(take.path, (-1, -1))
        wanted = FrameRange(max(first, 0), last + 1 if last >= 0 else take.available.end)
        return take.available.intersection(wanted)

    def match(self, take: Take, frame: int) -> None:
        """Ask for the footage of a clip to be shown where it is kept."""
        self.match_asked.emit(take, frame)

    def try_out(self, timeline: Timeline | None, frame: int = -1) -> None:
        """Show, wherever the edit is seen, what it may become; None shows it as it is.

        It is shown at ``frame`` where one is given, as the edge that is trimmed, else at the playhead.
        """
        self.tried.emit(timeline, frame)

    def follow(self, timeline: Timeline) -> None:
        """Let go of what an edit took away."""
        present = {clip.id for _, clip in all_clips(timeline)}
        self.select(self.selection & present, alone=self.alone)
        if self.target(timeline) is None:
            self.aim_at("")

    def target(self, timeline: Timeline) -> Track | None:
        """Find the track new clips go to: the chosen one, else the first that shows footage."""
        chosen = [track for track in timeline.tracks if track.id == self.target_track]
        footage = [track for track in timeline.tracks if track.kind is TrackKind.VIDEO]
        return next(iter((*chosen, *footage)), None)

    def chosen(self, timeline: Timeline) -> tuple[Clip, ...]:
        """Give the selected clips, or what plays at the playhead on the target track."""
        picked = tuple(clip for _, clip in all_clips(timeline) if clip.id in self.selection)
        target = self.target(timeline)
        under = clip_at(target, self.playhead) if target and not picked else None
        return picked or ((under,) if under else ())
