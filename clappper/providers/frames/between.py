"""A clip through given pictures: the frames between neighbouring ones are interpolated."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from clappper.base.errors import UnusableInputError
from clappper.base.paths import AppPaths
from clappper.media.cuts import CutFinder
from clappper.media.decode import StillReader
from clappper.media.encode import FrameWriter
from clappper.media.interpolate.backends import Backend, choose
from clappper.media.interpolate.warp import Interpolator
from clappper.media.models import ModelStore
from clappper.media.picture import Yuv
from clappper.providers.child import Report
from clappper.providers.contract import GenRequest, InputFile, Role
from clappper.providers.frames.film import encoding_of, length_of


@dataclass(frozen=True, slots=True)
class Stop:
    """A picture the clip goes through, at a frame of the clip."""

    frame: int
    picture: Yuv


def make(request: GenRequest, destination: Path, report: Report) -> None:
    """Write a clip from the first frame over any keyframes to the last frame.

    Raises:
        UnusableInputError: there are not two pictures, or one cannot be read.
    """
    report(0.0, "reading")
    encoding = encoding_of(request)
    stops = read_stops(request)
    backend = Backend(str(request.extra.get("backend", Backend.AUTO)))
    interpolator = choose(ModelStore.open(AppPaths.of_user().models), backend)
    length = length_of(request)
    with FrameWriter(destination, encoding) as writer:
        for number, picture in enumerate(drawn(stops, length, interpolator), 1):
            writer.write(picture)
            report(number / length, "drawing between")


def read_stops(request: GenRequest) -> list[Stop]:
    """Read the pictures of a request and set each at its frame."""
    last = length_of(request) - 1
    placed = {_frame(file, request, last): file for file in request.files if file.role in _PLACED}
    if len(placed) < 2:
        raise UnusableInputError(
            "Drawing between pictures needs a first and a last one.", "Give two pictures."
        )
    size = encoding_of(request)
    return [
        Stop(frame, StillReader(Path(file.path), width=size.width, height=size.height).at(0))
        for frame, file in sorted(placed.items())
    ]


_PLACED = frozenset({Role.FIRST_FRAME, Role.KEYFRAME, Role.LAST_FRAME})


def _frame(file: InputFile, request: GenRequest, last: int) -> int:
    if file.role is Role.FIRST_FRAME:
        return 0
    if file.role is Role.LAST_FRAME or file.at_seconds is None:
        return last
    return min(max(round(file.at_seconds * request.fps), 0), last)


def drawn(stops: list[Stop], length: int, interpolator: Interpolator) -> Iterator[Yuv]:
    """Give ``length`` pictures; before the first stop and after the last one these are held.

    Two pictures that do not belong together are not mixed: each is held on its side of the middle.
    """
    frames = [stop.frame for stop in stops]
    finder = CutFinder()
    apart = [finder.between(one.picture.y, other.picture.y) for one, other in pairwise(stops)]
    for frame in range(length):
        at = bisect_right(frames, frame) - 1
        if at < 0 or at == len(stops) - 1 or frame == frames[at]:
            yield stops[max(at, 0)].picture
            continue
        one, other = stops[at], stops[at + 1]
        t = (frame - one.frame) / (other.frame - one.frame)
        if apart[at]:
            yield one.picture if t < 0.5 else other.picture
        else:
            yield interpolator.mid(one.picture, other.picture, t)
