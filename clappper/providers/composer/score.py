"""The written music: every note and drum hit of a piece, before anything sounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from clappper.providers.composer.form import BEATS, Bar, Form, Part
from clappper.providers.composer.moods import Mood
from clappper.providers.composer.theory import (
    MAJOR_PENTATONIC,
    MINOR_PENTATONIC,
    Chord,
    chord,
    nearest,
    voicing,
)

Generator = np.random.Generator
STEPS = 16
ARPEGGIO_RESTS = 0.2
CHORD_CENTRE, ARP_CENTRE, LEAD_CENTRE, BASS_CENTRE, PAD_CENTRE = 62, 70, 77, 36, 58

# Sixteenths of a bar; a digit is how hard, 1 to 9.
GROOVES: dict[str, dict[str, str]] = {
    "four": {
        "kick": "9...9...9...9...",
        "backbeat": "....9.......9...",
        "hat": "4253425342534254",
        "open": "..7...7...7...7.",
    },
    "pop": {
        "kick": "9.....7.8..4....",
        "backbeat": "....9.......9...",
        "hat": "6.4.6.4.6.4.6.43",
        "shaker": "3.523.523.523.52",
    },
    "broken": {
        "kick": "9..5....9.6.....",
        "backbeat": "....9.......9..2",
        "hat": "5343534353435364",
        "open": "..............5.",
    },
    "laid_back": {
        "kick": "9......58.......",
        "backbeat": "....8.......8...",
        "hat": "5.3.5.3.5.3.5.3.",
        "shaker": "3254325432543254",
    },
    "deep": {
        "kick": "8...8...8...8...",
        "backbeat": "....6..3....6.3.",
        "open": "..5...5...5...5.",
        "shaker": "3252325232523252",
    },
    "heartbeat": {"kick": "7.....3.........", "shaker": "..3...4...3...4."},
    "bounce": {
        "kick": "9...6.6.9...6...",
        "backbeat": "....9.......9...",
        "hat": "..6...6...6...63",
        "shaker": "4.3.4.3.4.3.4.32",
    },
}
# Beat within the bar, length in beats, loudness, semitones above the root.
BASS_LINES: dict[str, tuple[tuple[float, float, float, int], ...]] = {
    "melodic": ((0, 1.4, 0.95, 0), (1.5, 0.45, 0.7, 0), (2, 0.9, 0.85, 7), (3.5, 0.4, 0.7, 12)),
    "eighths": tuple((i / 2, 0.42, 0.9 if i % 2 == 0 else 0.7, 12 if i == 7 else 0) for i in range(8)),
    "offbeat": tuple((i + 0.5, 0.42, 0.9, 12 if i == 3 else 0) for i in range(4)),
    "syncopated": (
        (0, 0.65, 0.95, 0),
        (0.75, 0.6, 0.8, 0),
        (1.5, 0.9, 0.9, 0),
        (2.5, 0.9, 0.8, 0),
        (3.5, 0.4, 0.7, 7),
    ),
    "sparse": ((0, 2.7, 0.9, 0), (3, 0.9, 0.65, 7)),
    "bounce": ((0, 0.3, 0.95, 0), (1, 0.3, 0.8, 7), (2, 0.3, 0.9, 0), (3, 0.3, 0.8, 7), (3.5, 0.25, 0.7, 12)),
}
# Beat within the bar, length in beats, loudness.
CHORD_RHYTHMS: dict[str, tuple[tuple[float, float, float], ...]] = {
    "strum": ((0, 1.4, 0.8), (1.5, 0.8, 0.6), (2.5, 1.3, 0.7)),
    "push": ((0, 1.4, 0.8), (1.5, 1.4, 0.7), (3, 0.9, 0.6)),
    "offbeat": ((0.5, 0.35, 0.7), (1.5, 0.35, 0.65), (2.5, 0.35, 0.7), (3.5, 0.35, 0.6)),
    "stab": ((0, 0.22, 0.8), (0.75, 0.22, 0.65), (1.5, 0.3, 0.75), (2.5, 0.22, 0.7), (3.25, 0.22, 0.65)),
}
# Sixteenths over two bars.
MOTIFS = (
    (0, 3, 6, 8, 16, 19, 22),
    (2, 4, 6, 12, 18, 20, 22, 28),
    (0, 6, 8, 14, 16, 22),
    (0, 4, 6, 10, 12, 16, 22, 24),
    (4, 6, 8, 14, 20, 22, 24, 26),
)


@dataclass(frozen=True, slots=True)
class Note:
    """``voice`` plays ``pitch`` in ``stem``; times in seconds, ``pan`` -1 (left) .. 1."""

    stem: str
    voice: str
    pitch: int
    at: float
    hold: float
    loudness: float
    pan: float = 0.0


@dataclass(frozen=True, slots=True)
class Hit:
    """One drum or effect; ``length`` matters only to those that have one, in seconds."""

    drum: str
    at: float
    loudness: float
    pan: float = 0.0
    length: float = 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """All that is played: notes by pitched voices, hits by drums."""

    notes: tuple[Note, ...]
    hits: tuple[Hit, ...]


def write(mood: Mood, form: Form, bpm: float, rng: Generator) -> Score:
    """Compose a piece in that form. The same generator state writes the same music."""
    return _Writer(mood, form, bpm, rng).score()


class _Writer:
    """Holds what all parts share: the key, the chord of every bar, and the clock."""

    def __init__(self, mood: Mood, form: Form, bpm: float, rng: Generator) -> None:
        self._mood, self._form, self._beat, self._rng = mood, form, 60.0 / bpm, rng
        self._key = int(rng.choice(mood.keys))
        row = mood.progressions[int(rng.integers(len(mood.progressions)))]
        self._row = tuple(chord(symbol, self._key) for symbol in row)
        self._home = chord("0:madd9" if mood.minor else "0:add9", self._key)
        self._chords = self._harmony()
        self._motif = self._invent()
        self._rests = rng.random(STEPS) < ARPEGGIO_RESTS

    def score(self) -> Score:
        notes = [
            note
            for bar, tones in zip(self._form.bars, self._chords, strict=True)
            for note in self._bar(bar, tones)
        ]
        hits = [hit for bar in self._form.bars for hit in self._drums(bar)]
        notes += self._pads()
        notes += self._ending()
        hits += self._ending_hits()
        return Score(
            tuple(sorted(notes, key=lambda note: (note.at, note.stem, note.pitch))),
            tuple(sorted(hits, key=lambda hit: (hit.at, hit.drum))),
        )

    def _harmony(self) -> tuple[Chord, ...]:
        """Start the row anew with each section, and lead home in the last bar."""
        chords: list[Chord] = []
        since = 0
        for index, bar in enumerate(self._form.bars):
            since = 0 if index and bar.part is not self._form.bars[index - 1].part else since
            turning = bar.part is Part.TURN or index == len(self._form.bars) - 1
            chords.append(self._row[-1] if turning and index else self._row[since % len(self._row)])
            since += 1
        return tuple(chords)

    def _seconds(self, beat: float) -> float:
        """Place a beat on the clock; every second sixteenth swings."""
        late = self._mood.swing / 4 if round(beat * 4) % 2 else 0.0
        return (beat + late) * self._beat

    def _played(self, beat: float) -> float:
        """Place a beat as a player does: a few milliseconds off."""
        return max(0.0, self._seconds(beat) + float(self._rng.normal(0, 0.003)))

    def _bar(self, bar: Bar, tones: Chord) -> Iterator[Note]:
        if bar.part not in {Part.INTRO, Part.TURN}:
            yield from self._bass(bar, tones)
        yield from self._comping(bar, tones)
        if bar.part is not Part.TURN:
            yield from self._arpeggio(bar, tones)
        if bar.part in {Part.MAIN, Part.FINALE}:
            yield from self._melody(bar, tones)

    def _bass(self, bar: Bar, tones: Chord) -> Iterator[Note]:
        root = nearest(tones.root, BASS_CENTRE)
        for beat, length, loudness, step in BASS_LINES[self._mood.bass_style]:
            if beat < bar.beats:
                at = self._seconds(bar.start_beat + beat)
                yield Note("bass", self._mood.bass, root + step, at, length * self._beat, loudness)

    def _comping(self, bar: Bar, tones: Chord) -> Iterator[Note]:
        notes = voicing(tones.tones, CHORD_CENTRE)
        soft = 0.65 + 0.35 * bar.fullness
        held = bar.part in {Part.INTRO, Part.TURN}
        if held:
            rhythm: tuple[tuple[float, float, float], ...] = ((0, 2.8, 0.7),)
        elif self._mood.chord_style == "broken":
            rhythm = tuple((i / 2, 1.5, 0.6 + 0.2 * (i % 4 == 0)) for i in range(2 * bar.beats))
        else:
            rhythm = CHORD_RHYTHMS[self._mood.chord_style]
        for count, (beat, length, loudness) in enumerate(rhythm):
            if beat >= bar.beats:
                continue
            at = self._played(bar.start_beat + beat)
            broken = self._mood.chord_style == "broken" and not held
            struck = (notes[(count * 2) % len(notes)],) if broken else notes
            gap = 0.011 if self._mood.chord_style == "strum" else 0.002
            for order, pitch in enumerate(struck):
                pan = (order / max(1, len(struck) - 1) - 0.5) * 0.7
                yield Note(
                    "chords",
                    self._mood.chords,
                    pitch,
                    at + order * gap,
                    length * self._beat,
                    loudness * soft,
                    pan,
                )

    def _arpeggio(self, bar: Bar, tones: Chord) -> Iterator[Note]:
        """Climb and fall through the chord: eighths, and sixteenths where it is full and fast."""
        ladder = sorted({nearest(tone, ARP_CENTRE) + octave for tone in tones.tones for octave in (-12, 0)})
        ladder = [pitch for pitch in ladder if ARP_CENTRE - 12 <= pitch <= ARP_CENTRE + 10]
        way = [*ladder, *ladder[-2:0:-1]]
        dense = bar.fullness > 0.8 and self._mood.groove in {"four", "broken"}
        step = 0.25 if dense else 0.5
        for count in range(int(bar.beats / step)):
            beat = count * step
            if count and self._rests[round(beat * 4)]:
                continue
            accent = 0.75 if count % 4 == 0 else 0.5
            soft = 0.6 + 0.4 * bar.fullness
            pan = 0.55 if count % 2 else -0.55
            at = self._played(bar.start_beat + beat)
            yield Note(
                "arp", self._mood.arp, way[count % len(way)], at, step * 0.9 * self._beat, accent * soft, pan
            )

    def _invent(self) -> tuple[tuple[int, int], ...]:
        """Invent the tune: sixteenth and scale step, over two bars. It is repeated, so it is remembered."""
        rhythm = MOTIFS[int(self._rng.integers(len(MOTIFS)))]
        steps, place = [], int(self._rng.integers(0, 3))
        for _ in rhythm:
            steps.append(place)
            place = int(np.clip(place + self._rng.choice([-2, -1, -1, 1, 1, 2]), -2, 5))
        return tuple(zip(rhythm, steps, strict=True))

    def _melody(self, bar: Bar, tones: Chord) -> Iterator[Note]:
        scale = MINOR_PENTATONIC if self._mood.minor else MAJOR_PENTATONIC
        bars = [other for other in self._form.bars if other.part is bar.part]
        place = bars.index(bar)
        offset = (place % 2) * STEPS
        answer = 1 if place % 4 >= 2 else 0
        lift = 12 if bar.part is Part.FINALE and self._mood.lead in {"bell", "marimba"} else 0
        moments = [(at - offset, step) for at, step in self._motif if 0 <= at - offset < STEPS]
        ends = [at for at, _ in moments[1:]] + [STEPS]
        for (at, step), until in zip(moments, ends, strict=True):
            if at / 4 >= bar.beats:
                continue
            octave, degree = divmod(step + answer, len(scale))
            pitch = nearest((self._key + scale[degree]) % 12, LEAD_CENTRE - 5 + 12 * octave + degree * 2)
            if at % 8 == 0:
                pitch = min(
                    (nearest(tone, pitch) for tone in tones.triad), key=lambda tone: abs(tone - pitch)
                )
            hold = min(until - at, 6) / 4 * 0.92 * self._beat
            loudness = 0.85 if at % 8 == 0 else 0.7
            yield Note(
                "lead", self._mood.lead, pitch + lift, self._played(bar.start_beat + at / 4), hold, loudness
            )

    def _pads(self) -> Iterator[Note]:
        before: tuple[int, ...] = ()
        for bar, tones in zip(self._form.bars, self._chords, strict=True):
            before = voicing(tones.tones, PAD_CENTRE, before)
            loudness = {Part.INTRO: 0.8, Part.TURN: 1.0}.get(bar.part, 0.75)
            for order, pitch in enumerate(before):
                at = bar.start_beat * self._beat
                yield Note("pad", "pad", pitch, at, bar.beats * self._beat, loudness, 0.4 * (-1) ** order)

    def _ending(self) -> Iterator[Note]:
        """Land at home, and let it ring."""
        at, hold = self._form.final_beat * self._beat, 8 * self._beat
        root = nearest(self._home.root, BASS_CENTRE)
        yield Note("bass", self._mood.bass, root, at, 2.5 * self._beat, 0.95)
        for order, pitch in enumerate(voicing(self._home.tones, CHORD_CENTRE)):
            pan = (order - 1.5) * 0.3
            yield Note("chords", self._mood.chords, pitch, at + 0.004 * order, min(hold, 2.4), 0.85, pan)
            yield Note("pad", "pad", pitch - 12 * (order == 0), at, hold, 0.8, -pan)
        if self._form.bars:
            top = nearest(self._home.root, LEAD_CENTRE)
            yield Note("lead", self._mood.lead, top, at + 0.004, 2 * self._beat, 0.7)

    def _drums(self, bar: Bar) -> Iterator[Hit]:
        groove = GROOVES[self._mood.groove]
        for drum, line in groove.items():
            for step in range(bar.beats * 4):
                strength = 0 if line[step] == "." else int(line[step])
                if strength and self._plays(drum, bar, step):
                    yield self._hit(drum, bar.start_beat + step / 4, strength / 9)
        yield from self._fill(bar)
        index = self._form.bars.index(bar)
        if index and bar.part is not self._form.bars[index - 1].part:
            yield from self._arrival(bar)

    def _plays(self, drum: str, bar: Bar, step: int) -> bool:
        match bar.part:
            case Part.INTRO:
                return drum in {"shaker", "hat"} and bar.start_beat > 0
            case Part.TURN:
                return drum == "kick" and step == 0
            case Part.BUILD:
                early = bar.start_beat < self._first_full() - 2 * BEATS
                return drum in {"kick", "hat", "shaker"} or (drum == "backbeat" and not early)
            case _:
                return not (bar.fill and step >= 12 and drum in {"hat", "open"})

    def _first_full(self) -> int:
        full = [bar.start_beat for bar in self._form.bars if bar.part in {Part.MAIN, Part.FINALE}]
        return min(full, default=0)

    def _hit(self, drum: str, beat: float, strength: float) -> Hit:
        steady = drum in {"kick", "backbeat"}
        strength *= 1.0 if steady else float(self._rng.uniform(0.8, 1.05))
        pan = {"hat": 0.18, "open": -0.15, "shaker": -0.35}.get(drum, 0.0)
        name = {"kick": "kick", "backbeat": self._mood.backbeat}.get(drum, drum)
        return Hit(name, self._seconds(beat), strength, pan)

    def _fill(self, bar: Bar) -> Iterator[Hit]:
        """Lead on: a short roll, and out of intro and turn a rising sweep."""
        ends = bar.start_beat + bar.beats
        if bar.part is Part.TURN or (bar.part is Part.INTRO and self._last_of(bar)):
            length = min(bar.beats, 4) * self._beat
            yield Hit("riser", ends * self._beat - length, 0.9, 0.0, length)
        if bar.fill and bar.part is not Part.TURN and self._mood.groove not in {"heartbeat", "deep"}:
            roll = self._mood.backbeat if self._mood.backbeat != "none" else "shaker"
            for count, step in enumerate((12, 13, 14, 15) if self._mood.groove == "four" else (13, 14, 15)):
                if step < bar.beats * 4:
                    yield Hit(roll, self._seconds(bar.start_beat + step / 4), 0.3 + 0.12 * count, 0.1 * count)

    def _last_of(self, bar: Bar) -> bool:
        index = self._form.bars.index(bar)
        return index + 1 < len(self._form.bars) and self._form.bars[index + 1].part is not bar.part

    def _arrival(self, bar: Bar) -> Iterator[Hit]:
        at = bar.start_beat * self._beat
        gentle = self._mood.groove in {"heartbeat", "deep", "laid_back"}
        if bar.part in {Part.MAIN, Part.FINALE}:
            yield Hit("crash", at, 0.45 if gentle else 0.8)
        if bar.part is Part.FINALE:
            yield Hit("boom", at, 0.5 if gentle else 0.8)

    def _ending_hits(self) -> Iterator[Hit]:
        if self._form.final_beat:
            yield Hit("boom", 0.0, 0.45)
        at = self._form.final_beat * self._beat
        gentle = self._mood.groove in {"heartbeat", "deep", "laid_back"}
        yield Hit("kick", at, 0.9)
        yield Hit("boom", at, 0.5 if gentle else 0.7)
        yield Hit("crash", at, 0.4 if gentle else 0.75)
