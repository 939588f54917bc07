"""Vector drawings (SVG) to pixels, by resvg: only what stands in the file itself, in bounded time.

A logo from a stranger may point to other files, nest deeper than the stack, or carry a filter that runs
for minutes. All of that is told from the text before anything is drawn.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clappper.base.errors import UnusableInputError
from clappper.base.paths import resource

if TYPE_CHECKING:
    from pathlib import Path

Rgba = NDArray[np.uint8]

MAX_SIDE = 4096
MAX_DRAWING_BYTES = 8 << 20
_DRAWING_WIDTH = 1024
_FONT = "Inter"
"""Bundled, so that text left in a drawing looks the same on every machine."""

_INSIDE_TAG = r"(?:\"[^\"<]*\"|'[^'<]*'|[^\"'<>])*?"
"""Attributes. A value may hold ``>``, and nothing in a tag may hold ``<``."""

_POINTS_OUTSIDE = re.compile(
    rf"<(?:\w+:)?(?:image|feImage|use|script|foreignObject)\b{_INSIDE_TAG}"
    r"href\s*=\s*[\"']\s*(?!#|data:image/|[\"'])",
    re.IGNORECASE,
)
_NESTED_ENTITY = re.compile(
    r"<!ENTITY[^<>\"']*(?:\b(?:SYSTEM|PUBLIC)\b|\"[^\"]*?[&<%]|'[^']*?[&<%])", re.IGNORECASE
)
_ROOT = re.compile(rf"<(?:\w+:)?svg\b{_INSIDE_TAG}>", re.IGNORECASE)
_TAG = re.compile(rf"<(/?)[\w:.-]+{_INSIDE_TAG}(/?)>")
_FILTER = re.compile(rf"<(?:\w+:)?filter\b{_INSIDE_TAG}>", re.IGNORECASE)
_DEEPEST = 200
_EFFECT = re.compile(r"<(?:\w+:)?fe[A-Z]")
_MOST_EFFECTS = 24
_FILTERED_SIDE = 1500
_PERCENT = re.compile(r"(\d+(?:\.\d+)?(?:[eE]\+?\d+)?)\s*%")
_MOST = {"numOctaves": 4, "stdDeviation": 200, "radius": 100, "order": 9}
"""What a filter may ask for; beyond it a small drawing takes minutes."""

_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+(?:[eE][-+]?\d+)?)\s*(px|pt|mm|cm|in|)\s*$")
_UNIT_PIXELS = {"px": 1.0, "": 1.0, "pt": 96 / 72, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}


def _read(path: Path) -> str:
    """Read an SVG that stands for itself: anything that would open another file is refused."""
    if path.stat().st_size > MAX_DRAWING_BYTES:
        raise UnusableInputError(f"{path.name} is larger than 8 MB.", "Simplify the drawing or export a PNG.")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnusableInputError(f"{path.name} is not UTF-8 text.", "Save the SVG as UTF-8.") from error
    if _POINTS_OUTSIDE.search(text) or _NESTED_ENTITY.search(text):
        raise UnusableInputError(f"{path.name} points to other files.", "Embed its pictures or export a PNG.")
    if _is_bomb(text):
        raise UnusableInputError(f"{path.name} is too involved to draw.", "Simplify it or export a PNG.")
    return text


def _is_bomb(text: str) -> bool:
    """Whether a drawing is nested deeper than the stack, or has a filter that runs for minutes."""
    depth = 0
    for closing, empty in _TAG.findall(text):
        depth += -1 if closing else 0 if empty else 1
        if depth > _DEEPEST:
            return True
    if len(_EFFECT.findall(text)) > _MOST_EFFECTS:
        return True
    if any(float(part) > 300 for tag in _FILTER.findall(text) for part in _PERCENT.findall(tag)):
        return True
    return any(
        float(number) > most
        for name, most in _MOST.items()
        for value in re.findall(rf"\b{name}\s*=\s*[\"']([^\"']*)", text)
        for number in re.findall(r"\d+(?:\.\d+)?(?:[eE]\+?\d+)?", value)
    )


def _size(path: Path, text: str) -> tuple[float, float]:
    """Find an SVG's size in pixels, from its width and height or else from its view box."""
    root = _ROOT.search(text)
    tag = root.group() if root else ""
    width, height = _length(tag, "width"), _length(tag, "height")
    box = re.search(r"\bviewBox\s*=\s*[\"']([^\"']*)", tag)
    try:
        _, _, box_width, box_height = (
            (float(part) for part in re.split(r"[\s,]+", box[1].strip())) if box else (0.0,) * 4
        )
    except ValueError as error:
        raise UnusableInputError(f"{path.name} has a malformed viewBox.", "Export it again.") from error
    if width and height:
        return width, height
    if box_width > 0 and box_height > 0:
        return (width or box_width), (width or box_width) * box_height / box_width
    return _DRAWING_WIDTH, _DRAWING_WIDTH


def _length(tag: str, name: str) -> float:
    """Read a length attribute in pixels; 0 where it is missing or a percentage."""
    attribute = re.search(rf"\s{name}\s*=\s*[\"']([^\"']*)", tag)
    match = _LENGTH.match(attribute[1]) if attribute else None
    return float(match[1]) * _UNIT_PIXELS[match[2]] if match else 0.0


def render_drawing(path: Path, width: int = 0) -> Rgba:
    """Draw at ``width`` pixels (0: its own size, at least 1024), as straight RGBA of (height, width, 4).

    Raises:
        UnusableInputError: malformed, too involved, or pointing to other files.
    """
    import resvg_py

    text = _read(path)
    shape = _size(path, text)
    if not 1 / MAX_SIDE < shape[0] / shape[1] < MAX_SIDE:
        raise UnusableInputError(f"{path.name} cannot be drawn: it is a line.", "Check its view box.")
    side = _FILTERED_SIDE if _EFFECT.search(text) else MAX_SIDE
    wide = min(width or max(shape[0], _DRAWING_WIDTH), side, side * shape[0] / shape[1])
    try:
        png = resvg_py.svg_to_bytes(
            svg_string=text,
            width=max(1, int(wide)),
            skip_system_fonts=True,
            font_dirs=[str(resource("fonts"))],
            font_family=_FONT,
            sans_serif_family=_FONT,
            serif_family=_FONT,
            monospace_family=_FONT,
        )
    except ValueError as error:
        raise UnusableInputError(f"{path.name} cannot be drawn: {error}.", "Export it as a PNG.") from error
    with Image.open(io.BytesIO(bytes(png))) as image:
        return np.array(image.convert("RGBA"))


def drawing_size(path: Path) -> tuple[float, float]:
    """Give a drawing's own width and height in pixels.

    Raises:
        UnusableInputError: as ``render_drawing``.
    """
    return _size(path, _read(path))
