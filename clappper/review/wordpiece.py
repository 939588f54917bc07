"""Text to the token numbers of BERT's uncased vocabulary: basic split, then greedy longest pieces.

After Devlin et al., 2019, "BERT". The ``tokenizers`` package does the same, but brings the model hub's
client with it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

LONGEST_WORD = 100
CJK = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)
"""Blocks whose every character is a word of its own."""


class WordPieces:
    """The vocabulary in ``path``: one token a line, its number the line's, counted from 0."""

    def __init__(self, path: Path) -> None:
        tokens = path.read_text("utf-8").splitlines()
        self._numbers = {token: number for number, token in enumerate(tokens)}
        self._unknown = self._numbers["[UNK]"]
        self._first, self._last = self._numbers["[CLS]"], self._numbers["[SEP]"]

    def encode(self, text: str, most: int) -> list[int]:
        """Give at most ``most`` token numbers, the opening and the closing mark included."""
        pieces = [piece for word in _words(text) for piece in self._pieces(word)]
        return [self._first, *pieces[: most - 2], self._last]

    def _pieces(self, word: str) -> list[int]:
        if len(word) > LONGEST_WORD:
            return [self._unknown]
        found: list[int] = []
        start = 0
        while start < len(word):
            piece = self._longest(word, start)
            if piece is None:
                return [self._unknown]
            number, start = piece
            found.append(number)
        return found

    def _longest(self, word: str, start: int) -> tuple[int, int] | None:
        lead = "##" if start else ""
        for end in range(len(word), start, -1):
            number = self._numbers.get(lead + word[start:end])
            if number is not None:
                return number, end
        return None


def _words(text: str) -> Iterator[str]:
    """Split at spaces and around every punctuation mark and CJK character; lower case, no accents."""
    word = ""
    for character in unicodedata.normalize("NFD", text.lower()):
        kind = unicodedata.category(character)
        if kind == "Mn" or _is_control(character, kind):
            continue
        if character.isspace():
            if word:
                yield word
            word = ""
        elif _stands_alone(character, kind):
            if word:
                yield word
            yield character
            word = ""
        else:
            word += character
    if word:
        yield word


def _is_control(character: str, kind: str) -> bool:
    return character in {"\0", "\ufffd"} or (kind[0] == "C" and character not in "\t\n\r")


def _stands_alone(character: str, kind: str) -> bool:
    code = ord(character)
    is_ascii_mark = code < 128 and not character.isalnum() and not character.isspace()
    return is_ascii_mark or kind[0] == "P" or any(low <= code <= high for low, high in CJK)
