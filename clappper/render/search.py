"""Finding titles in a film that comes without its timeline: by their shapes, at any size and place.

Texts are looked for word by word in the built-in fonts, because nobody knows how they were wrapped. What is
found this way is then measured like any other title. A text that is not found may be set in another font,
so it counts as missing only where a large enough film shows other texts of the brief in ours.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from clappper.base.units import FrameRange
from clappper.brief.schema import AdBrief
from clappper.media.decode import FrameReader
from clappper.media.probe import MediaFacts
from clappper.media.still import has_useful_alpha, load_rgba
from clappper.render.canvas import Canvas
from clappper.render.contrast import WHITE, Inks
from clappper.render.demands import Demand, Expected
from clappper.render.fonts import FontShelf, FontStack
from clappper.render.lettering import draw, letter
from clappper.render.rasters import Rgba, rasterise, reduced
from clappper.render.shaping import Style, set_line
from clappper.render.sought import Sought
from clappper.render.typography import ROLES
from clappper.timeline.model import TitleRole

COARSE_SHORT_SIDE = 540
FOUND = 0.5
READ = 0.85
"""A text has to fit so well: prices that differ in one digit fit each other at 0.76, the same at 0.93."""

READABLE_SHORT_SIDE = 720
"""On smaller pictures the small print has too few pixels for its absence to be certain."""

EDGE_WINDOW = 9
"""Pixels: what is coarser than this is taken away before shapes are compared."""

STEP = 1.05
"""From one size to the next; between two, thin strokes still overlap."""

LOGO_WIDTHS = (0.08, 0.6)
SMALLEST_SHRINK = 0.5
LONGEST_TEXT = 60
ROOM = 6
"""Pixels around a shape, so that its outer edge counts."""


WHITE_INKS = Inks(WHITE, WHITE, WHITE, WHITE)
Plane = NDArray[np.float32]
Drawing = Callable[[float], Rgba]
"""Draws a shape at a size in pixels."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a shape was found on a frame: the corner in pixels, its size, and how well it fits."""

    x: int
    y: int
    shape: Rgba
    size: float
    score: float


def search(
    video: Path,
    facts: MediaFacts,
    brief: AdBrief,
    wanted: Sequence[Demand],
    canvas: Canvas,
    logo: Path | None,
) -> tuple[Expected, ...]:
    """Look for each demand on the frames where it is most likely; ``logo`` is its file, if known."""
    fonts = FontShelf().stack("", Path())
    found = []
    with FrameReader(video, rate=facts.rate, width=canvas.width, height=canvas.height) as reader:
        for demand in wanted:
            frames = [facts.rate.frame_at(at) for at in _likely_seconds(demand, brief)]
            last = facts.rate.frame_at(facts.duration_seconds) - 1
            planes = [_as_plane(reader.at(min(frame, last)).y) for frame in frames]
            found.append(_sought(demand, planes, canvas, fonts, logo, last + 1))
    is_readable = min(canvas.width, canvas.height) >= READABLE_SHORT_SIDE
    shows_our_font = is_readable and any(item.titles and item.demand.text for item in found)
    return tuple(replace(item, is_fault=item.is_fault or shows_our_font) for item in found)


def _likely_seconds(demand: Demand, brief: AdBrief) -> tuple[float, ...]:
    """Name two moments at which the brief has the title on screen and settled."""
    closing = brief.scenes[-1]
    scenes = [closing]
    if demand.role is TitleRole.LOGO:
        scenes = [scene for scene in brief.scenes if scene.overlays.show_logo]
    elif demand.role is TitleRole.PRICE:
        scenes = [scene for scene in brief.scenes if scene.overlays.show_price]
    best = scenes[-1]
    return best.start_s + 0.5 * best.seconds, best.start_s + 0.8 * best.seconds


def _sought(
    demand: Demand, planes: Sequence[Plane], canvas: Canvas, fonts: FontStack, logo: Path | None, frames: int
) -> Expected:
    if demand.role is TitleRole.LOGO:
        if logo is None:
            reason = "The logo's file is not known, so it cannot be looked for."
            return Expected(demand, problem=reason, is_fault=False)
        picture = _trimmed(load_rgba(logo))
        hits = _first_found(_find_logo(plane, picture, canvas) for plane in planes)
        problem, is_fault = "The logo is nowhere to be seen.", True
    elif len(demand.text) > LONGEST_TEXT:
        return Expected(
            demand, problem="It is too long to be looked for without its timeline.", is_fault=False
        )
    else:
        hits = _first_found(_find_text(plane, demand, canvas, fonts) for plane in planes)
        problem, is_fault = f"{demand.text!r} is not found in the built-in fonts.", False
    if not hits:
        return Expected(demand, problem=problem, is_fault=is_fault)
    return Expected(demand, (_as_title(demand, hits, frames),))


def _first_found(attempts: Iterator[tuple[Hit, ...]]) -> tuple[Hit, ...]:
    return next((hits for hits in attempts if hits), ())


def _as_title(demand: Demand, hits: Sequence[Hit], frames: int) -> Sought:
    """Put the words found together into one picture to look for in all frames."""
    left, top = min(hit.x for hit in hits), min(hit.y for hit in hits)
    right = max(hit.x + hit.shape.shape[1] for hit in hits)
    bottom = max(hit.y + hit.shape.shape[0] for hit in hits)
    rgba = np.zeros((bottom - top, right - left, 4), np.uint8)
    for hit in hits:
        height, width = hit.shape.shape[:2]
        place = rgba[hit.y - top : hit.y - top + height, hit.x - left : hit.x - left + width]
        np.copyto(place, hit.shape, where=hit.shape[..., 3:] >= place[..., 3:])
    return Sought(demand.role, demand.text, FrameRange(0, frames), left, top, rgba)


def _trimmed(picture: Rgba) -> Rgba:
    """Cut away the clear margin around a logo."""
    rows, columns = (np.flatnonzero((picture[..., 3] > 8).any(axis=axis)) for axis in (1, 0))
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if rows.size else picture


def _find_logo(plane: Plane, picture: Rgba, canvas: Canvas) -> tuple[Hit, ...]:
    widest = max(1, round(LOGO_WIDTHS[1] * canvas.width))
    least = max(12, round(LOGO_WIDTHS[0] * canvas.width))
    sizes = [
        width
        for width in _sizes(least, widest)
        if width * picture.shape[0] < canvas.height * picture.shape[1]
    ]

    def drawn(width: float) -> Rgba:
        height = max(4, round(width * picture.shape[0] / picture.shape[1]))
        return np.pad(reduced(picture, round(width), height), ((ROOM, ROOM), (ROOM, ROOM), (0, 0)))

    hit = _best(plane, drawn, sizes)
    return (hit,) if hit else ()


def _find_text(plane: Plane, demand: Demand, canvas: Canvas, fonts: FontStack) -> tuple[Hit, ...]:
    """Find the longest word at any size, then the others at that size."""
    is_price = demand.role is TitleRole.PRICE
    words = [demand.text] if is_price else sorted(demand.text.split(), key=len, reverse=True)
    style, unit = ROLES[demand.role], min(canvas.width, canvas.height) / 1080
    sizes = _sizes(SMALLEST_SHRINK * style.min_size * unit, style.max_size * unit)

    def drawing(word: str) -> Drawing:
        if is_price:
            return lambda size: _drawn_price(word, size, fonts)
        return lambda size: _drawn(word, replace(style.style(unit), size=size), fonts)

    first = _best(plane, drawing(words[0]), sizes)
    if first is None or first.score < READ:
        return ()
    others = [_best(plane, drawing(word), [first.size]) for word in words[1:]]
    hits = [first, *(hit for hit in others if hit and hit.score >= READ)]
    return tuple(hits) if len(hits) == len(words) else ()


def _sizes(least: float, most: float) -> list[float]:
    """List sizes from large to small, each a fixed step below the one before."""
    sizes = []
    while most >= least:
        sizes.append(most)
        most /= STEP
    return sizes


def _drawn_price(text: str, size: float, fonts: FontStack) -> Rgba:
    """Draw a price as titles do, with its currency sign small and raised."""
    style = replace(ROLES[TitleRole.PRICE], max_size=size, min_size=size)
    setting = letter(TitleRole.PRICE, text, fonts, style, (100 * size, 100 * size), 1.0)
    parts = draw(setting, WHITE_INKS, centred=False, shaded=False)
    return np.pad(parts[0].picture, ((ROOM, ROOM), (ROOM, ROOM), (0, 0)))


def _drawn(word: str, style: Style, fonts: FontStack) -> Rgba:
    line = set_line(word, fonts, style)
    left, top = math.floor(line.left) - ROOM, math.floor(line.top) - ROOM
    width, height = math.ceil(line.right) + ROOM - left, math.ceil(line.bottom) + ROOM - top
    return rasterise(f'<g fill="#FFFFFF">{line.svg}</g>', left, top, width, height)


def _best(plane: Plane, drawing: Drawing, sizes: Sequence[float]) -> Hit | None:
    """Find a shape: at each size on a reduced frame first, then more exactly around the best of those."""
    scale = min(1.0, COARSE_SHORT_SIDE / min(plane.shape))
    small = _edges(_scaled(plane, scale))
    coarse = [hit for size in sizes if (hit := _match(small, drawing(size), size, scale))]
    best = max(coarse, key=lambda hit: hit.score, default=None)
    if best is None or best.score < FOUND:
        return None
    span = (0.98, 0.99, 1.0, 1.01, 1.02) if len(sizes) > 1 else (1.0,)
    exact = [_near(plane, drawing(best.size * factor), best, factor) for factor in span]
    found = max((hit for hit in exact if hit), key=lambda hit: hit.score, default=None)
    return found if found and found.score >= FOUND else None


def _near(plane: Plane, shape: Rgba, hit: Hit, factor: float) -> Hit | None:
    """Match at full size in the neighbourhood of a coarse hit."""
    room = round(0.05 * max(shape.shape[:2])) + 2 * EDGE_WINDOW
    left, top = max(0, hit.x - room), max(0, hit.y - room)
    window = plane[top : hit.y + shape.shape[0] + room, left : hit.x + shape.shape[1] + room]
    found = _match(_edges(window), shape, hit.size * factor, 1.0)
    return replace(found, x=found.x + left, y=found.y + top) if found else None


def _match(edges: Plane, shape: Rgba, size: float, scale: float) -> Hit | None:
    """Find the best place for a shape, brighter or darker than its ground; ``edges`` are the frame's."""
    values = shape[..., 3] if has_useful_alpha(shape) else shape[..., :3].mean(axis=2)
    template = _edges(_scaled(values.astype(np.float32), scale))
    if min(template.shape) < 6 or any(t > p for t, p in zip(template.shape, edges.shape, strict=True)):
        return None
    scores = np.abs(cv2.matchTemplate(edges, template, cv2.TM_CCOEFF_NORMED))
    _, score, _, (x, y) = cv2.minMaxLoc(np.where(np.isfinite(scores), scores, 0.0))
    return Hit(round(x / scale), round(y / scale), shape, size, float(score))


def _edges(values: Plane) -> Plane:
    return values - cv2.blur(values, (EDGE_WINDOW, EDGE_WINDOW), borderType=cv2.BORDER_REPLICATE)


def _scaled(values: Plane, scale: float) -> Plane:
    if scale == 1.0:
        return values
    size = (max(1, round(values.shape[1] * scale)), max(1, round(values.shape[0] * scale)))
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.float32)


def _as_plane(luma: NDArray[np.uint8]) -> Plane:
    return luma.astype(np.float32)
