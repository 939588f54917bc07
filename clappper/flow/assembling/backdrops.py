"""Looking at the footage behind every title, so that titles can choose their colours by it.

A small version of the footage is painted without titles, a few frames for each; what was seen is kept in
the timeline, so that every later export and check chooses alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clappper.base.units import FrameRange
from clappper.media.light import luminance
from clappper.media.picture import Yuv
from clappper.render.canvas import Canvas
from clappper.render.compose import paint
from clappper.render.layout import Box, lay_out
from clappper.render.sources import Sources
from clappper.timeline.model import Clip, Footage, Timeline, Title, Track, TrackKind

Lights = NDArray[np.float32]

SCALE = 1 / 8
"""Of the delivery canvas: letters are set on areas, not on pixels."""
SAMPLES = 5
OUTLIERS = 5
"""The per cent of the pixels left out at either end: sparkles and the product's edge decide nothing."""
MARGIN = 2
DIGITS = 4


def measure_backdrops(
    timeline: Timeline, root: Path, aspects: Sequence[str], proxies: Mapping[str, str] | None = None
) -> Timeline:
    """Give the timeline with what is behind each title in any of these aspects. ``root`` is its project.

    ``proxies`` names small copies of files by their paths, both in the project; without them this takes
    about as long as playing the footage once per aspect. It blocks.

    Raises:
        UnusableInputError: a file of the timeline cannot be used.
    """
    seen: dict[str, list[tuple[float, float]]] = {}
    bare = _with_backdrops(timeline, {})
    footage = _footage_of(bare, proxies or {})
    for aspect in aspects:
        canvas = Canvas.of(aspect, SCALE)
        boxes = {
            placed.clip.id: (placed.clip.placed, placed.box)
            for stack in lay_out(bare, root, canvas)
            for placed in stack.titles
        }
        with Sources(root) as sources:
            _look(footage, canvas, boxes, sources, seen)
    return _with_backdrops(bare, seen)


def _look(
    footage: Timeline,
    canvas: Canvas,
    boxes: Mapping[str, tuple[FrameRange, Box]],
    sources: Sources,
    seen: dict[str, list[tuple[float, float]]],
) -> None:
    """Add to ``seen`` what is behind each box; frames are painted in order, each only once."""
    frames = {clip_id: _samples(placed) for clip_id, (placed, _) in boxes.items()}
    for frame in sorted({frame for samples in frames.values() for frame in samples}):
        light = relative_luminance(paint(footage, frame, canvas, sources))
        for clip_id, (_, box) in boxes.items():
            if frame in frames[clip_id]:
                seen.setdefault(clip_id, []).append(_range_in(light, box))


def _samples(placed: FrameRange) -> tuple[int, ...]:
    """Choose frames spread over a title's time, its first and its last among them."""
    last = len(placed) - 1
    return tuple(dict.fromkeys(placed.start + round(last * at / (SAMPLES - 1)) for at in range(SAMPLES)))


def _range_in(light: Lights, box: Box) -> tuple[float, float]:
    rows = slice(max(0, int(box.top) - MARGIN), int(box.bottom) + MARGIN + 1)
    columns = slice(max(0, int(box.left) - MARGIN), int(box.right) + MARGIN + 1)
    dark, bright = np.percentile(light[rows, columns], (OUTLIERS, 100 - OUTLIERS))
    return float(dark), float(bright)


def relative_luminance(picture: Yuv) -> Lights:
    """Give WCAG 2.2's relative luminance, 0..1, shape (height, width), of BT.709 in limited range."""
    luma = (picture.y.astype(np.float32) - 16) / 219
    blue, red = (
        np.repeat(np.repeat((plane.astype(np.float32) - 128) / 224, 2, axis=0), 2, axis=1)
        for plane in (picture.u, picture.v)
    )
    channels = luma + 1.5748 * red, luma - 0.1873 * blue - 0.4681 * red, luma + 1.8556 * blue
    value: NDArray[np.float32] = np.clip(np.stack(channels, axis=2), 0, 1)
    return luminance(value)


def _footage_of(timeline: Timeline, proxies: Mapping[str, str]) -> Timeline:
    """Leave out the titles and show files by their proxies."""

    def shown(clip: Clip) -> Clip:
        if not isinstance(clip.content, Footage):
            return clip
        takes = (replace(take, path=proxies.get(take.path, take.path)) for take in clip.content.takes)
        return replace(clip, content=replace(clip.content, takes=tuple(takes)))

    tracks = (
        replace(track, clips=tuple(shown(c) for c in track.clips if not isinstance(c.content, Title)))
        for track in timeline.tracks
    )
    return replace(timeline, tracks=tuple(tracks))


def _with_backdrops(timeline: Timeline, seen: Mapping[str, Iterable[tuple[float, float]]]) -> Timeline:
    """Write down what is behind every title; what was not seen is not known."""

    def told(track: Track) -> Track:
        clips = tuple(
            replace(clip, content=replace(clip.content, backdrop=_joined(seen.get(clip.id))))
            if isinstance(clip.content, Title)
            else clip
            for clip in track.clips
        )
        return replace(track, clips=clips)

    tracks = (told(track) if track.kind is TrackKind.OVERLAY else track for track in timeline.tracks)
    return replace(timeline, tracks=tuple(tracks))


def _joined(ranges: Iterable[tuple[float, float]] | None) -> tuple[float, float] | None:
    pairs = list(ranges or ())
    if not pairs:
        return None
    return round(min(dark for dark, _ in pairs), DIGITS), round(max(light for _, light in pairs), DIGITS)
