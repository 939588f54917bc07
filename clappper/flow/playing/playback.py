"""The viewer's engine: pictures and sound of an edit, made in other processes, for whoever shows them.

``show`` answers with the frame asked for last; ``play`` paints ahead and keeps to the time that ``position``
tells, which is the sound's: it leaves pictures out rather than fall behind.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.shared_memory import SharedMemory
from multiprocessing.synchronize import Semaphore
from pathlib import Path
from typing import TYPE_CHECKING

from clappper.flow.playing.listening import Listening, Programme
from clappper.flow.playing.orders import (
    SLOT_BYTES,
    SLOTS,
    EditSender,
    Painted,
    Play,
    Position,
    Proxies,
    Show,
    Stop,
)
from clappper.render.view import View, Wipe
from clappper.timeline.model import Timeline

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Picture", "Playback", "View", "Wipe"]

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 2.0
RESTARTS = 2
"""How often in a row a process that died is replaced for the same request."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A frame of an edit: ``pixels`` are rows of BGRA, ``height`` times ``width`` times four bytes, opaque.

    ``revision`` is what ``show`` or ``play`` gave for the request. ``exact`` is False for a first answer
    after a long jump, which the exact one follows. ``problems`` say what could not be shown.
    """

    frame: int
    width: int
    height: int
    pixels: memoryview
    took_ms: float
    revision: int
    exact: bool = True
    problems: tuple[str, ...] = ()


class Playback:
    """Shows and plays edits of one project. Made on the loop's thread, which also hears ``on_picture``.

    ``proxies`` gives the stand-ins of files whenever something new is shown.
    """

    def __init__(
        self,
        root: Path,
        listening: Listening,
        on_picture: Callable[[Picture], None],
        *,
        proxies: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self.dropped = 0
        self._root, self._listening, self._on_picture, self._proxies = root, listening, on_picture, proxies
        self._loop = asyncio.get_running_loop()
        self._number = 0
        self._wanted: tuple[Timeline, Show | Play] | None = None
        self._painted_ahead: dict[int, Picture] = {}
        self._position: int | None = None
        self._shown: int | None = None
        self._deaths = 0
        self._is_closed = False
        self._line = self._connected()

    def show(self, timeline: Timeline, frame: int, view: View, *, rough: bool = True) -> int:
        """Ask for one frame; what was asked before and is not there yet is forgotten. Playing stops.

        ``rough`` allows a first picture that is not exact where the exact one takes long.
        """
        self._number += 1
        self._ask(timeline, Show(self._number, frame, view, rough))
        return self._number

    def play(self, timeline: Timeline, frame: int, view: View, speed: float = 1.0) -> int:
        """Play from ``frame`` on; nothing is shown before ``position`` says that its time has come.

        At ``speed`` 2 every second frame is painted; below 0 it plays backwards.
        """
        self._number += 1
        step = max(1, round(abs(speed))) * (1 if speed >= 0 else -1)
        self.dropped = 0
        self._ask(timeline, Play(self._number, frame, view, step))
        return self._number

    def position(self, frame: int) -> None:
        """Tell the frame that is heard now; shows the newest picture that is due."""
        play = self._playing
        if play is None:
            return
        if frame != self._position:
            self._position = frame
            self._line.tell(Position(frame))
        due = [at for at in self._painted_ahead if (frame - at) * play.step >= 0]
        if due:
            newest = max(due) if play.step > 0 else min(due)
            picture = self._painted_ahead[newest]
            for at in due:
                del self._painted_ahead[at]
            self._present(picture, play.step)

    def stop(self) -> None:
        """Stop playing; the last picture stays."""
        if self._playing is not None:
            self._wanted = None
            self._painted_ahead.clear()
            self._line.tell(Stop())

    async def sound(self, timeline: Timeline, start_frame: int, frames: int) -> NDArray[np.float32]:
        """Give what is heard over ``frames`` frames: float32 (n, 2) at 48 kHz.

        Raises:
            ClappperError: as ``programme``.
        """
        samples = (await self.programme(timeline)).samples
        per_frame = 48_000 / timeline.rate.fps
        return samples[round(start_frame * per_frame) : round((start_frame + frames) * per_frame)]

    async def programme(self, timeline: Timeline) -> Programme:
        """Give the whole mix of an edit: see ``flow.playing.listening``."""
        return await self._listening.programme(timeline)

    async def aclose(self) -> None:
        """End the process; no picture comes after this."""
        self._is_closed = True
        self._wanted = None
        self._painted_ahead.clear()
        await asyncio.to_thread(self._line.close)

    @property
    def _playing(self) -> Play | None:
        request = self._wanted[1] if self._wanted else None
        return request if isinstance(request, Play) else None

    def _ask(self, timeline: Timeline, request: Show | Play) -> None:
        self._wanted = (timeline, request)
        self._painted_ahead.clear()
        self._position = self._shown = None
        self._deaths = 0
        self._line.ask(timeline, request, self._proxies())

    def _connected(self) -> _Line:
        return _Line(self._root, self._from_thread(self._arrived), self._from_thread(self._lost))

    def _from_thread(self, function: Callable[..., None]) -> Callable[..., None]:
        def call(*args: object) -> None:
            try:
                self._loop.call_soon_threadsafe(function, *args)
            except RuntimeError:
                log.debug("a picture came after the loop was closed")

        return call

    def _arrived(self, picture: Picture) -> None:
        if self._wanted is None or self._wanted[1].number != picture.revision:
            return
        self._deaths = 0
        play = self._playing
        if play is None:
            self._on_picture(picture)
        elif self._position is not None and (self._position - picture.frame) * play.step >= 0:
            self._present(picture, play.step)
        else:
            self._painted_ahead[picture.frame] = picture

    def _present(self, picture: Picture, step: int) -> None:
        if self._shown is not None:
            if (picture.frame - self._shown) * step <= 0:
                return
            self.dropped += max(0, (picture.frame - self._shown) // step - 1)
        self._shown = picture.frame
        self._on_picture(picture)

    def _lost(self) -> None:
        """Replace a process that died; say so in the picture when the same request ends it again."""
        if self._is_closed:
            return
        log.error("the viewer's process ended unexpectedly")
        self._line = self._connected()
        if self._wanted is None:
            return
        timeline, request = self._wanted
        self._deaths += 1
        if self._deaths <= RESTARTS:
            self._line.ask(timeline, request, self._proxies())
        else:
            self._wanted = None
            self._on_picture(_apology(request))


def _apology(request: Show | Play) -> Picture:
    import numpy as np

    from clappper.media.screen import BYTES_PER_PIXEL, Screen
    from clappper.render.preview import placeholder

    canvas = request.view.canvas
    problem = "This frame cannot be shown: its process ended unexpectedly."
    pixels = np.empty((canvas.height, canvas.width, BYTES_PER_PIXEL), np.uint8)
    Screen().show(placeholder("No picture", problem, (canvas.width, canvas.height)), pixels)
    rows = memoryview(pixels.tobytes())
    return Picture(request.frame, canvas.width, canvas.height, rows, 0.0, request.number, problems=(problem,))


def _project(root: Path, pipe: Connection, memory_name: str, free: Semaphore) -> None:
    """Load what paints in the process that paints, and nowhere else."""
    from clappper.flow.playing.projector import project

    project(root, pipe, memory_name, free)


class _Line:
    """One projector process: a thread that tells it what is wanted, and one that takes its pictures."""

    def __init__(self, root: Path, on_picture: Callable[..., None], on_lost: Callable[..., None]) -> None:
        self._root, self._on_picture, self._on_lost = root, on_picture, on_lost
        self._news = threading.Condition()
        self._request: tuple[Timeline, Show | Play] | Stop | None = None
        self._position: Position | None = None
        self._proxies: Mapping[str, str] = {}
        self._is_closing = False
        context = multiprocessing.get_context("spawn")
        self._memory = SharedMemory(create=True, size=SLOTS * SLOT_BYTES)
        assert self._memory.buf is not None
        self._slots = self._memory.buf
        self._free = context.Semaphore(SLOTS)
        self._pipe, self._theirs = context.Pipe()
        self._process = context.Process(
            target=_project,
            args=(root, self._theirs, self._memory.name, self._free),
            name="viewer",
            daemon=True,
        )
        self._speaker = threading.Thread(target=self._speak, name="viewer orders", daemon=True)
        self._listener = threading.Thread(target=self._listen, name="viewer pictures", daemon=True)
        self._speaker.start()

    def ask(self, timeline: Timeline, request: Show | Play, proxies: Mapping[str, str]) -> None:
        with self._news:
            self._request, self._position, self._proxies = (timeline, request), None, proxies
            self._news.notify()

    def tell(self, message: Position | Stop) -> None:
        with self._news:
            if isinstance(message, Position):
                self._position = message
            else:
                self._request = message
            self._news.notify()

    def close(self) -> None:
        with self._news:
            self._is_closing = True
            self._news.notify()
        self._speaker.join()

    def _speak(self) -> None:
        self._process.start()
        self._theirs.close()
        self._listener.start()
        try:
            self._pass_on()
        except (BrokenPipeError, ConnectionResetError, EOFError):
            self._listener.join()
        finally:
            self._end()

    def _pass_on(self) -> None:
        sender, beside = EditSender(), EditSender(beside=True)
        told: Mapping[str, str] = {}
        while True:
            with self._news:
                self._news.wait_for(lambda: self._is_closing or self._request or self._position)
                if self._is_closing:
                    return
                request, self._request = self._request, None
                position, self._position = self._position, None
                wanted_proxies = self._proxies
            if isinstance(request, tuple):
                if wanted_proxies != told:
                    told = wanted_proxies
                    self._pipe.send(Proxies(told))
                timeline, asked = request
                if asked.view.wipe is not None:
                    other = beside.changes(asked.view.wipe.timeline)
                    self._pipe.send(other)
                    wipe = replace(asked.view.wipe, timeline=other.bare)
                    asked = replace(asked, view=replace(asked.view, wipe=wipe))
                self._pipe.send(sender.changes(timeline))
                self._pipe.send(asked)
            elif request is not None:
                self._pipe.send(request)
            if position is not None:
                self._pipe.send(position)

    def _listen(self) -> None:
        try:
            while True:
                painted = self._pipe.recv()
                assert isinstance(painted, Painted)
                start = painted.slot * SLOT_BYTES
                size = painted.width * painted.height * 4
                pixels = memoryview(bytes(self._slots[start : start + size]))
                self._free.release()
                self._on_picture(
                    Picture(
                        painted.frame,
                        painted.width,
                        painted.height,
                        pixels,
                        painted.took_ms,
                        painted.number,
                        painted.exact,
                        painted.problems,
                    )
                )
        except (EOFError, OSError):
            with self._news:
                was_wanted = not self._is_closing
                self._is_closing = True
                self._news.notify()
            if was_wanted:
                self._on_lost()

    def _end(self) -> None:
        self._process.kill()
        self._process.join(PATIENCE_SECONDS)
        self._listener.join(PATIENCE_SECONDS)
        self._pipe.close()
        self._process.close()
        self._slots.release()
        self._memory.close()
        self._memory.unlink()
