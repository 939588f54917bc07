import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clappper.media.audio import RATE, Samples, silence
from clappper.media.beats import BeatGrid, track_beats
from clappper.media.looping import fade_in, fade_out, fitted

NO_GRID = BeatGrid((), 0.0, (), (), 0.0)


def groove(beats: int, bpm: float = 120.0) -> Samples:
    """Four different drums in turn, exactly ``beats`` beats long."""
    sound = silence(beats * 60 / bpm)
    time = np.arange(9600) / RATE
    for beat in range(beats):
        hertz = (60, 300, 90, 500)[beat % 4]
        start = round(beat * 60 / bpm * RATE)
        sound[start : start + 9600] += (0.5 * np.sin(2 * np.pi * hertz * time) * np.exp(-20 * time))[:, None]
    return sound


def test_a_short_loop_goes_on_in_time() -> None:
    sound = groove(4)
    result = fitted(sound, track_beats(sound), 9.3)
    assert result.samples.shape == (round(9.3 * RATE), 2)
    assert np.diff(result.grid.beats_seconds) == pytest.approx(0.5, abs=0.006)
    assert track_beats(result.samples).bpm == pytest.approx(120, abs=0.2)


def test_a_longer_piece_loops_where_it_sounds_alike() -> None:
    sound = groove(18)
    sound = np.concatenate([sound, 0.3 * groove(1, 100)])
    grid = track_beats(sound)
    result = fitted(sound, grid, 16)
    heard = track_beats(result.samples)
    far = [min(abs(beat - found) for found in heard.beats_seconds) for beat in result.grid.beats_seconds]
    assert max(far) < 0.02
    assert "played on from" in result.note


def test_a_long_piece_fades_from_its_last_bar_line() -> None:
    sound = groove(32)
    result = fitted(sound, track_beats(sound), 7.0)
    assert np.abs(result.samples[-2:]).max() < 0.001
    assert np.array_equal(result.samples[: 5 * RATE], sound[: 5 * RATE])
    assert max(result.grid.beats_seconds) < 7.0
    assert "fades out" in result.note


def test_silence_stays_silent() -> None:
    result = fitted(silence(0.5), NO_GRID, 2.0)
    assert result.samples.shape == (2 * RATE, 2)
    assert not result.samples.any()
    assert result.note == "The music is silent."


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 40_000), st.floats(0.0, 3.0))
def test_the_length_is_always_exact(length: int, seconds: float) -> None:
    sound = np.random.default_rng(0).normal(0, 0.1, (length, 2)).astype(np.float32)
    assert len(fitted(sound, NO_GRID, seconds).samples) == round(seconds * RATE)


@given(st.integers(2, 2000))
def test_two_fades_that_cross_keep_the_power(length: int) -> None:
    assert fade_in(length) ** 2 + fade_out(length) ** 2 == pytest.approx(1.0, abs=1e-4)
