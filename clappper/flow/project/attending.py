"""What goes on beside an open project: its clips are foretold and measured, its ratings learned from.

What this needs takes seconds to load, so that happens in a thread, after the project is shown.
"""

from __future__ import annotations

import asyncio
import logging
from importlib import import_module
from pathlib import Path

from clappper.flow.project.session import Session

log = logging.getLogger(__name__)

ATTENDANTS = (
    "clappper.flow.learning.foretold",
    "clappper.flow.reviewing.measuring",
    "clappper.flow.learning.learning_along",
)


def attend(session: Session, models: Path) -> None:
    """Begin with each as soon as it is loaded, and end with the session."""
    task = asyncio.create_task(_attend(session, models), name="attendants")
    session.closing.push_async_callback(_end, task)


async def _attend(session: Session, models: Path) -> None:
    for name in ATTENDANTS:
        module = await asyncio.to_thread(import_module, name)
        module.follow(session, models)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    (answer,) = await asyncio.gather(task, return_exceptions=True)
    if isinstance(answer, Exception):
        log.error("not all that goes on beside the project began", exc_info=answer)
