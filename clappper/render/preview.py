"""Pictures for the viewer: the export's compositor at the size of the window, and never a refusal.

What export refuses to write, a preview shows as a labelled picture in the place of what is missing, so that
the rest of the edit can go on.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from clappper.base.errors import ClappperError
from clappper.base.paths import resource
from clappper.media.conform import yuv_of
from clappper.media.decode import FrameReader, PictureReader
from clappper.media.picture import Yuv
from clappper.media.screen import BYTES_PER_PIXEL, Screen
from clappper.media.still import load_rgba
from clappper.render.canvas import Canvas
from clappper.render.compose import paint
from clappper.render.looks import LookPainter
from clappper.render.overlays import TitlePainter
from clappper.render.sources import Sources
from clappper.render.view import View
from clappper.timeline.model import Clip, Look, MediaKind, Take, Timeline, Title

PREVIEW_READERS = 6
KEPT_BYTES = 64_000_000
"""Decoded pictures kept of each open file, for steps back."""

MOST_THREADS = 4
"""Decoding at once in each open file: each has pictures of its own in memory."""

ROUGH_PIXELS = 4_500_000
"""Decoded on the way to a frame without a rough answer first: two pictures in HD, eight of a proxy."""

LONGEST_LABEL = 60
NO_PROXIES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Preview:
    """A picture in BGRA, shape (height, width, 4), and what could not be shown, one sentence each.

    ``exact`` is False for a first answer that stands in for a frame still to be decoded.
    """

    pixels: NDArray[np.uint8]
    exact: bool
    problems: tuple[str, ...]


class Previewer:
    """Paints views of edits of one project. ``between`` may raise to give up a picture nobody waits for."""

    def __init__(self, root: Path, *, between: Callable[[], None] = lambda: None) -> None:
        self._sources = {
            (originals, side): PreviewSources(root, between, originals=originals)
            for originals in (False, True)
            for side in range(2)
        }
        self._screen = Screen()
        self.proxies = NO_PROXIES

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        for sources in self._sources.values():
            sources.close()

    def show(self, timeline: Timeline, frame: int, view: View, *, rough: bool = True) -> Iterator[Preview]:
        """Give the exact frame; before it, where that takes long and ``rough`` allows it, one on the way."""
        first = self._painted(timeline, frame, view, work=ROUGH_PIXELS if rough else None)
        yield first
        if not first.exact:
            yield self._painted(timeline, frame, view)

    def picture(self, timeline: Timeline, frame: int, view: View) -> Preview:
        """Give the exact frame."""
        return self._painted(timeline, frame, view)

    def _painted(self, timeline: Timeline, frame: int, view: View, work: int | None = None) -> Preview:
        canvas = view.canvas
        edits = [timeline, *([view.wipe.timeline] if view.wipe else [])]
        used = [self._sources[not view.proxies, side] for side in range(len(edits))]
        for sources in used:
            sources.begin(self.proxies, work)
        pictures = [own.painted(edit, frame, canvas) for edit, own in zip(edits, used, strict=True)]
        whole = pictures[0] if view.wipe is None else _wiped(pictures[0], pictures[1], view.wipe.position)
        pixels = np.empty((canvas.height, canvas.width, BYTES_PER_PIXEL), np.uint8)
        self._screen.show(whole, pixels)
        problems = dict.fromkeys(problem for sources in used for problem in sources.problems)
        return Preview(pixels, all(sources.exact for sources in used), tuple(problems))


def _wiped(left: Yuv, right: Yuv, position: float) -> Yuv:
    edge = round(min(max(position, 0.0), 1.0) * left.width / 2) * 2
    whole = left.copy()
    if edge < left.width:
        kept = left.width - edge
        whole.part(edge, 0, kept, left.height).fill(right.part(edge, 0, kept, left.height))
    return whole


class PreviewSources(Sources):
    """Sources that replace what cannot be read by something that says so.

    They read the files themselves (``originals``) or their proxies; where one is missing, the other.
    """

    def __init__(self, root: Path, between: Callable[[], None], *, originals: bool) -> None:
        super().__init__(root, max_readers=PREVIEW_READERS)
        self._between = between
        self._originals = originals
        self._missed: dict[str, Path] = {}
        self._opened_as: dict[str, tuple[Path, object]] = {}
        self._proxies = NO_PROXIES
        self._work: int | None = None
        self._bare: tuple[Look, str] | None = None
        self._untitled: tuple[Timeline, str, Timeline] | None = None
        self.problems: list[str] = []
        self.exact = True

    def begin(self, proxies: Mapping[str, str], work: int | None) -> None:
        """Start a frame: ``proxies`` by file, and how many pixels may be decoded; None for all it takes."""
        old, self._proxies, self._work = self._proxies, proxies, work
        self.problems, self.exact = [], True
        self._taken.clear()
        for lane, used in tuple(self._readers.items()):
            changed = old is not proxies and old.get(lane.path) != proxies.get(lane.path)
            if changed or self._is_outdated(lane.path):
                del self._readers[lane]
                used.reader.close()

    def painted(self, timeline: Timeline, frame: int, canvas: Canvas) -> Yuv:
        """Paint a frame; where that cannot be done at all, say so on a plate."""
        try:
            return paint(timeline, frame, canvas, self)
        except ClappperError as problem:
            self.problems.append(problem.message)
            return placeholder(timeline.name, problem.message, (canvas.width, canvas.height))

    def look(self, look: Look, canvas: Canvas) -> LookPainter:
        if self._bare is not None and self._bare[0] == look:
            self.problems.append(self._bare[1])
            return super().look(replace(look, lut=""), canvas)
        try:
            return super().look(look, canvas)
        except ClappperError as problem:
            self._bare = (look, problem.message)
            return self.look(look, canvas)

    def titles(self, timeline: Timeline, canvas: Canvas) -> TitlePainter:
        if self._untitled is not None and self._untitled[0] is timeline:
            self.problems.append(self._untitled[1])
            return super().titles(self._untitled[2], canvas)
        try:
            return super().titles(timeline, canvas)
        except ClappperError as problem:
            self._untitled = (timeline, problem.message, _in_plain_type(timeline, self._root))
            return self.titles(timeline, canvas)

    def _read(self, reader: PictureReader, frame: int) -> Yuv:
        if isinstance(reader, Placeholder):
            self.problems.append(reader.problem)
        if self._work is None:
            return reader.at(frame)
        picture, there = reader.near(frame, self._work)
        self.exact = self.exact and there
        return picture

    def _is_outdated(self, path: str) -> bool:
        """Tell whether the file that was missed has come, or the one that is open is another one now."""
        if path in self._missed and self._missed[path].is_file():
            return True
        file, state = self._opened_as[path]
        return _state_of(file) != state

    def _open(self, timeline: Timeline, take: Take, size: tuple[int, int]) -> PictureReader:
        original, proxy = self._root / take.path, self._root / self._proxies.get(take.path, take.path)
        wanted, other = (original, proxy) if self._originals else (proxy, original)
        self._missed.pop(take.path, None)
        if not wanted.is_file() and other.is_file():
            self._missed[take.path] = wanted
            return self._opened(timeline, take, other, size)
        return self._opened(timeline, take, wanted, size)

    def _opened(self, timeline: Timeline, take: Take, path: Path, size: tuple[int, int]) -> PictureReader:
        self._opened_as[take.path] = path, _state_of(path)
        try:
            if take.kind is MediaKind.STILL:
                return super()._open(timeline, take, size)
            return FrameReader(
                path,
                rate=timeline.rate,
                width=size[0],
                height=size[1],
                focus=take.focus,
                kept_bytes=KEPT_BYTES,
                threads=min(MOST_THREADS, os.cpu_count() or 1),
                between=self._between,
            )
        except ClappperError as problem:
            return Placeholder(path, problem.message, size)


def _in_plain_type(timeline: Timeline, root: Path) -> Timeline:
    """Leave out the logos that are missing, and take the built-in font."""
    tracks = tuple(
        replace(track, clips=tuple(clip for clip in track.clips if _can_be_drawn(clip, root)))
        for track in timeline.tracks
    )
    return replace(timeline, tracks=tracks, branding=replace(timeline.branding, font=""))


def _can_be_drawn(clip: Clip, root: Path) -> bool:
    if not isinstance(clip.content, Title) or not clip.content.image:
        return True
    try:
        load_rgba(root / clip.content.image, width=16)
    except ClappperError:
        return False
    return True


@dataclass(slots=True)
class Placeholder:
    """Stands in for a file that cannot be read: the same labelled picture for every frame."""

    path: Path
    problem: str
    size: tuple[int, int]
    damaged_frames: int = 0

    def at(self, frame: int) -> Yuv:  # noqa: ARG002 - the shape of a reader
        return placeholder(self.path.name, self.problem, self.size)

    def near(self, frame: int, pixels: int) -> tuple[Yuv, bool]:  # noqa: ARG002 - the shape of a reader
        return self.at(frame), True

    def close(self) -> None:
        """Hold nothing open."""


def _state_of(path: Path) -> object:
    """Tell one state of a file from another; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=16)
def placeholder(name: str, problem: str, size: tuple[int, int]) -> Yuv:
    """Draw a dark plate with a file's name and what is the matter with it."""
    from PIL import Image, ImageDraw, ImageFont

    width, height = size
    unit = max(8, min(width, height) // 18)
    plate = Image.new("RGB", size, "#26262b")
    pen = ImageDraw.Draw(plate)
    for start in range(-height, width, unit * 2):
        pen.line([(start, height), (start + height, 0)], fill="#2e2e34", width=max(1, unit // 2))
    pen.rectangle([0, 0, width - 1, height - 1], outline="#d9a441", width=max(1, unit // 6))
    large = ImageFont.truetype(str(resource("fonts", "Inter.ttf")), unit)
    small = ImageFont.truetype(str(resource("fonts", "Inter.ttf")), max(6, unit * 2 // 3))
    middle = (width / 2, height / 2)
    pen.text(middle, _shortened(name, width, large), "#f2f2f2", font=large, anchor="md")
    pen.text(middle, _shortened(problem, width, small), "#d9a441", font=small, anchor="ma")
    return yuv_of(np.asarray(plate))


def _shortened(text: str, width: int, font: object) -> str:
    from PIL import ImageFont

    assert isinstance(font, ImageFont.FreeTypeFont)
    shown = text[:LONGEST_LABEL]
    while len(shown) > 4 and font.getlength(shown) > width * 0.92:
        shown = shown[:-2].rstrip("…") + "…"
    return shown
