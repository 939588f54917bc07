"""The program that the kill tests kill: three providers, three jobs, and a counter of points to die at.

Reads one task per line, does each in a forked child, and answers how the child ended. Everything is
imported once, so that a kill costs milliseconds.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import struct
import sys
import wave
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import av  # noqa: F401 - imported before the first fork, as is all that follows

from clappper.base.clock import Clock
from clappper.base.events import EventHub
from clappper.base.units import Money
from clappper.jobs import delivery, ingest
from clappper.jobs.money.records import MoneyRecords
from clappper.jobs.queue import JobQueue
from clappper.jobs.records import JobRecords
from clappper.jobs.runner import JobRunner
from clappper.media import proxy  # noqa: F401 - as above
from clappper.providers.contract import (
    CancelOutcome,
    Capabilities,
    Estimate,
    FaultKind,
    GenRequest,
    Health,
    Issue,
    Kind,
    Output,
    Progress,
    ProviderError,
    ProviderFault,
    RemoteState,
)
from clappper.providers.registry import Registry
from clappper.store import assets, files, sidecar
from clappper.store.project import ProjectFolder
from tests.doubles import InlineWorkers

POINTS: tuple[tuple[Any, str], ...] = (
    (JobRecords, "add"),
    (JobRecords, "move"),
    (MoneyRecords, "begin"),
    (MoneyRecords, "name"),
    (MoneyRecords, "note_answer"),
    (MoneyRecords, "end"),
    (assets.AssetLibrary, "add"),
    (sidecar, "write"),
    (files, "sync_folder"),
    (delivery, "move_into_place"),
    (ingest, "move_into_place"),
    (ingest, "make_companions"),
)
"""Where a kill hurts most: just before and just after each of these."""


class Fuse:
    """Kills this process at the n-th named point, as a power switch would."""

    def __init__(self, at: int) -> None:
        self._at = at
        self.passed = 0

    def point(self) -> None:
        self.passed += 1
        if self.passed == self._at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, owner: Any, name: str) -> None:
        inner = getattr(owner, name)

        def outer(*args: Any, **kwargs: Any) -> Any:
            self.point()
            answer = inner(*args, **kwargs)
            self.point()
            return answer

        setattr(owner, name, outer)


class SteadyClock(Clock):
    """Waiting takes no time, but time passes."""

    def __init__(self) -> None:
        self._elapsed = 0.0

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self._elapsed)

    async def sleep(self, seconds: float) -> None:
        self._elapsed += seconds
        await asyncio.sleep(0)


class TinyProvider:
    """Makes short sounds. A paid one keeps its own append-only ledger, which is the judge of the tests."""

    def __init__(self, name: str, ledger: Path, fuse: Fuse, *, is_free: bool, can_list: bool) -> None:
        self.name = name
        self._ledger = ledger / f"{name}.jsonl"
        self._fuse = fuse
        self._is_free = is_free
        self._can_list = can_list
        self._running: dict[str, int] = {}

    def models(self) -> tuple[Capabilities, ...]:
        return (
            Capabilities(
                provider=self.name,
                model="m1",
                kinds=(Kind.MUSIC,),
                seconds=(1, 10),
                reconcile=self._can_list,
                volatile=self._is_free,
            ),
        )

    def validate(self, request: GenRequest) -> tuple[Issue, ...]:
        assert request.model
        return ()

    def estimate(self, request: GenRequest) -> Estimate:
        assert request.model
        price = Money() if self._is_free else Money.dollars(1)
        return Estimate(price, price, None, "per clip")

    def sent(self, request: GenRequest) -> dict[str, Any]:
        return {"seed": request.seed}

    async def check(self) -> Health:
        return Health(ready=True, detail="")

    async def submit(self, request: GenRequest) -> str:
        await asyncio.sleep(0)
        self._fuse.point()
        remote_id = f"{request.key}:{request.seed}"
        self._running[remote_id] = 0
        self._note({"id": remote_id, "key": request.key, "seed": request.seed})
        self._fuse.point()
        return remote_id

    async def poll(self, remote_id: str) -> Progress:
        await asyncio.sleep(0)
        if self._is_free and remote_id not in self._running:
            raise ProviderError(ProviderFault(FaultKind.LOST, "It is gone."))
        self._running[remote_id] = polls = self._running.get(remote_id, 0) + 1
        if polls < 2:
            return Progress(RemoteState.RUNNING, 0.5)
        return Progress(
            RemoteState.SUCCEEDED, outputs=(Output(remote_id, "audio/wav"),), cost=Money.dollars(1)
        )

    async def fetch(self, remote_id: str, output: Output, destination: Path) -> None:
        await asyncio.sleep(0)
        assert output.mime
        seed = int(remote_id.rpartition(":")[2])
        samples = [(seed * 37 * n) % 2000 - 1000 for n in range(2400)]
        with wave.open(str(destination), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(48000)
            file.writeframesraw(struct.pack("<1200h", *samples[:1200]))
            self._fuse.point()
            file.writeframes(struct.pack("<1200h", *samples[1200:]))
        self._fuse.point()

    async def cancel(self, remote_id: str) -> CancelOutcome:
        self._running.pop(remote_id, None)
        return CancelOutcome(stopped=True, still_billed=None)

    async def reconcile(
        self, request: GenRequest, since: datetime, known: frozenset[str] = frozenset()
    ) -> str | None:
        assert since.tzinfo
        ours = (entry["id"] for entry in self._entries() if entry["key"] == request.key)
        return next((remote_id for remote_id in ours if remote_id not in known), None)

    async def aclose(self) -> None:
        self._running.clear()

    def _entries(self) -> list[dict[str, Any]]:
        text = self._ledger.read_text() if self._ledger.exists() else ""
        return [json.loads(line) for line in text.splitlines()]

    def _note(self, entry: dict[str, Any]) -> None:
        with self._ledger.open("a") as ledger:
            ledger.write(json.dumps(entry) + "\n")


def request(provider: str, seed: int) -> GenRequest:
    return GenRequest(
        key="", kind=Kind.MUSIC, provider=provider, model="m1", prompt="calm", seconds=2.0, seed=seed
    )


async def make(folder: Path, ledger: Path, at: int) -> int:
    """Do what ``make`` does: ask for everything, work until idle. Returns how many points were passed."""
    fuse = Fuse(at)
    for owner, name in POINTS:
        fuse.around(owner, name)
    providers = [
        TinyProvider("free", ledger, fuse, is_free=True, can_list=False),
        TinyProvider("asks", ledger, fuse, is_free=False, can_list=True),
        TinyProvider("mute", ledger, fuse, is_free=False, can_list=False),
    ]
    clock = SteadyClock()
    with ProjectFolder.open_or_create(folder, clock=clock) as project:
        queue = JobQueue(project, Registry(providers), EventHub(), clock=clock)
        for seed, provider in enumerate(providers, start=1):
            queue.enqueue(request(provider.name, seed), brief_id="b", cap=Money.dollars(10))
        await JobRunner(queue, InlineWorkers()).run_until_idle()
    return fuse.passed


def main() -> None:
    for line in sys.stdin:
        task = json.loads(line)
        child = os.fork()
        if child == 0:
            passed = asyncio.run(make(Path(task["folder"]), Path(task["ledger"]), task["at"]))
            print(passed, flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"code": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    main()
