"""Sound in and out: any file becomes 48 kHz stereo floats, and floats become a WAV file.

Everything heard in the program is one array: float32 of shape (samples, 2), full scale is ±1.0.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from numpy.typing import NDArray

from clappper.base.errors import UnusableInputError
from clappper.media.container import AGAIN, picture_tracks, reading, sound_tracks

RATE = 48_000
LONGEST_SECONDS = 15 * 60.0
GAP_SECONDS = 0.03
LONGEST_GAP_SECONDS = 30.0
FAR_SECONDS = 10.0
SEEK_PREROLL_SECONDS = 0.5
GUESSED_SEEKS = {"mp3", "aac"}  # without an index: a seek lands somewhere near, and the clock is wrong

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sound:
    """Decoded sound: ``samples`` (n, 2) float32 at 48 kHz and what was lost on the way.

    ``skipped_packets`` could not be decoded; their time is silent. ``cut_short`` says that the file
    goes on beyond the longest sound that is read.
    """

    samples: Samples
    skipped_packets: int = 0
    cut_short: bool = False


def silence(seconds: float) -> Samples:
    """Give that much silence: float32 zeros, shape (n, 2), at 48 kHz."""
    return np.zeros((round(seconds * RATE), 2), np.float32)


def read_audio(path: Path, *, start_seconds: float = 0.0, seconds: float | None = None) -> Samples:
    """Decode the sound of any media file to float32 (n, 2) at 48 kHz.

    Time 0 is the start of the picture, or of the sound where there is no picture: a late sound track
    begins with silence. Mono is heard on both sides; surround is folded down as ITU-R BS.775 says
    (centre and surrounds at -3 dB). What is asked for beyond the end is simply not there.

    Raises:
        UnusableInputError: the file is missing, is not media, or holds no sound that can be decoded.
    """
    return read_sound(path, start_seconds=start_seconds, seconds=seconds).samples


def read_sound(path: Path, *, start_seconds: float = 0.0, seconds: float | None = None) -> Sound:
    """Like ``read_audio``, and count what was lost. Reads at most 15 minutes."""
    wanted = min(LONGEST_SECONDS, LONGEST_SECONDS if seconds is None else max(0.0, seconds))
    start = max(0.0, start_seconds)
    with reading(path) as container:
        tape = _record(container, _sound_stream(container, path), start, start + wanted)
    if not tape.decoded_frames:
        raise UnusableInputError(f"The sound of {path.name} is damaged.", AGAIN)
    samples = tape.samples(start)[: round(wanted * RATE)]
    return Sound(samples, tape.skipped_packets, cut_short=seconds is None and tape.full)


def write_wav(path: Path, samples: Samples, rate: int = RATE) -> None:
    """Write float32 samples, (n,) or (n, channels), as a float WAV that appears whole or not at all."""
    from scipy.io import wavfile

    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=f".{path.stem}-", suffix=".wav", delete=False
    ) as part:
        written = Path(part.name)
        try:
            wavfile.write(part, rate, np.ascontiguousarray(samples, np.float32))
        except BaseException:
            written.unlink()
            raise
    written.replace(path)


def _sound_stream(container: InputContainer, path: Path) -> AudioStream:
    """Choose the stream a player would choose; a stream without a decoder is not a sound."""
    usable = sound_tracks(container)
    if not usable:
        raise UnusableInputError(f"{path.name} has no sound.", "Choose a file with an audio track.")
    best = container.streams.best("audio")
    return next((stream for stream in usable if stream is best), usable[0])


def _zero_seconds(container: InputContainer, sound: AudioStream) -> Fraction:
    """Give the moment, on the file's own clock, that we call 0 s."""
    for stream in (*picture_tracks(container)[:1], sound):
        if stream.start_time is not None and stream.time_base is not None:
            return stream.start_time * stream.time_base
    return Fraction(0)


@dataclass(slots=True)
class _Tape:
    """Collects resampled sound in order and keeps it where the timestamps say it belongs."""

    zero: Fraction
    begins: float | None = None
    decoded_frames: int = 0
    skipped_packets: int = 0
    full: bool = False
    _parts: list[Samples] = field(default_factory=list)
    _until: float = 0.0
    _shape: tuple[str, int, int] | None = None
    _resampler: AudioResampler | None = None

    def add(self, frame: AudioFrame) -> None:
        at = self._until if frame.time is None else float(Fraction(frame.time) - self.zero)
        if self.begins is None:
            self.begins = self._until = at
        gap = at - self._until
        shape = (frame.format.name, frame.layout.nb_channels, frame.sample_rate)
        if shape != self._shape or gap > GAP_SECONDS:
            self._restart(frame, shape)
        if GAP_SECONDS < gap < LONGEST_GAP_SECONDS:
            self._parts.append(silence(gap))
            self._until = at
        frame.pts = None
        self._pull(frame)
        self._until += frame.samples / frame.sample_rate
        self.decoded_frames += 1

    def samples(self, start: float) -> Samples:
        """Give everything from ``start`` seconds on, with leading silence where the sound begins later."""
        self._finish()
        sound = np.concatenate(self._parts) if self._parts else silence(0)
        np.nan_to_num(sound, copy=False, nan=0.0, posinf=1.0, neginf=-1.0)
        skip = round((start - (self.begins or 0.0)) * RATE)
        return sound[skip:] if skip >= 0 else np.concatenate([np.zeros((-skip, 2), np.float32), sound])

    @property
    def until(self) -> float:
        return self._until

    def _restart(self, frame: AudioFrame, shape: tuple[str, int, int]) -> None:
        self._finish()
        layout = "mono" if frame.layout.nb_channels == 1 else "stereo"
        self._shape = shape
        self._resampler = AudioResampler(format="fltp", layout=layout, rate=RATE)

    def _finish(self) -> None:
        if self._resampler is not None:
            self._pull(None)
            self._resampler = None
            self._shape = None

    def _pull(self, frame: AudioFrame | None) -> None:
        assert self._resampler is not None
        for out in self._resampler.resample(frame):
            planes = out.to_ndarray()
            self._parts.append(
                np.ascontiguousarray(np.broadcast_to(planes, (2, planes.shape[1])).T, np.float32)
            )


def _record(container: InputContainer, stream: AudioStream, start: float, end: float) -> _Tape:
    zero = _zero_seconds(container, stream)
    tape = _Tape(zero)
    exact = container.format.name not in GUESSED_SEEKS
    if exact and start > FAR_SECONDS and stream.time_base is not None:
        container.seek(int((start - SEEK_PREROLL_SECONDS + zero) / stream.time_base), stream=stream)
    for packet in _packets(container, stream, tape):
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            tape.skipped_packets += 1
            continue
        for frame in frames:
            if frame.samples:
                tape.add(frame)
        if tape.until >= end:
            tape.full = True
            break
    return tape


def _packets(container: InputContainer, stream: AudioStream, tape: _Tape) -> Iterator[Packet[AudioStream]]:
    """Give packets until the file ends or its container breaks off."""
    try:
        yield from container.demux(stream)
    except av.error.FFmpegError:
        tape.skipped_packets += 1
