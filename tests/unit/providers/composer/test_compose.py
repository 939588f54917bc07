import numpy as np
import pytest

from clappper.media.audio import RATE
from clappper.media.beats import track_beats
from clappper.media.loudness import measure
from clappper.providers.composer.compose import Piece, compose
from clappper.providers.composer.moods import MOODS


@pytest.fixture(scope="module")
def piece() -> Piece:
    return compose("neutral", 14.0, 7)


def test_the_length_is_exact_and_the_level_is_a_music_beds(piece: Piece) -> None:
    assert piece.samples.shape == (14 * RATE, 2)
    assert piece.samples.dtype == np.float32
    loudness = measure(piece.samples)
    assert loudness.integrated_lufs == pytest.approx(-16.0, abs=0.7)
    assert loudness.true_peak_dbtp <= -1.4


def test_the_beats_are_where_it_says(piece: Piece) -> None:
    assert np.diff(piece.beats_seconds) == pytest.approx(60 / 108, abs=1e-5)
    grid = track_beats(piece.samples)
    assert grid.bpm == pytest.approx(108, abs=0.1)
    far = [min(abs(beat - found) for found in grid.beats_seconds) for beat in piece.beats_seconds[1:]]
    assert max(far) < 0.012
    assert set(piece.downbeats) <= set(piece.beats_seconds)


def test_it_ends_on_a_downbeat_that_rings_out(piece: Piece) -> None:
    last = piece.beats_seconds[-1]
    assert 1.0 < 14.0 - last < 2.9
    ring, end = (np.abs(piece.samples[round(at * RATE) :][:2400]).max() for at in (last, 13.94))
    assert ring > 0.3
    assert end < 0.02


def test_it_builds_up_and_turns_before_the_end(piece: Piece) -> None:
    names = [section.name for section in piece.sections]
    assert names == ["intro", "build", "main", "turn", "finale"]
    levels = {
        section.name: np.sqrt(
            np.square(
                piece.samples[round(section.start_seconds * RATE) : round(section.end_seconds * RATE)]
            ).mean()
        )
        for section in piece.sections
    }
    assert levels["intro"] < levels["main"]
    assert levels["turn"] < levels["finale"]


def test_it_is_wide_but_safe_in_mono_and_free_of_offset(piece: Piece) -> None:
    left, right = piece.samples.T
    assert 0.3 < np.corrcoef(left, right)[0, 1] < 0.97
    assert np.abs(piece.samples.mean(axis=0)).max() < 1e-3


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_music() -> None:
    one, again, other = (compose("playful", 2.5, seed).samples for seed in (1, 1, 2))
    assert one.tobytes() == again.tobytes()
    assert not np.allclose(one, other, atol=0.01)


@pytest.mark.parametrize("mood", MOODS)
def test_every_mood_is_balanced(mood: str) -> None:
    """The octave bands fall towards the top as in finished records, and no band shouts."""
    piece = compose(mood, 5.0, 3)
    power = np.square(np.abs(np.fft.rfft(piece.samples.mean(axis=1))))
    hertz = np.fft.rfftfreq(len(piece.samples), 1 / RATE)
    bands = [
        10 * np.log10(power[(hertz >= low) & (hertz < 2 * low)].mean()) for low in 80 * 2.0 ** np.arange(7)
    ]
    slope = np.polyfit(np.arange(7), bands, 1)[0]
    assert -8 < slope < -2.5
    assert np.isfinite(piece.samples).all()


@pytest.mark.parametrize("seconds", [1.0, 2.0, 3.3])
def test_very_short_pieces_are_whole_too(seconds: float) -> None:
    piece = compose("energetic", seconds, 5, bpm=128)
    assert len(piece.samples) == round(seconds * RATE)
    assert np.abs(piece.samples).max() > 0.1
    assert np.abs(piece.samples[-50:]).max() < 0.02
    assert piece.beats_seconds[0] == 0.0
