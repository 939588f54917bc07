"""What has happened, for oneself and for others: the log's newest lines, and a report without any secret."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from clappper import __version__
from clappper.flow.doctor import Checkup

FILE = "clappper.log"
TAIL_BYTES = 400_000


@dataclass(frozen=True, slots=True)
class LogLine:
    """One record. ``time`` is ISO 8601; ``details`` is what came with it, a traceback included."""

    time: str
    level: str
    logger: str
    message: str
    details: str = ""


def read_log(folder: Path) -> tuple[LogLine, ...]:
    """Give the newest lines of the log, the newest first; what is no record is left out."""
    try:
        with (folder / FILE).open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - TAIL_BYTES))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return ()
    lines = (_parsed(line) for line in reversed(text.splitlines()))
    return tuple(line for line in lines if line is not None)


def write_report(
    path: Path,
    checkups: Sequence[Checkup],
    log: Sequence[LogLine],
    redact: Callable[[str], str],
    now: datetime,
) -> None:
    """Write what helps to find a fault: version, machine, log. Keys, addresses' secrets and names go out.

    Raises:
        StorageError: the file cannot be written; nothing is half written.
    """
    from clappper.store.files import write_atomically

    machine = [f"{'ok  ' if one.ready else 'none'}  {one.name}: {one.detail}" for one in checkups]
    lines = [
        f"{line.time} {line.level} {line.logger}: {line.message}\n{line.details}".rstrip() for line in log
    ]
    parts = [
        f"Clappper {__version__}, {now:%Y-%m-%d %H:%M} UTC",
        "",
        "This machine",
        *machine,
        "",
        "Log",
        *lines,
    ]
    text = redact("\n".join(parts)).replace(str(Path.home()), "~")
    write_atomically(path, f"{text}\n".encode())


def _parsed(line: str) -> LogLine | None:
    try:
        record = json.loads(line)
        known = {name: str(record.pop(name)) for name in ("time", "level", "logger", "message")}
    except (ValueError, KeyError, AttributeError, TypeError):
        return None
    traceback = str(record.pop("traceback", ""))
    others = ", ".join(f"{name}={value}" for name, value in record.items())
    return LogLine(**known, details="\n".join(part for part in (others, traceback) if part))
