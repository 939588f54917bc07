"""Makes a shot from keyframes in a process of its own, to be killed: ``kill_recipe.py FOLDER``.

The paid services write down each thing they are asked for. While FOLDER/hang is there, what it names stays
unfinished: the second keyframe (painter), the second segment (mover) or the joining (frames).
"""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from clappper.base.events import EventHub
from clappper.flow.open_project import Workshop
from clappper.jobs.queue import JobQueue
from clappper.jobs.workers import Workers
from clappper.providers.adapters.frames import Frames
from clappper.providers.contract import GenRequest, Progress, RemoteState, from_json, to_json
from clappper.providers.registry import Registry
from clappper.store.project import ProjectFolder

HELD = Progress(RemoteState.RUNNING, 0.5, poll_after_seconds=0.1)
SERVICES = Path(__file__).parents[1] / "unit" / "flow" / "keyframes" / "test_make.py"


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("services", SERVICES)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def hangs(folder: Path, service: str) -> bool:
    """Tell whether a service is to hang, and leave word that it does."""
    wanted = folder / "hang"
    if not wanted.exists() or wanted.read_text() != service:
        return False
    (folder / f"{service} hangs").touch()
    return True


def recorded(service: type[Any], model: Any, folder: Path) -> Any:
    """Make a service that remembers in a file, as a real one does on its own machine."""
    log = folder / f"{model.provider}.jsonl"

    class Recorded(service):  # type: ignore[misc]
        async def submit(self, request: GenRequest) -> str:
            remote_id = await super().submit(request)
            with log.open("a") as file:
                file.write(to_json(request) + "\n")
            return str(remote_id)

        async def poll(self, remote_id: str) -> Progress:
            if remote_id == "1" and hangs(folder, self.name):
                return HELD
            progress: Progress = await super().poll(remote_id)
            return progress

    made = Recorded(model, folder)
    if log.exists():
        made.asked = [from_json(GenRequest, line) for line in log.read_text().splitlines()]
    return made


class HeldFrames(Frames):
    """The service that draws and joins, which may hang."""

    folder = Path()

    async def poll(self, remote_id: str) -> Progress:
        return HELD if hangs(self.folder, self.name) else await super().poll(remote_id)


async def main(folder: Path) -> None:
    services = loaded()
    painter = recorded(services.Service, services.image_model(), folder)
    mover = recorded(services.Service, services.fill_model(), folder)
    with ProjectFolder.open_or_create(folder / "p") as project:
        frames = HeldFrames(project.scratch)
        frames.folder = folder
        registry = Registry([painter, mover, frames])
        hub = EventHub()
        async with Workers(1) as workers:
            shop = Workshop(project, hub, registry, JobQueue(project, registry, hub), workers)
            bench = services.Bench(shop, painter, mover)
            await bench.make(services.recipe("0 world 1", "0 world 2", "0 world 3"), "0.3")
        await registry.aclose()
    (folder / "made").touch()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
