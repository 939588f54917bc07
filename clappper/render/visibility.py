"""Can a viewer see the logo, the price and the call to action? Measured on the decoded picture.

The timeline says where to look and what must be there (``sought``); the answer comes from the pixels. A title
counts as seen where the shape of its ink shows up in the frame (``template``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from clappper.base.units import FrameRange, FrameRate
from clappper.media.picture import Yuv
from clappper.render.canvas import Canvas
from clappper.render.sought import Sought
from clappper.render.template import Template

SEEN = 0.45
"""Titles that are there measure 0.9 and more, faint ones on busy footage 0.5, footage alone 0.15 and less."""

READ = 0.85
"""From here on the very letters are there: one other digit measures 0.79 at most, the same 0.9 and more."""

LOOKS_PER_SECOND = 10
CONTRASTS = 12
SETTLED_SECONDS = 0.7


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen of one title: in which frames, how clearly, and how well its worst glyph fits (0..1)."""

    sought: Sought
    seen: tuple[FrameRange, ...]
    contrast: float
    best_match: float
    reading: float


class TitleWatch:
    """Looks for titles in a film shown to it frame by frame. ``rate`` is the film's and the titles'."""

    def __init__(self, sought: Sequence[Sought], rate: FrameRate, canvas: Canvas) -> None:
        self._step = max(1, round(rate.fps / LOOKS_PER_SECOND))
        settled = rate.frame_at(SETTLED_SECONDS)
        self._looks = [_Look(title, self._step, settled, canvas) for title in sought]

    def show(self, frame: int, picture: Yuv) -> None:
        """Look at a frame, if it is one of the ten a second that are looked at."""
        if frame % self._step == 0:
            for look in self._looks:
                look.at(frame, picture)

    def sightings(self) -> tuple[Sighting, ...]:
        return tuple(look.sighting() for look in self._looks)


@dataclass(slots=True)
class _Look:
    """Everything seen of one title so far."""

    sought: Sought
    step: int
    settled: int
    canvas: Canvas
    best: float = 0.0
    reading: float = 0.0
    _template: Template | None = None
    _seen: list[int] = field(default_factory=list)
    _contrasts: list[float] = field(default_factory=list)

    def at(self, frame: int, picture: Yuv) -> None:
        if frame not in self.sought.frames:
            return
        template = self._template = self._template or Template.of(self.sought, self.canvas)
        if template is None:
            return
        match = template.match(picture.y)
        if match < READ and self._is_due(frame):
            template, match = self._found_near(template, picture, match)
        self.best = max(self.best, match)
        if match >= SEEN:
            self._seen.append(frame)
            self.reading = max(self.reading, template.reading(picture.y))
            if len(self._seen) % max(1, len(self.sought.frames) // (self.step * CONTRASTS)) == 0:
                self._contrasts.append(template.contrast(picture))

    def _is_due(self, frame: int) -> bool:
        """Whether to look around: once when the title should have settled, and once later."""
        since = frame - self.sought.frames.start - self.settled
        return any(0 <= since - wait < self.step for wait in (0, len(self.sought.frames) // 3))

    def _found_near(self, template: Template, picture: Yuv, match: float) -> tuple[Template, float]:
        """Look around a title's place, and stay with it where it is found."""
        down, across = template.offset(picture.y)
        moved = template.moved(down, across, self.canvas)
        found = moved.match(picture.y) if moved else 0.0
        if moved is None or found < max(match + 0.05, READ):
            return template, match
        self._template = moved
        self.sought = replace(self.sought, x=self.sought.x + across, y=self.sought.y + down)
        return moved, found

    def sighting(self) -> Sighting:
        self._template = None
        contrast = median(self._contrasts) if self._contrasts else 0.0
        return Sighting(self.sought, tuple(self._stretches()), contrast, self.best, self.reading)

    def _stretches(self) -> Iterator[FrameRange]:
        """Join the frames that showed it, each standing for the frames up to the next look."""
        start = end = -1
        for frame in self._seen:
            if frame != end:
                if start >= 0:
                    yield FrameRange(start, end)
                start = frame
            end = frame + self.step
        if start >= 0:
            yield FrameRange(start, min(end, self.sought.frames.end))
