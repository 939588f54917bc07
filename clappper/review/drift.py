"""How much what is seen drifts across a stitch, against how much it does inside the pieces on both sides.

Distances are those of the embeddings of two networks: CLIP, where it is installed and fetched, and
EfficientNet-Lite0, which ships. One minus the cosine, between pictures that are equally far apart in time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clappper.media.decode import FrameReader
from clappper.media.models import MissingModelError
from clappper.media.probe import probe
from clappper.review.scorers import deep, language
from clappper.review.scorers.sample import Rgb, colour, fitted

STEP = 4
"""Frames from a stitch to the pictures beside it, so that what was redrawn around it does not count."""
FLOOR = 0.002
"""Pictures no further apart are the same but for noise."""

Embed = Callable[[tuple[Rgb, ...]], NDArray[np.float32]]
"""Gives one vector for each picture."""


@dataclass(frozen=True, slots=True)
class Drift:
    """What one network says of the stitch before ``frame``: 0 alike, 2 opposite.

    ``across`` is of the stitch, ``inside`` the mean of the pieces; None where ``reason`` says why.
    """

    frame: int
    by: str
    across: float | None = None
    inside: float | None = None
    reason: str = ""

    @property
    def times(self) -> float | None:
        """How many times what is usual inside the pieces lies across the stitch."""
        if self.across is None or self.inside is None:
            return None
        return (self.across + FLOOR) / (self.inside + FLOOR)

    def __str__(self) -> str:
        if self.times is None:
            return f"{self.by}: {self.reason}"
        return f"{self.by} {self.across:.3f} across, {self.inside:.3f} inside"


def measure(
    path: Path, stitches: Sequence[int], frames: int, models: Path, bounds: Sequence[int] = ()
) -> tuple[Drift, ...]:
    """Measure a clip of so many frames at its stitches; pieces also end at ``bounds``, such as cuts.

    Raises:
        UnusableInputError: the clip cannot be decoded.
    """
    places = {
        frame: found for frame in stitches if (found := pictures_of(frame, (*stitches, *bounds), frames))
    }
    pictures = _read(path, sorted({number for four in places.values() for number in four}))
    told: list[Drift] = []
    for by, embed in networks(models).items():
        told += drifts(by, embed, stitches, places, pictures)
    return tuple(sorted(told, key=lambda drift: (drift.frame, drift.by)))


def pictures_of(stitch: int, bounds: Sequence[int], frames: int) -> tuple[int, int, int, int] | None:
    """Choose the two pictures on each side of a stitch, evenly spaced; None where a piece has no two."""
    ends = sorted({0, frames, *bounds})
    before = stitch - ends[bisect_left(ends, stitch) - 1] if stitch > 0 else 0
    after = ends[bisect_right(ends, stitch)] - stitch if stitch < frames else 0
    step = min(STEP, before // 3, (after - 1) // 3)
    if step < 1:
        return None
    return stitch - 3 * step, stitch - step, stitch + step, stitch + 3 * step


def drifts(
    by: str,
    embed: Embed | str,
    stitches: Sequence[int],
    places: Mapping[int, tuple[int, int, int, int]],
    pictures: Mapping[int, Rgb],
) -> list[Drift]:
    """Ask one network; where it is a sentence instead, that is why it says nothing."""
    if isinstance(embed, str):
        return [Drift(frame, by, reason=f"cannot compute: {embed}") for frame in stitches]
    short = "cannot compute: a piece beside the stitch is too short."
    found = [Drift(frame, by, reason=short) for frame in stitches if frame not in places]
    if not places:
        return found
    numbers = tuple(pictures)
    vectors = np.asarray(embed(tuple(pictures.values())), np.float64)
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    at = dict(zip(numbers, unit, strict=True))
    for frame, four in places.items():
        first, across, last = (max(0.0, 1 - float(at[a] @ at[b])) for a, b in pairwise(four))
        found.append(Drift(frame, by, round(across, 4), round((first + last) / 2, 4)))
    return found


def networks(models: Path) -> dict[str, Embed | str]:
    """Give each network, or why it is not to be had."""
    lacking = language.missing(models)
    given: dict[str, Embed | str] = {"CLIP": lacking or language.network_of(models).pictures}
    try:
        given["EfficientNet"] = deep.network_of(models)
    except MissingModelError as error:
        given["EfficientNet"] = f"{error.message} {error.hint}"
    return given


def _read(path: Path, numbers: Sequence[int]) -> dict[int, Rgb]:
    facts = probe(path)
    width, height = fitted(facts.width, facts.height)
    with FrameReader(path, rate=facts.rate, width=width, height=height) as reader:
        shown = {number: reader.at(number) for number in numbers}
        return {number: colour(one.y, one.u, one.v) for number, one in shown.items()}
