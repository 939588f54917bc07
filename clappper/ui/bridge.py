"""Between the studio and the widgets: events that end with a widget, and work that a widget started."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from clappper.base.errors import ClappperError
from clappper.base.events import EventHub
from clappper.ui import errors

E = TypeVar("E")

log = logging.getLogger(__name__)


def watch(widget: QObject, hub: EventHub, kind: type[E], slot: Callable[[tuple[E, ...]], object]) -> None:
    """Call ``slot`` with the events of ``kind`` as long as ``widget`` lives.

    What comes in one turn of the loop is handed over together, in order, in the next one.
    """
    waiting: list[E] = []

    def hand_over() -> None:
        events = tuple(waiting)
        waiting.clear()
        slot(events)

    def note(event: E) -> None:
        waiting.append(event)
        if len(waiting) == 1:
            QTimer.singleShot(0, widget, hand_over)

    leave = hub.subscribe(kind, note)

    def gone() -> None:
        leave()

    widget.destroyed.connect(gone)


def run(
    widget: QWidget,
    work: Coroutine[Any, Any, object],
    on_error: Callable[[ClappperError], object] | None = None,
) -> asyncio.Task[None]:
    """Start ``work`` as a task that ends with ``widget``; what a person can mend is shown there.

    ``on_error`` replaces the toast. Any other error is a fault of the program: logged, and shown as one.
    """
    task = asyncio.ensure_future(_told(widget, work, on_error))

    def gone() -> None:
        task.cancel()

    connection = widget.destroyed.connect(gone)
    task.add_done_callback(lambda _: work.close())
    task.add_done_callback(lambda _: QObject.disconnect(connection) if isValid(widget) else None)
    return task


async def _told(
    widget: QWidget,
    work: Coroutine[Any, Any, object],
    on_error: Callable[[ClappperError], object] | None,
) -> None:
    try:
        await work
    except ClappperError as error:
        if on_error is not None:
            on_error(error)
        else:
            errors.show(widget, error)
    except Exception as error:
        log.exception("a task of %s failed", type(widget).__name__)
        errors.show_fault(widget, error)
        raise
