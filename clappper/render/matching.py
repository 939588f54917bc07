"""Colour match: the grade that makes one shot sit beside another.

Both shots are sampled as they are without their own grades. Brightness, its spread, warmth and colourfulness
are what people see jump at a cut, so the grade is solved for these; it stays an ordinary grade, to be looked
at and changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clappper.base.errors import UnusableInputError
from clappper.media.colour import GradeValues, luma_of
from clappper.media.picture import Yuv
from clappper.media.screen import Screen
from clappper.render.canvas import Canvas
from clappper.render.sources import Sources
from clappper.timeline.model import Clip, Footage, Grade, Timeline
from clappper.timeline.queries import clip_of

SAMPLED_FRAMES = 5
SCALE = 1 / 12
OUTLIERS = (2.0, 98.0)
"""Per cent of the pixels that decide nothing at either end: highlights and black bars."""

LIMITS = {"exposure": 2.0, "contrast": 0.6, "saturation": 0.8, "temperature": 0.8}
ALIKE, APART, ENOUGH = 0.02, 0.15, 0.6
"""Distances below which shots are alike and above which they stay apart, and the share that may remain."""

Colours = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Match:
    """The grade for the clip, and how far apart the shots look before and after, 0 being alike."""

    grade: Grade
    before: float
    after: float

    @property
    def note(self) -> str:
        """Say when the shots stay apart: a grade cannot give one the light of the other."""
        if self.before < ALIKE:
            return "The shots are alike already."
        if self.after > max(ALIKE, self.before * ENOUGH) or self.after > APART:
            return "The shots are too different for a grade alone: look at the result."
        return ""


def match_grade(timeline: Timeline, root: Path, clip_id: str, reference_id: str, aspect: str) -> Match:
    """Solve for the grade of ``clip_id`` that makes it look like ``reference_id`` with that one's own grade.

    Blocks while a few small frames of both are decoded. ``root`` is the project folder.

    Raises:
        UnusableInputError: one of them shows no footage, or its file cannot be read.
    """
    canvas = Canvas.of(aspect, SCALE)
    with Sources(root) as sources:
        mine = _sampled(timeline, clip_of(timeline, clip_id), canvas, sources)
        theirs = _sampled(timeline, clip_of(timeline, reference_id), canvas, sources)
    reference = clip_of(timeline, reference_id).grade
    wanted = _character(np.clip(_values(_numbers(reference)).apply(theirs), 0, 1))
    return _solved(mine, wanted)


def _solved(mine: Colours, wanted: NDArray[np.float64]) -> Match:
    from scipy.optimize import least_squares

    highest = np.array(list(LIMITS.values()))

    def apart(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        graded = np.clip(_values(numbers).apply(mine), 0, 1)
        gentle = 0.01 * numbers / highest
        return np.concatenate([_character(graded) - wanted, gentle])

    start = np.zeros(len(highest))
    shifted = least_squares(  # about 1 instead of 0, because its steps are relative
        lambda moved: apart(moved - 1),
        start + 1,
        bounds=(1 - highest, 1 + highest),
        diff_step=0.01,
        max_nfev=60,
    )
    numbers = np.round(shifted.x - 1, 3)
    shown = len(wanted)
    distances = [float(np.linalg.norm(apart(at)[:shown])) for at in (start, numbers)]
    return Match(Grade(*(float(value) for value in numbers)), *distances)


def _sampled(timeline: Timeline, clip: Clip, canvas: Canvas, sources: Sources) -> Colours:
    """Give pixels of a clip as signals, shape (n, 3): a few frames, without the extremes."""
    if not isinstance(clip.content, Footage):
        raise UnusableInputError(f"Clip {clip.id} shows no footage to match.", "Choose a shot.")
    frames = np.linspace(clip.placed.start, clip.placed.end - 1, SAMPLED_FRAMES).round().astype(int)
    shown = [sources.picture(timeline, clip, int(frame), canvas) for frame in dict.fromkeys(frames)]
    pixels = np.concatenate(list(_signals(shown)))
    luma = luma_of(pixels)
    low, high = np.percentile(luma, OUTLIERS)
    kept = pixels[(luma >= low) & (luma <= high)]
    return kept if len(kept) else pixels


def _signals(pictures: list[Yuv]) -> Iterator[Colours]:
    screen = Screen()
    for picture in pictures:
        yield screen.rgb(picture).reshape(-1, 3).astype(np.float32) / np.float32(255)


def _character(signals: Colours) -> NDArray[np.float64]:
    """Give what is compared: dark, middle and bright luma, red over blue, and colourfulness."""
    luma = luma_of(signals)
    tones = np.percentile(luma, (10, 50, 90))
    middle = signals[(luma > 0.05) & (luma < 0.95)] if len(signals) else signals
    part = middle if len(middle) else signals
    warmth = float((part[:, 0] - part[:, 2]).mean())
    colour = float(np.abs(part - luma_of(part)[:, None]).mean())
    return np.array([*tones, warmth, 2 * colour], np.float64)


def _numbers(grade: Grade) -> NDArray[np.float64]:
    return np.array([grade.exposure, grade.contrast, grade.saturation, grade.temperature])


def _values(numbers: NDArray[np.float64]) -> GradeValues:
    return GradeValues(*(float(number) for number in numbers))
