"""The faces of captions: how they are lettered, and how the word being said stands out.

Whatever the footage, they are read without a scrim: by their plate, their outline or their shadow.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from clappper.base.colours import contrast
from clappper.render.contrast import BLACK, READABLE, WHITE, readable_on, strengthened
from clappper.render.fonts import FontStack
from clappper.render.rasters import rounded
from clappper.render.shaping import Line, Style, set_line, with_pen
from clappper.render.typography import ROLES, RoleStyle
from clappper.timeline.model import Branding, CaptionFace, CaptionLook, Highlight, TitleRole

NAMED = re.compile(r"\S+")
UNLIKE_WHITE = 1.25
"""The least contrast of a highlighted word to the white ones beside it."""
LAST_RESORT = "#FFD54A"
POPS = 1.04
"""How much larger the word being said is in the bold face."""
CAP, DROP = 0.86, 0.27
"""How far a word's box reaches above and below the baseline, in ems."""


@dataclass(frozen=True, slots=True)
class Face:
    """``outline`` is in ems; ``padding`` around the lines, across and down, as well."""

    size: float
    weight: int
    padding: tuple[float, float]
    outline: float = 0.0
    shadow: float = 0.0
    capitals: bool = False
    plate: bool = False


FACES = {
    CaptionFace.BOXED: Face(46, 600, (0.62, 0.46), plate=True),
    CaptionFace.PLAIN: Face(54, 650, (0.3, 0.2), outline=0.03, shadow=0.85),
    CaptionFace.OUTLINED: Face(58, 750, (0.3, 0.2), outline=0.13, shadow=0.35),
    CaptionFace.BOLD: Face(80, 850, (0.36, 0.24), outline=0.15, shadow=0.4, capitals=True),
}


def style_of(look: CaptionLook) -> RoleStyle:
    """Give the typography of captions of a look."""
    face = FACES[look.face]
    usual = ROLES[TitleRole.CAPTION]
    tight = 1.12 if face.capitals else usual.leading
    return replace(
        usual,
        max_size=face.size * look.size,
        min_size=min(usual.min_size, face.size * look.size),
        weight=face.weight,
        leading=tight,
    )


def highlight_colour(look: CaptionLook, branding: Branding) -> str:
    """Choose the colour of the word being said: the look's or the brand's, if it reads and is told apart."""
    for colour in filter(None, (look.colour, *branding.colours)):
        strong = strengthened(colour, BLACK, READABLE)
        if strong and (look.highlight is Highlight.BOX or contrast(strong, WHITE) >= UNLIKE_WHITE):
            return strong
    return LAST_RESORT


@dataclass(frozen=True, slots=True)
class Voice:
    """One moment of a caption: its look, the number of the word being said (-1: none) and its colour."""

    look: CaptionLook
    spoken: int = -1
    colour: str = LAST_RESORT


def caption_svg(
    lines: Iterator[tuple[Line, float, float]], fonts: FontStack, style: Style, voice: Voice
) -> str:
    """Draw lines, each with the pen's start on its baseline; the word being said comes last, on top."""
    face = FACES[voice.look.face]
    words = [word for line, x, y in lines for word in _words(line, x, y, fonts, style)]
    number = voice.spoken if voice.look.highlight is not Highlight.NONE else -1
    spoken = words[number] if 0 <= number < len(words) else None
    others = [word for word in words if word is not spoken]
    body = _inked(others, WHITE, face.outline * style.size)
    return body + (_spoken(spoken, face, style, voice) if spoken else "")


@dataclass(frozen=True, slots=True)
class _Word:
    """A word's outlines, its pen's start and its advance, in pixels."""

    svg: str
    x: float
    y: float
    width: float


def _words(line: Line, x: float, y: float, fonts: FontStack, style: Style) -> Iterator[_Word]:
    """Part a line into its words; one that runs both ways stays whole."""
    ways = {unicodedata.bidirectional(char) for char in line.text}
    from_right = bool(ways & {"R", "AL"})
    if from_right and "L" in ways:
        yield _Word(line.svg, x, y, line.width)
        return
    for found in NAMED.finditer(line.text):
        word = set_line(found[0], fonts, style, right_to_left=from_right)
        if from_right:
            at = line.width - _advance(line.text[: found.end()], fonts, style, from_right=True)
        else:
            at = _advance(line.text[: found.start()], fonts, style, from_right=False)
        yield _Word(word.svg, x + at, y, word.width)


def _advance(text: str, fonts: FontStack, style: Style, *, from_right: bool) -> float:
    return set_line(text, fonts, style, right_to_left=from_right).width if text else 0.0


def _inked(words: list[_Word], colour: str, outline: float) -> str:
    """Draw all outlines below all letters, so that none cuts into its neighbour."""
    shapes = "".join(f'<g transform="translate({word.x:.3f} {word.y:.3f})">{word.svg}</g>' for word in words)
    inked = f'<g fill="{colour}">{shapes}</g>'
    if not outline:
        return inked
    pen = f'stroke="{BLACK}" stroke-linejoin="round"'
    return f'<g fill="{BLACK}" {pen}>{with_pen(shapes, outline)}</g>{inked}'


def _spoken(word: _Word, face: Face, style: Style, voice: Voice) -> str:
    em = style.size
    if voice.look.highlight is Highlight.BOX:
        side = 0.13 * em
        box = rounded(word.width + 2 * side, (CAP + DROP) * em, 0.16 * em, voice.colour)
        place = f'<g transform="translate({word.x - side:.3f} {word.y - CAP * em:.3f})">{box}</g>'
        return place + _inked([word], readable_on(voice.colour), 0.0)
    drawn = _inked([word], voice.colour, face.outline * em)
    if not face.capitals:
        return drawn
    x, y = word.x + word.width / 2, word.y - 0.35 * em
    grown = f"translate({x:.3f} {y:.3f}) scale({POPS}) translate({-x:.3f} {-y:.3f})"
    return f'<g transform="{grown}">{drawn}</g>'
