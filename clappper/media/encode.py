"""Pictures and sound into one finished file, or into no file at all.

The file grows under a temporary name beside its destination and is moved into place when it is complete.
Whoever leaves the writer with an error leaves nothing behind.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.codec.codec import UnknownCodecError
from av.container import OutputContainer
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from clappper.base.errors import ClappperError
from clappper.media.conform import planes_of
from clappper.media.encoding import AUDIO_BITS_PER_SECOND, SAMPLE_RATE, Container, Encoding
from clappper.media.picture import Yuv

BT709 = 1
LIMITED_RANGE = 1
AAC_SAMPLES = 1024
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class FrameWriter:
    """Writes one file: pictures one by one, sound (float32, (samples, 2), 48 kHz) interleaved with them.

    The sound is cut or padded with silence to the pictures' length. Use it as a context manager: leaving it
    normally finishes the file and moves it into place, leaving it with an error removes every trace.

    Raises:
        ClappperError: the folder cannot be written to, the disk is full, or the encoder does not start.
    """

    def __init__(
        self,
        path: Path,
        encoding: Encoding,
        audio: NDArray[np.float32] | None = None,
        *,
        template: VideoStream | None = None,
    ) -> None:
        """``template`` is a stream like those whose packets ``copy`` will take; nothing is encoded then."""
        self.frames_written = 0
        self._template = template
        self._path = path
        self._part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        self._encoding = encoding
        self._samples = audio
        self._samples_sent = 0
        self._reformatter = VideoReformatter()
        with self._translated():
            self._container = open_for_writing(self._part, encoding.container)
        try:
            with self._translated():
                self._video = self._add_video()
                self._audio = None if audio is None else self._add_audio()
        except BaseException:
            self._discard()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._discard()
            return
        try:
            with self._translated():
                self._finish()
        except BaseException:
            self._discard()
            raise

    def write(self, yuv: Yuv) -> None:
        """Append one picture; its planes are copied."""
        with self._translated():
            picture = self._picture(yuv)
            self._container.mux(self._video.encode(picture))
            self.frames_written += 1
            self._send_sound(self._samples_due())

    def copy(self, packet: Packet[VideoStream]) -> None:
        """Append one encoded picture, at the time it says; packets come in the order they are decoded."""
        with self._translated():
            packet.stream = self._video
            self._container.mux(packet)
            self.frames_written += 1
            self._send_sound(self._samples_due())

    def _picture(self, yuv: Yuv) -> VideoFrame:
        picture = VideoFrame(self._encoding.width, self._encoding.height, "yuv420p")
        planes_of(picture).fill(yuv)
        picture.pts = self.frames_written
        picture.time_base = 1 / self._encoding.rate.fps
        picture.colorspace = picture.color_primaries = picture.color_trc = BT709
        picture.color_range = LIMITED_RANGE
        if self._encoding.pixels == "yuv420p":
            return picture
        converted = self._reformatter.reformat(picture, format=self._encoding.pixels)
        converted.pts, converted.time_base = picture.pts, picture.time_base
        return converted

    def _add_video(self) -> VideoStream:
        encoding = self._encoding
        if self._template is not None:
            return self._container.add_stream_from_template(self._template)
        stream = self._container.add_stream(
            encoding.encoder, rate=encoding.rate.fps, options=dict(encoding.options)
        )
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = encoding.width, encoding.height, encoding.pixels
        context = stream.codec_context
        context.time_base = 1 / encoding.rate.fps
        context.thread_count = encoding.threads
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = LIMITED_RANGE
        if encoding.tag:
            context.codec_tag = encoding.tag
        return stream

    def _add_audio(self) -> AudioStream:
        encoder = self._encoding.container.sound_encoder
        stream = self._container.add_stream(encoder, rate=SAMPLE_RATE, layout="stereo")
        assert isinstance(stream, AudioStream)
        stream.bit_rate = AUDIO_BITS_PER_SECOND
        return stream

    def _samples_due(self) -> int:
        return int(self.frames_written * SAMPLE_RATE / self._encoding.rate.fps)

    def _send_sound(self, until: int, *, rest: bool = False) -> None:
        """Encode whole AAC frames up to sample ``until``; with ``rest`` also what is left over."""
        if self._audio is None or self._samples is None:
            return
        while until - self._samples_sent >= AAC_SAMPLES or (rest and until > self._samples_sent):
            end = min(self._samples_sent + AAC_SAMPLES, until)
            frame = _sound(self._samples, self._samples_sent, end)
            self._samples_sent = end
            self._container.mux(self._audio.encode(frame))

    def _finish(self) -> None:
        self._send_sound(self._samples_due(), rest=True)
        if self._template is None:
            self._container.mux(self._video.encode(None))
        if self._audio is not None:
            self._container.mux(self._audio.encode(None))
        self._container.close()
        _settle(self._part, self._path)

    def _discard(self) -> None:
        try:
            self._container.close()
        except (av.FFmpegError, OSError, ValueError):
            pass
        finally:
            self._part.unlink(missing_ok=True)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (av.FFmpegError, OSError, UnknownCodecError) as error:
            raise _explained(self._path, self._encoding.encoder, error) from error


def open_for_writing(path: Path, container: Container) -> OutputContainer:
    """Start a file; of those of the MP4 family the index is moved to the front when they are finished."""
    options = {} if container is Container.WEBM else {"movflags": "+faststart"}
    opened: OutputContainer = av.open(f"file:{path.absolute()}", "w", format=container.value, options=options)
    return opened


def _sound(samples: NDArray[np.float32], start: int, end: int) -> AudioFrame:
    block = np.zeros((2, end - start), np.float32)
    there = samples[start:end].T
    block[:, : there.shape[1]] = there
    frame = AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
    frame.sample_rate = SAMPLE_RATE
    frame.pts = start
    frame.time_base = Fraction(1, SAMPLE_RATE)
    return frame


def _settle(part: Path, path: Path) -> None:
    """Make the finished bytes durable, then visible under their name."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _explained(
    path: Path, encoder: str, error: av.FFmpegError | OSError | UnknownCodecError
) -> ClappperError:
    if isinstance(error, UnknownCodecError):
        return ClappperError(
            f"This machine has no encoder {encoder}, so {path.name} was not written.", "Try H.264."
        )
    if error.errno in NO_ROOM:
        return ClappperError(
            f"The disk is full: {path.name} could not be written.",
            "Free some space or choose another folder.",
        )
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return ClappperError(f"The folder {path.parent} cannot be written to.", "Choose another folder.")
    if error.errno == errno.ENOENT:
        return ClappperError(f"The folder {path.parent} does not exist.", "Create it or choose another one.")
    return ClappperError(f"{path.name} could not be encoded with {encoder}: {error.strerror}.", "Try H.264.")


def encoder_works(name: str) -> bool:
    """Try an encoder on one small picture: a name in the library says nothing about the machine."""
    try:
        context = av.CodecContext.create(name, "w")
        assert isinstance(context, VideoCodecContext)
        context.width, context.height, context.pix_fmt = 256, 256, "yuv420p"
        context.time_base = Fraction(1, 30)
        context.encode(VideoFrame(256, 256, "yuv420p"))
        context.encode(None)
    except (av.FFmpegError, ValueError):
        return False
    return True
