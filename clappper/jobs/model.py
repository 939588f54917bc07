"""One piece of slow or paid work, the states it passes, and the steps allowed between them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

from clappper.base.units import Money
from clappper.providers.contract import GenRequest, to_json


class JobState(StrEnum):
    """Where a job stands.

    ``submitting`` is written before anything is sent: found without a remote id after a crash, it means
    that a provider may have been asked. ``unsure`` waits for a person, because asking twice may pay twice.
    """

    QUEUED = "queued"
    PAUSED = "paused"
    SUBMITTING = "submitting"
    RUNNING = "running"
    FETCHING = "fetching"
    INGESTING = "ingesting"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNSURE = "unsure"


_S = JobState
NEXT: dict[JobState, frozenset[JobState]] = {
    _S.QUEUED: frozenset({_S.SUBMITTING, _S.PAUSED, _S.CANCELLED, _S.FAILED}),
    _S.PAUSED: frozenset({_S.QUEUED, _S.RUNNING, _S.CANCELLED}),
    _S.SUBMITTING: frozenset({_S.RUNNING, _S.QUEUED, _S.PAUSED, _S.FAILED, _S.UNSURE}),
    _S.RUNNING: frozenset({_S.FETCHING, _S.QUEUED, _S.PAUSED, _S.FAILED, _S.CANCELLED, _S.UNSURE}),
    _S.FETCHING: frozenset(
        {_S.INGESTING, _S.RUNNING, _S.QUEUED, _S.PAUSED, _S.FAILED, _S.CANCELLED, _S.UNSURE}
    ),
    _S.INGESTING: frozenset({_S.DONE, _S.RUNNING, _S.PAUSED, _S.FAILED, _S.UNSURE}),
    _S.UNSURE: frozenset({_S.QUEUED, _S.RUNNING, _S.FAILED}),
    _S.DONE: frozenset(),
    _S.FAILED: frozenset(),
    _S.CANCELLED: frozenset(),
}
TERMINAL = frozenset(state for state, following in NEXT.items() if not following)
STARTED = frozenset({_S.SUBMITTING, _S.RUNNING, _S.FETCHING, _S.INGESTING})
ACTIVE = STARTED | {_S.QUEUED}
"""What a runner works on; the others wait for a person or are over."""
WAITING = frozenset({_S.QUEUED, _S.PAUSED})
"""What can still be changed, moved or taken back."""


@dataclass(frozen=True, slots=True)
class Job:
    """One row of the queue.

    ``remote_id`` is empty until the provider has named its work. ``attempts`` counts submits.
    ``priority`` runs before ``position``: the highest first, then the lowest position. An estimate of None
    is unknown, not zero. ``created`` and ``updated`` are ISO 8601, UTC. ``asset_id`` is empty until the job
    is done. ``removed``: it is over, and nobody wants to see it in the list any more.
    """

    id: str
    brief_id: str
    scene_id: str
    request: GenRequest
    request_hash: str
    state: JobState
    created: str
    updated: str
    remote_id: str = ""
    attempts: int = 0
    priority: int = 0
    position: int = 0
    error: str = ""
    hint: str = ""
    estimate_low: Money | None = None
    estimate_high: Money | None = None
    asset_id: str = ""
    cancel_requested: bool = False
    removed: bool = False


@dataclass(frozen=True, slots=True)
class JobChanged:
    """A job took a step, or got on: all that a progress card shows.

    ``fraction`` is 0..1, None where the provider does not tell. ``eta_seconds`` is how much longer it will
    take by the project's own experience, None where there is none. ``preview`` is the path of a picture of
    the unfinished work, or empty.
    """

    job_id: str
    state: JobState
    fraction: float | None = None
    stage: str = ""
    eta_seconds: float | None = None
    preview: str = ""


@dataclass(frozen=True, slots=True)
class CancelRequested:
    """A person wants a job that already runs to stop."""

    job_id: str


@dataclass(frozen=True, slots=True)
class WorkReported:
    """A provider says that something happened to a generation. It is not believed, only looked at."""

    provider: str
    remote_id: str


@dataclass(frozen=True, slots=True)
class ProviderPaused:
    """Nothing more is sent to a provider until it is resumed. Without a reason, it was a person's wish."""

    name: str
    reason: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ProviderResumed:
    """A provider is used again."""

    name: str


@dataclass(frozen=True, slots=True)
class JobsHalted:
    """All jobs rest because the disk does not take what they bring; they go on by themselves."""

    message: str
    hint: str


class StaleJobError(Exception):
    """A job is no longer in the state that a step started from. Read it again."""


def content_hash(request: GenRequest) -> str:
    """Give the identity of what is asked for: not the key, and input files by what they hold."""
    content = json.loads(to_json(request))
    del content["key"]
    for file in content["files"]:
        del file["path"]
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
