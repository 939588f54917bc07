"""The titles and logos that a viewer should see: what they look like, where, and when."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clappper.base.units import FrameRange
from clappper.render.aspects import safe_zone
from clappper.render.canvas import Canvas
from clappper.render.layout import PlacedTitle, Stack, lay_out
from clappper.render.lettering import Emblem, draw, draw_logo, has_plate
from clappper.render.rasters import Rgba
from clappper.timeline.model import Timeline, TitleRole


@dataclass(frozen=True, slots=True)
class Sought:
    """One title to look for: its picture, where its corner stands on the canvas, and in which frames.

    ``has_ground`` says that it brings its own ground (a button, a plate): then its letters are read
    against that, otherwise against what surrounds them.
    """

    role: TitleRole
    text: str
    frames: FrameRange
    x: int
    y: int
    rgba: Rgba
    has_ground: bool = False

    @property
    def ink_box(self) -> tuple[int, int, int, int]:
        """Where its ink is on the canvas: left, top, right, bottom (the latter two just outside)."""
        rows, columns = (np.flatnonzero((self.rgba[..., 3] > 25).any(axis=axis)) for axis in (1, 0))
        if not rows.size:
            return self.x, self.y, self.x, self.y
        return (
            self.x + int(columns[0]),
            self.y + int(rows[0]),
            self.x + int(columns[-1]) + 1,
            self.y + int(rows[-1]) + 1,
        )


def titles_of(timeline: Timeline, root: Path, canvas: Canvas) -> tuple[Sought, ...]:
    """List what a timeline says is on screen, settled in its place. ``root`` is the project folder.

    Raises:
        UnusableInputError: the brand's font or a logo cannot be read.
    """
    stacks = lay_out(timeline, root, canvas)
    return tuple(_sought(placed, stack) for stack in stacks for placed in stack.titles)


def _sought(placed: PlacedTitle, stack: Stack) -> Sought:
    setting = placed.setting
    if isinstance(setting, Emblem):
        parts, has_ground = draw_logo(setting, shaded=False), setting.logo.plated
    else:
        parts = draw(setting, stack.inks, centred=placed.centred, shaded=False)
        has_ground = placed.title.role is TitleRole.BUTTON or has_plate(placed.title.role)
    left, top = min(part.x for part in parts), min(part.y for part in parts)
    right = max(part.x + part.picture.shape[1] for part in parts)
    bottom = max(part.y + part.picture.shape[0] for part in parts)
    rgba = np.zeros((bottom - top, right - left, 4), np.uint8)
    for part in parts:
        height, width = part.picture.shape[:2]
        place = rgba[part.y - top : part.y - top + height, part.x - left : part.x - left + width]
        covers = part.picture[..., 3:] >= place[..., 3:]
        np.copyto(place, part.picture, where=covers)
    role, text = placed.title.role, placed.title.text
    return Sought(role, text, placed.clip.placed, placed.x + left, placed.y + top, rgba, has_ground)


def is_in_safe_zone(sought: Sought, platform: str, canvas: Canvas) -> bool:
    """Whether a title's ink keeps clear of the platform's interface, but for two pixels of soft edge."""
    left, top, right, bottom = safe_zone(platform, canvas.aspect).box(canvas)
    box = sought.ink_box
    return box[0] >= left - 2 and box[1] >= top - 2 and box[2] <= right + 2 and box[3] <= bottom + 2
