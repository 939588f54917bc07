"""Short clips in memory, so that the next one is on the screen at once: a reviewer never waits.

They are decoded by another process (``winder``), so that decoding never holds the program's own threads.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clappper.flow.reviewing.reel_orders import (
    Begun,
    Cuts,
    Done,
    End,
    Left,
    Probed,
    ReelRoom,
    Room,
    Shape,
    Want,
)

if TYPE_CHECKING:
    from clappper.media.screen import Screen

log = logging.getLogger(__name__)

Picture = NDArray[np.uint8]

PATIENCE_SECONDS = 2.0
RESTARTS = 1
"""How often a clip is tried again whose decoding ended the process."""
LOST = "The process that decodes it ended unexpectedly."


class Reel:
    """One clip, of which there are ever more pictures. ``fault`` says why there are none.

    ``cuts`` are the frames on which something new begins.
    """

    def __init__(self, number: int, path: Path) -> None:
        self.number, self.path = number, path
        self.deaths = 0
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self.fps = 25.0
        self.count = 0
        self.cuts: tuple[int, ...] = ()
        self.complete = False
        self.fault = ""

    def give_up(self, fault: str) -> None:
        self.complete, self.fault = True, fault


class Reels:
    """The clip that is seen and those that come next; what is not wanted is let go.

    It is used on one thread; another one hears the process, which is started anew when it ends unexpectedly.
    """

    def __init__(self) -> None:
        self._reels: dict[Path, Reel] = {}
        self._numbers = count(1)
        self._turn = threading.RLock()
        self._line: _Line | None = None
        self._screen: Screen | None = None
        self._seen: dict[Path, tuple[int, Picture]] = {}

    def want(self, paths: Sequence[Path]) -> None:
        """Keep these clips and start decoding those that are new, the first one first."""
        with self._turn:
            known, self._reels = self._reels, {}
            for path in paths:
                self._reels[path] = known.get(path) or Reel(next(self._numbers), path)
            self._seen = {path: seen for path, seen in self._seen.items() if path in self._reels}
            self._ask()

    def reel(self, path: Path) -> Reel:
        """Give a clip that was wanted, as far as it is decoded now."""
        reel = self._reels[path]
        with self._turn:
            room = self._room(reel)
            reel.count = room.count if room else 0
        return reel

    def picture(self, path: Path, frame: int) -> Picture | None:
        """Give a clip's picture in BGRA, shape (height, width, 4), which is not to be written to.

        After the end it is the last one; None while there is none.
        """
        reel = self.reel(path)
        if not reel.count:
            return None
        frame = min(frame, reel.count - 1)
        seen = self._seen.get(path)
        if seen is None or seen[0] != frame:
            seen = self._seen[path] = (frame, self._converted(reel, frame))
        return seen[1]

    def close(self) -> None:
        """Let go of everything; the process ends."""
        with self._turn:
            line, self._line = self._line, None
            self._reels, self._seen = {}, {}
        if line is not None:
            line.say(End())

    def _converted(self, reel: Reel, frame: int) -> Picture:
        from clappper.media.screen import BYTES_PER_PIXEL, Screen

        self._screen = self._screen or Screen()
        with self._turn:
            room = self._room(reel)
            assert room is not None
            shown = np.empty((room.shape.height, room.shape.width, BYTES_PER_PIXEL), np.uint8)
            self._screen.show(room.picture(frame), shown)
        return shown

    def _room(self, reel: Reel) -> ReelRoom | None:
        return self._line.rooms.get(reel.number) if self._line is not None else None

    def _ask(self) -> None:
        wanted = [reel for reel in self._reels.values() if reel.deaths <= RESTARTS]
        if self._line is None and wanted:
            self._line = _Line(self._hear, self._lost)
        if self._line is not None:
            self._line.say(Want(tuple((reel.number, reel.path) for reel in wanted)))

    def _hear(self, line: _Line, message: object) -> None:
        with self._turn:
            reels = {reel.number: reel for reel in self._reels.values()} if line is self._line else {}
            match message:
                case Left(number):
                    line.remove(number)
                case Probed(number, shape) if number in reels:
                    reels[number].fps = shape.fps
                    line.make_room(number, shape)
                case Cuts(number, frames) if number in reels:
                    reels[number].cuts = frames
                case Done(number, fault) if number in reels:
                    reels[number].fault, reels[number].complete = fault, True

    def _lost(self, line: _Line) -> None:
        """Begin anew without a clip that ended the process twice; without all of them if none even began."""
        with self._turn:
            line.remove_all()
            if line is not self._line:
                return
            log.error("the process that decodes clips ended unexpectedly")
            self._line = None
            for reel in self._reels.values():
                reel.forget()
                reel.deaths += reel.number == line.at_work or not line.at_work
                if reel.deaths > RESTARTS:
                    reel.give_up(LOST)
            self._ask()


def start_winder(pipe: Connection) -> BaseProcess:
    """Start the process that decodes; it ends with this one."""
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_wind, args=(pipe,), name="reels", daemon=True)
    process.start()
    return process


def _wind(pipe: Connection) -> None:
    """Load what decodes in the process that decodes, and nowhere else; leave Ctrl-C to the program."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from clappper.flow.reviewing.winder import wind

    wind(pipe)


class _Line:
    """One process that decodes, with the memory that it was given, and a thread that hears it."""

    def __init__(self, hear: Callable[[_Line, object], None], lost: Callable[[_Line], None]) -> None:
        self.rooms: dict[int, ReelRoom] = {}
        self.at_work = 0
        self._hear, self._lost = hear, lost
        self._saying = threading.Lock()
        self._pipe, self._theirs = multiprocessing.get_context("spawn").Pipe()
        threading.Thread(target=self._listen, name="reels", daemon=True).start()

    def say(self, message: object) -> None:
        """Tell the process something; what one that has ended was told is lost."""
        with self._saying, suppress(OSError):
            self._pipe.send(message)

    def make_room(self, number: int, shape: Shape) -> None:
        room = self.rooms[number] = ReelRoom.make(shape)
        self.say(Room(number, room.name))

    def remove(self, number: int) -> None:
        if (room := self.rooms.pop(number, None)) is not None:
            room.remove()

    def remove_all(self) -> None:
        for number in tuple(self.rooms):
            self.remove(number)

    def _listen(self) -> None:
        process = start_winder(self._theirs)
        self._theirs.close()
        with suppress(EOFError, OSError):
            while True:
                message = self._pipe.recv()
                if isinstance(message, Begun):
                    self.at_work = message.number
                else:
                    self._hear(self, message)
        process.join(PATIENCE_SECONDS)
        process.kill()
        with self._saying:
            self._pipe.close()
        self._lost(self)
