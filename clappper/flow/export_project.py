"""Exporting a project's edit without a window: ordered, waited for, told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from clappper.flow.delivering.export_queue import Export, ExportProgressed, Variant
from clappper.flow.project.session import Session
from clappper.render.presets import preset_named

Report = Callable[[str, float, str], None]


async def export_project(
    session: Session, presets: Sequence[str], folder: Path | None, report: Report
) -> tuple[Export, ...]:
    """Write the session's edit in these presets, or in the brief's aspect; give the exports as they ended.

    Raises:
        UnusableInputError: there is no such preset, or the edit is empty.
        ClappperError: the project cannot be written to.
    """
    chosen = [preset_named(name) for name in presets or (session.brief.project.aspect,)]
    names = {
        export.id: Path(export.path).name
        for export in session.exports.add([Variant("", session.desk)], chosen, folder)
    }

    def show(step: ExportProgressed) -> None:
        if step.export_id in names:
            left = "" if step.seconds_left is None else f", {step.seconds_left:.0f} s left"
            report(names[step.export_id], step.fraction, f"{step.stage}{left}")

    unsubscribe = session.hub.subscribe(ExportProgressed, show)
    try:
        await session.exports.idle()
    finally:
        unsubscribe()
    return tuple(session.exports.get(export_id) for export_id in names)
