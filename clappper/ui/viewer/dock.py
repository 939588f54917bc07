"""The viewer panel: the picture, what lies on it, and the transport under it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from clappper.flow.playing.playback import Picture
from clappper.flow.project.session import TimelineChanged
from clappper.render.credits import BrandLines
from clappper.timeline.model import Timeline
from clappper.timeline.selections import edges
from clappper.ui import controls
from clappper.ui.bench import Bench
from clappper.ui.bridge import watch
from clappper.ui.editing import ASPECTS
from clappper.ui.viewer.compare import Against, Comparison
from clappper.ui.viewer.frame import platforms
from clappper.ui.viewer.held_key import HeldKey
from clappper.ui.viewer.meters import LevelMeters
from clappper.ui.viewer.player import Player
from clappper.ui.viewer.screen import ViewerScreen
from clappper.ui.viewer.titles import TitleHandles
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
        self.titles = TitleHandles(bench.session, bench.edit, self.surface, self.player, self)
        self.comparison = Comparison(bench.session, bench.edit, self.surface, self.player)
        self._credits = BrandLines(bench.session.project.path)
        self._stop_key = HeldKey(Qt.Key.Key_K, self)
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
            **{against.value: partial(self.comparison.toggle, against) for against in Against},
            "viewer_fit": partial(self.surface.magnify, 0.0),
            "viewer_actual": partial(self.surface.magnify, 1.0),
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
        surface.escaped.connect(self._leave_full_screen)
        self.comparison.changed.connect(self._on_comparison_changed)
        player.pictured.connect(self._on_picture)
        player.told.connect(self._tell)
        state.playhead_moved.connect(lambda _: self._on_moved())
        state.view_changed.connect(self._on_view_changed)
        state.tried.connect(self._on_tried)
        state.speed_changed.connect(lambda _: self._tell())
        self.transport.frame_entered.connect(self._enter)
        self.transport.aspect_chosen.connect(lambda aspect: state.look(aspect=aspect))
        self.transport.quality_chosen.connect(lambda quality: state.look(quality=quality))
        self.transport.volume_chosen.connect(player.set_volume)
        watch(self, self._session.hub, TimelineChanged, lambda _: self._refresh())
        self.destroyed.connect(player.close)

    def _refresh(self) -> None:
        timeline = self._session.timeline
        is_empty = not any(track.clips for track in timeline.tracks)
        self._stack.setCurrentWidget(self._empty if is_empty else self.surface)
        self._on_view_changed()
        self._on_moved()
        self.comparison.follow()
        self.player.refresh()

    def _on_view_changed(self) -> None:
        state = self._state
        self.surface.show_aspect(state.aspect)
        self.transport.show_view(state.aspect, state.quality)
        if self.surface.zone and self.surface.zone not in (*platforms(state.aspect), "other"):
            self.surface.zone = "other"
        self._bench.check("proxies", state.proxies)
        self.titles.lay()
        self._tell()

    def _on_tried(self, timeline: Timeline | None, frame: int) -> None:
        if timeline is None:
            self.player.refresh()
        else:
            self.player.show_instead(timeline, frame)

    def _on_moved(self) -> None:
        timeline = self._session.timeline
        self.transport.show_time(self._state.playhead, timeline.length_frames, timeline.rate)
        self._show_levels()
        self.surface.credit = self._credits.at(timeline, self._state.playhead)
        if self.comparison.against is Against.TAKES:
            self.comparison.follow()
        if not self._state.playing:
            self.titles.show()

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
        if self._stop_key.is_down:
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

    def _on_comparison_changed(self) -> None:
        for against in Against:
            self._bench.check(against.value, self.comparison.against is against)

    def _toggle_full_screen(self) -> None:
        """Let the picture have a screen of its own, or come back."""
        if self._outside is not None:
            self._leave_full_screen()
            return
        holder = self._outside = self._holder
        holder.setParent(self, Qt.WindowType.Window)
        for action in self.actions():
            holder.addAction(action)
        holder.showFullScreen()
        self.surface.setFocus()

    def _leave_full_screen(self) -> None:
        if self._outside is None:
            return
        self._outside.setParent(self, Qt.WindowType.Widget)
        self._home.insertWidget(0, self._outside, 1)
        self._outside.showNormal()
        self._outside = None
        self.surface.setFocus()

    def sizeHint(self) -> QSize:
        return QSize(640, 560)
