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
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import Connection
from typing import ParamSpec, Self, TypeVar

from clappper.base.errors import ClappperError

P = ParamSpec("P")
T = TypeVar("T")

CLOSING = "The work was given up because the program is closing."
CRASHED = "The process that did this work ended unexpectedly."


class WorkerDiedError(ClappperError):
    """The process that did the work ended without an answer, even when it worked alone."""


class Workers:
    """A pool of processes for plain functions of plain data. Nothing starts before the first call."""

    def __init__(self, processes: int = 0) -> None:
        """Use at most ``processes`` at a time; 0 means one per processor, and no more than four."""
        self._processes = processes or min(os.cpu_count() or 1, 4)
        self._pool: _Pool | None = None
        self._opening = threading.Lock()
        self._is_closed = False

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call ``function``, which is at the top level of a module, in another process.

        Work that is cut short because another call's process died is done again, by itself.

        Raises:
            WorkerDiedError: its process died, or was ended by ``aclose``.
        """
        pool = await asyncio.to_thread(self._opened)
        try:
            return await pool.run(function, *args, **kwargs)
        except BrokenProcessPool as error:
            if self._is_closed:
                raise WorkerDiedError(CLOSING) from error
            await asyncio.to_thread(self._drop, pool)
            return await _run_alone(function, *args, **kwargs)

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do the same for a thread, which waits; work that is cut short is not done again.

        Raises:
            WorkerDiedError: as ``run``.
        """
        pool = self._opened()
        try:
            return pool.submit(function, *args, **kwargs).result()
        except (BrokenProcessPool, CancelledError) as error:
            if self._is_closed:
                raise WorkerDiedError(CLOSING) from error
            self._drop(pool)
            raise WorkerDiedError(CRASHED) from error

    async def aclose(self) -> None:
        """End all processes at once, also those in the middle of something, for good."""
        with self._opening:
            self._is_closed = True
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.end()
            await asyncio.to_thread(pool.close)

    def _opened(self) -> _Pool:
        with self._opening:
            if self._is_closed:
                raise WorkerDiedError(CLOSING)
            if self._pool is None:
                self._pool = _Pool(self._processes)
            return self._pool

    def _drop(self, pool: _Pool) -> None:
        """Let the next call open another pool than this broken one."""
        with self._opening:
            if self._pool is pool:
                self._pool = None
        pool.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


async def _run_alone(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    pool = _Pool(1)
    try:
        return await pool.run(function, *args, **kwargs)
    except BrokenProcessPool as error:
        raise WorkerDiedError(CRASHED) from error
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
        future = await asyncio.to_thread(lambda: self.submit(function, *args, **kwargs))
        return await asyncio.wrap_future(future)

    def submit(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Raises:
        BrokenProcessPool: there are no processes any more.
        """
        try:
            return self._executor.submit(function, *args, **kwargs)
        except RuntimeError as error:
            raise BrokenProcessPool(str(error)) from error

    def end(self) -> None:
        """Let the processes end, without waiting: who waits for their answers is told."""
        self._ours.close()

    def close(self) -> None:
        self.end()
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
