"""The program that the stop tests stop: one free job, made in a real child process, ingested by real workers.

``stop_target.py FOLDER SECONDS``: the job takes that long. Says the child's state as it changes.
"""

from __future__ import annotations

import asyncio
import struct
import sys
import time
import wave
from datetime import datetime
from pathlib import Path
from typing import Any

from clappper.base.events import EventHub
from clappper.base.units import Money
from clappper.jobs.model import JobChanged
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
    Progress,
    fits,
)
from clappper.providers.local import LocalTasks, Report
from clappper.providers.registry import Registry
from clappper.store.project import ProjectFolder


def make_sound(request: GenRequest, destination: Path, report: Report) -> None:
    """Take as long as the program was told, then write a tenth of a second of sound."""
    end = time.monotonic() + float(sys.argv[2])
    report(0.1, "humming")
    while time.monotonic() < end:
        time.sleep(0.02)
    with wave.open(str(destination), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(struct.pack("<4800h", *(request.seed * n % 999 for n in range(4800))))


class Humming:
    """The smallest provider on ``LocalTasks``."""

    name = "humming"

    def __init__(self, scratch: Path) -> None:
        self._tasks = LocalTasks(scratch)

    def models(self) -> tuple[Capabilities, ...]:
        return (Capabilities("humming", "m1", (Kind.MUSIC,), (1.0, 9.0), volatile=True),)

    def validate(self, request: GenRequest) -> tuple[Issue, ...]:
        return fits(request, self.models()[0])

    def estimate(self, request: GenRequest) -> Estimate:
        return Estimate(Money(), Money(), None, f"{request.model} is free")

    def sent(self, request: GenRequest) -> dict[str, Any]:
        return {"seed": request.seed}

    async def check(self) -> Health:
        return Health(ready=True, detail="")

    async def submit(self, request: GenRequest) -> str:
        self._tasks.start(request.key, make_sound, request, ".wav")
        return request.key

    async def poll(self, remote_id: str) -> Progress:
        return self._tasks.progress(remote_id, "audio/wav")

    async def fetch(self, remote_id: str, output: Output, destination: Path) -> None:
        await self._tasks.fetch(remote_id, output, destination)

    async def cancel(self, remote_id: str) -> CancelOutcome:
        return await self._tasks.cancel(remote_id)

    async def reconcile(
        self, request: GenRequest, since: datetime, known: frozenset[str] = frozenset()
    ) -> str | None:
        raise AssertionError(f"{request.key} is free and was asked for since {since}, beside {known}")

    async def aclose(self) -> None:
        await self._tasks.aclose()


async def main(folder: Path) -> None:
    with ProjectFolder.open_or_create(folder) as project:
        hub = EventHub()
        hub.subscribe(JobChanged, lambda event: print(event.state, event.stage, flush=True))
        provider = Humming(project.scratch)
        queue = JobQueue(project, Registry([provider]), hub)
        queue.enqueue(GenRequest("", Kind.MUSIC, "humming", "m1", "hum", 2.0, seed=3))
        try:
            async with Workers(1) as workers:
                await JobRunner(queue, workers).run_until_idle()
        finally:
            await provider.aclose()


if __name__ == "__main__":
    try:
        asyncio.run(main(Path(sys.argv[1])))
    except KeyboardInterrupt:
        sys.exit(130)
