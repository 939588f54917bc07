"""The process behind the viewer: paints what is asked for last, or plays ahead of the sound.

It is told by messages and answers through shared memory, so that neither decoding nor painting ever holds
the program's own threads.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.shared_memory import SharedMemory
from multiprocessing.synchronize import Semaphore
from pathlib import Path
from typing import Any

import numpy as np

from clappper.flow.playing.orders import (
    AHEAD,
    SLOT_BYTES,
    SLOTS,
    Edit,
    EditReceiver,
    Painted,
    Play,
    Position,
    Proxies,
    Show,
    Stop,
)
from clappper.render.preview import Preview, Previewer
from clappper.timeline.model import Timeline


class _GivenUpError(Exception):
    """Something newer is wanted."""


class _Desk:
    """What is wanted now, as the listening thread leaves it for the painting one."""

    def __init__(self) -> None:
        self.news = threading.Condition()
        self.receiver, self.beside = EditReceiver(), EditReceiver()
        self.wanted: Show | Play | None = None
        self.arrived = 0.0
        self.position: int | None = None
        self.proxies: Mapping[str, str] = {}

    def hear(self, message: object) -> None:
        with self.news:
            match message:
                case Edit():
                    (self.beside if message.beside else self.receiver).take(message)
                case Show() | Play():
                    message = self._with_both(message)
                    self.wanted, self.arrived, self.position = message, time.perf_counter(), None
                case Position():
                    self.position = message.frame
                case Stop():
                    self.wanted = None
                case Proxies():
                    self.proxies = message.paths
            self.news.notify()

    def _with_both(self, request: Show | Play) -> Show | Play:
        wipe = request.view.wipe
        if wipe is None or self.beside.timeline is None:
            return request
        whole = replace(wipe, timeline=self.beside.timeline)
        return replace(request, view=replace(request.view, wipe=whole))


class _Projector:
    def __init__(self, root: Path, answers: Connection, memory: SharedMemory, free: Semaphore) -> None:
        self.desk = _Desk()
        self._previewer = Previewer(root, between=self._give_up_when_outdated)
        self._answers = answers
        self._slots = np.ndarray((SLOTS, SLOT_BYTES), np.uint8, memory.buf)
        self._free = free
        self._slot = 0
        self._doing: Show | Play | None = None

    def run(self) -> None:
        while True:
            with self.desk.news:
                self.desk.news.wait_for(lambda: self.desk.wanted is not None)
                doing = self._doing = self.desk.wanted
                timeline = self.desk.receiver.timeline
                self._previewer.proxies = self.desk.proxies
            assert timeline is not None
            try:
                if isinstance(doing, Play):
                    self._play(timeline, doing)
                elif doing is not None:
                    self._show(timeline, doing)
            except _GivenUpError:
                continue
            with self.desk.news:
                if self.desk.wanted is doing:
                    self.desk.wanted = None

    def _show(self, timeline: Timeline, show: Show) -> None:
        arrived = self.desk.arrived
        for preview in self._previewer.show(timeline, show.frame, show.view, rough=show.rough):
            self._answer(show, show.frame, preview, arrived)

    def _play(self, timeline: Timeline, play: Play) -> None:
        frame = play.frame
        while 0 <= frame < timeline.length_frames:
            frame = self._due(play, frame)
            if not 0 <= frame < timeline.length_frames:
                return
            began = time.perf_counter()
            preview = self._previewer.picture(timeline, frame, play.view)
            self._answer(play, frame, preview, began)
            frame += play.step

    def _due(self, play: Play, frame: int) -> int:
        """Wait while there is enough in advance; skip what can no longer be shown in time."""

        def ahead() -> int:
            position = play.frame if self.desk.position is None else self.desk.position
            return (frame - position) // play.step

        with self.desk.news:
            self.desk.news.wait_for(lambda: self.desk.wanted is not play or ahead() < AHEAD)
            if self.desk.wanted is not play:
                raise _GivenUpError
            early = ahead()
            return frame if early >= 0 else frame - (early - 1) * play.step

    def _answer(self, request: Show | Play, frame: int, preview: Preview, began: float) -> None:
        self._free.acquire()
        height, width = preview.pixels.shape[:2]
        self._slots[self._slot, : preview.pixels.size] = preview.pixels.reshape(-1)
        took_ms = (time.perf_counter() - began) * 1000
        self._answers.send(
            Painted(
                request.number,
                frame,
                self._slot,
                width,
                height,
                preview.exact,
                took_ms,
                preview.problems,
                isinstance(request, Play),
            )
        )
        self._slot = (self._slot + 1) % SLOTS

    def _give_up_when_outdated(self) -> None:
        if self.desk.wanted is not self._doing:
            raise _GivenUpError


def project(root: Path, pipe: Connection, memory_name: str, free: Semaphore) -> None:
    """Be the projector of one project until the other end of the pipe is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    memory = SharedMemory(memory_name)
    projector = _Projector(root, pipe, memory, free)

    def listen() -> None:
        try:
            while True:
                message: Any = pipe.recv()
                projector.desk.hear(message)
        finally:
            os._exit(0)

    threading.Thread(target=listen, name="orders", daemon=True).start()
    projector.run()
