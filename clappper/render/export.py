"""A timeline becomes a file: painted and encoded side by side, in flat memory, all or nothing."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.units import FrameRange, FrameRate
from clappper.media.encode import FrameWriter
from clappper.media.encoding import AUDIO_BITS_PER_SECOND, Encoding
from clappper.render.compose import paint
from clappper.render.credits import Credits, credits_of
from clappper.render.presets import BUFFER_SECONDS, CONTAINER_SHARE, Preset, encoding_for, peak_for
from clappper.render.segments import Segment, can_be_cut, is_kept, join, prune, segments
from clappper.render.sources import Sources
from clappper.store.files import write_atomically
from clappper.timeline.model import Timeline, to_json

SIDECAR_VERSION = 1
MAX_WAITING = 6
"""Painted pictures that may wait for the encoder."""

SECOND_TRY_SHARE = 0.95


class ExportCancelledError(ClappperError):
    """The person who asked for the file no longer wants it. Nothing was left behind."""


@dataclass(frozen=True, slots=True)
class ExportProgress:
    """How far an export is; ``seconds_left`` is None until it can be told."""

    frames_done: int
    frames_total: int
    seconds_left: float | None
    attempt: int = 1

    @property
    def fraction(self) -> float:
        return self.frames_done / self.frames_total


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written. ``attempts`` is 2 where the first file was larger than allowed.

    ``reused_frames`` were taken from an earlier export as they were. ``brand_lines`` must be shown with the
    film, ``cautions`` are about licences of what is in it.
    """

    path: Path
    sidecar: Path
    width: int
    height: int
    rate: FrameRate
    frames: int
    seconds: float
    size_bytes: int
    encoder: str
    attempts: int
    damaged_frames: int
    has_audio: bool
    reused_frames: int = 0
    brand_lines: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Order:
    """One export, with everything it needs."""

    timeline: Timeline
    root: Path
    destination: Path
    preset: Preset
    rate: FrameRate
    frames: int
    audio: NDArray[np.float32] | None
    cache: Path | None
    progress: Callable[[ExportProgress], None]
    cancelled: Callable[[], bool]
    clock: Callable[[], float]

    @property
    def seconds(self) -> float:
        return self.rate.seconds_at(self.frames)

    def timeline_frame(self, frame: int) -> int:
        """Give the frame of the timeline that stands at a frame of the file."""
        return min(int(frame * self.timeline.rate.fps / self.rate.fps), self.timeline.length_frames - 1)


def export(
    timeline: Timeline,
    root: Path,
    destination: Path,
    preset: Preset,
    *,
    audio: NDArray[np.float32] | None = None,
    cache: Path | None = None,
    progress: Callable[[ExportProgress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
    clock: Callable[[], float] = time.monotonic,
) -> ExportReport:
    """Write ``timeline`` to ``destination``, and what it was made from to a ``.json`` beside it.

    ``root`` is the folder the timeline's paths are relative to. ``audio`` is the finished mix: float32,
    (samples, 2), 48 kHz; it is cut or padded to the picture's length. ``cache`` is a folder for pieces of
    exports: what another export left there and is the same in this one is not made again. ``progress`` and
    ``cancelled`` are called on this thread, about once a frame.

    Raises:
        ExportCancelledError: ``cancelled`` answered yes.
        UnusableInputError: a file of the timeline cannot be used, or the size limit is too small.
        ClappperError: the file cannot be written.
    """
    if timeline.length_frames <= 0:
        raise UnusableInputError("The timeline is empty.", "Put at least one clip on it.")
    rate = preset.rate or timeline.rate
    frames = round(timeline.length_frames / timeline.rate.fps * rate.fps)
    order = _Order(
        timeline, root, destination, preset, rate, max(1, frames), audio, cache, progress, cancelled, clock
    )
    encoding = encoding_for(preset, rate)
    written, attempts = None, 1
    if cache is not None and can_be_cut(encoding):
        written = _write_in_pieces(order, encoding, cache)
        attempts += written is None
    if written is None:
        encoding = encoding_for(preset, rate, _first_peak(order))
        written = _Written(_write(order, encoding, attempt=attempts))
        size = destination.stat().st_size
        if preset.max_bytes and size > preset.max_bytes:
            attempts += 1
            encoding = encoding_for(preset, rate, _second_peak(order, encoding, size))
            written = _Written(_write(order, encoding, attempt=attempts))
    said = credits_of(timeline, root)
    return ExportReport(
        path=destination,
        sidecar=_write_sidecar(order, said),
        width=encoding.width,
        height=encoding.height,
        rate=rate,
        frames=order.frames,
        seconds=order.seconds,
        size_bytes=destination.stat().st_size,
        encoder=encoding.encoder,
        attempts=attempts,
        damaged_frames=written.damaged_frames,
        has_audio=audio is not None,
        reused_frames=written.reused_frames,
        brand_lines=said.brand_lines,
        cautions=said.cautions,
    )


def _first_peak(order: _Order) -> int:
    limit = order.preset.max_bytes
    return peak_for(limit, order.seconds, has_audio=order.audio is not None) if limit else 0


def _second_peak(order: _Order, encoding: Encoding, size_bytes: int) -> int:
    """Scale down what was really spent: a ceiling that was never reached says nothing."""
    spent = min(int(encoding.options["maxrate"]), size_bytes * 8 / order.seconds)
    share = order.preset.max_bytes / size_bytes * SECOND_TRY_SHARE
    return int(spent * share * order.seconds / (order.seconds + BUFFER_SECONDS))


@dataclass(frozen=True, slots=True)
class _Written:
    """How many source pictures were damaged and bridged, and how many frames were there already."""

    damaged_frames: int
    reused_frames: int = 0


def _write_in_pieces(order: _Order, encoding: Encoding, cache: Path) -> _Written | None:
    """Write the file from pieces, making those that are missing; None where it gets larger than allowed."""
    started = order.clock()
    done = reused = 0
    pieces: list[tuple[Segment, Path]] = []
    with Sources(order.root) as sources:
        cut = segments(
            order.timeline,
            order.preset.canvas,
            encoding,
            order.frames,
            order.timeline_frame,
            sources,
            order.root,
        )
        for segment in cut:
            piece = cache / segment.name
            if is_kept(piece):
                reused += len(segment.frames)
            else:
                with FrameWriter(piece, encoding) as writer:
                    for frame in _painted(order, segment.frames, sources, writer):
                        made = frame + 1 - reused
                        order.progress(_progress(order, frame + 1, order.clock() - started, 1, made))
            done += len(segment.frames)
            pieces.append((segment, piece))
            order.progress(_progress(order, done, order.clock() - started, 1, done - reused))
        damaged = sources.damaged_frames
    size = sum(piece.stat().st_size for _, piece in pieces)
    sound = AUDIO_BITS_PER_SECOND * order.seconds / 8 if order.audio is not None else 0
    if order.preset.max_bytes and (size + sound) * (1 + CONTAINER_SHARE) > order.preset.max_bytes:
        return None
    join(pieces, order.destination, encoding, order.audio)
    prune(cache)
    return _Written(damaged, reused)


def _write(order: _Order, encoding: Encoding, *, attempt: int) -> int:
    """Write the file once; give the number of damaged source pictures that were bridged."""
    started = order.clock()
    with Sources(order.root) as sources, FrameWriter(order.destination, encoding, order.audio) as writer:
        for frame in _painted(order, FrameRange(0, order.frames), sources, writer):
            order.progress(_progress(order, frame + 1, order.clock() - started, attempt, frame + 1))
        return sources.damaged_frames


def _painted(order: _Order, frames: FrameRange, sources: Sources, writer: FrameWriter) -> Iterator[int]:
    """Paint and write frames, and say each one's number.

    Painting happens here and encoding on a second thread; both leave the interpreter's lock for nearly all
    of their time, and FFmpeg decodes and x264 encodes on threads of their own.
    """
    waiting: deque[Future[None]] = deque()
    with ThreadPoolExecutor(1, thread_name_prefix="encode") as encoder:
        for frame in range(frames.start, frames.end):
            if order.cancelled():
                raise ExportCancelledError("The export was cancelled.", "Nothing was written.")
            picture = paint(order.timeline, order.timeline_frame(frame), order.preset.canvas, sources)
            waiting.append(encoder.submit(writer.write, picture))
            if len(waiting) > MAX_WAITING:
                waiting.popleft().result()
            yield frame
        for future in waiting:
            future.result()


def _progress(order: _Order, done: int, elapsed: float, attempt: int, made: int) -> ExportProgress:
    left = elapsed / made * (order.frames - done) if elapsed > 0 and made else None
    return ExportProgress(done, order.frames, left, attempt)


def _write_sidecar(order: _Order, said: Credits) -> Path:
    """Say beside the video what it was made from, for checks and for whoever opens it later."""
    sidecar = order.destination.with_name(order.destination.name + ".json")
    facts = {
        "schema_version": SIDECAR_VERSION,
        "timeline": json.loads(to_json(order.timeline)),
        "canvas": asdict(order.preset.canvas),
        "preset": asdict(order.preset),
        "credits": asdict(said),
    }
    write_atomically(sidecar, json.dumps(facts, indent=1, ensure_ascii=False).encode())
    return sidecar
