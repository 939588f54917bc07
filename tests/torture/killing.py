"""Kills a program that buys clips, again and again, and lets the seller's books say what that has cost.

As a program: ``python -m tests.torture.killing --kills 300`` prints one line of figures.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import logging
import os
import random
import signal
import struct
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter, deque
from contextlib import suppress
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from clappper.base.events import EventHub
from clappper.jobs.model import Job as OurJob
from clappper.jobs.model import JobState
from clappper.jobs.money.records import MoneyRecords
from clappper.jobs.queue import JobQueue
from clappper.jobs.records import JobRecords
from clappper.media.probe import probe
from clappper.providers.registry import Registry
from clappper.store import sidecar
from clappper.store.files import sha256_of
from clappper.store.project import ProjectFolder
from tests.simulators.replicate import ReplicateSimulator
from tests.simulators.stage import Fault, SimulatorClock

ROOT = Path(__file__).resolve().parents[2]
SPEED = 40.0
TICK_SECONDS = 0.01
KILLS_A_ROUND = 12
FURTHEST_POINT = 60
LONGEST_LIFE_SECONDS = 1.2
CREATES = ("POST", "/predictions")
LOOKS = ("GET", "/predictions/")
TROUBLES: tuple[tuple[tuple[str, str], Fault], ...] = (
    (CREATES, Fault(429, headers={"Retry-After": "3"})),
    (CREATES, Fault(503)),
    (CREATES, Fault(502, after=True)),
    (CREATES, Fault(0, after=True)),
    (CREATES, Fault(0)),
    (LOOKS, Fault(503)),
    (LOOKS, Fault(0)),
    (LOOKS, Fault(429)),
)
FILE_TROUBLES = ("html", "cut once", "truncated", "gzip", "empty")


class Seller(ReplicateSimulator):
    """Delivers other bytes for each generation, and a spoilt file first where that is wanted."""

    def __init__(self, speed: float = SPEED) -> None:
        """Let time pass ``speed`` times as fast as it does."""
        super().__init__()
        self.speed = speed
        self.epoch = time.monotonic()
        self.spoilt: deque[str] = deque()
        self._ticking: asyncio.Task[None] | None = None

    def publish(self, name: str, kind: str = "video") -> str:
        """Put a result into the storage, with its name in a box that players skip."""
        address = super().publish(name, kind)
        note = name.encode()
        self.files[name] += struct.pack(">I4s", 8 + len(note), b"free") + note
        return address

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self._ticking = asyncio.create_task(self._tick())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._ticking:
            self._ticking.cancel()
        await super().__aexit__(kind, error, trace)

    async def _tick(self) -> None:
        while True:
            self.clock.elapsed = (time.monotonic() - self.epoch) * self.speed
            await asyncio.sleep(TICK_SECONDS)

    async def _given(self, request: web.Request, data: bytes) -> web.StreamResponse:
        self.file_fault = self.spoilt.popleft() if self.spoilt else ""
        return await super()._given(request, data)

    def sold(self) -> dict[int, list[str]]:
        """Give the ids of all that was accepted, by the buyer's own seed."""
        found: dict[int, list[str]] = {}
        for job in self.jobs.values():
            found.setdefault(job.request["seed"], []).append(job.id)
        return found


@dataclass
class Toll:
    """What came of it. ``by_hand``: how often a person had to look at the seller's list, and then sent once
    more what was never accepted, or fetched once more what had come spoilt time and again.
    """

    kills: int = 0
    jobs: int = 0
    paid: int = 0
    double_paid: int = 0
    lost: int = 0
    bad_files: int = 0
    by_hand: int = 0

    def __iadd__(self, other: Toll) -> Self:
        for field, amount in zip(fields(self), astuple(other), strict=True):
            setattr(self, field.name, getattr(self, field.name) + amount)
        return self


class Victim:
    """The buying program."""

    def __init__(self, process: Process, seller: Seller) -> None:
        self._process = process
        self._seller = seller

    @classmethod
    async def start(cls, seller: Seller) -> Self:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        script = str(ROOT / "tests" / "torture" / "victim.py")
        process = await asyncio.create_subprocess_exec(
            sys.executable, script, stdin=PIPE, stdout=PIPE, env=environment, cwd=ROOT
        )
        return cls(process, seller)

    async def run(self, folder: Path, seeds: list[int], *, at: int = 0, life: float = 0.0) -> int:
        """Let it work to the end, to the ``at``-th point, or for ``life`` seconds; give its exit code."""
        seller = self._seller
        task = {
            "folder": str(folder),
            "api": seller.api,
            "cdn": seller.cdn,
            "key": seller.key,
            "epoch": seller.epoch,
            "speed": seller.speed,
            "start": SimulatorClock().now().isoformat(),
            "seeds": seeds,
            "at": at,
        }
        assert self._process.stdin
        self._process.stdin.write(json.dumps(task).encode() + b"\n")
        pid = int((await self._said("pid"))["pid"])
        killer = asyncio.create_task(_kill_after(pid, life)) if life else None
        code = int((await self._said("code"))["code"])
        if killer:
            killer.cancel()
        return code

    async def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        await self._process.wait()

    async def _said(self, name: str) -> dict[str, Any]:
        assert self._process.stdout
        while line := await self._process.stdout.readline():
            with suppress(json.JSONDecodeError):
                said: dict[str, Any] = json.loads(line)
                if name in said:
                    return said
        raise RuntimeError("the victim is gone")


async def _kill_after(pid: int, seconds: float) -> None:
    await asyncio.sleep(seconds)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


async def one_round(
    victim: Victim, seller: Seller, folder: Path, seeds: list[int], luck: random.Random, kills: int
) -> Toll:
    """Kill at named points and at any time in turns, let it finish, and judge."""
    toll = Toll(jobs=len(seeds))
    for number in range(kills):
        _trouble(seller, luck)
        by_point = (number + luck.randrange(2)) % 2
        at = luck.randint(1, FURTHEST_POINT) if by_point else 0
        life = 0.0 if by_point else luck.uniform(0.02, LONGEST_LIFE_SECONDS)
        code = await victim.run(folder, seeds, at=at, life=life)
        toll.kills += code == -signal.SIGKILL
        if code not in {0, -signal.SIGKILL}:
            raise AssertionError(f"the program ended with {code}")
        if code == 0 and not _in_doubt(folder):
            break
    seller.fail_next.clear()
    seller.spoilt.clear()
    toll.by_hand += await _finish(victim, seller, folder, seeds)
    return _judged(toll, seller, folder, seeds)


def _trouble(seller: Seller, luck: random.Random) -> None:
    seller.fail_next.clear()
    for _ in range(luck.randrange(3)):
        (method, path), fault = luck.choice(TROUBLES)
        seller.fail(method, path, fault)
    if luck.random() < 0.3:
        seller.spoilt.append(luck.choice(FILE_TROUBLES))


async def _finish(victim: Victim, seller: Seller, folder: Path, seeds: list[int]) -> int:
    """Let it work in peace; for what is in doubt be the person who looks at the seller's list."""
    by_hand = 0
    for _ in range(len(seeds) + 2):
        assert await victim.run(folder, seeds) == 0
        doubtful = _in_doubt(folder)
        if not doubtful:
            return by_hand
        with ProjectFolder.open(folder) as project:
            queue = JobQueue(project, Registry(()), EventHub())
            for job in doubtful:
                if job.remote_id:
                    queue.adopt(job.id)
                elif job.request.seed not in seller.sold():
                    queue.resend(job.id)
                else:
                    continue
                by_hand += 1
        if by_hand == 0:
            break
    return by_hand


def _in_doubt(folder: Path) -> list[OurJob]:
    if not (folder / "project.db").exists():
        return []
    with ProjectFolder.open(folder, read_only=True) as project:
        return list(JobRecords(project.db).jobs(states=[JobState.UNSURE]))


def _judged(toll: Toll, seller: Seller, folder: Path, seeds: list[int]) -> Toll:
    sold = seller.sold()
    accepted = Counter({seed: len(sold.get(seed, [])) for seed in seeds})
    toll.paid = accepted.total()
    toll.double_paid = sum(max(count - 1, 0) for count in accepted.values())
    with ProjectFolder.open(folder) as project:
        row = project.db.row("PRAGMA integrity_check")
        assert row
        assert row[0] == "ok"
        jobs = {job.request.seed: job for job in JobRecords(project.db).jobs()}
        lost = [jobs[seed] for seed in seeds if jobs[seed].state is not JobState.DONE]
        for job in lost:
            print("lost:", job.id, job.state, job.error, job.hint, file=sys.stderr)
        toll.lost = len(lost)
        toll.bad_files = sum(_is_bad(project, seller, job) for job in jobs.values())
        toll.bad_files += len(list(folder.rglob("*.part")))
        assert all(attempt.finished for attempt in MoneyRecords(project.db).attempts())
    return toll


def _is_bad(project: ProjectFolder, seller: Seller, job: OurJob) -> bool:
    """Tell whether a finished job's file is another one than was sold, or than its sidecar says."""
    if job.state is not JobState.DONE:
        return False
    asset = project.assets.get(job.asset_id)
    path = project.locate(asset.path)
    sold = hashlib.sha256(seller.files[f"{job.remote_id}.mp4"]).hexdigest()
    whole = all(project.locate(name).is_file() for name in asset.derived.values())
    same = sha256_of(path) == asset.sha256 == sidecar.read(path).media.sha256 == sold
    return not (same and probe(path).kind == "video" and whole)


async def torture(kills: int, folder: Path, *, seed: int = 1, jobs: int = 4) -> Toll:
    """Go on until the program was killed so often."""
    luck, toll = random.Random(seed), Toll()
    async with Seller() as seller:
        victim = await Victim.start(seller)
        try:
            for number in range(1000):
                seeds = [number * jobs + place + 1 for place in range(jobs)]
                most = min(KILLS_A_ROUND, kills - toll.kills)
                place = folder / f"ad{number}"
                toll += await one_round(victim, seller, place, seeds, luck, most)
                if toll.kills >= kills:
                    break
        finally:
            await victim.close()
        assert not seller.leaks
    return toll


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=300)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL)  # a buyer that dies is no news here
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        toll = asyncio.run(torture(given.kills, Path(folder), seed=given.seed))
    print(toll, f"in {time.monotonic() - began:.0f} s")
    sys.exit(1 if toll.double_paid or toll.lost or toll.bad_files else 0)


if __name__ == "__main__":
    main()
