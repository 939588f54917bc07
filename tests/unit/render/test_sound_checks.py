from __future__ import annotations

import numpy as np
import pytest

from clappper.media.audio import Samples
from clappper.media.loudness import mastered
from clappper.render.sound_checks import check_sound, first_clipped
from clappper.render.verdicts import Outcome


def tune(level: float) -> Samples:
    """Two seconds of a chord at 48 kHz."""
    time = np.arange(96_000) / 48_000
    wave = sum(np.sin(2 * np.pi * pitch * time) for pitch in (220, 277, 330)) / 3
    return np.stack([wave, wave], axis=1).astype(np.float32) * np.float32(level)


def outcomes(samples: Samples | None) -> dict[str, Outcome]:
    return {finding.code: finding.outcome for finding in check_sound(samples)}


def failed(samples: Samples | None) -> set[str]:
    return {code for code, outcome in outcomes(samples).items() if outcome is Outcome.FAILED}


def test_mastered_sound_passes() -> None:
    assert failed(mastered(tune(0.3)).samples) == set()


@pytest.mark.parametrize(
    ("samples", "codes"),
    [
        (np.zeros((96_000, 2), np.float32), {"loudness"}),
        (tune(0.02), {"loudness"}),
        (tune(0.95), {"loudness", "true-peak"}),
        (np.clip(tune(4.0), -1, 1), {"loudness", "true-peak", "clipping"}),
    ],
)
def test_each_fault_fails_for_its_own_reason(samples: Samples, codes: set[str]) -> None:
    assert failed(samples) == codes


def test_silence_is_called_silence() -> None:
    finding = next(f for f in check_sound(np.zeros((96_000, 2), np.float32)) if f.code == "loudness")
    assert (finding.measured, finding.message) == ("silence", "It is silent.")


def test_without_a_sound_track_loudness_cannot_be_measured() -> None:
    found = outcomes(None)
    assert found.pop("sound") is Outcome.FAILED
    assert set(found.values()) == {Outcome.CANNOT_MEASURE}


def test_a_single_full_sample_is_a_peak_and_three_in_a_row_are_a_cut() -> None:
    samples = np.zeros((100, 2), np.float32)
    samples[40, 1] = 1.0
    assert first_clipped(samples) is None
    samples[50:53, 0] = -1.0
    assert first_clipped(samples) == 50
    assert first_clipped(samples[:2]) is None
