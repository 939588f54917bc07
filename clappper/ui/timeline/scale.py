"""Between frames and pixels, and where the ruler writes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from clappper.base.units import FrameRange, FrameRate

WIDEST, NARROWEST = 48.0, 0.005
_NICE_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)


@dataclass(frozen=True, slots=True)
class Scale:
    """``pixels`` a frame is wide; ``left`` is the frame, not always whole, at the surface's left edge."""

    pixels: float = 4.0
    left: float = 0.0

    def x_of(self, frame: float) -> float:
        return (frame - self.left) * self.pixels

    def frame_at(self, x: float) -> int:
        """Give the frame whose start is nearest to ``x``; 0 before the start."""
        return max(0, round(self.left + x / self.pixels))

    def frame_under(self, x: float) -> int:
        """Give the frame that ``x`` lies on; 0 before the start."""
        return max(0, int(self.left + x / self.pixels))

    def frames_in(self, width: float) -> float:
        return width / self.pixels

    def visible(self, x: float, width: float) -> FrameRange:
        """Give the frames that show on ``width`` pixels from ``x``, those at the edges included."""
        start = int(max(0.0, self.left + x / self.pixels))
        return FrameRange(start, max(start, int(self.left + (x + width) / self.pixels) + 1))

    def zoomed(self, factor: float, x: float) -> Scale:
        """Zoom so that what is at ``x`` stays there."""
        pixels = min(max(self.pixels * factor, NARROWEST), WIDEST)
        held = self.left + x / self.pixels
        return Scale(pixels, max(0.0, held - x / pixels))

    def scrolled(self, by_pixels: float) -> Scale:
        return replace(self, left=max(0.0, self.left + by_pixels / self.pixels))

    def revealing(self, frame: int, width: float) -> Scale:
        """Scroll a page where that is needed to show ``frame``."""
        x = self.x_of(frame)
        return self if 0 <= x < width - 8 else replace(self, left=max(0.0, frame - 0.1 * width / self.pixels))


def fitting(length_frames: int, width: float) -> Scale:
    """Show ``length_frames`` on ``width`` pixels, with a little room behind."""
    pixels = max(width, 1.0) * 0.96 / max(length_frames, 1)
    return Scale(min(max(pixels, NARROWEST), WIDEST))


@dataclass(frozen=True, slots=True)
class Ticks:
    """Every how many frames the ruler draws a line, and every how many it writes the time."""

    every: int
    labelled: int


def ticks(scale: Scale, rate: FrameRate, *, label_pixels: float = 90.0) -> Ticks:
    """Choose the closest ticks whose labels have room."""
    base = round(rate.fps)
    steps = [step for step in (1, 2, 5, 10, base // 2) if 0 < step < base]
    steps += [seconds * base for seconds in _NICE_SECONDS]
    labelled = next((step for step in steps if step * scale.pixels >= label_pixels), steps[-1])
    finer = (step for step in steps if labelled % step == 0 and step * scale.pixels >= 7)
    return Ticks(next(finer, labelled), labelled)
