"""A clip read at any moments, between its frames too: for other rates, slow motion and speed ramps."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Protocol

from clappper.media.cuts import CutFinder
from clappper.media.interpolate.warp import Interpolator
from clappper.media.picture import Yuv

HALF = Fraction(1, 2)
LONGEST_STEPS = 3


class Pictures(Protocol):
    """Gives pictures by number; the same object again as long as the picture is the same."""

    def at(self, frame: int) -> Yuv: ...


class TimedPictures(Protocol):
    """Gives the pictures around a moment with their own times, in seconds: see ``FrameReader.around``."""

    def around(self, seconds: Fraction) -> tuple[Fraction, Yuv, Fraction | None, Yuv | None]: ...


@dataclass(slots=True)
class _Pair:
    """Frame ``first`` and the one after it."""

    first: int
    one: Yuv
    other: Yuv
    is_cut: bool


def _drawn(pair: _Pair, t: Fraction, interpolator: Interpolator) -> Yuv:
    if pair.one is pair.other:
        return pair.one
    if pair.is_cut:
        return pair.one if t < HALF else pair.other
    return interpolator.mid(pair.one, pair.other, float(t))


class Retimer:
    """Gives the picture at a position counted in source frames, such as 12 1/3.

    At a whole position that is the source's own picture, untouched. Across a cut the nearer side is held, and
    beyond the frame ``last`` that one. Positions that rise are cheap. ``cuts`` collects the frames that start
    something new, among those that were looked at.
    """

    def __init__(self, reader: Pictures, last: int, interpolator: Interpolator) -> None:
        self.cuts: set[int] = set()
        self._reader = reader
        self._last = last
        self._interpolator = interpolator
        self._finder = CutFinder()
        self._pair: _Pair | None = None

    def at(self, position: Fraction) -> Yuv:
        first = floor(position)
        t = position - first
        if first < 0 or first >= self._last:
            return self._whole(min(max(first, 0), self._last))
        if t == 0:
            return self._whole(first)
        return _drawn(self._between(first), t, self._interpolator)

    def _whole(self, frame: int) -> Yuv:
        pair = self._pair
        if pair is not None and frame in {pair.first, pair.first + 1}:
            return pair.one if frame == pair.first else pair.other
        return self._reader.at(frame)

    def _between(self, first: int) -> _Pair:
        if self._pair is None or self._pair.first != first:
            one, other = self._whole(first), self._reader.at(first + 1)
            is_cut = self._finder.between(one.y, other.y)
            self._pair = _Pair(first, one, other, is_cut)
            if is_cut:
                self.cuts.add(first + 1)
        return self._pair


class TimedRetimer:
    """Gives the picture at a moment of a clip whose pictures come at uneven times, by these times.

    Where a picture stays longer than ``LONGEST_STEPS`` usual ones, as in a screen recording, it stands still
    and only the last usual step leads on to the next. ``cuts`` are frames counted at the usual ``rate``.
    """

    def __init__(self, reader: TimedPictures, rate: Fraction, interpolator: Interpolator) -> None:
        self.cuts: set[int] = set()
        self._reader, self._rate, self._interpolator = reader, rate, interpolator
        self._finder = CutFinder()
        self._times: tuple[Fraction, Fraction] | None = None
        self._pair: _Pair | None = None

    def at(self, seconds: Fraction) -> Yuv:
        """Give the picture at ``seconds`` from the first one; moments that rise are cheap."""
        start, one, end, other = self._reader.around(seconds)
        if end is None or other is None:
            return one
        pair = self._between(start, one, end, other)
        begun = max(start, end - 1 / self._rate) if (end - start) * self._rate > LONGEST_STEPS else start
        t = (seconds - begun) / (end - begun)
        return pair.one if t <= 0 else _drawn(pair, t, self._interpolator)

    def _between(self, start: Fraction, one: Yuv, end: Fraction, other: Yuv) -> _Pair:
        """Keep the same two objects for all moments between them: their motion is measured once."""
        if self._pair is None or self._times != (start, end):
            if self._pair is not None and self._times is not None and self._times[1] == start:
                one = self._pair.other
            is_cut = self._finder.between(one.y, other.y)
            self._pair, self._times = _Pair(0, one, other, is_cut), (start, end)
            if is_cut:
                self.cuts.add(round(end * self._rate))
        return self._pair
