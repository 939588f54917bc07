"""Short clips decoded into memory, so that the next one is on the screen at once: a reviewer never waits."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clappper.base.errors import ClappperError
from clappper.media.picture import Plane

TALLEST = 540
LUMA_WIDTH = 128
MOST_FRAMES = 300
"""Of one clip: ten seconds at 30 frames a second, 230 MB at 16:9."""

Picture = NDArray[np.uint8]


class Reel:
    """One clip, filled by a thread. ``pictures`` are BGRA, shape (h, w, 4); they only ever get more.

    ``fault`` says why there are none. ``cuts`` are the frames on which something new begins.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fps = 25.0
        self.pictures: list[Picture] = []
        self.cuts: tuple[int, ...] = ()
        self.complete = False
        self.fault = ""
        self._unwanted = threading.Event()

    def stop(self) -> None:
        """End decoding at the next picture."""
        self._unwanted.set()

    def fill(self, room: threading.Semaphore, later: threading.Semaphore) -> None:
        """Decode the whole clip, then look for cuts; both end early when it is not wanted any more."""
        try:
            with room:
                lumas = self._decode()
        except ClappperError as error:
            self.fault, lumas = error.message, []
        finally:
            self.complete = True
        with later:
            self._find_cuts(lumas)

    def _decode(self) -> list[Plane]:
        from clappper.media.decode import FrameReader
        from clappper.media.motion import small
        from clappper.media.probe import probe
        from clappper.media.screen import Screen

        lumas: list[Plane] = []
        if self._unwanted.is_set():
            return lumas
        facts = probe(self.path)
        self.fps = float(facts.rate.fps)
        scale = min(1.0, TALLEST / max(facts.height, 1))
        width, height = (max(2, round(side * scale / 2) * 2) for side in (facts.width, facts.height))
        count = max(1, round(facts.duration_seconds * self.fps))
        screen = Screen()
        with FrameReader(self.path, rate=facts.rate, width=width, height=height) as reader:
            for number in range(min(count, MOST_FRAMES)):
                if self._unwanted.is_set():
                    break
                found = reader.at(number)
                shown = np.empty((found.height, found.width, 4), np.uint8)
                screen.show(found, shown)
                self.pictures.append(shown)
                lumas.append(small(np.array(found.y), LUMA_WIDTH))
        return lumas

    def _find_cuts(self, lumas: Sequence[Plane]) -> None:
        from clappper.media.cuts import CutFinder

        finder, found = CutFinder(), []
        for number, (one, other) in enumerate(pairwise(lumas), 1):
            if self._unwanted.is_set():
                return
            if finder.between(one, other):
                found.append(number)
                self.cuts = tuple(found)


class Reels:
    """The clip that is seen and those that come next. Two decode at a time; what is not wanted is let go."""

    def __init__(self) -> None:
        self._reels: dict[Path, Reel] = {}
        self._room, self._later = threading.Semaphore(2), threading.Semaphore(1)

    def want(self, paths: Sequence[Path]) -> None:
        """Keep these clips and start decoding those that are new, the first one first."""
        for path in [known for known in self._reels if known not in paths]:
            self._reels.pop(path).stop()
        for path in paths:
            if path not in self._reels:
                reel = self._reels[path] = Reel(path)
                name = f"reel {path.name}"
                places = (self._room, self._later)
                threading.Thread(target=reel.fill, args=places, name=name, daemon=True).start()

    def reel(self, path: Path) -> Reel:
        """Give a clip that was wanted."""
        return self._reels[path]

    def close(self) -> None:
        """Let go of everything."""
        self.want(())
