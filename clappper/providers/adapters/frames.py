"""The embedded service for pictures that are there: between them, on from the last one, and larger."""

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
    Role,
    fits,
)
from clappper.providers.local import LocalTasks, Report
from clappper.providers.workbench import Workbench

FREE = Price("clip", Money(0), as_of="2026-11-30")
MIME = "video/mp4"


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
MODELS = (BETWEEN, ONWARD, UPSCALE, JOIN, RESTYLE)
NEEDED = {
    BETWEEN.model: ({Role.FIRST_FRAME, Role.LAST_FRAME}, "a first and a last frame"),
    ONWARD.model: ({Role.FIRST_FRAME}, "a first frame"),
    UPSCALE.model: ({Role.SOURCE_VIDEO}, "a clip"),
    JOIN.model: ({Role.SOURCE_VIDEO}, "clips"),
    RESTYLE.model: ({Role.SOURCE_VIDEO, Role.KEYFRAME}, "a clip and an edited picture of it"),
}
CPU_SECONDS_A_FRAME = {
    BETWEEN.model: 0.9,
    ONWARD.model: 0.03,
    UPSCALE.model: 0.25,
    JOIN.model: 0.1,
    RESTYLE.model: 0.5,
}
"""At 1080x1920 of what is made."""


class Frames:
    """Works in a child process per clip. Forgets everything when the program ends."""

    name = "frames"

    def __init__(self, scratch: Path) -> None:
        self._tasks = LocalTasks(scratch)

    def models(self) -> tuple[Capabilities, ...]:
        return MODELS

    def validate(self, request: GenRequest) -> tuple[Issue, ...]:
        model = next(known for known in MODELS if known.model == request.model)
        roles, words = NEEDED[request.model]
        missing = roles - {file.role for file in request.files}
        needs = (Issue("files", f"{request.model} needs {words}."),) if missing else ()
        return (*fits(request, model), *needs)

    def estimate(self, request: GenRequest) -> Estimate:
        pixels = request.width * request.height / (1080 * 1920)
        seconds = request.seconds * request.fps * pixels * CPU_SECONDS_A_FRAME[request.model]
        return Estimate(Money(0), Money(0), (0.3 * seconds + 1, 2 * seconds + 5), "drawn on this machine")

    def sent(self, request: GenRequest) -> dict[str, Any]:
        return {
            "files": [{"role": file.role, "sha256": file.sha256} for file in request.files],
            **request.extra,
        }

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
    """Draw one clip; runs in a child process, which alone loads the drawing code."""
    from clappper.providers.frames import between, join, onward, restyle, upscale

    makers = {
        BETWEEN.model: between.make,
        ONWARD.model: onward.make,
        UPSCALE.model: upscale.make,
        JOIN.model: join.make,
        RESTYLE.model: restyle.make,
    }
    makers[request.model](request, destination, report)


def create(bench: Workbench) -> Frames:
    return Frames(bench.scratch)
