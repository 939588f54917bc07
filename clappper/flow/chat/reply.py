"""What comes of a sentence: operations to look at and take, or a reason why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clappper.flow.desk import Desk

Change = Callable[[Desk], Desk]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the person is looking, the playhead's frame and the chosen clips, and all that was ``said``."""

    frame: int = 0
    selected: tuple[str, ...] = ()
    said: str = ""


START = Place()


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to do. ``words`` say what it will change, with its numbers."""

    name: str
    words: str
    change: Change


@dataclass(frozen=True, slots=True)
class Reply:
    """The operations a sentence asks for, each tried already; ``problems`` name what was not understood.

    ``hint`` gives sentences that work.
    """

    operations: tuple[Operation, ...]
    problems: tuple[str, ...] = ()
    hint: str = ""

    def changed(self, desk: Desk, chosen: tuple[Operation, ...] | None = None) -> Desk:
        """Give the desk after the operations, or after those that were ticked.

        Raises:
            ClappperError: one of them is impossible without those that were left out.
        """
        for operation in self.operations if chosen is None else chosen:
            desk = operation.change(desk)
        return desk
