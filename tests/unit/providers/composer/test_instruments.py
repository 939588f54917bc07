from collections.abc import Callable

import numpy as np
import pytest

from clappper.media.audio import RATE, Samples
from clappper.providers.composer import drums
from clappper.providers.composer.desk import _echo, _shelf
from clappper.providers.composer.theory import hertz
from clappper.providers.composer.voices import BASSES, VOICES, Voice, pad_loop

Generator = np.random.Generator


@pytest.mark.parametrize(
    "voice", [*VOICES.values(), *BASSES.values()], ids=[*VOICES, *(f"{b} bass" for b in BASSES)]
)
@pytest.mark.parametrize("note", [33, 60, 84])
def test_a_voice_sounds_its_pitch_and_neither_clicks_nor_rings_on(voice: Voice, note: int) -> None:
    sound = voice(note, 0.5, 0.8)
    assert sound.dtype == np.float32
    assert 0.05 < np.abs(sound).max() < 1.3
    assert np.abs(sound[0]).max() < 0.02
    assert np.abs(sound[-1]).max() < 0.005
    spectrum = np.abs(np.fft.rfft(sound.mean(axis=1)[:19_200] * np.hanning(19_200)))
    place = hertz(note) * 19_200 / RATE
    near = spectrum[round(place) - 2 : round(place) + 3].max()
    assert near > 0.2 * spectrum.max()


def test_a_pad_repeats_without_a_seam_and_is_wide() -> None:
    loop = pad_loop(57, 0.5, np.random.default_rng(0))
    inside = np.abs(np.diff(loop, axis=0)).max()
    assert np.abs(loop[0] - loop[-1]).max() <= inside
    left, right = loop.T
    assert abs(float(np.mean(left * right))) < 0.5 * float(np.mean(left * left))


MAKERS: dict[str, Callable[[Generator], Samples]] = {
    "kick": lambda rng: drums.kick("punchy", rng),
    "snare": drums.snare,
    "clap": drums.clap,
    "snap": drums.snap,
    "rim": drums.rim,
    "hat": drums.hat,
    "shaker": drums.shaker,
    "crash": drums.crash,
    "boom": drums.boom,
    "riser": lambda rng: drums.riser(1.0, rng),
}


@pytest.mark.parametrize("name", MAKERS)
def test_a_drum_is_the_same_for_the_same_seed_and_ends_at_zero(name: str) -> None:
    sound = MAKERS[name](np.random.default_rng(5))
    assert sound.tobytes() == MAKERS[name](np.random.default_rng(5)).tobytes()
    assert sound.shape[1] == 2
    assert 0.02 < np.abs(sound).max() < 2.5
    assert np.abs(sound[-1]).max() < 1e-3


def test_a_kick_is_low_and_a_hat_is_high() -> None:
    def centre(sound: Samples) -> float:
        power = np.square(np.abs(np.fft.rfft(sound[:, 0])))
        return float((power * np.fft.rfftfreq(len(sound), 1 / RATE)).sum() / power.sum())

    assert centre(MAKERS["kick"](np.random.default_rng(1))) < 200
    assert centre(MAKERS["hat"](np.random.default_rng(1))) > 7000


def test_echoes_come_in_time_and_change_sides() -> None:
    click = np.zeros((RATE, 2), np.float32)
    click[0, 0] = 1.0
    echo = _echo(click, 0.25)
    left, right = (np.flatnonzero(np.abs(side) > 0.05) for side in echo.T)
    assert int(right[0]) == pytest.approx(RATE // 4, abs=2)
    assert int(left[0]) == pytest.approx(RATE // 2, abs=2)


@pytest.mark.parametrize(("high", "low_db", "high_db"), [(False, 6.0, 0.0), (True, 0.0, 6.0)])
def test_a_shelf_lifts_one_side_only(high: bool, low_db: float, high_db: float) -> None:
    b, a = np.split(_shelf(1000.0, 6.0, high=high)[0], 2)
    for turn, wanted in ((0.002, low_db), (3.1, high_db)):
        z = np.exp(-1j * turn * np.arange(3))
        assert 20 * np.log10(abs(b @ z / (a @ z))) == pytest.approx(wanted, abs=0.1)
