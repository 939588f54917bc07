"""The program that the kill tests kill: it buys clips at a Replicate on loopback, as ``generate`` does.

Reads one task a line, does each in a forked child, and says the child's process id before and how it ended
after. Everything is imported once, so that a kill costs milliseconds.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import av  # noqa: F401 - imported before the first fork, as is all that follows
import httpx

from clappper.base.clock import Clock
from clappper.base.events import EventHub
from clappper.base.secrets import Secrets
from clappper.base.settings import Settings
from clappper.base.units import Money
from clappper.jobs.model import TERMINAL, JobState
from clappper.jobs.queue import JobQueue
from clappper.jobs.runner import JobRunner
from clappper.providers import http
from clappper.providers.adapters import replicate
from clappper.providers.contract import GenRequest, Kind
from clappper.providers.downloads import Downloads
from clappper.providers.registry import Registry
from clappper.providers.workbench import Workbench
from clappper.store.project import ProjectFolder
from tests.doubles import InlineWorkers
from tests.flow.kill_target import POINTS, Fuse

MODEL = "wan-video/wan-2.2-t2v-fast"
CAP = Money.dollars(100)


class RushingClock(Clock):
    """Time that passes ``speed`` times as fast, the same in every process that has the same ``epoch``."""

    def __init__(self, epoch: float, speed: float, start: datetime) -> None:
        self._epoch, self._speed, self._start = epoch, speed, start

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return (time.monotonic() - self._epoch) * self._speed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._speed)


def request(seed: int) -> GenRequest:
    return GenRequest(
        key="",
        kind=Kind.TEXT_TO_VIDEO,
        provider=replicate.NAME,
        model=MODEL,
        prompt=f"a calm sea, wave {seed}",
        seconds=5.0,
        width=720,
        height=1280,
        fps=16.0,
        seed=seed,
    )


def bench(task: dict[str, Any], clock: Clock, scratch: Path) -> Workbench:
    settings = Settings(replicate_base_url=task["api"], own_origins=(task["cdn"],))
    secrets = Secrets({"REPLICATE_API_TOKEN": task["key"]})
    return Workbench(scratch, settings, secrets, clock=clock)


async def buy(task: dict[str, Any]) -> int:
    """Ask for everything and work until idle. Returns how many points were passed."""
    fuse = Fuse(task["at"])
    for owner, name in (*POINTS, (http.Api, "create"), (http.Api, "get"), (Downloads, "fetch")):
        fuse.around(owner, name)
    fuse.around(httpx.AsyncClient, "send")
    clock = RushingClock(task["epoch"], task["speed"], datetime.fromisoformat(task["start"]))
    with ProjectFolder.open_or_create(Path(task["folder"]), clock=clock) as project:
        registry = Registry([replicate.create(bench(task, clock, project.scratch))])
        queue = JobQueue(project, registry, EventHub(), clock=clock)
        known = {job.request.seed: job.state for job in queue.list()}
        for seed in task["seeds"]:
            if known.get(seed, JobState.QUEUED) not in TERMINAL:
                queue.enqueue(request(seed), brief_id="b", cap=CAP)
        await JobRunner(queue, InlineWorkers()).run_until_idle()
        await registry.aclose()
    return fuse.passed


def main() -> None:
    for line in sys.stdin:
        task = json.loads(line)
        child = os.fork()
        if child == 0:
            print(json.dumps({"passed": asyncio.run(buy(task))}), flush=True)
            os._exit(0)
        print(json.dumps({"pid": child}), flush=True)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"code": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    main()
