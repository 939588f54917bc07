from __future__ import annotations

import asyncio
import os

import pytest

from clappper.base.errors import UnusableInputError
from clappper.jobs.ingest import examine
from clappper.jobs.workers import WorkerDiedError, Workers


async def test_a_call_is_answered_from_another_process() -> None:
    async with Workers(1) as workers:
        assert await workers.run(os.getpid) != os.getpid()
        assert await workers.run(divmod, 7, 2) == (3, 1)


async def test_errors_come_back_with_their_hint() -> None:
    from pathlib import Path

    async with Workers(1) as workers:
        with pytest.raises(UnusableInputError, match="no file nowhere") as caught:
            await workers.run(examine, Path("nowhere.mp4"))
    assert caught.value.hint == "Check the path."


async def test_a_crash_takes_only_its_own_work_with_it() -> None:
    async with Workers(1) as workers:
        with pytest.raises(WorkerDiedError):
            await workers.run(os._exit, 3)
        assert await workers.run(abs, -1) == 1


async def test_closing_does_not_wait_for_work_in_progress() -> None:
    import time

    workers = Workers(1)
    await workers.run(abs, -1)
    given_up, endured = (asyncio.create_task(workers.run(time.sleep, 30)) for _ in range(2))
    await asyncio.sleep(0.05)
    began = asyncio.get_running_loop().time()
    given_up.cancel()
    await workers.aclose()
    with pytest.raises(WorkerDiedError, match="closing"):
        await endured
    assert given_up.cancelled()
    assert asyncio.get_running_loop().time() - began < 10
