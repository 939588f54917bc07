"""Edits out to other editors and in from them, by a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from clappper.flow.briefs import slug
from clappper.flow.interchange.exchange import Format, export_timeline, import_timeline
from clappper.ui import dialogs, errors
from clappper.ui.bench import Bench

_READ = "Edits (*.otio *.fcpxml *.xml *.edl *.srt *.vtt)"
_NAMES = {
    Format.OTIO: "OpenTimelineIO (*.otio)",
    Format.FCPXML: "Final Cut XML (*.fcpxml)",
    Format.EDL: "Edit decision list (*.edl)",
}


async def bring_edit(bench: Bench, owner: QWidget) -> None:
    """Ask for an edit and put it into the project as one step; say what was left out."""
    path = await dialogs.chosen_file(owner, "Import an edit", Path.home(), _READ)
    if path is None:
        return
    notes = await import_timeline(bench.session, path)
    errors.tell(owner, f"{path.name} is imported.", " ".join(notes[:3]), kind="warn" if notes else "ok")


async def send_edit(bench: Bench, owner: QWidget, to: Format) -> None:
    """Ask where to and write the edit for another program; say what it has no words for."""
    session = bench.session
    start = session.project.exports / f"{slug(session.brief.project.name)}.{to}"
    path = await dialogs.chosen_target(owner, "Export the edit", start, _NAMES[to])
    if path is None:
        return
    written, notes = export_timeline(session, to, path)
    errors.tell(owner, f"{written.name} is written.", " ".join(notes[:3]), kind="warn" if notes else "ok")
