"""One worker process: what it says becomes progress, its death one sentence, its log a file that stays."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.usd.speech import Exit

LOG = "render.log"
STALL_SECONDS = 15 * 60.0
FIRST_FRAME_SECONDS = 30 * 60.0
PATIENCE_SECONDS = 10.0
LOG_BYTES = 20_000
_TICK_SECONDS = 0.2
_NO_MEMORY = re.compile(r"bad_alloc|MemoryError|out of memory|cannot allocate memory", re.IGNORECASE)
_NO_DISPLAY = re.compile(r"\b(lib)?EGL\b|EGL_|GHOST.*(display|context)|OpenGL context", re.IGNORECASE)

Event = dict[str, Any]
Hear = Callable[[Event], None]


class StoppedError(ClappperError):
    """The work was cancelled; what is finished is kept."""


def run_worker(
    command: Sequence[str], folder: Path, hear: Hear, is_stopped: Callable[[], bool] = lambda: False
) -> None:
    """Run a worker's whole command and pass on what it says; its log lies in ``folder``.

    Raises:
        UnusableInputError: the scene cannot be used.
        StoppedError: ``is_stopped`` became true.
        ClappperError: the worker failed, stalled, or died; its log is kept.
    """
    began = (folder / LOG).stat().st_size if (folder / LOG).is_file() else 0
    with (folder / LOG).open("ab") as log, _process(tuple(command), log) as process:
        last = _listen(process, hear, is_stopped, folder)
        code = process.wait()
    if code != Exit.DONE or last.get("event") == "error":
        raise _failure(code, last, folder, began)


def follow(
    command: Sequence[str], log: Path, hear: Callable[[str], None], is_stopped: Callable[[], bool]
) -> int:
    """Run any program to its end and give its exit code; ``log`` gets what it complains of.

    Raises:
        StoppedError: ``is_stopped`` became true; the program and what it started are ended.
        ClappperError: it cannot be started.
    """
    with log.open("ab") as file, _process(tuple(command), file) as process:
        lines = _lines_of(process)
        while True:
            if is_stopped():
                raise StoppedError("It was cancelled.", "Nothing of it is left.")
            try:
                line = lines.get(timeout=_TICK_SECONDS)
            except queue.Empty:
                continue
            if line is None:
                return process.wait()
            hear(line.decode(errors="replace").strip())


@contextmanager
def _process(command: tuple[str, ...], log: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Start in a group of its own; leaving the block ends the whole group."""
    options: dict[str, Any] = {"start_new_session": True} if os.name == "posix" else {}
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, **options
        )
    except OSError as error:
        raise ClappperError(f"{Path(command[0]).name} cannot be started: {error.strerror}.") from error
    try:
        yield process
    finally:
        _end(process)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    _signal(process, signal.SIGTERM)
    try:
        process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        _signal(process, getattr(signal, "SIGKILL", signal.SIGTERM))
        process.wait()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        if os.name == "posix":
            os.killpg(process.pid, number)
        else:
            process.terminate()
    except ProcessLookupError:
        pass


def _listen(
    process: subprocess.Popen[bytes], hear: Hear, is_stopped: Callable[[], bool], folder: Path
) -> Event:
    """Pass on events until the worker is silent for good; give the last one."""
    lines = _lines_of(process)
    last: Event = {}
    silent, limit = 0.0, FIRST_FRAME_SECONDS
    while True:
        if is_stopped():
            raise StoppedError(
                "The render was cancelled.", "Finished frames are kept: it goes on from there."
            )
        try:
            line = lines.get(timeout=_TICK_SECONDS)
        except queue.Empty:
            silent += _TICK_SECONDS
            if silent > limit:
                raise ClappperError(
                    f"The renderer has made no picture for {limit / 60:.0f} minutes.", f"See {folder / LOG}."
                ) from None
            continue
        if line is None:
            return last
        silent = 0.0
        event = _event(line)
        if event:
            last = event
            limit = STALL_SECONDS if event["event"] == "frame" else limit
            hear(event)


def _lines_of(process: subprocess.Popen[bytes]) -> queue.Queue[bytes | None]:
    """Hand over what a process prints, line by line as it comes, and None at its end."""
    lines: queue.Queue[bytes | None] = queue.Queue()

    def pump() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=pump, name="worker's voice", daemon=True).start()
    return lines


def _event(line: bytes) -> Event:
    """Read one line; whatever else a renderer prints is no event."""
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) and isinstance(event.get("event"), str) else {}


def _failure(code: int, last: Event, folder: Path, began: int) -> ClappperError:
    """Say what ended a worker: its own words, the system, or what its log of this run complains of."""
    if last.get("event") == "error":
        message, hint = str(last.get("message", "The render failed.")), str(last.get("hint", ""))
        kind = UnusableInputError if code in {Exit.RECIPE, Exit.ASSET} else ClappperError
        return kind(message, hint)
    log = folder / LOG
    complaint = log.read_bytes()[began:][-LOG_BYTES:].decode(errors="replace")
    if code in {-9, 137} or _NO_MEMORY.search(complaint):
        return ClappperError(
            "The renderer was ended by the system, probably because memory ran out.",
            f"Use draft quality, or close other programs; finished frames are kept. See {log}.",
        )
    if _NO_DISPLAY.search(complaint):
        return ClappperError(
            "The renderer found no graphics driver (EGL) that works without a screen.",
            f"Install EGL (Debian: libegl1), or use the built-in renderer, which needs none. See {log}.",
        )
    return ClappperError(
        f"The renderer ended unexpectedly (exit code {code}).", f"Finished frames are kept. See {log}."
    )
