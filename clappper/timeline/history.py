"""Undo and redo by keeping what was. Values share what did not change, so a thousand steps are small."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Generic, Self, TypeVar

from clappper.base.errors import ClappperError

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Step(Generic[V]):
    """A named edit and how to get the value it led to."""

    name: str
    load: Callable[[], V]


class History(Generic[V]):
    """The edits of one value, in order, and a place among them. Nothing is ever forgotten by itself.

    ``do`` after ``undo`` drops what was undone.
    """

    def __init__(self, value: V, name: str = "Open") -> None:
        self._steps = [Step(name, lambda: value)]
        self._place = 0
        self._groups = 0

    @classmethod
    def restored(cls, steps: Sequence[Step[V]], place: int) -> Self:
        """Go on with steps that were kept elsewhere; a value is loaded when it is first needed.

        ``place`` is the one to stand at; it is loaded now, and what its ``load`` raises is raised.
        """
        history = cls(steps[place].load())
        value = history.value
        history._steps = [*steps[:place], Step(steps[place].name, lambda: value), *steps[place + 1 :]]
        history._place = place
        return history

    @property
    def value(self) -> V:
        return self._steps[self._place].load()

    def value_at(self, place: int) -> V:
        """Give the value of any step and stay where we are.

        Raises:
            ClappperError: there is no such step, or what was kept of it is damaged.
        """
        if not 0 <= place < len(self._steps):
            raise ClappperError(f"The history has no step {place}.")
        value = self._steps[place].load()
        self._steps[place] = replace(self._steps[place], load=lambda: value)
        return value

    @property
    def names(self) -> tuple[str, ...]:
        """Give the names of all steps, the opening one first, undone ones included."""
        return tuple(step.name for step in self._steps)

    @property
    def place(self) -> int:
        """Tell which of ``names`` the value stands at."""
        return self._place

    @property
    def undo_name(self) -> str:
        """Name what ``undo`` would take back; empty when there is nothing."""
        return self._steps[self._place].name if self._place else ""

    @property
    def redo_name(self) -> str:
        return self._steps[self._place + 1].name if self._place + 1 < len(self._steps) else ""

    @property
    def is_grouping(self) -> bool:
        return self._groups > 0

    def do(self, name: str, value: V) -> V:
        """Take a new value as one step; an equal one is no step."""
        if value is not self.value and value != self.value:
            del self._steps[self._place + 1 :]
            self._steps.append(Step(name, lambda: value))
            self._place += 1
        return self.value

    def undo(self) -> V:
        """Go back one step.

        Raises:
            ClappperError: there is nothing to undo.
        """
        if not self._place:
            raise ClappperError("There is nothing to undo.")
        return self.go_to(self._place - 1)

    def redo(self) -> V:
        """Take an undone step again.

        Raises:
            ClappperError: there is nothing to redo.
        """
        if not self.redo_name:
            raise ClappperError("There is nothing to redo.")
        return self.go_to(self._place + 1)

    def go_to(self, place: int) -> V:
        """Go to any step, as from a list of them.

        Raises:
            ClappperError: there is no such step, a group is open, or what was kept of it is damaged.
        """
        if self._groups:
            raise ClappperError("An edit is under way.", "Finish it first.")
        value = self.value_at(place)
        self._place = place
        return value

    @contextmanager
    def group(self, name: str) -> Iterator[None]:
        """Make one step of all that is done inside; take all of it back when an error leaves it."""
        start, undone = self._place, self._steps[self._place + 1 :]
        self._groups += 1
        try:
            yield
        except BaseException:
            self._steps[start + 1 :] = undone
            self._place = start
            raise
        finally:
            self._groups -= 1
        if self._place > start:
            self._steps[start + 1 :] = [replace(self._steps[self._place], name=name)]
            self._place = start + 1
