"""Rows: the titles of one stack in their sizes, in reading order, as large as their room allows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from clappper.render.canvas import Canvas
from clappper.render.captions import style_of
from clappper.render.contrast import Range
from clappper.render.fonts import FontStack
from clappper.render.lettering import Emblem, Lettering, letter
from clappper.render.logos import LogoLimits, set_logo
from clappper.render.regions import Region, TitleClip
from clappper.render.typography import READING_ORDER, ROLES, RoleStyle
from clappper.timeline.model import CaptionLook, Title, TitleRole

LEADS = (TitleRole.HEADLINE, TitleRole.TEXT)
BESIDE_LEAD = {TitleRole.PRODUCT: 0.6, TitleRole.SUBHEAD: 0.62, TitleRole.PRICE: 1.15}
"""How large, next to the lead's size, other titles may be."""
SHRINKS = (1.0, 0.93, 0.86, 0.8, 0.74, 0.68, 0.62, 0.56, 0.5)
SQUEEZES = (0.85, 0.7, 0.55, 0.4, 0.3, 0.2)
STEADY = {TitleRole.PRICE: 0.9, TitleRole.BUTTON: 1.0, TitleRole.URL: 0.86}
"""How small titles that close the sale may get while others still shrink."""
LONE_NAME_SIZE = 92
PAIR_SHARE = 0.92
BETWEEN_COLUMNS = 52
BELOW_LOGO = 42


@dataclass(frozen=True, slots=True)
class SetTitle:
    """A member in its size."""

    member: TitleClip
    setting: Lettering | Emblem


@dataclass(frozen=True, slots=True)
class Slot:
    """Titles of one role that are never seen together and so share a place."""

    role: TitleRole
    sets: tuple[SetTitle, ...]

    @property
    def width(self) -> float:
        return max(item.setting.width for item in self.sets)

    @property
    def height(self) -> float:
        return max(item.setting.height for item in self.sets)


@dataclass(frozen=True, slots=True)
class Row:
    """Slots side by side; ``space`` is the gap above, in pixels."""

    slots: tuple[Slot, ...]
    space: float

    @property
    def height(self) -> float:
        return max(slot.height for slot in self.slots)


class RowSetter:
    """Sets titles for one canvas; ``unit`` is the pixels of one pixel of the styles."""

    def __init__(
        self, fonts: FontStack, root: Path, canvas: Canvas, unit: float, captions: CaptionLook
    ) -> None:
        self._fonts = fonts
        self._root = root
        self._unit = unit
        self._captions = captions
        self._is_tall = canvas.height > canvas.width * 1.1
        self._is_high = canvas.height > canvas.width * 1.5
        self._is_wide = canvas.width > canvas.height * 1.1
        self._emblems: dict[tuple[str, LogoLimits, str, Range | None], Emblem] = {}

    def rows(
        self, region: Region, members: list[TitleClip], room: tuple[float, float], ground: str
    ) -> tuple[list[Row], bool]:
        """Set the stack's titles as large as its room allows; tells whether they had to be squeezed."""
        width, height = room[0] * self._share_across(region), room[1] * self._share_down(region)
        rows: list[Row] = []
        for shrink, squeeze in [*((s, 1.0) for s in SHRINKS), *((SHRINKS[-1], q) for q in SQUEEZES)]:
            slots = self._slots(region, members, (width, height), ground, (shrink, squeeze))
            rows = self._paired(slots, width, shrink * squeeze)
            if height_of(rows[1:] if self.has_high_logo(region, rows) else rows) <= height + 0.5:
                return rows, squeeze < 1.0
        return rows, True

    def has_high_logo(self, region: Region, rows: list[Row]) -> bool:
        """Whether the first row is a logo that stands above the product, apart from the words below it."""
        return region is Region.CARD and self._is_high and rows[0].slots[0].role is TitleRole.LOGO

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
        return shares.get(region, 1.0)

    def _slots(
        self,
        region: Region,
        members: list[TitleClip],
        room: tuple[float, float],
        ground: str,
        sizes: tuple[float, float],
    ) -> list[Slot]:
        roles = {member.title.role for member in members}
        slots: list[Slot] = []
        lead = 0.0
        for member in sorted(members, key=lambda m: (READING_ORDER.index(m.title.role), m.frames)):
            item = SetTitle(member, self._set(region, member, roles, room, ground, sizes, lead))
            lead = item.setting.em if member.title.role in LEADS else lead
            free = next((at for at, slot in enumerate(slots) if _may_share(slot, member)), None)
            if free is None:
                slots.append(Slot(member.title.role, (item,)))
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
            return self._emblem(title, self._logo_limits(region, room), ground)
        if title.role is TitleRole.CAPTION:
            look = title.look or self._captions
            style = _sized(style_of(look), sizes[0], sizes[1])
            return letter(title.role, title.text, self._fonts, style, room, self._unit, look)
        style = _led(_style_in(title.role, roles), title.role, lead / self._unit)
        style = _sized(style, max(sizes[0], STEADY.get(title.role, 0.0)), sizes[1])
        return letter(title.role, title.text, self._fonts, style, room, self._unit)

    def _emblem(self, title: Title, limits: LogoLimits, ground: str) -> Emblem:
        key = (title.image, limits, ground, title.backdrop)
        if key not in self._emblems:
            self._emblems[key] = Emblem(set_logo(self._root / title.image, limits, ground, title.backdrop))
        return self._emblems[key]

    def _logo_limits(self, region: Region, room: tuple[float, float]) -> LogoLimits:
        side, across, down = (140, 280, 120)
        if region is Region.CARD:
            side, across, down = (190, 440, 96) if self._is_high else (150, 340, 76)
        unit = self._unit
        return LogoLimits(side * unit, min(across * unit, room[0]), min(down * unit, room[1]))

    def _paired(self, slots: list[Slot], width: float, shrink: float) -> list[Row]:
        """Make rows; a price and its button share one where there is the width for both."""
        unit, rows = self._unit * shrink, []
        waiting, follows_logo = list(slots), False
        while waiting:
            slot = waiting.pop(0)
            row = [slot]
            beside = waiting[0] if waiting else None
            pairs = beside and (slot.role, beside.role) == (TitleRole.PRICE, TitleRole.BUTTON)
            if beside and pairs and slot.width + beside.width + BETWEEN_COLUMNS * unit <= PAIR_SHARE * width:
                row.append(waiting.pop(0))
            space = ROLES[slot.role].space * unit if slot.role in ROLES else 30 * unit
            space = max(space, BELOW_LOGO * unit) if follows_logo else space
            follows_logo = slot.role is TitleRole.LOGO
            rows.append(Row(tuple(row), space))
        return rows


def _may_share(slot: Slot, member: TitleClip) -> bool:
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


def height_of(rows: list[Row]) -> float:
    """Give the height of rows with the gaps between them, in pixels."""
    return sum(row.height for row in rows) + sum(row.space for row in rows[1:])
