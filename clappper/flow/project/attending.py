"""What goes on beside an open project: its clips are foretold and measured, its ratings learned from.

What this needs takes seconds to load, so that happens in a thread, after the project is shown.
"""

from __future__ import annotations

import asyncio
import logging
from importlib import import_module
from pathlib import Path
from typing import Protocol

from clappper.flow.project.session import Session

log = logging.getLogger(__name__)

ATTENDANTS = (
    ("clappper.flow.webhook_door", "WebhookDoor"),
    ("clappper.flow.learning.foretold", "Foretelling"),
    ("clappper.flow.reviewing.measuring", "Measuring"),
    ("clappper.flow.learning.learning_along", "LearningAlong"),
)


class Attendant(Protocol):
    """Does something beside the project that may be stopped at any moment and resumed by ``start``."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


def attend(session: Session, models: Path) -> None:
    """Begin with each as soon as it is loaded, and end with the session; beside a read-only one with none."""
    if session.read_only:
        return
    task = asyncio.create_task(_attend(session, models), name="attendants")
    session.closing.push_async_callback(_end, task)


async def _attend(session: Session, models: Path) -> None:
    for module, name in ATTENDANTS:
        kind = getattr(await asyncio.to_thread(import_module, module), name)
        attendant: Attendant = kind(session, models)
        session.closing.callback(attendant.stop)
        attendant.start()


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    (answer,) = await asyncio.gather(task, return_exceptions=True)
    if isinstance(answer, Exception):
        log.error("not all that goes on beside the project began", exc_info=answer)
