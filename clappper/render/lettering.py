"""Lettering: one title set at its size, and the pictures that draw it.

A title is measured first, so that the layout can place it, and drawn when it is first seen.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace

import numpy as np

from clappper.render.captions import FACES, Voice, caption_svg
from clappper.render.contrast import BLACK, WHITE, Inks
from clappper.render.fonts import FontStack
from clappper.render.logos import Logo
from clappper.render.rasters import Rgba, rasterise, rounded, shadow
from clappper.render.shaping import Line, set_line, side_by_side
from clappper.render.typography import RoleStyle
from clappper.render.wrapping import Block, Fit, Limits, fit
from clappper.timeline.model import CaptionLook, TitleRole

LEADING_SYMBOL = re.compile(r"([$€£¥₩₹₽₺₪])[ \u00a0]?(\d.*)")
ADDRESS_FRAME = re.compile(r"^\s*https?://|/+\s*$", re.IGNORECASE)
SYMBOL_SIZE = 0.56
BUTTON_PADDING = (1.3, 0.76)
TAG_PADDING = (0.44, 0.22)
PLATE_PADDING = (0.62, 0.46)
PLATE_OPACITY = 0.66
ROOM = 2
"""Pixels around the ink of a picture, for the soft edge of its outlines."""


@dataclass(frozen=True, slots=True)
class Lettering:
    """A title's text in its final size. Width and height include the padding of a button or plate, pixels.

    ``look`` and ``fonts`` are those of a caption, whose words are drawn one by one.
    """

    role: TitleRole
    fit: Fit
    opacity: float
    padding: tuple[float, float] = (0.0, 0.0)
    look: CaptionLook | None = None
    fonts: FontStack | None = field(default=None, compare=False, repr=False)

    @property
    def block(self) -> Block:
        return self.fit.block

    @property
    def width(self) -> float:
        return self.block.width + 2 * self.padding[0]

    @property
    def height(self) -> float:
        return self.block.height + 2 * self.padding[1]

    @property
    def em(self) -> float:
        return self.block.style.size


@dataclass(frozen=True, slots=True)
class Emblem:
    """A logo in its final size."""

    logo: Logo

    @property
    def width(self) -> float:
        return float(self.logo.picture.shape[1])

    @property
    def height(self) -> float:
        return float(self.logo.picture.shape[0])

    @property
    def em(self) -> float:
        return self.height / 2


@dataclass(frozen=True, slots=True)
class Part:
    """One picture of a title, in pixels from the corner of the title's box. Shadows fade but do not move."""

    x: int
    y: int
    picture: Rgba
    is_shadow: bool = False


def letter(
    role: TitleRole,
    text: str,
    fonts: FontStack,
    style: RoleStyle,
    room: tuple[float, float],
    unit: float,
    look: CaptionLook | None = None,
) -> Lettering:
    """Set a title's text into ``room`` (width and height in pixels); ``unit`` scales the role's sizes.

    ``look`` is that of a caption.
    """
    across, down = _padding(role, look)
    top_size = max(style.max_size, style.min_size) * unit
    limits = Limits(
        max(1.0, room[0] - 2 * across * top_size),
        max(1.0, room[1] - 2 * down * top_size),
        top_size,
        style.min_size * unit,
        style.max_lines,
    )
    fitted = fit(_shown(role, text, look), fonts, style.style(unit), limits)
    if role is TitleRole.PRICE:
        fitted = replace(fitted, block=_with_small_symbol(fitted.block, fonts))
    size = fitted.block.style.size
    own_fonts = fonts if look else None
    return Lettering(role, fitted, style.opacity, (across * size, down * size), look, own_fonts)


def _padding(role: TitleRole, look: CaptionLook | None) -> tuple[float, float]:
    if look is not None:
        return FACES[look.face].padding
    if role is TitleRole.BUTTON:
        return BUTTON_PADDING
    return PLATE_PADDING if has_plate(role) else (0.0, 0.0)


def _shown(role: TitleRole, text: str, look: CaptionLook | None) -> str:
    """Leave out of an address what nobody types, and set a caption in the letters of its face."""
    if look is not None and FACES[look.face].capitals:
        return text.upper()
    return ADDRESS_FRAME.sub("", text) if role is TitleRole.URL else text


def has_plate(role: TitleRole) -> bool:
    """Tell whether a role brings what it needs to be read: a plate, or a caption's outline."""
    return role in (TitleRole.CAPTION, TitleRole.DISCLOSURE)


def _with_small_symbol(block: Block, fonts: FontStack) -> Block:
    """Set a leading currency sign smaller and level with the top of the figures."""
    found = LEADING_SYMBOL.fullmatch(block.lines[0].text) if len(block.lines) == 1 else None
    if not found:
        return block
    small = replace(block.style, size=block.style.size * SYMBOL_SIZE)
    symbol = set_line(found[1], fonts, small)
    figures = set_line(found[2], fonts, block.style)
    reference = set_line("0", fonts, small)
    raised = -figures.top + reference.top
    line = replace(
        side_by_side(symbol, figures, gap=0.05 * block.style.size, raised=raised), text=block.lines[0].text
    )
    return replace(block, lines=(line,))


def draw(lettering: Lettering, inks: Inks, *, centred: bool, shaded: bool) -> tuple[Part, ...]:
    """Draw a title: its shadow first when ``shaded``, then one picture per line, or one with its button."""
    if lettering.role is TitleRole.BUTTON:
        return _drawn_button(lettering, inks, shaded=shaded)
    if lettering.look is not None:
        return draw_caption(lettering, Voice(lettering.look), centred=centred)
    if has_plate(lettering.role):
        plate = rounded(lettering.width, lettering.height, 0.36 * lettering.em, BLACK, PLATE_OPACITY)
        return (_whole(lettering, plate, _lines(lettering, WHITE, centred=centred)),)
    return _drawn_lines(lettering, inks, centred=centred, shaded=shaded)


def _drawn_lines(lettering: Lettering, inks: Inks, *, centred: bool, shaded: bool) -> tuple[Part, ...]:
    colour = inks.accent if lettering.role is TitleRole.PRICE else inks.text
    parts = tuple(
        _drawn_line(lettering, at, colour, centred=centred) for at in range(len(lettering.block.lines))
    )
    if not (shaded and parts):
        return parts
    if inks.tag and lettering.role is TitleRole.PRICE:
        return (_tag(parts, lettering.em, inks.tag), *parts)
    if not inks.shadow:
        return parts
    return (*_shadow_of(parts, lettering.em, strength=inks.shadow), *parts)


def draw_caption(lettering: Lettering, voice: Voice, *, centred: bool) -> tuple[Part, ...]:
    """Draw a caption as it is at one moment, before it the shadow its face has."""
    assert lettering.fonts is not None
    face, block = FACES[voice.look.face], lettering.block
    places = (_origin(lettering, at, centred=centred) for at in range(len(block.lines)))
    lines = ((line, x, y) for line, (x, y) in zip(block.lines, places, strict=True))
    plate = rounded(lettering.width, lettering.height, 0.36 * lettering.em, BLACK, PLATE_OPACITY)
    words = caption_svg(lines, lettering.fonts, block.style, voice)
    part = _whole(lettering, plate if face.plate else "", words)
    if not face.shadow:
        return (part,)
    return (*_shadow_of((part,), lettering.em, strength=face.shadow, spread=0.12), part)


def _tag(parts: tuple[Part, ...], em: float, colour: str) -> Part:
    """Draw a rounded ground around the ink of ``parts``. Like a shadow it fades in and does not move."""
    across, down = round(TAG_PADDING[0] * em), round(TAG_PADDING[1] * em)
    left, top = min(part.x for part in parts) - across, min(part.y for part in parts) - down
    width = max(part.x + part.picture.shape[1] for part in parts) + across - left
    height = max(part.y + part.picture.shape[0] for part in parts) + down - top
    picture = rasterise(rounded(width, height, height / 2, colour), 0, 0, width, height)
    return Part(left, top, picture, is_shadow=True)


def draw_logo(emblem: Emblem, *, shaded: bool) -> tuple[Part, ...]:
    """Draw a logo; when ``shaded``, with its plate's shadow, or before the soft glow it needs."""
    logo, part = emblem.logo, Part(0, 0, emblem.logo.picture)
    if not shaded or not (logo.plated or logo.glow):
        return (part,)
    side = math.sqrt(emblem.width * emblem.height)
    if logo.plated:
        return (*_shadow_of((part,), side, strength=0.3, spread=0.09), part)
    ground = _around(part, 0.1 * side)
    colour = "#000000" if logo.light else WHITE
    return (*_shadow_of((ground,), side, strength=logo.glow, spread=0.3, colour=colour), part)


def _around(part: Part, margin: float) -> Part:
    """Fill a part's box and a margin around it."""
    reach = round(margin)
    height, width = (side + 2 * reach for side in part.picture.shape[:2])
    return Part(part.x - reach, part.y - reach, np.full((height, width, 4), 255, np.uint8))


def _drawn_button(lettering: Lettering, inks: Inks, *, shaded: bool) -> tuple[Part, ...]:
    pill = rounded(lettering.width, lettering.height, lettering.height / 2, inks.fill)
    part = _whole(lettering, pill, _lines(lettering, inks.label, centred=True))
    if not shaded:
        return (part,)
    below = replace(part, y=part.y + round(0.12 * lettering.em))
    return (*_shadow_of((below,), lettering.em, strength=0.34), part)


def _shadow_of(
    parts: tuple[Part, ...],
    em: float,
    *,
    strength: float,
    spread: float = 0.18,
    colour: str = "#000000",
) -> tuple[Part, ...]:
    blur = max(3.0, spread * em)
    x, y, picture = shadow([(part.x, part.y, part.picture) for part in parts], blur, strength, colour)
    return (Part(x, y, picture, is_shadow=True),)


def _whole(lettering: Lettering, ground: str, lines: str) -> Part:
    width, height = math.ceil(lettering.width) + 2 * ROOM, math.ceil(lettering.height) + 2 * ROOM
    return Part(-ROOM, -ROOM, rasterise(ground + lines, -ROOM, -ROOM, width, height))


def _lines(lettering: Lettering, colour: str, *, centred: bool) -> str:
    placed = []
    for at, line in enumerate(lettering.block.lines):
        x, y = _origin(lettering, at, centred=centred)
        placed.append(f'<g fill="{colour}" transform="translate({x:.3f} {y:.3f})">{line.svg}</g>')
    return "".join(placed)


def _drawn_line(lettering: Lettering, at: int, colour: str, *, centred: bool) -> Part:
    line = lettering.block.lines[at]
    x, y = _origin(lettering, at, centred=centred)
    left, top = math.floor(x + line.left) - ROOM, math.floor(y + line.top) - ROOM
    width = math.ceil(x + line.right) + ROOM - left
    height = math.ceil(y + line.bottom) + ROOM - top
    body = (
        f'<g fill="{colour}" fill-opacity="{lettering.opacity:.3f}" transform="translate({x:.3f} {y:.3f})">'
    )
    return Part(left, top, rasterise(f"{body}{line.svg}</g>", left, top, width, height))


def _origin(lettering: Lettering, at: int, *, centred: bool) -> tuple[float, float]:
    """Give the pen's start on a line's baseline, from the corner of the title's box."""
    line: Line = lettering.block.lines[at]
    slack = lettering.block.width - line.width
    share = 0.5 if centred else 1.0 if lettering.block.right_to_left else 0.0
    return lettering.padding[0] + slack * share, lettering.padding[1] + lettering.block.baselines[at]
