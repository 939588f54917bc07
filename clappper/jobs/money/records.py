"""All SQL about attempts, what they cost, and what they may cost at most."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clappper.base.units import Money
from clappper.jobs.model import ACTIVE, Job, JobState
from clappper.store.database import Database

PROJECT = ""
"""The scope of a cap on the whole project; any other scope is a brief's id."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One submit of a job, and what became of it.

    ``billed`` is yes, no or unknown. ``actual`` is None until the provider has told it. ``finished`` is
    None while the attempt is open. ``fault`` is the kind of fault that ended it, or empty. ``sent`` is what
    the provider was really sent, and what it said about its work. ``latency_seconds`` runs from accepted to
    succeeded; it is None where nobody looked on all the time.
    """

    job_id: str
    number: int
    key: str
    remote_id: str
    started: datetime
    finished: datetime | None
    estimated_low: Money | None
    estimated_high: Money | None
    actual: Money | None
    billed: str
    fault: str
    message: str
    sent: dict[str, Any]
    latency_seconds: float | None

    @property
    def seconds(self) -> float | None:
        """How long it took from submit to the end, None while it is open."""
        return (self.finished - self.started).total_seconds() if self.finished else None


@dataclass(frozen=True, slots=True)
class Experience:
    """A generation that succeeded: what was asked for, what it cost and how long it took, where known."""

    seconds: float
    width: int
    height: int
    cost: Money | None
    latency_seconds: float | None


class MoneyRecords:
    """Reads and writes attempts and caps. Times are given by the caller."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def begin(self, job: Job, key: str, now: datetime) -> None:
        with self.db.writing() as connection:
            connection.execute(
                "INSERT INTO attempts (job_id, number, key, started, estimated_low, estimated_high)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    job.id,
                    job.attempts,
                    key,
                    now.isoformat(),
                    micros_of(job.estimate_low),
                    micros_of(job.estimate_high),
                ),
            )

    def name(self, job: Job, remote_id: str) -> None:
        """Keep the provider's id of the job's newest attempt, which is open from here on."""
        with self.db.writing() as connection:
            connection.execute(
                "UPDATE attempts SET remote_id = ?, finished = NULL, billed = 'unknown', fault = '',"
                " message = '' WHERE job_id = ? AND number = ?",
                (remote_id, job.id, job.attempts),
            )

    def note_answer(
        self, job: Job, cost: Money | None, sent: dict[str, Any], latency_seconds: float | None
    ) -> None:
        """Keep what a finished generation cost, what it was sent, and how long it took."""
        with self.db.writing() as connection:
            connection.execute(
                "UPDATE attempts SET actual = coalesce(?, actual), sent = ?,"
                " latency_seconds = coalesce(latency_seconds, ?) WHERE job_id = ? AND number = ?",
                (micros_of(cost), json.dumps(sent, sort_keys=True), latency_seconds, job.id, job.attempts),
            )

    def end(
        self,
        job: Job,
        now: datetime,
        *,
        billed: str,
        fault: str = "",
        message: str = "",
        actual: Money | None = None,
    ) -> None:
        """Close the job's newest attempt, unless it is closed. A cost already known stays."""
        with self.db.writing() as connection:
            connection.execute(
                "UPDATE attempts SET finished = ?, billed = ?, fault = ?, message = ?,"
                " actual = coalesce(?, actual) WHERE job_id = ? AND number = ? AND finished IS NULL",
                (now.isoformat(), billed, fault, message, micros_of(actual), job.id, job.attempts),
            )

    def attempts(self, job_id: str = "") -> tuple[Attempt, ...]:
        """Give the attempts of one job, or of all, in the order in which they were made."""
        rows = self.db.rows(
            "SELECT * FROM attempts WHERE ? IN ('', job_id) ORDER BY started, job_id, number", (job_id,)
        )
        return tuple(_attempt(row) for row in rows)

    def remote_ids(self, provider: str) -> frozenset[str]:
        """Give every id that this provider's generations are known by."""
        rows = self.db.rows(
            "SELECT remote_id FROM attempts WHERE remote_id IS NOT NULL"
            " AND job_id IN (SELECT id FROM jobs WHERE provider = ?)",
            (provider,),
        )
        return frozenset(row["remote_id"] for row in rows)

    def experiences(self, provider: str, model: str, kind: str) -> tuple[Experience, ...]:
        """Give what was learned from this model's generations that succeeded, the newest first."""
        rows = self.db.rows(
            "SELECT json_extract(request, '$.seconds') AS seconds, json_extract(request, '$.width') AS width,"
            " json_extract(request, '$.height') AS height, actual, latency_seconds"
            " FROM attempts JOIN jobs ON jobs.id = attempts.job_id"
            " WHERE provider = ? AND json_extract(request, '$.model') = ?"
            " AND json_extract(request, '$.kind') = ? AND fault = ''"
            " AND (actual IS NOT NULL OR latency_seconds IS NOT NULL) ORDER BY started DESC LIMIT 200",
            (provider, model, kind),
        )
        return tuple(
            Experience(
                row["seconds"],
                row["width"],
                row["height"],
                money_of(row["actual"]),
                row["latency_seconds"],
            )
            for row in rows
        )

    def spent(self, brief_id: str = "") -> Money:
        """Add up what closed attempts cost: the actual price, else the highest estimate unless not billed."""
        row = self.db.row(
            "SELECT sum(CASE WHEN actual IS NOT NULL THEN actual WHEN billed = 'no' THEN 0"
            " ELSE coalesce(estimated_high, 0) END) AS micros"
            " FROM attempts WHERE finished IS NOT NULL"
            " AND job_id IN (SELECT id FROM jobs WHERE :brief IN ('', brief_id))",
            {"brief": brief_id},
        )
        return Money(row["micros"] or 0) if row else Money()

    def committed(self, brief_id: str = "") -> Money:
        """Add up the highest estimates of what is waiting or under way."""
        waiting = json.dumps([state.value for state in ACTIVE | {JobState.PAUSED}])
        row = self.db.row(
            "SELECT sum(coalesce(estimate_high, 0)) AS micros FROM jobs WHERE :brief IN ('', brief_id)"
            " AND state IN (SELECT value FROM json_each(:waiting))",
            {"brief": brief_id, "waiting": waiting},
        )
        return Money(row["micros"] or 0) if row else Money()

    def unpriced(self, brief_id: str = "") -> int:
        """Count the closed attempts that may have been billed at a price which nobody has estimated."""
        row = self.db.row(
            "SELECT count(*) AS number FROM attempts WHERE finished IS NOT NULL AND billed != 'no'"
            " AND actual IS NULL AND estimated_high IS NULL"
            " AND job_id IN (SELECT id FROM jobs WHERE :brief IN ('', brief_id))",
            {"brief": brief_id},
        )
        return int(row["number"]) if row else 0

    def cap(self, scope: str) -> Money | None:
        row = self.db.row("SELECT amount FROM caps WHERE scope = ?", (scope,))
        return Money(row["amount"]) if row else None

    def set_cap(self, scope: str, amount: Money | None) -> None:
        with self.db.writing() as connection:
            connection.execute("DELETE FROM caps WHERE scope = ?", (scope,))
            if amount is not None:
                connection.execute("INSERT INTO caps (scope, amount) VALUES (?, ?)", (scope, amount.micros))


def micros_of(amount: Money | None) -> int | None:
    """Give what a column holds: millionths of a dollar, NULL where nobody knows."""
    return None if amount is None else amount.micros


def money_of(micros: int | None) -> Money | None:
    """Read what a column holds."""
    return None if micros is None else Money(micros)


def _attempt(row: sqlite3.Row) -> Attempt:
    return Attempt(
        job_id=row["job_id"],
        number=row["number"],
        key=row["key"],
        remote_id=row["remote_id"] or "",
        started=datetime.fromisoformat(row["started"]),
        finished=datetime.fromisoformat(row["finished"]) if row["finished"] else None,
        estimated_low=money_of(row["estimated_low"]),
        estimated_high=money_of(row["estimated_high"]),
        actual=money_of(row["actual"]),
        billed=row["billed"],
        fault=row["fault"],
        message=row["message"],
        sent=json.loads(row["sent"]),
        latency_seconds=row["latency_seconds"],
    )
