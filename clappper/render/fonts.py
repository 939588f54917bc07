"""Fonts: which file draws which character, and the outlines it draws.

A brand's font rarely covers every script of its markets. A ``FontStack`` holds the brand's family first and
the built-in families after it, so that each character is drawn by the first font that has it; a character
that no font has is reported, never drawn as an empty box.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import uharfbuzz as hb  # type: ignore[import-untyped]

from clappper.base.errors import UnusableInputError
from clappper.base.paths import resource

FONT_SUFFIXES = (".ttf", ".otf", ".ttc", ".woff", ".woff2")
READABLE_HINT = "Give a TrueType or OpenType file (.ttf, .otf), or leave the font empty for the built-in one."
UNSEEN = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufe0e\ufe0f")
"""Characters that steer the text and have no shape of their own."""


class Typeface:
    """One font file and the outlines in it, in font units with y upwards."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._face = _open_face(path)
        self.units_per_em = int(self._face.upem)
        self._weights = next(
            ((axis.min_value, axis.max_value) for axis in self._face.axis_infos if axis.tag == "wght"), None
        )
        self._fonts: dict[int, Any] = {}
        self._outlines: dict[tuple[int, int], str] = {}

    @property
    def family(self) -> str:
        return str(self._face.get_name(16) or self._face.get_name(1) or self.path.stem)

    @cached_property
    def characters(self) -> frozenset[int]:
        return frozenset(self._face.unicodes)

    def covers(self, text: Iterable[str]) -> bool:
        """Tell whether every character of ``text`` that is seen has a glyph here."""
        return all(char in UNSEEN or ord(char) in self.characters for char in text)

    def font(self, weight: int) -> Any:
        """Give the HarfBuzz font at ``weight`` (100..900); a static file has one weight only."""
        wanted = self._clamped(weight)
        if wanted not in self._fonts:
            font = hb.Font(self._face)
            if self._weights:
                font.set_variations({"wght": wanted})
            self._fonts[wanted] = font
        return self._fonts[wanted]

    def outline(self, glyph: int, weight: int) -> str:
        """Give a glyph as SVG path data."""
        key = (glyph, self._clamped(weight))
        if key not in self._outlines:
            steps: list[str] = []
            self.font(weight).draw_glyph(glyph, _SVG_PEN, steps)
            self._outlines[key] = "".join(steps)
        return self._outlines[key]

    def _clamped(self, weight: int) -> int:
        if self._weights is None:
            return 0
        low, high = self._weights
        return int(min(max(weight, low), high))


@dataclass(frozen=True, slots=True)
class Cut:
    """A typeface and the weight it was drawn at; ``None`` means that it has every weight."""

    typeface: Typeface
    weight: int | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """A typeface in its weights; ``display`` cuts are drawn for large sizes."""

    name: str
    text: tuple[Cut, ...]
    display: tuple[Cut, ...] = ()

    def cuts(self, weight: int, *, display: bool) -> list[Typeface]:
        """List the typefaces of this family, the one nearest to ``weight`` first."""
        cuts = self.display if display and self.display else self.text
        nearest = sorted(cuts, key=lambda cut: abs((cut.weight or weight) - weight))
        return [cut.typeface for cut in nearest]


@dataclass(frozen=True, slots=True)
class FontStack:
    """The families a title may use, in order of preference."""

    families: tuple[Family, ...]

    def typefaces(self, text: str, weight: int, *, display: bool = False) -> list[Typeface]:
        """List the typefaces for ``text``, best first.

        Within a fallback family a weight that covers all of its script in ``text`` goes before a nearer
        one that does not, so that a word is never set in two weights.
        """
        ordered: list[Typeface] = []
        for family in self.families:
            cuts = family.cuts(weight, display=display)
            ordered += sorted(cuts, key=lambda face: -sum(ord(c) in face.characters for c in set(text)))
        return ordered

    def missing(self, text: str) -> tuple[str, ...]:
        """List the characters of ``text`` that no font here has, each once."""
        faces = [cut.typeface for family in self.families for cut in family.text]
        return tuple(
            dict.fromkeys(c for c in text if not c.isspace() and not any(f.covers(c) for f in faces))
        )


class FontShelf:
    """The built-in families, each file read once, and the brand fonts asked for."""

    def __init__(self) -> None:
        self._listed = tomllib.loads(resource("fonts", "families.toml").read_text("utf-8"))
        self._opened: dict[Path, Typeface] = {}

    def stack(self, brand_font: str, root: Path) -> FontStack:
        """Put the brand's font before the built-in ones.

        ``brand_font`` is empty, the name of a built-in family, or a path relative to ``root``.

        Raises:
            UnusableInputError: the file is missing or no font, or the family is unknown.
        """
        fallbacks = tuple(self._family(entry) for entry in self._listed["fallback"])
        return FontStack((*self._brand(brand_font, root), *fallbacks))

    def _brand(self, brand_font: str, root: Path) -> tuple[Family, ...]:
        if not brand_font:
            return ()
        for entry in self._listed["family"]:
            if entry["name"].casefold() == brand_font.casefold():
                return (self._family(entry),)
        path = root / brand_font
        if not path.is_file():
            raise self._unknown(brand_font)
        face = self._open(path)
        return (Family(face.family, (Cut(face),)),)

    def _unknown(self, brand_font: str) -> UnusableInputError:
        if brand_font.casefold().endswith(FONT_SUFFIXES):
            return UnusableInputError(f"The font file {brand_font} does not exist.", READABLE_HINT)
        names = ", ".join(entry["name"] for entry in self._listed["family"])
        return UnusableInputError(
            f"The font {brand_font} is not built in.",
            f"Give the path of its file, or one of the built-in families: {names}.",
        )

    def _family(self, entry: dict[str, Any]) -> Family:
        return Family(entry["name"], self._cuts(entry["text"]), self._cuts(entry.get("display", [])))

    def _cuts(self, listed: list[dict[str, Any]]) -> tuple[Cut, ...]:
        return tuple(Cut(self._open(resource("fonts", cut["file"])), cut.get("weight")) for cut in listed)

    def _open(self, path: Path) -> Typeface:
        if path not in self._opened:
            self._opened[path] = Typeface(path)
        return self._opened[path]


def _open_face(path: Path) -> Any:
    unreadable = f"The font {path} cannot be read."
    try:
        face = hb.Face(hb.Blob.from_file_path(str(path)))
    except (hb.HarfBuzzError, OSError) as error:
        raise UnusableInputError(unreadable, READABLE_HINT) from error
    if not face.glyph_count or not face.unicodes:
        raise UnusableInputError(unreadable, READABLE_HINT)
    return face


def _svg_pen() -> Any:
    """Make the pen that writes SVG path data into the list it is given."""
    pen = hb.DrawFuncs()
    pen.set_move_to_func(lambda x, y, steps: steps.append(f"M{x:g} {y:g}"))
    pen.set_line_to_func(lambda x, y, steps: steps.append(f"L{x:g} {y:g}"))
    pen.set_quadratic_to_func(lambda a, b, x, y, steps: steps.append(f"Q{a:g} {b:g} {x:g} {y:g}"))
    pen.set_cubic_to_func(
        lambda a, b, c, d, x, y, steps: steps.append(f"C{a:g} {b:g} {c:g} {d:g} {x:g} {y:g}")
    )
    pen.set_close_path_func(lambda steps: steps.append("Z"))
    return pen


_SVG_PEN = _svg_pen()
