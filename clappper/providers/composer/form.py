"""The shape of a piece: which bar belongs to which section, how full it is, and where it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

BEATS = 4
SHORTEST_TAIL_SECONDS = 1.0
LONGEST_TAIL_SECONDS = 2.8
END_CARD_SHARE = 0.24


class Part(StrEnum):
    """What a section does in the whole."""

    INTRO = "intro"
    BUILD = "build"
    MAIN = "main"
    TURN = "turn"
    FINALE = "finale"


FULLNESS = {Part.INTRO: 0.3, Part.BUILD: 0.6, Part.MAIN: 0.85, Part.TURN: 0.45, Part.FINALE: 1.0}


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: ``beats`` is 4, or 2 for a last half bar. ``fill`` leads into the next section."""

    start_beat: int
    beats: int
    part: Part
    fill: bool = False

    @property
    def fullness(self) -> float:
        return FULLNESS[self.part]


@dataclass(frozen=True, slots=True)
class Form:
    """The bars, and the beat of the final downbeat that rings out over the tail."""

    bars: tuple[Bar, ...]
    final_beat: int


def form(seconds: float, bpm: float, end_card_seconds: float | None = None) -> Form:
    """Lay out a piece that fills ``seconds``: it ends on a downbeat that rings out, never in mid-phrase.

    ``end_card_seconds`` is when the ad's last scene starts; the turn comes in the bar before it.
    """
    final = _final_beat(seconds, bpm)
    lengths = [BEATS] * (final // BEATS) + ([final % BEATS] if final % BEATS else [])
    parts = _parts(len(lengths), _end_card_bar(len(lengths), bpm, end_card_seconds))
    starts = [sum(lengths[:index]) for index in range(len(lengths))]
    following = [*parts[1:], Part.FINALE][: len(parts)]
    bars = [
        Bar(start, beats, part, fill=after is not part and part is not Part.INTRO)
        for start, beats, part, after in zip(starts, lengths, parts, following, strict=True)
    ]
    return Form(tuple(bars), final)


def _final_beat(seconds: float, bpm: float) -> int:
    """Choose the beat of the last hit: a bar line if its tail is not too long, else a half bar."""
    beats = max(0.0, seconds - SHORTEST_TAIL_SECONDS) * bpm / 60
    bar_line = int(beats // BEATS) * BEATS
    half_bar = int(beats // 2) * 2
    too_long = seconds - bar_line * 60 / bpm > LONGEST_TAIL_SECONDS
    return half_bar if too_long or not bar_line else bar_line


def _end_card_bar(bars: int, bpm: float, end_card_seconds: float | None) -> int:
    """Give the bar at which the finale starts."""
    if end_card_seconds is not None:
        wanted = round(end_card_seconds * bpm / 60 / BEATS)
    else:
        wanted = bars - max(1, round(bars * END_CARD_SHARE))
    return min(max(wanted, min(2, bars)), max(bars - 1, 0))


def _parts(bars: int, finale: int) -> Sequence[Part]:
    """Share out the bars before the finale: intro, build, main, and one bar of turn where there is room."""
    turn = 1 if finale >= 4 else 0
    rest = finale - turn
    intro = 0 if rest < 2 else 1 if rest < 8 else 2
    build = 0 if rest < 3 else max(1, round((rest - intro) * 0.4))
    if rest - intro - build >= 4:
        build -= build % 2
    main = rest - intro - build
    return (
        [Part.INTRO] * intro
        + [Part.BUILD] * build
        + [Part.MAIN] * main
        + [Part.TURN] * turn
        + [Part.FINALE] * (bars - finale)
    )
