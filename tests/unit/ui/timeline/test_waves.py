"""The shape of a waveform at any zoom: nothing loud is lost when far, nothing is stepped when near."""

import numpy as np
import pytest

from clappper.ui.timeline.waves import envelope

PEAKS = np.zeros((1000, 2), np.int8)
PEAKS[500] = (-90, 100)


@pytest.mark.parametrize("a_pixel", [1.0, 7.3, 250.0])
def test_far_away_the_loudest_peak_of_each_pixel_is_seen(a_pixel: float) -> None:
    low, high = envelope(PEAKS, 0.0, a_pixel, 1000)
    assert (low.min(), high.max()) == (-90, 100)
    assert np.argmax(high) == int(500 / a_pixel)


def test_near_by_one_peak_leads_to_the_next() -> None:
    low, high = envelope(PEAKS, 495.0, 0.1, 100)
    assert high.max() == pytest.approx(100, abs=6)
    assert np.abs(np.diff(high)).max() <= 10.01
    assert len(low) == len(high) == 100


def test_beyond_the_sound_there_is_silence() -> None:
    for a_pixel in (0.2, 3.0):
        low, high = envelope(PEAKS, 1500.0, a_pixel, 50)
        assert not low.any()
        assert not high.any()
    assert not np.concatenate(envelope(PEAKS[:0], 0.0, 0.5, 9)).any()
