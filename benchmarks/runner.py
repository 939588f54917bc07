"""What it costs to look after many paid jobs at once, and how many of them come home in bad weather.

* load: 50 jobs at once at a Replicate on loopback, in a process of its own, 30 s each: processor time of our
  process for a look at one job, and the longest that one turn held the loop, in time and in work;
* weather: jobs eight at a time, while a tenth of the answers, of the files and of the generations fail. A job
  succeeds when its whole file is there without a person's help; success is that over all jobs.

Run it with ``python -m benchmarks.runner [--jobs N] [--weather N]``.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import random
import subprocess
import sys
import tempfile
import time
from asyncio import events
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aiohttp import web

from clappper.base.clock import Clock
from clappper.base.events import EventHub
from clappper.base.secrets import Secrets
from clappper.base.settings import Settings
from clappper.base.units import Money
from clappper.jobs.model import JobChanged, JobState
from clappper.jobs.queue import JobQueue
from clappper.jobs.runner import JobRunner
from clappper.jobs.workers import Workers
from clappper.providers.adapters.replicate import Replicate
from clappper.providers.contract import Capabilities
from clappper.providers.registry import Registry
from clappper.providers.workbench import Workbench
from clappper.store.project import ProjectFolder
from tests.simulators.stage import Fault, Job, SimulatorClock
from tests.torture.killing import FILE_TROUBLES, Seller
from tests.torture.victim import RushingClock, request

LOAD_SPEED = 0.2
WEATHER_SPEED = 20.0
AT_ONCE = 8
BAD = 0.1
CAP = Money.dollars(1000)
WRONG_CREATES = (
    Fault(429, headers={"Retry-After": "2"}),
    Fault(502, after=True),
    Fault(0, after=True),
    Fault(503),
)
WRONG_LOOKS = (Fault(503), Fault(0), Fault(429))


class Weather(Seller):
    """A seller a share of whose answers, files and generations fail."""

    def __init__(self, speed: float, bad: float, seed: int = 1) -> None:
        super().__init__(speed)
        self._bad = bad
        self._luck = random.Random(seed)

    def accept(self, prompt: str, request: dict[str, Any], remote_id: str = "", **extra: Any) -> Job:
        job = super().accept(prompt, request, remote_id, **extra)
        if self._luck.random() < self._bad:
            job.outcome = "crash"
        return job

    def _fault(self, request: web.Request) -> Fault | None:
        if self._luck.random() >= self._bad or "predictions" not in request.path:
            return None
        return self._luck.choice(WRONG_CREATES if request.method == "POST" else WRONG_LOOKS)

    async def _given(self, request: web.Request, data: bytes) -> web.StreamResponse:
        if self._luck.random() < self._bad:
            self.spoilt.append(self._luck.choice(FILE_TROUBLES))
        return await super()._given(request, data)


class Wide(Replicate):
    """Replicate with room for as many jobs as are wanted."""

    def __init__(self, bench: Workbench, at_once: int) -> None:
        super().__init__(bench)
        self._wide = tuple(replace(model, max_concurrency=at_once) for model in super().models())

    def models(self) -> tuple[Capabilities, ...]:
        return self._wide


@dataclass
class Turns:
    """The longest turn of the loop, in seconds that passed and in seconds of work."""

    longest: float = 0.0
    hardest: float = 0.0


@contextmanager
def watched_turns() -> Iterator[Turns]:
    """Measure every callback that the loop runs."""
    turns = Turns()
    run = events.Handle._run  # noqa: SLF001 - nothing public sees each turn

    def measured(handle: events.Handle) -> None:
        began, worked = time.perf_counter(), time.thread_time()
        run(handle)
        turns.longest = max(turns.longest, time.perf_counter() - began)
        turns.hardest = max(turns.hardest, time.thread_time() - worked)

    handles: Any = events.Handle
    handles._run = measured  # noqa: SLF001
    try:
        yield turns
    finally:
        handles._run = run  # noqa: SLF001


async def serve(speed: float, bad: float) -> None:
    """Be the seller until stdin ends, and then print the books."""
    async with Weather(speed, bad) as seller:
        facts = {"api": seller.api, "cdn": seller.cdn, "key": seller.key, "epoch": seller.epoch}
        print(json.dumps(facts), flush=True)
        await asyncio.to_thread(sys.stdin.read)
        looks = sum(line.startswith("GET /v1/predictions/") for line in seller.ledger)
        sold = Counter(job.request["seed"] for job in seller.jobs.values())
        print(json.dumps({"looks": looks, "sold": sold.total(), "crashed": _crashed(seller)}), flush=True)


def _crashed(seller: Seller) -> int:
    return sum(job.outcome == "crash" for job in seller.jobs.values())


@dataclass(frozen=True)
class Run:
    """What one run of many jobs came to; the seller's part stands in ``books``."""

    states: Counter[JobState]
    books: dict[str, int]
    cpu_seconds: float
    wall_seconds: float
    turns: Turns
    most_at_once: int


def run(jobs: int, at_once: int, speed: float, bad: float, *, rushes: bool) -> Run:
    command = [sys.executable, "-m", "benchmarks.runner", "--serve", str(speed), str(bad)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as seller:
        assert seller.stdin
        assert seller.stdout
        facts = json.loads(seller.stdout.readline())
        start = SimulatorClock().now()
        clock = RushingClock(facts["epoch"], speed, start) if rushes else _SameDay(facts["epoch"], start)
        measured = asyncio.run(_work(facts, jobs, at_once, clock))
        seller.stdin.close()
        books = json.loads(seller.stdout.readline())
    return replace(measured, books=books)


class _SameDay(Clock):
    """The time that passes, on the seller's day."""

    def __init__(self, epoch: float, start: Any) -> None:
        self._steady = RushingClock(epoch, 1.0, start)

    def now(self) -> Any:
        return self._steady.now()


async def _work(facts: dict[str, Any], jobs: int, at_once: int, clock: Clock) -> Run:
    with (
        tempfile.TemporaryDirectory() as folder,
        ProjectFolder.create(Path(folder) / "p", clock=clock) as project,
    ):
        settings = Settings(replicate_base_url=facts["api"], own_origins=(facts["cdn"],))
        secrets = Secrets({"REPLICATE_API_TOKEN": facts["key"]})
        provider = Wide(Workbench(project.scratch, settings, secrets, clock=clock), at_once)
        hub = EventHub()
        queue = JobQueue(project, Registry([provider]), hub, clock=clock)
        running: set[str] = set()
        most = 0

        def count(event: JobChanged) -> None:
            nonlocal most
            (running.add if event.state is JobState.RUNNING else running.discard)(event.job_id)
            most = max(most, len(running))

        hub.subscribe(JobChanged, count)
        for seed in range(1, jobs + 1):
            queue.enqueue(request(seed), brief_id="b", cap=CAP)
        async with Workers() as workers:
            gc.collect()
            gc.freeze()  # as the editor does once it is loaded
            worked, began = time.process_time(), time.perf_counter()
            with watched_turns() as turns:
                await JobRunner(queue, workers).run_until_idle()
            cpu, wall = time.process_time() - worked, time.perf_counter() - began
        await provider.aclose()
        states = Counter(job.state for job in queue.list())
    return Run(states, {}, cpu, wall, turns, most)


def _told(states: Counter[JobState]) -> str:
    return ", ".join(f"{count} {state}" for state, count in states.items())


def load(jobs: int) -> None:
    made = run(jobs, jobs, LOAD_SPEED, 0.0, rushes=False)
    looks = made.books["looks"]
    print(f"{jobs} jobs, {made.most_at_once} at once, {_told(made.states)} in {made.wall_seconds:.0f} s")
    print(f"{looks} looks, {made.cpu_seconds:.2f} CPU s: {1000 * made.cpu_seconds / looks:.2f} ms a look")
    print(
        f"longest turn of the loop {1000 * made.turns.longest:.1f} ms,"
        f" most work in one {1000 * made.turns.hardest:.1f} ms"
    )


def weather(jobs: int) -> None:
    made = run(jobs, AT_ONCE, WEATHER_SPEED, BAD, rushes=True)
    done = made.states[JobState.DONE]
    print(f"{jobs} jobs, {made.most_at_once} at once, {BAD:.0%} of everything fails: {_told(made.states)}")
    print(
        f"success {done}/{jobs} = {done / jobs:.1%}; {made.books['sold']} generations,"
        f" {made.books['crashed']} of which failed there"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--jobs", type=int, default=50)
    options.add_argument("--weather", type=int, default=120)
    options.add_argument("--serve", nargs=2, type=float, metavar=("SPEED", "BAD"))
    given = options.parse_args()
    if given.serve:
        asyncio.run(serve(*given.serve))
        return
    load(given.jobs)
    weather(given.weather)


if __name__ == "__main__":
    main()
