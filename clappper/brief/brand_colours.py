"""Colours as brand documents write them: hex, RGB and CMYK values, with the name beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clappper.base.passages import Passage
from clappper.brief.schema import normal_colour

NEAR = 3
"""Lines: a CMYK value without a name, this near to a hex or RGB value, is that colour in print."""

LONGEST_NAME_WORDS = 4

_HEX = re.compile(
    r"(?<![\w&/#.-])#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})(?![\w-])|\bhex\W{1,3}([0-9a-fA-F]{6})\b", re.IGNORECASE
)
_THREE = r"(\d{1,3})\s*[,/ |]\s*(\d{1,3})\s*[,/ |]\s*(\d{1,3})"
_RGB = re.compile(
    rf"\brgb\W{{0,3}}{_THREE}|\bR\W{{0,2}}(\d{{1,3}})\W{{1,4}}G\W{{0,2}}(\d{{1,3}})\W{{1,4}}B\W{{0,2}}(\d{{1,3}})",
    re.IGNORECASE,
)
_PART = r"\W{0,2}(\d{1,3})\s*%?"
_CMYK = re.compile(
    rf"\bcmyk\W{{0,3}}(\d{{1,3}})%?\W{{1,3}}(\d{{1,3}})%?\W{{1,3}}(\d{{1,3}})%?\W{{1,3}}(\d{{1,3}})"
    rf"|\bC{_PART}\W{{1,4}}M{_PART}\W{{1,4}}Y{_PART}\W{{1,4}}K{_PART}",
    re.IGNORECASE,
)
_PANTONE = re.compile(r"\b(?:pantone|pms)\W+([\w -]{1,24}?)\s*(?=[,;|.)]|$)", re.IGNORECASE)
_VALUES = re.compile(r"\b(?:hex|rgb|cmyk|pantone|pms|web|print)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundColour:
    """``value`` is ``#RRGGBB``; ``note`` says how it was given where that is not exact."""

    value: str
    name: str
    passage: Passage
    note: str = ""


def colours_in(passages: Sequence[Passage]) -> Iterator[FoundColour]:
    """Give the colours of a document in its order, each once."""
    known: set[str] = set()
    exact = {at for at, passage in enumerate(passages) if any(_exact(passage.text))}
    for at, passage in enumerate(passages):
        for value, start in _exact(passage.text):
            if value not in known:
                known.add(value)
                name = _name(passage.text[:start], passages[at - 1] if at else None)
                yield FoundColour(value, name, passage, _pantone(passages, at))
        near = exact.intersection(range(at - NEAR, at + NEAR + 1))
        for value, start in () if at in near else _printed(passage.text):
            is_same_again = near and not _last_part(passage.text[:start])
            if value not in known and not is_same_again:
                known.add(value)
                name = _name(passage.text[:start], passages[at - 1] if at else None)
                yield FoundColour(value, name, passage, "from its CMYK value, about right on a screen")


def _exact(text: str) -> Iterator[tuple[str, int]]:
    """Give hex and RGB values with where they stand."""
    for match in _HEX.finditer(text):
        digits = match[1] or match[2]
        if len(digits) == 6 or re.search(r"colou?r|hex|palette", text, re.IGNORECASE):
            yield normal_colour(digits), match.start()
    for match in _RGB.finditer(text):
        parts = [int(part) for part in match.groups() if part is not None]
        if all(part <= 255 for part in parts):
            yield "#{:02X}{:02X}{:02X}".format(*parts), match.start()


def _printed(text: str) -> Iterator[tuple[str, int]]:
    """Turn CMYK percentages to RGB by the plain formula, without a printing profile."""
    for match in _CMYK.finditer(text):
        c, m, y, k = (int(part) / 100 for part in match.groups() if part is not None)
        if max(c, m, y, k) <= 1:
            parts = (round(255 * (1 - ink) * (1 - k)) for ink in (c, m, y))
            yield "#{:02X}{:02X}{:02X}".format(*parts), match.start()


def _pantone(passages: Sequence[Passage], at: int) -> str:
    """Name the Pantone colour that stands with a value; its own values are not free to use."""
    for passage in passages[at : at + 1 + NEAR]:
        if passage is not passages[at] and any(_exact(passage.text)):
            return ""
        if found := _PANTONE.search(passage.text):
            return f"Pantone {found[1].strip()}"
    return ""


def _name(before: str, above: Passage | None) -> str:
    """Take the words before a value for the colour's name; where there are none, the line above."""
    words = _last_part(before)
    if not words and above is not None and above.text[-1:].isalpha():
        words = _last_part(above.text)
    capital = re.search(r"((?:[A-Z][\w'’-]*\s?){1,3})$", words)
    named = capital[1].strip() if capital else words
    return named if named[:1].isalpha() and len(named.split()) <= LONGEST_NAME_WORDS else ""


def _last_part(text: str) -> str:
    plain = _VALUES.split(text)[0].strip(" :|-–—•,(")
    return re.split(r"[:|•(,;]", plain)[-1].strip(" -–—,*")
