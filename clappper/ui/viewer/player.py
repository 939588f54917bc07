"""Shows and plays the edit that is in hand: asks for pictures, keeps them in step with the sound."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from clappper.base.errors import ClappperError
from clappper.flow.playing.playback import Picture, View, Wipe
from clappper.flow.project.session import Session, TimelineChanged
from clappper.timeline.model import Timeline
from clappper.ui.bridge import run, watch
from clappper.ui.editing import EditState
from clappper.ui.viewer.clock import Run, Speaker

if TYPE_CHECKING:
    from clappper.flow.playing.listening import Programme

FASTEST = 8.0
_MIX_AFTER_MS = 400
_REST_MS = 150
"""How long a quick picture stands before it is painted in full, from the files themselves."""


class Player(QObject):
    """One for each viewer. ``pictured`` brings each picture that is to be seen now."""

    pictured = Signal(object)
    told = Signal()

    def __init__(self, session: Session, state: EditState, owner: QWidget) -> None:
        super().__init__(owner)
        self.height = 720
        self.problems: tuple[str, ...] = ()
        self.loops = False
        self.last: Picture | None = None
        self._session, self._state, self._owner = session, state, owner
        self._playback = session.playback(self._on_picture)
        self._wipe: Wipe | None = None
        self._run: Run | None = None
        self._speaker: Speaker | None = None
        self._programme: Programme | None = None
        self._shown: tuple[Timeline, int, View] | None = None
        self._quick = 0
        self._ticks = QTimer(self)
        self._ticks.setTimerType(Qt.TimerType.PreciseTimer)
        self._ticks.timeout.connect(self._tick)
        self._mix_soon = QTimer(self)
        self._mix_soon.setSingleShot(True)
        self._mix_soon.setInterval(_MIX_AFTER_MS)
        self._mix_soon.timeout.connect(self._start_mix)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._show_in_full)
        watch(self, session.hub, TimelineChanged, lambda _: self._on_timeline_changed())
        state.playhead_moved.connect(self._on_playhead_moved)
        state.view_changed.connect(self.refresh)

    @property
    def dropped(self) -> int:
        return self._playback.dropped

    @property
    def is_silent(self) -> bool:
        """Whether nothing is heard of what plays."""
        return self._run is not None and not self._run.has_sound

    @property
    def levels(self) -> tuple[float, float, float] | None:
        """Give left and right peak in dBFS and the loudness in LUFS at the playhead; None before a mix."""
        return self._programme.meters.at(self._state.playhead) if self._programme is not None else None

    @property
    def view(self) -> View:
        state = self._state
        return View(state.aspect, self.height, state.quality, state.proxies, self._wipe)

    def resize(self, height: int) -> None:
        """Paint for a viewer that is ``height`` screen pixels high."""
        if height != self.height:
            self.height = height
            self.refresh()

    def wipe(self, wipe: Wipe | None) -> None:
        """Lay another edit over the right of the picture, or take it away."""
        if wipe != self._wipe:
            self._wipe = wipe
            self.refresh()

    def refresh(self) -> None:
        """Ask anew for what is seen."""
        if self._run is not None:
            self._playback.play(self._session.timeline, self._state.playhead, self.view, self._run.speed)
            return
        wanted = (self._session.timeline, self._state.playhead, self.view)
        if wanted != self._shown:
            self._shown = wanted
            self._rest.stop()
            self._quick = self._playback.show(*wanted)

    def show_instead(self, timeline: Timeline, frame: int = -1) -> None:
        """Show an edit that is still dragged, at ``frame`` or the playhead, until ``refresh``."""
        if self._run is None:
            self._rest.stop()
            self._shown = (timeline, frame if frame >= 0 else self._state.playhead, self.view)
            self._playback.show(*self._shown)

    def toggle(self) -> None:
        """Play, or stop."""
        if self._run is not None:
            self.stop()
        else:
            self.play(1.0)

    def shuttle(self, direction: int) -> None:
        """Go faster in a direction, or come back from the other one, as J and L do."""
        speed = self._state.speed
        if speed * direction <= 0:
            self.play(float(direction))
        elif abs(speed) < FASTEST:
            self.play(speed * 2)

    def play(self, speed: float) -> None:
        """Play from the playhead; from the start when it stands at the end."""
        timeline, state = self._session.timeline, self._state
        if not timeline.length_frames:
            return
        self._end_run()
        if speed > 0 and state.playhead >= timeline.length_frames - 1:
            state.go_to(self._first())
        if self._speaker is None:
            self._speaker = Speaker()
        self._speaker.open()
        start = state.playhead / float(timeline.rate.fps)
        self._run = Run(self._speaker, start, speed)
        self._playback.play(timeline, state.playhead, self.view, speed)
        state.run_at(speed)
        if self._programme is not None:
            self._run.join(self._programme.samples)
        else:
            self._start_mix()
        self._ticks.start(max(4, int(1000 / float(timeline.rate.fps) / 4)))
        self.told.emit()

    def stop(self) -> None:
        self._end_run()
        self._playback.stop()
        self._state.run_at(0.0)
        self._shown = None
        self.refresh()
        self.told.emit()

    def close(self) -> None:
        """Let go of the sound device; the pictures' process ends with the session."""
        self._end_run()
        self._mix_soon.stop()
        self._rest.stop()
        if self._speaker is not None:
            self._speaker.close()
            self._speaker = None

    def set_volume(self, volume: float) -> None:
        if self._speaker is not None:
            self._speaker.set_volume(volume)

    def _show_in_full(self) -> None:
        """Put the exact picture, from the files themselves, in the place of the quick one."""
        if self._run is None and self._shown is not None:
            timeline, frame, view = self._shown
            whole = replace(view, quality=1, proxies=False)
            if whole != view:
                self._playback.show(timeline, frame, whole, rough=False)

    def _end_run(self) -> None:
        self._ticks.stop()
        if self._run is not None:
            self._run.end()
            self._run = None

    def _first(self) -> int:
        marked = self._state.marked(self._session.timeline.length_frames)
        return marked.start if marked and self.loops else 0

    def _last(self) -> int:
        timeline = self._session.timeline
        marked = self._state.marked(timeline.length_frames) if self.loops else None
        return min(marked.end if marked else timeline.length_frames, timeline.length_frames) - 1

    def _tick(self) -> None:
        if self._run is None:
            return
        if self._programme is not None:
            self._run.join(self._programme.samples)
        timeline = self._session.timeline
        frame = int(self._run.seconds() * float(timeline.rate.fps) + 1e-6)
        if frame > self._last() or frame < 0:
            self._at_end(backwards=frame < 0)
            return
        self._playback.position(frame)
        if frame != self._state.playhead:
            self._state.go_to(frame)
            self.told.emit()

    def _at_end(self, *, backwards: bool) -> None:
        self._end_run()
        self._state.go_to(0 if backwards else max(0, self._last()))
        if self.loops and not backwards:
            self._state.go_to(self._first())
            self.play(self._state.speed)
        else:
            self.stop()

    def _on_playhead_moved(self, frame: int) -> None:
        if self._run is None:
            self.refresh()
        elif abs(frame - self._run.seconds() * float(self._session.timeline.rate.fps)) > 2:
            self.play(self._run.speed)

    def _on_timeline_changed(self) -> None:
        self._mix_soon.start()
        self.refresh()

    def _start_mix(self) -> None:
        run(self._owner, self._mix(), on_error=self._on_mix_failed)

    async def _mix(self) -> None:
        timeline = self._session.timeline
        programme = await self._playback.programme(timeline)
        if timeline is self._session.timeline:
            self._programme = programme
            if self._speaker is not None:
                self._speaker.tape.swap(programme.samples)
            self.told.emit()

    def _on_mix_failed(self, error: ClappperError) -> None:
        self.problems = (error.message,)
        self.told.emit()

    def _on_picture(self, picture: Picture) -> None:
        """Pictures come until the session ends, the viewer may be gone before."""
        if not isValid(self):
            return
        if picture.revision == self._quick and picture.exact:
            self._rest.start()
        self.last = picture
        self.problems = picture.problems
        self.pictured.emit(picture)
