"""What a child process does that makes one generation: work apart, report, and end with its parent."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.providers.contract import FaultKind, GenRequest, ProviderError, ProviderFault

Report = Callable[[float, str], None]
"""``report(fraction, stage)``, cheap enough to call for every frame."""
Work = Callable[[GenRequest, Path, Report], None]
"""``work(request, destination, report)`` writes ``destination`` and may tell of it in ``facts_file``."""
SMALLEST_STEP = 0.01


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


def partial_of(file: Path) -> Path:
    """Say in which folder a child works; it becomes the folder of ``file`` when all is well."""
    return file.parent.with_name(f".{file.parent.name}.part")


def facts_file(file: Path) -> Path:
    """Say where the facts of a generation lie: beside its file, as JSON."""
    return file.with_name(f"{file.name}.facts.json")


def tell(file: Path, facts: Mapping[str, Any]) -> None:
    """Leave the facts of a generation beside its file."""
    facts_file(file).write_text(json.dumps(facts, indent=1, ensure_ascii=False), encoding="utf-8")


def run(work: Work, request: GenRequest, file: Path, pipe: Connection) -> None:
    """Be the child: work in a folder of our own, move it into place, and say how it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    partial = partial_of(file)
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
    parent = parent_process()
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
