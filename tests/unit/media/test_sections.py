"""Sections of songs made here of two or three sounds: their boundaries and what returns are known exactly."""

import numpy as np
import pytest

from clappper.media.beats import BeatGrid
from clappper.media.onsets import Wave
from clappper.media.sections import (
    GUESSED_CHORUS,
    NO_BEAT,
    NO_CHANGE,
    ONE_SECTION,
    TOO_SHORT,
    UNSURE_BEATS,
    find_sections,
)

RATE = 24_000
BEAT = 0.5
NOTES = {"a": (220.0, 0.1), "b": (330.0, 0.5), "c": (523.0, 0.25), "i": (98.0, 0.04)}


def song(form: str, beats: int = 8) -> Wave:
    """Play one note for each letter, struck on each beat at the letter's loudness."""
    time = np.arange(round(BEAT * RATE)) / RATE
    strokes = {
        letter: level * np.exp(-5 * time) * sum(np.sin(2 * np.pi * pitch * part * time) for part in (1, 2, 3))
        for letter, (pitch, level) in NOTES.items()
    }
    played = np.concatenate([np.tile(strokes[letter], beats) for letter in form])
    return (played + np.random.default_rng(1).normal(0, 1e-4, len(played))).astype(np.float32)


def grid(samples: Wave, first_downbeat: int = 0, confidence: float = 0.9) -> BeatGrid:
    beats = tuple(np.arange(0, len(samples) / RATE, BEAT).tolist())
    return BeatGrid(beats, 120.0, beats[first_downbeat::4], (), confidence)


def found(form: str, beats: int = 8) -> tuple[list[tuple[float, str]], str]:
    samples = song(form, beats)
    result = find_sections(samples, RATE, grid(samples))
    return [(section.start, section.label) for section in result.sections], result.note


def test_the_loudest_that_returns_is_the_chorus_between_intro_and_outro() -> None:
    sections, note = found("iababc", 16)
    assert sections == [
        (0.0, "intro"),
        (8.0, "B"),
        (16.0, "chorus"),
        (24.0, "B"),
        (32.0, "chorus"),
        (40.0, "outro"),
    ]
    assert note == ""


def test_where_nothing_loud_returns_the_chorus_is_said_to_be_a_guess() -> None:
    sections, note = found("abc", 16)
    assert sections == [(0.0, "intro"), (8.0, "chorus"), (16.0, "outro")]
    assert note == GUESSED_CHORUS


def test_sections_follow_each_other_to_the_end_of_the_music() -> None:
    samples = song("abab")
    sections = find_sections(samples, RATE, grid(samples)).sections
    assert [section.end for section in sections] == [*(s.start for s in sections[1:]), 16.0]


def test_bars_counted_from_the_wrong_beat_are_set_right_by_the_changes() -> None:
    samples = song("abab")
    wrong = find_sections(samples, RATE, grid(samples, first_downbeat=1))
    assert wrong == find_sections(samples, RATE, grid(samples))


def test_both_sides_of_a_stereo_song_are_heard() -> None:
    samples = song("abab")
    both = np.column_stack([samples, samples])
    assert find_sections(both, RATE, grid(samples)) == find_sections(samples, RATE, grid(samples))


@pytest.mark.parametrize(
    ("form", "confidence", "note"),
    [("ab", 0.9, TOO_SHORT), ("aaaa", 0.9, NO_CHANGE), ("abab", 0.05, NO_BEAT)],
)
def test_what_has_no_sections_is_one_and_says_why(form: str, confidence: float, note: str) -> None:
    samples = song(form)
    result = find_sections(samples, RATE, grid(samples, confidence=confidence))
    assert [(s.start, s.end, s.label) for s in result.sections] == [(0.0, len(form) * 4.0, ONE_SECTION)]
    assert result.note == note


def test_short_sections_that_alternate_at_once_are_one() -> None:
    sections, _ = found("bcbcaaaabcbc")
    assert [start for start, _ in sections] == [0.0, 16.0, 32.0]


def test_unsure_beats_make_the_sections_unsure() -> None:
    samples = song("iababc", 16)
    sure, unsure = (find_sections(samples, RATE, grid(samples, confidence=trust)) for trust in (0.9, 0.3))
    assert unsure.sections == sure.sections
    assert unsure.note == UNSURE_BEATS


def test_silence_is_one_section() -> None:
    silence = np.zeros(20 * RATE, np.float32)
    assert find_sections(silence, RATE, grid(silence)).note == NO_CHANGE
