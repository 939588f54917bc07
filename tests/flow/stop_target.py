"""The program that the stop tests stop: one free job, made in a real child process, ingested by real workers.

``stop_target.py FOLDER SECONDS``: the job takes that long. Says the child's state as it changes.
"""

from __future__ import annotations

import asyncio
import signal
import struct
import sys
import time
import wave
from datetime import datetime
from pathlib import Path

from clappper.base.events import EventHub
from clappper.base.units import Money
from clappper.jobs.model import JobChanged
from clappper.jobs.queue import JobQueue
from clappper.jobs.runner import JobRunner
from clappper.jobs.workers import Workers
from clappper.providers.child import Report, Work
from clappper.providers.contract import (
    Capabilities,
    Estimate,
    GenRequest,
    Kind,
)
from clappper.providers.local import LocalService
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


class Humming(LocalService):
    """The smallest provider of this machine."""

    def __init__(self, scratch: Path) -> None:
        model = Capabilities("humming", "m1", (Kind.MUSIC,), (1.0, 9.0), volatile=True)
        super().__init__("humming", [model], scratch, ".wav")

    def estimate(self, request: GenRequest) -> Estimate:
        return Estimate(Money(), Money(), None, f"{request.model} is free")

    async def _work(self, request: GenRequest) -> Work:
        del request
        return make_sound

    async def reconcile(
        self, request: GenRequest, since: datetime, known: frozenset[str] = frozenset()
    ) -> str | None:
        raise AssertionError(f"{request.key} is free and was asked for since {since}, beside {known}")


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
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever starts the tests may ignore it
    try:
        asyncio.run(main(Path(sys.argv[1])))
    except KeyboardInterrupt:
        sys.exit(130)
