"""Putting points in time onto beats: for a storyboard's planned cuts and for the cuts of an edit alike."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

REACH_SECONDS = 0.35
"""How far a cut may be moved to meet a beat."""


@dataclass(frozen=True, slots=True)
class SnappedCut:
    """Where a cut was wanted, where it went, and whether it stands on a beat there."""

    wanted: int
    frame: int
    on_beat: bool

    @property
    def moved_frames(self) -> int:
        return self.frame - self.wanted


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to place the cuts so far, and how far all of them moved."""

    cost: int = 0
    cuts: tuple[SnappedCut, ...] = ()

    @property
    def frame(self) -> int:
        return self.cuts[-1].frame if self.cuts else 0


def snap_cuts(
    cuts: Sequence[int], beats: Sequence[int], *, end: int, reach: int, shortest: int
) -> tuple[SnappedCut, ...]:
    """Move cuts onto beats at most ``reach`` frames away, as many as possible, each as little as possible.

    ``cuts`` rise strictly inside 0..end, ``beats`` rise; all are frames. Cuts keep their order, and no
    piece between them becomes shorter than ``shortest``, unless it was to begin with: then it does not
    get shorter. The best choice is found exactly, by dynamic programming over each cut's places.
    """
    least = [min(shortest, right - left) for left, right in pairwise((0, *cuts, end))]
    off_beat = reach * len(cuts) + 1
    ways = [_Way()]
    for cut, gap in zip(cuts, least, strict=False):
        ways = [
            _Way(best.cost + cost, (*best.cuts, place))
            for cost, place in _places(cut, beats, reach, off_beat)
            if (best := _cheapest(ways, place.frame - gap))
        ]
    best = _cheapest(ways, end - least[-1])
    return best.cuts if best else ()


def _cheapest(ways: Sequence[_Way], latest: int) -> _Way | None:
    return min((way for way in ways if way.frame <= latest), key=lambda way: way.cost, default=None)


def _places(cut: int, beats: Sequence[int], reach: int, off_beat: int) -> list[tuple[int, SnappedCut]]:
    """List where ``cut`` may go with what it costs: the frames moved, or ``off_beat`` for staying."""
    near = beats[bisect_left(beats, cut - reach) : bisect_right(beats, cut + reach)]
    on_beat = [(abs(beat - cut), SnappedCut(cut, beat, on_beat=True)) for beat in near]
    return [*on_beat, (off_beat, SnappedCut(cut, cut, on_beat=False))]
