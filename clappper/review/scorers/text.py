"""Text that nobody asked for: generated clips should carry none, since titles are laid over them later.

Reads a few pictures with the Tesseract program, where it is installed.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from clappper.review.scorers.sample import Rgb, Sample
from clappper.review.scorers.score import Metric, Score, impossible

VERSION = "3"
METRICS = (Metric("unexpected_text", "Unexpected text", -1, "share"),)
PROGRAM, HOW = (
    "tesseract",
    "install Tesseract (for instance: apt install tesseract-ocr, brew install tesseract)",
)
PICTURES = 4
ENLARGED = 2
"""Tesseract reads best where capitals are 20 to 40 pixels high."""
SUREST, FEWEST_LETTERS = 80.0, 3
"""What is read with less confidence, or shorter, is mostly texture."""
LONGEST_SECONDS = 30

Reader = Callable[[Rgb], tuple[str, ...]]


def measure(sample: Sample, prompt: str, reader: Reader | None = None) -> tuple[Score, ...]:
    """Give the share of pictures with a word that is not in the prompt; the words are the reason."""
    if reader is None:
        if lacking := missing(sample.models):
            return impossible(METRICS, lacking)
        reader = partial(read_words, Path(shutil.which(PROGRAM) or PROGRAM))
    places = np.linspace(0, len(sample.keys) - 1, min(PICTURES, len(sample.keys))).round().astype(int)
    expected = set(_words(prompt))
    try:
        found = [_strange(reader(sample.keys[place]), expected) for place in places]
    except (OSError, subprocess.SubprocessError) as error:
        return impossible(METRICS, f"Tesseract failed ({error}).")
    share = sum(1 for words in found if words) / len(found)
    seen = dict.fromkeys(word for words in found for word in words)
    reason = "reads: " + ", ".join(list(seen)[:8]) if seen else ""
    return (Score("unexpected_text", float(f"{share:.6g}"), reason),)


def missing(_: Path) -> str:
    """Say what has to be installed; nothing where all is there."""
    return "" if shutil.which(PROGRAM) else f"no text reader is installed; {HOW}."


def read_words(program: Path, picture: Rgb) -> tuple[str, ...]:
    """Give the words Tesseract is sure of.

    Raises:
        OSError: it does not start.
        subprocess.SubprocessError: it failed or hangs, or lacks the English language data.
    """
    large = cv2.resize(picture, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_CUBIC)
    _, encoded = cv2.imencode(".png", cv2.cvtColor(large, cv2.COLOR_RGB2BGR))
    answer = subprocess.run(
        [str(program), "stdin", "stdout", "-l", "eng", "--psm", "11", "tsv"],
        input=encoded.tobytes(),
        capture_output=True,
        check=True,
        timeout=LONGEST_SECONDS,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    return sure_words(answer.stdout.decode(errors="replace"))


def sure_words(table: str) -> tuple[str, ...]:
    """Pick from Tesseract's table, one word a row, the words read with confidence."""
    rows = csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple(
        word
        for row in rows
        if float(row.get("conf") or -1) >= SUREST
        for word in _words(row.get("text") or "")
        if len(word) >= FEWEST_LETTERS
    )


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def _strange(read: tuple[str, ...], expected: set[str]) -> list[str]:
    return [word for word in read if word not in expected]
