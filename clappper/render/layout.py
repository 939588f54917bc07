"""Layout: where every title of a timeline stands on one canvas, for all its frames at once.

Titles that share a region and are ever seen together form a stack. Its rows are in reading order, a title
keeps its place for as long as it is seen, and two titles of one role that follow each other share a row.
Stacks keep clear of each other, of the title-safe margins and of the platform's interface.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from clappper.base.units import FrameRange
from clappper.render.aspects import safe_zone
from clappper.render.canvas import Canvas
from clappper.render.contrast import NOTICEABLE, READABLE, READABLE_LARGE, Inks, Range
from clappper.render.fonts import FontShelf, FontStack
from clappper.render.lettering import TAG_PADDING, Emblem, Lettering, has_plate
from clappper.render.regions import (
    CENTRED,
    LOWER,
    UPPER,
    Region,
    TitleClip,
    by_region,
    card_groups,
    ground_of,
    seen_together,
    title_clips,
)
from clappper.render.rows import BETWEEN_COLUMNS, LEADS, Row, RowSetter, height_of
from clappper.render.shaping import is_right_to_left
from clappper.render.tones import HEAVY, Need, Veil, inks_over, joined, tag_inks, text_over, veil_under
from clappper.render.typography import READING_ORDER
from clappper.timeline.model import CaptionPlace, Clip, Timeline, Title, TitlePosition, TitleRole

DECIDING = (*LEADS, *(role for role in READING_ORDER if role not in LEADS))
SHORT_SIDE = 1080
BETWEEN_STACKS = 36
LARGE_SIZE = 52
"""From this size on bold text is large: a canvas of 1080 is seen 390 wide, where it is WCAG's 18.7 px."""
WORDS_FROM = {"9:16": 0.455, "4:5": 0.43}
WORDS_FROM_ELSEWHERE = 0.41
"""Where an end card's words begin, as a fraction of the height: the product stands above them."""
HIGH_LOGO_FROM = 0.12
DOWN = {CaptionPlace.BOTTOM: 1.0, CaptionPlace.MIDDLE: 0.6, CaptionPlace.TOP: 0.0}
"""How far down their room captions stand."""


@dataclass(frozen=True, slots=True)
class Box:
    """Pixels; right and bottom are just outside."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def overlaps(self, other: Box) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True, slots=True)
class PlacedTitle:
    """A title in its final size and place; ``x`` and ``y`` are whole pixels."""

    clip: Clip
    title: Title
    setting: Lettering | Emblem
    x: int
    y: int
    centred: bool
    crowded: bool = False

    @property
    def box(self) -> Box:
        return Box(self.x, self.y, self.x + self.setting.width, self.y + self.setting.height)


@dataclass(frozen=True, slots=True)
class Stack:
    """Titles laid out together.

    ``ground`` is the plain colour under them, empty for footage; ``veil`` is what the footage needs over it,
    ``None`` where it is not known.
    """

    region: Region
    titles: tuple[PlacedTitle, ...]
    frames: FrameRange
    ground: str
    inks: Inks
    right_to_left: bool
    veil: Veil | None = None

    @property
    def box(self) -> Box:
        boxes = [placed.box for placed in self.titles]
        return Box(
            min(box.left for box in boxes),
            min(box.top for box in boxes),
            max(box.right for box in boxes),
            max(box.bottom for box in boxes),
        )


def lay_out(timeline: Timeline, root: Path, canvas: Canvas) -> tuple[Stack, ...]:
    """Place every title of the timeline. ``root`` is the project folder.

    Raises:
        UnusableInputError: the brand's font or a logo cannot be read.
    """
    return _Layout(timeline, root, canvas).stacks()


def fonts_of(timeline: Timeline, root: Path) -> FontStack:
    """Load the fonts of a timeline's brand; ``root`` is the project folder."""
    return FontShelf().stack(timeline.branding.font, root)


class _Layout:
    def __init__(self, timeline: Timeline, root: Path, canvas: Canvas) -> None:
        self._timeline = timeline
        self._canvas = canvas
        self._unit = min(canvas.width, canvas.height) / SHORT_SIDE
        self._setter = RowSetter(fonts_of(timeline, root), root, canvas, self._unit, timeline.captions)
        self._safe = Box(*safe_zone(timeline.branding.platform, canvas.aspect).box(canvas))

    def stacks(self) -> tuple[Stack, ...]:
        laid: list[Stack] = []
        members = by_region(list(title_clips(self._timeline)))
        for region in Region:
            for together in seen_together(members.get(region, [])):
                laid.append(self._stack(region, together, laid))
        return tuple(self._toned(stack, laid) for stack in laid)

    def _stack(self, region: Region, members: list[TitleClip], laid: list[Stack]) -> Stack:
        frames = FrameRange(
            min(member.frames.start for member in members),
            max(member.frames.end for member in members),
        )
        ground = ground_of(self._timeline, frames)
        right_to_left = self._runs_from_right(region, members)
        beside = [stack for stack in laid if stack.frames.overlaps(frames)]
        centred = region in CENTRED or (region is Region.FOOT and self._meets_card(frames))
        room = self._room(region, beside, centred=centred)
        rows, words, crowded = self._rows(region, members, room, ground)
        from_right = (region is Region.CORNER) != right_to_left
        titles = tuple(
            replace(placed, crowded=crowded)
            for placed in self._placed(region, rows, (room, words), centred=centred, from_right=from_right)
        )
        inks = Inks.of(self._timeline.branding, ground)
        return Stack(region, titles, frames, ground, inks, right_to_left)

    def _rows(
        self, region: Region, members: list[TitleClip], room: Box, ground: str
    ) -> tuple[list[Row], Box, bool]:
        """Set the rows; an end card's words leave the product its place unless they would get too small."""
        if region is not Region.CARD:
            rows, crowded = self._setter.rows(region, members, (room.width, room.height), ground)
            return rows, room, crowded
        words = WORDS_FROM.get(self._canvas.aspect, WORDS_FROM_ELSEWHERE) * self._canvas.height
        lower = replace(room, top=max(room.top, min(words, room.bottom - 40 * self._unit)))
        rows, crowded = self._setter.rows(region, members, (room.width, lower.height), ground)
        if not crowded:
            return rows, lower, False
        if self._setter.has_high_logo(region, rows):
            below = self._logo_top(room) + rows[0].height + BETWEEN_STACKS * self._unit
            room = replace(room, top=min(below, lower.top))
        rows, crowded = self._setter.rows(region, members, (room.width, room.height), ground)
        return rows, room, crowded

    def _toned(self, stack: Stack, laid: list[Stack]) -> Stack:
        """Choose a stack's inks and veil by what is behind it; stacks of a group share the text's colour."""
        kin = [other for other in laid if other.frames.overlaps(stack.frames) and _share_group(stack, other)]
        own = self._needs(stack)
        theirs = [self._needs(other) for other in kin]
        if stack.ground or not own or any(needs is None for needs in theirs):
            return stack
        text = text_over(self._timeline.branding, [need for needs in theirs for need in needs or ()])
        veil = veil_under(text, own)
        if veil.opacity >= HEAVY and all(placed.title.role is TitleRole.PRICE for placed in stack.titles):
            tagged = tuple(_room_for_tag(placed, stack) for placed in stack.titles)
            inks, veil = tag_inks(self._timeline.branding), replace(veil, opacity=0.0)
            return replace(stack, titles=tagged, inks=inks, veil=veil)
        price, button = (_behind(stack, role) for role in (TitleRole.PRICE, TitleRole.BUTTON))
        inks = inks_over(self._timeline.branding, text, veil, price=price, button=button)
        return replace(stack, inks=inks, veil=veil)

    def _needs(self, stack: Stack) -> list[Need] | None:
        """List what is behind the stack's words; ``None`` when that is not known of all of them."""
        needs: list[Need] = []
        for placed in _words(stack):
            if placed.title.backdrop is None:
                return None
            is_large = placed.setting.em >= LARGE_SIZE * self._unit
            least = READABLE_LARGE if is_large else READABLE
            is_button = placed.title.role is TitleRole.BUTTON
            needs.append(Need(placed.title.backdrop, NOTICEABLE if is_button else least))
        return needs

    def _runs_from_right(self, region: Region, members: list[TitleClip]) -> bool:
        """Let the title that says most decide a stack's direction; the upper corners follow the whole ad."""
        upper = region in (Region.CORNER, Region.NOTE)
        told = {
            seen.title.role: seen.title.text for seen in (title_clips(self._timeline) if upper else members)
        }
        deciding = next((told[role] for role in DECIDING if role in told), "")
        return is_right_to_left(deciding)

    def _meets_card(self, frames: FrameRange) -> bool:
        seen = list(title_clips(self._timeline))
        groups = card_groups(seen)
        return any(one.title.group in groups and one.frames.overlaps(frames) for one in seen)

    def _caption_place(self, frames: FrameRange) -> CaptionPlace:
        """Captions leave the upper and middle part to an end card or a title in the middle."""
        others = [seen.title for seen in title_clips(self._timeline) if seen.frames.overlaps(frames)]
        if self._meets_card(frames) or any(one.position is TitlePosition.CENTER for one in others):
            return CaptionPlace.BOTTOM
        own = next((one.look for one in others if one.role is TitleRole.CAPTION), None)
        return (own or self._timeline.captions).place

    def _room(self, region: Region, beside: list[Stack], *, centred: bool) -> Box:
        """Give the part of the safe area this stack may fill."""
        gap = BETWEEN_STACKS * self._unit
        left, top, right, bottom = self._safe.left, self._safe.top, self._safe.right, self._safe.bottom
        if region not in (Region.NOTE, Region.CORNER):
            above, below = self._neighbours(region, beside)
            top = max([top, *(box.bottom + gap for box in above)])
            bottom = min([bottom, *(box.top - gap for box in below)])
        if centred:
            half = min(self._canvas.width / 2 - left, right - self._canvas.width / 2)
            left, right = self._canvas.width / 2 - half, self._canvas.width / 2 + half
        return Box(left, top, right, max(bottom, top + 40 * self._unit))

    def _neighbours(self, region: Region, beside: list[Stack]) -> tuple[list[Box], list[Box]]:
        """Split what other stacks take into what is above and what is below; an end card's logo is above.

        Captions in the middle are above a title at the bottom, and below one at the top.
        """
        above = [stack.box for stack in beside if stack.region in UPPER]
        below = [
            stack.box for stack in beside if stack.region in LOWER and stack.region is not Region.CAPTION
        ]
        for stack in (one for one in beside if one.region is Region.CAPTION):
            place = self._caption_place(stack.frames)
            is_below = place is CaptionPlace.BOTTOM or (place is CaptionPlace.MIDDLE and region in UPPER)
            (below if is_below else above).append(stack.box)
        for card in (stack for stack in beside if stack.region is Region.CARD):
            for placed in card.titles:
                (above if placed.title.role is TitleRole.LOGO else below).append(placed.box)
        return above, below

    def _placed(
        self, region: Region, rows: list[Row], rooms: tuple[Box, Box], *, centred: bool, from_right: bool
    ) -> Iterator[PlacedTitle]:
        """Place the rows; the second of ``rooms`` is the words' part of the first."""
        room, words = rooms
        if self._setter.has_high_logo(region, rows):
            top = self._logo_top(room)
            yield from self._placed_row(rows[0], room, top, centred=True, from_right=False, down=0.0)
            rows = rows[1:]
        if not rows:
            return
        down = 0.5 if region in (Region.CENTER, Region.CARD) else 0.0 if region in UPPER else 1.0
        if region is Region.CAPTION:
            down = DOWN[self._caption_place(rows[0].slots[0].sets[0].member.frames)]
        y = words.top + (words.height - height_of(rows)) * down
        for at, row in enumerate(rows):
            y += row.space if at else 0.0
            yield from self._placed_row(row, words, y, centred=centred, from_right=from_right, down=down)
            y += row.height

    def _logo_top(self, room: Box) -> float:
        return max(room.top, HIGH_LOGO_FROM * self._canvas.height)

    def _placed_row(
        self, row: Row, room: Box, y: float, *, centred: bool, from_right: bool, down: float
    ) -> Iterator[PlacedTitle]:
        gap = BETWEEN_COLUMNS * self._unit
        width = sum(slot.width for slot in row.slots) + gap * (len(row.slots) - 1)
        share = 0.5 if centred else 1.0 if from_right else 0.0
        x = room.left + (room.width - width) * share
        for slot in reversed(row.slots) if from_right and not centred else row.slots:
            for item in slot.sets:
                at_x = x + (slot.width - item.setting.width) * share
                lift = 0.5 if len(row.slots) > 1 else down
                at_y = y + (row.height - item.setting.height) * lift
                yield PlacedTitle(
                    item.member.clip, item.member.title, item.setting, round(at_x), round(at_y), centred
                )
            x += slot.width + gap


def _room_for_tag(placed: PlacedTitle, stack: Stack) -> PlacedTitle:
    """Move a price inwards, so that its tag stands where it stood."""
    across, down = (round(padding * placed.setting.em) for padding in TAG_PADDING)
    inwards = 0 if placed.centred else -1 if stack.right_to_left else 1
    lower = 0 if stack.region is Region.CENTER else 1 if stack.region in UPPER else -1
    return replace(placed, x=placed.x + inwards * across, y=placed.y + lower * down)


def _words(stack: Stack) -> list[PlacedTitle]:
    """List the titles whose colours depend on the footage behind them."""
    return [
        placed
        for placed in stack.titles
        if isinstance(placed.setting, Lettering) and not has_plate(placed.title.role)
    ]


def _behind(stack: Stack, role: TitleRole) -> Range:
    """Give what is behind the titles of a role, or behind all words where there is none."""
    words = _words(stack)
    chosen = [placed for placed in words if placed.title.role is role] or words
    return joined([placed.title.backdrop for placed in chosen if placed.title.backdrop])


def _share_group(one: Stack, other: Stack) -> bool:
    groups = {placed.title.group for placed in one.titles} & {placed.title.group for placed in other.titles}
    return one is other or bool(groups - {""})
