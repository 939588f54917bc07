"""How long a test waits for what must happen before it says that it never will.

Far longer than any machine needs, however busy: nothing that works comes near it, so it decides nothing.
"""

import asyncio
import time
from collections.abc import Callable

PATIENCE_SECONDS = 180.0
PAUSE_SECONDS = 0.01


async def until(happened: Callable[[], object]) -> None:
    """Let the running tasks go on until something has happened of which no event tells."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        await asyncio.sleep(PAUSE_SECONDS)


def wait_until(happened: Callable[[], object]) -> None:
    """Wait until something has happened in another thread or process."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(PAUSE_SECONDS)
