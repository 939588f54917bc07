"""How far people agree: Krippendorff's alpha with bootstrap intervals, and reviewers with themselves."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from clappper.review.ratings import Rating, latest_by_reviewer
from clappper.review.tags import TAGS

DOUBLES_NEEDED = 30
RESAMPLES = 300
Level = Literal["ordinal", "nominal"]
Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Agreement:
    """``alpha`` is 1 for full agreement and 0 for chance; ``low`` and ``high`` hold it in 95 % of resamples.

    ``doubles`` counts clips that two or more people rated. Below 30 there is no alpha but ``note``.
    """

    what: str
    alpha: float | None
    low: float | None
    high: float | None
    doubles: int
    note: str = ""


def agreement(ratings: Sequence[Rating]) -> tuple[Agreement, ...]:
    """Report on the 1 to 5 scores (ordinal), on passing and on every tag that was given (nominal).

    Nominal alpha is Fleiss' kappa with a correction for few clips (Krippendorff, 2011).
    """
    current = latest_by_reviewer(ratings)
    report = [
        _agreement("overall", current, lambda one: one.overall, "ordinal"),
        _agreement("pass", current, lambda one: None if one.passed is None else int(one.passed), "nominal"),
    ]
    given = {tag for one in current for tag in one.tags}
    tags = [tag for tag in TAGS if tag.code in given]
    report += [_agreement(tag.text, current, _has(tag.code), "nominal") for tag in tags]
    return (*report, _with_themselves(ratings))


def _has(code: str) -> Callable[[Rating], int]:
    return lambda one: int(code in one.tags)


def _agreement(
    what: str, ratings: Iterable[Rating], value: Callable[[Rating], int | None], level: Level
) -> Agreement:
    by_clip: dict[str, dict[str, int]] = defaultdict(dict)
    for one in ratings:
        if (number := value(one)) is not None:
            by_clip[one.asset_id][one.reviewer] = number
    return _report(what, [clip for clip in by_clip.values() if len(clip) > 1], level)


def _with_themselves(ratings: Sequence[Rating]) -> Agreement:
    """Compare each reviewer's first word on a clip with the next one, from hidden repeats."""
    said: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in sorted(ratings, key=lambda one: (one.created, one.id)):
        if one.overall is not None:
            said[one.reviewer, one.asset_id].append(one.overall)
    pairs = [{"first": words[0], "again": words[1]} for words in said.values() if len(words) > 1]
    return _report("reviewers with themselves", pairs, "ordinal")


def _report(what: str, clips: Sequence[Mapping[str, int]], level: Level) -> Agreement:
    if len(clips) < DOUBLES_NEEDED:
        note = f"too few: {len(clips)} of {DOUBLES_NEEDED} clips were rated twice"
        return Agreement(what, None, None, None, len(clips), note)
    reviewers = sorted({name for clip in clips for name in clip})
    table = np.array([[clip.get(name, np.nan) for clip in clips] for name in reviewers], dtype=float)
    if np.unique(table[~np.isnan(table)]).size < 2:
        return Agreement(what, None, None, None, len(clips), "all said the same")
    chance = np.random.default_rng(0)
    drawn = [
        value
        for _ in range(RESAMPLES)
        if (value := _alpha(table[:, chance.integers(0, len(clips), len(clips))], level)) is not None
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Agreement(what, _alpha(table, level), float(low), float(high), len(clips))


def _alpha(table: Table, level: Level) -> float | None:
    import krippendorff

    if np.unique(table[~np.isnan(table)]).size < 2:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return float(krippendorff.alpha(reliability_data=table, level_of_measurement=level))
