"""Word times by laying one recital over another: made of tones here, so that every time is known exactly."""

import numpy as np
import pytest
from numpy.typing import NDArray

from clappper.media import alignment
from clappper.media.alignment import RATE, prepared, word_times

Floats = NDArray[np.float32]
PITCHES = ((220, 900), (330, 2500), (180, 1500), (420, 3100), (260, 600))
LENGTHS = (0.3, 0.25, 0.4, 0.2, 0.35)


def word(pitches: tuple[int, int], seconds: float) -> Floats:
    time = np.arange(round(seconds * RATE)) / RATE
    tone = sum(np.sin(2 * np.pi * pitch * time) for pitch in pitches)
    return np.asarray(0.2 * tone * np.hanning(len(time)) ** 0.3, np.float32)


def said(stretch: float = 1.0, pause_before: dict[int, float] | None = None) -> tuple[Floats, list[float]]:
    """Say five words; give them and when each begins."""
    parts, starts, at = [], [], 0
    for number, (pitches, seconds) in enumerate(zip(PITCHES, LENGTHS, strict=True)):
        pause = np.zeros(round((pause_before or {}).get(number, 0.0) * RATE), np.float32)
        sound = word(pitches, seconds * stretch)
        starts.append((at + len(pause)) / RATE)
        parts += [pause, sound]
        at += len(pause) + len(sound)
    return np.concatenate(parts), starts


@pytest.mark.parametrize("stretch", [0.8, 1.0, 1.4])
def test_words_are_found_in_a_slower_and_a_faster_voice(stretch: float) -> None:
    reference, starts = said()
    heard, wanted = said(stretch)
    found = [spoken.start_seconds for spoken in word_times(reference, starts, heard)]
    assert found == pytest.approx(wanted, abs=0.03)


def test_long_pauses_belong_to_no_word() -> None:
    reference, starts = said()
    heard, wanted = said(1.2, {0: 2.0, 3: 1.5})
    found = word_times(reference, starts, heard)
    assert [spoken.start_seconds for spoken in found] == pytest.approx(wanted, abs=0.04)
    assert found[2].end_seconds == pytest.approx(wanted[2] + LENGTHS[2] * 1.2, abs=0.04)


def test_a_long_recording_is_compared_in_coarser_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alignment, "MOST_PAIRS", 5000)
    reference, starts = said()
    heard, wanted = said(1.3)
    found = [spoken.start_seconds for spoken in word_times(reference, starts, heard)]
    assert found == pytest.approx(wanted, abs=0.08)


def test_silence_holds_no_words() -> None:
    reference, starts = said()
    nothing = np.zeros(RATE, np.float32)
    assert word_times(reference, starts, nothing) == word_times(nothing, starts, reference) == ()
    assert word_times(reference, (), reference) == ()


def test_stereo_at_another_rate_is_folded_down() -> None:
    stereo = np.column_stack([np.ones(48_000), -np.ones(48_000)]).astype(np.float32)
    assert len(prepared(stereo, 48_000)) == RATE
    assert np.abs(prepared(stereo, 48_000)).max() < 1e-3
