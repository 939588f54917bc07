"""Time as an object, so that tests can own it."""

import asyncio
import time
from datetime import UTC, datetime


class Clock:
    """The machine's clocks: wall time for people, monotonic time for waiting."""

    def now(self) -> datetime:
        """Give the present moment in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Give seconds from a fixed, unknown origin; never goes back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
