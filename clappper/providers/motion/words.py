"""Intent words become an environment, a light and a temper: a small lexicon, matched by word beginnings."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LEXICON = Path(__file__).with_name("lexicon.toml")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the words suggest. ``environment`` is a key of the lexicon, or empty."""

    environment: str
    lighting: frozenset[str]
    traits: frozenset[str]
    temperature: str
    dark: bool | None


@cache
def lexicon() -> dict[str, Any]:
    """Read the words that choose sets, light and moves."""
    return tomllib.loads(LEXICON.read_text(encoding="utf-8"))


def _hits(text: str, words: list[str]) -> int:
    return sum(len(re.findall(rf"\b{re.escape(word)}", text)) for word in words)


def _best(text: str, entries: dict[str, list[str]]) -> str:
    scores = {name: _hits(text, words) for name, words in entries.items()}
    best = max(scores, key=lambda name: scores[name], default="")
    return best if best and scores[best] else ""


def read(intent: str, style: str) -> Reading:
    """Read a scene's intent and its style words; the intent decides where, both decide how."""
    book = lexicon()
    where = {name: entry["words"] for name, entry in book["environment"].items()}
    said, both = intent.lower(), f"{intent} {style}".lower()
    lighting = frozenset(name for name, words in book["lighting"].items() if _hits(both, words))
    traits = frozenset(name for name, words in book["trait"].items() if _hits(both, words))
    dark_hits, light_hits = _hits(both, book["tone"]["dark"]), _hits(both, book["tone"]["light"])
    return Reading(
        environment=_best(said, where) or _best(style.lower(), where),
        lighting=lighting,
        traits=traits,
        temperature=_best(both, book["temperature"]),
        dark=None if dark_hits == light_hits else dark_hits > light_hits,
    )
