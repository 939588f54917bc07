from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from clappper.base.units import Money
from clappper.jobs.money.ledger import BudgetError
from clappper.jobs.money.records import MoneyRecords
from clappper.jobs.queue import JobQueue
from clappper.providers.registry import Registry
from clappper.store.database import Database
from clappper.store.project import ProjectFolder
from tests.patience import PATIENCE_SECONDS

Bench = Any


def race(queues: list[JobQueue], bench: Bench, cap: str) -> int:
    """Ask from as many threads at once; give how many were let through."""
    start = threading.Barrier(len(queues))
    passed: list[str] = []

    def ask(queue: JobQueue, seed: int) -> None:
        start.wait()
        try:
            passed.append(
                queue.enqueue(bench.request(seed=seed), brief_id="b", cap=Money.dollars(cap)).job.id
            )
        except BudgetError:
            return

    threads = [threading.Thread(target=ask, args=(queue, seed)) for seed, queue in enumerate(queues)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(passed)


def test_a_hundred_at_once_cannot_pass_a_cap(bench: Bench) -> None:
    assert race([bench.queue] * 100, bench, "3.7") == 7
    assert bench.queue.ledger.committed("b") == Money.dollars("3.5")


def test_a_hundred_over_many_connections_cannot_pass_a_cap(bench: Bench, tmp_path: Path) -> None:
    """Past the lock file, the transaction alone must hold."""
    registry = Registry([bench.paid])
    projects = [
        ProjectFolder(bench.project.path, Database.open(tmp_path / "ad" / "project.db"), None, bench.clock)
        for _ in range(4)
    ]
    queues = [JobQueue(project, registry, bench.hub, clock=bench.clock) for project in projects]
    assert race(queues * 25, bench, "3.7") == 7
    for project in projects:
        project.close()


BUYER = """
import sys, time
from pathlib import Path
from clappper.base.units import Money
from clappper.jobs.model import Job, JobState
from clappper.jobs.money.ledger import BudgetError, Ledger
from clappper.jobs.money.records import MoneyRecords
from clappper.jobs.records import JobRecords
from clappper.providers.contract import GenRequest, Kind
from clappper.store.database import Database
db = Database.open(Path(sys.argv[1]))
records, ledger = JobRecords(db), Ledger(MoneyRecords(db))
ask = GenRequest(key="", kind=Kind.MUSIC, provider="p", model="m", prompt="", seconds=1)
print("ready", flush=True)
sys.stdin.readline()
for n in range(4):
    name = f"{sys.argv[2]}{n}"
    try:
        with db.writing():
            ledger.demand("b", Money.dollars(1))
            job = Job(name, "b", "", ask, name, JobState.QUEUED, "", "", estimate_high=Money.dollars(1))
            records.add(job)
    except BudgetError:
        pass
"""


def test_of_two_processes_none_passes_the_cap(tmp_path: Path) -> None:
    path = tmp_path / "project.db"
    empty = Database.open(path)
    MoneyRecords(empty).set_cap("b", Money.dollars(5))
    empty.close()
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[4])}
    buyers = [
        subprocess.Popen(
            [sys.executable, "-c", BUYER, str(path), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=env,
        )
        for name in "xy"
    ]
    for buyer in buyers:
        assert buyer.stdout
        assert buyer.stdout.readline() == "ready\n"
    for buyer in buyers:
        buyer.communicate("go\n", timeout=PATIENCE_SECONDS)
    db = Database.open(path)
    assert MoneyRecords(db).committed("b") == Money.dollars(5)
    db.close()
