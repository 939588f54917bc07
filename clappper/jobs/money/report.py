"""What a finished minute costs, with every take that failed on the way counted in."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from clappper.base.units import Money
from clappper.jobs.model import Job, JobState
from clappper.jobs.money.records import Attempt

COLUMNS = (
    "group",
    "name",
    "attempts",
    "failed",
    "done",
    "finished_seconds",
    "spent_usd",
    "unpriced",
    "usd_per_finished_minute",
)
LEDGER_COLUMNS = (
    "job",
    "scene",
    "provider",
    "model",
    "attempt",
    "remote_id",
    "started",
    "finished",
    "estimated_low_usd",
    "estimated_high_usd",
    "actual_usd",
    "billed",
    "latency_seconds",
    "predict_seconds",
    "fault",
    "message",
)


@dataclass(frozen=True, slots=True)
class Made:
    """A job with its attempts, and for how many seconds what it made plays as picture and as sound."""

    job: Job
    attempts: tuple[Attempt, ...]
    video_seconds: float = 0.0
    sound_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Spending:
    """One line: all jobs of a ``group`` (project, provider, model or scene) that share a ``name``.

    ``failed`` counts attempts that ended with a fault. ``finished_seconds`` is the length of what was made:
    of its pictures, or of its sound where it made no moving pictures. ``spent`` counts an attempt whose price
    was never told at its highest estimate; ``unpriced`` counts those that had not even an estimate, so that
    a sum with such attempts in it is a lower bound.
    """

    group: str
    name: str
    attempts: int
    failed: int
    done: int
    finished_seconds: float
    spent: Money
    unpriced: int

    @property
    def per_minute(self) -> Money | None:
        """What a finished minute has cost; None before anything is finished."""
        if self.finished_seconds <= 0:
            return None
        return Money(round(self.spent.micros * 60 / self.finished_seconds))


def spendings(made: Sequence[Made]) -> tuple[Spending, ...]:
    """Add up the whole project, then each provider, model and scene."""
    groups: tuple[tuple[str, Callable[[Job], str]], ...] = (
        ("project", lambda _: ""),
        ("provider", lambda job: job.request.provider),
        ("model", lambda job: f"{job.request.provider}/{job.request.model}"),
        ("scene", lambda job: job.scene_id),
    )
    return tuple(
        _spending(group, name, [one for one in made if name_of(one.job) == name])
        for group, name_of in groups
        for name in sorted({name_of(one.job) for one in made})
    )


def _spending(group: str, name: str, made: Sequence[Made]) -> Spending:
    attempts = [attempt for one in made for attempt in one.attempts]
    video = sum(one.video_seconds for one in made)
    return Spending(
        group=group,
        name=name,
        attempts=len(attempts),
        failed=sum(bool(attempt.fault) for attempt in attempts),
        done=sum(one.job.state is JobState.DONE for one in made),
        finished_seconds=video or sum(one.sound_seconds for one in made),
        spent=sum((_cost(attempt) or Money() for attempt in attempts), Money()),
        unpriced=sum(attempt.finished is not None and _cost(attempt) is None for attempt in attempts),
    )


def _cost(attempt: Attempt) -> Money | None:
    """What a closed attempt counts as; None where nobody knows. An open one counts nothing yet."""
    if attempt.actual is not None:
        return attempt.actual
    if attempt.finished is None or attempt.billed == "no":
        return Money()
    return attempt.estimated_high


def spendings_csv(lines: Iterable[Spending]) -> str:
    """Write the sums as CSV, amounts in US dollars; what nobody knows stays empty."""
    return _written(
        COLUMNS,
        (
            (
                line.group,
                line.name,
                line.attempts,
                line.failed,
                line.done,
                f"{line.finished_seconds:.3f}",
                _dollars(line.spent),
                line.unpriced,
                _dollars(line.per_minute),
            )
            for line in lines
        ),
    )


def ledger_csv(made: Iterable[Made]) -> str:
    """Write every attempt as CSV, amounts in US dollars; what nobody knows stays empty."""
    return _written(LEDGER_COLUMNS, (_row(one.job, attempt) for one in made for attempt in one.attempts))


def _row(job: Job, attempt: Attempt) -> tuple[object, ...]:
    return (
        job.id,
        job.scene_id,
        job.request.provider,
        job.request.model,
        attempt.number,
        attempt.remote_id,
        attempt.started.isoformat(),
        attempt.finished.isoformat() if attempt.finished else "",
        _dollars(attempt.estimated_low),
        _dollars(attempt.estimated_high),
        _dollars(attempt.actual),
        attempt.billed if attempt.finished else "open",
        "" if attempt.latency_seconds is None else f"{attempt.latency_seconds:.3f}",
        _predict_seconds(attempt.sent),
        attempt.fault,
        attempt.message,
    )


def _predict_seconds(sent: Mapping[str, object]) -> object:
    """Give for how long the provider says that its machine has worked, where it says so."""
    metrics = sent.get("metrics")
    source = metrics if isinstance(metrics, Mapping) else sent
    return source.get("predict_time", "")


def _dollars(amount: Money | None) -> str:
    return "" if amount is None else f"{amount.micros / 1_000_000:.6f}"


def _written(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_tame(cell) for cell in row] for row in rows)
    return text.getvalue()


def _tame(cell: object) -> object:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
