"""What a person has in hand while delivering: which files are wanted, how they are written, which one is
looked at. None of it is undone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from clappper.base.units import FrameRate
from clappper.flow.delivering.export_queue import Export, ExportQueue, ExportState
from clappper.flow.delivering.versions import Version, versions
from clappper.flow.project.session import Session
from clappper.render.presets import Preset, VideoCodec
from clappper.ui.editing import ASPECTS

CODEC_TITLES = {
    VideoCodec.H264: "H.264",
    VideoCodec.HEVC: "HEVC",
    VideoCodec.AV1: "AV1",
    VideoCodec.VP9: "WebM (VP9)",
    VideoCodec.PRORES: "ProRes HQ",
}


class Cell(NamedTuple):
    """One file of the matrix: a version's name and an aspect."""

    version: str
    aspect: str


@dataclass(frozen=True, slots=True)
class Writing:
    """How files are written. ``rate`` 0 is the ad's own, ``limit_mb`` 0 the delivery limit of 2 MB a second.

    ``lines`` is the length of the short side in pixels. ``folder`` None is the project's ``exports``.
    """

    codec: VideoCodec = VideoCodec.H264
    rate: int = 0
    lines: int = 1080
    limit_mb: float = 0.0
    gpu: bool = False
    folder: Path | None = None

    def preset(self, aspect: str) -> Preset:
        name = aspect + (f"@{self.rate}" if self.rate else "")
        name += "" if self.codec is VideoCodec.H264 else f" {self.codec}"
        name += "" if self.lines == 1080 else f" {self.lines}p"
        limit = 0 if self.codec is VideoCodec.PRORES else round(self.limit_mb * 1e6)
        rate = FrameRate(self.rate) if self.rate else None
        return Preset(name, aspect, rate, self.codec, self.lines / 1080, limit, self.gpu)


class Outputs(QObject):
    """The hand of whoever delivers; one for each open project."""

    versions_changed = Signal()
    chosen_changed = Signal()
    looked_at_changed = Signal()
    writing_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.count = 0
        self.versions: tuple[Version, ...] = ()
        self.chosen: frozenset[Cell] = frozenset()
        self.looked_at = Cell("", ASPECTS[0])
        self.writing = Writing()

    def follow(self, session: Session) -> None:
        """Make the versions of what the ad is now."""
        first = not self.versions
        self.versions = versions(session.desk, self.count)
        if first:
            self.chosen = frozenset({Cell("", session.brief.project.aspect)})
            self.looked_at = Cell("", session.brief.project.aspect)
        known = {version.name for version in self.versions}
        self.chosen = frozenset(cell for cell in self.chosen if cell.version in known)
        if self.looked_at.version not in known:
            self.looked_at = Cell("", self.looked_at.aspect)
        self.versions_changed.emit()

    def vary(self, session: Session, count: int) -> None:
        """Offer up to ``count`` versions beside the ad itself; a new one is wanted where the ad is."""
        if count == self.count:
            return
        self.count = count
        before = {version.name for version in self.versions}
        self.follow(session)
        wanted = {cell.aspect for cell in self.chosen if not cell.version}
        new = [version.name for version in self.versions if version.name not in before]
        self.choose(self.chosen | {Cell(name, aspect) for name in new for aspect in wanted})

    def choose(self, cells: Iterable[Cell]) -> None:
        chosen = frozenset(cells)
        if chosen != self.chosen:
            self.chosen = chosen
            self.chosen_changed.emit()

    def toggle(self, cells: Iterable[Cell]) -> None:
        """Want all of ``cells``, or none of them when all are wanted already."""
        asked = frozenset(cells)
        self.choose(self.chosen - asked if asked <= self.chosen else self.chosen | asked)

    def look_at(self, cell: Cell) -> None:
        if cell != self.looked_at:
            self.looked_at = cell
            self.looked_at_changed.emit()

    def write(self, **changes: Any) -> None:
        """Change how files are written."""
        writing = replace(self.writing, **changes)
        if writing != self.writing:
            self.writing = writing
            self.writing_changed.emit()

    @property
    def wanted(self) -> tuple[Cell, ...]:
        """Give the chosen cells in the order of the matrix."""
        cells = (Cell(version.name, aspect) for version in self.versions for aspect in ASPECTS)
        return tuple(cell for cell in cells if cell in self.chosen)

    def version(self, name: str) -> Version | None:
        return next((version for version in self.versions if version.name == name), None)

    def order(self, queue: ExportQueue) -> tuple[Export, ...]:
        """Order every chosen file; one that was written before is written again.

        Raises:
            ClappperError: as ``ExportQueue.add``.
        """
        ordered: list[Export] = []
        for version in self.versions:
            aspects = [cell.aspect for cell in self.wanted if cell.version == version.name]
            if aspects:
                presets = [self.writing.preset(aspect) for aspect in aspects]
                ordered += queue.add([version.variant], presets, self.writing.folder)
        return tuple(ordered)


def newest(queue: ExportQueue, cell: Cell) -> Export | None:
    """Find the last export of a cell that was not taken back."""
    found = [
        export
        for export in queue.exports
        if (export.variant, export.preset.aspect) == cell and export.state is not ExportState.CANCELLED
    ]
    return found[-1] if found else None
