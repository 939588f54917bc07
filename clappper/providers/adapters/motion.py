"""The embedded motion-graphics studio: footage from pictures, colours and words, free of charge.

It draws; it does not imagine. What it makes is always the same for the same request.
"""

from __future__ import annotations

from pathlib import Path

from clappper.base.units import Money
from clappper.providers.child import Report, Work
from clappper.providers.contract import (
    Capabilities,
    Estimate,
    GenRequest,
    Kind,
    Price,
)
from clappper.providers.local import LocalService
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


class Motion(LocalService):
    """Draws each clip from what the request says of its scene."""

    def __init__(self, scratch: Path) -> None:
        super().__init__("motion", (STUDIO,), scratch, ".mp4")

    def estimate(self, request: GenRequest) -> Estimate:
        frames = request.seconds * request.fps
        pixels = request.width * request.height / (1080 * 1920)
        seconds = frames * CPU_SECONDS_PER_FRAME * pixels
        return Estimate(Money(0), Money(0), (0.5 * seconds + 1, 2 * seconds + 5), "drawn on this machine")

    async def _work(self, request: GenRequest) -> Work:
        del request
        return draw


def draw(request: GenRequest, destination: Path, report: Report) -> None:
    """Draw one clip; runs in a child process, which alone loads the drawing code.

    The child works in a folder of its own inside the scratch folder, where cut-outs are kept for the next.
    """
    from clappper.providers.motion.film import make

    make(request, destination, report, shelf=destination.parent.parent / "cutouts")


def create(bench: Workbench) -> Motion:
    return Motion(bench.scratch)
