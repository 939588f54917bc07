"""Blocking work, done in other processes so that the event loop never waits for it.

The processes are started freshly (``spawn``), end with this program however it ends, and may crash: a
codec that dies takes one file's work with it and nothing else.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import Connection
from typing import ParamSpec, Self, TypeVar

from clappper.base.errors import ClappperError

P = ParamSpec("P")
T = TypeVar("T")


class WorkerDiedError(ClappperError):
    """The process that did the work ended without an answer, even when it worked alone."""


class Workers:
    """A pool of processes for plain functions of plain data. Nothing starts before the first call."""

    def __init__(self, processes: int = 0) -> None:
        """Use at most ``processes`` at a time; 0 means one per processor, and no more than four."""
        self._processes = processes or min(os.cpu_count() or 1, 4)
        self._pool: _Pool | None = None
        self._opening = asyncio.Lock()
        self._is_closed = False

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call ``function``, which is at the top level of a module, in another process.

        Work that is cut short because another call's process died is done again, by itself.

        Raises:
            WorkerDiedError: its process died, or was ended by ``aclose``.
        """
        pool = await self._opened()
        try:
            return await pool.run(function, *args, **kwargs)
        except BrokenProcessPool as error:
            if self._is_closed:
                raise WorkerDiedError("The work was given up because the program is closing.") from error
            if self._pool is pool:
                self._pool = None
            await asyncio.to_thread(pool.close)
            return await _run_alone(function, *args, **kwargs)

    async def aclose(self) -> None:
        """End all processes at once, also those in the middle of something, for good."""
        self._is_closed = True
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.close)

    async def _opened(self) -> _Pool:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncio.to_thread(_Pool, self._processes)
            return self._pool

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


async def _run_alone(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    pool = _Pool(1)
    try:
        return await pool.run(function, *args, **kwargs)
    except BrokenProcessPool as error:
        raise WorkerDiedError("The process that did this work ended unexpectedly.") from error
    finally:
        await asyncio.to_thread(pool.close)


class _Pool:
    """An executor whose processes die with a pipe: closed by us, or by the end of this program."""

    def __init__(self, processes: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._theirs, self._ours = context.Pipe(duplex=False)
        self._executor = ProcessPoolExecutor(
            processes, mp_context=context, initializer=_guard, initargs=(self._theirs,)
        )

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        future: Future[T] = await asyncio.to_thread(self._executor.submit, function, *args, **kwargs)
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        self._ours.close()
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._theirs.close()


def _guard(lifeline: Connection) -> None:
    """Be a worker: leave Ctrl-C to the parent, and end when the parent's side of the pipe is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        try:
            lifeline.poll(None)
        finally:
            os._exit(1)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
