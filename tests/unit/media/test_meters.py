import numpy as np
import pytest

from clappper.base.units import FrameRate
from clappper.media.meters import measure_meters


def tone(seconds: float, amplitude: float) -> np.ndarray:
    mono = (np.sin(np.arange(int(48_000 * seconds)) * (2 * np.pi * 997 / 48_000)) * amplitude).astype(
        np.float32
    )
    return np.stack([mono, mono / 2], axis=1)


@pytest.mark.parametrize("rate", [FrameRate(24), FrameRate(30), FrameRate(30000, 1001)])
def test_every_frame_has_its_peaks_and_loudness(rate: FrameRate) -> None:
    sound = np.concatenate([tone(2, 0.5), np.zeros((48_000, 2), np.float32), tone(1, 0.05)])
    meters = measure_meters(sound, rate)
    assert len(meters.momentary_lufs) == round(4 * rate.fps)
    at = rate.frame_at
    assert meters.at(at(1.0))[:2] == pytest.approx((-6.02, -12.04), abs=0.1)
    assert meters.at(at(1.0))[2] == pytest.approx(-8.06, abs=0.1)
    assert meters.at(at(2.7)) == pytest.approx((-120, -120, -70))
    assert meters.at(at(3.8))[0] == pytest.approx(-26, abs=0.1)
    assert meters.at(-1) == meters.at(9999) == (-120.0, -120.0, -70.0)


def test_silence_and_nothing_are_silent() -> None:
    assert measure_meters(np.zeros((0, 2), np.float32), FrameRate(30)).at(0) == (-120.0, -120.0, -70.0)
