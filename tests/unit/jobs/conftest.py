"""False providers, clocks and workers that stand at the edge of the queue; store and media are real."""

from __future__ import annotations

import asyncio
import struct
import time
import wave
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clappper.base.clock import Clock
from clappper.base.events import EventHub
from clappper.base.units import Money
from clappper.jobs.model import JobChanged, JobState
from clappper.jobs.queue import JobQueue
from clappper.jobs.runner import JobRunner
from clappper.jobs.workers import Workers
from clappper.providers.contract import (
    CancelOutcome,
    Capabilities,
    Estimate,
    GenRequest,
    Health,
    Issue,
    Kind,
    Output,
    Price,
    Progress,
    ProviderError,
    ProviderFault,
    RemoteState,
)
from clappper.providers.registry import Registry
from clappper.store.project import ProjectFolder
from tests.doubles import InlineWorkers
from tests.patience import PATIENCE_SECONDS


class FakeClock(Clock):
    """Time that passes only when somebody waits, and then at once."""

    def __init__(self) -> None:
        self.elapsed = 0.0
        self.naps: list[float] = []

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.elapsed)

    def monotonic(self) -> float:
        return self.elapsed

    async def sleep(self, seconds: float) -> None:
        self.elapsed += seconds
        self.naps.append(seconds)
        await asyncio.sleep(0)


def write_tone(path: Path, seed: int) -> None:
    """Write 50 ms of a sound that no other seed makes."""
    samples = [((seed + 1) * 37 * n) % 2000 - 1000 for n in range(2400)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))


def deliver(path: Path, data: bytes) -> None:
    path.write_bytes(data)


@dataclass
class ScriptedProvider:
    """Answers from scripts, and with success where a script has ended. Remembers what it was asked."""

    name: str = "scripted"
    is_free: bool = False
    reconcile_finds: list[str | None] | None = None
    max_concurrency: int = 2
    price: Money | None = field(default_factory=lambda: Money.dollars("0.50"))
    submits: deque[ProviderFault | None] = field(default_factory=deque)
    polls: deque[Progress | ProviderFault] = field(default_factory=deque)
    fetches: deque[ProviderFault | OSError | bytes] = field(default_factory=deque)
    cancels: deque[CancelOutcome | ProviderFault] = field(default_factory=deque)
    asked: list[GenRequest] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    def models(self) -> tuple[Capabilities, ...]:
        price = None if self.price is None else Price("clip", self.price, "2026-01-01")
        return (
            Capabilities(
                provider=self.name,
                model="m1",
                kinds=(Kind.MUSIC,),
                seconds=(1, 10),
                reconcile=self.reconcile_finds is not None,
                volatile=self.is_free,
                max_concurrency=self.max_concurrency,
                price=price,
            ),
        )

    def validate(self, request: GenRequest) -> tuple[Issue, ...]:
        return (Issue("seconds", "It is too long."),) if request.seconds > 10 else ()

    def estimate(self, request: GenRequest) -> Estimate:
        price = Money() if self.is_free else self.price
        return Estimate(price, price, (1.0, 2.0), f"{request.model} per clip")

    def sent(self, request: GenRequest) -> dict[str, Any]:
        return {"prompt": request.prompt}

    async def check(self) -> Health:
        return Health(ready=True, detail="ready")

    async def submit(self, request: GenRequest) -> str:
        await asyncio.sleep(0)
        self.asked.append(request)
        self._raise(self.submits)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        return f"remote:{request.key}:{request.seed}"

    async def poll(self, remote_id: str) -> Progress:
        await asyncio.sleep(0)
        answer = self.polls.popleft() if self.polls else None
        if isinstance(answer, ProviderFault):
            raise ProviderError(answer)
        return answer or Progress(
            RemoteState.SUCCEEDED,
            1.0,
            outputs=(Output(remote_id, "audio/wav"),),
            cost=None if self.is_free else self.price,
            sent={"prompt": "as sent"},
        )

    async def fetch(self, remote_id: str, output: Output, destination: Path) -> None:
        await asyncio.sleep(0)
        assert output.location
        answer = self.fetches.popleft() if self.fetches else None
        if isinstance(answer, ProviderFault):
            raise ProviderError(answer)
        if isinstance(answer, OSError):
            deliver(destination, b"half")
            raise answer
        if isinstance(answer, bytes):
            deliver(destination, answer)
        else:
            write_tone(destination, int(remote_id.rpartition(":")[2]))
        self.at_once -= 1

    async def cancel(self, remote_id: str) -> CancelOutcome:
        self.cancelled.append(remote_id)
        answer = self.cancels.popleft() if self.cancels else CancelOutcome(stopped=True, still_billed=False)
        if isinstance(answer, ProviderFault):
            raise ProviderError(answer)
        return answer

    async def reconcile(
        self, request: GenRequest, since: datetime, known: frozenset[str] = frozenset()
    ) -> str | None:
        assert request.key
        assert since.tzinfo
        assert "" not in known
        return self.reconcile_finds.pop(0) if self.reconcile_finds else None

    async def aclose(self) -> None:
        self.polls.clear()

    def _raise(self, script: deque[ProviderFault | None]) -> None:
        fault = script.popleft() if script else None
        if fault is not None:
            raise ProviderError(fault)


@dataclass
class Bench:
    """A project, its queue, and everything false around it."""

    project: ProjectFolder
    clock: FakeClock
    hub: EventHub
    paid: ScriptedProvider
    free: ScriptedProvider
    queue: JobQueue
    workers: Workers
    events: list[JobChanged] = field(default_factory=list)

    def request(self, seed: int = 1, provider: str = "paid", seconds: float = 2.0) -> GenRequest:
        return GenRequest(
            key="", kind=Kind.MUSIC, provider=provider, model="m1", prompt="calm", seconds=seconds, seed=seed
        )

    async def until_running(self, *job_ids: str) -> None:
        """Let the running tasks go on until all these jobs have been submitted."""
        await self.until(lambda: all(self.queue.job(name).state is JobState.RUNNING for name in job_ids))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Let the running tasks go on until something is so; looks at each turn, for that may pass."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < end, "it never came to that"
            await asyncio.sleep(0)

    async def run(self) -> None:
        await JobRunner(self.queue, self.workers).run_until_idle()


def new_bench(folder: Path) -> Bench:
    """Set everything up in ``folder``; the caller closes the project."""
    clock, hub = FakeClock(), EventHub()
    paid, free = ScriptedProvider("paid"), ScriptedProvider("free", is_free=True)
    project = ProjectFolder.create(folder / "ad", clock=clock)
    queue = JobQueue(project, Registry([paid, free]), hub, clock=clock)
    bench = Bench(project, clock, hub, paid, free, queue, InlineWorkers())
    hub.subscribe(JobChanged, bench.events.append)
    return bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = new_bench(tmp_path)
    with bench.project:
        yield bench


@pytest.fixture(scope="session")
def make_bench() -> Callable[[Path], Bench]:
    return new_bench


@pytest.fixture
def tone() -> Callable[[Path, int], None]:
    return write_tone
