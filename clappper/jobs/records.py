"""All SQL about jobs and money. A row is never deleted; every step names the state it starts from."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from clappper.base.errors import UnusableInputError
from clappper.base.units import Money
from clappper.jobs.model import ACTIVE, NEXT, Job, JobState, StaleJobError
from clappper.providers.contract import GenRequest, from_json, to_json
from clappper.store.database import Database


@dataclass(frozen=True, slots=True)
class Attempt:
    """One submit of a job, and what became of it.

    ``billed`` is yes, no or unknown. ``actual`` is None until the provider has told it. ``finished`` is
    None while the attempt is open. ``fault`` is the kind of fault that ended it, or empty. ``sent`` is what
    the provider was really sent, and what it said about its work.
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

    @property
    def seconds(self) -> float | None:
        """How long it took from submit to the end, None while it is open."""
        return (self.finished - self.started).total_seconds() if self.finished else None


class JobRecords:
    """Reads and writes jobs and attempts. Times are given by the caller."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def add(self, job: Job) -> Job:
        """Keep a new job as the last of the queue."""
        with self.db.writing() as connection:
            last = connection.execute("SELECT coalesce(max(position), 0) FROM jobs").fetchone()[0]
            placed = replace(job, position=last + 1)
            connection.execute(
                "INSERT INTO jobs (id, brief_id, scene_id, provider, request, request_hash, state, remote_id,"
                " attempts, priority, position, error, hint, estimate_low, estimate_high, cap, asset_id,"
                " created, updated) VALUES (:id, :brief_id, :scene_id, :provider, :request, :request_hash,"
                " :state, :remote_id, :attempts, :priority, :position, :error, :hint, :estimate_low,"
                " :estimate_high, :cap, :asset_id, :created, :updated)",
                _values(placed),
            )
        return placed

    def job(self, job_id: str) -> Job:
        """Give one job.

        Raises:
            UnusableInputError: there is none with this id.
        """
        row = self.db.row("SELECT * FROM jobs WHERE id = ?", (job_id,))
        if row is None:
            raise UnusableInputError(f"The project has no job {job_id}.", "List the jobs to see their ids.")
        return _job(row)

    def jobs(self, *, brief_id: str = "", states: Iterable[JobState] = ()) -> tuple[Job, ...]:
        """Give the jobs in the order in which they run: the highest priority first, then by position."""
        wanted = json.dumps([state.value for state in states])
        rows = self.db.rows(
            "SELECT * FROM jobs WHERE :brief IN ('', brief_id)"
            " AND (:wanted = '[]' OR state IN (SELECT value FROM json_each(:wanted)))"
            " ORDER BY priority DESC, position",
            {"brief": brief_id, "wanted": wanted},
        )
        return tuple(_job(row) for row in rows)

    def same_content(self, request_hash: str) -> tuple[Job, ...]:
        """Give every job that asks for the same, the newest first."""
        rows = self.db.rows(
            "SELECT * FROM jobs WHERE request_hash = ? ORDER BY position DESC", (request_hash,)
        )
        return tuple(_job(row) for row in rows)

    def move(self, job: Job, to: JobState, now: datetime, **changes: Any) -> Job:
        """Take one step from the state that ``job`` was read in, and give the job as it is now.

        ``changes`` are fields of ``Job``: remote_id, error, hint, attempts, asset_id.

        Raises:
            StaleJobError: the job is in another state by now. Nothing changed.
            ValueError: there is no such step.
        """
        if to not in NEXT[job.state]:
            raise ValueError(f"{job.id} cannot go from {job.state} to {to}")
        moved = replace(job, state=to, updated=now.isoformat(), **changes)
        with self.db.writing() as connection:
            cursor = connection.execute(
                "UPDATE jobs SET state = :state, updated = :updated, remote_id = :remote_id, error = :error,"
                " hint = :hint, attempts = :attempts, asset_id = :asset_id"
                " WHERE id = :id AND state = :before",
                {**_values(moved), "before": job.state.value},
            )
            if cursor.rowcount != 1:
                raise StaleJobError(f"{job.id} is no longer {job.state}")
        return moved

    def request_cancel(self, job_id: str, *, wanted: bool) -> None:
        with self.db.writing() as connection:
            connection.execute("UPDATE jobs SET cancel_requested = ? WHERE id = ?", (wanted, job_id))

    def order(self, job_ids: Iterable[str]) -> None:
        """Give the named jobs, in this order, the positions that they hold together."""
        ids = tuple(job_ids)
        with self.db.writing() as connection:
            rows = connection.execute(
                "SELECT position FROM jobs WHERE id IN (SELECT value FROM json_each(?)) ORDER BY position",
                (json.dumps(ids),),
            ).fetchall()
            connection.executemany(
                "UPDATE jobs SET position = ? WHERE id = ?",
                [(row["position"], job_id) for row, job_id in zip(rows, ids, strict=True)],
            )

    def begin_attempt(self, job: Job, key: str, now: datetime) -> None:
        with self.db.writing() as connection:
            connection.execute(
                "INSERT INTO attempts (job_id, number, key, started, estimated_low, estimated_high)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    job.id,
                    job.attempts,
                    key,
                    now.isoformat(),
                    _micros(job.estimate_low),
                    _micros(job.estimate_high),
                ),
            )

    def name_attempt(self, job: Job, remote_id: str) -> None:
        with self.db.writing() as connection:
            connection.execute(
                "UPDATE attempts SET remote_id = ? WHERE job_id = ? AND number = ?",
                (remote_id, job.id, job.attempts),
            )

    def note_answer(self, job: Job, cost: Money | None, sent: dict[str, Any]) -> None:
        """Keep what a finished generation cost and what it was sent."""
        with self.db.writing() as connection:
            connection.execute(
                "UPDATE attempts SET actual = ?, sent = ? WHERE job_id = ? AND number = ?",
                (_micros(cost), json.dumps(sent, sort_keys=True), job.id, job.attempts),
            )

    def end_attempt(
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
                (now.isoformat(), billed, fault, message, _micros(actual), job.id, job.attempts),
            )

    def attempts(self, job_id: str = "") -> tuple[Attempt, ...]:
        """Give the attempts of one job, or of all, in the order in which they were made."""
        rows = self.db.rows(
            "SELECT * FROM attempts WHERE ? IN ('', job_id) ORDER BY started, job_id, number", (job_id,)
        )
        return tuple(_attempt(row) for row in rows)

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


def _micros(amount: Money | None) -> int | None:
    return None if amount is None else amount.micros


def _money(micros: int | None) -> Money | None:
    return None if micros is None else Money(micros)


def _values(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "brief_id": job.brief_id,
        "scene_id": job.scene_id,
        "provider": job.request.provider,
        "request": to_json(job.request),
        "request_hash": job.request_hash,
        "state": job.state.value,
        "remote_id": job.remote_id or None,
        "attempts": job.attempts,
        "priority": job.priority,
        "position": job.position,
        "error": job.error,
        "hint": job.hint,
        "estimate_low": _micros(job.estimate_low),
        "estimate_high": _micros(job.estimate_high),
        "cap": _micros(job.cap),
        "asset_id": job.asset_id or None,
        "created": job.created,
        "updated": job.updated,
    }


def _job(row: sqlite3.Row) -> Job:
    return Job(
        id=row["id"],
        brief_id=row["brief_id"],
        scene_id=row["scene_id"],
        request=from_json(GenRequest, row["request"]),
        request_hash=row["request_hash"],
        state=JobState(row["state"]),
        created=row["created"],
        updated=row["updated"],
        remote_id=row["remote_id"] or "",
        attempts=row["attempts"],
        priority=row["priority"],
        position=row["position"],
        error=row["error"],
        hint=row["hint"],
        estimate_low=_money(row["estimate_low"]),
        estimate_high=_money(row["estimate_high"]),
        cap=_money(row["cap"]),
        asset_id=row["asset_id"] or "",
        cancel_requested=bool(row["cancel_requested"]),
    )


def _attempt(row: sqlite3.Row) -> Attempt:
    return Attempt(
        job_id=row["job_id"],
        number=row["number"],
        key=row["key"],
        remote_id=row["remote_id"] or "",
        started=datetime.fromisoformat(row["started"]),
        finished=datetime.fromisoformat(row["finished"]) if row["finished"] else None,
        estimated_low=_money(row["estimated_low"]),
        estimated_high=_money(row["estimated_high"]),
        actual=_money(row["actual"]),
        billed=row["billed"],
        fault=row["fault"],
        message=row["message"],
        sent=json.loads(row["sent"]),
    )
