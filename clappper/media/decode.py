"""Pictures out of any file, already on the timeline's grid and the canvas's size.

Everything a camera or a generator may do differently ends here: frame rates, rotation, pixel aspect,
colour matrix and range, HDR, interlacing, odd sizes, damage. Above this module there is one picture format.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple, Protocol, Self

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from clappper.base.errors import UnusableInputError
from clappper.base.units import FrameRate
from clappper.media.conform import Conformer, Fit
from clappper.media.container import AGAIN, open_media, picture_tracks
from clappper.media.packets import PacketFeed
from clappper.media.picture import Yuv
from clappper.media.sniff import Family, sniff

MAX_PIXELS = 8192 * 8192
AHEAD_SECONDS = 3
"""In a file without an index: up to here ahead of the last frame, decoding on costs less than a seek."""

REORDERED = 3
"""Pictures that a decoder may hold back before it shows a key picture."""

NEAR_SECONDS = Fraction(1, 5)
"""Up to here ahead of the last frame, decoding on costs less than a seek to a key picture on the way."""

KEPT_ON_JUMP = 4
"""Pictures before the one that was jumped to which are decoded along, for the first steps back."""

SAMPLE_POINT = Fraction(9, 20)
"""Where inside a timeline frame the source is sampled.

Just before the middle: of two source frames the nearer one is shown, and at exactly twice the rate, also
with time stamps rounded to a millisecond, always the same one of each pair.
"""


class PictureReader(Protocol):
    """Gives pictures of the canvas's size; the same object again as long as the picture is the same."""

    damaged_frames: int

    def at(self, frame: int) -> Yuv: ...

    def near(self, frame: int, pixels: int) -> tuple[Yuv, bool]: ...

    def close(self) -> None: ...


class Remembered(NamedTuple):
    """A decoded picture and the seconds of the file's clock from and until which it is shown."""

    start: Fraction
    end: Fraction
    picture: VideoFrame


class FrameReader:
    """Reads one clip's pictures by number.

    Frame ``n`` is what the clip shows ``n / rate`` seconds after its first picture; the last picture is held
    for ever. Reading on is fast, any jump is exact. Pictures are ``width`` x ``height`` (both even) and may
    share memory with the decoder: they are not to be written to.

    ``kept_bytes`` is room for decoded pictures, so that steps back need no seek. ``threads`` may decode at
    once. ``between`` is called between any two decoded pictures; it may raise to give up, and the next call
    goes on from there.

    Raises:
        UnusableInputError: the file has no picture that can be decoded.
    """

    def __init__(
        self,
        path: Path,
        *,
        rate: FrameRate,
        width: int,
        height: int,
        focus: tuple[float, float] = (0.5, 0.5),
        fit: Fit = Fit.FILL,
        kept_bytes: int = 0,
        threads: int = 2,
        between: Callable[[], None] = lambda: None,
    ) -> None:
        self.damaged_frames = 0
        self._between = between
        self._path, self._threads = path, threads
        self._rate = rate
        self._size = (width, height)
        self._focus = focus
        self._fit = fit
        self._container, self._stream = _open(path, threads=threads)
        self._feed = PacketFeed(self._container, self._stream)
        self._keys: tuple[InputContainer, VideoStream] | None = None
        self._past: deque[Remembered] = deque()
        self._conformer: Conformer | None = None
        self._shown: tuple[VideoFrame, Yuv] | None = None
        self._ended = False
        self._frames = self._decode()
        first = next(self._frames, None)
        if first is None:
            self.close()
            raise UnusableInputError(f"{path.name} holds no picture that can be decoded.", AGAIN)
        self._origin = self._whole_from = _seconds(first)
        self._current = first
        self._following = next(self._frames, None)
        self._past = deque(maxlen=kept_bytes // _decoded_bytes(first))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._frames = iter(())
        self._past.clear()
        self._container.close()
        if self._keys is not None:
            self._keys[0].close()

    def at(self, frame: int) -> Yuv:
        """Give the picture of timeline frame ``frame``; before the first one, the first."""
        return self._reach(self._wanted(frame))

    def around(self, seconds: Fraction) -> tuple[Fraction, Yuv, Fraction | None, Yuv | None]:
        """Give the picture shown at ``seconds`` and the next one, each with the time from which it is shown.

        Times count from the first picture, as the file has them. After the last one there is no next.
        """
        one = self._reach(self._origin + max(seconds, Fraction(0)))
        start = _seconds(self._current) - self._origin
        if self._following is None:
            return start, one, None, None
        return start, one, _seconds(self._following) - self._origin, self._convert(self._following)

    def near(self, frame: int, pixels: int) -> tuple[Yuv, bool]:
        """Give the picture of ``frame`` if decoding so many ``pixels`` leads there, else one on the way.

        The second value tells whether it is the right one.
        """
        wanted = self._wanted(frame)
        size = max(1, self._stream.width * self._stream.height)
        if self._remembered(wanted) is not None or self._steps_to(wanted) * size <= pixels:
            return self._reach(wanted), True
        if self._is_ahead(wanted):
            return self._convert(self._current), False
        key = self._key_picture(wanted)
        return (self._reach(wanted), True) if key is None else (self._convert(key), False)

    def _wanted(self, frame: int) -> Fraction:
        return self._origin + (max(frame, 0) + SAMPLE_POINT) / self._rate.fps

    def _remembered(self, wanted: Fraction) -> VideoFrame | None:
        return next((past.picture for past in self._past if past.start <= wanted < past.end), None)

    def _reach(self, wanted: Fraction) -> Yuv:
        past = self._remembered(wanted)
        if past is not None:
            return self._convert(past)
        if not self._is_ahead(wanted):
            self._seek(wanted)
        elif self._following is not None and wanted > _seconds(self._following) + NEAR_SECONDS:
            self._whole_from = self._feed.pass_over(wanted, self._kept_before(wanted)) or self._whole_from
        while (following := self._following) is not None and _seconds(following) <= wanted:
            self._between()
            if (start := _seconds(self._current)) >= self._whole_from:
                self._past.append(Remembered(start, _seconds(following), self._current))
            self._current = following
            self._following = next(self._frames, None)
        return self._convert(self._current)

    def _kept_before(self, wanted: Fraction) -> int:
        """Tell how many pictures up to ``wanted`` are decoded whole: more of them where steps lead back."""
        room = self._past.maxlen or 0
        steps_back = (_seconds(self._current) - wanted) * (self._stream.average_rate or 25)
        return 1 + (room if 0 < steps_back <= room else min(room, KEPT_ON_JUMP))

    def _steps_to(self, wanted: Fraction) -> int:
        """Count the pictures to be decoded on the way to ``wanted``; 0 where no index tells."""
        rate = self._stream.average_rate or Fraction(25)
        if self._is_ahead(wanted):
            return int((wanted - _seconds(self._current)) * rate)
        index, base = self._stream.index_entries, self._stream.time_base
        if not base or len(index) < 2:
            return 0
        place = index.search_timestamp(int(wanted / base))
        steps = 0 if place < 0 else int((wanted - index[place].timestamp * base) * rate)
        if (
            steps <= REORDERED and place > 0
        ):  # the index tells when a key is decoded, not yet when it is shown
            place = index.search_timestamp(index[place].timestamp - 1)
            steps = 0 if place < 0 else int((wanted - index[place].timestamp * base) * rate)
        return steps

    def _key_picture(self, wanted: Fraction) -> VideoFrame | None:
        """Decode the key picture at or before ``wanted`` alone, by a decoder that waits for no other."""
        if self._keys is None:
            self._keys = _open(self._path, threads=1)
        container, stream = self._keys
        base = stream.time_base or Fraction(1, av.time_base)
        try:
            container.seek(int(wanted / base), stream=stream, backward=True)
            packet = next((packet for packet in container.demux(stream) if packet.is_keyframe), None)
            pictures = [] if packet is None else [*packet.decode(), *stream.codec_context.decode(None)]
            stream.codec_context.flush_buffers()
        except (av.FFmpegError, PermissionError, EOFError, ValueError):
            return None
        for picture in pictures:
            _Clock(stream).stamp(picture)
        return next((picture for picture in pictures if not picture.is_corrupt), None)

    def _is_ahead(self, wanted: Fraction) -> bool:
        """Tell whether decoding on leads to ``wanted`` without a seek."""
        return wanted >= max(_seconds(self._current), self._whole_from) and not self._is_far(wanted)

    def _is_far(self, wanted: Fraction) -> bool:
        """Tell whether a seek is cheaper than decoding on: a key picture lies between here and there."""
        if self._following is None or wanted <= _seconds(self._following) + NEAR_SECONDS:
            return False
        index = self._stream.index_entries
        base = self._stream.time_base
        place = index.search_timestamp(int(wanted / base)) if base and len(index) > 1 else -1
        if not base or place < 0:
            return wanted > _seconds(self._following) + AHEAD_SECONDS
        return index[place].timestamp * base > _seconds(self._following)

    def _seek(self, wanted: Fraction) -> None:
        """Stand on a picture at or before ``wanted``; back off further while the file lands too late."""
        kept = self._kept_before(wanted)
        for margin in (Fraction(0), Fraction(2), Fraction(10), None):
            target = self._origin if margin is None else max(wanted - margin, self._origin)
            landed = self._land(target, wanted, kept, from_start=margin is None)
            if landed and _seconds(self._current) <= wanted:
                return

    def _land(self, target: Fraction, wanted: Fraction, kept: int, *, from_start: bool) -> bool:
        if from_start:
            self._container.close()
            self._container, self._stream = _open(self._path, threads=self._threads)
        else:
            base = self._stream.time_base or Fraction(1, av.time_base)
            try:
                self._container.seek(int(target / base), stream=self._stream, backward=True)
            except (av.FFmpegError, PermissionError):
                return False
        self._feed = PacketFeed(self._container, self._stream)
        whole_from = self._feed.pass_over(wanted, kept)
        self._frames = self._decode()
        first = next(self._frames, None)
        if first is None:
            return False
        self._current, self._following = first, next(self._frames, None)
        self._whole_from = whole_from or _seconds(first)
        return True

    def _decode(self) -> Iterator[VideoFrame]:
        """Yield pictures with rising time stamps; damaged ones are left out, so the one before is held."""
        clock = _Clock(self._stream)
        flawed: VideoFrame | None = None
        sound = False
        for picture in self._pictures():
            clock.stamp(picture)
            if picture.is_corrupt:
                self.damaged_frames += 1
                flawed = flawed or picture
            elif clock.rises(picture):
                sound = True
                yield picture
        if not sound and flawed is not None:
            yield flawed

    def _pictures(self) -> Iterator[VideoFrame]:
        feed = self._feed
        while True:
            try:
                packet = feed.next()
                if packet is None:
                    return
                yield from packet.decode()
            except EOFError:
                return
            except (av.FFmpegError, ValueError):
                self.damaged_frames += 1

    def _convert(self, picture: VideoFrame) -> Yuv:
        if self._shown is not None and self._shown[0] is picture:
            return self._shown[1]
        if self._conformer is None or not self._conformer.suits(picture):
            self._conformer = Conformer(
                picture,
                self._size,
                pixel_aspect=_pixel_aspect(self._stream),
                focus=self._focus,
                fit=self._fit,
            )
        yuv = self._conformer.convert(picture)
        self._shown = (picture, yuv)
        return yuv


class StillReader:
    """A still picture with the shape of a ``FrameReader``: every frame is the same ``Yuv`` object."""

    def __init__(
        self,
        path: Path,
        *,
        width: int,
        height: int,
        focus: tuple[float, float] = (0.5, 0.5),
        fit: Fit = Fit.FILL,
        background: str = "#000000",
    ) -> None:
        from clappper.media.still import load_rgba

        rgba = load_rgba(path, width=max(width, height) if sniff(path).family is Family.DRAWING else 0)
        picture = VideoFrame.from_ndarray(_flatten(rgba, background), format="rgb24")
        picture.pts = 0
        self.damaged_frames = 0
        self._yuv = Conformer(picture, (width, height), focus=focus, fit=fit).convert(picture)

    def at(self, frame: int) -> Yuv:  # noqa: ARG002 - the shape of a reader
        return self._yuv

    def near(self, frame: int, pixels: int) -> tuple[Yuv, bool]:  # noqa: ARG002 - the shape of a reader
        return self._yuv, True

    def close(self) -> None:
        """Hold nothing open."""


class _Clock:
    """Gives every decoded picture a time stamp and notices the ones that do not rise."""

    def __init__(self, stream: VideoStream) -> None:
        self._step = 1 / Fraction(stream.average_rate or 25)
        self._base = stream.time_base or Fraction(1, av.time_base)
        self._last: Fraction | None = None

    def stamp(self, picture: VideoFrame) -> None:
        if picture.time_base is None or not picture.time_base:
            picture.time_base = self._base
        if picture.pts is None:
            seconds = Fraction(0) if self._last is None else self._last + self._step
            picture.pts = round(seconds / picture.time_base)

    def rises(self, picture: VideoFrame) -> bool:
        seconds = _seconds(picture)
        if self._last is not None and seconds <= self._last:
            return False
        self._last = seconds
        return True


def _open(path: Path, *, threads: int) -> tuple[InputContainer, VideoStream]:
    """Open a clip and its main picture track: the first one of a known size."""
    container = open_media(path)
    sized = (track for track in picture_tracks(container) if track.width and track.height)
    stream = next(sized, None)
    if stream is None:
        container.close()
        raise UnusableInputError(
            f"{path.name} has no picture track that can be decoded.", "Use another file."
        )
    if stream.width * stream.height > MAX_PIXELS:
        container.close()
        raise UnusableInputError(f"{path.name} has too many pixels.", "Scale it down to 8K or less.")
    stream.thread_type = "AUTO"
    stream.codec_context.thread_count = threads
    return container, stream


def _flatten(rgba: NDArray[np.uint8], background: str) -> NDArray[np.uint8]:
    """Lay straight alpha over a plain ``#RRGGBB``."""
    alpha = rgba[..., 3:].astype(np.uint16)
    under = np.frombuffer(bytes.fromhex(background.removeprefix("#")), np.uint8)
    over: NDArray[np.uint8] = ((rgba[..., :3] * alpha + under * (255 - alpha) + 127) // 255).astype(np.uint8)
    return over


def _seconds(picture: VideoFrame) -> Fraction:
    assert picture.pts is not None
    assert picture.time_base is not None
    return picture.pts * Fraction(picture.time_base)


def _decoded_bytes(picture: VideoFrame) -> int:
    return max(1, sum(plane.buffer_size for plane in picture.planes))


def _pixel_aspect(stream: VideoStream) -> Fraction:
    aspect = stream.sample_aspect_ratio
    return aspect if aspect is not None and aspect > 0 else Fraction(1)
