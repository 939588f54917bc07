"""Kill -9 at every named point of a run, then run again: nothing paid twice, nothing lost, nothing half."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clappper.jobs.model import JobState
from clappper.jobs.money.records import MoneyRecords
from clappper.jobs.records import JobRecords
from clappper.store import sidecar
from clappper.store.files import sha256_of
from clappper.store.project import ProjectFolder
from tests.patience import PATIENCE_SECONDS, wait_until
from tests.processes import is_alive

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills with POSIX signals")
HERE = Path(__file__).parent
POINTS_BETWEEN_KILLS = 5


class Victim:
    """The process that runs each task in a child, and that child's end."""

    def __init__(self, folder: Path) -> None:
        root = HERE.parent.parent
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "kill_target.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(root)},
        )

    def run(self, folder: Path, ledger: Path, at: int = 0) -> tuple[int, int]:
        """Run to the end, or to the ``at``-th point; give the exit code and the points passed."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"folder": str(folder), "ledger": str(ledger), "at": at}) + "\n")
        self._process.stdin.flush()
        passed = 0
        while True:
            said: Any = json.loads(self._process.stdout.readline())
            if isinstance(said, dict):
                return int(said["code"]), passed
            passed = said

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(PATIENCE_SECONDS)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    victim = Victim(tmp_path_factory.mktemp("victim"))
    yield victim
    victim.close()


def judge(folder: Path, ledger: Path) -> dict[str, JobState]:
    """Check what must hold after any accident, and give each provider's newest state."""
    for name in ("asks", "mute"):
        file = ledger / f"{name}.jsonl"
        accepted = file.read_text().splitlines() if file.exists() else []
        assert len(accepted) <= 1, f"{name} was paid twice"
    with ProjectFolder.open(folder) as project:
        row = project.db.row("PRAGMA integrity_check")
        assert row is not None
        assert row[0] == "ok"
        kept = set()
        for asset in project.assets.list():
            path = project.locate(asset.path)
            kept.add(path)
            assert sha256_of(path) == asset.sha256
            assert sidecar.read(path).media.sha256 == asset.sha256
            assert all(project.locate(name).is_file() for name in asset.derived.values())
        assert set(project.generated.rglob("*.wav")) == kept
        assert not list(folder.rglob("*.part"))
        records = JobRecords(project.db)
        states = {job.request.provider: job.state for job in records.jobs()}
        assert all(attempt.finished for attempt in MoneyRecords(project.db).attempts())
        assert states["asks"] is JobState.DONE or not (ledger / "asks.jsonl").exists()
        return states


def test_a_kill_at_any_point_costs_nothing_and_loses_nothing(victim: Victim, tmp_path: Path) -> None:
    (tmp_path / "calm").mkdir()
    code, points = victim.run(tmp_path / "calm" / "ad", tmp_path / "calm")
    assert code == 0
    assert set(judge(tmp_path / "calm" / "ad", tmp_path / "calm").values()) == {JobState.DONE}
    assert points > 60

    in_doubt = 0
    for at in range(1, points + 1, POINTS_BETWEEN_KILLS):
        ledger = tmp_path / str(at)
        ledger.mkdir()
        folder = ledger / "ad"
        assert victim.run(folder, ledger, at)[0] == -signal.SIGKILL
        assert victim.run(folder, ledger)[0] == 0
        states = judge(folder, ledger)
        assert states["free"] is JobState.DONE, at
        assert {states["asks"], states["mute"]} <= {JobState.DONE, JobState.UNSURE}, at
        in_doubt += list(states.values()).count(JobState.UNSURE)
    assert in_doubt <= 6


def test_many_kills_in_a_row_still_end_well(victim: Victim, tmp_path: Path) -> None:
    folder = tmp_path / "ad"
    for at in (9, 17, 12, 21, 15, 26):
        victim.run(folder, tmp_path, at)
    assert victim.run(folder, tmp_path)[0] == 0
    assert judge(folder, tmp_path)["free"] is JobState.DONE


SLEEPER = """
import asyncio, os, sys, time
from clappper.jobs.workers import Workers
async def main():
    workers = Workers(2)
    calls = [asyncio.ensure_future(workers.run(os.getpid)) for _ in range(2)]
    print(*[await call for call in calls], flush=True)
    await workers.run(time.sleep, 1800)
if __name__ == "__main__":
    asyncio.run(main())
"""


def test_workers_end_with_a_killed_program(tmp_path: Path) -> None:
    script = tmp_path / "sleeper.py"
    script.write_text(SLEEPER)
    env = {**os.environ, "PYTHONPATH": str(HERE.parent.parent)}
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=env
    ) as parent:
        assert parent.stdout
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        parent.kill()
    assert pids
    wait_until(lambda: not any(is_alive(pid) for pid in pids))


def start(folder: Path, seconds: float) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(HERE / "stop_target.py"), str(folder), str(seconds)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HERE.parent.parent)},
        start_new_session=True,
    )


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_program_leaves_no_children_and_its_work_is_taken_up(
    tmp_path: Path, how: signal.Signals
) -> None:
    """Ctrl-C reaches the whole group, as a terminal sends it; kill -9 the program alone."""
    folder = tmp_path / "ad"
    program = start(folder, 1800)
    assert program.stdout
    assert any("humming" in line for line in program.stdout)
    if how is signal.SIGINT:
        os.killpg(program.pid, how)
    else:
        program.kill()
    _, complaints = program.communicate(timeout=PATIENCE_SECONDS)
    assert program.returncode == (130 if how is signal.SIGINT else -how)
    assert "Traceback" not in complaints
    wait_until(lambda: not _members(program.pid))
    with ProjectFolder.open(folder) as project:
        (job,) = JobRecords(project.db).jobs()
        assert job.state is (JobState.QUEUED if how is signal.SIGINT else JobState.RUNNING)
        assert not list(project.path.rglob("*.part"))

    said, complaints = start(folder, 0).communicate(timeout=PATIENCE_SECONDS)
    assert said.split()[-1] == "done", complaints
    with ProjectFolder.open(folder) as project:
        (job,) = JobRecords(project.db).jobs()
        assert job.attempts == 2
        assert len(project.assets.list()) == 1


def _members(group: int) -> list[int]:
    """List the living processes of a group, where the system shows them."""
    stats = [path for path in Path("/proc").glob("[0-9]*/stat") if path.exists()]
    found = []
    for path in stats:
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found
