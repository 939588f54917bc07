"""Small facts that travel up: whoever changed something publishes, whoever shows it listens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E")


class EventHub:
    """Calls listeners in the order they subscribed, on the thread that publishes.

    Events are frozen records that live next to their publisher; a listener gets exactly the type it
    asked for.
    """

    def __init__(self) -> None:
        self._listeners: defaultdict[type[Any], list[Callable[[Any], None]]] = defaultdict(list)

    def subscribe(self, kind: type[E], listener: Callable[[E], None]) -> Callable[[], None]:
        """Call ``listener`` for every event of ``kind`` until the returned function is called."""
        listeners = self._listeners[kind]
        listeners.append(listener)

        def unsubscribe() -> None:
            if listener in listeners:
                listeners.remove(listener)

        return unsubscribe

    def publish(self, event: object) -> None:
        for listener in tuple(self._listeners[type(event)]):
            listener(event)
