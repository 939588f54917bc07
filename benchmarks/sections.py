"""Compare the section finder with songs whose sections are known, and with librosa where that is installed.

Run ``python -m benchmarks.sections FOLDER [SONGS]`` on a folder of music. Songs are built from it: each
section plays one or two recordings, brought to one tempo, so every boundary is known. The embedded
composer's pieces know their own sections. The peer is told the same beats and, besides, the true number
of sections.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy import signal

from clappper.media.audio import RATE, Samples, read_audio
from clappper.media.beats import BeatGrid, track_beats
from clappper.media.sections import find_sections
from clappper.providers.composer.compose import compose
from clappper.providers.composer.moods import MOODS

FORMS = ("abab", "abcb", "iababo", "iabcbo", "abcab", "iabab", "ababcbo", "iaabbo")
# Recording, where it starts in seconds, how long one beat lasts there, and how many beats are taken.
MATERIAL = (
    ("loop_amen.flac", 0.0, 1.7531 / 4, 4),
    ("loop_mika.flac", 0.0, 0.5, 16),
    ("drone-loop_97bpm.flac", 0.0, 4.948 / 8, 8),
    ("trumpet-solo_90bpm.ogg", 0.0, 5.333 / 8, 8),
    ("kick_120bpm.mp3", 0.0, 0.5, 16),
    ("electro-1.mp3", 0.0, 0.48, 16),
    ("electro-1.mp3", 7.2, 0.48, 16),
    ("vibe-ace_jazz.ogg", 4.0, 60 / 130, 16),
    ("vibe-ace_jazz.ogg", 32.0, 60 / 130, 16),
)


FIRST_SEED = 200  # those below 51 were tuned on
COMPOSED_SECONDS = (30.0, 45.0, 60.0)
Part = tuple[Samples, int]
Span = tuple[float, str]


@dataclass(frozen=True, slots=True)
class Known:
    """A song whose inner boundaries, in seconds, are known."""

    name: str
    samples: Samples
    bpm: float
    bounds: tuple[float, ...]
    spans: tuple[Span, ...]


def material(folder: Path) -> list[Part]:
    """Read what songs are built of, each with how many beats it lasts."""
    found = {path.name: path for path in folder.rglob("*")}
    parts = []
    for name, start, beat, beats in MATERIAL:
        samples = read_audio(found[name])
        first = round(start * RATE)
        part = samples[first : first + round(beat * beats * RATE)]
        parts.append((part / max(float(np.sqrt((part**2).mean())), 1e-6) * 0.08, beats))
    return parts


def built(parts: Sequence[Part], seed: int) -> Known:
    """Build a song: a form, a tempo, and for each letter one or two recordings, 2 to 8 bars long."""
    rng = np.random.default_rng(seed)
    form = FORMS[int(rng.integers(len(FORMS)))]
    bpm = float(rng.integers(84, 150))
    deck = list(rng.permutation(len(parts)))
    sounds = {letter: _sound(parts, deck, bpm, rng, quiet=letter in "io") for letter in dict.fromkeys(form)}
    samples = np.concatenate([sounds[letter] for letter in form])
    ends = np.cumsum([len(sounds[letter]) / RATE for letter in form])
    turns = [at for at, (one, other) in enumerate(pairwise(form)) if one != other]
    noise = rng.normal(0, 3e-4, samples.shape).astype(np.float32)
    spans = tuple(zip((0.0, *ends[:-1].tolist()), form, strict=True))
    return Known(f"built {form}", samples + noise, bpm, tuple(float(ends[at]) for at in turns), spans)


def _sound(
    parts: Sequence[Part], deck: list[int], bpm: float, rng: np.random.Generator, *, quiet: bool
) -> Samples:
    count = 1 if quiet or rng.random() < 0.4 else 2
    chosen = [deck.pop() if deck else int(rng.integers(len(parts))) for _ in range(count)]
    level = float(rng.uniform(0.35, 0.7) if quiet else rng.uniform(0.6, 1.2))
    length = round(int(rng.choice([8, 16] if quiet else [16, 32])) * 60 / bpm * RATE)
    layers = [_at_tempo(*parts[index], bpm, length) for index in chosen]
    mixed: Samples = (np.array(layers).sum(axis=0) * level).astype(np.float32)
    return mixed


def _at_tempo(part: Samples, beats: int, bpm: float, length: int) -> Samples:
    sound: Samples = signal.resample(part, round(beats * 60 / bpm * RATE), axis=0).astype(np.float32)
    return np.resize(sound, (length, 2)) if length > len(sound) else sound[:length]


def composed(seed: int) -> Known:
    """Let the embedded composer write a piece; the seed chooses its mood and length too."""
    mood = tuple(MOODS)[seed % len(MOODS)]
    piece = compose(mood, COMPOSED_SECONDS[seed % len(COMPOSED_SECONDS)], seed)
    bounds = tuple(section.start_seconds for section in piece.sections[1:])
    spans = tuple((section.start_seconds, section.name) for section in piece.sections)
    return Known(f"composed {mood}", piece.samples, piece.bpm, bounds, spans)


def f1(found: Sequence[float], true: Sequence[float], reach: float) -> float:
    """Give the F1 of boundaries met within ``reach`` seconds, each counted once."""
    left, met = list(found), 0
    for bound in true:
        near = min(left, key=lambda one: abs(one - bound), default=None)
        if near is not None and abs(near - bound) <= reach + 1e-3:
            left.remove(near)
            met += 1
    return 2 * met / max(len(found) + len(true), 1)


def pairs_f1(found: Sequence[Span], true: Sequence[Span], seconds: float) -> float:
    """Give the F1 of pairs of moments said to be of one letter (Levy and Sandler, 2008)."""
    moments = np.arange(0.05, seconds, 0.1)
    alike = []
    for spans in (found, true):
        letters = np.array([letter for _, letter in spans])
        at = np.searchsorted([start for start, _ in spans], moments, side="right") - 1
        alike.append(np.equal.outer(letters[at], letters[at]))
    return float(2 * (alike[0] & alike[1]).sum() / (alike[0].sum() + alike[1].sum()))


def peer() -> Callable[[Known, BeatGrid], list[float]] | None:
    """Give librosa's sections: timbre and harmony by beat, joined into as many as there truly are."""
    try:
        librosa = import_module("librosa")
    except ImportError:
        return None

    def bounds(known: Known, grid: BeatGrid) -> list[float]:
        sound, rate = signal.resample_poly(known.samples.mean(axis=1), 147, 320), 22_050
        chroma = librosa.feature.chroma_stft(y=sound, sr=rate)
        timbre = librosa.util.normalize(librosa.feature.mfcc(y=sound, sr=rate, n_mfcc=13), axis=1)
        frames = librosa.time_to_frames(grid.beats_seconds, sr=rate)
        data = librosa.util.sync(np.vstack([chroma, timbre]), frames)
        starts = librosa.segment.agglomerative(data, len(known.bounds) + 1)
        edges = librosa.util.fix_frames(frames, x_min=0)
        return [float(librosa.frames_to_time(edges[beat], sr=rate)) for beat in starts if beat]

    return bounds


def even(known: Known) -> list[float]:
    """Guess without listening: as many equal sections as there truly are."""
    count = len(known.bounds) + 1
    return [len(known.samples) / RATE * at / count for at in range(1, count)]


def main(folder: Path, songs: int) -> None:
    parts, other = material(folder), peer()
    seeds = range(FIRST_SEED, FIRST_SEED + songs)
    for kind, make in (("built", lambda seed: built(parts, seed)), ("composed", composed)):
        scores: dict[str, list[tuple[float, float]]] = {}
        pairs, spent, heard = [], 0.0, 0.0
        for seed in seeds:
            known = make(seed)
            grid = track_beats(known.samples)
            started = time.process_time()
            song = find_sections(known.samples, RATE, grid)
            spent, heard = spent + time.process_time() - started, heard + len(known.samples) / RATE
            found = {"clappper": [section.start for section in song.sections[1:]], "even": even(known)}
            if other:
                found["librosa"] = other(known, grid)
            for name, bounds in found.items():
                score = (f1(bounds, known.bounds, 60 / known.bpm), f1(bounds, known.bounds, 0.5))
                scores.setdefault(name, []).append(score)
            spans = [(section.start, section.letter) for section in song.sections]
            pairs.append(pairs_f1(spans, known.spans, len(known.samples) / RATE))
        for name, each in scores.items():
            beat, half = np.mean(each, axis=0)
            low = min(score for score, _ in each)
            sys.stdout.write(
                f"{kind:9s} {name:9s} F1 {beat:.3f} at a beat, {half:.3f} at 0.5 s, worst {low:.2f}\n"
            )
        sys.stdout.write(
            f"{kind:9s} {songs} songs, letters' pair F1 {np.mean(pairs):.3f}, "
            f"{60 * spent / heard:.2f} CPU s a minute\n"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 24)
