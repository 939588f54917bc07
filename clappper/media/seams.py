"""Where a clip was stitched and it shows: a jump, a shift of colour, a held picture, two pictures in one.

Every sign compares a moment with the frames around it, so that fast and slow, noisy and clean clips are
judged alike. The limits above which a sign counts were learned from ordinary footage by
``tools/learn_seams.py``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from clappper.base.paths import resource
from clappper.media.cuts import is_cut
from clappper.media.motion import Flow, FlowMeter, occluded, pulled, small, speeds
from clappper.media.picture import Plane, Yuv

Curve = NDArray[np.float64]

AROUND, WIDE = 4, 8
"""Frames on each side that a moment is compared with."""

SPEED_FLOOR, CHANGE_FLOOR, BEND_FLOOR, COLOUR_FLOOR = 0.15, 0.7, 0.3, 1.0
"""Below these (small pixels; codes) everything is noise."""

CLIPPED_CODES = 12
STILL_SHARE, MOVING_CODES = 0.12, 0.5
SHORTEST_FREEZE, LONGEST_FREEZE = 2, 30
"""One repeated picture is what a change of frame rate leaves behind; a second or more is meant."""

SAME_PLACE = 4


class SeamKind(StrEnum):
    """By what a stitch gives itself away."""

    JUMP = "jump"
    COLOUR = "colour"
    FREEZE = "freeze"
    GHOST = "ghost"


@dataclass(frozen=True, slots=True)
class Seam:
    """A seam before the picture ``frame``. ``strength`` is the sign over its limit, 1 or more.

    ``structure`` is 1 - SSIM of the pictures on both sides, on luma 256 pixels wide.
    """

    frame: int
    kind: SeamKind
    strength: float
    structure: float


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found in a clip of so many frames; ``cuts`` are frames that start a new shot."""

    frames: int
    seams: tuple[Seam, ...]
    cuts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """Above these a sign counts as a seam."""

    jump: float
    colour: float
    ghost: float


@cache
def learned_limits() -> Limits:
    """Read what was learned from ordinary footage."""
    table = tomllib.loads(resource("seams", "limits.toml").read_text("utf-8"))
    return Limits(float(table["jump"]), float(table["colour"]), float(table["ghost"]))


def inspect(pictures: Iterable[Yuv], limits: Limits | None = None) -> Inspection:
    """Look at every place of a clip."""
    signs = Signs.measured(pictures)
    return Inspection(signs.frames, signs.seams(limits or learned_limits()), signs.cuts)


@dataclass(frozen=True, slots=True)
class Signs:
    """What was measured: one value for each pair of neighbours (``frames`` - 1), or for each frame.

    ``speed``, ``change`` (codes), ``bend`` (how far the flow is from its neighbours'), ``step`` (colour,
    codes, shape (pairs, 3)) and ``structure`` belong to pairs; ``detail`` (gradient) and ``doubled`` (how
    much more a frame is like the mean of its neighbours than like their middle) to frames.
    """

    frames: int
    cut: NDArray[np.bool_]
    speed: Curve
    change: Curve
    bend: Curve
    step: Curve
    structure: Curve
    detail: Curve
    doubled: Curve

    @classmethod
    def measured(cls, pictures: Iterable[Yuv]) -> Signs:
        return _Meter().run(pictures)

    @property
    def cuts(self) -> tuple[int, ...]:
        return tuple(int(pair) + 1 for pair in np.flatnonzero(self.cut))

    def jumps(self) -> Curve:
        """Compare speed, change and bend of each pair with the pairs around; 1 is usual."""
        shares = (
            _against(self.speed, SPEED_FLOOR),
            _against(self.change, CHANGE_FLOOR),
            _against(self.bend, BEND_FLOOR),
        )
        return np.where(self._near_cut(1), 0.0, np.cbrt(shares[0] * shares[1] * shares[2]))

    def colour_steps(self) -> Curve:
        """Compare each pair's step of colour with the steps beside it: a flash has some, a seam has none."""
        result = np.zeros(len(self.step))
        for pair in range(len(result)):
            usual = np.median(self.step[max(0, pair - 6) : pair + 7], axis=0)
            beside = [at for at in (pair - 2, pair - 1, pair + 1, pair + 2) if 0 <= at < len(result)]
            others = np.abs(self.step[beside] - usual).max(axis=0) if beside else np.zeros(3)
            result[pair] = (np.abs(self.step[pair] - usual) / (COLOUR_FLOOR + others)).max()
        return np.where(self._near_cut(1), 0.0, result)

    def ghosts(self) -> Curve:
        """Say, for the frame after each pair, how much less detail it has than both sides; 1 is usual."""
        result = np.zeros(len(self.speed))
        for pair in range(len(result)):
            frame = pair + 1
            left, right = self.detail[max(0, frame - 5) : frame], self.detail[frame + 1 : frame + 6]
            if min(len(left), len(right)) > 3 and self.doubled[frame] > 1:
                result[pair] = min(np.percentile(left, 60), np.percentile(right, 60)) / self.detail[frame]
        return np.where(self._near_cut(1), 0.0, result)

    def freezes(self) -> NDArray[np.bool_]:
        """Mark the first pair of each run of equal pictures in the midst of motion."""
        still = np.zeros(len(self.change), np.bool_)
        for pair in range(len(still)):
            usual = max(
                (np.median(side) for side in _sides(self.change, pair, WIDE) if len(side)), default=0.0
            )
            still[pair] = usual > MOVING_CODES and self.change[pair] < STILL_SHARE * usual
        starts = np.zeros_like(still)
        for start, end in _runs(still):
            inside = start > 0 and end < len(still) and SHORTEST_FREEZE <= end - start <= LONGEST_FREEZE
            starts[start] = inside and not self.cut[max(0, start - 2) : end + 2].any()
        return starts

    def seams(self, limits: Limits) -> tuple[Seam, ...]:
        """List what is above the limits; of several signs within a few frames the strongest."""
        signs = {
            SeamKind.JUMP: self.jumps() / limits.jump,
            SeamKind.COLOUR: self.colour_steps() / limits.colour,
            SeamKind.GHOST: self.ghosts() / limits.ghost,
            SeamKind.FREEZE: self.freezes().astype(np.float64),
        }
        found = [
            Seam(int(pair) + 1, kind, float(sign[pair]), float(self.structure[pair]))
            for kind, sign in signs.items()
            for pair in np.flatnonzero(sign >= 1)
        ]
        kept: list[Seam] = []
        for seam in sorted(found, key=lambda seam: -seam.strength):
            if all(abs(seam.frame - other.frame) > SAME_PLACE for other in kept):
                kept.append(seam)
        return tuple(sorted(kept, key=lambda seam: seam.frame))

    def _near_cut(self, pairs: int) -> NDArray[np.bool_]:
        spread = np.convolve(self.cut, np.ones(2 * pairs + 1), "same") if len(self.cut) else self.cut
        return np.asarray(spread[: len(self.cut)] > 0)


@dataclass(slots=True)
class _Shot:
    """One picture, small."""

    luma: Plane
    blue: Plane
    red: Plane


class _Meter:
    """Runs over a clip once, holding three pictures and two flows."""

    def __init__(self) -> None:
        self._flow = FlowMeter()
        self._pairs: list[tuple[float, ...]] = []
        self._bends: list[float] = []
        self._detail: list[float] = []
        self._doubled: list[float] = []

    def run(self, pictures: Iterable[Yuv]) -> Signs:
        shots: list[_Shot] = []
        flows: list[Flow] = []
        for picture in pictures:
            shots = [*shots[-2:], _shrunk(picture)]
            self._detail.append(_detail(shots[-1].luma))
            self._doubled.append(0.0)
            if len(shots) > 1:
                flows = [*flows[-2:], self._pair(shots[-2], shots[-1])]
                self._bend(flows)
            if len(shots) > 2:
                self._doubled[-2] = self._double(*(shot.luma for shot in shots))
        return self._signs()

    def _pair(self, one: _Shot, other: _Shot) -> Flow:
        there, back = self._flow.flow(one.luma, other.luma), self._flow.flow(other.luma, one.luma)
        seen = ~occluded(there, back)
        fetched = pulled(other.luma, there)
        self._pairs.append(
            (
                float(is_cut(one.luma, other.luma, there, seen)),
                float(speeds(there).mean()),
                float(cv2.absdiff(one.luma, other.luma).mean()),
                *_steps(one, other, fetched, there, seen),
                1 - ssim(one.luma, other.luma),
            )
        )
        return there

    def _bend(self, flows: Sequence[Flow]) -> None:
        """Judge the flow before the newest, now that both its neighbours are known, and guess the newest."""
        if len(flows) == 3:
            self._bends[-1] = float(speeds(flows[1] - (flows[0] + flows[2]) * np.float32(0.5)).mean())
        elif len(flows) == 2:
            self._bends[-1] = float(speeds(flows[0] - flows[1]).mean())
        self._bends.append(float(speeds(flows[-1] - flows[-2]).mean()) if len(flows) > 1 else 0.0)

    def _double(self, before: Plane, here: Plane, after: Plane) -> float:
        if float(cv2.absdiff(before, after).mean()) <= 1:
            return 0.0
        there, back = self._flow.flow(before, after), self._flow.flow(after, before)
        way = (back - there) * np.float32(0.25)
        middle = cv2.addWeighted(pulled(before, way), 0.5, pulled(after, -way), 0.5, 0)
        mean = cv2.addWeighted(before, 0.5, after, 0.5, 0)
        return float((cv2.absdiff(middle, here).mean() + 0.5) / (cv2.absdiff(mean, here).mean() + 0.5))

    def _signs(self) -> Signs:
        table = np.array(self._pairs, np.float64).reshape(-1, 7)
        return Signs(
            frames=len(self._detail),
            cut=table[:, 0] > 0,
            speed=table[:, 1],
            change=table[:, 2],
            bend=np.array(self._bends, np.float64),
            step=table[:, 3:6],
            structure=table[:, 6],
            detail=np.array(self._detail, np.float64),
            doubled=np.array(self._doubled, np.float64),
        )


def ssim(one: Plane, other: Plane) -> float:
    """Give the mean structural similarity of two pictures (Wang et al., 2004), Gaussian window of 11."""
    pair = one.astype(np.float32), other.astype(np.float32)

    def blurred(values: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(cv2.GaussianBlur(values, (11, 11), 1.5), np.float32)

    means = [blurred(values) for values in pair]
    spreads = [blurred(values * values) - mean * mean for values, mean in zip(pair, means, strict=True)]
    common = blurred(pair[0] * pair[1]) - means[0] * means[1]
    above = (2 * means[0] * means[1] + 6.5025) * (2 * common + 58.5225)
    below = (means[0] ** 2 + means[1] ** 2 + 6.5025) * (spreads[0] + spreads[1] + 58.5225)
    return float((above / below).mean())


def _shrunk(picture: Yuv) -> _Shot:
    luma = small(picture.y)
    size = (luma.shape[1] // 2, luma.shape[0] // 2)
    blue, red = (
        np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)
        for plane in (picture.u, picture.v)
    )
    return _Shot(luma, blue, red)


def _detail(luma: Plane) -> float:
    """Give the root mean square of the gradient, and never nothing."""
    x, y = cv2.Sobel(luma, cv2.CV_32F, 1, 0), cv2.Sobel(luma, cv2.CV_32F, 0, 1)
    return max(1.0, float(np.sqrt((x * x + y * y).mean())))


def _steps(
    one: _Shot, other: _Shot, fetched: Plane, there: Flow, seen: NDArray[np.bool_]
) -> tuple[float, float, float]:
    """Give how much luma, blue and red change along the motion, in codes; large changes count little."""
    rows, columns = one.blue.shape
    half = np.asarray(cv2.resize(there, (columns, rows)), np.float32) * np.float32(0.5)
    seen_half = cv2.resize(seen.astype(np.uint8), (columns, rows), interpolation=cv2.INTER_NEAREST) > 0
    return (
        _step(one.luma, fetched, seen),
        _step(one.blue, pulled(other.blue, half), seen_half),
        _step(one.red, pulled(other.red, half), seen_half),
    )


def _step(one: Plane, other: Plane, seen: NDArray[np.bool_]) -> float:
    change = (other.astype(np.int16) - one)[seen]
    return float(np.clip(change, -CLIPPED_CODES, CLIPPED_CODES).mean()) if change.size else 0.0


def _sides(curve: Curve, at: int, reach: int) -> tuple[Curve, Curve]:
    return curve[max(0, at - reach) : at], curve[at + 1 : at + 1 + reach]


def _against(curve: Curve, floor: float) -> Curve:
    """Divide each value by the larger of what is usual on its two sides; 0 where a side is too short."""
    result = np.zeros(len(curve))
    for at in range(len(curve)):
        left, right = _sides(curve, at, AROUND)
        if min(len(left), len(right)) >= 2:
            usual = max(np.percentile(left, 75), np.percentile(right, 75))
            result[at] = (curve[at] + floor) / (usual + floor)
    return result


def _runs(marks: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Give start and end of each run of marks."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marks, [False]]).astype(np.int8)))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
