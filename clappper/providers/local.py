"""Work done on this machine by a provider: one spawned child process per generation.

A child keeps the interface smooth, can be stopped at any moment, and cannot take the program down with
it. What it writes appears under its final name only when it is whole.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import multiprocessing
import re
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clappper.base.units import Money
from clappper.providers.child import Finished, Step, Work, facts_file, partial_of, run
from clappper.providers.contract import (
    CancelOutcome,
    Capabilities,
    Estimate,
    FaultKind,
    GenRequest,
    Health,
    Issue,
    Output,
    Progress,
    ProviderError,
    ProviderFault,
    RemoteState,
)
from clappper.providers.fitting import demand_valid, fits

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 5.0
FORGOTTEN = ProviderFault(
    FaultKind.LOST,
    "The program was closed while this was being made.",
    "It is made again, free of charge.",
)
BEGINNING = Step(0.0, "starting")
MIMES = {".mp4": "video/mp4", ".wav": "audio/wav"}


class LocalService(ABC):
    """A provider whose work is done here, free of charge, and forgotten when the program ends.

    ``known`` are its models, also those that still lack something here; ``suffix`` is that of the files it
    makes. An adapter says what is the ``_work`` of a request.
    """

    def __init__(self, name: str, known: Iterable[Capabilities], scratch: Path, suffix: str) -> None:
        self.name = name
        self._known = {model.model: model for model in known}
        self._suffix = suffix
        self._tasks = LocalTasks(scratch)

    def models(self) -> tuple[Capabilities, ...]:
        return tuple(self._known.values())

    def validate(self, request: GenRequest) -> tuple[Issue, ...]:
        if request.model not in self._known:
            return (Issue("model", f"{self.name} has no model {request.model}."),)
        return fits(request, self._known[request.model])

    @abstractmethod
    def estimate(self, request: GenRequest) -> Estimate: ...

    def sent(self, request: GenRequest) -> dict[str, Any]:
        return dict(request.extra)

    async def check(self) -> Health:
        return Health(ready=True, detail="Ready: it needs nothing but this program.")

    async def submit(self, request: GenRequest) -> str:
        """Start working; the remote id is the request's key.

        Raises:
            UnusableInputError: the request cannot be used.
            ProviderError: SETUP, something that it needs is not installed.
        """
        demand_valid(self.validate(request))
        self._tasks.start(request.key, await self._work(request), request, self._suffix)
        return request.key

    @abstractmethod
    async def _work(self, request: GenRequest) -> Work:
        """Give what makes a valid request: a module-level function, or a ``partial`` of one.

        Raises:
            UnusableInputError: an option cannot be used here.
            ProviderError: SETUP, something that it needs is not installed.
        """

    async def poll(self, remote_id: str) -> Progress:
        return self._tasks.progress(remote_id)

    async def fetch(self, remote_id: str, output: Output, destination: Path) -> None:
        await self._tasks.fetch(remote_id, output, destination)

    async def cancel(self, remote_id: str) -> CancelOutcome:
        return await self._tasks.cancel(remote_id)

    async def reconcile(
        self, request: GenRequest, since: datetime, known: frozenset[str] = frozenset()
    ) -> str | None:
        """There is nothing to find: what is forgotten here is gone."""
        del request, since, known
        return None

    async def aclose(self) -> None:
        await self._tasks.aclose()


@dataclass(slots=True)
class Task:
    """One child and what it has said so far."""

    process: SpawnProcess
    pipe: Connection
    file: Path
    step: Step = BEGINNING
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
        """Run ``work(request, destination, report)`` in a child; ``destination`` ends in ``suffix``.

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
            target=run, args=(work, request, file, theirs), name=f"clappper {key}", daemon=True
        )
        process.start()
        theirs.close()
        self._tasks[key] = Task(process, ours, file)

    def progress(self, key: str) -> Progress:
        """Look at a task without waiting; once done it also tells the facts that the work left.

        Raises:
            ProviderError: LOST, when this program did not start the task or has forgotten it.
        """
        task = _look(self._known(key))
        if task.finished is None:
            return Progress(RemoteState.RUNNING, task.step.fraction, task.step.stage, poll_after_seconds=0.25)
        if task.finished.fault:
            return Progress(RemoteState.FAILED, error=task.finished.fault)
        mime = MIMES[task.file.suffix]
        output = Output(str(task.file), mime, role=mime.partition("/")[0])
        facts = facts_file(task.file)
        sent = json.loads(facts.read_text(encoding="utf-8")) if facts.exists() else {}
        return Progress(RemoteState.SUCCEEDED, 1.0, "done", outputs=(output,), cost=Money(), sent=sent)

    async def fetch(self, key: str, output: Output, destination: Path) -> None:
        """Copy one finished output to ``destination``.

        Raises:
            ProviderError: LOST, when the task or its file is gone.
        """
        self._known(key)
        await copy_whole(Path(output.location), destination, FORGOTTEN)

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
            raise ProviderError(FORGOTTEN) from None


async def copy_whole(source: Path, destination: Path, gone: ProviderFault) -> None:
    """Copy a finished file, so that ``destination`` is whole or not there.

    Raises:
        ProviderError: ``gone``, when there is no such file.
    """
    part = destination.with_name(f".{destination.name}.part")
    try:
        await asyncio.to_thread(shutil.copyfile, source, part)
        part.replace(destination)
    except FileNotFoundError as missing:
        raise ProviderError(gone) from missing
    finally:
        part.unlink(missing_ok=True)


def _file_name(key: str) -> str:
    return key if re.fullmatch(r"\w[\w.-]{0,79}", key) else hashlib.sha256(key.encode()).hexdigest()


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
        shutil.rmtree(partial_of(task.file), ignore_errors=True)
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
    shutil.rmtree(partial_of(task.file), ignore_errors=True)
    shutil.rmtree(task.file.parent, ignore_errors=True)
