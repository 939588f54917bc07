"""All SQL about jobs and pauses. A job's row is never deleted; every step names the state it starts from."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from clappper.base.errors import UnusableInputError
from clappper.jobs.model import NEXT, Job, JobState, StaleJobError
from clappper.jobs.money.records import micros_of, money_of
from clappper.providers.contract import GenRequest, from_json, to_json
from clappper.store.database import Database


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a runner must know about a job before it takes it up."""

    job_id: str
    provider: str
    model: str
    state: JobState


@dataclass(frozen=True, slots=True)
class Pause:
    """Why nothing is sent to a provider. ``since`` is ISO 8601, UTC."""

    provider: str
    by_person: bool
    reason: str
    hint: str
    since: str


class JobRecords:
    """Reads and writes jobs and providers' pauses. Times are given by the caller."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def add(self, job: Job) -> Job:
        """Keep a new job as the last of the queue."""
        with self.db.writing() as connection:
            last = connection.execute("SELECT coalesce(max(position), 0) FROM jobs").fetchone()[0]
            placed = replace(job, position=last + 1)
            connection.execute(
                "INSERT INTO jobs (id, brief_id, scene_id, provider, request, request_hash, state, remote_id,"
                " attempts, priority, position, error, hint, estimate_low, estimate_high, asset_id,"
                " created, updated) VALUES (:id, :brief_id, :scene_id, :provider, :request, :request_hash,"
                " :state, :remote_id, :attempts, :priority, :position, :error, :hint, :estimate_low,"
                " :estimate_high, :asset_id, :created, :updated)",
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

    def jobs(
        self, *, brief_id: str = "", states: Iterable[JobState] = (), with_removed: bool = False
    ) -> tuple[Job, ...]:
        """Give the jobs in the order in which they run: the highest priority first, then by position."""
        wanted = json.dumps([state.value for state in states])
        rows = self.db.rows(
            "SELECT * FROM jobs WHERE :brief IN ('', brief_id) AND removed <= :with_removed"
            " AND (:wanted = '[]' OR state IN (SELECT value FROM json_each(:wanted)))"
            " ORDER BY priority DESC, position",
            {"brief": brief_id, "wanted": wanted, "with_removed": with_removed},
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
        self._write(
            job,
            "state = :state, updated = :updated, remote_id = :remote_id, error = :error, hint = :hint,"
            " attempts = :attempts, asset_id = :asset_id",
            moved,
        )
        return moved

    def _write(self, before: Job, assignments: str, after: Job) -> None:
        with self.db.writing() as connection:
            cursor = connection.execute(
                f"UPDATE jobs SET {assignments} WHERE id = :id AND state = :before",  # noqa: S608 - our own words
                {**_values(after), "before": before.state.value},
            )
            if cursor.rowcount != 1:
                raise StaleJobError(f"{before.id} is no longer {before.state}")

    def waiting(self, states: Iterable[JobState]) -> tuple[Waiting, ...]:
        """Give the jobs in these states, in the order in which they run, without reading their requests."""
        rows = self.db.rows(
            "SELECT id, provider, json_extract(request, '$.model') AS model, state FROM jobs"
            " WHERE state IN (SELECT value FROM json_each(?)) ORDER BY priority DESC, position",
            (json.dumps([state.value for state in states]),),
        )
        return tuple(
            Waiting(row["id"], row["provider"], row["model"], JobState(row["state"])) for row in rows
        )

    def with_remote_id(self, provider: str, remote_id: str) -> str:
        """Give the id of the newest job that its provider knows by this id, or nothing.

        Ours may have a place in front of the provider's own, as in ``fal-ai/pika:ID`` and ``trainings/ID``.
        """
        row = self.db.row(
            "SELECT id FROM jobs WHERE provider = :provider AND (remote_id = :remote"
            " OR substr(remote_id, -length(:remote) - 1) IN (':' || :remote, '/' || :remote))"
            " ORDER BY position DESC",
            {"provider": provider, "remote": remote_id},
        )
        return row["id"] if row else ""

    def ask_anew(self, job: Job, now: datetime) -> Job:
        """Let a job that waits ask for something else: its request, identity and estimates as given.

        Raises:
            StaleJobError: the job is in another state by now. Nothing changed.
        """
        changed = replace(job, updated=now.isoformat())
        self._write(
            job,
            "request = :request, request_hash = :request_hash, provider = :provider, updated = :updated,"
            " estimate_low = :estimate_low, estimate_high = :estimate_high, error = :error, hint = :hint",
            changed,
        )
        return changed

    def note(self, job: Job, error: str, hint: str) -> Job:
        """Say something about a job that stays in its state.

        Raises:
            StaleJobError: the job is in another state by now. Nothing changed.
        """
        noted = replace(job, error=error, hint=hint)
        self._write(job, "error = :error, hint = :hint", noted)
        return noted

    def prioritise(self, job_id: str, priority: int) -> None:
        with self.db.writing() as connection:
            connection.execute("UPDATE jobs SET priority = ? WHERE id = ?", (priority, job_id))

    def remove(self, job_id: str) -> None:
        """Keep the row, and leave it out of lists from now on."""
        with self.db.writing() as connection:
            connection.execute("UPDATE jobs SET removed = 1 WHERE id = ?", (job_id,))

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

    def pause(self, pause: Pause) -> None:
        """Keep a pause; a person's is not weakened by a refusal that comes later."""
        with self.db.writing() as connection:
            connection.execute(
                "INSERT INTO provider_pauses (provider, by_person, reason, hint, since)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT (provider) DO UPDATE SET"
                " by_person = max(by_person, excluded.by_person), reason = excluded.reason,"
                " hint = excluded.hint, since = excluded.since",
                (pause.provider, pause.by_person, pause.reason, pause.hint, pause.since),
            )

    def lift_pause(self, provider: str) -> None:
        with self.db.writing() as connection:
            connection.execute("DELETE FROM provider_pauses WHERE provider = ?", (provider,))

    def pauses(self) -> tuple[Pause, ...]:
        rows = self.db.rows("SELECT * FROM provider_pauses ORDER BY provider")
        return tuple(Pause(**{**dict(row), "by_person": bool(row["by_person"])}) for row in rows)


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
        "estimate_low": micros_of(job.estimate_low),
        "estimate_high": micros_of(job.estimate_high),
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
        estimate_low=money_of(row["estimate_low"]),
        estimate_high=money_of(row["estimate_high"]),
        asset_id=row["asset_id"] or "",
        cancel_requested=bool(row["cancel_requested"]),
        removed=bool(row["removed"]),
    )
