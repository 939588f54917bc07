"""Captions from timed words: how many stand together is the style's choice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange, FrameRate
from clappper.timeline.captions import Caption

PAUSE_SECONDS = 0.6
"""A longer silence ends a caption."""

HOLD_SECONDS = 0.25
"""How long a caption may stand after its last word."""

ENDS = (".", "!", "?", "…", ":", ";")


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken word and when, in seconds from the start of the ad."""

    text: str
    start_seconds: float
    end_seconds: float


class CaptionStyle(StrEnum):
    """``lines``: as subtitles stand; ``phrases``: three words at a time; ``words``: one at a time."""

    LINES = "lines"
    PHRASES = "phrases"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class _Room:
    words: int
    characters: int
    seconds: float


ROOM = {
    CaptionStyle.LINES: _Room(16, 2 * 42, 6.0),
    CaptionStyle.PHRASES: _Room(3, 26, 2.5),
    CaptionStyle.WORDS: _Room(1, 40, 2.5),
}
"""Two lines of 42 characters and six seconds are what broadcasters' guides allow."""

LINE_CHARACTERS = 42


def captions_from_words(
    words: Sequence[Word], rate: FrameRate, style: CaptionStyle = CaptionStyle.PHRASES
) -> tuple[Caption, ...]:
    """Gather words into captions that come with their first word and go with their last.

    Raises:
        ClappperError: there are no words, or their times do not rise.
    """
    if not words:
        raise ClappperError("There are no timed words.", "Generate the voice-over with word times first.")
    if any(right.start_seconds < left.start_seconds for left, right in pairwise(words)):
        raise ClappperError("The words' times do not rise.", "Generate the voice-over again.")
    groups = list(_grouped(words, ROOM[style]))
    starts = [rate.frame_at(group[0].start_seconds) for group in groups]
    captions = []
    for number, group in enumerate(groups):
        end = rate.frame_at(group[-1].end_seconds + HOLD_SECONDS)
        if number + 1 < len(groups):
            end = min(end, starts[number + 1])
        frames = FrameRange(starts[number], max(end, starts[number] + 1))
        said = tuple(rate.frame_at(word.start_seconds) - frames.start for word in group)
        captions.append(Caption(frames, _lines(" ".join(word.text for word in group)), said))
    return tuple(_apart(captions))


def spoken_words(text: str, start_seconds: float, end_seconds: float) -> tuple[Word, ...]:
    """Spread words over a time by their letters, for a voice that came without word times."""
    parts = text.split()
    letters = sum(len(part) + 1 for part in parts)
    found, place = [], 0
    for part in parts:
        first, place = place, place + len(part) + 1
        span = (end_seconds - start_seconds) / max(letters, 1)
        found.append(Word(part, start_seconds + first * span, start_seconds + (place - 1) * span))
    return tuple(found)


def _grouped(words: Sequence[Word], room: _Room) -> Iterator[list[Word]]:
    group: list[Word] = []
    for word in words:
        if group and not _fits(group, word, room):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _fits(group: list[Word], word: Word, room: _Room) -> bool:
    characters = sum(len(one.text) + 1 for one in group) + len(word.text)
    return (
        len(group) < room.words
        and characters <= room.characters
        and word.end_seconds - group[0].start_seconds <= room.seconds
        and word.start_seconds - group[-1].end_seconds <= PAUSE_SECONDS
        and not group[-1].text.endswith(ENDS)
    )


def _lines(text: str) -> str:
    """Break a text that is longer than a line at the space nearest to its middle."""
    if len(text) <= LINE_CHARACTERS:
        return text
    spaces = [at for at, char in enumerate(text) if char == " "]
    middle = min(spaces, key=lambda at: abs(at - len(text) / 2), default=0)
    return f"{text[:middle]}\n{text[middle + 1 :]}" if middle else text


def _apart(captions: list[Caption]) -> Iterator[Caption]:
    """Leave out captions that would begin in the same frame as the one before."""
    taken = -1
    for caption in captions:
        if caption.frames.start >= taken:
            taken = caption.frames.end
            yield caption
