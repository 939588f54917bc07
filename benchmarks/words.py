"""How well words are found in a voice: ``python -m benchmarks.words [FOLDER]``.

Truth is, where a ``NAME.words.json`` of PocketSphinx lies beside ``NAME.wav`` in FOLDER, that alignment of a
read recording; and without a folder what eSpeak NG tells of its own voices, which are found by another
voice and pace of its. Errors are those of word starts, in milliseconds; *letters* spreads the same words
between the true start and end by their letters, which is what captions did before.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clappper.media.alignment import prepared, word_times
from clappper.media.audio import RATE, read_audio
from clappper.providers.espeak import recite
from clappper.timeline.wording import spoken_words

SCRIPTS = (
    "Slow mornings, in your hands. Hand glazed, amber inside. Get yours today for twenty four dollars.",
    "Meet the bottle that keeps up with you. Cold for a day, hot for twelve hours, and it never leaks.",
    "Three minutes, one pan, no mess: dinner is ready before the song is over!",
)
VOICES = (("en-us+f3", 140), ("en-gb+m3", 190), ("en-us+m7", 165))


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of which it is known when each word begins, and when the last one ends, in seconds."""

    name: str
    text: str
    samples: NDArray[np.float32]
    starts: Sequence[float]
    end: float


def recordings(folder: Path) -> Iterator[Voice]:
    for told in sorted(folder.glob("*.words.json")):
        found = json.loads(told.read_text())
        words = [word for word in found["w"] if not word["t"].startswith("<")]
        name = told.name.removesuffix(".words.json")
        samples = prepared(read_audio(folder / f"{name}.wav"), RATE)
        end = words[-1]["b"] + words[-1]["d"]
        yield Voice(name, found["t"], samples, [word["b"] for word in words], end)


def recited() -> Iterator[Voice]:
    for number, text in enumerate(SCRIPTS, 1):
        for voice, pace in VOICES:
            said = recite(text, voice, pace)
            if said is not None:
                end = len(said.samples) / said.rate
                samples = prepared(said.samples, said.rate)
                yield Voice(f"script {number}, {voice} at {pace}", text, samples, said.starts, end)


def measure(voice: Voice) -> None:
    reference = recite(voice.text)
    if reference is None:
        print("libespeak-ng is not installed.")
        return
    found = word_times(prepared(reference.samples, reference.rate), reference.starts, voice.samples)
    guessed = spoken_words(voice.text, voice.starts[0], voice.end)
    true = np.asarray(voice.starts)
    errors = 1000 * np.abs(np.array([word.start_seconds for word in found]) - true)
    before = 1000 * np.abs(np.array([word.start_seconds for word in guessed]) - true)
    print(
        f"{voice.name:32} {len(true):3} words  mean {errors.mean():4.0f}  median {np.median(errors):4.0f}"
        f"  worst {errors.max():4.0f}   letters: mean {before.mean():4.0f}  worst {before.max():4.0f}"
    )


def main() -> None:
    voices = recordings(Path(sys.argv[1])) if len(sys.argv) > 1 else recited()
    for voice in voices:
        measure(voice)


if __name__ == "__main__":
    main()
