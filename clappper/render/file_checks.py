"""Is the file what was ordered: size, rate, length, codecs, tags, weight, and sound in step with picture?

Everything here is read from the container and its packets; no picture is decoded.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from clappper.base.units import FrameRate
from clappper.media.container import reading
from clappper.media.encoding import Container
from clappper.media.probe import MediaFacts
from clappper.render.canvas import Canvas
from clappper.render.verdicts import Finding, judged, unmeasured

MEGABYTE = 1_000_000
BYTES_PER_SECOND = 30 * MEGABYTE / 15
CODECS: dict[Container, tuple[str, str, frozenset[str], frozenset[str], str]] = {
    Container.MP4: (
        "MP4",
        "yuv420p",
        frozenset({"h264", "hevc", "av1"}),
        frozenset({"aac", ""}),
        "H.264, HEVC or AV1 in 4:2:0, with AAC, in MP4",
    ),
    Container.WEBM: (
        "Matroska",
        "yuv420p",
        frozenset({"vp9", "av1"}),
        frozenset({"opus", ""}),
        "VP9 or AV1 in 4:2:0, with Opus, in WebM",
    ),
    Container.MOV: (
        "MP4",
        "yuv422p10le",
        frozenset({"prores"}),
        frozenset({"pcm_s24le", ""}),
        "ProRes 4:2:2 in 10 bits, with PCM, in QuickTime",
    ),
}
"""By container: its name when probed, pixels, picture and sound codecs, and all of it in words."""

BT709, LIMITED = 1, 1
AAC_FRAME = 1024


@dataclass(frozen=True, slots=True)
class Order:
    """What the finished file is to be; ``frames`` is its length at ``rate``."""

    canvas: Canvas
    rate: FrameRate
    frames: int
    container: Container = Container.MP4

    @property
    def seconds(self) -> float:
        return self.rate.seconds_at(self.frames)


@dataclass(frozen=True, slots=True)
class Span:
    """When a track starts and ends, in seconds."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Tracks:
    """When the two tracks play, by their packets; ``sound`` is None where there is none.

    ``announced_end`` is the end that the container states, in seconds, and what players show. ``colour``
    is primaries, transfer, matrix and range as numbers of ITU-T H.273.
    """

    picture: Span
    sound: Span | None
    announced_end: float
    colour: tuple[int, int, int, int]


def check_file(video: Path, facts: MediaFacts, tracks: Tracks, order: Order) -> Iterator[Finding]:
    """Compare a file with what was ordered."""
    yield _size(facts, order)
    yield _rate(facts, order)
    yield _duration(facts, order)
    yield _drift(tracks, order)
    yield _weight(facts, order)
    yield check_codec(facts, order)
    yield _colour(tracks)
    yield _faststart(video, facts)


def read_tracks(video: Path, facts: MediaFacts) -> Tracks:
    """Read the packet times and colour tags of a clip.

    Raises:
        UnusableInputError: the file cannot be read.
    """
    with reading(video) as container:
        picture = next(track for track in container.streams.video if track.index == facts.video_stream)
        sound = next((track for track in container.streams.audio if track.index == facts.audio_stream), None)
        context = picture.codec_context
        colour = (context.color_primaries, context.color_trc, context.colorspace, context.color_range)
        times = _packet_times(container, [picture, *([sound] if sound else [])])
        return Tracks(
            picture=_span(times[picture.index]),
            sound=_heard(sound, _span(times[sound.index])) if sound else None,
            announced_end=((container.start_time or 0) + (container.duration or 0)) / av.time_base,
            colour=(int(colour[0]), int(colour[1]), int(colour[2]), int(colour[3])),
        )


def _packet_times(
    container: InputContainer, tracks: Sequence[VideoStream | AudioStream]
) -> dict[int, list[tuple[Fraction, Fraction]]]:
    """Collect start and length of every packet, in seconds."""
    times: dict[int, list[tuple[Fraction, Fraction]]] = {track.index: [] for track in tracks}
    for packet in container.demux(list(tracks)):
        if packet.pts is not None and packet.size:
            base = Fraction(packet.time_base)
            times[packet.stream_index].append((packet.pts * base, (packet.duration or 0) * base))
    return times


def _span(times: list[tuple[Fraction, Fraction]]) -> Span:
    return Span(
        float(min(start for start, _ in times)), float(max(start + length for start, length in times))
    )


def _heard(sound: AudioStream, span: Span) -> Span:
    """Leave out what players skip: the encoder's priming before 0, and the filling of the last packet.

    The filling, less than one AAC frame, is cut off by the length the header states.
    """
    base = sound.time_base or Fraction(1, 48_000)
    stated = float(((sound.start_time or 0) + (sound.duration or 0)) * base)
    is_filled = 0 < span.end - stated <= AAC_FRAME / sound.codec_context.sample_rate
    return Span(max(0.0, span.start), stated if is_filled else span.end)


def _size(facts: MediaFacts, order: Order) -> Finding:
    measured, wanted = f"{facts.width}x{facts.height}", f"{order.canvas.width}x{order.canvas.height}"
    return judged("size", measured == wanted, measured, wanted, f"The picture is {measured}, not {wanted}.")


def _rate(facts: MediaFacts, order: Order) -> Finding:
    measured, wanted = _shown(facts.rate), _shown(order.rate)
    is_steady = not facts.is_variable_rate
    message = f"It plays at {measured}, not {wanted}." if is_steady else "Its frames come at a varying pace."
    return judged("fps", is_steady and facts.rate.fps == order.rate.fps, measured, wanted, message)


def _shown(rate: FrameRate) -> str:
    return f"{float(rate.fps):.3f}".rstrip("0").rstrip(".") + " fps"


def _duration(facts: MediaFacts, order: Order) -> Finding:
    frame = 1 / float(order.rate.fps)
    off = facts.duration_seconds - order.seconds
    measured, wanted = f"{facts.duration_seconds:.3f} s", f"{order.seconds:.3f} s ± 1 frame"
    direction = "longer" if off > 0 else "shorter"
    message = f"It is {abs(off):.2f} s {direction} than ordered."
    return judged("duration", abs(off) <= 1.01 * frame, measured, wanted, message)


def _drift(tracks: Tracks, order: Order) -> Finding:
    """Compare where picture, sound and container start and end; a frame is the tolerance."""
    frame = 1 / float(order.rate.fps)
    wanted = f"at most 1 frame ({1000 * frame:.0f} ms)"
    picture, sound = tracks.picture, tracks.sound
    if sound is None:
        return unmeasured("av-drift", wanted, "There is no sound to be in step.")
    gaps = {
        "The sound starts": sound.start - picture.start,
        "The sound ends": sound.end - picture.end,
        "The container ends": tracks.announced_end - picture.end,
    }
    what, worst = max(gaps.items(), key=lambda gap: abs(gap[1]))
    measured = "start {:+.0f} ms, end {:+.0f} ms, container {:+.0f} ms".format(
        *(1000 * g for g in gaps.values())
    )
    message = f"{what} {abs(1000 * worst):.0f} ms {'after' if worst > 0 else 'before'} the picture."
    when = picture.start if what == "The sound starts" else picture.end
    return judged("av-drift", abs(worst) <= 1.01 * frame, measured, wanted, message, when)


def _weight(facts: MediaFacts, order: Order) -> Finding:
    if order.container is Container.MOV:
        return unmeasured("file-size", "no limit", "A master in ProRes is for editing, not for upload.")
    limit = BYTES_PER_SECOND * order.seconds
    measured, wanted = f"{facts.size_bytes / MEGABYTE:.1f} MB", f"under {limit / MEGABYTE:.0f} MB"
    return judged("file-size", facts.size_bytes < limit, measured, wanted, f"The file has {measured}.")


def check_codec(facts: MediaFacts, order: Order) -> Finding:
    """Compare container and codecs with what the ordered kind of file holds."""
    measured = " ".join(filter(None, (facts.video_codec, facts.pixel_format, facts.audio_codec)))
    container, pixels, pictures, sounds, wanted = CODECS[order.container]
    is_usual = facts.video_codec in pictures and facts.pixel_format.startswith(pixels)
    passed = facts.container == container and is_usual and facts.audio_codec in sounds
    return judged(
        "codec", passed, f"{measured} in {facts.container}", wanted, f"Platforms may refuse {measured}."
    )


def _colour(tracks: Tracks) -> Finding:
    measured = "primaries {}, transfer {}, matrix {}, range {}".format(*tracks.colour)
    passed = tracks.colour == (BT709, BT709, BT709, LIMITED)
    message = "Players have to guess the colours, because they are not tagged as BT.709."
    return judged("colour-tags", passed, measured, "BT.709, limited range (1, 1, 1, 1)", message)


def _faststart(video: Path, facts: MediaFacts) -> Finding:
    wanted = "index before data"
    if facts.container != "MP4":
        return unmeasured("faststart", wanted, f"{facts.container} has no index to place.")
    names = [name for name, _ in top_boxes(video)]
    passed = b"moov" in names and b"mdat" in names and names.index(b"moov") < names.index(b"mdat")
    measured = wanted if passed else "index after data"
    return judged(
        "faststart", passed, measured, wanted, "It starts late on the web: the index is at the end."
    )


def top_boxes(video: Path) -> list[tuple[bytes, int]]:
    """List the top-level boxes of an MP4 (ISO/IEC 14496-12, 4.2): name and size in bytes."""
    boxes: list[tuple[bytes, int]] = []
    with video.open("rb") as file:
        while len(head := file.read(8)) == 8:
            size, name = struct.unpack(">I4s", head)
            header = 8
            if size == 1:
                size, header = struct.unpack(">Q", file.read(8))[0], 16
            boxes.append((name, size))
            if size < header:
                break
            file.seek(size - header, 1)
    return boxes
