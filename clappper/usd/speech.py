"""What a worker says on its standard output: one JSON line an event. Standard error is its log."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from enum import IntEnum
from typing import Any

from clappper.base.errors import ClappperError, UnusableInputError


class Exit(IntEnum):
    """How a worker ends."""

    DONE = 0
    RECIPE = 2
    ASSET = 3
    UNAVAILABLE = 4
    FAILED = 5


def say(event: str, **facts: Any) -> None:
    sys.stdout.write(json.dumps({"event": event, **facts}) + "\n")
    sys.stdout.flush()


def speaking(work: Callable[[], None]) -> int:
    """Run a worker's job, say how it went, and give the exit code."""
    try:
        work()
    except UnusableInputError as error:
        say("error", code="asset", message=error.message, hint=error.hint)
        return Exit.ASSET
    except ClappperError as error:
        say("error", code="unavailable", message=error.message, hint=error.hint)
        return Exit.UNAVAILABLE
    except MemoryError:
        say("error", code="memory", message="There is not enough memory for this scene.",
            hint="Use draft quality, or close other programs.")  # fmt: skip
        return Exit.FAILED
    say("done")
    return Exit.DONE


def end_with_parent() -> None:
    """Stop as soon as whoever started this process is gone: it holds our standard input open."""

    def watch() -> None:
        while os.read(0, 4096):
            pass
        os._exit(143)

    threading.Thread(target=watch, name="parent watch", daemon=True).start()
