"""What adapters to services cost: making them, working out a request, and asking a service on loopback.

Run it with ``python -m benchmarks.services``.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

from clappper.providers import registry
from clappper.providers.catalog import Catalog
from clappper.providers.contract import GenRequest, Kind
from clappper.providers.workbench import Workbench
from tests.contract.services import SERVICES, rig_of

ROUNDS = 200


def load(folder: Path) -> None:
    registry.load(Workbench(folder))
    began = time.process_time()
    found = registry.load(Workbench(folder))
    models = len(found.capabilities())
    print(f"make all adapters, {models} models: {1000 * (time.process_time() - began):.0f} ms CPU")


def requests(folder: Path) -> None:
    catalog = Catalog(Workbench(folder), "replicate")
    wish = GenRequest("k", Kind.TEXT_TO_VIDEO, "replicate", "kwaivgi/kling-v3-video", "a tin", 5.0, fps=24.0)
    for name, work in (("validate", catalog.validate), ("estimate", catalog.estimate), ("say", catalog.sent)):
        began = time.process_time()
        for _ in range(ROUNDS):
            work(wish)
        print(f"{name} a request: {1e6 * (time.process_time() - began) / ROUNDS:.0f} us CPU")


async def looks(folder: Path) -> None:
    """Both ends run in this process, so the service's own work is counted too."""
    async with rig_of(SERVICES["replicate"], folder) as rig:
        remote_id = await rig.provider.submit(rig.sample())
        began, held = time.process_time(), 0.0
        for _ in range(ROUNDS):
            asked = time.perf_counter()
            await rig.provider.poll(remote_id)
            held = max(held, time.perf_counter() - asked)
        each = 1000 * (time.process_time() - began) / ROUNDS
        print(f"look at a job, both ends: {each:.1f} ms CPU, the longest took {1000 * held:.0f} ms")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        load(Path(folder))
        requests(Path(folder))
        asyncio.run(looks(Path(folder)))


if __name__ == "__main__":
    main()
