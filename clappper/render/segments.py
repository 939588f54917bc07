"""Pieces of an export, each kept under a name that says all it was made from.

What a later export has in common with an earlier one is taken from there: only what changed is painted and
encoded again. A piece is whole groups of pictures, so that pieces follow each other in one file as they are.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from av.packet import Packet
from av.video.stream import VideoStream
from numpy.typing import NDArray

from clappper.base.units import FrameRange
from clappper.media.container import reading
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Container, Encoding
from clappper.render.canvas import Canvas
from clappper.render.compose import PICTURE_TRACKS
from clappper.render.presets import KEYFRAME_SECONDS
from clappper.render.sources import Sources
from clappper.timeline.model import Clip, Footage, Timeline, Title, Track
from clappper.timeline.queries import transition_range

ENCODERS = frozenset({"libx264", "libx265", "h264_nvenc", "hevc_nvenc"})
"""Encoders whose groups of pictures stand for themselves and follow each other without new headers."""

KEPT_BYTES = 4_000_000_000


@dataclass(frozen=True, slots=True)
class Segment:
    """``frames`` of the file, and the name of the piece that holds them."""

    frames: FrameRange
    name: str


def can_be_cut(encoding: Encoding) -> bool:
    """Tell whether an export may be made of pieces; under a ceiling on the bit rate it is one run."""
    fits = encoding.encoder in ENCODERS and encoding.container is Container.MP4
    return fits and "maxrate" not in encoding.options


def segments(
    timeline: Timeline,
    canvas: Canvas,
    encoding: Encoding,
    frames: int,
    timeline_frame: Callable[[int], int],
    sources: Sources,
    root: Path,
) -> Iterator[Segment]:
    """Cut ``frames`` of a file into pieces and name each after everything that its pictures follow from.

    ``timeline_frame`` gives the frame of the timeline that stands at a frame of the file.
    """
    length = max(1, round(KEYFRAME_SECONDS * encoding.rate.fps))
    always = repr((timeline.rate, timeline.look, _stamp(root, timeline.look.lut), canvas, encoding))
    painter = sources.titles(timeline, canvas)
    letters: dict[int, str] = {}
    for start in range(0, frames, length):
        own = FrameRange(start, min(start + length, frames))
        shown = [timeline_frame(frame) for frame in range(own.start, own.end)]
        digest = hashlib.blake2b(always.encode(), digest_size=16)
        span = FrameRange(shown[0], shown[-1] + 1)
        digest.update(repr((shown, list(_footage(timeline, span, root)))).encode())
        for frame in dict.fromkeys(shown):
            for layer in painter.layers(frame):
                if id(layer.rgba) not in letters:
                    letters[id(layer.rgba)] = hashlib.blake2b(
                        layer.rgba.tobytes(), digest_size=16
                    ).hexdigest()
                drawn = (frame, layer.x, layer.y, layer.opacity, layer.rgba.shape, letters[id(layer.rgba)])
                digest.update(repr(drawn).encode())
        yield Segment(own, f"{digest.hexdigest()}.mp4")


def _footage(timeline: Timeline, span: FrameRange, root: Path) -> Iterator[object]:
    """Describe the clips that are seen in ``span``, without what changes no picture."""
    for track in timeline.tracks:
        if track.kind in PICTURE_TRACKS and not track.muted:
            yield [_described(clip, root) for clip in _seen(track, span)]


def _seen(track: Track, span: FrameRange) -> Iterator[Clip]:
    for index, clip in enumerate(track.clips):
        if isinstance(clip.content, Title):
            continue
        ranges = [clip.placed, transition_range(track, index)]
        if index + 1 < len(track.clips):
            ranges.append(transition_range(track, index + 1))
        if any(len(range_) and range_.overlaps(span) for range_ in ranges):
            yield clip


def _described(clip: Clip, root: Path) -> object:
    bare = replace(clip, id="", name="", gain_db=(), scene_id="", link="", group="", badge="", locked=False)
    if not isinstance(clip.content, Footage):
        return bare
    take = replace(clip.content.take, id="", label="", badge="", asset_id="")
    matte = clip.cutout.matte if clip.cutout else ""
    return replace(bare, content=Footage((take,))), _stamp(root, take.path), _stamp(root, matte)


def _stamp(root: Path, path: str) -> object:
    if not path:
        return None
    try:
        status = (root / path).stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def join(
    pieces: Sequence[tuple[Segment, Path]],
    destination: Path,
    encoding: Encoding,
    audio: NDArray[np.float32] | None,
) -> None:
    """Write pieces one after the other into one file, with its sound; no picture is encoded.

    Raises:
        UnusableInputError: a piece cannot be read.
        ClappperError: the file cannot be written.
    """
    with (
        reading(pieces[0][1]) as first,
        FrameWriter(destination, encoding, audio, template=first.streams.video[0]) as writer,
    ):
        for segment, path in pieces:
            for packet in _packets(path, segment.frames.start / encoding.rate.fps):
                writer.copy(packet)


def _packets(path: Path, seconds: Fraction) -> Iterator[Packet[VideoStream]]:
    """Give the packets of one piece, ``seconds`` later."""
    with reading(path) as container:
        for packet in container.demux(container.streams.video[0]):
            if packet.size and packet.pts is not None and packet.dts is not None:
                later = round(seconds / packet.time_base)
                packet.pts += later
                packet.dts += later
                yield packet


def is_kept(piece: Path) -> bool:
    """Tell whether a piece is there, and note that it is used."""
    try:
        os.utime(piece)
    except OSError:
        return False
    return True


def prune(folder: Path, kept_bytes: int = KEPT_BYTES) -> None:
    """Throw the pieces away that were used longest ago."""
    files = sorted(folder.glob("*.mp4"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    total = 0
    for file in files:
        total += file.stat().st_size
        if total > kept_bytes:
            file.unlink(missing_ok=True)
