"""Our edit as CMX 3600 edit decision lists, with what made each clip as comments.

Such a list holds one track, so that there is one list for each: the first picture track, and beside it
those above (V2, V3 ...) and the sounds (A1, A2 ...).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from clappper.base.errors import UnusableInputError
from clappper.flow.interchange.facts import facts_of
from clappper.timeline.model import Clip, Footage, Timeline, Title, Track, TrackKind, TransitionKind
from clappper.timeline.queries import before, source_frame

REEL_LENGTH = 8
HOUR = 3600
"""Record time begins at one hour, as is the custom."""

MOST_EVENTS = 999
PICTURE, STEREO = "V", "AA"
WIPES = {TransitionKind.WIPE: "W001", TransitionKind.PUSH: "W002"}


@dataclass(frozen=True, slots=True)
class Listing:
    """The list of one track; ``place`` is V1, V2 ... or A1, A2 ..."""

    place: str
    text: str


def to_edls(timeline: Timeline, root: Path) -> tuple[tuple[Listing, ...], tuple[str, ...]]:
    """Give the lists, the main picture's first, and what they have no words for.

    Raises:
        UnusableInputError: there is no picture track, or more clips on one track than a list can hold.
    """
    listed = [track for track in timeline.tracks if track.clips and track.kind is not TrackKind.OVERLAY]
    pictures = [track for track in listed if track.kind is TrackKind.VIDEO]
    sounds = [track for track in listed if track.kind is not TrackKind.VIDEO]
    if not pictures:
        raise UnusableInputError("The timeline has no picture track to list.", "Put clips on one first.")
    if any(len(track.clips) > MOST_EVENTS for track in listed):
        raise UnusableInputError(
            f"An EDL holds at most {MOST_EVENTS} clips.", "Export OTIO or FCPXML instead."
        )
    reels: dict[str, str] = {}
    listings = tuple(
        Listing(f"{letter}{number}", _list(timeline, track, root, reels))
        for letter, tracks in (("V", pictures), ("A", sounds))
        for number, track in enumerate(tracks, 1)
    )
    return listings, tuple(_left_out(timeline))


def _list(timeline: Timeline, track: Track, root: Path, reels: dict[str, str]) -> str:
    channel = PICTURE if track.kind is TrackKind.VIDEO else STEREO
    events = list(_events(timeline, track, root, (channel, reels)))
    return "\n".join([f"TITLE: {_line(timeline.name)}", "FCM: NON-DROP FRAME", "", *events]) + "\n"


def _left_out(timeline: Timeline) -> Iterator[str]:
    titles = [track.name for track in timeline.tracks if track.kind is TrackKind.OVERLAY and track.clips]
    if titles:
        yield f"An EDL has no titles; left out: {', '.join(titles)}."


def _events(
    timeline: Timeline, track: Track, root: Path, listed: tuple[str, dict[str, str]]
) -> Iterator[str]:
    channel, reels = listed
    for index, clip in enumerate(track.clips):
        if isinstance(clip.content, Title):
            continue
        previous = before(track, index)
        following = track.clips[index + 1] if index + 1 < len(track.clips) else None
        lead = _lead(clip) if previous else 0
        start, end = clip.placed.start - lead, clip.placed.end
        if following and following.placed.start == end:
            end -= _lead(following)
        number = f"{index + 1:03d}"
        reel = _reel(clip, reels)
        if clip.transition is None:
            yield f"{number}  {reel:<8} {channel:<5} C        {_times(timeline, clip, start, end)}"
        else:
            style = WIPES.get(clip.transition.kind, "D")
            old = _reel(previous, reels) if previous else "BL"
            at = _moment(timeline, previous, start)
            yield f"{number}  {old:<8} {channel:<5} C        {at}"
            length = f"{clip.transition.length_frames:03d}"
            times = _times(timeline, clip, start, end)
            yield f"{number}  {reel:<8} {channel:<5} {style:<4} {length} {times}"
        yield from _remarks(timeline, clip, reel, root)


def _lead(clip: Clip) -> int:
    return clip.transition.length_frames // 2 if clip.transition else 0


def _times(timeline: Timeline, clip: Clip, start: int, end: int) -> str:
    rate = timeline.rate
    first = max(0, clip.source_at(start))
    last = first + max(1, clip.source_at(end) - clip.source_at(start))
    hour = HOUR * round(rate.fps)
    frames = (first, last, hour + start, hour + end)
    return " ".join(rate.timecode(frame) for frame in frames)


def _moment(timeline: Timeline, clip: Clip | None, frame: int) -> str:
    rate = timeline.rate
    source = max(0, source_frame(clip, frame)) if clip else 0
    record = HOUR * round(rate.fps) + frame
    return " ".join(rate.timecode(at) for at in (source, source, record, record))


def _remarks(timeline: Timeline, clip: Clip, reel: str, root: Path) -> Iterator[str]:
    if clip.mean_speed != 1:
        speed, start = float(clip.mean_speed * timeline.rate.fps), max(0, clip.source_start)
        yield f"M2   {reel:<8} {speed:05.1f}                {timeline.rate.timecode(start)}"
    yield f"* FROM CLIP NAME: {_line(clip.name or clip.id)}"
    if isinstance(clip.content, Footage):
        take = clip.content.take
        file = _line((root / take.path).absolute().as_posix())
        yield f"* FROM CLIP: {file}"
        yield f"* SOURCE FILE: {file}"
        for name, value in facts_of(take, root).items():
            yield f"* {name.upper()}: {_line(value)}"


def _reel(clip: Clip, reels: dict[str, str]) -> str:
    """Give a file's reel name: eight characters that no other file has."""
    if not isinstance(clip.content, Footage):
        return "BL"
    path = clip.content.take.path
    if path not in reels:
        stem = re.sub(r"[^A-Z0-9]", "", PurePosixPath(path).stem.upper())[:REEL_LENGTH] or "AX"
        name, number = stem, 2
        while name in reels.values():
            name = f"{stem[: REEL_LENGTH - len(str(number))]}{number}"
            number += 1
        reels[path] = name
    return reels[path]


def _line(text: str) -> str:
    return " ".join(text.split())
