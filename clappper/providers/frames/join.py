"""Pieces of one shot joined to an exact length, their stitches redrawn where that is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import Any

from clappper.base.errors import UnusableInputError
from clappper.media.decode import FrameReader
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.interpolate.dis import DisInterpolator
from clappper.media.interpolate.retime import Retimer
from clappper.media.picture import Yuv
from clappper.media.probe import probe
from clappper.providers.child import Report
from clappper.providers.contract import GenRequest, Role
from clappper.providers.frames.film import encoding_of


def make(request: GenRequest, destination: Path, report: Report) -> None:
    """Write the source videos of a request one after the other.

    ``extra.frames`` says how many frames each takes, ``extra.overlap`` how many are redrawn around each
    stitch, one number for all or one for each. A piece that has more or fewer is played to just fit; its
    last picture is the next one's first, so that the whole has one frame more than the sum.

    Raises:
        UnusableInputError: the numbers do not go with the pieces, or a piece cannot be read.
    """
    pieces = [Path(file.path) for file in request.files if file.role is Role.SOURCE_VIDEO]
    frames = [int(count) for count in request.extra.get("frames", [])]
    if not pieces or len(pieces) != len(frames) or min(frames) < 1:
        raise UnusableInputError(
            "Joining needs a length for each piece.", "Give as many as there are pieces."
        )
    overlaps = _overlaps(request.extra.get("overlap", 0), len(frames) - 1)
    encoding = encoding_of(request)
    total = sum(frames) + 1
    with FrameWriter(destination, encoding) as writer:
        for number, picture in enumerate(redrawn(joined(pieces, frames, encoding), frames, overlaps), 1):
            writer.write(picture)
            report(number / total, "joining")


def _overlaps(asked: Any, stitches: int) -> list[int]:
    each = list(asked) if isinstance(asked, list) else [asked] * stitches
    if len(each) != stitches:
        raise UnusableInputError("Joining needs one overlap, or one for each stitch.")
    return [int(count) for count in each]


def joined(pieces: list[Path], frames: list[int], encoding: Encoding) -> Iterator[Yuv]:
    """Play each piece over its frames, and the last one's last picture."""
    for number, (piece, count) in enumerate(zip(pieces, frames, strict=True)):
        facts = probe(piece)
        there = max(1, facts.frame_count or facts.rate.frame_at(facts.duration_seconds))
        is_last = number == len(pieces) - 1
        with ExitStack() as stack:
            reader = stack.enter_context(
                FrameReader(piece, rate=facts.rate, width=encoding.width, height=encoding.height)
            )
            retimer = Retimer(reader, there - 1, DisInterpolator())
            for frame in range(count + is_last):
                yield retimer.at(Fraction(frame * (there - 1), count)).copy()


def redrawn(pictures: Iterator[Yuv], frames: list[int], overlaps: list[int]) -> Iterator[Yuv]:
    """Draw the frames around each stitch anew, from the last good one before to the first good one after."""
    spans = {}
    stitch = 0
    for count, overlap in zip(frames, overlaps, strict=False):
        stitch += count
        half = min(overlap // 2, count - 1)
        if half:
            spans[stitch - half] = stitch + half
    held: list[Yuv] = []
    start = end = -1
    interpolator = DisInterpolator()
    for number, picture in enumerate(pictures):
        if number in spans:
            start, end = number, spans[number]
        if not start <= number <= end:
            yield picture
            continue
        held.append(picture)
        if number == end:
            yield from _drawn(held, interpolator)
            held, start, end = [], -1, -1
    yield from held


def _drawn(held: list[Yuv], interpolator: DisInterpolator) -> Iterator[Yuv]:
    first, last, steps = held[0], held[-1], len(held) - 1
    yield first
    for step in range(1, steps):
        yield interpolator.mid(first, last, step / steps)
    yield last
