"""Overlays: the titles of a timeline as picture layers, frame by frame.

A title is drawn once, when it is first seen. From then on frames only say where its pictures stand and how
opaque they are, so the compositor can keep what it made of each picture.
"""

from __future__ import annotations

import logging
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clappper.render.animation import (
    ENTER_SECONDS,
    LEAVE_SECONDS,
    SETTLED,
    STAGGER_SECONDS,
    Entrance,
    Pose,
    entrance,
    pose,
)
from clappper.render.canvas import Canvas
from clappper.render.captions import Voice, highlight_colour
from clappper.render.fonts import FontStack
from clappper.render.layout import PlacedTitle, Stack, fonts_of, lay_out
from clappper.render.lettering import Emblem, Lettering, Part, draw, draw_caption, draw_logo
from clappper.render.rasters import Rgba, reduced
from clappper.render.regions import title_clips
from clappper.render.scrims import Scrim, scrim_for
from clappper.timeline.captions import word_starts
from clappper.timeline.keyframes import value_at
from clappper.timeline.model import Highlight, Motion, Timeline, TitleRole

log = logging.getLogger(__name__)

SCALE_STEPS = 64
KINETIC = frozenset({TitleRole.HEADLINE, TitleRole.TEXT, TitleRole.PRICE})
"""Roles whose lines come up from behind their own baseline when they rise."""
HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Layer:
    """A picture over the frame: ``rgba`` has shape (height, width, 4), straight alpha; ``opacity`` 0..1.

    ``x`` and ``y`` are the pixel of its corner and may lie outside the canvas. While only ``x``, ``y`` and
    ``opacity`` change, ``rgba`` is the same object, and it lives as long as its painter.
    """

    x: int
    y: int
    rgba: Rgba
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class UnfitTitle:
    """A title that cannot be shown as it should.

    ``field`` is the brief's path it is bound to; ``longest`` is the beginning of it that would fit, empty
    when length is not the trouble; ``reason`` is one sentence.
    """

    field: str
    text: str
    longest: str
    reason: str


def unfit_titles(timeline: Timeline, canvas: Canvas, root: Path = Path()) -> tuple[UnfitTitle, ...]:
    """Find the titles that are too long for their place on this canvas, or have characters no font has."""
    return _all_unfit(lay_out(timeline, root, canvas), timeline, fonts_of(timeline, root), canvas.aspect)


def _all_unfit(
    stacks: tuple[Stack, ...], timeline: Timeline, fonts: FontStack, aspect: str
) -> tuple[UnfitTitle, ...]:
    placed = (title for stack in stacks for title in stack.titles)
    unfit = [found for title in placed if (found := _unfit(title, aspect))]
    for seen in title_clips(timeline):
        if missing := fonts.missing(seen.title.text):
            named = ", ".join(f"{char} ({unicodedata.name(char, 'unnamed').lower()})" for char in missing)
            reason = f"No font has a glyph for {named}."
            unfit.append(UnfitTitle(seen.title.field, seen.title.text, "", reason))
    return tuple(dict.fromkeys(unfit))


def _unfit(placed: PlacedTitle, aspect: str) -> UnfitTitle | None:
    setting, title = placed.setting, placed.title
    if isinstance(setting, Lettering) and not setting.fit.fits:
        reason = f"The {title.role} is too long for {aspect}, even at its smallest size."
        return UnfitTitle(title.field, title.text, setting.fit.longest, reason)
    if placed.crowded and isinstance(setting, Lettering):
        reason = f"Too many titles share one place in {aspect}: the {title.role} gets too small to read."
        return UnfitTitle(title.field, title.text, "", reason)
    return None


class TitlePainter:
    """Draws the titles of one timeline for one canvas. ``root`` is the project folder.

    Raises:
        UnusableInputError: the brand's font, a logo or an animation's name cannot be used.
    """

    def __init__(self, timeline: Timeline, root: Path, canvas: Canvas) -> None:
        self._stacks = lay_out(timeline, root, canvas)
        self._shows = tuple(
            _StackShow(stack, timeline, canvas) for stack in sorted(self._stacks, key=lambda s: s.frames)
        )
        for found in _all_unfit(self._stacks, timeline, fonts_of(timeline, root), canvas.aspect):
            log.info("title %r: %s", found.text, found.reason)

    def layers(self, frame: int) -> tuple[Layer, ...]:
        """Give the layers of a frame, bottom to top."""
        shows = [show for show in self._shows if frame in show.frames]
        scrims = [layer for show in shows for layer in show.scrim(frame)]
        titles = [layer for show in shows for layer in show.titles(frame)]
        return (*scrims, *titles)


class _StackShow:
    """One stack over time: its scrim, which comes with its first title, and its titles."""

    def __init__(self, stack: Stack, timeline: Timeline, canvas: Canvas) -> None:
        self.frames = stack.frames
        self._shows = tuple(_TitleShow(placed, stack, timeline, canvas) for placed in stack.titles)
        self._wanted: Scrim | None = scrim_for(stack, canvas)
        self._layers: dict[float, tuple[Layer, ...]] = {}

    def scrim(self, frame: int) -> tuple[Layer, ...]:
        if self._wanted is None:
            return ()
        opacity = round(max(show.presence(frame) for show in self._shows), 3)
        if opacity <= 0.0:
            return ()
        if opacity not in self._layers:
            full = self._layers.get(1.0)
            rgba = full[0].rgba if full else self._wanted.draw()
            self._layers[1.0] = (Layer(self._wanted.x, self._wanted.y, rgba),)
            self._layers[opacity] = (Layer(self._wanted.x, self._wanted.y, rgba, opacity),)
        return self._layers[opacity]

    def titles(self, frame: int) -> Iterator[Layer]:
        for show in self._shows:
            if frame in show.frames:
                yield from show.layers(frame)


class _TitleShow:
    """One title over time."""

    def __init__(self, placed: PlacedTitle, stack: Stack, timeline: Timeline, canvas: Canvas) -> None:
        self.frames = placed.clip.placed
        self._placed, self._stack, self._canvas = placed, stack, canvas
        title, rate = placed.title, timeline.rate
        self._enter = _for_role(entrance(title.enter), title.role)
        stays = title.leave == HOLD or self.frames.end >= timeline.length_frames
        self._leave = Entrance.CUT if stays else _for_role(entrance(title.leave), title.role)
        third = max(1, len(self.frames) // 3)
        self._enter_frames = min(third, rate.frame_at(ENTER_SECONDS))
        self._leave_frames = min(third, rate.frame_at(LEAVE_SECONDS))
        before = [other for other in stack.titles if other.clip.placed.start == self.frames.start]
        order = next(at for at, other in enumerate(before) if other.clip.id == placed.clip.id)
        self._stagger = rate.frame_at(STAGGER_SECONDS)
        self._delay = min(order * self._stagger, third)
        self._still = placed.clip.motion == Motion()
        self._said = self._word_starts(timeline)
        self._colour = highlight_colour(title.look or timeline.captions, timeline.branding)
        self._drawn_parts: dict[int, tuple[Part, ...]] = {}
        self._spoken = -1
        self._parts: tuple[Part, ...] = ()
        self._settled: tuple[Layer, ...] = ()
        self._cut_pictures: dict[tuple[int, int, str, int], Rgba] = {}

    def _word_starts(self, timeline: Timeline) -> tuple[int, ...]:
        """Give the frames at which a caption changes, where the word being said stands out."""
        title = self._placed.title
        look = title.look or timeline.captions
        if title.role is not TitleRole.CAPTION or look.highlight is Highlight.NONE:
            return ()
        return word_starts(title, len(self.frames))

    def presence(self, frame: int) -> float:
        """Say how far the title has come in, or is still there, 0..1."""
        if frame not in self.frames:
            return 0.0
        entered = 1.0 if self._enter is Entrance.CUT else self._entered(frame, 0)
        left = 1.0 if self._leave is Entrance.CUT else (self.frames.end - frame) / (self._leave_frames + 1)
        return max(0.0, min(1.0, entered, left))

    def layers(self, frame: int) -> tuple[Layer, ...]:
        spoken = bisect_right(self._said, frame - self.frames.start) - 1
        if not self._parts or spoken != self._spoken:
            self._show(spoken)
        lines = len(self._parts) - 1
        settled_from = self.frames.start + self._delay + self._enter_frames + lines * self._stagger
        settled_to = self.frames.end - (0 if self._leave is Entrance.CUT else self._leave_frames + 1)
        if self._still and settled_from <= frame < settled_to:
            return self._settled
        return tuple(layer for at in range(len(self._parts)) for layer in self._moving(at, frame))

    def _show(self, spoken: int) -> None:
        if spoken not in self._drawn_parts:
            self._drawn_parts[spoken] = self._drawn(spoken)
        self._spoken, self._parts = spoken, self._drawn_parts[spoken]
        x, y = self._placed.x, self._placed.y
        self._settled = tuple(Layer(x + part.x, y + part.y, part.picture) for part in self._parts)

    def _drawn(self, spoken: int) -> tuple[Part, ...]:
        setting, shaded = self._placed.setting, not self._stack.ground
        if isinstance(setting, Emblem):
            return draw_logo(setting, shaded=shaded)
        if setting.look is not None:
            voice = Voice(setting.look, spoken, self._colour)
            return draw_caption(setting, voice, centred=self._placed.centred)
        return draw(setting, self._stack.inks, centred=self._placed.centred, shaded=shaded)

    def _entered(self, frame: int, line: int) -> float:
        return (frame - self.frames.start - self._delay - line * self._stagger + 1) / (self._enter_frames + 1)

    def _moving(self, at: int, frame: int) -> Iterator[Layer]:
        part = self._parts[at]
        if part.is_shadow:
            shown = Pose(opacity=min(1.0, max(0.0, self.presence(frame))) ** 2)
        else:
            shown = self._pose(at - sum(other.is_shadow for other in self._parts[:at]), frame)
        opacity = shown.opacity * value_at(self._placed.clip.motion.opacity, frame - self.frames.start, 1.0)
        if opacity <= 0.0:
            return
        layer = self._posed(at, part, shown, frame - self.frames.start, min(opacity, 1.0))
        if layer.rgba.size:
            yield layer

    def _pose(self, line: int, frame: int) -> Pose:
        entering = (
            pose(self._enter, self._entered(frame, line)) if self._enter is not Entrance.CUT else SETTLED
        )
        if entering != SETTLED or self._leave is Entrance.CUT:
            return entering
        return pose(self._leave, (self.frames.end - frame) / (self._leave_frames + 1))

    def _posed(self, at: int, part: Part, shown: Pose, local: int, opacity: float) -> Layer:
        motion, em = self._placed.clip.motion, self._placed.setting.em
        ahead = -1 if self._stack.right_to_left else 1
        scale = shown.scale * value_at(motion.scale, local, 1.0)
        x = (
            self._placed.x
            + part.x
            + ahead * shown.dx * em
            + value_at(motion.x, local, 0.0) * self._canvas.width
        )
        y = self._placed.y + part.y + shown.dy * em + value_at(motion.y, local, 0.0) * self._canvas.height
        picture = part.picture
        if shown.risen < 1.0:
            rows = round(picture.shape[0] * shown.risen)
            y += picture.shape[0] - rows
            picture = self._cut(at, "rows", rows)
        elif shown.wiped < 1.0:
            columns = round(picture.shape[1] * shown.wiped)
            x += picture.shape[1] - columns if self._stack.right_to_left else 0
            picture = self._cut(at, "columns", columns)
        step = round(scale * SCALE_STEPS)
        if step != SCALE_STEPS:
            picture = self._cut(at, "scale", step)
            box = self._placed.box
            grown = step / SCALE_STEPS - 1.0
            x += ((self._placed.x + part.x) - (box.left + box.right) / 2) * grown
            y += ((self._placed.y + part.y) - (box.top + box.bottom) / 2) * grown
        return Layer(round(x), round(y), picture, opacity)

    def _cut(self, at: int, how: str, amount: int) -> Rgba:
        """Give a part's picture cut or scaled; kept, so that the same frame has the same object again."""
        key = (self._spoken, at, how, amount)
        if key not in self._cut_pictures:
            self._cut_pictures[key] = self._made(self._parts[at].picture, how, amount)
        return self._cut_pictures[key]

    def _made(self, picture: Rgba, how: str, amount: int) -> Rgba:
        if how == "rows":
            return picture[:amount]
        if how == "columns":
            part = (
                picture[:, picture.shape[1] - amount :] if self._stack.right_to_left else picture[:, :amount]
            )
            return np.ascontiguousarray(part)
        height, width = (max(1, round(side * amount / SCALE_STEPS)) for side in picture.shape[:2])
        return reduced(picture, width, height)


def _for_role(kind: Entrance, role: TitleRole) -> Entrance:
    """Choose how a role rises: lines of large type are uncovered, a button pops."""
    if kind is not Entrance.RISE:
        return kind
    return Entrance.REVEAL if role in KINETIC else Entrance.POP if role is TitleRole.BUTTON else kind
