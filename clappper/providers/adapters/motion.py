"""The embedded motion-graphics studio: footage from pictures, colours and words, free of charge.

It draws; it does not imagine. What it makes is always the same for the same request.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from clappper.base.units import Money
from clappper.providers.contract import (
    CancelOutcome,
    Capabilities,
    Estimate,
    GenRequest,
    Health,
    Issue,
    Kind,
    Output,
    Price,
    Progress,
    fits,
)
from clappper.providers.local import LocalTasks, Report
from clappper.providers.workbench import Workbench

STUDIO = Capabilities(
    provider="motion",
    model="studio-1",
    kinds=(Kind.TEXT_TO_VIDEO, Kind.IMAGE_TO_VIDEO, Kind.KEYFRAMES),
    seconds=(0.2, 60.0),
    max_width=3840,
    max_height=3840,
    max_references=8,
    progress=True,
    reconcile=False,
    generative=False,
    volatile=True,
    max_concurrency=2,
    extra_fields=(
        "beats",
        "brand_colors",
        "core",
        "focal_length_mm",
        "intent",
        "lighting",
        "move",
        "palette",
        "product_name",
        "scene_type",
        "styles",
    ),
    price=Price("clip", Money(0), as_of="2026-11-22"),
    note="Draws packshots, lifestyle scenes, montages and end cards; no key, no GPU, no network.",
)
CPU_SECONDS_PER_FRAME = 0.06
MIME = "video/mp4"


class Motion:
    """Draws in a child process per clip. Forgets everything when the program ends."""

    name = "motion"

    def __init__(self, scratch: Path) -> None:
        self._tasks = LocalTasks(scratch)

    def models(self) -> tuple[Capabilities, ...]:
        return (STUDIO,)

    def validate(self, request: GenRequest) -> tuple[Issue, ...]:
        return fits(request, STUDIO)

    def estimate(self, request: GenRequest) -> Estimate:
        frames = request.seconds * request.fps
        pixels = request.width * request.height / (1080 * 1920)
        seconds = frames * CPU_SECONDS_PER_FRAME * pixels
        return Estimate(Money(0), Money(0), (0.5 * seconds + 1, 2 * seconds + 5), "drawn on this machine")

    def sent(self, request: GenRequest) -> dict[str, Any]:
        return dict(request.extra)

    async def check(self) -> Health:
        return Health(ready=True, detail="Ready: it needs nothing but this program.")

    async def submit(self, request: GenRequest) -> str:
        self._tasks.start(request.key, draw, request, ".mp4")
        return request.key

    async def poll(self, remote_id: str) -> Progress:
        return self._tasks.progress(remote_id, MIME)

    async def fetch(self, remote_id: str, output: Output, destination: Path) -> None:
        await self._tasks.fetch(remote_id, output, destination)

    async def cancel(self, remote_id: str) -> CancelOutcome:
        return await self._tasks.cancel(remote_id)

    async def reconcile(
        self, request: GenRequest, since: datetime, known: frozenset[str] = frozenset()
    ) -> str | None:
        del request, since, known
        return None

    async def aclose(self) -> None:
        await self._tasks.aclose()


def draw(request: GenRequest, destination: Path, report: Report) -> None:
    """Draw one clip; runs in a child process, which alone loads the drawing code.

    The child works in a folder of its own inside the scratch folder, where cut-outs are kept for the next.
    """
    from clappper.providers.motion.film import make

    make(request, destination, report, shelf=destination.parent.parent / "cutouts")


def create(bench: Workbench) -> Motion:
    return Motion(bench.scratch)
