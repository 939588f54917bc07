from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clappper.media.audio import RATE, Samples, read_audio, silence
from clappper.media.loudness import limit, mastered, measure, true_peak_dbtp

MUSIC = Path(__file__).parents[4] / "shared" / "media" / "audio" / "music"


def tone(seconds: float, dbfs: float, hertz: float = 1000.0, phase: float = 0.0) -> Samples:
    wave = 10 ** (dbfs / 20) * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE + phase)
    stereo: Samples = np.stack([wave, wave], axis=1).astype(np.float32)
    return stereo


def bursts(seed: int, level: float) -> Samples:
    """Noise that swells and stops, a little like speech."""
    noise = np.random.default_rng(seed).normal(0, 1, (3 * RATE, 2)).astype(np.float32)
    swell = np.clip(np.sin(np.arange(len(noise)) * 2 * np.pi / RATE * 1.7), 0, 1) ** 2
    swelling: Samples = (level * noise * swell[:, None]).astype(np.float32)
    return swelling


@pytest.mark.parametrize("dbfs", [-23.0, -33.0, -6.0])
def test_a_stereo_tone_reads_its_own_level(dbfs: float) -> None:
    loudness = measure(tone(4, dbfs))
    assert loudness.integrated_lufs == pytest.approx(dbfs, abs=0.05)
    assert loudness.short_term_lufs == pytest.approx(dbfs, abs=0.05)
    assert loudness.true_peak_dbtp == pytest.approx(dbfs, abs=0.05)


def test_pauses_are_gated_out() -> None:
    sound = np.concatenate([tone(3, -36), tone(18, -23), tone(3, -36), silence(6)])
    assert measure(sound).integrated_lufs == pytest.approx(-23.0, abs=0.1)


def test_the_range_is_what_the_standard_says() -> None:
    sound = np.concatenate([tone(20, -20), tone(20, -30)])
    assert measure(sound).range_lu == pytest.approx(10.0, abs=1.0)


def test_a_peak_between_the_samples_is_found() -> None:
    hidden = tone(0.5, -6.02, hertz=RATE / 4, phase=np.pi / 4)
    assert 20 * np.log10(np.abs(hidden).max()) == pytest.approx(-9.03, abs=0.05)
    assert true_peak_dbtp(hidden[2000:-2000]) == pytest.approx(-6.02, abs=0.2)


def test_mono_counts_as_one_channel() -> None:
    assert measure(tone(2, -20)[:, 0]).integrated_lufs == pytest.approx(-23.0, abs=0.05)


@pytest.mark.parametrize("samples", [0, 1, 100, 4799, 19200])
def test_silence_of_any_length_is_silent(samples: int) -> None:
    quiet = np.zeros((samples, 2), np.float32)
    loudness = measure(quiet)
    assert loudness.is_silent
    assert loudness.true_peak_dbtp == -120.0
    result = mastered(quiet)
    assert not result.samples.any()
    assert result.notes == ("The programme is silent.",)


def test_a_sound_shorter_than_one_block_still_has_a_loudness() -> None:
    assert measure(tone(0.1, -20)).integrated_lufs == pytest.approx(-20.0, abs=1.0)


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 1000), st.floats(-45, 5))
def test_any_programme_is_mastered_to_the_target(seed: int, level_db: float) -> None:
    result = mastered(bursts(seed, 10 ** (level_db / 20)))
    assert measure(result.samples) == result.after
    assert result.after.true_peak_dbtp <= -1.3
    assert result.after.integrated_lufs == pytest.approx(-14.0, abs=0.3)


def test_mastering_is_the_same_every_time() -> None:
    one, other = (mastered(bursts(1, 0.1)).samples for _ in range(2))
    assert one.tobytes() == other.tobytes()


def test_what_is_on_target_is_left_alone() -> None:
    result = mastered(tone(2, -14))
    assert result.gain_db == pytest.approx(0.0, abs=0.05)
    assert result.limited_db == 0.0
    assert np.abs(result.samples - tone(2, -14)).max() < 0.002


def test_a_lonely_click_is_not_crushed_to_reach_the_target() -> None:
    sound = silence(5)
    sound[RATE] = 0.5
    result = mastered(sound)
    assert result.after.true_peak_dbtp <= -1.0
    assert "too short and loud" in result.notes[-1]


def test_the_limiter_leaves_quiet_parts_and_ducks_smoothly() -> None:
    sound = tone(2, -20)
    sound[RATE : RATE + 200] *= 10
    held, deepest = limit(sound, -6.0)
    assert true_peak_dbtp(held) <= -6.0
    assert 5 < deepest < 8
    assert np.array_equal(held[: RATE // 2], sound[: RATE // 2])
    assert np.abs(held[-RATE // 2 :] - sound[-RATE // 2 :]).max() < 1e-4


@pytest.mark.skipif(not MUSIC.is_dir(), reason="the development material is not here")
@pytest.mark.parametrize(
    ("name", "lufs", "peak"), [("kick_120bpm.mp3", -13.6, -0.3), ("trumpet-solo_90bpm.ogg", -16.0, -3.2)]
)
def test_music_reads_as_on_the_reference_meter(name: str, lufs: float, peak: float) -> None:
    """The numbers are those of FFmpeg's ebur128 for the decoded stereo files."""
    loudness = measure(read_audio(MUSIC / name))
    assert loudness.integrated_lufs == pytest.approx(lufs, abs=0.1)
    assert loudness.true_peak_dbtp == pytest.approx(peak, abs=0.1)
