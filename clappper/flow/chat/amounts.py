"""How much is meant: numbers with their units, and words such as “slightly” and “a lot”."""

from __future__ import annotations

import re
from fractions import Fraction

NUMERALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WORDS: dict[str, float] = {word: number for number, word in enumerate(NUMERALS, 1)} | {"half": 0.5}
_NUMBER = rf"(\d+(?:[.,]\d+)?|{'|'.join(_WORDS)})"
_LITTLE = re.compile(r"\b(slightly|a (?:little|bit|touch|tad)|somewhat|gently|subtly)\b")
_MUCH = re.compile(r"\b(much|a lot|lots|way|far|very|really|strongly|massively|double)\b")
_SECONDS = re.compile(rf"{_NUMBER}\s*-?(?:a )?\s*(?:s|sec|secs|second|seconds)\b")
_FRAMES = re.compile(rf"{_NUMBER}\s*(?:f|frames?)\b")
_PERCENT = re.compile(rf"{_NUMBER}\s*(?:%|per ?cent)")
_DECIBELS = re.compile(rf"{_NUMBER}\s*(?:db|decibels?)\b")
_STOPS = re.compile(rf"{_NUMBER}\s*stops?\b")
_TIMES = re.compile(rf"{_NUMBER}\s*(?:x|×|times)")


def emphasis(text: str) -> float:
    """Give 0.5 for a little, 2 for a lot, 1 for neither."""
    if _LITTLE.search(text):
        return 0.5
    return 2.0 if _MUCH.search(text) else 1.0


def seconds_in(text: str) -> float | None:
    return _found(_SECONDS, text)


def frames_in(text: str, fps: Fraction) -> int | None:
    """Give a length in frames, whether it is said in frames or in seconds."""
    frames = _found(_FRAMES, text)
    if frames is not None:
        return round(frames)
    seconds = seconds_in(text)
    return None if seconds is None else round(Fraction(seconds) * fps)


def percent_in(text: str) -> float | None:
    return _found(_PERCENT, text)


def decibels_in(text: str) -> float | None:
    return _found(_DECIBELS, text)


def stops_in(text: str) -> float | None:
    return _found(_STOPS, text)


def times_in(text: str) -> float | None:
    return _found(_TIMES, text)


def number(word: str) -> float:
    """Read a numeral or a number word up to ten."""
    return float(_WORDS[word]) if word in _WORDS else float(word.replace(",", "."))


def _found(pattern: re.Pattern[str], text: str) -> float | None:
    match = pattern.search(text)
    return number(match[1]) if match else None
