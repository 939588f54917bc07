"""Scrims: the soft darkening of footage under titles, so that they read on whatever a clip shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from clappper.render.canvas import Canvas
from clappper.render.layout import Box, Stack
from clappper.render.lettering import Emblem
from clappper.render.rasters import Rgba, gradient, tinted
from clappper.render.regions import Region

STRENGTH = 0.56
FOOT_STRENGTH = 0.3
CORNER_STRENGTH = 0.18
CLEAR = 0.06
"""What remains of an end card's scrim over the product."""
CLEAR_ROOM = 0.36
LOGO_STRENGTH = 0.4
COLOUR = "#060606"


@dataclass(frozen=True, slots=True)
class Scrim:
    """Opacities down and across the canvas, multiplied. ``x`` and ``y`` are the picture's corner."""

    x: int
    y: int
    width: int
    height: int
    down: tuple[tuple[float, float], ...]
    across: tuple[tuple[float, float], ...] = ((0.0, 1.0),)

    def draw(self) -> Rgba:
        rows = gradient(self.height, [(at - self.y, value) for at, value in self.down])
        columns = gradient(self.width, [(at - self.x, value) for at, value in self.across])
        return tinted(np.outer(rows, columns).astype(np.float32), COLOUR)


def scrim_for(stack: Stack, canvas: Canvas) -> Scrim | None:
    """Choose the scrim of a stack: none over a plain ground, nor where titles bring their own plates."""
    chosen = None if stack.ground else SCRIMS.get(stack.region)
    return chosen(stack, canvas) if chosen else None


def _rising(box: Box, canvas: Canvas, strength: float = STRENGTH) -> Scrim:
    """Darken from above the box downwards, less again far below it; on wide canvases only around the box."""
    start = max(0, round(box.top - 0.22 * canvas.height))
    end = box.bottom + 0.26 * canvas.height
    down = (
        (start, 0.0),
        (box.top + 0.05 * box.height, strength),
        (box.bottom, strength),
        (end, 0.4 * strength),
    )
    return Scrim(0, start, canvas.width, canvas.height - start, down, _sides(box, canvas, 0.24))


def _falling(box: Box, canvas: Canvas) -> Scrim:
    end = min(canvas.height, round(box.bottom + 0.16 * canvas.height))
    return Scrim(0, 0, canvas.width, end, ((box.top, STRENGTH), (box.bottom, 0.85 * STRENGTH), (end, 0.0)))


def _corner(stack: Stack, canvas: Canvas) -> Scrim | None:
    logos = [placed.setting.logo for placed in stack.titles if isinstance(placed.setting, Emblem)]
    if not any(logo.light for logo in logos):
        return None
    box, strength = stack.box, CORNER_STRENGTH
    end = min(canvas.height, round(box.bottom + 0.2 * canvas.height))
    down = ((0.0, strength), (0.5 * box.bottom, strength), (end, 0.0))
    return Scrim(0, 0, canvas.width, end, down, _around(box, canvas, 0.5))


def _band(box: Box, canvas: Canvas) -> Scrim:
    fade = 0.16 * canvas.height
    top, bottom = max(0, round(box.top - fade)), min(canvas.height, round(box.bottom + fade))
    down = ((top, 0.0), (box.top, 0.8 * STRENGTH), (box.bottom, 0.8 * STRENGTH), (bottom, 0.0))
    return Scrim(0, top, canvas.width, bottom - top, down)


def _card(stack: Stack, canvas: Canvas) -> Scrim:
    """Darken the words' part of the picture and the logo's, and keep the product's place between clear.

    The less room there is between them, the less it clears: a bright band would draw the eye.
    """
    words = [placed.box for placed in stack.titles if not isinstance(placed.setting, Emblem)]
    logos = [placed.box for placed in stack.titles if isinstance(placed.setting, Emblem)]
    height = canvas.height
    top = min((box.top for box in words), default=stack.box.bottom)
    below_logo = min((box.bottom for box in logos), default=0.0)
    clear = max(CLEAR, STRENGTH * (1.0 - (top - below_logo) / (CLEAR_ROOM * height)))
    down = [(0.0, max(LOGO_STRENGTH, clear) if logos else clear)]
    if logos:
        down += [(below_logo + 0.4 * min(top - below_logo, 0.35 * height), clear)]
    down += [(max(down[-1][0], top - 0.22 * height), clear), (top + 0.04 * height, STRENGTH)]
    return Scrim(0, 0, canvas.width, height, (*down, (height, STRENGTH)))


def _sides(box: Box, canvas: Canvas, fade: float) -> tuple[tuple[float, float], ...]:
    """On wide canvases, leave the side that the box does not use as it is."""
    return _around(box, canvas, fade) if canvas.width > canvas.height * 1.1 else ((0.0, 1.0),)


def _around(box: Box, canvas: Canvas, fade: float) -> tuple[tuple[float, float], ...]:
    """Fade out, over ``fade`` of the width, towards the side that is further from the box."""
    reach = fade * canvas.width
    if box.left + box.right <= canvas.width:
        return ((0.0, 1.0), (box.right, 1.0), (min(canvas.width, box.right + reach), 0.0))
    return ((0.0, 0.0), (max(0.0, box.left - reach), 0.0), (box.left, 1.0))


SCRIMS: dict[Region, Callable[[Stack, Canvas], Scrim | None]] = {
    Region.BOTTOM: lambda stack, canvas: _rising(stack.box, canvas),
    Region.FOOT: lambda stack, canvas: _rising(stack.box, canvas, FOOT_STRENGTH),
    Region.TOP: lambda stack, canvas: _falling(stack.box, canvas),
    Region.CENTER: lambda stack, canvas: _band(stack.box, canvas),
    Region.CARD: _card,
    Region.CORNER: _corner,
}
