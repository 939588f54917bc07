"""Answers as the Omniverse Client Library 2.75 does, of a server that is a folder: NUCLEUS_FOLDER/host/path.

What it answers of local files, missing files and absent servers was compared with the real library. A host
whose name begins with ``locked`` does not let in; one that has no folder is not there; ``.checkpoints.json``
in a host's folder turns checkpoints on. Nothing works before ``initialize``.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

BOOK = ".checkpoints.json"


class Result(Enum):
    OK = 0
    OK_LATEST = 1
    ERROR = 3
    ERROR_CONNECTION = 4
    ERROR_NOT_SUPPORTED = 5
    ERROR_ACCESS_DENIED = 6
    ERROR_NOT_FOUND = 7
    ERROR_ALREADY_EXISTS = 9
    ERROR_ACCESS_LOST = 11
    ERROR_WRONG_TYPE = 15


class CopyBehavior(Enum):
    ERROR_IF_EXISTS = 0
    OVERWRITE = 1


@dataclass
class ListEntry:
    relative_path: str = ""
    size: int = 0
    version: str = ""
    comment: str = ""
    created_by: str = ""
    modified_by: str = ""
    modified_time: datetime = field(default_factory=lambda: _time(0.0))


_ready: set[str] = set()


def _time(seconds: float) -> datetime:
    """Give a time as the library does: of UTC, without saying so."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def set_log_callback(callback: Callable[[str, str, Any, str], None] | None) -> None:
    if callback is not None and not callable(callback):
        raise TypeError("set_log_callback(): incompatible function arguments")


def initialize() -> bool:
    _ready.add("ready")
    return True


def shutdown() -> None:
    _ready.clear()


def set_retries(max_ms: int, base_ms: int, jitter_ms: int) -> tuple[int, int, int]:
    _demand_ready()
    if not all(isinstance(number, int) for number in (max_ms, base_ms, jitter_ms)):
        raise TypeError("set_retries(): incompatible function arguments")
    return 120_000, 100, 100


def stat(url: str) -> tuple[Result, ListEntry]:
    trouble, file = _find(url)
    if trouble:
        return trouble, ListEntry()
    facts = file.stat()
    return Result.OK, ListEntry(
        file.name, facts.st_size, modified_by="anna", modified_time=_time(facts.st_mtime)
    )


def list_checkpoints(url: str) -> tuple[Result, list[ListEntry]]:
    trouble, _ = _find(url)
    if trouble and trouble is not Result.ERROR_NOT_FOUND:
        return trouble, []
    book = _book(url)
    if book is None:
        return Result.ERROR_NOT_SUPPORTED, []
    made = json.loads(book.read_text()).get(urlsplit(url).path, [])
    return Result.OK, [
        ListEntry(f"&{number}", one["size"], comment=one["comment"], created_by=one["by"],
                  modified_time=_time(one["time"]))
        for number, one in enumerate(made, start=1)
    ]  # fmt: skip


def create_checkpoint(url: str, comment: str, force: bool = False) -> tuple[Result, str]:
    trouble, file = _find(url)
    if trouble and trouble is not Result.ERROR_NOT_FOUND:
        return trouble, ""
    book = _book(url)
    if book is None:
        return Result.ERROR_NOT_SUPPORTED, ""
    if trouble:
        return trouble, ""
    pages = json.loads(book.read_text())
    made = pages.setdefault(urlsplit(url).path, [])
    content = file.read_text(errors="replace")
    if force or not made or made[-1]["content"] != content:
        facts = {"comment": comment, "by": "clappper", "time": 1000.0 + len(made)}
        made.append(facts | {"size": len(content), "content": content})
        book.write_text(json.dumps(pages))
    return Result.OK, f"&{len(made)}"


def copy_file(
    src_url: str, dst_url: str, behavior: CopyBehavior = CopyBehavior.ERROR_IF_EXISTS, message: str = ""
) -> Result:
    if not isinstance(behavior, CopyBehavior):
        raise TypeError(f"copy_file(): incompatible function arguments: {message}")
    trouble, file = _find(src_url)
    if trouble:
        return trouble
    target = Path(dst_url)
    if target.exists() and behavior is CopyBehavior.ERROR_IF_EXISTS:
        return Result.ERROR_ALREADY_EXISTS
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    return Result.OK


def _find(url: str) -> tuple[Result | None, Path]:
    _demand_ready()
    parts = urlsplit(url)
    if parts.scheme == "":
        file = Path(url)
    elif parts.scheme == "omniverse":
        host = Path(os.environ["NUCLEUS_FOLDER"]) / parts.netloc
        if not parts.netloc or not host.is_dir():
            return Result.ERROR_CONNECTION, host
        if parts.netloc.startswith("locked"):
            return Result.ERROR_ACCESS_DENIED, host
        file = host / parts.path.lstrip("/")
    else:
        return Result.ERROR_NOT_SUPPORTED, Path()
    if file.is_dir():
        return Result.ERROR_WRONG_TYPE, file
    return (None if file.is_file() else Result.ERROR_NOT_FOUND), file


def _book(url: str) -> Path | None:
    """Give where checkpoints are kept; local files have none."""
    parts = urlsplit(url)
    book = Path(os.environ["NUCLEUS_FOLDER"]) / parts.netloc / BOOK
    return book if parts.scheme == "omniverse" and book.is_file() else None


def _demand_ready() -> None:
    if not _ready:
        raise RuntimeError("the client library is not initialized")
