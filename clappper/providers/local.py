"""Work done on this machine by a provider: one spawned child process per generation.

A child keeps the interface smooth, can be stopped at any moment, and cannot take the program down with
it. What it writes appears under its final name only when it is whole.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import json
import logging
import multiprocessing
import os
import re
import shutil
import signal
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.units import Money
from clappper.providers.contract import (
    CancelOutcome,
    FaultKind,
    GenRequest,
    Output,
    Progress,
    ProviderError,
    ProviderFault,
    RemoteState,
)

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

Report = Callable[[float, str], None]
Work = Callable[[GenRequest, Path, Report], None]

log = logging.getLogger(__name__)

SMALLEST_STEP = 0.01
PATIENCE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Step:
    """How far a child has come."""

    fraction: float
    stage: str


@dataclass(frozen=True, slots=True)
class Finished:
    """A child's last word: its file lies in place, or what went wrong and where."""

    fault: ProviderFault | None = None
    trace: str = ""


@dataclass(slots=True)
class Task:
    """One child and what it has said so far."""

    process: SpawnProcess
    pipe: Connection
    file: Path
    step: Step = Step(0.0, "starting")
    finished: Finished | None = None


class LocalTasks:
    """Runs plain functions in child processes and remembers, until this program ends, how each one stands.

    ``scratch`` receives one folder per finished key, holding the file that was asked for and whatever
    the function wrote beside it.
    """

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._tasks: dict[str, Task] = {}

    def file(self, key: str, suffix: str) -> Path:
        """Say where the finished file of ``key`` lies."""
        name = _file_name(key)
        return self._scratch / name / f"{name}{suffix}"

    def start(self, key: str, work: Work, request: GenRequest, suffix: str) -> None:
        """Run ``work(request, destination, report)`` in a child; ``work`` is a module-level function.

        ``destination`` ends in ``suffix``; ``report(fraction, stage)`` is cheap enough to call per frame.
        A key that is already being worked on is left alone: the same key means the same work.
        """
        known = self._tasks.get(key)
        if known and _look(known).finished is None:
            return
        file = self.file(key, suffix)
        shutil.rmtree(file.parent, ignore_errors=True)
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(
            target=_run, args=(work, request, file, theirs), name=f"clappper {key}", daemon=True
        )
        process.start()
        theirs.close()
        self._tasks[key] = Task(process, ours, file)

    def progress(self, key: str, mime: str) -> Progress:
        """Look at a task without waiting.

        Raises:
            ProviderError: LOST, when this program did not start the task or has forgotten it.
        """
        task = _look(self._known(key))
        if task.finished is None:
            return Progress(RemoteState.RUNNING, task.step.fraction, task.step.stage, poll_after_seconds=0.25)
        if task.finished.fault:
            return Progress(RemoteState.FAILED, error=task.finished.fault)
        output = Output(str(task.file), mime, role=mime.partition("/")[0])
        return Progress(RemoteState.SUCCEEDED, 1.0, "done", outputs=(output,))

    def told_progress(self, key: str, mime: str, page: Callable[[Path], Path]) -> Progress:
        """Like ``progress``; once done it also tells the JSON that the work left at ``page``.

        Raises:
            ProviderError: LOST, as ``progress``.
        """
        progress = self.progress(key, mime)
        if progress.state is not RemoteState.SUCCEEDED:
            return progress
        facts = json.loads(page(Path(progress.outputs[0].location)).read_text(encoding="utf-8"))
        return replace(progress, cost=Money(), sent=facts)

    async def fetch(self, key: str, output: Output, destination: Path) -> None:
        """Copy one finished output to ``destination``.

        Raises:
            ProviderError: LOST, when the task or its file is gone.
        """
        self._known(key)
        partial = destination.with_name(f".{destination.name}.part")
        try:
            await asyncio.to_thread(shutil.copyfile, output.location, partial)
            partial.replace(destination)
        except FileNotFoundError as missing:
            raise ProviderError(_lost()) from missing
        finally:
            partial.unlink(missing_ok=True)

    async def cancel(self, key: str) -> CancelOutcome:
        """Stop a task and remove what it had written; a finished one keeps its file."""
        task = _look(self._known(key))
        if task.finished:
            return CancelOutcome(stopped=False, still_billed=False, detail="It had already finished.")
        await asyncio.to_thread(_stop, task)
        del self._tasks[key]
        return CancelOutcome(stopped=True, still_billed=False)

    async def aclose(self) -> None:
        """Stop every task that still runs."""
        for key, task in tuple(self._tasks.items()):
            if _look(task).finished is None:
                await self.cancel(key)
            task.pipe.close()
        self._tasks.clear()

    def _known(self, key: str) -> Task:
        try:
            return self._tasks[key]
        except KeyError:
            raise ProviderError(_lost()) from None


def _lost() -> ProviderFault:
    return ProviderFault(
        FaultKind.LOST,
        "The program was closed while this was being made.",
        "It is made again, free of charge.",
    )


def _file_name(key: str) -> str:
    return key if re.fullmatch(r"\w[\w.-]{0,79}", key) else hashlib.sha256(key.encode()).hexdigest()


def _partial(file: Path) -> Path:
    return file.parent.with_name(f".{file.parent.name}.part")


def _look(task: Task) -> Task:
    """Read all that the child has said, and notice its death."""
    alive = task.process.is_alive()
    try:
        while task.finished is None and task.pipe.poll():
            said = task.pipe.recv()
            if isinstance(said, Finished):
                task.finished = said
                if said.trace:
                    log.error("%s failed:\n%s", task.process.name, said.trace)
            else:
                task.step = said
    except EOFError:
        alive = False
    if task.finished is None and not alive:
        shutil.rmtree(_partial(task.file), ignore_errors=True)
        task.finished = Finished(
            ProviderFault(
                FaultKind.TRANSIENT,
                f"The process that made this ended unexpectedly (exit code {task.process.exitcode}).",
                "It may have run out of memory: close other programs and try again.",
            )
        )
    return task


def _stop(task: Task) -> None:
    task.process.terminate()
    task.process.join(PATIENCE_SECONDS)
    if task.process.is_alive():
        task.process.kill()
        task.process.join()
    task.pipe.close()
    shutil.rmtree(_partial(task.file), ignore_errors=True)
    shutil.rmtree(task.file.parent, ignore_errors=True)


def _run(work: Work, request: GenRequest, file: Path, pipe: Connection) -> None:
    """Be the child: work in a folder of our own, move it into place, and say how it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    partial = _partial(file)
    _die_with_parent(partial)
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        work(request, partial / file.name, _reporter(pipe))
        partial.replace(file.parent)
        finished = Finished()
    except Exception as problem:  # noqa: BLE001 - the outermost step of this process: the parent reports it
        shutil.rmtree(partial, ignore_errors=True)
        trace = "" if isinstance(problem, ClappperError) else traceback.format_exc()
        finished = Finished(_fault(problem), trace)
    pipe.send(finished)
    pipe.close()


def _reporter(pipe: Connection) -> Report:
    last = Step(-1.0, "")

    def report(fraction: float, stage: str) -> None:
        nonlocal last
        if stage != last.stage or fraction - last.fraction >= SMALLEST_STEP:
            last = Step(min(max(fraction, 0.0), 1.0), stage)
            pipe.send(last)

    return report


def _die_with_parent(partial: Path) -> None:
    """Leave no orphan and no half file when the program is killed."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    sentinel = parent.sentinel

    def watch() -> None:
        wait([sentinel])
        shutil.rmtree(partial, ignore_errors=True)
        os._exit(1)

    threading.Thread(target=watch, name="parent watch", daemon=True).start()


def _fault(problem: Exception) -> ProviderFault:
    match problem:
        case ProviderError():
            return problem.fault
        case UnusableInputError():
            return ProviderFault(FaultKind.INVALID, problem.message, problem.hint)
        case ClappperError():
            return ProviderFault(FaultKind.MODEL, problem.message, problem.hint)
        case OSError() if problem.errno == errno.ENOSPC:
            return ProviderFault(FaultKind.RESOURCE, "The disk is full.", "Free some space and try again.")
        case MemoryError():
            return ProviderFault(FaultKind.RESOURCE, "There is not enough memory.", "Close other programs.")
        case _:
            return ProviderFault(FaultKind.MODEL, f"{type(problem).__name__}: {problem}")
