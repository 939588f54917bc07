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
from clappper.render.contrast import Inks
from clappper.render.fonts import FontShelf, FontStack
from clappper.render.lettering import Emblem, Lettering, letter
from clappper.render.logos import LogoLimits, set_logo
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
from clappper.render.shaping import is_right_to_left
from clappper.render.typography import READING_ORDER, ROLES, RoleStyle
from clappper.timeline.model import Clip, Timeline, Title, TitleRole

LEADS = (TitleRole.HEADLINE, TitleRole.TEXT)
BESIDE_LEAD = {TitleRole.PRODUCT: 0.6, TitleRole.SUBHEAD: 0.62, TitleRole.PRICE: 1.15}
"""How large, next to the lead's size, other titles may be."""
DECIDING = (*LEADS, *(role for role in READING_ORDER if role not in LEADS))
SHORT_SIDE = 1080
SHRINKS = (1.0, 0.93, 0.86, 0.8, 0.74, 0.68, 0.62, 0.56, 0.5)
SQUEEZES = (0.85, 0.7, 0.55, 0.4, 0.3, 0.2)
WIDE_SHARES = {Region.BOTTOM: 0.58, Region.TOP: 0.58, Region.CARD: 0.7, Region.CENTER: 0.76}
HEIGHT_SHARES = {
    Region.FOOT: 0.2,
    Region.CAPTION: 0.3,
    Region.NOTE: 0.1,
    Region.CORNER: 0.16,
    Region.TOP: 0.4,
    Region.BOTTOM: 0.7,
    Region.CARD: 0.66,
}
LONE_NAME_SIZE = 92
PAIR_SHARE = 0.92
BETWEEN_STACKS = 36
BETWEEN_COLUMNS = 36


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
    """Titles laid out together. ``ground`` is the plain colour under them, empty for footage."""

    region: Region
    titles: tuple[PlacedTitle, ...]
    frames: FrameRange
    ground: str
    inks: Inks
    right_to_left: bool

    @property
    def box(self) -> Box:
        boxes = [placed.box for placed in self.titles]
        return Box(
            min(box.left for box in boxes),
            min(box.top for box in boxes),
            max(box.right for box in boxes),
            max(box.bottom for box in boxes),
        )


@dataclass(frozen=True, slots=True)
class _Set:
    """A member in its size."""

    member: TitleClip
    setting: Lettering | Emblem


@dataclass(frozen=True, slots=True)
class _Slot:
    """Titles of one role that are never seen together and so share a place."""

    role: TitleRole
    sets: tuple[_Set, ...]

    @property
    def width(self) -> float:
        return max(item.setting.width for item in self.sets)

    @property
    def height(self) -> float:
        return max(item.setting.height for item in self.sets)


@dataclass(frozen=True, slots=True)
class _Row:
    slots: tuple[_Slot, ...]
    space: float

    @property
    def height(self) -> float:
        return max(slot.height for slot in self.slots)


def lay_out(timeline: Timeline, root: Path, canvas: Canvas) -> tuple[Stack, ...]:
    """Place every title of the timeline. ``root`` is the project folder.

    Raises:
        UnusableInputError: the brand's font or a logo cannot be read.
    """
    return _Layout(timeline, root, canvas).stacks()


def fonts_of(timeline: Timeline, root: Path) -> FontStack:
    return FontShelf().stack(timeline.branding.font, root)


class _Layout:
    def __init__(self, timeline: Timeline, root: Path, canvas: Canvas) -> None:
        self._timeline = timeline
        self._root = root
        self._canvas = canvas
        self._fonts = fonts_of(timeline, root)
        self._unit = min(canvas.width, canvas.height) / SHORT_SIDE
        self._safe = Box(*safe_zone(timeline.branding.platform, canvas.aspect).box(canvas))
        self._emblems: dict[tuple[str, LogoLimits, str], Emblem] = {}
        self._is_tall = canvas.height > canvas.width * 1.1
        self._is_wide = canvas.width > canvas.height * 1.1

    def stacks(self) -> tuple[Stack, ...]:
        laid: list[Stack] = []
        members = by_region(list(title_clips(self._timeline)))
        for region in Region:
            for together in seen_together(members.get(region, [])):
                laid.append(self._stack(region, together, laid))
        return tuple(laid)

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
        rows, crowded = self._rows(region, members, room, ground)
        from_right = (region is Region.CORNER) != right_to_left
        titles = tuple(
            replace(placed, crowded=crowded)
            for placed in self._placed(region, rows, room, centred=centred, from_right=from_right)
        )
        inks = Inks.of(self._timeline.branding, ground)
        return Stack(region, titles, frames, ground, inks, right_to_left)

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

    def _room(self, region: Region, beside: list[Stack], *, centred: bool) -> Box:
        """Give the part of the safe area this stack may fill."""
        gap = BETWEEN_STACKS * self._unit
        left, top, right, bottom = self._safe.left, self._safe.top, self._safe.right, self._safe.bottom
        if region not in (Region.NOTE, Region.CORNER):
            above, below = _neighbours(beside)
            top = max([top, *(box.bottom + gap for box in above)])
            bottom = min([bottom, *(box.top - gap for box in below)])
        if centred:
            half = min(self._canvas.width / 2 - left, right - self._canvas.width / 2)
            left, right = self._canvas.width / 2 - half, self._canvas.width / 2 + half
        return Box(left, top, right, max(bottom, top + 40 * self._unit))

    def _rows(
        self, region: Region, members: list[TitleClip], room: Box, ground: str
    ) -> tuple[list[_Row], bool]:
        """Set the stack's titles as large as its room allows; tells whether they had to be squeezed."""
        width, height = room.width * self._share_across(region), room.height * self._share_down(region)
        rows: list[_Row] = []
        for shrink, squeeze in [*((s, 1.0) for s in SHRINKS), *((SHRINKS[-1], q) for q in SQUEEZES)]:
            slots = self._slots(region, members, (width, height), ground, (shrink, squeeze))
            rows = self._paired(slots, width, shrink * squeeze)
            logo = next((row for row in rows if row.slots[0].role is TitleRole.LOGO), None)
            spare = height - (logo.height if logo and region is Region.CARD else 0.0)
            block = [row for row in rows if not (region is Region.CARD and row is logo)]
            if _height(block) <= spare + 0.5:
                return rows, squeeze < 1.0
        return rows, True

    def _share_across(self, region: Region) -> float:
        if region in (Region.NOTE, Region.CORNER):
            return 0.46
        if self._is_wide:
            return {Region.BOTTOM: 0.58, Region.TOP: 0.58, Region.CARD: 0.7, Region.CENTER: 0.76}.get(
                region, 0.8
            )
        return 1.0

    def _share_down(self, region: Region) -> float:
        """Leave the picture its place: a stack may fill so much of the height it finds."""
        shares = {
            Region.FOOT: 0.2,
            Region.CAPTION: 0.3,
            Region.NOTE: 0.1,
            Region.CORNER: 0.16,
            Region.TOP: 0.4,
        }
        if region is Region.BOTTOM:
            return 0.58 if self._is_tall else 0.7
        if region is Region.CARD:
            return 0.66
        return shares.get(region, 1.0)

    def _slots(
        self,
        region: Region,
        members: list[TitleClip],
        room: tuple[float, float],
        ground: str,
        sizes: tuple[float, float],
    ) -> list[_Slot]:
        roles = {member.title.role for member in members}
        slots: list[_Slot] = []
        lead = 0.0
        for member in sorted(members, key=lambda m: (READING_ORDER.index(m.title.role), m.frames)):
            item = _Set(member, self._set(region, member, roles, room, ground, sizes, lead))
            lead = item.setting.em if member.title.role in LEADS else lead
            free = next((at for at, slot in enumerate(slots) if _may_share(slot, member)), None)
            if free is None:
                slots.append(_Slot(member.title.role, (item,)))
            else:
                slots[free] = replace(slots[free], sets=(*slots[free].sets, item))
        return slots

    def _set(
        self,
        region: Region,
        member: TitleClip,
        roles: set[TitleRole],
        room: tuple[float, float],
        ground: str,
        sizes: tuple[float, float],
        lead: float,
    ) -> Lettering | Emblem:
        title = member.title
        if title.role is TitleRole.LOGO:
            return self._emblem(title.image, self._logo_limits(region, room), ground)
        style = _sized(_led(_style_in(title.role, roles), title.role, lead / self._unit), *sizes)
        return letter(title.role, title.text, self._fonts, style, room, self._unit)

    def _emblem(self, image: str, limits: LogoLimits, ground: str) -> Emblem:
        key = (image, limits, ground)
        if key not in self._emblems:
            self._emblems[key] = Emblem(set_logo(self._root / image, limits, ground))
        return self._emblems[key]

    def _logo_limits(self, region: Region, room: tuple[float, float]) -> LogoLimits:
        side, across, down = (210, 460, 190) if region is Region.CARD else (140, 280, 120)
        unit = self._unit
        return LogoLimits(side * unit, min(across * unit, room[0]), min(down * unit, room[1]))

    def _paired(self, slots: list[_Slot], width: float, shrink: float) -> list[_Row]:
        """Make rows; a price and its button share one where there is the width for both."""
        unit, rows = self._unit * shrink, []
        waiting = list(slots)
        while waiting:
            slot = waiting.pop(0)
            row = [slot]
            beside = waiting[0] if waiting else None
            pairs = beside and (slot.role, beside.role) == (TitleRole.PRICE, TitleRole.BUTTON)
            if beside and pairs and slot.width + beside.width + BETWEEN_COLUMNS * unit <= PAIR_SHARE * width:
                row.append(waiting.pop(0))
            space = ROLES[slot.role].space * unit if slot.role in ROLES else 30 * unit
            rows.append(_Row(tuple(row), space))
        return rows

    def _placed(
        self, region: Region, rows: list[_Row], room: Box, *, centred: bool, from_right: bool
    ) -> Iterator[PlacedTitle]:
        if region is Region.CARD and rows[0].slots[0].role is TitleRole.LOGO:
            yield from self._placed_row(rows[0], room, room.top, centred=True, from_right=False, down=0.0)
            rows = rows[1:]
        if not rows:
            return
        down = {Region.CENTER: 0.5}.get(region, 0.0 if region in UPPER else 1.0)
        y = room.top + (room.height - _height(rows)) * down
        for at, row in enumerate(rows):
            y += row.space if at else 0.0
            yield from self._placed_row(row, room, y, centred=centred, from_right=from_right, down=down)
            y += row.height

    def _placed_row(
        self, row: _Row, room: Box, y: float, *, centred: bool, from_right: bool, down: float
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


def _neighbours(beside: list[Stack]) -> tuple[list[Box], list[Box]]:
    """Split what other stacks take into what is above and what is below; an end card's logo is above."""
    above = [stack.box for stack in beside if stack.region in UPPER]
    below = [stack.box for stack in beside if stack.region in LOWER]
    for card in (stack for stack in beside if stack.region is Region.CARD):
        for placed in card.titles:
            (above if placed.title.role is TitleRole.LOGO else below).append(placed.box)
    return above, below


def _may_share(slot: _Slot, member: TitleClip) -> bool:
    placed = member.frames
    return slot.role is member.title.role and not any(
        item.member.frames.overlaps(placed) for item in slot.sets
    )


def _style_in(role: TitleRole, roles: set[TitleRole]) -> RoleStyle:
    """Give a role's style; a product's name that stands without a headline takes the lead."""
    if role is TitleRole.PRODUCT and not roles.intersection(LEADS):
        return replace(ROLES[TitleRole.TEXT], max_size=LONE_NAME_SIZE)
    return ROLES[role]


def _led(style: RoleStyle, role: TitleRole, lead: float) -> RoleStyle:
    """Keep a title below the lead's size (in the style's pixels), so that the eye reads them in order."""
    if not lead or role not in BESIDE_LEAD:
        return style
    return replace(style, max_size=max(style.min_size, min(style.max_size, BESIDE_LEAD[role] * lead)))


def _sized(style: RoleStyle, shrink: float, squeeze: float) -> RoleStyle:
    low = style.min_size * squeeze
    return replace(style, max_size=max(low, style.max_size * shrink * squeeze), min_size=low)


def _height(rows: list[_Row]) -> float:
    return sum(row.height for row in rows) + sum(row.space for row in rows[1:])
