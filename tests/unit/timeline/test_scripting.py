import itertools
from dataclasses import replace

import pytest

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.timeline.change import with_clips
from clappper.timeline.model import Timeline
from clappper.timeline.scripting import LONGEST_CHARACTERS, drafted, phrases
from clappper.timeline.wording import CaptionStyle


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


def test_words_and_phrases_come_with_their_words(timeline: Timeline) -> None:
    script = "One two three four. Five."
    words = drafted(timeline, script, CaptionStyle.WORDS)
    assert [one.text for one in words] == script.split()
    assert words[0].frames.start == 60
    assert words[-1].frames.end <= 150
    assert all(left.frames.end <= right.frames.start for left, right in itertools.pairwise(words))
    phrases = drafted(timeline, script, CaptionStyle.PHRASES)
    assert [one.text for one in phrases] == ["One two three", "four.", "Five."]
    assert phrases[1].frames.start == words[3].frames.start


def test_words_leave_out_the_silence_between_voices(timeline: Timeline) -> None:
    voice = next(track for track in timeline.tracks if track.id == "vo")
    clip = voice.clips[0]
    parts = (
        replace(clip, id="first", placed=FrameRange(0, 30), link=""),
        replace(clip, id="second", placed=FrameRange(120, 150), link=""),
    )
    words = drafted(with_clips(timeline, {"vo": parts}), "aaaa bbbb cccc dddd", CaptionStyle.WORDS)
    assert [one.frames.start < 30 for one in words] == [True, True, False, False]
    assert words[2].frames.start >= 120


def test_more_words_than_frames_leave_none_empty(timeline: Timeline) -> None:
    captions = drafted(timeline, "word " * 500, CaptionStyle.WORDS)
    assert all(len(one.frames) for one in captions)
    assert captions[-1].frames.end <= 150


def test_without_script_or_voice_it_says_so(timeline: Timeline) -> None:
    with pytest.raises(ClappperError, match="no script"):
        drafted(timeline, "")
    silent = replace(timeline, tracks=tuple(track for track in timeline.tracks if track.id != "vo"))
    with pytest.raises(ClappperError, match="no voice"):
        drafted(silent, "Hello.")
