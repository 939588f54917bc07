"""The playhead's clock: the device's word where it moves, real time elsewhere, and no jump between them."""

from __future__ import annotations

import numpy as np
import pytest

from clappper.ui.viewer.clock import RATE, Run, Speaker, Tape, taken

SAMPLES = np.arange(20, dtype=np.float32).reshape(10, 2)


@pytest.mark.parametrize(
    ("place", "step", "left"),
    [(0, 1, [0, 2, 4]), (8, 1, [16, 18, 0]), (-1, 1, [0, 0, 2]), (2, 3, [4, 10, 16]), (1, -1, [2, 0, 0])],
)
def test_sound_is_taken_in_strides_and_silence_around_it(place: int, step: int, left: list[int]) -> None:
    assert taken(SAMPLES, place, 3, step)[:, 0].tolist() == left


def test_a_tape_is_silent_until_it_plays_and_goes_on_after_a_swap() -> None:
    tape = Tape()
    assert tape.readData(16) == bytes(16)
    tape.play(SAMPLES, 4, 1)
    assert tape.begun_at == 2
    assert np.frombuffer(bytes(tape.readData(16)), np.float32).tolist() == [8, 9, 10, 11]  # type: ignore[call-overload]
    tape.swap(SAMPLES * 10)
    assert np.frombuffer(bytes(tape.readData(8)), np.float32).tolist() == [120, 130]  # type: ignore[call-overload]
    tape.hush()
    assert tape.readData(8) == bytes(8)


class ScriptedSpeaker(Speaker):
    """A device that plays what it is told to have played."""

    def __init__(self) -> None:
        super().__init__()
        self.played: float | None = None

    @property
    def moves(self) -> bool:
        return self.played is not None

    def heard(self) -> float | None:
        return None if self.played is None else self.played - self.tape.begun_at / RATE


class Watch:
    """Real time, as far as it has been set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_without_a_device_real_time_counts() -> None:
    watch = Watch()
    run = Run(ScriptedSpeaker(), 2.0, -2.0, watch)
    run.join(SAMPLES)
    watch.now += 0.5
    assert (run.seconds(), run.has_sound) == (1.0, False)


def test_a_warm_device_is_waited_for_and_then_followed() -> None:
    watch, speaker = Watch(), ScriptedSpeaker()
    speaker.played, speaker.tape.pulled = 1.0, RATE + 4000
    run = Run(speaker, 3.0, 1.0, watch)
    run.join(SAMPLES)
    watch.now += 0.05
    assert run.seconds() == 3.0
    speaker.played = 1.0 + 4000 / RATE + 0.5
    assert run.seconds() == pytest.approx(3.5)


def test_sound_that_joins_late_joins_where_the_playhead_will_be() -> None:
    watch, speaker = Watch(), ScriptedSpeaker()
    run = Run(speaker, 0.0, 1.0, watch)
    watch.now += 1.0
    speaker.played, speaker.tape.pulled = 0.0, round(0.12 * RATE)
    run.join(SAMPLES)
    before = run.seconds()
    watch.now += 0.12
    speaker.played = 0.12
    assert before == pytest.approx(1.0)
    assert run.seconds() == pytest.approx(1.12, abs=0.002)
