from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clappper.media.audio import read_audio
from clappper.media.beats import BeatGrid, track_beats

RATE = 48_000
AUDIO = Path(__file__).parents[4] / "shared" / "media" / "audio"
Wave = NDArray[np.float32]


def click() -> Wave:
    wave: Wave = (np.sin(np.arange(96) * 0.2) * np.hanning(96)).astype(np.float32)
    return wave


def kick() -> Wave:
    time = np.arange(12_000) / RATE
    wave: Wave = (np.sin(2 * np.pi * (50 * time + 8 * (1 - np.exp(-30 * time)))) * np.exp(-9 * time)).astype(
        np.float32
    )
    return wave


def lay(events: list[tuple[float, Wave]], seconds: float) -> Wave:
    """Put sounds at their times over a whisper of noise."""
    sound = np.random.default_rng(0).normal(0, 1e-4, round(seconds * RATE)).astype(np.float32)
    for at, wave in events:
        start = round(at * RATE)
        sound[start : start + len(wave)] += wave[: len(sound) - start]
    return sound


def off_grid_ms(grid: BeatGrid, bpm: float, first: float) -> float:
    period = 60 / bpm
    beats = np.array(grid.beats_seconds)
    return float(1000 * np.abs((beats - first + period / 2) % period - period / 2).max())


@pytest.mark.parametrize("bpm", [72.0, 96.0, 120.0, 128.5, 174.0])
@pytest.mark.parametrize("sound", [click(), kick()], ids=["click", "kick"])
def test_strict_time_is_found_to_the_millisecond(sound: Wave, bpm: float) -> None:
    times = np.arange(0.31, 12, 60 / bpm)
    grid = track_beats(lay([(t, sound) for t in times], 12.5))
    assert grid.bpm == pytest.approx(bpm, abs=0.1)
    assert off_grid_ms(grid, bpm, 0.31) < 4
    assert len(grid.beats_seconds) == pytest.approx(len(times), abs=2)
    assert grid.confidence > 0.8
    assert grid.note == ""


def test_onsets_are_where_things_start() -> None:
    times = [0.4, 0.9, 1.15, 2.0, 3.3]
    grid = track_beats(lay([(t, kick()) for t in times], 4.0))
    for time in times:
        assert min(abs(onset - time) for onset in grid.onsets) < 0.012


def test_the_bar_starts_where_the_bass_is() -> None:
    events = [(0.2 + 0.5 * i, kick() * (1.0 if i % 4 == 2 else 0.25)) for i in range(24)]
    grid = track_beats(lay(events, 12.4))
    assert off_grid_ms(BeatGrid(grid.downbeats, 0, (), (), 1), 30.0, 1.2) < 10


def test_a_drifting_player_is_followed_and_told() -> None:
    gaps = 0.5 + 0.06 * np.sin(np.arange(40) / 4)
    times = 0.3 + np.concatenate([[0], np.cumsum(gaps)])
    grid = track_beats(lay([(t, kick()) for t in times], float(times[-1]) + 0.5))
    far = [min(abs(beat - t) for beat in grid.beats_seconds) for t in times[1:-1]]
    assert np.median(far) < 0.012
    assert grid.note


@pytest.mark.parametrize("length", [0, 1, 2, 100, 4800, 96_000])
def test_silence_has_no_beats(length: int) -> None:
    grid = track_beats(np.zeros((length, 2), np.float32))
    assert (grid.beats_seconds, grid.onsets, grid.confidence) == ((), (), 0.0)
    assert "no sound" in grid.note


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 30_000), st.integers(0, 99), st.sampled_from([8000, 22_050, 44_100, 48_000]))
def test_any_scrap_of_sound_gives_an_ordered_grid(length: int, seed: int, rate: int) -> None:
    grid = track_beats(np.random.default_rng(seed).uniform(-1, 1, length).astype(np.float32), rate)
    beats = np.array(grid.beats_seconds)
    assert (np.diff(beats) > 0).all()
    assert all(0 <= beat <= length / rate for beat in beats)
    assert set(grid.downbeats) <= set(grid.beats_seconds)
    assert 0 <= grid.confidence <= 1


def test_noise_has_no_steady_beat() -> None:
    grid = track_beats(np.random.default_rng(3).normal(0, 0.1, 8 * RATE).astype(np.float32))
    assert not grid.is_sure
    assert "guess" in grid.note


@pytest.mark.skipif(not AUDIO.is_dir(), reason="the development material is not here")
@pytest.mark.parametrize(
    ("name", "bpm", "sure"),
    [
        ("music/kick_120bpm.mp3", 120.0, True),
        ("loops/loop_amen.flac", 136.9, True),
        ("loops/loop_mika.flac", 120.0, True),
        ("loops/loop_industrial.flac", 135.8, False),
        ("music/drone-loop_97bpm.flac", 97.0, False),
        ("music/trumpet-solo_90bpm.ogg", 90.0, False),
        ("voice/austen-0870.wav", None, False),
    ],
)
def test_real_music_has_its_stated_tempo_and_honest_confidence(
    name: str, bpm: float | None, sure: bool
) -> None:
    grid = track_beats(read_audio(AUDIO / name))
    assert bpm is None or grid.bpm == pytest.approx(bpm, abs=0.2)
    assert grid.is_sure is sure


@pytest.mark.skipif(not AUDIO.is_dir(), reason="the development material is not here")
def test_a_recorded_kick_is_met_within_twelve_milliseconds() -> None:
    sound = read_audio(AUDIO / "music" / "kick_120bpm.mp3")
    energy = np.square(sound.sum(axis=1)).reshape(-1, 48).sum(axis=1)
    for beat in track_beats(sound).beats_seconds[1:-1]:
        around = round(1000 * beat) - 60
        attack = around + int(np.argmax(np.diff(energy[around : around + 120]))) + 1
        assert beat == pytest.approx(attack / 1000, abs=0.012)
