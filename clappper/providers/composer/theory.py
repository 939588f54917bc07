"""Pitches and chords: MIDI note numbers, where 60 is middle C and 69 is 440 Hz."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, product

SHAPES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "add9": (0, 4, 7, 14),
    "madd9": (0, 3, 7, 14),
    "maj7": (0, 4, 7, 11),
    "maj9": (0, 4, 7, 11, 14),
    "m7": (0, 3, 7, 10),
    "m9": (0, 3, 7, 10, 14),
    "7": (0, 4, 7, 10),
    "sus": (0, 5, 7),
    "9sus": (0, 5, 7, 10, 14),
    "6": (0, 4, 7, 9),
}
MAJOR_PENTATONIC = (0, 2, 4, 7, 9)
MINOR_PENTATONIC = (0, 3, 5, 7, 10)


@dataclass(frozen=True, slots=True)
class Chord:
    """``root`` is a pitch class 0..11; ``shape`` are semitones above it."""

    root: int
    shape: tuple[int, ...]

    @property
    def tones(self) -> tuple[int, ...]:
        """Give the chord's pitch classes, the root first."""
        return tuple((self.root + step) % 12 for step in self.shape)

    @property
    def triad(self) -> tuple[int, ...]:
        return self.tones[:3]


def hertz(note: float) -> float:
    """Give the frequency of a MIDI note (69 is A at 440 Hz), equally tempered."""
    return float(440.0 * 2 ** ((note - 69) / 12))


def chord(symbol: str, key: int) -> Chord:
    """Read ``5:m7`` as a minor seventh chord five semitones above the key note."""
    step, _, shape = symbol.partition(":")
    return Chord((key + int(step)) % 12, SHAPES[shape])


def nearest(pitch_class: int, note: float) -> int:
    """Give the note of that pitch class which lies closest to ``note``."""
    return round((note - pitch_class) / 12) * 12 + pitch_class


def voicing(tones: tuple[int, ...], centre: float, before: tuple[int, ...] = ()) -> tuple[int, ...]:
    """Spread chord tones around ``centre`` so that every voice moves as little as it can from ``before``.

    Without a chord before, the tightest spread is taken.
    """
    options = [
        [nearest(tone, centre) + octave for octave in (-12, 0, 12)]
        if index < 3
        else [nearest(tone, centre + 4)]
        for index, tone in enumerate(tones)
    ]

    def effort(notes: tuple[int, ...]) -> float:
        clash = sum(upper - lower < 2 for lower, upper in pairwise(notes))
        place = abs(sum(notes) / len(notes) - centre)
        width = abs(notes[-1] - notes[0] - 12)
        travel = sum(min(abs(note - old) for old in before) for note in notes) if before else 0
        return 8 * clash + 1.2 * place + 0.3 * width + travel

    return min((tuple(sorted(choice)) for choice in product(*options)), key=effort)
