"""The viewer panel: the picture, what lies on it, and the transport under it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from clappper.base.errors import ClappperError
from clappper.flow.playback import Picture, Wipe
from clappper.flow.session import TimelineChanged
from clappper.flow.title_boxes import TitleBox, title_boxes
from clappper.flow.titles import with_text
from clappper.render.credits import BrandLines
from clappper.timeline.attributes import set_motion, set_title
from clappper.timeline.model import Grade, Look, Timeline, Title, TitleRole, Track
from clappper.timeline.motion import scaled, shifted_by
from clappper.timeline.queries import clip_of
from clappper.timeline.selections import edges
from clappper.ui import controls, errors
from clappper.ui.bench import Bench
from clappper.ui.bridge import run, watch
from clappper.ui.editing import ASPECTS
from clappper.ui.viewer.frame import platforms
from clappper.ui.viewer.meters import LevelMeters
from clappper.ui.viewer.player import Player
from clappper.ui.viewer.screen import Handle, ViewerScreen
from clappper.ui.viewer.transport import Transport

_QUALITY = {1: "Full quality", 2: "½ quality", 4: "¼ quality"}


class ViewerDock(QWidget):
    """What export will write, at the playhead."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench, self._session, self._state = bench, bench.session, bench.edit
        self.player = Player(bench.session, bench.edit, self)
        self.surface = ViewerScreen(bench.tokens)
        self.meters = LevelMeters(bench.tokens)
        self.transport = Transport(bench.tokens, bench.do)
        self._boxes: tuple[TitleBox, ...] = ()
        self._boxes_of: tuple[object, str] | None = None
        self._credits = BrandLines(bench.session.project.path)
        self._k_held = False
        self._outside: QWidget | None = None
        self._build()
        self._bind()
        self._refresh()

    def verbs(self) -> dict[str, Callable[[], Any]]:
        player, state = self.player, self._state
        return {
            "play": player.toggle,
            "shuttle_back": partial(self._shuttle, -1),
            "shuttle_stop": player.stop,
            "shuttle_on": partial(self._shuttle, 1),
            "frame_back": partial(self._step, -1),
            "frame_on": partial(self._step, 1),
            "frames_back": partial(self._step, -5),
            "frames_on": partial(self._step, 5),
            "go_start": lambda: state.go_to(0),
            "go_end": lambda: state.go_to(max(0, self._session.timeline.length_frames - 1)),
            "edit_previous": partial(self._go_to_edit, -1),
            "edit_next": partial(self._go_to_edit, 1),
            "mark_in": lambda: state.mark(start=state.playhead),
            "mark_out": lambda: state.mark(end=state.playhead),
            "go_in": lambda: state.go_to(max(state.mark_in, 0)),
            "go_out": lambda: state.go_to(
                state.mark_out if state.mark_out >= 0 else self._session.timeline.length_frames - 1
            ),
            "clear_marks": state.clear_marks,
            "loop": self._toggle_loop,
            "safe_zone": self._next_zone,
            "wipe": self._toggle_wipe,
            "aspect_next": self._next_aspect,
            "viewer_full_screen": self._toggle_full_screen,
            "proxies": lambda: state.look(proxies=not state.proxies),
        }

    def _build(self) -> None:
        self.setAccessibleName("Viewer")
        self.setFocusProxy(self.surface)
        self._home = QVBoxLayout(self)
        self._home.setContentsMargins(0, 0, 0, 0)
        self._home.setSpacing(0)
        self._holder = QWidget()
        self._stack = QStackedLayout(self._holder)
        write = controls.button("Go to the brief", lambda: self._bench.do("workspace_brief"), "primary")
        self._empty = controls.EmptyState(
            self._bench.tokens,
            "film-strip",
            "Generate from the brief, or drop footage on the timeline.",
            write,
        )
        self._stack.addWidget(self.surface)
        self._stack.addWidget(self._empty)
        self._home.addWidget(self._holder, 1)
        self._home.addWidget(self.meters)
        self._home.addWidget(self.transport)

    def _bind(self) -> None:
        state, surface, player = self._state, self.surface, self.player
        surface.resized.connect(player.resize)
        surface.picked.connect(lambda name: state.select({name} if name else ()))
        surface.dragged.connect(self._on_dragged)
        surface.dropped.connect(self._on_dropped)
        surface.given_up.connect(player.refresh)
        surface.edit_asked.connect(self.write)
        surface.wiped.connect(lambda _: self._show_wipe())
        player.pictured.connect(self._on_picture)
        player.told.connect(self._tell)
        state.playhead_moved.connect(lambda _: self._on_moved())
        state.selection_changed.connect(self._show_handles)
        state.view_changed.connect(self._on_view_changed)
        state.tried.connect(self._on_tried)
        state.speed_changed.connect(lambda _: self._tell())
        self.transport.frame_entered.connect(self._enter)
        self.transport.aspect_chosen.connect(lambda aspect: state.look(aspect=aspect))
        self.transport.quality_chosen.connect(lambda quality: state.look(quality=quality))
        self.transport.volume_chosen.connect(player.set_volume)
        watch(self, self._session.hub, TimelineChanged, lambda _: self._refresh())
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)
        self.destroyed.connect(player.close)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Know whether K is held: J and L step then."""
        kind = event.type()
        is_key = kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyRelease)
        if (
            is_key
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_K
            and not event.isAutoRepeat()
        ):
            self._k_held = kind == QEvent.Type.ShortcutOverride and not event.modifiers()
        return super().eventFilter(watched, event)

    def _refresh(self) -> None:
        timeline = self._session.timeline
        is_empty = not any(track.clips for track in timeline.tracks)
        self._stack.setCurrentWidget(self._empty if is_empty else self.surface)
        self._on_view_changed()
        self._on_moved()
        self.player.refresh()

    def _on_view_changed(self) -> None:
        state = self._state
        self.surface.show_aspect(state.aspect)
        self.transport.show_view(state.aspect, state.quality)
        if self.surface.zone and self.surface.zone not in (*platforms(state.aspect), "other"):
            self.surface.zone = "other"
        self._bench.check("proxies", state.proxies)
        self._lay_titles()
        self._tell()

    def _on_tried(self, timeline: Timeline | None) -> None:
        if timeline is None:
            self.player.refresh()
        else:
            self.player.show_instead(timeline)

    def _on_moved(self) -> None:
        timeline = self._session.timeline
        self.transport.show_time(self._state.playhead, timeline.length_frames, timeline.rate)
        self._show_levels()
        self.surface.credit = self._credits.at(timeline, self._state.playhead)
        if not self._state.playing:
            self._show_handles()

    def _show_levels(self) -> None:
        levels = self.player.levels
        if levels is not None:
            self.meters.show_levels(self._state.playhead, *levels, self._session.timeline.rate)

    def _on_picture(self, picture: Picture) -> None:
        self.surface.words = picture.problems[0] if picture.problems else ""
        self.surface.show_picture(picture)
        self._state.pictured.emit(picture)

    def _tell(self) -> None:
        state, player = self._state, self.player
        self.transport.show_state(
            playing=state.playing,
            speed=state.speed,
            loops=player.loops,
            silent=player.is_silent,
            dropped=player.dropped,
        )
        self._show_levels()
        dropped = f"  ·  {player.dropped} frames dropped" if state.playing else ""
        self._bench.status("playback", _QUALITY[state.quality] + dropped)
        self._bench.status("proxies", "Proxies on" if state.proxies else "Proxies off")

    def _shuttle(self, direction: int) -> None:
        if self._k_held:
            self._step(direction)
        else:
            self.player.shuttle(direction)

    def _step(self, by: int) -> None:
        if self._state.playing:
            self.player.stop()
        self._state.go_to(min(self._state.playhead + by, max(0, self._session.timeline.length_frames - 1)))

    def _go_to_edit(self, direction: int) -> None:
        target = self._state.target(self._session.timeline)
        frames = edges(self._session.timeline, (target,) if target else ())
        here = self._state.playhead
        ahead = [frame for frame in frames if (frame - here) * direction > 0]
        if ahead:
            self._state.go_to((min if direction > 0 else max)(ahead))

    def _enter(self, frame: int) -> None:
        self._state.go_to(frame)
        self.surface.setFocus()

    def _toggle_loop(self) -> None:
        self.player.loops = not self.player.loops
        self._bench.check("loop", self.player.loops)
        self._tell()

    def _next_zone(self) -> None:
        """Go round the platforms' zones for this aspect, and none."""
        rounds = ["", *platforms(self._state.aspect), "other"]
        at = rounds.index(self.surface.zone) if self.surface.zone in rounds else 0
        self.surface.zone = rounds[(at + 1) % len(rounds)]
        self.surface.update()

    def _next_aspect(self) -> None:
        at = ASPECTS.index(self._state.aspect)
        self._state.look(aspect=ASPECTS[(at + 1) % len(ASPECTS)])

    def _toggle_wipe(self) -> None:
        self.surface.wipe = 0.5 if self.surface.wipe is None else None
        self._bench.check("wipe", self.surface.wipe is not None)
        self._show_wipe()

    def _show_wipe(self) -> None:
        """Compare with the edit without its grades and look."""
        position = self.surface.wipe
        other = _ungraded(self._session.timeline)
        self.player.wipe(None if position is None else Wipe(other, position))
        self.surface.update()

    def _toggle_full_screen(self) -> None:
        """Let the picture have a screen of its own, or come back."""
        if self._outside is not None:
            self._home.insertWidget(0, self._outside, 1)
            self._outside.showNormal()
            self._outside = None
            self.surface.setFocus()
            return
        holder = self._outside = self._holder
        holder.setParent(None)
        holder.setWindowFlag(Qt.WindowType.Window)
        for action in self.actions():
            holder.addAction(action)
        holder.showFullScreen()
        self.surface.setFocus()

    # Titles on the picture

    def _lay_titles(self) -> None:
        """Find out, away from here, where the titles lie."""
        timeline, aspect = self._session.timeline, self._state.aspect
        shown = (tuple(track for track in timeline.tracks if _has_titles(track)), aspect)
        if shown != self._boxes_of:
            self._boxes_of = shown
            run(self, self._measure(timeline, aspect))

    async def _measure(self, timeline: Timeline, aspect: str) -> None:
        boxes = await asyncio.to_thread(title_boxes, timeline, self._session.project.path, aspect)
        if aspect == self._state.aspect:
            self._boxes = boxes
            self._show_handles()

    def _show_handles(self) -> None:
        frame = self._state.playhead
        present = {clip.id for track in self._session.timeline.tracks for clip in track.clips}
        handles = [
            Handle(box.clip.id, box.at(frame), box.clip.name or box.clip.id)
            for box in self._boxes
            if frame in box.clip.placed and box.clip.id in present
        ]
        self.surface.show_handles(tuple(handles) if not self._state.playing else (), self._state.selection)

    def _moved(self, clip_id: str, x: float, y: float, scale: float) -> Callable[[Timeline], Timeline]:
        def change(now: Timeline) -> Timeline:
            motion = clip_of(now, clip_id).motion
            return set_motion(now, clip_id, scaled(shifted_by(motion, x, y), scale))

        return change

    def _on_dragged(self, clip_id: str, x: float, y: float, scale: float) -> None:
        try:
            shown = self._session.preview(self._moved(clip_id, x, y, scale))
        except ClappperError:
            return
        self.player.show_instead(shown)

    def _on_dropped(self, clip_id: str, x: float, y: float, scale: float) -> None:
        name = "Scale title" if scale != 1 else "Move title"
        try:
            self._session.edit(name, self._moved(clip_id, x, y, scale))
        except ClappperError as error:
            errors.show(self, error)
            self.player.refresh()

    def write(self, clip_id: str) -> None:
        """Let a title's words be edited in their place; words bound to the brief change in the brief."""
        title = clip_of(self._session.timeline, clip_id).content
        handle = next((one for one in self._boxes if one.clip.id == clip_id), None)
        if not isinstance(title, Title) or title.role is TitleRole.LOGO or handle is None:
            return
        rect = self.surface.frame.to_widget(handle.at(self._state.playhead)).toRect()
        field = QLineEdit(title.text, self.surface)
        field.setAccessibleName("Words of the title")
        field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        field.setToolTip(
            f"Bound to {title.field} of the brief: every variant follows." if title.field else ""
        )
        field.setGeometry(
            rect.adjusted(-24, 0, 24, 0).united(rect.adjusted(0, 0, 0, 28 - min(28, rect.height())))
        )

        def done() -> None:
            field.blockSignals(True)  # noqa: FBT003 - Qt's own
            if field.text() != title.text:
                self._rewrite(clip_id, title, field.text())
            field.deleteLater()
            self.surface.setFocus()

        field.editingFinished.connect(done)
        field.show()
        field.selectAll()
        field.setFocus()

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
            errors.show(self, error)

    def sizeHint(self) -> QSize:
        return QSize(640, 560)


def _ungraded(timeline: Timeline) -> Timeline:
    tracks = tuple(
        replace(track, clips=tuple(replace(clip, grade=Grade()) for clip in track.clips))
        for track in timeline.tracks
    )
    return replace(timeline, tracks=tracks, look=Look())


def _has_titles(track: Track) -> bool:
    return any(isinstance(clip.content, Title) for clip in track.clips)
