"""The process behind the reels: decodes short clips into shared memory, those that are wanted soonest first.

The beginnings come before the rest, so that also who skips from clip to clip finds the next one ready; where
a clip is cut is looked for when all pictures are there.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import suppress
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from clappper.base.errors import ClappperError
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
from clappper.media.cuts import CutFinder
from clappper.media.decode import FrameReader
from clappper.media.motion import small
from clappper.media.picture import Plane
from clappper.media.probe import MediaFacts, probe

TALLEST = 540
LUMA_WIDTH = 128
MOST_FRAMES = 300
"""Of one clip: ten seconds at 30 frames a second, 230 MB at 16:9."""
BEGINNING = 12
"""Half a second is enough to begin with."""


class _Clip:
    """One clip's work, done in small steps."""

    def __init__(self, number: int, path: Path, tell: Callable[[object], None]) -> None:
        self.number = number
        self.room: ReelRoom | None = None
        self._path, self._tell = path, tell
        self._shape: Shape | None = None
        self._lumas: list[Plane] = []
        self._is_decoded = self._is_over = False
        self._steps = self._work()

    @property
    def turn(self) -> int | None:
        """When this clip's next step is due, the lowest first; None while nothing can be done."""
        if self._is_over or (self._shape is not None and self.room is None):
            return None
        return 2 if self._is_decoded else 1 if len(self._lumas) >= BEGINNING else 0

    def step(self) -> None:
        if next(self._steps, self) is self:
            self._is_over = True

    def enter(self, name: str) -> None:
        assert self._shape is not None
        self.room = ReelRoom.enter(name, self._shape)

    def close(self) -> None:
        self._steps.close()
        self._is_over = True
        if self.room is not None:
            self.room.leave()

    def _work(self) -> Generator[None, None, None]:
        try:
            yield from self._decode()
        except ClappperError as error:
            self._lumas.clear()
            self._tell(Done(self.number, error.message))
            return
        self._is_decoded = True
        self._tell(Done(self.number))
        yield from self._find_cuts()

    def _decode(self) -> Generator[None, None, None]:
        facts = probe(self._path)
        shape = self._shape = _shape_of(facts)
        self._tell(Probed(self.number, shape))
        with FrameReader(self._path, rate=facts.rate, width=shape.width, height=shape.height) as reader:
            yield
            assert self.room is not None
            for number in range(shape.frames):
                found = reader.at(number)
                self.room.put(found)
                self._lumas.append(small(found.y.copy(), LUMA_WIDTH))
                yield

    def _find_cuts(self) -> Generator[None, None, None]:
        finder, found = CutFinder(), list[int]()
        for number, (one, other) in enumerate(pairwise(self._lumas), 1):
            if finder.between(one, other):
                found.append(number)
                self._tell(Cuts(self.number, tuple(found)))
            yield


def _shape_of(facts: MediaFacts) -> Shape:
    fps = float(facts.rate.fps)
    scale = min(1.0, TALLEST / max(facts.height, 1))
    width, height = (max(2, round(side * scale / 2) * 2) for side in (facts.width, facts.height))
    count = max(1, round(facts.duration_seconds * fps))
    return Shape(min(count, MOST_FRAMES), width, height, fps)


class _Winder:
    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._clips: dict[int, _Clip] = {}
        self._last = 0

    def run(self) -> None:
        while True:
            clip = self._due()
            while clip is None or self._pipe.poll():
                message = self._pipe.recv()
                if isinstance(message, End):
                    return self._want({})
                self._hear(message)
                clip = self._due()
            if clip.number != self._last:
                self._pipe.send(Begun(clip.number))
                self._last = clip.number
            clip.step()

    def _due(self) -> _Clip | None:
        turns = [(turn, clip) for clip in self._clips.values() if (turn := clip.turn) is not None]
        return min(turns, key=lambda one: one[0])[1] if turns else None

    def _hear(self, message: Any) -> None:
        match message:
            case Want():
                self._want(dict(message.clips))
            case Room(number, memory) if number in self._clips:
                self._clips[number].enter(memory)

    def _want(self, paths: dict[int, Path]) -> None:
        for number in [known for known in self._clips if known not in paths]:
            self._clips.pop(number).close()
            self._pipe.send(Left(number))
        tell = self._pipe.send
        self._clips = {
            number: self._clips.get(number) or _Clip(number, path, tell) for number, path in paths.items()
        }


def wind(pipe: Connection) -> None:
    """Be the winder until it is told to end, or the other end of the pipe is gone."""
    with suppress(EOFError, OSError):
        _Winder(pipe).run()
    pipe.close()
