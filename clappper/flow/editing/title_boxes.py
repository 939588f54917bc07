"""Where the titles of an edit lie on a canvas, for whoever takes hold of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clappper.base.errors import ClappperError
from clappper.timeline.keyframes import value_at
from clappper.timeline.model import Clip, Timeline

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class TitleBox:
    """A title at rest: left, top, right and bottom as fractions of the canvas, before its motion."""

    clip: Clip
    box: Box

    def at(self, frame: int) -> Box:
        """Give the box at a frame of the timeline, moved and scaled by the clip's keyframes."""
        motion, local = self.clip.motion, frame - self.clip.placed.start
        x, y = value_at(motion.x, local, 0.0), value_at(motion.y, local, 0.0)
        scale = value_at(motion.scale, local, 1.0)
        left, top, right, bottom = self.box
        middle, centre = (left + right) / 2, (top + bottom) / 2
        across, down = (right - left) / 2 * scale, (bottom - top) / 2 * scale
        return middle - across + x, centre - down + y, middle + across + x, centre + down + y


def title_boxes(timeline: Timeline, root: Path, aspect: str) -> tuple[TitleBox, ...]:
    """Lay out every title for an aspect; nothing where they cannot be drawn, which the picture says.

    ``root`` is the project folder.
    """
    from clappper.render.canvas import Canvas
    from clappper.render.layout import lay_out

    canvas = Canvas.of(aspect)
    try:
        stacks = lay_out(timeline, root, canvas)
    except ClappperError:
        return ()
    return tuple(
        TitleBox(
            placed.clip,
            (
                placed.box.left / canvas.width,
                placed.box.top / canvas.height,
                placed.box.right / canvas.width,
                placed.box.bottom / canvas.height,
            ),
        )
        for stack in stacks
        for placed in stack.titles
    )
