"""The word lists of ``brief/data``, each read once and only when it is asked for."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from clappper.brief.words import Glossary, Lexicon

ShotWord = Literal[
    "camera_move", "shot_size", "angle", "lens", "composition", "lighting", "setting", "action"
]
LookWord = Literal["style", "palette_warm", "palette_cool", "palette_neutral", "mood", "colour", "material"]


@cache
def table(name: str) -> dict[str, Any]:
    """Read one data file, such as ``shots``."""
    source = files("clappper.brief").joinpath("data", f"{name}.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def shot_words(kind: ShotWord) -> Lexicon:
    """Give the words that make one part of a shot concrete."""
    return Lexicon(table("shots")[kind])


@cache
def action_forms() -> Lexicon:
    """Give the verb forms that are not also nouns: "drinks" as in drinking, but not "a drink"."""
    return Lexicon(table("shots")["action_forms"], exact=True)


@cache
def camera_moves() -> Glossary:
    """Give the wordings of each of the brief's camera moves."""
    return Glossary(table("shots")["moves"])


@cache
def look_words(kind: LookWord) -> Lexicon:
    """Give the words of a style, a palette, a mood, a colour or a material."""
    return Lexicon(table("looks")[kind])


@cache
def subjects() -> Lexicon:
    """Give everything a shot can be about: people, animals, things and goods."""
    data = table("subjects")
    goods = [noun for nouns in data["products"].values() for noun in nouns]
    return Lexicon([*data["people"], *data["animals"], *data["things"], *goods])


@cache
def people() -> Lexicon:
    return Lexicon(table("subjects")["people"])


@cache
def animals() -> Lexicon:
    return Lexicon(table("subjects")["animals"])


@cache
def counts() -> Lexicon:
    """Give the words for more than one of something."""
    return Lexicon(table("demands")["counts"], exact=True)


@cache
def pronouns() -> frozenset[str]:
    """Give the words that stand for someone or something named elsewhere."""
    return frozenset(table("demands")["pronouns"])


@cache
def goods() -> Glossary:
    """Give the nouns of goods, each under its category."""
    return Glossary(table("subjects")["products"])


@cache
def sequence_words() -> Lexicon:
    """Give the words that separate one moment of a shot from the next."""
    return Lexicon(table("time")["sequence"], allow=table("time")["places"], exact=True)


@cache
def timecodes() -> re.Pattern[str]:
    """Give what a moment looks like in a text, such as 0:03 or 2s."""
    return re.compile(table("time")["timecode"], re.IGNORECASE)


@cache
def vague_words() -> Lexicon:
    """Give the words that show nothing, but not where they belong to a fixed phrase."""
    data = table("vague")
    return Lexicon(data["words"], allow=data["fixed_phrases"]["phrases"], exact=True)


def concrete_for(vague: str) -> str:
    """Give what to say instead of a vague word; empty when the word is best left out."""
    words: dict[str, str] = table("vague")["words"]
    return words[vague]


@cache
def risky_words() -> Lexicon:
    """Give the words that providers' filters misread."""
    words: dict[str, str] = table("risk")["words"]
    return Lexicon(
        [word for word, why in words.items() if why],
        allow=[word for word, why in words.items() if not why],
        exact=True,
    )


def risk_of(word: str) -> str:
    """Say why a provider may refuse ``word``."""
    words: dict[str, str] = table("risk")["words"]
    return words[word]


def fill(kind: str, key: str) -> Any:
    """Give what a one-click fix fills in, such as the ``lighting`` of a ``packshot``."""
    return table("fills")[kind][key]


@dataclass(frozen=True)
class SafetyRule:
    """One kind of content that must not, or should not, be made.

    ``names`` are other words for the kind; ``seen_only`` rules read what scenes show and nothing else.
    """

    code: str
    severity: Literal["must_fix", "warning"]
    message: str
    names: tuple[str, ...]
    seen_only: bool
    lexicon: Lexicon


@cache
def safety_rules() -> tuple[SafetyRule, ...]:
    """Give what must not be asked for, in the order in which it is looked for."""
    return tuple(
        SafetyRule(
            rule["code"],
            rule["severity"],
            rule["message"],
            tuple(rule["names"]),
            rule.get("seen_only", False),
            Lexicon(rule["terms"], allow=rule.get("allow", ()), exact=True),
        )
        for rule in table("safety")["rule"]
    )


@cache
def face_words() -> Lexicon:
    """Give the words that bring a face into the picture."""
    data = table("safety")["faces"]
    return Lexicon(data["terms"], allow=data["allow"], exact=True)


@dataclass(frozen=True)
class Opposites:
    """Two sides that cannot both be true of one shot.

    A side is two word lists: what the text asks for, and what it rules out. ``unless`` puts the sides
    one after the other. ``keeps_left`` says which side a fix keeps.
    """

    code: str
    left: tuple[Lexicon, Lexicon]
    right: tuple[Lexicon, Lexicon]
    unless: Lexicon
    keeps_left: bool


@cache
def opposites() -> tuple[Opposites, ...]:
    """Give the pairs that one scene cannot be at once."""
    return tuple(
        Opposites(
            pair["code"],
            _side(pair["left"], pair.get("allow", ())),
            _side(pair["right"], pair.get("allow", ())),
            Lexicon(pair.get("unless", ()), exact=True),
            pair["keep"] == "left",
        )
        for pair in table("contradictions")["pair"]
    )


def _side(phrases: list[str], allow: list[str]) -> tuple[Lexicon, Lexicon]:
    asked = [phrase for phrase in phrases if not phrase.startswith("!")]
    ruled_out = [phrase.removeprefix("!") for phrase in phrases if phrase.startswith("!")]
    return Lexicon(asked, allow=allow), Lexicon(ruled_out, allow=allow)
