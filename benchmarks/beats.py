"""Compare the beat tracker with known tempos, and with librosa where that is installed.

Run ``python -m benchmarks.beats FOLDER`` on a folder of music. A tempo in a file's name, such as
``drone_97bpm.flac``, is taken as the truth.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np

from clappper.base.errors import UnusableInputError
from clappper.media.audio import RATE, Samples, read_audio
from clappper.media.beats import track_beats

SUFFIXES = {".wav", ".flac", ".ogg", ".mp3", ".m4a"}
COLUMNS = "sound                             seconds   true    bpm beats  conf CPU s/min  note"


@dataclass(frozen=True, slots=True)
class Sound:
    name: str
    samples: Samples
    bpm: float | None = None
    first_seconds: float | None = None


def clicks(bpm: float, seconds: float = 20.0) -> Sound:
    """Make a metronome with a known grid."""
    samples = np.random.default_rng(0).normal(0, 1e-4, (round(seconds * RATE), 2)).astype(np.float32)
    click = (np.sin(np.arange(96) * 0.2) * np.hanning(96)).astype(np.float32)
    for at in np.arange(0.3, seconds - 0.1, 60 / bpm):
        start = round(at * RATE)
        samples[start : start + 96] += click[:, None]
    return Sound(f"clicks at {bpm:g}", samples, bpm, 0.3)


def sounds(folder: Path) -> Iterator[Sound]:
    for bpm in (72.0, 90.0, 120.0, 128.0, 174.0):
        yield clicks(bpm)
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES):
        stated = re.search(r"(\d+)bpm", path.stem)
        try:
            yield Sound(path.name, read_audio(path), float(stated[1]) if stated else None)
        except UnusableInputError as problem:
            sys.stderr.write(f"{problem}\n")


def row(sound: Sound) -> str:
    started = time.process_time()
    grid = track_beats(sound.samples)
    spent = time.process_time() - started
    seconds = len(sound.samples) / RATE
    note = grid.note
    if sound.bpm and sound.first_seconds is not None and grid.beats_seconds:
        period = 60 / sound.bpm
        off = (np.array(grid.beats_seconds) - sound.first_seconds + period / 2) % period - period / 2
        note = f"off by {1000 * np.abs(off).mean():.1f} ms, at most {1000 * np.abs(off).max():.1f} {note}"
    true = f"{sound.bpm:6.1f}" if sound.bpm else "     -"
    return (
        f"{sound.name[:32]:32s} {seconds:8.1f} {true} {grid.bpm:6.1f} {len(grid.beats_seconds):5d} "
        f"{grid.confidence:5.2f} {60 * spent / max(seconds, 0.01):9.2f}  {note}"
    )


def librosa_tempo() -> Callable[[Samples], float] | None:
    try:
        librosa = import_module("librosa")
    except ImportError:
        return None

    def tempo(samples: Samples) -> float:
        found, _ = librosa.beat.beat_track(y=samples.mean(axis=1), sr=RATE)
        return float(np.atleast_1d(found)[0])

    return tempo


def main(folder: Path) -> None:
    other = librosa_tempo()
    sys.stdout.write(COLUMNS + ("  librosa bpm" if other else "") + "\n")
    for sound in sounds(folder):
        sys.stdout.write(row(sound) + (f"  {other(sound.samples):6.1f}" if other else "") + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
