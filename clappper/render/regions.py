"""Regions: which part of the canvas a title belongs to, and which titles are ever seen together there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from clappper.base.units import FrameRange
from clappper.timeline.model import Clip, Solid, Timeline, Title, TitlePosition, TitleRole, TrackKind

ENDCARD = "endcard"
CARD_ROLES = frozenset({TitleRole.LOGO, TitleRole.BUTTON})
"""A group that has both is an end card, whatever its name."""


class Region(StrEnum):
    """Where a stack lives. A card takes the whole canvas."""

    FOOT = "foot"
    CAPTION = "caption"
    NOTE = "note"
    CORNER = "corner"
    CARD = "card"
    BOTTOM = "bottom"
    TOP = "top"
    CENTER = "center"


UPPER = frozenset({Region.NOTE, Region.CORNER, Region.TOP})
LOWER = frozenset({Region.FOOT, Region.CAPTION, Region.BOTTOM})
CENTRED = frozenset({Region.CARD, Region.CENTER, Region.CAPTION})
OWN_REGIONS = {
    TitleRole.LEGAL: Region.FOOT,
    TitleRole.CAPTION: Region.CAPTION,
    TitleRole.DISCLOSURE: Region.NOTE,
}
ASKED_REGIONS = {
    TitlePosition.TOP: Region.TOP,
    TitlePosition.CENTER: Region.CENTER,
    TitlePosition.BOTTOM: Region.BOTTOM,
    TitlePosition.SAFE_LOWER_THIRD: Region.BOTTOM,
}


@dataclass(frozen=True, slots=True)
class TitleClip:
    """A title and the clip that shows it."""

    clip: Clip
    title: Title

    @property
    def frames(self) -> FrameRange:
        return self.clip.placed


def title_clips(timeline: Timeline) -> Iterator[TitleClip]:
    """Go through the titles that are seen, bottom to top."""
    for track in timeline.tracks:
        if track.kind is TrackKind.OVERLAY and not track.muted:
            for clip in track.clips:
                if isinstance(clip.content, Title) and _says_something(clip.content):
                    yield TitleClip(clip, clip.content)


def _says_something(title: Title) -> bool:
    return bool(title.image if title.role is TitleRole.LOGO else title.text.strip())


def by_region(members: list[TitleClip]) -> dict[Region, list[TitleClip]]:
    """Send each title to its region; what is seen together with an end card becomes part of it."""
    groups = card_groups(members)
    cards = [member for member in members if member.title.group in groups]
    found: dict[Region, list[TitleClip]] = {}
    for member in members:
        region = _region(member.title)
        if region not in OWN_REGIONS.values():
            meets = any(card.frames.overlaps(member.frames) for card in cards)
            in_card = member in cards or (meets and region is not Region.CORNER)
            region = Region.CARD if in_card else region
        found.setdefault(region, []).append(member)
    return found


def card_groups(members: list[TitleClip]) -> set[str]:
    """Find the groups of titles that make up an end card."""
    roles: dict[str, set[TitleRole]] = {}
    for member in members:
        roles.setdefault(member.title.group, set()).add(member.title.role)
    return {name for name, has in roles.items() if name and (name.startswith(ENDCARD) or has >= CARD_ROLES)}


def _region(title: Title) -> Region:
    if title.role in OWN_REGIONS:
        return OWN_REGIONS[title.role]
    if title.role is TitleRole.LOGO and title.position in (TitlePosition.AUTO, TitlePosition.TOP):
        return Region.CORNER
    return ASKED_REGIONS.get(title.position, Region.BOTTOM)


def seen_together(members: list[TitleClip]) -> Iterator[list[TitleClip]]:
    """Split members into those that are connected by being on screen at the same time."""
    together: list[TitleClip] = []
    end = 0
    for member in sorted(members, key=lambda m: m.frames):
        if together and member.frames.start >= end:
            yield together
            together = []
        together.append(member)
        end = max(end, member.frames.end)
    if together:
        yield together


def ground_of(timeline: Timeline, frames: FrameRange) -> str:
    """Give the plain colour behind these frames, empty when anything else is seen in them."""
    for track in reversed(timeline.tracks):
        if track.kind is not TrackKind.VIDEO or track.muted:
            continue
        shown = [clip.content for clip in track.clips if clip.placed.overlaps(frames)]
        colours = {content.colour for content in shown if isinstance(content, Solid)}
        if shown:
            return colours.pop() if len(colours) == 1 and all(isinstance(c, Solid) for c in shown) else ""
    return ""
