"""Scrims: the soft darkening of footage under titles, so that they read on whatever a clip shows.

Where the footage is known a scrim is as weak as it may be, light under dark text, or left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from clappper.render.canvas import Canvas
from clappper.render.layout import Box, Stack
from clappper.render.lettering import Emblem
from clappper.render.rasters import Rgba, gradient, tinted
from clappper.render.regions import Region
from clappper.render.tones import DARK_VEIL, Veil

STRENGTH = 0.56
TOP_STRENGTH = 0.52
BAND_STRENGTH = 0.45
FOOT_STRENGTH = 0.3
CORNER_STRENGTH = 0.18
CLEAR = 0.06
"""What remains of an end card's scrim over the product."""
CLEAR_ROOM = 0.36
LOGO_STRENGTH = 0.4
LOGO_APART = 0.1
"""A logo nearer to the words than this, in heights, stands with them and not above the product."""
USUAL = {
    Region.BOTTOM: STRENGTH,
    Region.FOOT: FOOT_STRENGTH,
    Region.TOP: TOP_STRENGTH,
    Region.CENTER: BAND_STRENGTH,
    Region.CARD: STRENGTH,
}
"""How strong the scrims are over footage that may be anything."""


@dataclass(frozen=True, slots=True)
class Scrim:
    """Opacities down and across the canvas, multiplied. ``x`` and ``y`` are the picture's corner."""

    x: int
    y: int
    width: int
    height: int
    down: tuple[tuple[float, float], ...]
    across: tuple[tuple[float, float], ...] = ((0.0, 1.0),)
    colour: str = DARK_VEIL

    def draw(self) -> Rgba:
        rows = gradient(self.height, [(at - self.y, value) for at, value in self.down])
        columns = gradient(self.width, [(at - self.x, value) for at, value in self.across])
        return tinted(np.outer(rows, columns).astype(np.float32), self.colour)


def scrim_for(stack: Stack, canvas: Canvas) -> Scrim | None:
    """Choose the scrim of a stack: none over a plain ground, nor where titles bring their own plates."""
    if stack.ground or stack.region not in (*USUAL, Region.CORNER):
        return None
    if stack.region is Region.CORNER:
        return _corner(stack, canvas)
    if stack.veil is None and stack.region is Region.CARD:
        return _card(stack, canvas)
    veil = stack.veil or Veil(DARK_VEIL, USUAL[stack.region])
    if not veil.opacity:
        return None
    return replace(_under(stack, canvas, veil.opacity), colour=veil.colour)


def _under(stack: Stack, canvas: Canvas, strength: float) -> Scrim:
    """Cover what is behind the stack's words evenly, fading out around them."""
    box = words_box(stack)
    if stack.region is Region.TOP:
        return _falling(box, canvas, strength)
    if stack.region is Region.CENTER:
        return _band(box, canvas, strength)
    return _rising(box, canvas, strength, 0.1 if stack.region is Region.CARD else 0.22)


def words_box(stack: Stack) -> Box:
    """Give the box around all titles of a stack but its logos, if it has others."""
    words = [placed.box for placed in stack.titles if not isinstance(placed.setting, Emblem)]
    boxes = words or [placed.box for placed in stack.titles]
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def _rising(box: Box, canvas: Canvas, strength: float, above: float) -> Scrim:
    """Darken from above the box downwards, less again far below it; on wide canvases only around the box."""
    start = max(0, round(box.top - above * canvas.height))
    end = box.bottom + 0.26 * canvas.height
    down = ((start, 0.0), (box.top, strength), (box.bottom, strength), (end, 0.4 * strength))
    return Scrim(0, start, canvas.width, canvas.height - start, down, _sides(box, canvas, 0.24))


def _falling(box: Box, canvas: Canvas, strength: float) -> Scrim:
    end = min(canvas.height, round(box.bottom + 0.16 * canvas.height))
    return Scrim(0, 0, canvas.width, end, ((0.0, strength), (box.bottom, strength), (end, 0.0)))


def _corner(stack: Stack, canvas: Canvas) -> Scrim | None:
    """Darken behind a light logo over footage that may be anything; elsewhere its glow is enough."""
    if not any(
        isinstance(placed.setting, Emblem) and placed.setting.logo.light and placed.title.backdrop is None
        for placed in stack.titles
    ):
        return None
    box, strength = stack.box, CORNER_STRENGTH
    end = min(canvas.height, round(box.bottom + 0.2 * canvas.height))
    down = ((0.0, strength), (0.5 * box.bottom, strength), (end, 0.0))
    return Scrim(0, 0, canvas.width, end, down, _around(box, canvas, 0.5))


def _band(box: Box, canvas: Canvas, strength: float) -> Scrim:
    fade = 0.16 * canvas.height
    top, bottom = max(0, round(box.top - fade)), min(canvas.height, round(box.bottom + fade))
    down = ((top, 0.0), (box.top, strength), (box.bottom, strength), (bottom, 0.0))
    return Scrim(0, top, canvas.width, bottom - top, down)


def _card(stack: Stack, canvas: Canvas) -> Scrim:
    """Darken the words' part of the picture and the logo's, and keep the product's place between clear.

    The less room there is between them, the less it clears: a bright band would draw the eye.
    """
    height, top = canvas.height, words_box(stack).top
    logos = [placed.box for placed in stack.titles if isinstance(placed.setting, Emblem)]
    if any(box.bottom > top - LOGO_APART * height for box in logos):
        top, logos = stack.box.top, []
    below_logo = min((box.bottom for box in logos), default=0.0)
    clear = max(CLEAR, STRENGTH * (1.0 - (top - below_logo) / (CLEAR_ROOM * height)))
    down = [(0.0, max(LOGO_STRENGTH, clear) if logos else clear)]
    if logos:
        down += [(below_logo, down[0][1]), (below_logo + 0.4 * min(top - below_logo, 0.35 * height), clear)]
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
