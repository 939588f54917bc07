"""One export, from order to verdict, in a process of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from clappper.base.errors import ClappperError
from clappper.render.verdicts import UNCHECKED, CheckReport

if TYPE_CHECKING:
    from clappper.brief.schema import AdBrief
    from clappper.render.export import ExportProgress
    from clappper.render.presets import Preset
    from clappper.timeline.model import Timeline

LESS_URGENT = 5
"""What the process adds to its niceness, so that the window stays smooth."""

CANCEL = "cancel"


class Stage(StrEnum):
    """What an export is doing, in a person's words."""

    SOUND = "mixing the sound"
    TITLES = "looking behind the titles"
    PICTURE = "rendering"
    CHECKS = "checking the file"


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """What to write where: ``root`` is the project, ``cache`` its folder for pieces of exports."""

    timeline: Timeline
    brief: AdBrief
    root: Path
    destination: Path
    preset: Preset
    cache: Path
    proxies: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Progressed:
    """How far a stage is: ``fraction`` is 0..1, ``seconds_left`` None until it can be told."""

    stage: Stage
    fraction: float
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """The last word: the file is there and was checked, or ``problem`` says why not."""

    checks: CheckReport = UNCHECKED
    frames: int = 0
    reused_frames: int = 0
    size_bytes: int = 0
    notes: tuple[str, ...] = ()
    problem: str = ""
    hint: str = ""
    cancelled: bool = False


def carry_out(order: ExportOrder, pipe: Connection) -> None:
    """Be the process of one export; ``CANCEL``, or the end of the pipe, ends it without a trace."""
    from clappper.render.export import ExportCancelledError

    _step_back()
    try:
        pipe.send(_written_and_checked(order, pipe))
    except ExportCancelledError:
        pipe.send(Finished(cancelled=True))
    except ClappperError as error:
        pipe.send(Finished(problem=error.message, hint=error.hint))


def _written_and_checked(order: ExportOrder, pipe: Connection) -> Finished:
    from clappper.flow.assembling.backdrops import measure_backdrops
    from clappper.render.checks import check
    from clappper.render.export import export
    from clappper.render.mix import mixdown

    def tell(stage: Stage, fraction: float = 0.0, left: float | None = None) -> None:
        pipe.send(Progressed(stage, fraction, left))

    def rendering(progress: ExportProgress) -> None:
        tell(Stage.PICTURE, progress.fraction, progress.seconds_left)

    tell(Stage.SOUND)
    mixed = mixdown(order.timeline, order.root)
    tell(Stage.TITLES)
    timeline = measure_backdrops(order.timeline, order.root, (order.preset.aspect,), order.proxies)
    report = export(
        timeline,
        order.root,
        order.destination,
        order.preset,
        audio=mixed.samples,
        cache=order.cache,
        progress=_thinned(rendering),
        cancelled=pipe.poll,
    )
    tell(Stage.CHECKS)
    checks = check(
        order.destination,
        order.brief,
        aspect=order.preset.aspect,
        scale=order.preset.scale,
        rate=report.rate,
        container=order.preset.codec.container,
        timeline=timeline,
        root=order.root,
    )
    notes = (*mixed.report.notes, *report.brand_lines, *report.cautions)
    return Finished(checks, report.frames, report.reused_frames, report.size_bytes, notes)


def _thinned(tell: Callable[[ExportProgress], None]) -> Callable[[ExportProgress], None]:
    """Tell only whole per cents on."""
    last = -1

    def thin(progress: ExportProgress) -> None:
        nonlocal last
        if (percent := int(progress.fraction * 100)) != last:
            last = percent
            tell(progress)

    return thin


def _step_back() -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(LESS_URGENT)
