"""What time it is while playing: what the sound device has played, where there is one; else real time."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QIODevice
from PySide6.QtMultimedia import QAudioFormat, QAudioSink, QMediaDevices, QtAudio

RATE = 48_000
BUFFER_SECONDS = 0.08
Samples = NDArray[np.float32]
_BYTES_PER_SAMPLE = 8
_LONGEST_GUESS_SECONDS = 0.25


def taken(samples: Samples, place: int, count: int, step: int) -> Samples:
    """Take ``count`` samples from ``place`` on in strides of ``step``; silence outside of what there is."""
    wanted = place + step * np.arange(count)
    inside = (wanted >= 0) & (wanted < len(samples))
    piece = np.zeros((count, 2), np.float32)
    piece[inside] = samples[wanted[inside]]
    return piece


class Tape(QIODevice):
    """What the device pulls: silence, or sound from a place on, in strides and backwards if wanted."""

    def __init__(self) -> None:
        super().__init__()
        self.pulled = 0
        self.begun_at = 0
        self._samples: Samples | None = None
        self._place, self._step = 0, 1
        self.open(QIODevice.OpenModeFlag.ReadOnly)

    @property
    def runs(self) -> bool:
        return self._samples is not None

    def play(self, samples: Samples, place: int, step: int) -> None:
        self.begun_at = self.pulled
        self._samples, self._place, self._step = samples, place, step

    def swap(self, samples: Samples) -> None:
        """Go on with another mix, from the same place."""
        if self.runs:
            self._samples = samples

    def hush(self) -> None:
        self._samples = None

    def readData(self, most: int) -> object:
        count = most // _BYTES_PER_SAMPLE
        self.pulled += count
        if self._samples is None:
            return bytes(count * _BYTES_PER_SAMPLE)
        piece = taken(self._samples, self._place, count, self._step)
        self._place += count * self._step
        return piece.tobytes()

    def writeData(self, data: object, length: int) -> int:
        del data, length
        return -1

    def bytesAvailable(self) -> int:
        return 1 << 20

    def isSequential(self) -> bool:
        return True


class Speaker:
    """The sound device, kept open between plays so that the next one starts at once.

    ``heard`` counts from the moment the tape began; it is below 0 while that is still in the buffer.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.tape = Tape()
        self._now = now
        self._sink: QAudioSink | None = None
        self._word = 0.0
        self._told_at = 0.0
        self._volume = 1.0

    def open(self) -> None:
        """Start the device if there is one and it does not run; it takes a moment to move."""
        device = QMediaDevices.defaultAudioOutput()
        if self._sink is not None or device.isNull():
            return
        wanted = QAudioFormat()
        wanted.setSampleRate(RATE)
        wanted.setChannelCount(2)
        wanted.setSampleFormat(QAudioFormat.SampleFormat.Float)
        self._sink = QAudioSink(device, wanted)
        self._sink.setBufferSize(int(RATE * BUFFER_SECONDS) * _BYTES_PER_SAMPLE)
        self._sink.setVolume(self._volume)
        self._word = self._told_at = 0.0
        self.tape.pulled = self.tape.begun_at = 0
        self._sink.start(self.tape)

    @property
    def moves(self) -> bool:
        """Whether the device plays what it is given, be it silence."""
        if self._sink is None or self._sink.error() is not QtAudio.Error.NoError:
            return False
        return self._sink.processedUSecs() > 0

    def heard(self) -> float | None:
        """Give the seconds of the tape's sound that were played; None while the device does not move.

        Between two words of the device time goes on by the computer's clock, for a quarter second at most.
        """
        if not self.moves or self._sink is None:
            return None
        word, now = self._sink.processedUSecs() / 1e6, self._now()
        if word > self._word:
            self._word, self._told_at = word, now
        smooth = self._word + min(now - self._told_at, _LONGEST_GUESS_SECONDS)
        return smooth - self.tape.begun_at / RATE

    def set_volume(self, volume: float) -> None:
        """Set how loud it is, 0 to 1."""
        self._volume = volume
        if self._sink is not None:
            self._sink.setVolume(volume)

    def close(self) -> None:
        self.tape.hush()
        if self._sink is not None:
            self._sink.stop()
            self._sink.deleteLater()
            self._sink = None


class Run:
    """One run of the playhead from ``start`` seconds on at ``speed``; keeps to the sound once that is heard.

    While the device warms up or there is none, real time counts. Where the sound joins in, it is begun a
    little ahead of the playhead, so that nothing jumps.
    """

    def __init__(
        self, speaker: Speaker, start: float, speed: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.speed = speed
        self._speaker, self._now = speaker, now
        self._start, self._started_at = start, now()
        self._sound_from: float | None = None
        self._holds = False

    @property
    def has_sound(self) -> bool:
        return self._sound_from is not None

    def join(self, samples: Samples) -> None:
        """Let the sound in, if the device moves; may be called again and again."""
        if self._sound_from is not None or not self._speaker.moves:
            return
        begun = self._now() - self._started_at < 0.02
        here = self._start if begun else self.seconds() + 1.5 * BUFFER_SECONDS * self.speed
        self._holds = begun
        self._sound_from = here
        step = max(1, round(abs(self.speed))) * (1 if self.speed > 0 else -1)
        self._speaker.tape.play(samples, round(here * RATE), step)

    def seconds(self) -> float:
        """Give where the playhead is."""
        heard = self._speaker.heard() if self._sound_from is not None else None
        if heard is not None and self._sound_from is not None:
            if heard >= 0:
                return self._sound_from + heard * self.speed
            if self._holds:
                return self._start
        return self._start + (self._now() - self._started_at) * self.speed

    def end(self) -> None:
        self._speaker.tape.hush()
