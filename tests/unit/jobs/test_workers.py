from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from clappper.base.errors import UnusableInputError
from clappper.jobs.ingest import examine
from clappper.jobs.workers import WorkerDiedError, Workers
from tests.patience import PATIENCE_SECONDS, until


async def test_a_call_is_answered_from_another_process() -> None:
    async with Workers(1) as workers:
        assert await workers.run(os.getpid) != os.getpid()
        assert await workers.run(divmod, 7, 2) == (3, 1)


async def test_errors_come_back_with_their_hint() -> None:
    async with Workers(1) as workers:
        with pytest.raises(UnusableInputError, match="no file nowhere") as caught:
            await workers.run(examine, Path("nowhere.mp4"))
    assert caught.value.hint == "Check the path."


async def test_a_crash_takes_only_its_own_work_with_it() -> None:
    async with Workers(1) as workers:
        with pytest.raises(WorkerDiedError):
            await workers.run(os._exit, 3)
        assert await workers.run(abs, -1) == 1


def sleep_for_good(sign: Path) -> None:
    sign.touch()
    time.sleep(10 * PATIENCE_SECONDS)


async def test_closing_does_not_wait_for_work_in_progress(tmp_path: Path) -> None:
    workers = Workers(2)
    signs = [tmp_path / name for name in ("given up", "endured")]
    given_up, endured = (asyncio.create_task(workers.run(sleep_for_good, sign)) for sign in signs)
    await until(lambda: all(sign.exists() for sign in signs))
    given_up.cancel()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await workers.aclose()
        with pytest.raises(WorkerDiedError, match="closing"):
            await endured
    assert given_up.cancelled()


async def test_a_thread_may_wait_for_an_answer() -> None:
    async with Workers(1) as workers:
        assert await asyncio.to_thread(workers.call, divmod, 7, 2) == (3, 1)
        with pytest.raises(WorkerDiedError, match="unexpectedly"):
            await asyncio.to_thread(workers.call, os._exit, 3)
        assert await workers.run(abs, -1) == 1


async def test_threads_that_wait_are_let_go_at_closing(tmp_path: Path) -> None:
    workers = Workers(1)
    signs = [tmp_path / name for name in "abc"]
    threads = [asyncio.create_task(asyncio.to_thread(workers.call, sleep_for_good, one)) for one in signs]
    await until(lambda: any(sign.exists() for sign in signs))
    await workers.aclose()
    for thread in threads:
        with pytest.raises(WorkerDiedError, match="closing"):
            await thread


async def test_nothing_starts_once_it_is_closed() -> None:
    workers = Workers(1)
    await workers.aclose()
    with pytest.raises(WorkerDiedError, match="closing"):
        await workers.run(abs, -1)
