"""What is dragged onto the timeline from elsewhere: footage of the bin and files of the system."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QWidget

from clappper.base.errors import ClappperError
from clappper.flow.footage import known_take, take_of
from clappper.flow.project.session import Session
from clappper.jobs.ingest import import_file
from clappper.timeline.model import Take
from clappper.ui import errors
from clappper.ui.bench import Bench
from clappper.ui.bin.model import asset_ids
from clappper.ui.bridge import run
from clappper.ui.timeline.canvas import TimelineCanvas
from clappper.ui.timeline.scene import Guide
from clappper.ui.timeline.sources import SourceCommands


class Dropping:
    """Shows where what is dragged in would go, and puts it there."""

    def __init__(self, bench: Bench, canvas: TimelineCanvas, sources: SourceCommands, owner: QWidget) -> None:
        self._session: Session = bench.session
        self._state, self._canvas, self._sources, self._owner = bench.edit, canvas, sources, owner
        canvas.drag_moved.connect(self._on_moved)
        canvas.drag_dropped.connect(self._on_dropped)

    def _on_moved(self, data: QMimeData, frame: int, track_id: str, inserting: bool) -> None:
        shown, words = self._session.timeline, "Insert" if inserting else "Overwrite"
        with suppress(ClappperError):
            for take in self._takes(data)[:1]:
                change, _ = self._sources.placed(take, inserting=inserting, frame=frame, track_id=track_id)
                shown = self._session.preview(change)
        self._canvas.preview(shown, Guide(frame, words))

    def _on_dropped(self, data: QMimeData, frame: int, track_id: str, inserting: bool) -> None:
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if files:
            run(self._owner, self._bring(files, frame, track_id, inserting=inserting))
        else:
            self._place_all(self._takes(data), frame, track_id, inserting=inserting)

    def _takes(self, data: QMimeData) -> list[Take]:
        session = self._session
        assets = [session.project.assets.get(one) for one in asset_ids(data)]
        now = session.timeline
        return [known_take(now, asset) or take_of(session.project, asset, now.rate) for asset in assets]

    async def _bring(self, files: list[Path], frame: int, track_id: str, *, inserting: bool) -> None:
        session, takes = self._session, []
        for file in files:
            found = await import_file(session.project, file, session.workers, session.hub)
            takes.append(take_of(session.project, found.asset, session.timeline.rate))
        self._place_all(takes, frame, track_id, inserting=inserting)

    def _place_all(self, takes: list[Take], frame: int, track_id: str, *, inserting: bool) -> None:
        """Put several pieces of footage behind each other, as one step."""
        try:
            with self._session.group("Insert clips" if inserting else "Overwrite clips"):
                for take in takes:
                    self._sources.place(take, inserting=inserting, frame=frame, track_id=track_id)
                    frame = self._state.playhead
        except ClappperError as error:
            errors.show(self._owner, error)
