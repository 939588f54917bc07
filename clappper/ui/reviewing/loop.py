"""The loop of one clip, or of two at the same frame: it counts frames and asks for pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal

from clappper.flow.reviewing.reels import Picture, Reel, Reels

WAIT_MS = 5
"""How often a clip that is still empty is looked at."""


class ClipLoop(QObject):
    """Plays a clip round and round, as far as it is decoded."""

    shown = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.reels = Reels()
        self.frame = 0
        self.paused = False
        self.latency_ms: float | None = None
        self._clip: Path | None = None
        self._other: Path | None = None
        self._asked = 0.0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)

    def play(self, clip: Path, following: Sequence[Path] = (), other: Path | None = None) -> None:
        """Show a clip from its start; ``following`` are made ready, ``other`` can be compared with."""
        wanted = dict.fromkeys([clip, *([other] if other else []), *following])
        self.reels.want(tuple(wanted))
        self._clip, self._other = clip, other
        self.frame, self.paused = 0, False
        self._asked, self.latency_ms = monotonic(), None
        self._timer.start(0)
        self._tick()

    def compare(self, other: Path | None) -> None:
        """Make another clip ready to be compared with, or none; the place stays."""
        self._other = other
        if self._clip is not None:
            self.reels.want(tuple(dict.fromkeys([self._clip, *([other] if other else [])])))

    def stop(self) -> None:
        """Show nothing."""
        self._timer.stop()
        self._clip = self._other = None
        self.reels.want(())

    def close(self) -> None:
        """Show nothing, and end what decodes."""
        self.stop()
        self.reels.close()

    @property
    def reel(self) -> Reel | None:
        return self.reels.reel(self._clip) if self._clip is not None else None

    def pictures(self) -> tuple[Picture | None, Picture | None]:
        """Give what both clips show at this frame."""
        return self._at(self._clip), self._at(self._other)

    def _at(self, path: Path | None) -> Picture | None:
        return self.reels.picture(path, self.frame) if path is not None else None

    def toggle(self) -> None:
        self.paused = not self.paused
        self.shown.emit()

    def step(self, by: int) -> None:
        """Stop, and go by frames."""
        self.paused = True
        self.go_to(self.frame + by)

    def go_to(self, frame: int) -> None:
        reel = self.reel
        if reel is not None and reel.count:
            self.frame = frame % reel.count
            self.shown.emit()

    def to_next(self, places: Iterable[int], direction: int) -> None:
        """Stop, and go to the next or previous one of these frames, where there is one."""
        ahead = [place for place in places if (place - self.frame) * direction > 0]
        self.paused = True
        self.go_to((min if direction > 0 else max)(ahead) if ahead else self.frame)

    def _tick(self) -> None:
        reel = self.reel
        if reel is None:
            return
        if not reel.count:
            if reel.fault:
                self._timer.stop()
                self.shown.emit()
            else:
                self._timer.setInterval(WAIT_MS)
            return
        if self.latency_ms is None:
            self.latency_ms = (monotonic() - self._asked) * 1000
            self._timer.setInterval(max(8, round(1000 / max(reel.fps, 1.0))))
        elif not self.paused:
            following = self.frame + 1
            if following < reel.count or reel.complete:
                self.frame = following % reel.count
        self.shown.emit()
