"""How an edit is looked at: what a viewer chooses, and what its picture follows from."""

from __future__ import annotations

from dataclasses import dataclass

from clappper.render.canvas import ASPECTS, Canvas
from clappper.timeline.model import Timeline


@dataclass(frozen=True, slots=True)
class Wipe:
    """Another edit over the right of the picture, from ``position`` (0..1 of the width) on."""

    timeline: Timeline
    position: float = 0.5


@dataclass(frozen=True, slots=True)
class View:
    """How an edit is shown: ``height`` is the viewer's in pixels, ``quality`` (1, 2 or 4) divides it.

    ``proxies`` takes the small stand-ins of files where there are any.
    """

    aspect: str = "9:16"
    height: int = 1920
    quality: int = 2
    proxies: bool = True
    wipe: Wipe | None = None

    @property
    def canvas(self) -> Canvas:
        full = ASPECTS[self.aspect][1]
        return Canvas.of(self.aspect, min(1.0, max(self.height, 64) / full) / self.quality)
