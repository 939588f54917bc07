"""Holds new work back at one provider: as often as its rate allows, and not while it asks us to wait."""

from __future__ import annotations

from collections.abc import Iterable

from clappper.base.clock import Clock
from clappper.providers.contract import Capabilities

USUAL_PER_MINUTE = 60.0
"""How many generations a minute are started where nobody says how many may be."""
BURST_SECONDS = 5.0
"""After a rest, what so many seconds would have allowed may start at once."""


def per_minute(models: Iterable[Capabilities]) -> float:
    """Give how many generations a minute a provider lets start: the fewest that any of its models states."""
    stated = [model.creates_per_minute for model in models if model.creates_per_minute]
    return min(stated, default=USUAL_PER_MINUTE)


class Lane:
    """A token bucket on the monotonic clock. Every generation takes one token; a refusal empties it."""

    def __init__(self, clock: Clock, per_minute: float = USUAL_PER_MINUTE) -> None:
        """Allow ``per_minute`` starts a minute, on average."""
        self._clock = clock
        self._per_second = per_minute / 60.0
        self._size = max(1.0, self._per_second * BURST_SECONDS)
        self._tokens = self._size
        self._filled_at = clock.monotonic()

    def turn(self) -> float:
        """Take a token and give 0, or give the seconds after which it is worth asking again."""
        now = self._clock.monotonic()
        if now > self._filled_at:
            self._tokens = min(self._size, self._tokens + (now - self._filled_at) * self._per_second)
            self._filled_at = now
        if self._filled_at > now:
            return self._filled_at - now
        if self._tokens >= 1.0:
            self._tokens -= 1.0
            return 0.0
        return (1.0 - self._tokens) / self._per_second

    def hold(self, seconds: float) -> None:
        """Let nothing start for so long, and then one by one, because the provider says it is too much."""
        self._filled_at = max(self._filled_at, self._clock.monotonic() + seconds)
        self._tokens = 1.0
