"""Is the picture alive? Black, frozen and damaged stretches of a finished file, found in one pass.

A dip to black lasts a few frames and an end card may stand still; both are made on purpose. Everything is
judged on a picture reduced to ``SMALL_SIDE`` cells, so that neither noise nor an encoder's refreshes count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from clappper.base.units import FrameRange, FrameRate
from clappper.media.picture import Plane
from clappper.render.verdicts import Finding, judged

SMALL_SIDE = 240
BLACK_LUMA = 22
BLACK_SHARE = 0.99
LONGEST_BLACK_SECONDS = 0.12
CHANGED_LEVELS = 2
CHANGED_SHARE = 0.002
LONGEST_FREEZE_SECONDS = 1.0


@dataclass(slots=True)
class PictureWatch:
    """Remembers the black and the still stretches of a film shown to it frame by frame.

    ``held`` are stretches that may stand still, such as the end card.
    """

    rate: FrameRate
    held: Sequence[FrameRange] = ()
    count: int = 0
    _black_since: int | None = None
    _anchor: NDArray[np.int16] | None = None
    _anchor_frame: int = 0
    _black: list[FrameRange] = field(default_factory=list)
    _frozen: list[FrameRange] = field(default_factory=list)

    def show(self, luma: Plane) -> None:
        """Look at the next frame's luma, limited range."""
        small = _reduced(luma)
        self._watch_black(small)
        self._watch_freeze(small)
        self.count += 1

    def findings(self) -> Iterator[Finding]:
        """Say what was seen; the film is over."""
        self._end_black()
        self._end_freeze()
        yield self._black_finding()
        yield self._frozen_finding()

    def _watch_black(self, small: NDArray[np.int16]) -> None:
        if float((small <= BLACK_LUMA).mean()) < BLACK_SHARE:
            self._end_black()
        elif self._black_since is None:
            self._black_since = self.count

    def _end_black(self) -> None:
        if self._black_since is not None:
            self._black.append(FrameRange(self._black_since, self.count))
            self._black_since = None

    def _watch_freeze(self, small: NDArray[np.int16]) -> None:
        """Compare with the first picture of the still stretch, so that a slow drift counts as movement."""
        if self._anchor is not None and not any(self.count in stretch for stretch in self.held):
            changed = np.abs(small - self._anchor) >= CHANGED_LEVELS
            if float(changed.mean()) < CHANGED_SHARE:
                return
        self._end_freeze()
        self._anchor, self._anchor_frame = small, self.count

    def _end_freeze(self) -> None:
        if self._anchor is not None:
            self._frozen.append(FrameRange(self._anchor_frame, self.count))

    def _black_finding(self) -> Finding:
        longest = max(self._black, key=len, default=FrameRange(0, 0))
        seconds, start = self.rate.seconds_at(len(longest)), self.rate.seconds_at(longest.start)
        message = f"It is black for {seconds:.2f} s from {start:.2f} s on."
        return judged(
            "black-frames",
            seconds <= LONGEST_BLACK_SECONDS,
            f"longest {seconds:.2f} s",
            f"at most {LONGEST_BLACK_SECONDS:.2f} s",
            message,
            start,
        )

    def _frozen_finding(self) -> Finding:
        longest = max(self._frozen, key=len, default=FrameRange(0, 0))
        seconds, start = self.rate.seconds_at(len(longest)), self.rate.seconds_at(longest.start)
        message = f"The picture stands still for {seconds:.2f} s from {start:.2f} s on."
        return judged(
            "frozen-frames",
            seconds <= LONGEST_FREEZE_SECONDS,
            f"longest {seconds:.2f} s",
            f"at most {LONGEST_FREEZE_SECONDS:.2f} s outside the end card",
            message,
            start,
        )


def _reduced(luma: Plane) -> NDArray[np.int16]:
    scale = min(1.0, SMALL_SIDE / max(luma.shape))
    size = (max(1, round(luma.shape[1] * scale)), max(1, round(luma.shape[0] * scale)))
    return cv2.resize(luma, size, interpolation=cv2.INTER_AREA).astype(np.int16)
