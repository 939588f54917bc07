"""A first draft of captions from what is said: phrases of a script, timed over the voice that speaks it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange, FrameRate
from clappper.timeline.captions import Caption
from clappper.timeline.model import Timeline, TrackKind
from clappper.timeline.wording import CaptionStyle, Word, captions_from_words, spoken_words

LONGEST_CHARACTERS = 42
"""Of one caption: what the BBC's and Netflix's guides allow for a line."""

_BREAKS = re.compile(r"(?<=[.!?…;:,])\s+|\s+[–—]\s+")


def phrases(script: str) -> tuple[str, ...]:
    """Cut a script where it is breathed, none longer than a line."""
    parts = (part.strip() for part in _BREAKS.split(script))
    return tuple(piece for part in parts if part for piece in _short(part))


def drafted(timeline: Timeline, script: str, style: CaptionStyle = CaptionStyle.LINES) -> tuple[Caption, ...]:
    """Spread a script over the voice, each part for as long as its letters are of the whole.

    Where a voice really says a word is not known, so times are to be looked over.

    Raises:
        ClappperError: there is no script, or no voice on the timeline.
    """
    said = phrases(script)
    if not said:
        raise ClappperError("The brief has no script.", "Write audio.script, or add captions by hand.")
    spans = _voice(timeline)
    if not spans:
        raise ClappperError("There is no voice on the timeline.", "Put it on a voice track first.")
    if style is CaptionStyle.LINES:
        return tuple(_spread(said, spans))
    captions = captions_from_words(tuple(_words(script, spans, timeline.rate)), timeline.rate, style)
    whole = FrameRange(0, spans[-1].end)
    return tuple(
        replace(caption, frames=caption.frames.intersection(whole))
        for caption in captions
        if caption.frames.start < whole.end
    )


def _words(script: str, spans: Sequence[FrameRange], rate: FrameRate) -> Iterator[Word]:
    """Place a script's words in the time that is spoken."""
    spoken = sum(len(span) for span in spans)
    for word in spoken_words(script, 0.0, rate.seconds_at(spoken)):
        first, last = rate.frame_at(word.start_seconds), rate.frame_at(word.end_seconds)
        end = _at(max(first, last - 1), spans) + 1
        yield Word(word.text, rate.seconds_at(_at(first, spans)), rate.seconds_at(end))


def _voice(timeline: Timeline) -> tuple[FrameRange, ...]:
    return tuple(
        clip.placed
        for track in timeline.tracks
        if track.kind is TrackKind.VOICE and not track.muted
        for clip in track.clips
    )


def _spread(said: Sequence[str], spans: Sequence[FrameRange]) -> Iterator[Caption]:
    total = sum(len(span) for span in spans)
    letters = sum(len(phrase) for phrase in said)
    place = 0
    for phrase in said:
        start, place = place, place + len(phrase)
        first, last = start * total // letters, place * total // letters
        if last > first:
            yield Caption(FrameRange(_at(first, spans), _at(last - 1, spans) + 1), phrase)


def _at(spoken: int, spans: Sequence[FrameRange]) -> int:
    """Find the frame of the timeline at which so many frames were spoken."""
    for span in spans:
        if spoken < len(span):
            return span.start + spoken
        spoken -= len(span)
    return spans[-1].end


def _short(part: str) -> Iterator[str]:
    line = ""
    for word in part.split():
        if line and len(line) + 1 + len(word) > LONGEST_CHARACTERS:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    if line:
        yield line
