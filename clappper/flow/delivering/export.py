"""Writing the finished ad in one aspect, and measuring what was written."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from clappper.brief.schema import AdBrief
from clappper.render.checks import check
from clappper.render.export import ExportProgress, ExportReport, export
from clappper.render.mix import Mixdown, MixReport, mixdown
from clappper.render.presets import DELIVERY_BYTES_PER_SECOND, Preset
from clappper.render.verdicts import CheckReport
from clappper.timeline.model import Timeline


@dataclass(frozen=True, slots=True)
class Exported:
    """One finished file, how its sound was mixed, and what was measured on it."""

    aspect: str
    file: ExportReport
    sound: MixReport
    checks: CheckReport


async def export_ad(
    timeline: Timeline,
    brief: AdBrief,
    root: Path,
    destination: Path,
    aspect: str,
    report: Callable[[str, float, str], None],
) -> Exported:
    """Mix, paint, encode and check. Cancelling leaves nothing behind.

    Raises:
        ClappperError: the file cannot be written, or a file of the timeline cannot be used.
    """
    stop = threading.Event()
    loop = asyncio.get_running_loop()
    work = f"export {aspect}"

    def show(progress: ExportProgress) -> None:
        left = progress.seconds_left
        stage = "" if left is None else f"{left:.0f} s left"
        loop.call_soon_threadsafe(report, work, progress.fraction, stage)

    def run() -> tuple[Mixdown, ExportReport]:
        mixed = mixdown(timeline, root)
        preset = Preset(aspect, aspect=aspect, max_bytes=brief.project.duration_s * DELIVERY_BYTES_PER_SECOND)
        written = export(
            timeline,
            root,
            destination,
            preset,
            audio=mixed.samples,
            progress=show,
            cancelled=stop.is_set,
        )
        return mixed, written

    try:
        mixed, written = await asyncio.to_thread(run)
        report(f"check {aspect}", 0.0, "")
        checks = await asyncio.to_thread(
            check, destination, brief, aspect=aspect, timeline=timeline, root=root
        )
        report(f"check {aspect}", 1.0, "")
    finally:
        stop.set()
    return Exported(aspect, written, mixed.report, checks)
