"""What the ratings of a project add up to: success, money, agreement, and what the predictor has earned."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clappper.base.units import Money
from clappper.flow.money import money_of_queue
from clappper.flow.predictor import standing_of
from clappper.flow.reviewing.review_desk import ReviewClip, ReviewDesk
from clappper.jobs.money.report import Spending
from clappper.review.posterior import Posterior, pass_interval, posteriors
from clappper.review.ratings import Rating, latest_by_reviewer
from clappper.review.tags import BY_CODE

if TYPE_CHECKING:
    from clappper.review.agreement import Agreement
    from clappper.review.learning import Standing
    from clappper.review.pairwise import Strength


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a group's judged clips passed. ``group`` names a day, a provider, a model or a scene."""

    kind: str
    group: str
    passed: int
    judged: int

    @property
    def rate(self) -> float:
        return self.passed / self.judged

    @property
    def interval(self) -> tuple[float, float]:
        """Hold the rate with 90 %."""
        return pass_interval(self.passed, self.judged)


@dataclass(frozen=True, slots=True)
class Overview:
    """One project's judgements. ``spent`` and ``per_minute`` are the ledger's; None where a price is unknown.

    ``avoidable`` is the share that could be left unmade at 95 % recall, by the predictor's time split, and
    ``avoidable_money`` that share of what was spent; None before there is such a split.
    """

    clips: int
    judged: int
    ratings: int
    passed: int
    spent: Money
    per_minute: Money | None
    shares: tuple[Share, ...]
    tags: tuple[tuple[str, int], ...]
    posteriors: tuple[Posterior, ...]
    agreement: tuple[Agreement, ...]
    strengths: tuple[Strength, ...]
    standing: Standing
    flagged: int
    spendings: tuple[Spending, ...] = ()

    @property
    def avoidable(self) -> float | None:
        return self.standing.figures.skipped_at_95 if self.standing.figures else None

    @property
    def avoidable_money(self) -> Money | None:
        return None if self.avoidable is None else Money(round(self.avoidable * self.spent.micros))


def overview(desk: ReviewDesk, library: Path) -> Overview:
    """Add up an open project; takes a moment for the intervals, so it runs in a thread."""
    from clappper.review.agreement import agreement
    from clappper.review.pairwise import strengths

    ratings, clips = desk.records.ratings(), desk.clips()
    verdicts = _verdicts(ratings, clips)
    book = money_of_queue(desk.session.queue)
    whole = next((line for line in book.lines if not line.name), None)
    tags = Counter(tag for one in latest_by_reviewer(ratings) for tag in one.tags)
    return Overview(
        len(clips),
        len(verdicts),
        len(ratings),
        sum(passed for _, passed, _ in verdicts),
        whole.spent if whole else Money(),
        whole.per_minute if whole else None,
        tuple(_shares(verdicts)),
        tuple((BY_CODE[tag].text if tag in BY_CODE else tag, count) for tag, count in tags.most_common()),
        posteriors(desk.outcomes()),
        agreement(ratings),
        strengths(desk.records.comparisons()),
        standing_of(library),
        len(desk.flagged()),
        book.lines,
    )


Verdict = tuple[ReviewClip, bool, str]


def _verdicts(ratings: Sequence[Rating], clips: dict[str, ReviewClip]) -> list[Verdict]:
    """Give each judged clip with what most people said and the day of the last word."""
    votes: dict[str, list[Rating]] = {}
    for one in latest_by_reviewer(ratings):
        if one.passed is not None and one.asset_id in clips:
            votes.setdefault(one.asset_id, []).append(one)
    return [
        (
            clips[name],
            2 * sum(bool(one.passed) for one in found) >= len(found),
            max(one.created for one in found)[:10],
        )
        for name, found in votes.items()
    ]


def _shares(verdicts: Iterable[Verdict]) -> Iterable[Share]:
    found = list(verdicts)
    kinds: dict[str, Callable[[Verdict], str]] = {
        "day": lambda one: one[2],
        "provider": lambda one: one[0].provider,
        "model": lambda one: one[0].model,
        "scene": lambda one: one[0].scene_id,
    }
    for kind, name in kinds.items():
        for group in sorted({name(one) for one in found}):
            own = [one for one in found if name(one) == group]
            yield Share(kind, group, sum(passed for _, passed, _ in own), len(own))


def overview_csv(found: Overview) -> str:
    """Write every figure as a row: kind, group, value, count."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(("kind", "group", "value", "low", "high", "count"))
    for one in found.shares:
        low, high = one.interval
        kind = f"pass rate by {one.kind}"
        rows.writerow((kind, _plain(one.group), f"{one.rate:.4f}", f"{low:.4f}", f"{high:.4f}", one.judged))
    for tag, count in found.tags:
        rows.writerow(("tag", tag, "", "", "", count))
    for one_ in found.posteriors:
        group = _plain(f"{one_.scene_type} by {one_.provider}")
        rows.writerow(
            ("posterior", group, f"{one_.rate:.4f}", f"{one_.low:.4f}", f"{one_.high:.4f}", one_.count)
        )
    for line in found.spendings:
        if line.per_minute is not None:
            name = _plain(line.name or "everything")
            dollars = f"{line.per_minute.micros / 1_000_000:.4f}"
            rows.writerow((f"dollars a finished minute by {line.group}", name, dollars, "", "", line.done))
    for said in found.agreement:
        numbers = [f"{value:.4f}" if value is not None else "" for value in (said.alpha, said.low, said.high)]
        rows.writerow(("agreement", said.what, *numbers, said.doubles))
    figures = found.standing.figures
    if figures is not None:
        for bar in figures.bins:
            rows.writerow(("calibration", f"{bar.told:.3f}", f"{bar.came:.4f}", "", "", bar.count))
    return out.getvalue()


def _plain(text: str) -> str:
    """Keep a spreadsheet from taking a name for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text
