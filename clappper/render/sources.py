"""What a painter needs besides the timeline: open readers, baked looks, titles. All of it bounded."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self

from clappper.base.units import FrameRate
from clappper.media.colour import ColourTransform, codes_of_hex
from clappper.media.decode import FrameReader, PictureReader, StillReader
from clappper.media.interpolate.dis import DisInterpolator
from clappper.media.interpolate.retime import Retimer
from clappper.media.matte.key import Cut
from clappper.media.picture import Yuv
from clappper.media.sniff import Family, sniff
from clappper.render.blend import Films
from clappper.render.canvas import Canvas
from clappper.render.cutouts import Cutouts, Place, run_up
from clappper.render.looks import LookPainter, colour_of
from clappper.timeline.model import (
    Clip,
    CutoutKind,
    Footage,
    Grade,
    Look,
    MediaKind,
    Solid,
    Take,
    Timeline,
    TrackKind,
)
from clappper.timeline.queries import source_frame

if TYPE_CHECKING:
    from clappper.render.overlays import TitlePainter

MAX_READERS = 4
"""Open files that are kept. Those the frame in hand needs stay open whatever their number."""

MAX_COLOURS = 4
MAX_OVERSAMPLING = 1.5


class Painted(NamedTuple):
    """A painted frame and what decided it; ``parts`` keeps alive what the key knows by identity only."""

    key: tuple[object, ...]
    picture: Yuv
    parts: tuple[object, ...]


class Lane(NamedTuple):
    """One open file; ``number`` tells readers apart that stand at different places of the same file."""

    path: str
    focus: tuple[float, float]
    size: tuple[int, int]
    rate: FrameRate
    number: int = 0


class InUse(NamedTuple):
    """A reader, and the frame and the clip that used it last."""

    reader: PictureReader
    frame: int
    clip_id: str


class Sources:
    """The files of a project, opened as they are needed. Not thread-safe: one painter, one ``Sources``.

    A file that several clips show is opened once; clips that show it in the same frame have a reader each.
    """

    def __init__(self, root: Path, *, max_readers: int = MAX_READERS) -> None:
        self.films = Films()
        self.cutouts = Cutouts()
        self._root = root
        self._max_readers = max_readers
        self._readers: OrderedDict[Lane, InUse] = OrderedDict()
        self._taken: dict[Lane, str] = {}
        self._retimers: dict[Lane, tuple[PictureReader, Retimer]] = {}
        self._colours: OrderedDict[Look, ColourTransform] = OrderedDict()
        self._solids: OrderedDict[tuple[str, Canvas], Yuv] = OrderedDict()
        self._look: tuple[tuple[Look, Canvas], LookPainter] | None = None
        self._titles: tuple[Timeline, tuple[object, ...], TitlePainter] | None = None
        self._damaged_frames = 0
        self.last_painted: Painted | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        while self._readers:
            self._close_oldest()
        self.last_painted = None

    @property
    def damaged_frames(self) -> int:
        """Count the pictures that could not be decoded so far and were replaced by the one before."""
        return self._damaged_frames + sum(one.reader.damaged_frames for one in self._readers.values())

    def picture(self, timeline: Timeline, clip: Clip, frame: int, canvas: Canvas) -> Yuv:
        """Give what a clip shows at a timeline frame, in the canvas's shape, ungraded.

        The clip holds footage or a plain colour. A still that is zoomed into comes larger than the canvas.
        The picture is not to be written to.

        Raises:
            UnusableInputError: the file cannot be read.
        """
        content = clip.content
        if isinstance(content, Solid):
            return self._plain(content.colour, canvas)
        assert isinstance(content, Footage)
        take = content.take
        size = _size(clip, take, canvas)
        lane = self._lane(Lane(take.path, take.focus, size, timeline.rate), clip.id)
        known = self._readers.get(lane)
        reader = known.reader if known else self._open(timeline, take, size)
        self._readers[lane] = InUse(reader, frame, clip.id)
        self._readers.move_to_end(lane)
        if clip.smooth and take.kind is MediaKind.VIDEO:
            return self._drawn_between(lane, reader, clip, frame)
        return self._read(reader, source_frame(clip, frame))

    def matte(self, timeline: Timeline, clip: Clip, frame: int, canvas: Canvas) -> Yuv | None:
        """Give the matte that a clip's cut-out names, at a timeline frame; None without one.

        Raises:
            UnusableInputError: the file cannot be read.
        """
        if clip.cutout is None or clip.cutout.kind is not CutoutKind.MATTE:
            return None
        assert isinstance(clip.content, Footage)
        take = replace(clip.content.take, path=clip.cutout.matte, kind=self._kind(clip.cutout.matte))
        twin = replace(clip, id=f"{clip.id}/matte", content=Footage((take,)), cutout=None, smooth=False)
        return self.picture(timeline, twin, frame, canvas)

    def cut(self, timeline: Timeline, clip: Clip, frame: int, canvas: Canvas) -> Cut | None:
        """Cut out what a clip shows at a timeline frame; None for a clip that is shown whole.

        Raises:
            UnusableInputError: a file cannot be read.
        """
        cutout = clip.cutout
        if cutout is None or not isinstance(clip.content, Footage):
            return None
        known, take = self.cutouts, clip.content.take

        def place(at: int) -> Place:
            moment = clip.position_at(at) if clip.smooth else source_frame(clip, at)
            return take.path, take.focus, canvas, moment

        def cut(at: int) -> Cut:
            def read() -> tuple[Yuv, Yuv | None]:
                matte = self.matte(timeline, clip, at, canvas)
                return self.picture(timeline, clip, at, canvas), matte

            return known.cut(cutout, place(at), read)

        if cutout.steady <= 0 or cutout.kind is CutoutKind.MATTE:
            return cut(frame)
        return known.steadied(
            cutout, place(frame), lambda: [cut(at) for at in (*run_up(place, frame), frame)]
        )

    def _kind(self, path: str) -> MediaKind:
        is_clip = sniff(self._root / path).family is Family.STREAM
        return MediaKind.VIDEO if is_clip else MediaKind.STILL

    def _drawn_between(self, lane: Lane, reader: PictureReader, clip: Clip, frame: int) -> Yuv:
        """Draw the picture at an exact place of the source, from those before and after it."""
        assert isinstance(clip.content, Footage)
        known = self._retimers.get(lane)
        last = max(0, clip.content.take.available.end - 1)
        if known is None or known[0] is not reader:
            known = self._retimers[lane] = reader, Retimer(reader, last, DisInterpolator())
        return known[1].at(clip.position_at(frame))

    def close_unused(self, frame: int) -> None:
        """End a frame: close what was used longest ago, but nothing that ``frame`` has used."""
        self._taken.clear()
        while len(self._readers) > self._max_readers and next(iter(self._readers.values())).frame != frame:
            self._close_oldest()

    def colour(self, grade: Grade) -> ColourTransform:
        """Give a clip's own grade, baked."""
        return self._baked(Look(grade=grade))

    def look(self, look: Look, canvas: Canvas) -> LookPainter:
        if self._look is None or self._look[0] != (look, canvas):
            baked = self._baked(Look(look.lut, look.lut_strength, look.grade))
            self._look = ((look, canvas), LookPainter(look, self._root, canvas, baked))
        return self._look[1]

    def _baked(self, look: Look) -> ColourTransform:
        """Give grade and LUT of a look; a few are kept, since baking takes as long as many frames."""
        if look not in self._colours:
            self._colours[look] = colour_of(look, self._root)
            if len(self._colours) > MAX_COLOURS:
                self._colours.popitem(last=False)
        self._colours.move_to_end(look)
        return self._colours[look]

    def titles(self, timeline: Timeline, canvas: Canvas) -> TitlePainter:
        from clappper.render.overlays import TitlePainter

        known = self._titles
        if known is None or known[0] is not timeline or known[1][-1] != canvas:
            key = (*_deciding_titles(timeline), canvas)
            painter = known[2] if known and known[1] == key else TitlePainter(timeline, self._root, canvas)
            known = self._titles = (timeline, key, painter)
        return known[2]

    def _plain(self, colour: str, canvas: Canvas) -> Yuv:
        if (colour, canvas) not in self._solids:
            picture = self._solids[colour, canvas] = Yuv.empty(canvas.width, canvas.height)
            for plane, code in zip(picture.planes, codes_of_hex(colour), strict=True):
                plane.fill(code)
            if len(self._solids) > MAX_COLOURS:
                self._solids.popitem(last=False)
        return self._solids[colour, canvas]

    def _lane(self, first: Lane, clip_id: str) -> Lane:
        """Choose a reader for a clip: its own, or one that no other clip has taken in this frame."""
        lanes = [lane for lane in self._readers if lane[:-1] == first[:-1]]
        free = [lane for lane in lanes if self._taken.get(lane, clip_id) == clip_id]
        own = [lane for lane in free if self._readers[lane].clip_id == clip_id]
        unused = first._replace(number=1 + max((lane.number for lane in lanes), default=-1))
        lane = next(iter((*own, *free)), unused)
        self._taken[lane] = clip_id
        return lane

    def _read(self, reader: PictureReader, frame: int) -> Yuv:
        return reader.at(frame)

    def _open(self, timeline: Timeline, take: Take, size: tuple[int, int]) -> PictureReader:
        path, (width, height) = self._root / take.path, size
        if take.kind is MediaKind.STILL:
            background = timeline.branding.colours[0] if timeline.branding.colours else "#000000"
            return StillReader(path, width=width, height=height, focus=take.focus, background=background)
        return FrameReader(path, rate=timeline.rate, width=width, height=height, focus=take.focus)

    def _close_oldest(self) -> None:
        lane, oldest = self._readers.popitem(last=False)
        self._retimers.pop(lane, None)
        self._damaged_frames += oldest.reader.damaged_frames
        oldest.reader.close()


def _size(clip: Clip, take: Take, canvas: Canvas) -> tuple[int, int]:
    """Give the size to read at: a still is read as large as the clip's strongest zoom can use."""
    if take.kind is not MediaKind.STILL or not clip.motion.scale:
        return canvas.width, canvas.height
    zoom = min(max(1.0, *(keyframe.value for keyframe in clip.motion.scale)), MAX_OVERSAMPLING)
    return round(canvas.width * zoom / 2) * 2, round(canvas.height * zoom / 2) * 2


def _deciding_titles(timeline: Timeline) -> tuple[object, ...]:
    """Give all that the titles' places and colours follow from: other edits leave them as they are."""
    overlays = tuple(track for track in timeline.tracks if track.kind is TrackKind.OVERLAY)
    grounds = tuple(
        (clip.placed, clip.content.colour if isinstance(clip.content, Solid) else "")
        for track in timeline.tracks
        if track.kind is TrackKind.VIDEO and not track.muted
        for clip in track.clips
    )
    plain = any(colour for _, colour in grounds)
    return overlays, grounds if plain else (), timeline.branding, timeline.rate, timeline.length_frames
