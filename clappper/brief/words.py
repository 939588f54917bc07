"""Reading English briefs: words, what is ruled out by "no" or "without", and phrases from word lists.

There is no language model here. The same text gives the same answer on every machine, in microseconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

WORD = re.compile(r"[#$€£]?\w+(?:[.:,](?=\d)\w+)*(?:['’&]\w+)*%?")
SENTENCE = re.compile(r"[.;!?\n]+(?=\s|$)")
JOINTS = str.maketrans({"-": " ", "_": " ", "–": " ", "—": ",", "’": "'"})

NEGATORS = frozenset({
    "no", "not", "without", "never", "avoid", "avoids", "avoiding", "exclude", "excludes", "excluding",
    "except", "isn't", "don't", "doesn't", "aren't", "zero", "minus",
})  # fmt: skip
NEGATION_REACH = 4
"""How many words after a "no" it still rules out, within one clause."""
NEGATION_ENDS = frozenset({"but", "with", "only", "just", "instead", "then"})
LISTED_WORDS = 3
"""The longest item that counts as part of a list such as "no people, text, or logos"."""

WHOLE_WORDS = frozenset({
    "evening", "morning", "building", "wedding", "ceiling", "clothing", "something", "nothing",
    "anything", "everything", "during", "glasses", "pudding", "spring", "string", "king", "ring", "wing",
    "bring", "thing", "boxing", "dress", "glass", "news", "lens", "series", "species", "canvas", "gas",
})  # fmt: skip
"""Words that only look as if they had an ending to take off."""


def stem(word: str) -> str:
    """Take off the common English endings, so that glide, glides, gliding and glided meet."""
    if word in WHOLE_WORDS or len(word) <= 3:
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    for ending in ("ing", "ed"):
        root = word.removesuffix(ending)
        if root != word and len(root) >= 3 and not root.endswith("e") and re.search(r"[aeiouy]", root):
            return _single_end(root)
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return word.removesuffix("e")


def _single_end(root: str) -> str:
    doubled = len(root) > 3 and root[-1] == root[-2] and root[-1] not in "lsz"
    return (root[:-1] if doubled else root).removesuffix("e")


@dataclass(frozen=True, slots=True)
class Words:
    """A text as words in order. ``ruled_out`` holds the places of those behind a negation."""

    plain: tuple[str, ...]
    stems: tuple[str, ...]
    ruled_out: frozenset[int]

    def __len__(self) -> int:
        return len(self.plain)


@lru_cache(maxsize=4096)
def read(text: str) -> Words:
    """Split a text into lower-case words and find what it rules out."""
    plain: list[str] = []
    ruled_out: set[int] = set()
    for sentence in SENTENCE.split(text.lower().translate(JOINTS)):
        clauses = [WORD.findall(clause) for clause in re.split(r",(?!\d)|:(?!\d)|[()]", sentence)]
        ruled_out |= {len(plain) + place for place in _negated(clauses)}
        plain += [word.removesuffix("'s") for clause in clauses for word in clause]
    return Words(tuple(plain), tuple(stem(word) for word in plain), frozenset(ruled_out))


def _negated(clauses: list[list[str]]) -> set[int]:
    """Give the places, counted over all clauses, that a negation rules out."""
    places: set[int] = set()
    begin = 0
    for number, clause in enumerate(clauses):
        reached = _reach(clause)
        if reached:
            places |= {begin + place for place in reached}
            places |= {begin + len(clause) + place for place in range(_listed_after(clauses[number + 1 :]))}
        begin += len(clause)
    return places


def _reach(clause: list[str]) -> set[int]:
    reached: set[int] = set()
    for place, word in enumerate(clause):
        if word in NEGATORS and clause[place + 1 : place + 2] not in (["only"], ["just"]):
            for later in range(place + 1, min(len(clause), place + 1 + NEGATION_REACH)):
                if clause[later] in NEGATION_ENDS:
                    break
                reached.add(later)
        if word == "free" and place > 0 and clause[place + 1 : place + 2] != ["of"]:
            reached.add(place - 1)
        if word == "free" and clause[place + 1 : place + 2] == ["of"]:
            reached |= set(range(place + 2, min(len(clause), place + 2 + NEGATION_REACH)))
    return reached


def _listed_after(clauses: list[list[str]]) -> int:
    """Count the words of the clauses that go on a negated list, up to the one that begins with "or"."""
    count = 0
    for clause in clauses:
        joined = clause[:1] in (["or"], ["nor"], ["and"])
        if len(clause) > LISTED_WORDS + joined:
            return 0
        count += len(clause)
        if joined or {"or", "nor"} & set(clause):
            return count
    return 0


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found at words ``start`` up to ``end`` of a text."""

    phrase: str
    start: int
    end: int
    ruled_out: bool


class Lexicon:
    """A list of phrases. The longest phrase wins where several begin at one word.

    ``exact`` phrases match as written, give or take a plural s; others match in any ending. Phrases of
    ``allow`` hide what lies inside them.
    """

    def __init__(self, phrases: Iterable[str], *, allow: Iterable[str] = (), exact: bool = False) -> None:
        self._exact = exact
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for phrase in phrases:
            self._add(phrase, phrase)
        for phrase in allow:
            self._add(phrase, "")
        for candidates in self._by_first.values():
            candidates.sort(key=lambda candidate: -len(candidate[0]))

    def _add(self, phrase: str, label: str) -> None:
        words = read(phrase)
        parts = words.plain if self._exact else words.stems
        self._by_first.setdefault(parts[0], []).append((parts, label))
        if self._exact and not parts[-1].endswith("s"):
            plural = (*parts[:-1], parts[-1] + "s")
            self._by_first.setdefault(plural[0], []).append((plural, label))

    def find(self, text: str) -> tuple[Hit, ...]:
        """Find every phrase, in order, without overlaps; also those ruled out."""
        return _find(self, text)

    def scan(self, words: Words) -> tuple[Hit, ...]:
        """Find every phrase in a text that has been read already."""
        parts = words.plain if self._exact else words.stems
        hits: list[Hit] = []
        place = 0
        while place < len(parts):
            found = self._longest_at(parts, place)
            if found is None:
                place += 1
                continue
            end, label = found
            if label:
                hits.append(Hit(label, place, end, place in words.ruled_out))
            place = end
        return tuple(hits)

    def _longest_at(self, parts: tuple[str, ...], place: int) -> tuple[int, str] | None:
        for phrase, label in self._by_first.get(parts[place], ()):
            if parts[place : place + len(phrase)] == phrase:
                return place + len(phrase), label
        return None

    def wanted(self, text: str) -> tuple[str, ...]:
        """Give the phrases that the text asks for, each once, in order."""
        return tuple(dict.fromkeys(hit.phrase for hit in self.find(text) if not hit.ruled_out))

    def first(self, text: str) -> str:
        """Give the first phrase that the text asks for, or an empty text."""
        return next(iter(self.wanted(text)), "")


@lru_cache(maxsize=16384)
def _find(lexicon: Lexicon, text: str) -> tuple[Hit, ...]:
    return lexicon.scan(read(text))


class Glossary:
    """Several lists of phrases under one name each; says which list a phrase came from."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        self._names = {phrase: name for name, phrases in lists.items() for phrase in phrases}
        self._lexicon = Lexicon(self._names)

    def find(self, text: str) -> tuple[tuple[str, Hit], ...]:
        """Find every phrase with the name of its list."""
        return tuple((self._names[hit.phrase], hit) for hit in self._lexicon.find(text))


def cut_phrase(text: str, phrase: str, replacement: str = "", *, exact: bool = False) -> str:
    """Replace ``phrase`` in ``text`` wherever its words stand, keep the rest, and tidy the punctuation."""
    words = read(phrase)
    pattern = re.compile(
        r"(?<!\w)" + r"[\s_–-]+".join(_flexible(word, exact=exact) for word in words.plain) + r"(?!\w)",
        re.IGNORECASE,
    )
    return tidy(pattern.sub(replacement, text))


def _flexible(word: str, *, exact: bool) -> str:
    root = re.escape(word)
    return rf"{root}(?:'s)?" if exact else rf"{root}(?:'s|s|es|d|ed|ing)?"


def tidy(text: str) -> str:
    """Close the gaps that a removed phrase leaves: doubled spaces, stray commas, a word left hanging."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([,.;:!?])", r"\1", text)
    text = re.sub(r"([,;:])(?:\s*[,;:.])+", r"\1", text)
    text = re.sub(r"\s+(?:with|and|or|in|on|of|at|by|for|under|from|a|an|the)(?=\s*[,.;:!?]|\s*$)", "", text)
    text = re.sub(r"\b([Aa])\s+(?=[aeiouAEIOU])", r"\1n ", text)
    return text.strip(" ,;:")
