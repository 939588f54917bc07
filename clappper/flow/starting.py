"""Starting an ad in a folder of its own."""

from __future__ import annotations

from pathlib import Path

from clappper.base.events import EventHub
from clappper.brief.schema import AdBrief
from clappper.flow.briefs import slug
from clappper.flow.session import Session, create_session

HOME = "Clappper"
SUFFIX = ".clappper"


def free_folder(parent: Path, name: str) -> Path:
    """Give a folder for a new project that is not there yet."""
    base = slug(name)
    names = [base, *(f"{base}-{number}" for number in range(2, 1000))]
    return next(parent / f"{one}{SUFFIX}" for one in names if not (parent / f"{one}{SUFFIX}").exists())


async def start(brief: AdBrief, parent: Path, hub: EventHub) -> Session:
    """Make a project for ``brief`` in a new folder of ``parent``.

    Raises:
        StorageError: the folder cannot be written.
    """
    return await create_session(free_folder(parent, brief.project.name), brief, hub)
