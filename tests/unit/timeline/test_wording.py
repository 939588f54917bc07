from __future__ import annotations

from itertools import pairwise

import pytest

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange, FrameRate
from clappper.timeline.captions import Caption
from clappper.timeline.wording import CaptionStyle, Word, captions_from_words, spoken_words

RATE = FrameRate(30)
SAID = "Wake up brighter. The lamp that rises with you, every single morning, wherever you are."


def timed() -> list[Word]:
    return [Word(text, 1 + 0.3 * n, 1.25 + 0.3 * n) for n, text in enumerate(SAID.split())]


def test_single_words_come_and_go_with_the_voice() -> None:
    captions = captions_from_words(timed(), RATE, CaptionStyle.WORDS)
    assert [caption.text for caption in captions] == SAID.split()
    assert captions[0] == Caption(FrameRange(30, 39), "Wake", (0,))
    assert captions[-1].frames.end == RATE.frame_at(1.25 + 0.3 * 14 + 0.25)


def test_phrases_end_with_sentences_and_pauses() -> None:
    words = timed()
    late = [
        Word(w.text, w.start_seconds + 2 * (n > 4), w.end_seconds + 2 * (n > 4)) for n, w in enumerate(words)
    ]
    texts = [caption.text for caption in captions_from_words(late, RATE)]
    assert texts[:3] == ["Wake up brighter.", "The lamp", "that rises with"]


@pytest.mark.parametrize("style", list(CaptionStyle))
def test_captions_never_overlap_and_say_everything(style: CaptionStyle) -> None:
    captions = captions_from_words(timed(), RATE, style)
    assert " ".join(caption.text for caption in captions).split() == SAID.split()
    assert all(left.frames.end <= right.frames.start for left, right in pairwise(captions))
    assert all(len(line) <= 42 for caption in captions for line in caption.text.split("\n"))


def test_words_without_times_are_spread_by_their_letters() -> None:
    words = spoken_words("a bb cccc", 2.0, 4.0)
    assert [round(word.start_seconds, 2) for word in words] == [2.0, 2.4, 3.0]
    assert words[-1].end_seconds <= 4.0
    assert spoken_words("", 0, 1) == ()


def test_nonsense_is_refused() -> None:
    with pytest.raises(ClappperError, match="no timed words"):
        captions_from_words([], RATE)
    with pytest.raises(ClappperError, match="do not rise"):
        captions_from_words([Word("b", 2, 3), Word("a", 1, 2)], RATE)
