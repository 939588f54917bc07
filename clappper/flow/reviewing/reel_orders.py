"""What the reels and their winder, the process that decodes, tell each other; the memory they share."""

from __future__ import annotations

from dataclasses import dataclass
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from clappper.media.picture import Yuv

COUNT_BYTES = 16
"""At the start of the memory: how many pictures are there, little more than one integer."""


@dataclass(frozen=True, slots=True)
class Want:
    """These clips, by number, and no others; the first ones are wanted soonest."""

    clips: tuple[tuple[int, Path], ...]


@dataclass(frozen=True, slots=True)
class End:
    """Nothing is wanted any more."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a clip's pictures are like: at most ``frames`` of them, both sides even."""

    frames: int
    width: int
    height: int
    fps: float

    @property
    def picture_bytes(self) -> int:
        return self.width * self.height * 3 // 2


@dataclass(frozen=True, slots=True)
class Begun:
    """This clip is worked on from now on: it is to blame should the process end."""

    number: int


@dataclass(frozen=True, slots=True)
class Probed:
    """A clip was opened; room for its pictures is needed."""

    number: int
    shape: Shape


@dataclass(frozen=True, slots=True)
class Room:
    """The memory in which a clip's pictures are to be put."""

    number: int
    memory: str


@dataclass(frozen=True, slots=True)
class Done:
    """No further pictures come; ``fault`` says why there are none."""

    number: int
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Cuts:
    """The frames, as far as known, on which something new begins."""

    number: int
    frames: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """The winder is out of this clip's memory."""

    number: int


class ReelRoom:
    """The pictures of one clip in shared memory: first their count, then the planes of each."""

    def __init__(self, memory: SharedMemory, shape: Shape) -> None:
        self.shape = shape
        self._memory = memory
        assert memory.buf is not None
        self._bytes: memoryview = memory.buf

    @classmethod
    def make(cls, shape: Shape) -> Self:
        """Allocate the memory; no picture is in it."""
        return cls(SharedMemory(create=True, size=COUNT_BYTES + shape.frames * shape.picture_bytes), shape)

    @classmethod
    def enter(cls, name: str, shape: Shape) -> Self:
        """Look at memory that another process made."""
        return cls(SharedMemory(name), shape)

    @property
    def name(self) -> str:
        return self._memory.name

    @property
    def count(self) -> int:
        return int(np.frombuffer(self._bytes, np.int64, 1)[0])

    def put(self, picture: Yuv) -> None:
        """Add a picture; it is counted once it is whole."""
        number = self.count
        self.picture(number).fill(picture)
        np.frombuffer(self._bytes, np.int64, 1)[0] = number + 1

    def picture(self, number: int) -> Yuv:
        """View a picture; the view must be gone before the room is left."""
        from clappper.media.picture import Yuv

        width, height = self.shape.width, self.shape.height
        start = COUNT_BYTES + number * self.shape.picture_bytes
        pixels = np.frombuffer(self._bytes, np.uint8, self.shape.picture_bytes, start)
        luma, chroma = width * height, width * height // 4
        y, u, v = np.split(pixels, (luma, luma + chroma))
        half = (height // 2, width // 2)
        return Yuv(y.reshape(height, width), u.reshape(half), v.reshape(half))

    def leave(self) -> None:
        """Let go of the memory here."""
        self._memory.close()

    def remove(self) -> None:
        """Give the memory back, once nobody else is in it."""
        self._memory.close()
        self._memory.unlink()
