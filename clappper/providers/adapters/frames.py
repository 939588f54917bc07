"""The embedded service for pictures that are there: between them, on from the last one, larger, cut out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from clappper.base.units import Money
from clappper.providers.child import Report, Work
from clappper.providers.contract import (
    Capabilities,
    Estimate,
    GenRequest,
    Issue,
    Kind,
    Price,
    Role,
)
from clappper.providers.local import LocalService
from clappper.providers.workbench import Workbench

FREE = Price("clip", Money(0), as_of="2026-11-30")


def _model(
    model: str, kind: Kind, *, note: str, extra: tuple[str, ...] = (), pictures: int = 0, last: bool = False
) -> Capabilities:
    return Capabilities(
        provider="frames",
        model=model,
        kinds=(kind,),
        seconds=(0.02, 600.0),
        max_width=8192,
        max_height=8192,
        max_keyframes=pictures,
        last_frame=last,
        needs_picture=True,
        seed=False,
        negative=False,
        progress=True,
        generative=False,
        volatile=True,
        max_concurrency=1,
        extra_fields=extra,
        price=FREE,
        note=note,
    )


BETWEEN = _model(
    "between-1",
    Kind.KEYFRAMES,
    note="Interpolates from picture to picture; good where they are alike, never mixed across a cut.",
    extra=("backend",),
    pictures=120,
    last=True,
)
ONWARD = _model("onward-1", Kind.IMAGE_TO_VIDEO, note="Holds a picture with a slow push in.")
UPSCALE = _model(
    "upscale-1",
    Kind.UPSCALE,
    note="Resamples (Lanczos): more pixels, no new detail.",
    extra=("factor",),
)
JOIN = _model(
    "join-1",
    Kind.VIDEO_TO_VIDEO,
    note="Joins pieces of one shot to an exact length and redraws their stitches.",
    extra=("frames", "overlap"),
)
RESTYLE = _model(
    "restyle-1",
    Kind.VIDEO_TO_VIDEO,
    note="Carries the look of edited pictures along the motion to the whole clip.",
    pictures=120,
)
MATTE = _model(
    "matte-1",
    Kind.VIDEO_TO_VIDEO,
    note="Tells people from what is around them with a fetched network; gives a matte, no shot.",
    extra=("by",),
)
MODELS = (BETWEEN, ONWARD, UPSCALE, JOIN, RESTYLE, MATTE)
NEEDED = {
    BETWEEN.model: ({Role.FIRST_FRAME, Role.LAST_FRAME}, "a first and a last frame"),
    ONWARD.model: ({Role.FIRST_FRAME}, "a first frame"),
    UPSCALE.model: ({Role.SOURCE_VIDEO}, "a clip"),
    JOIN.model: ({Role.SOURCE_VIDEO}, "clips"),
    RESTYLE.model: ({Role.SOURCE_VIDEO, Role.KEYFRAME}, "a clip and an edited picture of it"),
    MATTE.model: ({Role.SOURCE_VIDEO}, "a clip"),
}
CPU_SECONDS_A_FRAME = {
    BETWEEN.model: 0.9,
    ONWARD.model: 0.03,
    UPSCALE.model: 0.25,
    JOIN.model: 0.1,
    RESTYLE.model: 0.5,
    MATTE.model: 0.8,
}
"""At 1080x1920 of what is made."""


class Frames(LocalService):
    """Draws what follows from pictures and clips that are there."""

    def __init__(self, scratch: Path) -> None:
        super().__init__("frames", MODELS, scratch, ".mp4")

    def validate(self, request: GenRequest) -> tuple[Issue, ...]:
        roles, words = NEEDED.get(request.model, (set(), ""))
        missing = roles - {file.role for file in request.files}
        needs = (Issue("files", f"{request.model} needs {words}."),) if missing else ()
        return (*super().validate(request), *needs)

    def estimate(self, request: GenRequest) -> Estimate:
        pixels = request.width * request.height / (1080 * 1920)
        seconds = request.seconds * request.fps * pixels * CPU_SECONDS_A_FRAME[request.model]
        return Estimate(Money(0), Money(0), (0.3 * seconds + 1, 2 * seconds + 5), "drawn on this machine")

    def sent(self, request: GenRequest) -> dict[str, Any]:
        return {
            "files": [{"role": file.role, "sha256": file.sha256} for file in request.files],
            **request.extra,
        }

    async def _work(self, request: GenRequest) -> Work:
        del request
        return draw


def draw(request: GenRequest, destination: Path, report: Report) -> None:
    """Draw one clip; runs in a child process, which alone loads the drawing code."""
    from clappper.providers.frames import between, join, matte, onward, restyle, upscale

    makers = {
        BETWEEN.model: between.make,
        ONWARD.model: onward.make,
        UPSCALE.model: upscale.make,
        JOIN.model: join.make,
        RESTYLE.model: restyle.make,
        MATTE.model: matte.make,
    }
    makers[request.model](request, destination, report)


def create(bench: Workbench) -> Frames:
    return Frames(bench.scratch)
