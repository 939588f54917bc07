"""Text into outlines: bidirectional order, font fallback, HarfBuzz shaping, exact measures.

Nothing here asks the system for anything: the same text and fonts give the same outlines on every machine.
Lengths are pixels with y downwards; a line's origin is its pen start on the baseline.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import uharfbuzz as hb  # type: ignore[import-untyped]
from bidi import algorithm as bidi  # type: ignore[import-untyped]

from clappper.render.fonts import UNSEEN, FontStack, Typeface

RIGHT_TO_LEFT = frozenset({"R", "AL"})
BIDI_CONTROLS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "BN"})

CURRENCY = (
    r"[$€£¥₩₹₽₺₪₫฿₴₦]|(?:USD|EUR|GBP|JPY|CNY|CHF|AED|SAR|INR|AUD|CAD|SEK|NOK|DKK|PLN|CZK)\b|kr\b|zł|Kč|Ft\b"
)
GLYPHS = re.compile(r'scale\(([0-9.e-]+) -[0-9.e-]+\)"')
"""How ``_drawn`` writes the scale of a run's outlines."""
NUMBER = r"\d+(?:[.,'’\u00a0\u202f]\d+)*"
GAP = r"[ \u00a0\u202f]?"
PRICE = re.compile(rf"(?:{CURRENCY}){GAP}{NUMBER}(?:[.,][-–])?|{NUMBER}(?:[.,][-–])?{GAP}(?:{CURRENCY}|%)")


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set. ``size`` is the em in pixels, ``tracking`` ems between letters, ``leading`` ems
    from baseline to baseline; ``features`` are OpenType tags switched on besides the usual ones.
    """

    size: float
    weight: int = 400
    tracking: float = 0.0
    leading: float = 1.2
    display: bool = False
    features: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """Shaped text. ``svg`` draws it from the origin; the others are its advance and its ink, in pixels."""

    text: str
    svg: str
    width: float
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring characters of one typeface and one bidi level, in reading order."""

    text: str
    typeface: Typeface
    level: int


def is_right_to_left(text: str) -> bool:
    """Tell whether the first letter with a direction runs from right to left (UAX 9, P2 and P3)."""
    return bool(bidi.get_base_level(text))


def set_line(text: str, fonts: FontStack, style: Style, *, right_to_left: bool | None = None) -> Line:
    """Shape one line of text. Characters that no font has leave no mark: see ``FontStack.missing``.

    ``right_to_left`` is the direction of the paragraph the line is part of; by default the text decides.
    """
    base = is_right_to_left(text) if right_to_left is None else right_to_left
    runs = _runs(text, _levels(text, int(base)), fonts, style)
    return _joined(text, [_shaped(run, style) for run in _in_visual_order(runs)], style)


def with_pen(svg: str, width: float) -> str:
    """Give outlines a pen ``width`` pixels wide, whatever size their fonts are drawn in."""
    return GLYPHS.sub(lambda found: f'{found[0]} stroke-width="{width / float(found[1]):.3f}"', svg)


def in_em(line: Line, size: float) -> Line:
    """Scale a line that was set at one pixel per em; outlines have no hints, so all grows alike."""
    return Line(
        line.text,
        f'<g transform="scale({size:.4f})">{line.svg}</g>',
        *(round(length * size, 4) for length in (line.width, line.left, line.top, line.right, line.bottom)),
    )


def side_by_side(first: Line, second: Line, *, gap: float = 0.0, raised: float = 0.0) -> Line:
    """Put ``second`` right of ``first``, ``gap`` pixels on, with ``first`` raised by ``raised`` pixels."""
    shift = first.width + gap
    return Line(
        first.text + second.text,
        f'<g transform="translate(0 {-raised:.3f})">{first.svg}</g>'
        f'<g transform="translate({shift:.3f} 0)">{second.svg}</g>',
        shift + second.width,
        min(first.left, shift + second.left),
        min(first.top - raised, second.top),
        max(first.right, shift + second.right),
        max(first.bottom - raised, second.bottom),
    )


def _levels(text: str, base: int) -> list[int]:
    """Give each character its embedding level (UAX 9); a price is kept whole, left to right."""
    kinds = [unicodedata.bidirectional(char) for char in text]
    if not base and not RIGHT_TO_LEFT.intersection(kinds):
        return [0] * len(text)
    kept = [at for at, kind in enumerate(kinds) if kind not in BIDI_CONTROLS]
    levels = dict(zip(kept, _resolved("".join(text[at] for at in kept), base), strict=True))
    for price in PRICE.finditer(text):
        levels |= dict.fromkeys(range(*price.span()), base + base % 2)
    filled, level = [], base
    for at in range(len(text)):
        level = levels.get(at, level)
        filled.append(level)
    return filled


def _resolved(text: str, base: int) -> list[int]:
    storage = bidi.get_empty_storage()
    storage["base_level"], storage["base_dir"] = base, "LR"[base]
    bidi.get_embedding_levels(text, storage)
    bidi.explicit_embed_and_overrides(storage)
    bidi.resolve_weak_types(storage)
    bidi.resolve_neutral_types(storage, debug=False)
    bidi.resolve_implicit_levels(storage, debug=False)
    return [int(char["level"]) for char in storage["chars"]]


def clusters(text: str) -> Iterator[str]:
    """Split text into base characters, each with the marks and joiners that belong to it."""
    cluster = ""
    for char in text:
        joins = char in UNSEEN or unicodedata.category(char).startswith("M") or cluster.endswith("\u200d")
        if cluster and not joins:
            yield cluster
            cluster = ""
        cluster += char
    if cluster:
        yield cluster


def _runs(text: str, levels: Sequence[int], fonts: FontStack, style: Style) -> list[_Run]:
    faces = fonts.typefaces(text, style.weight, display=style.display)
    runs: list[_Run] = []
    at = 0
    for whole in clusters(text):
        level = levels[at]
        at += len(whole)
        last = runs[-1] if runs else None
        preferred = [last.typeface] if last and whole.isspace() else []
        face, cluster = _first_to_draw(whole, [*preferred, *faces])
        if face is None:
            continue
        if last and last.typeface is face and last.level == level:
            runs[-1] = replace(last, text=last.text + cluster)
        else:
            runs.append(_Run(cluster, face, level))
    return runs


def _first_to_draw(cluster: str, faces: list[Typeface]) -> tuple[Typeface | None, str]:
    """Find the first typeface that has all of a cluster, or at least its base; gives what it can draw."""
    for face in faces:
        if face.covers(cluster):
            return face, cluster
    for face in faces:
        if face.covers(cluster[0]):
            return face, "".join(char for char in cluster if face.covers(char))
    return None, ""


def _in_visual_order(runs: list[_Run]) -> list[_Run]:
    """Reverse, from the highest level down to the lowest odd one, every stretch at that level (UAX 9, L2)."""
    ordered = list(runs)
    highest = max((run.level for run in runs), default=0)
    for level in range(highest, 0, -1):
        start = 0
        while start < len(ordered):
            end = start
            while end < len(ordered) and ordered[end].level >= level:
                end += 1
            ordered[start:end] = reversed(ordered[start:end])
            start = max(end, start + 1)
    return ordered


@dataclass(frozen=True, slots=True)
class _Shaped:
    run: _Run
    font: Any
    infos: Sequence[Any]
    positions: Sequence[Any]


def _shaped(run: _Run, style: Style) -> _Shaped:
    buffer = hb.Buffer()
    buffer.add_str(run.text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if run.level % 2 else "ltr"
    font = run.typeface.font(style.weight)
    hb.shape(font, buffer, {"lnum": True} | dict.fromkeys(style.features, True))
    return _Shaped(run, font, buffer.glyph_infos, buffer.glyph_positions)


def _joined(text: str, parts: list[_Shaped], style: Style) -> Line:
    """Lay the shaped runs one after the other and measure their ink."""
    pen, drawn = 0.0, []
    left, top, right, bottom = [], [], [], []
    for part in parts:
        scale = style.size / part.run.typeface.units_per_em
        tracking = 0.0 if part.run.level % 2 else style.tracking * style.size
        for info, position in zip(part.infos, part.positions, strict=True):
            x, y = pen + position.x_offset * scale, -position.y_offset * scale
            pen += position.x_advance * scale + (tracking if position.x_advance else 0.0)
            ink = part.font.get_glyph_extents(info.codepoint)
            if ink is None or not ink.width:
                continue
            drawn.append(_drawn(part.run.typeface.outline(info.codepoint, style.weight), x, y, scale))
            left.append(x + ink.x_bearing * scale)
            right.append(x + (ink.x_bearing + ink.width) * scale)
            top.append(y - ink.y_bearing * scale)
            bottom.append(y - (ink.y_bearing + ink.height) * scale)
    width = max(0.0, pen - (style.tracking * style.size if parts and not parts[-1].run.level % 2 else 0.0))
    if not drawn:
        return Line(text, "", width, 0.0, 0.0, 0.0, 0.0)
    return Line(text, "".join(drawn), width, min(left), min(top), max(right), max(bottom))


def _drawn(outline: str, x: float, y: float, scale: float) -> str:
    return f'<path transform="translate({x:.6g} {y:.6g}) scale({scale:.6g} {-scale:.6g})" d="{outline}"/>'
