"""What the predictor reads in a prompt: how much it says of what, counted over the brief's word lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clappper.brief import lexicons
from clappper.brief.lexicons import LookWord, ShotWord
from clappper.brief.words import Lexicon, Words, read

DETERMINERS = frozenset({"a", "an", "the"})
CROWDS = frozenset({"two", "three", "four", "five", "many", "several", "group", "crowd"})


@dataclass(frozen=True, slots=True)
class Feature:
    """One count, and its words in a reason: "2 camera moves"."""

    name: str
    one: str
    many: str
    count: Callable[[str, Words], float]

    def told(self, value: float) -> str:
        """Say how many there are."""
        if value == 0:
            return f"no {self.one}"
        number = f"{value:.1f}" if value % 1 else f"{value:.0f}"
        return f"{number} {self.one if value == 1 else self.many}"


def _shot(kind: ShotWord, one: str, many: str) -> Feature:
    return Feature(kind, one, many, lambda text, _: len(lexicons.shot_words(kind).wanted(text)))


def _look(kind: LookWord, one: str, many: str) -> Feature:
    return Feature(kind, one, many, lambda text, _: len(lexicons.look_words(kind).wanted(text)))


def _listed(name: str, lexicon: Callable[[], Lexicon], one: str, many: str) -> Feature:
    return Feature(name, one, many, lambda text, _: len(lexicon().wanted(text)))


def _with(words: frozenset[str]) -> Callable[[str, Words], float]:
    return lambda _, read_words: sum(word in words for word in read_words.plain)


FEATURES: tuple[Feature, ...] = (
    Feature("words", "word", "words", lambda _, words: len(words)),
    Feature(
        "doublings", "doubling of the length", "doublings of the length", lambda _, words: _log2(len(words))
    ),
    Feature(
        "letters",
        "letter a word",
        "letters a word",
        lambda text, words: round(len(text) / max(1, len(words)), 1),
    ),
    _shot("camera_move", "camera move", "camera moves"),
    _shot("shot_size", "shot size", "shot sizes"),
    _shot("angle", "camera angle", "camera angles"),
    _shot("lens", "lens", "lenses"),
    _shot("composition", "word on composition", "words on composition"),
    _shot("lighting", "lighting word", "lighting words"),
    _shot("setting", "setting", "settings"),
    _shot("action", "action", "actions"),
    _look("style", "style word", "style words"),
    _look("palette_warm", "warm colour word", "warm colour words"),
    _look("palette_cool", "cool colour word", "cool colour words"),
    _look("mood", "mood word", "mood words"),
    _look("colour", "colour", "colours"),
    _look("material", "material", "materials"),
    _listed("actions_named", lexicons.action_forms, "verb of action", "verbs of action"),
    _listed("subjects", lexicons.subjects, "subject", "subjects"),
    _listed("people", lexicons.people, "kind of person", "kinds of people"),
    _listed("moments", lexicons.sequence_words, "change over time", "changes over time"),
    _listed("vague", lexicons.vague_words, "vague word", "vague words"),
    _listed("faces", lexicons.face_words, "face asked for", "faces asked for"),
    _listed("animals", lexicons.animals, "animal", "animals"),
    Feature("commas", "comma", "commas", lambda text, _: text.count(",")),
    Feature("digits", "digit", "digits", lambda text, _: sum(letter.isdigit() for letter in text)),
    Feature(
        "continuing",
        "word on -ing",
        "words on -ing",
        lambda _, words: sum(w.endswith("ing") for w in words.plain),
    ),
    Feature("articles", "article", "articles", _with(DETERMINERS)),
    Feature("crowds", "number of people or things", "numbers of people or things", _with(CROWDS)),
    Feature("ruled_out", "word ruled out", "words ruled out", lambda _, words: len(words.ruled_out)),
)


def _log2(count: int) -> float:
    return round(float(np.log2(1 + count)), 1)


def count_features(texts: Sequence[str]) -> NDArray[np.float64]:
    """Give shape (len(texts), len(FEATURES))."""
    rows = [[feature.count(text, read(text)) for feature in FEATURES] for text in texts]
    return np.array(rows, dtype=np.float64).reshape(len(texts), len(FEATURES))
