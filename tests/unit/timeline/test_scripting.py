import itertools
from dataclasses import replace

import pytest

from clappper.base.errors import ClappperError
from clappper.timeline.model import Timeline
from clappper.timeline.scripting import LONGEST_CHARACTERS, drafted, phrases


def test_a_script_is_cut_where_it_is_breathed_and_never_too_long() -> None:
    assert phrases("Slow mornings, in your hands. Get yours!") == (
        "Slow mornings,",
        "in your hands.",
        "Get yours!",
    )
    long = phrases("word " * 40)
    assert all(len(one) <= LONGEST_CHARACTERS for one in long)
    assert " ".join(long).split() == ["word"] * 40
    assert phrases("  ") == ()


def test_phrases_are_spread_over_the_voice_in_order(timeline: Timeline) -> None:
    captions = drafted(timeline, "One two three. Four, five six. Seven.")
    assert [one.text for one in captions] == ["One two three.", "Four,", "five six.", "Seven."]
    assert (captions[0].frames.start, captions[-1].frames.end) == (60, 150)
    assert all(left.frames.end == right.frames.start for left, right in itertools.pairwise(captions))


def test_without_script_or_voice_it_says_so(timeline: Timeline) -> None:
    with pytest.raises(ClappperError, match="no script"):
        drafted(timeline, "")
    silent = replace(timeline, tracks=tuple(track for track in timeline.tracks if track.id != "vo"))
    with pytest.raises(ClappperError, match="no voice"):
        drafted(silent, "Hello.")
