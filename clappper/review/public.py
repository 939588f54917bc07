"""Public ratings of generated videos in the shape the predictor learns from."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, pstdev

from clappper.base.errors import UnusableInputError
from clappper.review.learning import Example

FETV_PASS = 3.5
VIDEO_BENCH_PASS = 4.0
THREE_STEPS = frozenset({"action", "color", "scene", "object_class"})
"""Dimensions of Video-Bench that are rated 1 to 3; the others 1 to 5."""


@dataclass(frozen=True, slots=True)
class PublicClip:
    """One rated clip. ``family`` is a group of prompts rated alike; ``raters`` are single raters' means."""

    example: Example
    family: str = ""
    raters: tuple[float, ...] = ()


def read_fetv(path: Path) -> list[PublicClip]:
    """Read FETV (Liu et al., 2023): three raters on alignment, static and temporal quality; passed from 3.5.

    Raises:
        UnusableInputError: the file is not that table.
    """
    clips = []
    for row in _rows(path, "fine_alignment"):
        aspects = ("alignment", "static", "temporal")
        raters = tuple(mean(float(row[f"{aspect}_r{number}"]) for aspect in aspects) for number in range(3))
        score = mean(raters)
        example = Example(row["prompt"], row["model"], score, float(score >= FETV_PASS - 1e-9))
        clips.append(PublicClip(example, "", raters))
    return clips


def read_video_bench(path: Path) -> list[PublicClip]:
    """Read Video-Bench (Han et al., 2025): its dimensions on one scale of 1 to 5; passed from 4.

    Raises:
        UnusableInputError: the file is not that table.
    """
    scores: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for row in _rows(path, "prompt_family"):
        given = [float(row[name]) for name in ("r0", "r1", "r2", "r3") if row[name]]
        stretch = 2.0 if row["dimension"] in THREE_STEPS else 1.0
        key = (row["prompt"], row["model"], row["prompt_family"])
        scores[key].append(1 + (mean(given) - 1) * stretch)
    return [
        PublicClip(Example(prompt, model, mean(found), float(mean(found) >= VIDEO_BENCH_PASS - 1e-9)), family)
        for (prompt, model, family), found in scores.items()
    ]


def _rows(path: Path, column: str) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if column not in (reader.fieldnames or ()):
                raise UnusableInputError(f"{path} is not the table of ratings it should be.")
            yield from reader
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableInputError(f"{path} cannot be read: {error}") from error


def by_prompt(clips: list[PublicClip]) -> list[Example]:
    """Make one example of each prompt, whoever made the clips.

    What a model adds is taken out, and families are brought to one mean and spread, so that what is left is
    the prompt's own.
    """
    model = _effects([(clip.example.provider, clip.example.score) for clip in clips])
    cleared = [clip.example.score - model[clip.example.provider] for clip in clips]
    families: dict[str, list[float]] = defaultdict(list)
    for clip, score in zip(clips, cleared, strict=True):
        families[clip.family].append(score)
    centre, width = mean(cleared), pstdev(cleared)
    prompts: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for clip, score in zip(clips, cleared, strict=True):
        own = families[clip.family]
        level = centre + (score - mean(own)) / (pstdev(own) or 1.0) * width
        prompts[clip.example.prompt].append((level, clip.example.passed))
    return [
        Example(prompt, "", mean(level for level, _ in found), mean(passed for _, passed in found))
        for prompt, found in prompts.items()
    ]


def _effects(scores: list[tuple[str, float]]) -> dict[str, float]:
    overall = mean(score for _, score in scores)
    models = {name for name, _ in scores}
    return {name: mean(score for other, score in scores if other == name) - overall for name in models}
