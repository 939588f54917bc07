"""Logging: rotating JSON lines in the user's log folder, nothing on the terminal but warnings."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path

LOG_BYTES = 2_000_000
KEPT_FILES = 5
# What every record carries by itself; anything else was given with ``extra=`` and is worth keeping.
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and what the caller added with ``extra``."""

    def __init__(self, redact: Callable[[str], str] = str) -> None:
        """Write only what ``redact`` leaves of a line."""
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in STANDARD}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return self._redact(json.dumps(line, default=str, ensure_ascii=False))


def configure(folder: Path, redact: Callable[[str], str] = str) -> logging.Handler | None:
    """Send this program's records to ``folder/clappper.log``; called once, by the program's entry point.

    Returns the handler, or None when the folder cannot be written: a full or read-only disk must not
    keep the program from starting.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / "clappper.log", maxBytes=LOG_BYTES, backupCount=KEPT_FILES, encoding="utf-8"
        )
    except OSError:
        return None
    handler.setFormatter(JsonLines(redact))
    logger = logging.getLogger("clappper")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    return handler
