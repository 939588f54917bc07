from pathlib import Path

import pytest

from clappper.base.paths import resource
from clappper.review.wordpiece import WordPieces


@pytest.fixture(scope="module")
def pieces() -> WordPieces:
    return WordPieces(resource("models", "minilm", "vocab.txt"))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", [101, 102]),
        ("a dog", [101, 1037, 3899, 102]),
        ("A Dog!", [101, 1037, 3899, 999, 102]),
        ("déjà", [101, 2139, 3900, 102]),
        ("embeddings", [101, 7861, 8270, 4667, 2015, 102]),
    ],
)
def test_numbers_are_those_of_the_published_tokenizer(
    pieces: WordPieces, text: str, numbers: list[int]
) -> None:
    assert pieces.encode(text, 64) == numbers


def test_long_texts_are_cut_before_the_closing_mark(pieces: WordPieces) -> None:
    found = pieces.encode("dog " * 500, 16)
    assert len(found) == 16
    assert (found[0], found[-1]) == (101, 102)


def test_what_no_piece_spells_is_unknown(pieces: WordPieces, tmp_path: Path) -> None:
    assert pieces.encode("x" * 200, 8) == [101, 100, 102]
    (tmp_path / "vocab.txt").write_text("[UNK]\n[CLS]\n[SEP]\na")
    assert WordPieces(tmp_path / "vocab.txt").encode("a b", 8) == [1, 3, 0, 2]
