"""A service's key is in no file that the program writes, whatever goes wrong, also when it is sent back."""

from __future__ import annotations

import base64
import dataclasses
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from clappper.base import logs
from clappper.base.events import EventHub
from clappper.base.units import Money
from clappper.jobs.queue import JobQueue
from clappper.jobs.runner import JobRunner
from clappper.providers import registry
from clappper.store.project import ProjectFolder
from tests.contract.services import SERVICES, Rig, rig_of, workbench
from tests.doubles import InlineWorkers
from tests.simulators.stage import Fault

KEYED = [label for label, service in SERVICES.items() if service.variable]
FAULTS = ((422, True), (401, False), (500, True), (400, False))


def spellings(key: str) -> Iterator[bytes]:
    """Give a key as it is, in two parts where it has two, and packed for a header."""
    yield from (part.encode() for part in {key, *key.split(":")} if len(part) > 8)
    yield base64.b64encode(key.encode())


def files_with(folder: Path, key: str) -> list[str]:
    """Name the files below ``folder`` that hold a key in any spelling, also in their own names."""
    marks = tuple(spellings(key))
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(mark in path.read_bytes() + str(path).encode() for mark in marks)
    ]


async def buy(rig: Rig, folder: Path) -> None:
    """Let jobs succeed, fail and be refused through the queue; the service sends the key back each time."""
    bench = workbench(rig.service, rig.sim, rig.folder)
    handler = logs.configure(folder / "logs", bench.secrets.redactor)
    found = registry.load(bench)
    try:
        with ProjectFolder.open_or_create(folder / "project", clock=rig.sim.clock) as project:
            queue = JobQueue(project, found, EventHub(), clock=rig.sim.clock)
            for number, (status, after) in enumerate(FAULTS):
                echo = {"detail": f"bad header Authorization: Bearer {rig.sim.key} at ?key={rig.sim.key}"}
                rig.sim.fail("POST", rig.service.create_path, Fault(status, after=after, body=echo))
                await _one(rig, queue, f"a tin {number}")
                queue.gates.try_again()
            await _one(rig, queue, f"a tin on slate with {'[policy]' if rig.sim.failures else 'no'} word")
            await _one(rig, queue, "a tin on wet slate")
    finally:
        await found.aclose()
        if handler:
            logging.getLogger("clappper").removeHandler(handler)
            handler.close()


async def _one(rig: Rig, queue: JobQueue, prompt: str) -> None:
    request = dataclasses.replace(rig.sample(prompt), key="")
    asked = queue.enqueue(request, brief_id="b", cap=Money.dollars(1000), accept_unknown_price=True)
    await JobRunner(queue, InlineWorkers()).run_until_idle(only=[asked.job.id])


@pytest.mark.parametrize("label", KEYED)
async def test_no_key_is_in_any_file(label: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    async with rig_of(SERVICES[label], tmp_path) as rig:
        await buy(rig, out)
        assert rig.sim.billed >= 1
        key = rig.sim.key
    assert list((out / "project").rglob("*.mp4"))
    assert (out / "logs" / "clappper.log").stat().st_size
    assert files_with(tmp_path, key) == []


def test_a_key_that_was_written_would_be_found(tmp_path: Path) -> None:
    key = "11111111-2222:0123456789abcdef"
    for number, mark in enumerate(spellings(key)):
        (tmp_path / f"{number}.db").write_bytes(b"\0" + mark + b"\0")
    assert len(files_with(tmp_path, key)) == 4
    assert "clappper" not in files_with(tmp_path, "another key")
