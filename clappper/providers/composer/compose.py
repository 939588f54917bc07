"""From a mood, a tempo, a length and a seed to a finished piece of music."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from clappper.media.audio import RATE, Samples
from clappper.providers.composer import drums
from clappper.providers.composer.desk import mix
from clappper.providers.composer.form import Form, form
from clappper.providers.composer.moods import MOODS, Mood
from clappper.providers.composer.score import Hit, Note, Score, write
from clappper.providers.composer.voices import BASSES, VOICES, pad_loop

Report = Callable[[float, str], None]
PAD_ATTACK_SECONDS, PAD_RELEASE_SECONDS = 0.22, 0.55
LAST_FADE_SECONDS = 0.8
LOUDNESS_STEPS = 6
# Peaks against a kick of 1.0, as on a well-balanced kit.
KIT_LEVELS = {
    "snare": 0.62,
    "clap": 0.58,
    "clap_snare": 0.66,
    "snap": 0.42,
    "rim": 0.36,
    "hat": 0.30,
    "open": 0.28,
    "shaker": 0.22,
}


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a piece, by the name that listeners would give it."""

    name: str
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True, slots=True)
class Piece:
    """Music of exactly the length asked for; its beats are exact, not measured."""

    samples: Samples
    bpm: float
    beats_seconds: tuple[float, ...]
    downbeats: tuple[float, ...]
    sections: tuple[Section, ...]


def compose(
    mood: str,
    seconds: float,
    seed: int,
    *,
    bpm: float | None = None,
    end_card_seconds: float | None = None,
    report: Report = lambda _fraction, _stage: None,
) -> Piece:
    """Write, play and mix a piece. The same arguments give the same samples.

    Raises:
        KeyError: there is no such mood.
    """
    recipe = MOODS[mood]
    tempo = bpm or recipe.bpm
    shape = form(seconds, tempo, end_card_seconds)
    writing, playing, mixing = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(3))
    report(0.02, "writing the music")
    score = write(recipe, shape, tempo, writing)
    length = round(seconds * RATE)
    stems = _play(score, recipe, length, playing, report)
    report(0.8, "mixing")
    samples = mix(
        stems,
        [hit.at for hit in score.hits if hit.drum == "kick"],
        beat_seconds=60 / tempo,
        space=recipe.space,
        pump_db=recipe.pump,
        offsets_db=recipe.levels,
        rng=mixing,
    )
    return _piece(_ended(samples), shape, tempo)


def _piece(samples: Samples, shape: Form, bpm: float) -> Piece:
    def at(beat: int) -> float:
        return round(beat * 60 / bpm, 6)

    sections: list[Section] = []
    for bar in shape.bars:
        start = (
            sections.pop().start_seconds if sections and sections[-1].name == bar.part else at(bar.start_beat)
        )
        sections.append(Section(bar.part, start, at(bar.start_beat + bar.beats)))
    return Piece(
        samples,
        bpm,
        tuple(at(beat) for beat in range(shape.final_beat + 1)),
        (*(at(bar.start_beat) for bar in shape.bars), at(shape.final_beat)),
        tuple(sections),
    )


def _ended(samples: Samples) -> Samples:
    fade = min(round(LAST_FADE_SECONDS * RATE), len(samples))
    samples[len(samples) - fade :] *= np.cos(np.linspace(0, np.pi / 2, fade, dtype=np.float32))[:, None]
    return samples


def _play(
    score: Score, mood: Mood, length: int, rng: np.random.Generator, report: Report
) -> dict[str, Samples]:
    stems: dict[str, Samples] = {}
    kit = _Kit(mood, rng)
    for hit in score.hits:
        if hit.drum != "none":
            _put(stems, kit.stem(hit), kit.sound(hit), hit.at, hit.loudness, hit.pan, length)
    report(0.2, "playing drums")
    band = _Band(mood, rng)
    for count, note in enumerate(score.notes):
        _put(stems, note.stem, band.sound(note), note.at, 1.0, note.pan, length)
        report(0.2 + 0.6 * count / len(score.notes), "playing")
    return stems


def _put(
    stems: dict[str, Samples], stem: str, sound: Samples, at: float, gain: float, pan: float, length: int
) -> None:
    """Lay a sound on its stem; ``pan`` turns one side down (balance), at most by half."""
    if stem not in stems:
        stems[stem] = np.zeros((length, 2), np.float32)
    start = round(at * RATE)
    end = min(length, start + len(sound))
    if end > start:
        sides = np.array([gain * (1 - 0.6 * max(pan, 0)), gain * (1 + 0.6 * min(pan, 0))], np.float32)
        stems[stem][start:end] += sound[: end - start] * sides


class _Kit:
    """Drum sounds of one piece, each made once in a few takes so that no two hits are quite alike."""

    TAKES = 3

    def __init__(self, mood: Mood, rng: np.random.Generator) -> None:
        self._rng = rng
        self._makers: dict[str, Callable[[np.random.Generator], Samples]] = {
            "kick": partial(drums.kick, mood.kick),
            "snare": drums.snare,
            "clap": drums.clap,
            "clap_snare": lambda rng: _layered(drums.clap(rng), drums.snare(rng)),
            "snap": drums.snap,
            "rim": drums.rim,
            "hat": drums.hat,
            "open": partial(drums.hat, opened=True),
            "shaker": drums.shaker,
            "crash": drums.crash,
            "boom": drums.boom,
        }
        self._made: dict[tuple[str, int], Samples] = {}
        self._turn = 0

    def stem(self, hit: Hit) -> str:
        if hit.drum == "kick":
            return "kick"
        return "effects" if hit.drum in {"crash", "boom", "riser"} else "drums"

    def sound(self, hit: Hit) -> Samples:
        if hit.drum == "riser":
            return drums.riser(hit.length, self._rng)
        self._turn += 1
        take = 0 if hit.drum in {"kick", "crash", "boom"} else self._turn % self.TAKES
        if (hit.drum, take) not in self._made:
            made = self._makers[hit.drum](self._rng)
            level = KIT_LEVELS.get(hit.drum, 1.0) / max(float(np.abs(made).max()), 1e-9)
            self._made[hit.drum, take] = made * np.float32(level)
        return self._made[hit.drum, take]


def _layered(one: Samples, two: Samples) -> Samples:
    longer, shorter = (one, two) if len(one) > len(two) else (two, one)
    both = longer.copy()
    both[: len(shorter)] += shorter
    return both * np.float32(0.7)


class _Band:
    """Pitched sounds of one piece; a note played twice alike is made once."""

    def __init__(self, mood: Mood, rng: np.random.Generator) -> None:
        self._colour, self._rng = mood.colour, rng
        self._made: dict[tuple[str, int, int, int], Samples] = {}
        self._pads: dict[int, Samples] = {}

    def sound(self, note: Note) -> Samples:
        if note.stem == "pad":
            return self._pad(note)
        level = max(1, round(note.loudness * LOUDNESS_STEPS))
        key = (note.voice, note.pitch, round(note.hold * 100), level)
        if key not in self._made:
            voice = (BASSES if note.stem == "bass" else VOICES)[note.voice]
            self._made[key] = voice(note.pitch, note.hold, level / LOUDNESS_STEPS)
        return self._made[key]

    def _pad(self, note: Note) -> Samples:
        if note.pitch not in self._pads:
            self._pads[note.pitch] = pad_loop(note.pitch, self._colour, self._rng)
        loop = self._pads[note.pitch]
        length = round((note.hold + PAD_RELEASE_SECONDS) * RATE)
        start = round(note.at * RATE) % len(loop)
        sound = np.take(loop, np.arange(start, start + length), axis=0, mode="wrap")
        time = np.arange(length, dtype=np.float32) / np.float32(RATE)
        swell = np.minimum(time / PAD_ATTACK_SECONDS, 1)
        fall = np.clip((note.hold + PAD_RELEASE_SECONDS - time) / PAD_RELEASE_SECONDS, 0, 1)
        shape = np.sin(np.pi / 2 * swell) * np.sin(np.pi / 2 * fall) * np.float32(note.loudness)
        played: Samples = (sound * shape[:, None]).astype(np.float32)
        return played
