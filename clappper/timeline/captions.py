"""Captions: titles on a track of their own, and SubRip text in and out.

SubRip is blocks of a number, a line of two times, and text, with an empty line between; WebVTT's headers
and dots are taken as well.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

from clappper.base.errors import UnusableInputError
from clappper.base.units import FrameRange, FrameRate
from clappper.timeline.change import with_clips
from clappper.timeline.model import CaptionLook, Clip, Timeline, Title, TitleRole, Track, TrackKind

TRACK = "captions"
MOST_CAPTIONS = 5000
SMALLEST, LARGEST = 0.6, 1.8
_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[,.](\d{1,3})"
_TIMES = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}")
_MARKUP = re.compile(r"<[^>]{1,40}>|\{\\[^}]{1,40}\}")


@dataclass(frozen=True, slots=True)
class Caption:
    """What is said over ``frames``; lines are separated by line breaks.

    ``said`` are the frames, counted from its start, at which its words begin; empty where not known.
    ``look`` is its own, where it differs from that of all.
    """

    frames: FrameRange
    text: str
    said: tuple[int, ...] = ()
    look: CaptionLook | None = None


def read_srt(text: str, rate: FrameRate) -> tuple[Caption, ...]:
    """Read SubRip or WebVTT in order of time; a caption ends where the next one begins at the latest.

    Raises:
        UnusableInputError: there is no caption in it, or there are too many.
    """
    found = sorted(_captions(text, rate), key=lambda caption: caption.frames)
    if not found:
        raise UnusableInputError("The file holds no captions.", "Choose a SubRip file (.srt).")
    if len(found) > MOST_CAPTIONS:
        raise UnusableInputError(f"The file holds more than {MOST_CAPTIONS} captions.", "Split it first.")
    return tuple(_apart(found))


def write_srt(captions: Iterable[Caption], rate: FrameRate) -> str:
    """Write SubRip; times are those of whole frames, to the millisecond."""
    blocks = []
    for number, caption in enumerate(captions, 1):
        start, end = _clock(caption.frames.start, rate), _clock(caption.frames.end, rate)
        blocks.append(f"{number}\n{start} --> {end}\n{caption.text}\n")
    return "\n".join(blocks)


def captions_of(timeline: Timeline) -> tuple[Caption, ...]:
    """Give the captions of an edit in order of time."""
    clips = (
        Caption(clip.placed, clip.content.text, clip.content.said, clip.content.look)
        for track in timeline.tracks
        if track.kind is TrackKind.OVERLAY and not track.muted
        for clip in track.clips
        if isinstance(clip.content, Title) and clip.content.role is TitleRole.CAPTION
    )
    return tuple(sorted(clips, key=lambda caption: (caption.frames, caption.text)))


def word_starts(title: Title, length: int) -> tuple[int, ...]:
    """Give the frames, counted from its start, at which the words of a caption of ``length`` begin.

    Where that is not known they are spread by their letters.
    """
    words = title.text.split()
    if len(title.said) == len(words):
        return title.said
    letters = sum(len(word) + 1 for word in words)
    places = accumulate((len(word) + 1 for word in words), initial=0)
    return tuple(place * length // letters for place, _ in zip(places, words, strict=False))


def set_caption_look(timeline: Timeline, look: CaptionLook) -> Timeline:
    """Choose how all captions look that have no look of their own."""
    return replace(timeline, captions=_sized(look))


def set_own_look(timeline: Timeline, frames: Collection[FrameRange], look: CaptionLook | None) -> Timeline:
    """Let the captions over some ranges differ from the others; None lets them look like all.

    Raises:
        ClappperError: the track of captions is locked.
    """
    own = _sized(look) if look else None
    changed = (replace(one, look=own) if one.frames in frames else one for one in captions_of(timeline))
    return with_captions(timeline, changed)


def _sized(look: CaptionLook) -> CaptionLook:
    return replace(look, size=min(max(look.size, SMALLEST), LARGEST))


def with_captions(timeline: Timeline, captions: Iterable[Caption]) -> Timeline:
    """Put these captions in the place of those there are, on a track above all others.

    Raises:
        ClappperError: the track of captions is locked.
    """
    clips = [
        Clip(
            f"caption-{number}",
            Title(
                TitleRole.CAPTION,
                caption.text,
                enter="cut",
                leave="cut",
                said=caption.said,
                look=caption.look,
            ),
            caption.frames,
        )
        for number, caption in enumerate(captions, 1)
    ]
    if not any(track.id == TRACK for track in timeline.tracks):
        track = Track(TRACK, TrackKind.OVERLAY, "Captions")
        timeline = replace(timeline, tracks=_above_pictures(timeline, track))
    return with_clips(_without_loose(timeline), {TRACK: clips})


def _above_pictures(timeline: Timeline, track: Track) -> tuple[Track, ...]:
    pictures = {TrackKind.VIDEO, TrackKind.OVERLAY}
    last = max((at for at, one in enumerate(timeline.tracks, 1) if one.kind in pictures), default=0)
    return (*timeline.tracks[:last], track, *timeline.tracks[last:])


def _without_loose(timeline: Timeline) -> Timeline:
    """Take away captions that lie on other tracks."""
    others = {
        track.id: [
            clip
            for clip in track.clips
            if not (isinstance(clip.content, Title) and clip.content.role is TitleRole.CAPTION)
        ]
        for track in timeline.tracks
        if track.kind is TrackKind.OVERLAY and track.id != TRACK
    }
    return with_clips(timeline, others)


def _captions(text: str, rate: FrameRate) -> Iterator[Caption]:
    lines = iter(text.lstrip("\ufeff").splitlines())
    for line in lines:
        times = _TIMES.match(line)
        if times is None:
            continue
        start, end = (rate.frame_at(_seconds(times.groups()[at : at + 4])) for at in (0, 4))
        said = "\n".join(_said(lines))
        if said and end > start:
            yield Caption(FrameRange(start, end), said)


def _said(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if not line.strip():
            return
        if plain := _MARKUP.sub("", line).strip():
            yield plain


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, thousandths = parts
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return whole + int((thousandths or "0").ljust(3, "0")) / 1000


def _apart(captions: list[Caption]) -> Iterator[Caption]:
    for caption, following in zip(captions, [*captions[1:], None], strict=True):
        end = caption.frames.end if following is None else min(caption.frames.end, following.frames.start)
        if end > caption.frames.start:
            yield replace(caption, frames=FrameRange(caption.frames.start, end))


def _clock(frame: int, rate: FrameRate) -> str:
    thousandths = round(frame / rate.fps * 1000)
    seconds, rest = divmod(thousandths, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d},{rest:03d}"
