"""What is in a media file, found out before anything relies on it.

Headers lie: durations that are missing or absurd, frame rates that are guesses, cover art that poses as
video, a second track without pictures. So times come from the packets, and the first frame is decoded
to prove that there is a picture. Sizes are checked before that, because a small file can hold a frame
of gigabytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
from av.audio.frame import AudioFrame
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.reformatter import ColorTrc

from clappper.base.errors import UnusableInputError
from clappper.base.units import FrameRate
from clappper.media.container import picture_tracks, reading, sound_tracks, undecodable
from clappper.media.pace import is_uneven, real_rate
from clappper.media.sniff import USABLE, Family, Format, sniff
from clappper.media.still import measure_picture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

MAX_SIDE = 8192
_MAX_PACKETS = 200_000
_LARGE_FILE_BYTES = 300_000_000
_MAX_PACKETS_OF_LARGE = 4_000
_TRIES_FOR_A_FRAME = 300
_NO_RATE = FrameRate(1)
_TRANSFERS: dict[int, str] = {
    ColorTrc.BT709: "bt709",
    ColorTrc.SMPTE170M: "bt601",
    ColorTrc.SMPTE2084: "pq",
    ColorTrc.ARIB_STD_B67: "hlg",
    ColorTrc.IEC61966_2_1: "srgb",
    ColorTrc.LINEAR: "linear",
    ColorTrc.BT2020_10: "bt2020",
    ColorTrc.BT2020_12: "bt2020",
}


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What one file holds.

    ``kind`` is ``video``, ``still`` or ``audio``. ``width`` and ``height`` are as displayed, after
    ``rotation`` (degrees clockwise: 0, 90, 180, 270) and ``pixel_aspect``. ``rate`` is the average of the
    real frame times; a still or a sound has none and says 1. A still lasts 0 s. ``frame_count`` is None
    where the file was too long to count. ``transfer`` is ``bt709``, ``pq``, ``hlg``, ``srgb``, ``bt601``,
    ``bt2020``, ``linear`` or empty. The stream fields are container indices, -1 where there is none.
    ``notes`` are sentences on what is odd but usable.
    """

    kind: str
    container: str
    width: int = 0
    height: int = 0
    rotation: int = 0
    pixel_aspect: Fraction = Fraction(1)
    rate: FrameRate = _NO_RATE
    is_variable_rate: bool = False
    duration_seconds: float = 0.0
    frame_count: int | None = None
    has_audio: bool = False
    audio_seconds: float = 0.0
    sample_rate: int = 0
    channels: int = 0
    video_codec: str = ""
    audio_codec: str = ""
    pixel_format: str = ""
    transfer: str = ""
    has_alpha: bool = False
    is_interlaced: bool = False
    size_bytes: int = 0
    video_stream: int = -1
    audio_stream: int = -1
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Times:
    """One stream's packets: presentation times in its time base, and how long the last one shows."""

    pts: list[int] = field(default_factory=list)
    last: int = 0
    last_duration: int = 0
    corrupt: int = 0

    def add(self, packet: Packet[Any]) -> None:
        moment = packet.dts if packet.pts is None else packet.pts
        if moment is None or packet.is_discard or not packet.size:
            return
        if not self.pts or moment >= self.last:
            self.last, self.last_duration = moment, packet.duration or 0
        self.pts.append(moment)
        self.corrupt += packet.is_corrupt

    def span(self, base: Fraction) -> int:
        """From the first picture or sample to the end of the last one.

        A last packet without a length, or with one beyond a minute, counts as long as the others on average.
        """
        between = self.last - min(self.pts)
        usual = round(between / (len(self.pts) - 1)) if len(self.pts) > 1 else self.last_duration
        is_sane = 0 < self.last_duration * base <= 60
        return between + (self.last_duration if is_sane else usual)


@dataclass(frozen=True, slots=True)
class _Scan:
    """Every stream's times, and the seconds its header states (0 for none), by index.

    ``is_whole`` says that the file's end was reached.
    """

    times: dict[int, _Times]
    stated: dict[int, float]
    is_whole: bool = True

    def seconds(self, track: VideoStream | AudioStream) -> float:
        """Give the length of what is there, or, where not all was read, of what the header states."""
        if not self.is_whole and self.stated[track.index]:
            return self.stated[track.index]
        base = track.time_base or Fraction(1, 1000)
        return float(self.times[track.index].span(base) * base)


def probe(path: Path) -> MediaFacts:
    """Find out what ``path`` holds. One frame of a clip or a sound is decoded, none of a still.

    Raises:
        UnusableInputError: one sentence says what is wrong with the file.
    """
    found = sniff(path)
    if found.family is not Family.STREAM or (found.name == "GIF" and not measure_picture(path).is_animated):
        return _still_facts(path, found)
    with reading(path) as container:
        is_large = path.stat().st_size > _LARGE_FILE_BYTES
        scan = _scan(container, _MAX_PACKETS_OF_LARGE if is_large else _MAX_PACKETS)
        video, audio = _chosen(path, container, scan)
        facts = MediaFacts("audio", found.name, size_bytes=path.stat().st_size)
        if audio is not None:
            facts = _with_sound(facts, audio, scan)
        if video is not None:
            facts = _with_times(facts, video, scan)
    with reading(path) as container:
        return _proven(path, container, facts)


def upright_turn(frame: VideoFrame) -> int:
    """Give the degrees (0, 90, 180, 270) by which a decoded frame is turned clockwise to stand upright.

    FFmpeg states the display matrix counter-clockwise, and a matrix of zeros as no number.
    """
    return 0 if abs(frame.rotation) > 360 else round(-frame.rotation / 90) % 4 * 90


def _sound_preference(stream: AudioStream) -> tuple[int, int]:
    return int(stream.disposition & Disposition.default), -stream.index


def _still_facts(path: Path, found: Format) -> MediaFacts:
    picture = measure_picture(path)
    return MediaFacts(
        kind="still",
        container=found.name,
        width=picture.width,
        height=picture.height,
        frame_count=1,
        video_codec=found.name.lower(),
        pixel_format=picture.mode,
        has_alpha=picture.has_alpha,
        size_bytes=path.stat().st_size,
        notes=("It is animated; only its first picture is used.",) if picture.is_animated else (),
    )


def _scan(container: InputContainer, most_packets: int) -> _Scan:
    """Collect the packet times of every track that can be decoded.

    Of a large file only the beginning is read, and its header believed for the rest. A file that breaks
    off in the middle keeps what came before.
    """
    tracks: list[VideoStream | AudioStream] = [*picture_tracks(container), *sound_tracks(container)]
    scan = _Scan(
        {track.index: _Times() for track in tracks},
        {track.index: _stated_seconds(track, container) for track in tracks},
    )
    try:
        for count, packet in enumerate(container.demux(tracks) if tracks else ()):
            scan.times[packet.stream_index].add(packet)
            if count >= most_packets:
                return replace(scan, is_whole=False)
    except av.error.FFmpegError:
        if not any(track.pts for track in scan.times.values()):
            raise
    return scan


def _stated_seconds(track: VideoStream | AudioStream, container: InputContainer) -> float:
    """Read a track's length from its header, or else the whole file's."""
    if track.duration and track.time_base:
        return float(track.duration * track.time_base)
    return (container.duration or 0) / av.time_base


def _chosen(
    path: Path, container: InputContainer, scan: _Scan
) -> tuple[VideoStream | None, AudioStream | None]:
    """Choose the picture and the sound among the tracks that have packets."""
    pictures = [track for track in picture_tracks(container) if scan.times[track.index].pts]
    sounds = [track for track in sound_tracks(container) if scan.times[track.index].pts]
    if not pictures and not sounds:
        raise UnusableInputError(f"{path.name} holds no picture and no sound that can be decoded.", USABLE)
    return (
        pictures[0] if pictures else None,
        max(sounds, key=_sound_preference, default=None),
    )


def _with_sound(facts: MediaFacts, track: AudioStream, scan: _Scan) -> MediaFacts:
    """Add the sound; a header within a packet's length is more exact than the packets."""
    seconds, stated = scan.seconds(track), scan.stated[track.index]
    if abs(stated - seconds) < 0.1:
        seconds = stated
    return replace(
        facts,
        duration_seconds=seconds,
        has_audio=True,
        audio_seconds=seconds,
        sample_rate=track.codec_context.sample_rate,
        channels=track.codec_context.channels,
        audio_codec=track.codec_context.codec.canonical_name,
        audio_stream=track.index,
    )


def _with_times(facts: MediaFacts, track: VideoStream, scan: _Scan) -> MediaFacts:
    times = scan.times[track.index]
    base = track.time_base or Fraction(1, 1000)
    moments = sorted(set(times.pts))
    stated = Fraction(track.average_rate) if track.average_rate else None
    seconds = scan.seconds(track)
    return replace(
        facts,
        kind="video",
        rate=real_rate(moments, base, stated),
        is_variable_rate=is_uneven(moments),
        duration_seconds=seconds,
        frame_count=len(times.pts) if scan.is_whole else None,
        video_codec=track.codec_context.codec.canonical_name,
        video_stream=track.index,
        notes=(*facts.notes, *_time_notes(times, scan.stated[track.index], seconds)),
    )


def _time_notes(times: _Times, stated: float, seconds: float) -> Iterator[str]:
    if seconds + 0.5 < stated < 100 * seconds:
        yield f"It breaks off: {seconds:.1f} of the {stated:.1f} s it announces are there."
    if times.corrupt:
        yield f"{times.corrupt} of its {len(times.pts)} pictures are damaged."


def _proven(path: Path, container: InputContainer, facts: MediaFacts) -> MediaFacts:
    """Decode one frame and take from it what headers do not say."""
    if facts.kind == "audio":
        _first_frame(path, container, facts.audio_stream)
        return facts
    track = next(stream for stream in container.streams.video if stream.index == facts.video_stream)
    _refuse_huge(path, track.width, track.height)
    track.codec_context.options = {"max_pixels": str(MAX_SIDE * MAX_SIDE)}
    frame = _first_frame(path, container, facts.video_stream)
    if not isinstance(frame, VideoFrame):
        raise undecodable(path)
    _refuse_huge(path, frame.width, frame.height)
    aspect = _pixel_aspect(track)
    turn = upright_turn(frame)
    shown = (max(1, round(frame.width * aspect)), frame.height)
    width, height = shown if turn % 180 == 0 else shown[::-1]
    return replace(
        facts,
        width=width,
        height=height,
        rotation=turn,
        pixel_aspect=aspect,
        pixel_format=frame.format.name,
        transfer=_TRANSFERS.get(frame.color_trc, ""),
        has_alpha=_has_alpha(track, frame),
        is_interlaced=frame.interlaced_frame,
    )


def _first_frame(path: Path, container: InputContainer, index: int) -> VideoFrame | AudioFrame:
    """Decode until one frame comes out; damaged packets before it are passed over."""
    for count, packet in enumerate(container.demux(container.streams[index])):
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            frames = []
        for frame in frames:
            if isinstance(frame, VideoFrame | AudioFrame):
                return frame
        if count > _TRIES_FOR_A_FRAME:
            break
    raise undecodable(path)


def _pixel_aspect(track: VideoStream) -> Fraction:
    """Give the width of a pixel over its height; absurd ones count as square."""
    aspect = track.sample_aspect_ratio
    return Fraction(aspect) if aspect and Fraction(1, 8) <= aspect <= 8 else Fraction(1)


def _has_alpha(track: VideoStream, frame: VideoFrame) -> bool:
    """Whether the picture is partly see-through: in its pixels, or beside them as WebM does it."""
    in_pixels = any(component.is_alpha for component in frame.format.components)
    return in_pixels or track.metadata.get("alpha_mode") == "1"


def _refuse_huge(path: Path, width: int, height: int) -> None:
    if max(width, height) > MAX_SIDE:
        raise UnusableInputError(
            f"{path.name} is {width}x{height}, more than {MAX_SIDE} pixels on a side.", "Export it smaller."
        )
