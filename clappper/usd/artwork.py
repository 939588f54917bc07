"""What is printed on a studio product: labels, a watch's dial, a phone's screen.

Vector type on the brand's colours, drawn large enough to stay crisp close up.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

import numpy as np
from PIL import Image, ImageFont

from clappper.base.colours import LUMA, channels, contrast, light_of, luminance
from clappper.base.paths import resource
from clappper.media.drawing import Rgba, render_drawing
from clappper.media.still import load_rgba
from clappper.usd.products import Artwork
from clappper.usd.recipe import Brand

SEEN = 2.2
"""From which contrast ratio a logo is seen well (WCAG 2 asks 3 of small graphics; marks are large here)."""
PIXELS = 1536
"""The longer side of a texture."""

_FAMILIES = {
    "Inter": "Inter.ttf",
    "Inter Display": "InterDisplay.ttf",
    "Playfair Display": "PlayfairDisplay-SemiBold.ttf",
}
_BOLDER = 1.09
"""How much wider than the measured cut the drawn one may be."""


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    family: str
    size: float
    spacing: float = 0.0
    weight: int = 500


def draw(art: Artwork, brand: Brand) -> Rgba:
    """Draw one artwork as opaque RGBA, sRGB, its longer side ``PIXELS``."""
    if brand.label_png and art.kind != "dial":
        return _fitted(load_rgba(Path(brand.label_png)), art)
    art, mark = _with_logo(art, brand)
    body = {"label": _label, "print": _label, "dial": _dial, "screen": _screen}[art.kind](art, brand, mark)
    scale = PIXELS / max(art.width, art.height)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' width="{art.width * scale:.0f}" height="{art.height * scale:.0f}"'
        f' viewBox="0 0 {art.width:.4f} {art.height:.4f}" preserveAspectRatio="none">'
        f"{_rect(-1, -1, art.width + 2, art.height + 2, art.ground)}{body}</svg>"
    )
    with TemporaryDirectory() as folder:
        file = Path(folder, "art.svg")
        file.write_text(svg, encoding="utf-8")
        return render_drawing(file, round(art.width * scale))


def _fitted(picture: Rgba, art: Artwork) -> Rgba:
    """Lay the user's label onto the ground, whole and in its own proportions."""
    scale = PIXELS / max(art.width, art.height)
    sheet = Image.new("RGBA", (round(art.width * scale), round(art.height * scale)), art.ground)
    own = Image.fromarray(picture)
    own.thumbnail(sheet.size, Image.Resampling.LANCZOS)
    sheet.alpha_composite(own, ((sheet.width - own.width) // 2, (sheet.height - own.height) // 2))
    return np.asarray(sheet)


def _with_logo(art: Artwork, brand: Brand) -> tuple[Artwork, Rgba | None]:
    """Choose the paper that the logo is seen on; where the product is the ground, reverse the logo."""
    if not brand.logo_png:
        return art, None
    logo = _trimmed(load_rgba(Path(brand.logo_png), width=1024))
    solid = logo[logo[..., 3] > 128][:, :3]
    if not len(solid):
        return art, None
    if art.kind != "label":
        return art, reversed_out(logo, art.ground, art.ink)
    red, green, blue = (int(c) for c in solid.mean(axis=0))
    colour = f"#{red:02X}{green:02X}{blue:02X}"
    if contrast(colour, art.ground) >= SEEN:
        return art, logo
    ground = max(("#F5F1E8", "#15171A"), key=lambda other: contrast(colour, other))
    ink = "#15171A" if ground == "#F5F1E8" else "#FFFFFF"
    return replace(art, ground=ground, ink=ink, accent=colour), logo


def reversed_out(logo: Rgba, ground: str, ink: str) -> Rgba:
    """Draw those parts of a logo in ``ink`` that would sink into ``ground``; others keep their colours."""
    light = np.array([light_of(value / 255) for value in range(256)])[logo[..., :3]] @ LUMA
    behind = luminance(ground)
    ratio = (np.maximum(light, behind) + 0.05) / (np.minimum(light, behind) + 0.05)
    shown = logo.copy()
    shown[ratio < SEEN, :3] = channels(ink)
    return shown


def _trimmed(logo: Rgba) -> Rgba:
    rows, columns = (np.flatnonzero(logo[..., 3].max(axis=axis) > 8) for axis in (1, 0))
    if not len(rows):
        return logo
    return logo[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _label(art: Artwork, brand: Brand, mark: Rgba | None) -> str:
    """Set the mark or the brand's name, the product's name as large as it fits, and a small line."""
    w, h = art.width, art.height
    middle, inner = w / 2, art.type_width
    frame = min(w, h) * 0.045
    pieces = [_lines(art, frame)]
    is_wide = w > 1.6 * h
    names = _broken(brand.product or brand.name, inner, (0.27 if is_wide else 0.22) * h, "Playfair Display")
    size = names[0].size
    block = size * 1.14 * len(names)
    top = h * 0.5 - block / 2 + 0.06 * h
    if mark is not None:
        share = 0.9 if art.kind == "print" else 0.62
        pieces.append(_image(mark, middle, 0.12 * h, share * inner, max(top - 0.2 * h, 0.14 * h)))
    elif brand.name and brand.product:
        line = _fit(_Line(brand.name.upper(), "Inter", (0.105 if is_wide else 0.085) * h, 0.16, 600), inner)
        pieces.append(_text(line, middle, 0.12 * h + line.size, art.ink))
    for index, line in enumerate(names):
        pieces.append(_text(line, middle, top + size * (0.86 + 1.14 * index), art.ink))
    rule = top + block + 0.05 * h
    pieces.append(_rect(middle - 0.09 * w, rule, 0.18 * w, 0.012 * h, art.accent))
    below = rule + 0.115 * h
    if brand.line and below <= h - 2 * frame:
        small = _fit(_Line(brand.line, "Inter", 0.058 * h, 0.02), inner)
        if small.size >= 0.034 * h:
            pieces.append(_text(small, middle, below, art.ink))
    return "".join(pieces)


def _lines(art: Artwork, inset: float) -> str:
    if art.kind == "print":
        return ""
    return _bands(art, inset) if art.is_curved else _border(art, inset)


def _border(art: Artwork, inset: float) -> str:
    w, h = art.width, art.height
    line = f' stroke="{art.accent}" stroke-width="{min(w, h) * 0.012:.4f}"'
    return _rect(inset, inset, w - 2 * inset, h - 2 * inset, "none", rest=line)


def _bands(art: Artwork, inset: float) -> str:
    """Draw a line above and one below that run around; uprights at a curve's edge would crowd the type."""
    thick = 0.014 * art.height
    rows = (inset, art.height - inset - thick)
    return "".join(_rect(0, y, art.width, thick, art.accent) for y in rows)


def _dial(art: Artwork, brand: Brand, mark: Rgba | None) -> str:
    """Draw twelve indices and sixty minutes, the mark above and the product's name below the middle."""
    r = art.width / 2
    ticks = [
        f'<rect x="{r - w / 2:.4f}" y="{0.045 * r:.4f}" width="{w:.4f}" height="{length:.4f}"'
        f' fill="{art.ink if minute % 5 else art.accent}" transform="rotate({6 * minute} {r} {r})"/>'
        for minute in range(60)
        for w, length in [(0.016 * r, 0.05 * r) if minute % 5 else (0.05 * r, 0.19 * r)]
    ]
    stroke = f'fill="none" stroke="{art.accent}" stroke-width="{0.012 * r}"'
    ring = f'<circle cx="{r}" cy="{r}" r="{0.975 * r}" {stroke}/>'
    if mark is not None:
        upper = _image(mark, r, 0.42 * r, 0.62 * r, 0.3 * r)
    else:
        name = _fit(_Line((brand.name or brand.product).upper(), "Inter", 0.17 * r, 0.08, 600), 0.96 * r)
        upper = _text(name, r, 0.62 * r, art.ink)
    names = _broken(brand.product, 0.98 * r, 0.22 * r, "Inter") if brand.product else []
    lower = "".join(
        _text(line, r, 1.45 * r + 1.15 * line.size * (i - (len(names) - 1) / 2), art.ink)
        for i, line in enumerate(names)
    )
    return "".join((*ticks, ring, upper, lower))


def _screen(art: Artwork, brand: Brand, mark: Rgba | None) -> str:
    """Draw a launch screen: the mark and the product's name on the dark, a glow in the accent below them."""
    w, h = art.width, art.height
    names = _broken(brand.product or brand.name, 0.84 * w, 0.11 * h, "Inter Display")
    pieces = [_glow(art)]
    if mark is not None:
        pieces.append(_image(mark, w / 2, 0.15 * h, 0.7 * w, 0.13 * h))
    elif brand.name and brand.product:
        name = _fit(_Line(brand.name.upper(), "Inter", 0.052 * h, 0.14, 600), 0.8 * w)
        pieces.append(_text(name, w / 2, 0.24 * h, art.ink))
    pieces += [
        _text(one, w / 2, 0.42 * h + 1.12 * one.size * place, art.ink) for place, one in enumerate(names)
    ]
    bar = _rect(0.33 * w, 0.955 * h, 0.34 * w, 0.009 * h, art.ink, round_by=0.0045 * h)
    return "".join((*pieces, bar))


def _glow(art: Artwork) -> str:
    """Let the accent rise from the lower edge, and leave the upper half to type."""
    stops = "".join(
        f'<stop offset="{at}" stop-color="{art.accent}" stop-opacity="{strength}"/>'
        for at, strength in ((0, 0.95), (0.45, 0.4), (1, 0))
    )
    gradient = f'<radialGradient id="g" cx="0.5" cy="1.02" r="0.52">{stops}</radialGradient>'
    return f"<defs>{gradient}</defs>{_rect(0, 0, art.width, art.height, 'url(#g)')}"


def _rect(
    x: float, y: float, width: float, height: float, fill: str, *, round_by: float = 0.0, rest: str = ""
) -> str:
    place = f'x="{x:.4f}" y="{y:.4f}" width="{width:.4f}" height="{height:.4f}" rx="{round_by:.4f}"'
    return f'<rect {place} fill="{fill}"{rest}/>'


def _broken(text: str, width: float, largest: float, family: str) -> list[_Line]:
    """Set a name in one or two lines, whichever is larger."""
    words = text.split() or [""]
    options = [[" ".join(words)]]
    options += [[" ".join(words[:cut]), " ".join(words[cut:])] for cut in range(1, len(words))]
    sizes = [
        min(largest / (1 if len(option) == 1 else 1.25), *(width / _measure(line, family) for line in option))
        for option in options
    ]
    best = max(range(len(options)), key=lambda i: (round(sizes[i], 3), -len(options[i])))
    return [_Line(line, family, sizes[best], 0.0, 600) for line in options[best]]


def _fit(line: _Line, width: float) -> _Line:
    wide = (_measure(line.text, line.family) + line.spacing * len(line.text)) * line.size
    return replace(line, size=line.size * min(1.0, width / wide)) if wide else line


def _measure(text: str, family: str) -> float:
    """Give the text's width at size 1."""
    return max(_font(_FAMILIES[family]).getlength(text) / 100 * _BOLDER, 1e-3)


@cache
def _font(name: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(resource("fonts", name)), 100)


def _text(line: _Line, x: float, y: float, colour: str) -> str:
    return (
        f'<text x="{x + line.spacing * line.size / 2:.4f}" y="{y:.4f}" text-anchor="middle" fill="{colour}"'
        f' font-family="{line.family}" font-weight="{line.weight}" font-size="{line.size:.4f}"'
        f' letter-spacing="{line.spacing * line.size:.4f}">{escape(line.text)}</text>'
    )


def _image(picture: Rgba, middle: float, top: float, width: float, height: float) -> str:
    scale = min(width / picture.shape[1], height / picture.shape[0])
    w, h = picture.shape[1] * scale, picture.shape[0] * scale
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    data = base64.b64encode(buffer.getvalue()).decode()
    return (
        f'<image x="{middle - w / 2:.4f}" y="{top + (height - h) / 2:.4f}" width="{w:.4f}" height="{h:.4f}"'
        f' xlink:href="data:image/png;base64,{data}"/>'
    )
