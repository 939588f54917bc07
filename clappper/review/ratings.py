"""What people said of clips: ratings, comparisons, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Mode = Literal["blind", "assist", "open"]
"""``blind``: neither who made the clip nor its metrics were shown; ``assist``: the predictor's guess was."""

REGENERATE_BELOW = 3
REGENERATE_TAGS = frozenset({"unsafe", "off_prompt"})
PASS_FROM = 4


@dataclass(frozen=True, slots=True)
class Rating:
    """One person's word on one clip. ``overall`` is 1 to 5; ``passed`` None means *unsure*.

    ``withdrawn`` is when it was taken back; a rating is never deleted, so copies of a project can be merged.
    """

    id: str
    asset_id: str
    reviewer: str
    overall: int | None
    passed: bool | None
    tags: tuple[str, ...]
    notes: str
    mode: Mode
    created: str
    withdrawn: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One person's choice between two clips; with ``tie`` neither is better."""

    id: str
    better: str
    worse: str
    tie: bool
    reviewer: str
    created: str
    withdrawn: str = ""


@dataclass(frozen=True, slots=True)
class RatingSaved:
    """A clip's ratings changed: one was added or taken back."""

    asset_id: str


@dataclass(frozen=True, slots=True)
class MetricsReady:
    """A clip was measured."""

    asset_id: str


@dataclass(frozen=True, slots=True)
class PredictorTrained:
    """There is a newer predictor."""

    version: str


def latest_by_reviewer(ratings: Iterable[Rating]) -> tuple[Rating, ...]:
    """Keep each reviewer's last word on each clip; repeats count for agreement only."""
    last: dict[tuple[str, str], Rating] = {}
    for rating in sorted(ratings, key=lambda one: (one.created, one.id)):
        last[rating.asset_id, rating.reviewer] = rating
    return tuple(last.values())


def flags(ratings: Sequence[Rating]) -> tuple[str, ...]:
    """Say why a clip should be made again; nothing is spent by saying so."""
    current = latest_by_reviewer(ratings)
    scores = [rating.overall for rating in current if rating.overall is not None]
    reasons = []
    if scores and sum(scores) / len(scores) < REGENERATE_BELOW:
        reasons.append(f"rated {sum(scores) / len(scores):.1f}")
    tagged = sorted({tag for rating in current for tag in rating.tags} & REGENERATE_TAGS)
    return (*reasons, *tagged)
